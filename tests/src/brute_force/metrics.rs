//! §6: what a plan is worth.

use std::collections::BTreeSet;

use vn_problem::{
    Candidate, CandidateId, ComponentId, Measure, Metric, Problem, Role, Share, Solution, Term,
};

use super::placement::{candidates, instances};
use super::{Exact, clones, lists, load, shape, traffic};

const GIB: i128 = 1 << 30;

/// Σ load × tier of the head; an unserved optional need skips one tier more than there are.
pub fn tiers_skipped(problem: &Problem, solution: &Solution) -> i128 {
    let skipped = solution.heads.iter().map(|head| {
        let tiers = match head.server {
            Some(server) => {
                let route = shape::route(problem, head.need, head.consumer, server);
                route.expect("a head has a route").tier
            }
            None => load::need(problem, *head).tiers + 1,
        };
        i128::from(load::of_need(problem, &solution.heads, *head)) * i128::from(tiers)
    });
    skipped.sum()
}

/// Σ weight × metric.
pub fn objective(problem: &Problem, solution: &Solution) -> Exact {
    sum(problem, solution, &problem.objective.terms)
}

/// The same for each level after the first.
pub fn more(problem: &Problem, solution: &Solution) -> Vec<Exact> {
    let more = problem.objective.more.iter();
    more.map(|terms| sum(problem, solution, terms)).collect()
}

fn sum(problem: &Problem, solution: &Solution, terms: &[Term]) -> Exact {
    let terms = terms.iter().map(|term| {
        let weight = Exact::new(term.weight.num.into(), term.weight.den.into());
        weight * metric(problem, solution, term.metric)
    });
    terms.sum()
}

/// Open candidates of services that did not run before, where it is known what did.
pub fn moved<'a>(
    problem: &'a Problem,
    solution: &'a Solution,
) -> impl Iterator<Item = CandidateId> + 'a {
    solution.open.iter().copied().filter(|id| {
        let component = problem.candidates[id.index()].component;
        let service = problem.components[component.index()].role == Role::Service;
        let earlier = problem.earlier.as_ref();
        service && earlier.is_some_and(|earlier| !earlier.kept.contains(id))
    })
}

/// Moves × what each costs, in millionths.
fn movement(problem: &Problem, solution: &Solution) -> i128 {
    let cost = |id: CandidateId| {
        let component = problem.candidates[id.index()].component;
        let earlier = problem.earlier.as_ref();
        earlier.map_or(0, |earlier| {
            i128::from(earlier.move_cost[component.index()])
        })
    };
    moved(problem, solution).map(cost).sum()
}

/// The level after the user's expression.
pub fn then(problem: &Problem, solution: &Solution) -> Exact {
    let then = problem.objective.then;
    then.map_or_else(|| Exact::from(0), |then| metric(problem, solution, then))
}

/// One measure, a pure number in the unit that the page gives it.
fn metric(problem: &Problem, solution: &Solution, metric: Metric) -> Exact {
    let sum = |part: fn(&Candidate) -> u64| -> i128 {
        candidates(problem, &solution.open)
            .map(|c| i128::from(part(c)))
            .sum()
    };
    match metric {
        Metric::Latency => latency(problem, solution),
        Metric::Cost => {
            let fixed = i128::from(problem.objective.fixed_cost.0);
            let traffic = i128::try_from(traffic::cost(problem, &solution.heads));
            let traffic = Exact::new(traffic.expect("little money"), 1_000_000_000_000);
            Exact::new(fixed + sum(|c| c.cost.0), 1_000_000) + traffic
        }
        Metric::Power => Exact::new(sum(|c| c.power.0), 1_000),
        Metric::Footprint => Exact::new(sum(|c| c.footprint), GIB),
        Metric::QualityLoss => Exact::from(quality_loss(problem, solution)),
        Metric::CloneBytes => Exact::new(clone_bytes(problem, solution), GIB),
        Metric::Movement => Exact::new(movement(problem, solution), 1_000_000),
        Metric::Own(at) => {
            let measure = &problem.measures[at as usize];
            Exact::new(amount(measure, &solution.open), measure.per.into())
        }
    }
}

/// What a measure comes to before it is divided: the fixed part and the weights of what is open, what
/// exceeds, and the highest share in millionths.
pub fn amount(measure: &Measure, open: &[CandidateId]) -> i128 {
    let weights = |terms: &[(CandidateId, i64)]| -> i128 {
        let of = |(id, weight): &(CandidateId, i64)| if open.contains(id) { *weight } else { 0 };
        terms.iter().map(of).map(i128::from).sum()
    };
    let excess: i128 = (measure.excesses.iter())
        .map(|one| i128::from(one.weight) * (i128::from(one.base) + weights(&one.terms)).max(0))
        .sum();
    let share = |share: &Share| {
        let claims = share.terms.iter().filter(|(id, _)| open.contains(id));
        let claimed: u128 = claims.map(|(_, claim)| u128::from(*claim)).sum();
        (claimed * 1_000_000).div_ceil(share.of.into())
    };
    let highest = measure.shares.iter().map(share).max().unwrap_or(0);
    i128::from(measure.fixed)
        + weights(&measure.terms)
        + excess
        + i128::try_from(highest).expect("a share of a device")
}

/// Σ load · time over all heads / Σ client demand, in ms (0 if no demand).
fn latency(problem: &Problem, solution: &Solution) -> Exact {
    let demand: i128 = (problem.components.iter())
        .filter(|component| component.role == Role::Client)
        .map(|client| {
            let on = client.on.iter();
            let machines: u64 = on.map(|at| problem.devices[at.index()].count).sum();
            i128::from(client.demand.0) * i128::from(machines)
        })
        .sum();
    if demand == 0 {
        return Exact::from(0);
    }
    let waiting = solution.heads.iter().filter_map(|head| {
        let route = shape::route(problem, head.need, head.consumer, head.server?)?;
        let load = load::of_need(problem, &solution.heads, *head);
        Some(i128::from(load) * i128::from(lists::time(problem, route).0))
    });
    Exact::new(waiting.sum(), demand * 1_000)
}

/// Summed over components.
fn quality_loss(problem: &Problem, solution: &Solution) -> i128 {
    let components = (0..).map(ComponentId).zip(&problem.components);
    let losses = components.map(|(id, component)| {
        let of = || instances(problem, &solution.open, id);
        let quality = |c: vn_problem::CandidateId| problem.candidates[c.index()].quality;
        let worst = of().map(quality).max();
        let worst = match component.role {
            Role::Service => {
                let asked: BTreeSet<_> = solution.heads.iter().filter_map(|h| h.server).collect();
                of().filter(|c| asked.contains(c))
                    .map(quality)
                    .max()
                    .or(worst)
            }
            Role::Client => worst,
        };
        i128::from(worst.unwrap_or(component.absent_quality))
    });
    losses.sum()
}

/// Of eager open candidates other than truths.
fn clone_bytes(problem: &Problem, solution: &Solution) -> i128 {
    let cloned = solution
        .open
        .iter()
        .filter(|&&c| clones::is_eager(problem, solution, c) && !clones::holds_truth(solution, c));
    cloned
        .map(|c| i128::from(problem.candidates[c.index()].clone_bytes))
        .sum()
}
