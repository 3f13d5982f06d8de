//! `docs/model.md` read aloud: every plan of a tiny problem is tried, and the best one is kept.
//!
//! Shares the data types of `vn-problem` with the product and nothing else, so that a mistake would
//! have to be made twice. Each submodule is one section of the page; clarity goes before speed.
#![allow(
    clippy::indexing_slicing,
    reason = "an id that points nowhere is a mistake in the test itself and may panic"
)]

mod clones;
mod connections;
mod enumerate;
mod lists;
mod load;
mod metrics;
mod placement;
mod rules;
mod shape;
mod survival;
mod traffic;

use std::cmp::Ordering;

use num_rational::Ratio;
use vn_problem::{CandidateId, Problem, Solution};

pub use enumerate::{best, effort};
pub use rules::{Rule, broken};

/// An exact number; numerators of tiny problems stay far below 2¹²⁷, and overflow panics.
pub type Exact = Ratio<i128>;

/// The best plan and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// The plan.
    pub solution: Solution,
    /// Its levels.
    pub levels: Levels,
}

/// The levels of §6 above the declared order; the derived order is that of the page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels {
    /// Tiers skipped, in 10⁻⁶ req/s.
    pub tiers: i128,
    /// The user's expression.
    pub objective: Exact,
    /// Its further levels.
    pub more: Vec<Exact>,
    /// The level after it; zero when the problem names none.
    pub then: Exact,
    /// Instances that did not run before.
    pub moves: usize,
}

impl Levels {
    /// Measures a plan that keeps the rules.
    pub fn of(problem: &Problem, solution: &Solution) -> Self {
        Self {
            tiers: metrics::tiers_skipped(problem, solution),
            objective: metrics::objective(problem, solution),
            more: metrics::more(problem, solution),
            then: metrics::then(problem, solution),
            moves: metrics::moved(problem, solution).count(),
        }
    }
}

/// §6, the last level: instances, then the servers of heads with the unserved last, then truths.
pub fn declared_order(a: &Solution, b: &Solution) -> Ordering {
    (a.open.cmp(&b.open))
        .then_with(|| servers(a).cmp(&servers(b)))
        .then_with(|| a.truth.cmp(&b.truth))
}

/// Servers in (need, consumer) order; the pair sorts the unserved last.
fn servers(solution: &Solution) -> Vec<(bool, Option<CandidateId>)> {
    let heads = solution.heads.iter();
    heads
        .map(|head| (head.server.is_none(), head.server))
        .collect()
}
