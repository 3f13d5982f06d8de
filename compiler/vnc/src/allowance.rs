//! No plan with as few moves as were allowed: whether there is one with more, and how many that takes.

use vn_problem::{Cause, Conflict, Problem, verify};
use vn_solve::{Control, Options, Outcome, solve};

use crate::figure;
use crate::lower::{Lowered, earlier};

/// So many moves more are tried one by one.
const TRIED: u64 = 8;

/// What to say when `--max-moves` allows too few; the conflict without it, if there is no plan with
/// any number of moves. Nothing, if the option was not given.
pub fn too_small(
    lowered: &Lowered,
    options: &Options,
    control: &mut dyn Control,
) -> Option<Result<String, Conflict>> {
    let (cause, most) = lowered.max_moves?;
    let mut problem = lowered.problem.clone();
    // Any plan will do: the first that is found is the best.
    problem.objective.terms.clear();
    problem.objective.more.clear();
    problem.objective.then = None;
    let allowed = figure::count(usize::try_from(most).unwrap_or(usize::MAX), "move");
    let none = format!("no plan exists with at most {allowed}, as `--max-moves {most}` demands");
    for more in most.saturating_add(1)..=most.saturating_add(TRIED) {
        match solve(&bounded(&problem, cause, Some(more)), options, control) {
            Outcome::Solved { .. } => {
                return Some(Ok(format!(
                    "{none}: at least {more} are needed; `--max-moves {more}` allows them"
                )));
            }
            Outcome::Infeasible { .. } => {}
            Outcome::Undecided { .. } => {
                return Some(Ok(format!(
                    "{none}: at least {more} are needed, maybe more"
                )));
            }
        }
    }
    let least = most.saturating_add(TRIED).saturating_add(1);
    let unbounded = bounded(&problem, cause, None);
    match solve(&unbounded, options, control) {
        Outcome::Solved { solution, .. } => {
            let moves = verify(&unbounded, &solution).map_or(0, |found| found.levels.moves);
            Some(Ok(format!(
                "{none}: at least {least} are needed; `--max-moves {moves}` is enough"
            )))
        }
        Outcome::Infeasible { conflict, .. } => Some(Err(conflict)),
        Outcome::Undecided { .. } => Some(Ok(format!("{none}: at least {least} are needed"))),
    }
}

/// The problem with another bound on its moves.
fn bounded(problem: &Problem, cause: Cause, most: Option<u64>) -> Problem {
    let mut bounded = problem.clone();
    bounded.requirements.retain(|row| row.cause != cause);
    let rows = most.map(|most| vn_problem::Requirement {
        kind: earlier::at_most(problem, most),
        cause,
    });
    bounded.requirements.extend(rows);
    bounded
}
