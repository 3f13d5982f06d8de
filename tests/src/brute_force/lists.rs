//! §3, budgets, and §4, the ordered list.

use vn_problem::{CandidateId, Head, Micros, Need, Problem, Route, Solution};

use super::{clones, load::need, shape};

/// How a route stands to the budgets of its need, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Budget {
    /// Within `within`, or no bound is given.
    In,
    /// Over `within`, within `degraded`.
    Degraded,
    /// Over both.
    Over,
}

/// Round trip plus service time.
pub fn time(problem: &Problem, route: &Route) -> Micros {
    Micros(route.rtt.0 + problem.candidates[route.to.index()].service_time.0)
}

/// Where the time of a route falls.
pub fn budget(problem: &Problem, need: &Need, route: &Route) -> Budget {
    let time = time(problem, route);
    if need.within.is_none_or(|within| time <= within) {
        Budget::In
    } else if need.degraded.is_some_and(|degraded| time <= degraded) {
        Budget::Degraded
    } else {
        Budget::Over
    }
}

/// A head has `time ≤ within`, where `within` is given.
pub fn heads_are_in_budget(problem: &Problem, solution: &Solution) -> bool {
    solution.heads.iter().all(|head| {
        head.server.is_none_or(|server| {
            shape::route(problem, head.need, head.consumer, server)
                .is_some_and(|route| budget(problem, need(problem, *head), route) == Budget::In)
        })
    })
}

/// Whoever is served has as many open candidates in budget as the need asks for.
pub fn copies_are_there(problem: &Problem, solution: &Solution) -> bool {
    let served = solution.heads.iter().filter(|head| head.server.is_some());
    served.clone().all(|head| {
        let need = need(problem, *head);
        let near = solution.open.iter().filter(|&&server| {
            shape::route(problem, head.need, head.consumer, server)
                .is_some_and(|route| budget(problem, need, route) == Budget::In)
        });
        near.count() as u64 >= need.copies
    })
}

/// One entry of a list: who, and how its route stands to the budgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The instance to ask.
    pub server: CandidateId,
    /// The class of its route.
    pub budget: Budget,
}

/// §4: the head, then all other open candidates with a route, sorted; empty when unserved.
pub fn of(problem: &Problem, solution: &Solution, head: Head) -> Vec<Entry> {
    let Some(first) = head.server else {
        return Vec::new();
    };
    let from = problem.candidates[head.consumer.index()].device;
    let routes = need(problem, head).routes.iter();
    let mut routes: Vec<_> = routes
        .filter(|route| route.from == from && solution.open.contains(&route.to))
        .collect();
    routes.sort_by_key(|route| {
        (
            route.to != first,
            budget(problem, need(problem, head), route),
            !clones::is_eager(problem, solution, route.to),
            route.fallback_tier,
            route.rtt,
            route.to,
        )
    });
    let entry = |route: &Route| Entry {
        server: route.to,
        budget: budget(problem, need(problem, head), route),
    };
    routes.into_iter().map(entry).collect()
}
