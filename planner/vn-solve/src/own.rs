//! Measures of the program's own: what they come to at least below a node, and exactly at a leaf.
//!
//! What a measure adds for an open candidate is part of the candidate's price; here is the rest. A weight
//! below zero counts where its candidate is *not* open, so that no part is ever negative; what that adds
//! too much is taken away when a value is shown.

use vn_problem::{CandidateId, Excess, Measure, Problem, Share};

use crate::{level::Level, model::Model, presence::Presence};

/// What the weights below zero come to when none of their candidates is open.
pub fn shift(measure: &Measure) -> i128 {
    let negative = measure.terms.iter().map(|(_, weight)| *weight);
    let negative = negative.filter(|weight| *weight < 0);
    negative.map(|weight| -i128::from(weight)).sum()
}

/// More than no plan comes to, without the fixed part.
pub fn largest(measure: &Measure) -> Option<i128> {
    let positive = |terms: &[(CandidateId, i64)]| -> i128 {
        let all = terms.iter().map(|(_, weight)| i128::from(*weight));
        all.filter(|weight| *weight > 0).sum()
    };
    let mut sum = positive(&measure.terms).checked_add(shift(measure))?;
    for excess in &measure.excesses {
        let over = i128::from(excess.base).checked_add(positive(&excess.terms))?;
        sum = sum.checked_add(excess.counted(over)?)?;
    }
    let all = |share: &Share| {
        let claims = share.terms.iter().map(|(_, claim)| i128::from(*claim));
        share.of_all(claims.sum())
    };
    sum.checked_add(measure.shares.iter().map(all).max().unwrap_or(0))
}

/// What the open candidates of a leaf add beside their prices.
pub fn at_leaf(model: &Model<'_>, open: &[CandidateId]) -> Level {
    let is_open = |id: CandidateId| open.binary_search(&id).is_ok();
    sum(model, |measure| {
        let priced = measure.terms.iter().filter(|(id, _)| is_open(*id));
        let priced = priced.map(|(_, weight)| i128::from(*weight).max(0));
        let amount = measure.amount(is_open).unwrap_or(i128::MAX / 2);
        amount - i128::from(measure.fixed) + shift(measure) - priced.sum::<i128>()
    })
}

/// What every plan below a node adds at least, beside the prices of what is open.
pub fn at_least(model: &Model<'_>, presence: &Presence) -> Level {
    sum(model, |measure| {
        let closed = measure.terms.iter();
        let closed = closed.filter(|(id, weight)| *weight < 0 && !presence.is_possible(*id));
        let closed: i128 = closed.map(|(_, weight)| -i128::from(*weight)).sum();
        closed + beside(model, presence, measure)
    })
}

/// What a measure comes to at least.
pub fn amount(model: &Model<'_>, presence: &Presence, measure: &Measure) -> i128 {
    let linear = lowest(model, presence, measure.terms.iter().copied());
    i128::from(measure.fixed) + linear + beside(model, presence, measure)
}

fn sum(model: &Model<'_>, amount: impl Fn(&Measure) -> i128) -> Level {
    let weights = model.weights.own.iter().zip(&model.problem.measures);
    let weighed = weights.filter(|(weight, _)| **weight != Level::ZERO);
    weighed.fold(Level::ZERO, |sum, (weight, measure)| {
        sum + weight.times(amount(measure))
    })
}

/// Excesses, and the highest share.
fn beside(model: &Model<'_>, presence: &Presence, measure: &Measure) -> i128 {
    let excess = |excess: &Excess| {
        let over = lowest(model, presence, excess.terms.iter().copied());
        // INVARIANT: `Weights` has refused what does not fit.
        excess
            .counted(i128::from(excess.base) + over)
            .unwrap_or(i128::MAX / 4)
    };
    let share = |share: &Share| {
        let claims = share.terms.iter();
        let claims = claims.map(|(id, claim)| (*id, i64::try_from(*claim).unwrap_or(i64::MAX)));
        share.of_all(lowest(model, presence, claims))
    };
    let excesses: i128 = measure.excesses.iter().map(excess).sum();
    excesses + measure.shares.iter().map(share).max().unwrap_or(0)
}

/// The least of a weighted sum of what will be open.
fn lowest(
    model: &Model<'_>,
    presence: &Presence,
    terms: impl Iterator<Item = (CandidateId, i64)>,
) -> i128 {
    let mut sum = 0;
    let mut terms = terms.peekable();
    // Of one group at most one is open, and its candidates stand side by side.
    while let Some(&(first, _)) = terms.peek() {
        let group = model.group_of[first];
        let mut weighed: Vec<(CandidateId, i64)> = Vec::new();
        while let Some(term) = terms.next_if(|(id, _)| model.group_of[*id] == group) {
            weighed.push(term);
        }
        let weight = |id: CandidateId| {
            let term = weighed.iter().find(|(one, _)| *one == id);
            term.map_or(0, |(_, weight)| *weight)
        };
        let least = presence.members(model, group).map(weight).min();
        let least = i128::from(least.unwrap_or(0));
        sum += if presence.is_present(group) {
            least
        } else {
            least.min(0)
        };
    }
    sum
}

/// Whether one candidate adds no more than another to anything that is measured, whatever else is open.
pub fn no_more(problem: &Problem, a: CandidateId, b: CandidateId) -> bool {
    fn weight<T: Copy + Default>(terms: &[(CandidateId, T)], of: CandidateId) -> T {
        let found = terms.binary_search_by_key(&of, |(id, _)| *id).ok();
        let term = found.and_then(|at| terms.get(at));
        term.map_or_else(T::default, |(_, weight)| *weight)
    }
    problem.measures.iter().all(|measure| {
        let sums = measure.excesses.iter().map(|excess| &excess.terms);
        let mut sums = sums.chain([&measure.terms]);
        sums.all(|terms| weight(terms, a) <= weight(terms, b))
            && measure
                .shares
                .iter()
                .all(|share| weight(&share.terms, a) <= weight(&share.terms, b))
    })
}

/// The same measure with candidates that stand for others.
pub fn moved(measure: &Measure, to: impl Fn(CandidateId) -> CandidateId) -> Measure {
    fn terms<T: Copy + Ord>(
        terms: &[(CandidateId, T)],
        to: impl Fn(CandidateId) -> CandidateId,
    ) -> Vec<(CandidateId, T)> {
        let mut moved: Vec<_> = terms.iter().map(|(id, by)| (to(*id), *by)).collect();
        moved.sort_unstable();
        moved
    }
    let mut moved = Measure {
        per: measure.per,
        fixed: measure.fixed,
        terms: terms(&measure.terms, &to),
        excesses: measure
            .excesses
            .iter()
            .map(|excess| Excess {
                terms: terms(&excess.terms, &to),
                ..*excess
            })
            .collect(),
        shares: measure
            .shares
            .iter()
            .map(|share| Share {
                of: share.of,
                terms: terms(&share.terms, &to),
            })
            .collect(),
    };
    moved.excesses.sort_unstable();
    moved.shares.sort_unstable();
    moved
}
