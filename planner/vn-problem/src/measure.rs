//! Measures of a program's own: whole numbers that depend on what is open alone.

use crate::{CandidateId, Rational};

/// What a [`Metric::Own`](crate::Metric::Own) measures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Its value is the number that all parts come to, divided by this.
    pub per: u64,
    /// Whatever is open.
    pub fixed: i64,
    /// What open candidates add: weights that are not zero, sorted by candidate, each once.
    pub terms: Vec<(CandidateId, i64)>,
    /// What is added where it is more than nothing.
    pub excesses: Vec<Excess>,
    /// Shares of which the highest alone is added.
    pub shares: Vec<Share>,
}

/// `weight · max(0, base + Σ terms)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excess {
    /// How often it counts.
    pub weight: u64,
    /// Whatever is open.
    pub base: i64,
    /// As those of a measure.
    pub terms: Vec<(CandidateId, i64)>,
}

/// `⌈1 000 000 · Σ terms / of⌉`: how much of something is claimed, in millionths.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// All that there is; at least one.
    pub of: u64,
    /// What open candidates claim: not zero, sorted by candidate, each once.
    pub terms: Vec<(CandidateId, u64)>,
}

/// The whole, in millionths.
const WHOLE: i128 = 1_000_000;

impl Measure {
    /// What all parts come to when these are open; `None` if it does not fit.
    pub fn amount(&self, is_open: impl Fn(CandidateId) -> bool) -> Option<i128> {
        let sum = |terms: &[(CandidateId, i64)]| -> i128 {
            let open = terms.iter().filter(|(id, _)| is_open(*id));
            open.map(|(_, weight)| i128::from(*weight)).sum()
        };
        let mut total = i128::from(self.fixed) + sum(&self.terms);
        for excess in &self.excesses {
            let over = i128::from(excess.base) + sum(&excess.terms);
            total = total.checked_add(excess.counted(over)?)?;
        }
        let claimed = |share: &Share| {
            let open = share.terms.iter().filter(|(id, _)| is_open(*id));
            share.of_all(open.map(|(_, claim)| i128::from(*claim)).sum())
        };
        let highest = self.shares.iter().map(claimed).max();
        total.checked_add(highest.unwrap_or(0))
    }

    /// The value of an amount.
    pub fn value(&self, amount: i128) -> Option<Rational> {
        Rational::new(amount, i128::from(self.per))
    }
}

impl Excess {
    /// What is added where the sum comes to so much.
    pub fn counted(&self, over: i128) -> Option<i128> {
        over.max(0).checked_mul(self.weight.into())
    }
}

impl Share {
    /// How much of all it is, in millionths.
    pub fn of_all(&self, claimed: i128) -> i128 {
        let of = i128::from(self.of.max(1));
        (claimed * WHOLE + of - 1).div_euclid(of)
    }
}
