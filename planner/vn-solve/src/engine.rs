//! Who solves a mixed-integer program: microlp, which is always there, or HiGHS, where it is found.
//!
//! Engines work in floats, within tolerances, so nothing that comes out of here is believed: a bound
//! is rounded down, a plan is completed and measured exactly, "infeasible" is only a hint.

mod embedded;

use std::time::Duration;

use crate::{highs::Highs, program::Program};

pub use embedded::NAME as EMBEDDED;

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// microlp, which is part of the program.
    Embedded,
    /// A library that was found.
    Highs(Highs),
}

/// What an engine says of all plans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Relaxed {
    /// No plan has a smaller objective, up to rounding.
    Bound(f64),
    /// There is no plan, up to rounding.
    Infeasible,
    /// Nothing: a limit struck first.
    Unknown,
    /// Nothing: the engine failed.
    Failed,
}

/// How far branch and bound came.
#[derive(Clone, Debug, PartialEq)]
pub struct Branched {
    /// The best plan's values.
    pub values: Option<Vec<f64>>,
    /// No plan has a smaller objective, up to rounding.
    pub bound: Relaxed,
    /// Nodes whose relaxation was solved.
    pub nodes: u64,
}

impl Branched {
    /// Only a word on all plans.
    pub const fn nothing(bound: Relaxed) -> Self {
        Self {
            values: None,
            bound,
            nodes: 0,
        }
    }
}

/// When an engine has to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// After so many nodes.
    pub nodes: u64,
    /// After so many iterations of the simplex method in all nodes; microlp does not tell them.
    pub iterations: Option<u64>,
    /// After so long.
    pub time: Option<Duration>,
}

/// Hears a branch and bound, and may end it.
pub trait Watch {
    /// A plan better than all before it.
    fn plan(&mut self, values: &[f64]);

    /// No plan has a smaller objective, up to rounding.
    fn bound(&mut self, objective: f64);

    /// Whether to go on; asked often.
    fn goes_on(&mut self) -> bool;
}

impl Engine {
    /// Solves the linear relaxation of a program; says with which values, too.
    pub fn relax(
        self,
        program: &Program,
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> (Relaxed, Vec<f64>) {
        if program.is_absurd() {
            return (Relaxed::Infeasible, Vec::new());
        }
        let relaxed = program.relaxed();
        match self {
            Self::Embedded => embedded::relax(&relaxed, limits),
            Self::Highs(highs) => {
                let solved = highs.solve(&relaxed, &[], limits, watch);
                (solved.bound, solved.values.unwrap_or_default())
            }
        }
    }

    /// Branches until a limit strikes, or for as long as the watch likes; `start` tells the values of
    /// some columns in a plan that is known, which microlp does not ask for.
    pub fn branch(
        self,
        program: &Program,
        start: &[(usize, f64)],
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Branched {
        if program.is_absurd() {
            return Branched::nothing(Relaxed::Infeasible);
        }
        match self {
            Self::Embedded => embedded::branch(program, limits, watch),
            Self::Highs(highs) => highs.solve(program, start, limits, watch),
        }
    }
}
