//! Problems whose services ask each other in circles, which needs with a rate of their own close.

use vn_problem::{CandidateId, Load, Micros, Need, NeedLoad, Problem, Role, Route};

use super::{HALF_REQUEST, MOST_SOLUTIONS, NOWHERE, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem in which some services ask those who ask them.
pub fn circular(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x1656_67b1).wrapping_add(5));
    loop {
        let mut problem = if random.percent(70) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        let mut more: Vec<Need> = Vec::new();
        for need in &problem.needs {
            let asks = problem.components[need.consumer.index()].role == Role::Service;
            if asks && random.percent(80) {
                more.push(back(random, &problem, need));
            }
        }
        let closes = !more.is_empty();
        problem.needs.extend(more);
        if closes && brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

/// The need of a server for its consumer.
fn back(random: &mut Random, problem: &Problem, need: &Need) -> Need {
    let of = |component| {
        let all = (0..).map(CandidateId).zip(&problem.candidates);
        all.filter(move |(_, row)| row.component == component)
    };
    let mut from: Vec<_> = of(need.server).map(|(_, row)| row.device).collect();
    from.dedup();
    let mut routes = Vec::new();
    for from in from {
        for (to, row) in of(need.consumer) {
            if random.percent(90) {
                let far = Micros(1_000 * random.between(1, 4));
                routes.push(Route {
                    from,
                    to,
                    rtt: if from == row.device { Micros(0) } else { far },
                    tier: 0,
                    fallback_tier: random.pick(&[0, 0, 1]),
                    way: None,
                });
            }
        }
    }
    Need {
        consumer: need.server,
        variants: None,
        server: need.consumer,
        within: None,
        degraded: None,
        load: NeedLoad::Rate(Load(random.between(1, 3) * HALF_REQUEST)),
        write: false,
        optional: random.percent(40),
        copies: 1,
        payload: 0,
        tiers: random.pick(&[1, 1, 2]),
        routes,
        cause: NOWHERE,
    }
}
