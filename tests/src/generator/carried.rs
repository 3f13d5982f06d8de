//! Problems whose requests weigh something: channels that carry only so much, ways that cost money.

use vn_problem::{
    Channel, ChannelId, Factor, Metric, Problem, Requirement, RequirementKind, Term, TotalMetric,
    Way, WayId,
};

use super::{HALF_REQUEST, MOST_SOLUTIONS, NOWHERE, Random, held, rough, tiny};
use crate::brute_force;

/// A tiny, a rough or a held problem over two sites or three, with links between them.
pub fn carried(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x27d4_eb2f).wrapping_add(23));
    loop {
        let mut problem = match random.below(10) {
            0..7 => tiny(random.below(1 << 20)),
            7 | 8 => rough(random.below(1 << 20)),
            _ => held(random.below(1 << 20)),
        };
        links(random, &mut problem);
        money(random, &mut problem);
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

/// A channel for each direction between two sites, and one for what some devices send.
fn links(random: &mut Random, problem: &mut Problem) {
    let sites = random.between(2, 3);
    let site: Vec<u64> = problem
        .devices
        .iter()
        .map(|_| random.below(sites))
        .collect();
    let generous = random.pick(&[1, 1, 2, 4]);
    let mut channel = |random: &mut Random| {
        let capacity = random.pick(&[0, 1, 2, 2, 3, 4, 6]) * HALF_REQUEST * generous;
        problem.channels.push(Channel {
            capacity,
            cause: NOWHERE,
        });
        u32::try_from(problem.channels.len() - 1).expect("few channels")
    };
    let mut between = Vec::new();
    for _ in 0..sites * sites {
        between.push(random.percent(70).then(|| channel(random)));
    }
    let mut sends = Vec::new();
    for _ in &site {
        sends.push(random.percent(15).then(|| channel(random)));
    }
    let pays = random.percent(85);
    let prices = [0, 0, HALF_REQUEST, 2 * HALF_REQUEST, 333_333];
    let per_device = random.percent(60);
    let prices: Vec<u64> = (0..64).map(|_| random.pick(&prices)).collect();
    for need in &mut problem.needs {
        need.payload = random.pick(&[0, 1, 1, 1, 2, 3]);
        for route in &mut need.routes {
            let to = problem.candidates[route.to.index()].device;
            if route.from == to {
                continue;
            }
            let (here, there) = (site[route.from.index()], site[to.index()]);
            let at = usize::try_from(there * sites + here).expect("few sites");
            let over = [between[at].filter(|_| here != there), sends[to.index()]];
            let mut channels: Vec<ChannelId> = over.into_iter().flatten().map(ChannelId).collect();
            channels.sort_unstable();
            if need.payload == 0 {
                channels.clear();
            }
            let price = match (pays, per_device) {
                (true, true) => prices[(route.from.index() * 7 + to.index()) % 64],
                (true, false) if here != there => prices[at],
                (true, false) | (false, _) => 0,
            };
            let way = Way { channels, price };
            if way == Way::default() {
                continue;
            }
            let known = problem.ways.iter().position(|one| *one == way);
            let known = known.unwrap_or_else(|| {
                problem.ways.push(way);
                problem.ways.len() - 1
            });
            route.way = Some(WayId(u32::try_from(known).expect("few ways")));
        }
    }
}

/// The cost counts, and may be bounded.
fn money(random: &mut Random, problem: &mut Problem) {
    if random.percent(80) {
        let term = Term {
            metric: Metric::Cost,
            weight: Factor {
                num: random.pick(&[1, 5, 20]),
                den: random.pick(&[1, 1, 3]),
            },
        };
        problem.objective.terms.push(term);
    }
    if random.percent(40) {
        let kind = RequirementKind::Total {
            metric: TotalMetric::Cost,
            at_most: random.between(1, 16) * 2 * HALF_REQUEST - random.below(2),
            fixed: 0,
        };
        problem.requirements.push(Requirement {
            kind,
            cause: NOWHERE,
        });
    }
}
