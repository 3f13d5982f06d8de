//! Runs microlp on a program that `good_lp` has stated.

use std::time::Duration;

use microlp::{Error, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};

use super::{Mip, sheet::Choices};

/// Nodes between two questions whether to go on.
const STRIDE: u64 = 8;

/// What the linear relaxation says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Relaxed {
    /// No plan has a smaller objective, up to rounding.
    Bound(f64),
    /// There is no plan, up to rounding.
    Infeasible,
    /// Nothing: a numerical failure, or the time was up.
    Unknown,
}

/// How far branch and bound came.
#[derive(Clone, Debug)]
pub struct Branched {
    /// The best plan's values.
    pub values: Option<Vec<f64>>,
    /// No plan has a smaller objective, up to rounding.
    pub bound: Relaxed,
    /// Nodes whose relaxation was solved.
    pub nodes: u64,
}

/// Solves the linear relaxation; says with which values, too.
pub fn relax(mip: &Mip<'_>, time: Option<Duration>) -> (Relaxed, Vec<f64>) {
    if mip.sheet.is_absurd() {
        return (Relaxed::Infeasible, Vec::new());
    }
    let model = mip.sheet.state(Choices::Relaxed);
    let mut options = SolveOptions::default();
    options.time_limit = time;
    match model.as_inner().clone().solve_with(options) {
        Ok(SolveOutcome::Solution(solution)) => {
            let values = solution.iter().map(|(_, value)| value).collect();
            (Relaxed::Bound(solution.objective()), values)
        }
        Err(Error::Infeasible) => (Relaxed::Infeasible, Vec::new()),
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => (Relaxed::Unknown, Vec::new()),
    }
}

/// Branches, at most so many nodes and as long as the caller likes; `time` only stops a slice that
/// takes longer than all that is left.
pub fn branch(
    mip: &Mip<'_>,
    nodes: u64,
    time: Option<Duration>,
    mut goes_on: impl FnMut() -> bool,
) -> Branched {
    if mip.sheet.is_absurd() {
        return nothing(Relaxed::Infeasible);
    }
    let model = mip.sheet.state(Choices::Whole);
    let mut options = SolveOptions::default();
    options.node_limit = Some(STRIDE.min(nodes));
    options.time_limit = time;
    let mut outcome = model.as_inner().clone().solve_with(options);
    loop {
        let found = match outcome {
            Ok(found) => found,
            Err(Error::Infeasible) => return nothing(Relaxed::Infeasible),
            Err(_) => return nothing(Relaxed::Unknown),
        };
        let limited = found.termination_reason() == TerminationReason::NodeLimit;
        if !limited || found.stats().nodes_solved >= nodes || !goes_on() {
            return read(&found);
        }
        let mut options = ResumeOptions::default();
        options.time_limit = time;
        options.node_limit = Some(STRIDE);
        outcome = found.resume_with(options);
    }
}

fn read(found: &SolveOutcome) -> Branched {
    let stats = found.stats();
    let values = found
        .solution()
        .map(|solution| solution.iter().map(|(_, value)| value).collect());
    Branched {
        values,
        bound: stats.best_bound.map_or(Relaxed::Unknown, Relaxed::Bound),
        nodes: stats.nodes_solved,
    }
}

const fn nothing(bound: Relaxed) -> Branched {
    Branched {
        values: None,
        bound,
        nodes: 0,
    }
}
