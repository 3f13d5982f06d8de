//! §3, connections: how many consumers hold on to an instance.

use std::collections::BTreeSet;

use vn_problem::{CandidateId, Head, Problem, Solution};

use super::{lists, load};

/// Whether every instance bears those that hold on to it when nothing has failed.
pub fn hold(problem: &Problem, solution: &Solution) -> bool {
    let held = |head: &Head| first(problem, solution, *head);
    let all: Vec<(CandidateId, CandidateId)> = solution
        .heads
        .iter()
        .flat_map(|head| held(head).into_iter().map(|to| (head.consumer, to)))
        .collect();
    solution.open.iter().all(|id| bears(problem, &all, *id))
}

/// The entries that a consumer needs at once.
pub fn first(problem: &Problem, solution: &Solution, head: Head) -> Vec<CandidateId> {
    let copies = usize::try_from(load::need(problem, head).copies).unwrap_or(usize::MAX);
    let list = lists::of(problem, solution, head).into_iter();
    list.take(copies).map(|entry| entry.server).collect()
}

/// Whether one instance bears its consumers, each counted once, among pairs of consumer and server.
pub fn bears(
    problem: &Problem,
    held: &[(CandidateId, CandidateId)],
    instance: CandidateId,
) -> bool {
    let mine = held.iter().filter(|(_, to)| *to == instance);
    let consumers: BTreeSet<_> = mine.map(|(from, _)| from).collect();
    let most = problem.candidates[instance.index()].connections;
    most.is_none_or(|most| consumers.len() as u64 <= most)
}
