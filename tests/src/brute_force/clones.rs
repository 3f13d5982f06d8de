//! §3, clones: how the bytes of an instance arrive.

use vn_problem::{CandidateId, CloneMode, ComponentId, Problem, RequirementKind, Role, Solution};

use super::placement::instances;

/// Whether this instance has its bytes at boot: by its mode, or because it holds the truth.
pub fn is_eager(problem: &Problem, solution: &Solution, instance: CandidateId) -> bool {
    match problem.candidates[instance.index()].clone {
        CloneMode::Eager => true,
        CloneMode::Lazy => holds_truth(solution, instance),
    }
}

/// Whether this instance is the writing one of its component.
pub fn holds_truth(solution: &Solution, instance: CandidateId) -> bool {
    solution.truth.iter().any(|(_, holder)| *holder == instance)
}

/// A component with a lazy instance has at least one eager one to take the bytes from.
pub fn hold(problem: &Problem, solution: &Solution) -> bool {
    (0..)
        .map(ComponentId)
        .zip(&problem.components)
        .all(|(component, _)| {
            let eager = |c: CandidateId| is_eager(problem, solution, c);
            let of = || instances(problem, &solution.open, component);
            of().all(eager) || of().any(eager)
        })
}

/// What eager instances fetch at boot from the one that all start from is within each bound.
pub fn arrive_in_time(problem: &Problem, solution: &Solution) -> bool {
    problem.requirements.iter().all(|requirement| {
        let RequirementKind::Arrivals(row) = &requirement.kind else {
            return true;
        };
        let mut sums = vec![0_u64; problem.devices.len()];
        for &to in &solution.open {
            let candidate = &problem.candidates[to.index()];
            let service = problem.components[candidate.component.index()].role == Role::Service;
            let eager = is_eager(problem, solution, to);
            let from = origin(problem, solution, component(problem, to));
            if !service || !eager || candidate.clone_bytes == 0 || from == Some(to) {
                continue;
            }
            let mut pairs = row.pairs.iter();
            let first = pairs.find(|one| one.to == to && Some(one.from) == from);
            match first {
                Some(one) if row.each_device => sums[candidate.device.index()] += one.amount,
                Some(one) => sums[0] += one.amount,
                None if row.each_device => return false,
                None => {}
            }
        }
        sums.iter().all(|sum| *sum <= row.at_most)
    })
}

fn component(problem: &Problem, of: CandidateId) -> ComponentId {
    problem.candidates[of.index()].component
}

/// Whom all others of a component start from.
fn origin(problem: &Problem, solution: &Solution, of: ComponentId) -> Option<CandidateId> {
    let mut all: Vec<CandidateId> = instances(problem, &solution.open, of).collect();
    all.retain(|one| is_eager(problem, solution, *one));
    all.sort_unstable_by_key(|one| (!holds_truth(solution, *one), *one));
    all.first().copied()
}
