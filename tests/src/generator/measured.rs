//! Problems with measures of their own: weighted sums, excesses, the highest of some shares.

use vn_problem::{
    CandidateId, DeviceId, Excess, Factor, Measure, Metric, Problem, Requirement, RequirementKind,
    Share, Term,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random, bonded, rough, tiny};
use crate::brute_force;

/// A tiny, a rough or a bonded problem whose objective, and sometimes a bound, speaks of one or two
/// measures.
pub fn measured(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x85eb_ca6b).wrapping_add(3));
    loop {
        let mut problem = match random.below(10) {
            0..6 => tiny(random.below(1 << 20)),
            6..8 => rough(random.below(1 << 20)),
            _ => bonded(random.below(1 << 20)),
        };
        for at in 0..random.pick(&[1, 1, 2]) {
            let row = measure(random, &problem);
            problem.measures.push(row);
            let term = Term {
                metric: Metric::Own(at),
                weight: Factor {
                    num: random.between(1, 6),
                    den: random.between(1, 3),
                },
            };
            match random.below(10) {
                0..6 => problem.objective.terms.push(term),
                6 => problem.objective.more.push(vec![term]),
                7 => problem.objective.then = Some(term.metric),
                _ => problem.objective.terms = vec![term],
            }
            if random.percent(35) {
                let kind = bound(random, &problem, at);
                problem.requirements.push(Requirement {
                    kind,
                    cause: NOWHERE,
                });
            }
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

fn measure(random: &mut Random, problem: &Problem) -> Measure {
    let mut measure = Measure {
        per: random.between(1, 4),
        fixed: random.pick(&[-3, 0, 0, 5]),
        ..Measure::default()
    };
    if random.percent(60) {
        measure.terms = weights(random, problem, &[-3, -1, 0, 0, 1, 2, 5]);
    }
    if random.percent(50) {
        for _ in 0..random.between(1, 3) {
            measure.excesses.push(Excess {
                weight: random.between(1, 3),
                base: random.pick(&[-6, -3, -1, 0, 2]),
                terms: weights(random, problem, &[-2, 0, 1, 2, 3]),
            });
        }
    }
    if random.percent(50) {
        measure.shares = shares(problem);
    }
    measure
}

fn weights(random: &mut Random, problem: &Problem, among: &[i64]) -> Vec<(CandidateId, i64)> {
    let ids = (0..).map(CandidateId).take(problem.candidates.len());
    let weighed = ids.map(|id| (id, random.pick(among)));
    weighed.filter(|(_, weight)| *weight != 0).collect()
}

/// How much of each device is claimed, resource by resource.
fn shares(problem: &Problem) -> Vec<Share> {
    let devices = (0..).map(DeviceId).zip(&problem.devices);
    let each = devices.flat_map(|(at, device)| {
        let resources = device.capacity.iter().enumerate();
        resources.map(move |(resource, of)| (at, resource, *of))
    });
    let share = |(at, resource, of): (DeviceId, usize, u64)| {
        let here = (0..).map(CandidateId).zip(&problem.candidates);
        let here = here.filter(|(_, row)| row.device == at && row.claim[resource] > 0);
        let terms = here.map(|(id, row)| (id, row.claim[resource])).collect();
        Share { of, terms }
    };
    each.filter(|(_, _, of)| *of > 0).map(share).collect()
}

/// A bound that some sets of candidates keep and others do not.
fn bound(random: &mut Random, problem: &Problem, at: u32) -> RequirementKind {
    let row = &problem.measures[at as usize];
    let ids: Vec<CandidateId> = (0..)
        .map(CandidateId)
        .take(problem.candidates.len())
        .collect();
    let some = random.some(&ids, 40);
    let amount = row.amount(|id| some.contains(&id)).unwrap_or_default();
    RequirementKind::AtMost {
        measure: at,
        amount: i64::try_from(amount).unwrap_or_default(),
    }
}
