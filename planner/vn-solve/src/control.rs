//! The caller's side of a running solve: progress out, cancellation in.

use vn_problem::Rational;

/// What the solver is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looking for the best levels.
    Search,
    /// Looking for the first plan in declared order among equals.
    Ties,
}

/// News from a running solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Still at work.
    Nodes {
        /// At what.
        phase: Phase,
        /// Nodes so far.
        nodes: u64,
    },
    /// A better plan, not yet verified; the constant part of the objective is left out.
    Incumbent {
        /// Its objective.
        objective: Rational,
    },
    /// No plan is better than this; the constant part of the objective is left out.
    Bound {
        /// A lower bound of the objective.
        objective: Rational,
    },
}

/// Listens to a solve and may end it; the solve may run on a thread of its own.
pub trait Control: Send {
    /// Something happened.
    fn report(&mut self, progress: Progress);

    /// Whether the solve should stop with what it has; asked every few hundred nodes.
    fn is_cancelled(&mut self) -> bool {
        false
    }
}

/// Hears nothing and stops nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Control for Silent {
    fn report(&mut self, _: Progress) {}
}
