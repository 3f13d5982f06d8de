//! §2: what a solution says at all, before it is asked whether it holds.

use super::placement;
use vn_problem::{
    CandidateId, ComponentId, Head, Need, NeedId, Problem, RequirementKind, Route, Solution,
};

/// Every (need, consumer) that must have a head, in the order of [`Solution::heads`].
pub fn consumers(problem: &Problem, open: &[CandidateId]) -> Vec<(NeedId, CandidateId)> {
    let mut pairs = Vec::new();
    for (n, need) in (0..).map(NeedId).zip(&problem.needs) {
        let consumers = open.iter().filter(|&&c| applies(problem, need, c));
        pairs.extend(consumers.map(|&consumer| (n, consumer)));
    }
    pairs
}

/// Whether a need is one of this consumer instance.
fn applies(problem: &Problem, need: &Need, consumer: CandidateId) -> bool {
    let candidate = &problem.candidates[consumer.index()];
    let variants = need.variants.as_ref();
    candidate.component == need.consumer
        && variants.is_none_or(|variants| variants.contains(&candidate.variant))
}

/// The components that have a truth, in declared order; one that is absent, as it may be, has none.
pub fn with_truth(problem: &Problem, open: &[CandidateId]) -> Vec<ComponentId> {
    let kinds = problem
        .requirements
        .iter()
        .map(|requirement| &requirement.kind);
    let mut components: Vec<_> = kinds
        .filter_map(|kind| match kind {
            RequirementKind::Truth { component } => Some(*component),
            _ => None,
        })
        .collect();
    components.sort_unstable();
    components.retain(|component| !placement::is_absent(problem, open, *component));
    components
}

/// The connection that a head uses.
pub fn route(
    problem: &Problem,
    need: NeedId,
    consumer: CandidateId,
    server: CandidateId,
) -> Option<&Route> {
    let from = problem.candidates[consumer.index()].device;
    let routes = &problem.needs[need.index()].routes;
    routes
        .iter()
        .find(|route| route.from == from && route.to == server)
}

/// Whether the solution decides exactly what §2 asks, with ids that exist, in order.
pub fn holds(problem: &Problem, solution: &Solution) -> bool {
    open_is_a_set(problem, solution)
        && heads_are_those_asked_for(problem, solution)
        && truths_are_those_asked_for(problem, solution)
}

fn open_is_a_set(problem: &Problem, solution: &Solution) -> bool {
    let known = |c: &CandidateId| c.index() < problem.candidates.len();
    solution.open.iter().all(known) && solution.open.is_sorted_by(|a, b| a < b)
}

fn heads_are_those_asked_for(problem: &Problem, solution: &Solution) -> bool {
    let said = solution.heads.iter().map(|head| (head.need, head.consumer));
    said.eq(consumers(problem, &solution.open))
        && solution
            .heads
            .iter()
            .all(|head| can_be_head(problem, solution, *head))
}

fn can_be_head(problem: &Problem, solution: &Solution, head: Head) -> bool {
    match head.server {
        None => problem.needs[head.need.index()].optional,
        Some(server) => {
            solution.open.contains(&server)
                && route(problem, head.need, head.consumer, server).is_some()
        }
    }
}

fn truths_are_those_asked_for(problem: &Problem, solution: &Solution) -> bool {
    let said = solution.truth.iter().map(|(component, _)| *component);
    said.eq(with_truth(problem, &solution.open))
        && (solution.truth.iter()).all(|(component, holder)| {
            solution.open.contains(holder) && may_hold_truth(problem, *component, *holder)
        })
}

/// Whether this candidate may hold the truth of the component.
pub fn may_hold_truth(problem: &Problem, component: ComponentId, holder: CandidateId) -> bool {
    let candidate = &problem.candidates[holder.index()];
    candidate.component == component && candidate.truth
}
