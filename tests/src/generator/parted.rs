//! Problems in which the parts of a fleet lose each other, and nobody is gone.

use vn_problem::{Cut, DeviceId, Failure, FailureId, Problem, Requirement, RequirementKind, Role};

use super::{MOST_SOLUTIONS, NOWHERE, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem with one or two partitions that some services survive.
pub fn parted(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b1).wrapping_add(5));
    loop {
        let mut problem = if random.percent(80) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        let services: Vec<_> = (0..)
            .map(vn_problem::ComponentId)
            .zip(&problem.components)
            .filter(|(_, row)| row.role == Role::Service)
            .map(|(id, _)| id)
            .collect();
        let first = problem.failures.len();
        for _ in 0..random.between(1, 2) {
            let failure = failure(random, &problem);
            problem.failures.push(failure);
        }
        let ids = (0..).map(FailureId).take(problem.failures.len());
        let new: Vec<FailureId> = ids.skip(first).collect();
        for component in random.some(&services, 70) {
            problem.requirements.push(Requirement {
                kind: RequirementKind::Survive {
                    component,
                    failures: random.some(&new, 80),
                },
                cause: NOWHERE,
            });
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

/// Devices fall into two or three sides, some into none; now and then one of them is gone as well.
fn failure(random: &mut Random, problem: &Problem) -> Failure {
    let mut sides: Vec<Vec<DeviceId>> = vec![Vec::new(); random.pick(&[2, 2, 2, 3])];
    for device in (0..).map(DeviceId).take(problem.devices.len()) {
        if random.percent(85) {
            let side = random.index(sides.len());
            sides[side].push(device);
        }
    }
    let mut cut = Vec::new();
    for (at, one) in sides.iter().enumerate() {
        for other in &sides[at + 1..] {
            cut.push(Cut {
                one: one.clone(),
                other: other.clone(),
            });
        }
    }
    let lost: Vec<DeviceId> = (0..).map(DeviceId).take(problem.devices.len()).collect();
    Failure {
        down: if random.percent(15) {
            vec![random.pick(&lost)]
        } else {
            Vec::new()
        },
        cut,
        kept: Vec::new(),
        cause: NOWHERE,
    }
}
