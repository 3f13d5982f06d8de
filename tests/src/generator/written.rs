//! Problems in which some needs write: to one holder of the truth or to several, over clones or not.

use vn_problem::{
    ComponentId, Custody, Cut, DeviceId, Failure, FailureId, Problem, Requirement, RequirementKind,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random, parted, tiny};
use crate::brute_force;

/// A tiny problem or one that falls apart, in which one service has a truth that some write to.
pub fn written(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0xc2b2_ae35).wrapping_add(17));
    loop {
        let mut problem = if random.percent(80) {
            tiny(random.below(1 << 20))
        } else {
            parted(random.below(1 << 20))
        };
        let asked: Vec<ComponentId> = problem.needs.iter().map(|need| need.server).collect();
        if asked.is_empty() {
            continue;
        }
        let server = random.pick(&asked);
        write(random, &mut problem, server);
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

fn write(random: &mut Random, problem: &mut Problem, server: ComponentId) {
    let holders = random.pick(&[1, 1, 1, 1, 2, 3]);
    let standby = holders == 1 && random.percent(40);
    problem.components[server.index()].custody = Custody {
        holders,
        standby,
        passes_on: random.percent(45),
    };
    let often = random.pick(&[80, 100, 100]);
    for row in &mut problem.candidates {
        if row.component == server {
            row.truth = random.percent(often);
            row.standby = standby && random.percent(80);
        }
    }
    let truth = RequirementKind::Truth { component: server };
    problem.requirements.retain(|row| row.kind != truth);
    problem.requirements.push(Requirement {
        kind: truth,
        cause: NOWHERE,
    });
    for need in &mut problem.needs {
        need.write = need.server == server && random.percent(75);
    }
    if random.percent(60) {
        let survives = |kind: &RequirementKind| matches!(kind, RequirementKind::Survive { .. });
        problem.requirements.retain(|row| !survives(&row.kind));
    }
    let failure = failure(random, problem, server);
    let keeps = !failure.kept.is_empty() && random.percent(60);
    problem.components[server.index()].custody.passes_on |= keeps;
    let before = problem.failures.len();
    problem.failures.push(failure);
    if random.percent(70) {
        let ids = (0..).map(FailureId).take(problem.failures.len());
        problem.requirements.push(Requirement {
            kind: RequirementKind::Survive {
                component: server,
                failures: ids.skip(before).collect(),
            },
            cause: NOWHERE,
        });
    }
}

/// A device is gone, or two halves lose each other; now and then what is written meanwhile is kept.
fn failure(random: &mut Random, problem: &Problem, server: ComponentId) -> Failure {
    let all: Vec<DeviceId> = (0..).map(DeviceId).take(problem.devices.len()).collect();
    let lost = random.percent(40);
    let one = random.some(&all, 35);
    let other = all.iter().filter(|device| !one.contains(device)).copied();
    let cut = Cut {
        other: other.collect(),
        one,
    };
    Failure {
        down: if lost {
            vec![random.pick(&all)]
        } else {
            Vec::new()
        },
        cut: if lost { Vec::new() } else { vec![cut] },
        kept: if random.percent(50) {
            vec![server]
        } else {
            Vec::new()
        },
        cause: NOWHERE,
    }
}
