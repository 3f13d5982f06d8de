//! Wrong solutions that look nearly right.
#![allow(
    clippy::indexing_slicing,
    reason = "an id that points nowhere is a mistake in the test itself and may panic"
)]

use vn_problem::{CandidateId, ComponentId, Head, NeedId, Problem, Solution};

use crate::generator::Random;

/// The solution after one to three random changes; mostly with heads for all who then ask.
pub fn perturbed(random: &mut Random, problem: &Problem, solution: &Solution) -> Solution {
    let mut solution = solution.clone();
    for _ in 0..random.between(1, 3) {
        match random.below(9) {
            0 | 1 => toggle(random, problem, &mut solution),
            2 => swap(random, problem, &mut solution),
            3..=5 => ask_another(random, problem, &mut solution),
            6 => unserve(random, &mut solution),
            7 => move_truth(random, problem, &mut solution),
            _ => distort(random, problem, &mut solution),
        }
    }
    if random.percent(85) {
        complete(random, problem, &mut solution);
    }
    solution
}

fn any_candidate(random: &mut Random, problem: &Problem) -> Option<CandidateId> {
    let ids: Vec<_> = (0..)
        .map(CandidateId)
        .take(problem.candidates.len())
        .collect();
    (!ids.is_empty()).then(|| random.pick(&ids))
}

fn any_open(random: &mut Random, solution: &Solution) -> Option<CandidateId> {
    (!solution.open.is_empty()).then(|| random.pick(&solution.open))
}

/// Opens a candidate or closes it.
fn toggle(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    let Some(candidate) = any_candidate(random, problem) else {
        return;
    };
    match solution.open.binary_search(&candidate) {
        Ok(at) => drop(solution.open.remove(at)),
        Err(at) => solution.open.insert(at, candidate),
    }
}

/// Opens another candidate of the same component instead of an open one.
fn swap(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    let Some(old) = any_open(random, solution) else {
        return;
    };
    let component = problem.candidates[old.index()].component;
    let others = (0..).map(CandidateId).zip(&problem.candidates);
    let others = others
        .filter(|(_, row)| row.component == component)
        .map(|(id, _)| id);
    let others: Vec<_> = others.collect();
    let new = random.pick(&others);
    solution.open.retain(|id| *id != old && *id != new);
    solution.open.push(new);
    solution.open.sort_unstable();
    for holder in solution
        .truth
        .iter_mut()
        .filter(|(_, holder)| *holder == old)
    {
        holder.1 = new;
    }
}

fn ask_another(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    let Some(at) = any_head(random, solution) else {
        return;
    };
    let head = solution.heads[at];
    let routed = routed(problem, solution, head.need, head.consumer);
    solution.heads[at].server = if routed.is_empty() || random.percent(10) {
        any_candidate(random, problem)
    } else {
        Some(random.pick(&routed))
    };
}

fn any_head(random: &mut Random, solution: &Solution) -> Option<usize> {
    let indices: Vec<_> = (0..solution.heads.len()).collect();
    (!indices.is_empty()).then(|| random.pick(&indices))
}

fn unserve(random: &mut Random, solution: &mut Solution) {
    if let Some(at) = any_head(random, solution) {
        solution.heads[at].server = None;
    }
}

fn move_truth(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    let Some(holder) = any_open(random, solution) else {
        return;
    };
    let component = problem.candidates[holder.index()].component;
    solution
        .truth
        .retain(|(of, _)| *of != component || random.percent(20));
    solution.truth.push((component, holder));
    solution.truth.sort_unstable();
}

/// Something that no planner would say at all.
fn distort(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    match random.below(5) {
        0 => drop(solution.heads.pop()),
        1 => drop(solution.truth.pop()),
        2 => solution.open.extend(any_open(random, solution)),
        3 => {
            let head = any_head(random, solution).map(|at| solution.heads[at]);
            solution.heads.extend(head);
        }
        _ => {
            let components: Vec<_> = (0..).take(problem.components.len()).collect();
            let holder = any_open(random, solution);
            let component = ComponentId(random.pick(&components));
            solution
                .truth
                .extend(holder.map(|holder| (component, holder)));
        }
    }
}

/// Gives every (need, consumer) exactly one head: the old one where it is still open.
fn complete(random: &mut Random, problem: &Problem, solution: &mut Solution) {
    let mut heads = Vec::new();
    for (id, need) in (0..).map(NeedId).zip(&problem.needs) {
        for &consumer in &solution.open {
            let row = &problem.candidates[consumer.index()];
            let variants = need.variants.as_ref();
            if row.component == need.consumer && variants.is_none_or(|v| v.contains(&row.variant)) {
                let server = server(random, problem, solution, id, consumer);
                heads.push(Head {
                    need: id,
                    consumer,
                    server,
                });
            }
        }
    }
    solution.heads = heads;
}

fn server(
    random: &mut Random,
    problem: &Problem,
    solution: &Solution,
    need: NeedId,
    consumer: CandidateId,
) -> Option<CandidateId> {
    let mut heads = solution.heads.iter();
    let old = heads.find(|head| head.need == need && head.consumer == consumer);
    match old.map(|head| head.server) {
        Some(Some(server)) if solution.open.contains(&server) => Some(server),
        Some(None) => None,
        Some(Some(_)) | None => {
            let routed = routed(problem, solution, need, consumer);
            (!routed.is_empty()).then(|| random.pick(&routed))
        }
    }
}

/// The open candidates that this consumer has a route to.
fn routed(
    problem: &Problem,
    solution: &Solution,
    need: NeedId,
    consumer: CandidateId,
) -> Vec<CandidateId> {
    let from = problem.candidates[consumer.index()].device;
    let routes = problem.needs[need.index()].routes.iter();
    let routes = routes.filter(|route| route.from == from && solution.open.contains(&route.to));
    routes.map(|route| route.to).collect()
}
