//! Problems in which it is bounded what is fetched at boot.

use vn_problem::{
    Arrival, Arrivals, CandidateId, CloneMode, DeviceId, Problem, Requirement, RequirementKind,
    Role,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem, mostly with eager instances, in which the time of devices or the bytes that
/// leave some are bounded, sometimes both.
pub fn booted(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b1).wrapping_add(13));
    loop {
        let mut problem = if random.percent(80) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        if problem.check().is_err() {
            continue;
        }
        for row in &mut problem.candidates {
            row.clone_bytes = random.pick(&[0, 1, 2, 3]) << 28;
            if random.percent(50) {
                row.clone = CloneMode::Eager;
            }
        }
        problem
            .refills
            .retain(|refill| problem.candidates[refill.to.index()].clone == CloneMode::Lazy);
        let both = random.percent(30);
        let time = random.percent(60);
        if time || both {
            let row = arrivals(random, &problem, true);
            problem.requirements.push(row);
        }
        if !time || both {
            let row = arrivals(random, &problem, false);
            problem.requirements.push(row);
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS / 4 {
            return problem;
        }
    }
}

fn arrivals(random: &mut Random, problem: &Problem, each_device: bool) -> Requirement {
    let ids = || (0..).map(CandidateId).zip(&problem.candidates);
    let devices: Vec<DeviceId> = (0..).map(DeviceId).take(problem.devices.len()).collect();
    let senders = random.some(&devices, 50);
    let mut pairs: Vec<Arrival> = Vec::new();
    for (to, row) in ids() {
        if problem.components[row.component.index()].role == Role::Client {
            continue;
        }
        let others = ids().filter(|(id, other)| *id != to && other.component == row.component);
        let others: Vec<CandidateId> = others.map(|(id, _)| id).collect();
        for from in others {
            let sends = senders.contains(&problem.candidates[from.index()].device);
            let amount = if each_device {
                random.between(1, 4)
            } else if sends {
                row.clone_bytes >> 28
            } else {
                0
            };
            if random.percent(90) {
                pairs.push(Arrival { to, from, amount });
            }
        }
    }
    Requirement {
        kind: RequirementKind::Arrivals(Arrivals {
            pairs,
            each_device,
            at_most: random.pick(&[0, 1, 2, 2, 3, 4, 5]),
        }),
        cause: NOWHERE,
    }
}
