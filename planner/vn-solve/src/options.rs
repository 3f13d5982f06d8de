//! Limits of a solve.

use std::time::Duration;

use crate::highs::Highs;

/// How long to try, and with whose help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// At most so many nodes, counted alike on every machine.
    pub nodes: u64,
    /// At most this long. With a time limit that strikes, a result cannot be reproduced.
    pub time: Option<Duration>,
    /// Who solves the mixed-integer program.
    pub solver: Solver,
}

/// Who solves the mixed-integer program; the exact search is always ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// microlp, which is part of the program.
    #[default]
    Embedded,
    /// HiGHS, wherever a program is solved.
    Highs(Highs),
    /// HiGHS, where the exact search has not proven its plan after its first nodes; before that
    /// microlp, if the program is not too large for it.
    Auto(Highs),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: 300_000,
            time: None,
            solver: Solver::Embedded,
        }
    }
}
