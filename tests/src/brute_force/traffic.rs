//! §3, traffic: what goes over each channel, and what it costs.

use vn_problem::{Head, Problem, RequirementKind, Solution, TotalMetric, Way};

use super::{load, placement, shape};

/// The way of a head, if it has one.
fn way(problem: &Problem, head: Head) -> Option<&Way> {
    let route = shape::route(problem, head.need, head.consumer, head.server?)?;
    Some(&problem.ways[route.way?.index()])
}

/// Whether no channel carries more than it can when these are the servers that answer.
pub fn fits(problem: &Problem, heads: &[Head]) -> bool {
    let channels = (0..).zip(&problem.channels);
    channels.into_iter().all(|(id, channel)| {
        let over = heads.iter().filter(|head| {
            let way = way(problem, **head);
            way.is_some_and(|way| way.channels.iter().any(|one| one.0 == id))
        });
        let bytes = over.map(|head| {
            let payload = load::need(problem, *head).payload;
            u128::from(load::of_need(problem, heads, *head)) * u128::from(payload)
        });
        bytes.sum::<u128>() <= u128::from(channel.capacity)
    })
}

/// What traffic costs, in 10⁻¹² of the currency per month.
pub fn cost(problem: &Problem, heads: &[Head]) -> u128 {
    let priced = heads.iter().filter_map(|head| {
        let price = way(problem, *head)?.price;
        Some(u128::from(price) * u128::from(load::of_need(problem, heads, *head)))
    });
    priced.sum()
}

/// Whether instances and traffic together stay within each bound on the cost.
pub fn is_affordable(problem: &Problem, solution: &Solution) -> bool {
    let open = placement::candidates(problem, &solution.open);
    let open: u128 = open.map(|row| u128::from(row.cost.0)).sum();
    let traffic = cost(problem, &solution.heads);
    problem.requirements.iter().all(|row| match row.kind {
        RequirementKind::Total {
            metric: TotalMetric::Cost,
            at_most,
            fixed,
        } => (u128::from(fixed) + open) * 1_000_000 + traffic <= u128::from(at_most) * 1_000_000,
        _ => true,
    })
}
