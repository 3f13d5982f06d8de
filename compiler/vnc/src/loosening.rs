//! Where nothing is short by itself: which lines, loosened alone, would let a plan exist.
//!
//! Not a minimal conflict, but each line named here has been tried: without it there is a plan.

use std::collections::BTreeSet;

use vn_problem::{Cause, Problem, Requirement, RequirementKind};
use vn_solve::{Options, Outcome, Silent, solve};
use vn_syntax::Span;

use crate::lower::Lowered;

/// Nodes per try: enough for small fleets, little enough to answer at once.
const NODES: u64 = 2_000;

/// A line that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is.
    pub span: Span,
    /// What would do.
    pub advice: &'static str,
}

/// All lines that stand in the way alone, in the order of the text.
pub fn lines(lowered: &Lowered) -> Vec<Line> {
    let span = |cause: Cause| lowered.causes.get(cause.0 as usize).copied();
    let problem = &lowered.problem;
    let wishes = problem
        .requirements
        .iter()
        .filter_map(|row| span(row.cause));
    let budgets = problem
        .needs
        .iter()
        .filter(|need| need.within.is_some() || need.copies > 1);
    let channels = problem.channels.iter().filter_map(|row| span(row.cause));
    let spans: BTreeSet<Span> = wishes
        .chain(channels)
        .chain(budgets.filter_map(|need| span(need.cause)))
        .collect();
    spans
        .into_iter()
        .filter_map(|at| {
            let (loosened, advice) = without(problem, |cause| span(cause) == Some(at));
            has_plan(&loosened).then_some(Line { span: at, advice })
        })
        .collect()
}

/// The problem without what these lines ask for. What must exist still must.
fn without(problem: &Problem, named: impl Fn(Cause) -> bool) -> (Problem, &'static str) {
    let mut loosened = problem.clone();
    let mut advice = "without this there is a plan";
    for need in loosened.needs.iter_mut().filter(|need| named(need.cause)) {
        if need.copies > 1 {
            need.copies = 1;
            advice = "with fewer instances at once there is a plan";
        } else {
            (need.within, need.degraded) = (None, None);
            advice = "with a larger budget there is a plan";
        }
    }
    for channel in loosened.channels.iter_mut().filter(|row| named(row.cause)) {
        channel.capacity = u64::MAX;
        advice = "with more bandwidth there is a plan";
    }
    let requirements = loosened.requirements.drain(..).filter_map(|row| {
        if !named(row.cause) {
            return Some(row);
        }
        match row.kind {
            RequirementKind::Count { component, min, .. } => {
                let kind = RequirementKind::Count {
                    component,
                    min: min.min(1),
                    max: None,
                };
                advice = "with another number there is a plan";
                Some(Requirement { kind, ..row })
            }
            RequirementKind::Truth { .. } | RequirementKind::Uniform { .. } => Some(row),
            RequirementKind::Spread { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => None,
        }
    });
    loosened.requirements = requirements.collect();
    loosened.objective.terms.clear();
    (loosened, advice)
}

fn has_plan(problem: &Problem) -> bool {
    let options = Options {
        nodes: NODES,
        ..Options::default()
    };
    matches!(
        solve(problem, &options, &mut Silent),
        Outcome::Solved { .. }
    )
}
