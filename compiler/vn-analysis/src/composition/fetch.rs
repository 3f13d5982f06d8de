//! Whom bytes that are not there at boot may come from.

use num_rational::BigRational;
use vn_syntax::Span;

use super::{DeviceIx, Relation};
use crate::tiers::Tiers;

/// `fetch nearest within 50 ms then backbone`: sources of lazy bytes in order; nobody else is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    order: Tiers,
    within: Vec<Option<BigRational>>,
    /// The clause.
    pub span: Span,
}

impl Fetch {
    /// Tiers that nobody has named yet.
    pub(crate) fn new(span: Span) -> Self {
        Self {
            order: Tiers::default(),
            within: Vec::new(),
            span,
        }
    }

    /// Adds what comes after the others: `then backbone within 2 s`.
    pub(crate) fn then(&mut self, tier: Tiers, within: Option<BigRational>) {
        self.order.extend(tier);
        self.within.push(within);
    }

    /// The same where each group of devices has become several rows.
    pub(crate) fn set_out(&mut self, rows: impl Fn(DeviceIx) -> Vec<DeviceIx>) {
        self.order.set_out(rows);
    }

    /// The tiers as written (`nearest`, `backbone`), each with the bound in seconds on the round trip to
    /// its sources.
    pub fn tiers(&self) -> impl Iterator<Item = (String, Option<&BigRational>)> {
        let within = self.within.iter().map(Option::as_ref);
        self.order.names().into_iter().zip(within)
    }

    /// The first of the tiers that a source's device is in, where it stands so to whoever takes the bytes
    /// and is in time for the bound; `None` if nobody fetches from there.
    pub fn tier(
        &self,
        from: DeviceIx,
        relation: Relation,
        in_time: impl Fn(&BigRational) -> bool,
    ) -> Option<usize> {
        let mut tiers = self.order.all(from, relation).into_iter();
        tiers.find(|at| {
            let within = self.within.get(*at).and_then(Option::as_ref);
            within.is_none_or(&in_time)
        })
    }
}
