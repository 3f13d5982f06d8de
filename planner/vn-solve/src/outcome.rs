//! What a solve comes to.

use crate::highs::Highs;
use vn_problem::{Conflict, Malformed, Rational, Solution, Verified, Violation};

/// The end of a solve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A verified plan.
    Solved {
        /// The plan.
        solution: Solution,
        /// What `verify` says about it.
        verified: Box<Verified>,
        /// What is claimed about it.
        certificate: Certificate,
    },
    /// It is proven that no plan exists.
    Infeasible {
        /// Why.
        conflict: Conflict,
        /// How it was proven.
        certificate: Certificate,
    },
    /// Nothing is known: neither a plan nor a proof that there is none.
    Undecided {
        /// Why not.
        reason: Reason,
        /// How far it came.
        certificate: Certificate,
    },
}

/// Which limit ended a solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The node limit.
    Nodes,
    /// The time limit.
    Time,
    /// The caller.
    Cancelled,
}

/// Why nothing is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A limit struck before the first plan.
    Limit(Limit),
    /// No plan treats the members of every class alike; others were not looked at.
    Alike,
    /// The numbers of the problem are too large to compute with exactly.
    Numbers,
    /// The problem's tables are broken.
    Malformed(Malformed),
    /// The solver found a plan that `verify` rejects: a fault of the solver.
    Unverified(Vec<Violation>),
}

/// How much is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No plan is better on any level, the declared order included.
    Optimal,
    /// No plan is better before the declared order, which was left undecided by a limit.
    OptimalButOrder,
    /// A plan whose objective meets an engine's bound, up to the rounding of floats; what counts after
    /// the objective was left undecided by a limit.
    Closed,
    /// A plan; a limit ended the search for better ones.
    Feasible,
    /// No plan exists.
    Infeasible,
    /// Nothing.
    Unknown,
}

/// The same problem as one mixed-integer program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relaxed {
    /// Its columns; none if it was too large, or nothing had to be searched.
    pub columns: usize,
    /// Its rows.
    pub rows: usize,
    /// No plan has a smaller objective, says its relaxation; rounded down by more than floats err.
    pub bound: Option<Rational>,
    /// Nodes of its branch and bound, which only runs when the exact search takes long.
    pub nodes: u64,
    /// Whether it contradicts the exact search: then one of the two is wrong, and nothing is claimed.
    pub contradicts: bool,
    /// Whether its engine says that there is no plan: a hint, in floats.
    pub refuted: bool,
    /// Whether its engine failed, which says nothing about plans.
    pub failed: bool,
    /// HiGHS, if it was asked; else microlp was.
    pub highs: Option<Highs>,
}

/// What a solver claims, apart from what `verify` can check by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Who claims it, with versions.
    pub engine: String,
    /// How much.
    pub status: Status,
    /// No plan has a smaller objective (among those that skip as few tiers as this one).
    pub bound: Option<Rational>,
    /// Objective minus bound; zero when optimal.
    pub gap: Option<Rational>,
    /// Nodes of all exact searches.
    pub nodes: u64,
    /// What the mixed-integer program adds.
    pub relaxed: Relaxed,
    /// Which limit struck, if any.
    pub limit: Option<Limit>,
    /// Whether the same input gives the same result on every machine.
    pub reproducible: bool,
}

impl Certificate {
    /// What is still claimed of a plan when a limit strikes before all others were looked at.
    pub(crate) fn cut(self, limit: Limit) -> Self {
        Self {
            status: Status::Feasible,
            bound: None,
            gap: None,
            limit: Some(limit),
            reproducible: false,
            ..self
        }
    }
}
