//! Problems in which some machines are there only if they are bought.

use vn_problem::{
    Candidate, CandidateId, Component, ComponentId, DeviceId, Factor, Metric, MicroMoney, Problem,
    Requirement, RequirementKind, Term,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem with a price for some of its machines; some are bought in order.
pub fn bought(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(11));
    loop {
        let mut problem = if random.percent(70) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        let devices: Vec<DeviceId> = (0..).map(DeviceId).take(problem.devices.len()).collect();
        let choices = problem.candidates.len();
        let mut before: Option<CandidateId> = None;
        for device in random.some(&devices, 60) {
            let machine = offer(random, &mut problem, device, choices);
            if let Some(before) = before.filter(|_| random.percent(30)) {
                implies(&mut problem, vec![machine], before);
            }
            before = Some(machine);
        }
        price(&mut problem);
        if before.is_some() && brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

/// What runs on a machine brings it along.
fn offer(
    random: &mut Random,
    problem: &mut Problem,
    device: DeviceId,
    choices: usize,
) -> CandidateId {
    let (component, machine) = (problem.components.len(), problem.candidates.len());
    let component = ComponentId(u32::try_from(component).unwrap_or(u32::MAX));
    let machine = CandidateId(u32::try_from(machine).unwrap_or(u32::MAX));
    let rows = problem.candidates.iter().take(choices);
    let here = (0..).map(CandidateId).zip(rows);
    let here = here.filter(|(_, row)| row.device == device);
    let here: Vec<CandidateId> = here.map(|(id, _)| id).collect();
    problem.components.push(Component {
        may_be_absent: true,
        ..Component::service(NOWHERE)
    });
    problem.candidates.push(Candidate {
        claim: vec![0; problem.resources],
        cost: MicroMoney(random.between(1, 9) * 500_000),
        ..Candidate::silent(component, device, 0)
    });
    if !here.is_empty() {
        implies(problem, here, machine);
    }
    machine
}

fn implies(problem: &mut Problem, when: Vec<CandidateId>, bought: CandidateId) {
    problem.requirements.push(Requirement {
        kind: RequirementKind::Implies {
            when: Some(when),
            any: vec![bought],
        },
        cause: NOWHERE,
    });
}

/// Somebody looks at what is paid.
fn price(problem: &mut Problem) {
    let terms = &mut problem.objective.terms;
    if terms.iter().all(|term| term.metric != Metric::Cost) {
        terms.push(Term {
            metric: Metric::Cost,
            weight: Factor { num: 1, den: 1 },
        });
    }
}
