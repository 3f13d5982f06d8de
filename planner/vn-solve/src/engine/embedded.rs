//! States a program through `good_lp` and runs microlp on it.

use good_lp::{
    Expression, ProblemVariables, SolverModel, Variable, VariableDefinition, constraint,
    solvers::microlp::{MicroLpProblem, microlp},
    variable,
};
use microlp::{Error, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};

use super::{Branched, Limits, Relaxed, Watch};
use crate::program::{Column, Program};

/// Its name and version.
pub const NAME: &str = "microlp 0.6 (good_lp 1.15)";

/// Nodes between two questions whether to go on.
const STRIDE: u64 = 8;

/// Solves a program without whole columns; says with which values, too.
pub fn relax(program: &Program, limits: Limits) -> (Relaxed, Vec<f64>) {
    let mut options = SolveOptions::default();
    options.time_limit = limits.time;
    match stated(program).as_inner().clone().solve_with(options) {
        Ok(SolveOutcome::Solution(solution)) => {
            let values = solution.iter().map(|(_, value)| value).collect();
            (Relaxed::Bound(solution.objective()), values)
        }
        Err(Error::Infeasible) => (Relaxed::Infeasible, Vec::new()),
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => (Relaxed::Unknown, Vec::new()),
    }
}

/// Branches; the time only stops a slice that takes longer than all that is left.
pub fn branch(program: &Program, limits: Limits, watch: &mut dyn Watch) -> Branched {
    let mut options = SolveOptions::default();
    options.node_limit = Some(STRIDE.min(limits.nodes));
    options.time_limit = limits.time;
    let mut outcome = stated(program).as_inner().clone().solve_with(options);
    loop {
        let found = match outcome {
            Ok(found) => found,
            Err(Error::Infeasible) => return Branched::nothing(Relaxed::Infeasible),
            Err(_) => return Branched::nothing(Relaxed::Unknown),
        };
        let limited = found.termination_reason() == TerminationReason::NodeLimit;
        if !limited || found.stats().nodes_solved >= limits.nodes || !watch.goes_on() {
            return read(&found);
        }
        let mut options = ResumeOptions::default();
        options.time_limit = limits.time;
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

/// The program as `good_lp` states it, for its microlp backend.
fn stated(program: &Program) -> MicroLpProblem {
    let mut variables = ProblemVariables::new();
    let columns: Vec<Variable> = program
        .columns()
        .iter()
        .map(|column| variables.add(defined(column)))
        .collect();
    let objective: Expression = columns
        .iter()
        .zip(program.columns())
        .map(|(&variable, column)| column.price * variable)
        .sum();
    let mut model = variables.minimise(objective).using(microlp);
    for (bounds, terms) in program.rows() {
        let sum = || -> Expression {
            let terms = terms.iter();
            terms
                .filter_map(|&(column, factor)| Some(factor * *columns.get(column)?))
                .sum()
        };
        if bounds.lower.to_bits() == bounds.upper.to_bits() {
            model.add_constraint(constraint::eq(sum(), bounds.upper));
            continue;
        }
        if bounds.upper < f64::INFINITY {
            model.add_constraint(constraint::leq(sum(), bounds.upper));
        }
        if bounds.lower > f64::NEG_INFINITY {
            model.add_constraint(constraint::geq(sum(), bounds.lower));
        }
    }
    model
}

fn defined(column: &Column) -> VariableDefinition {
    let (lower, upper) = (column.bounds.lower, column.bounds.upper);
    let mut defined = variable();
    if column.whole {
        defined = defined.integer();
    }
    if lower > f64::NEG_INFINITY {
        defined = defined.min(lower);
    }
    if upper < f64::INFINITY {
        defined = defined.max(upper);
    }
    defined
}
