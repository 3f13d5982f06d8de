//! §3, clones: how the bytes of an instance arrive.

use vn_problem::{CandidateId, CloneMode, ComponentId, Problem, Solution};

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
