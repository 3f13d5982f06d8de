//! Shops: most of what runs has to be bought, on machines that are bought in order.

use vn_problem::{
    Candidate, CandidateId, Component, ComponentId, Device, DeviceId, Factor, Metric, MicroMoney,
    Problem, Requirement, RequirementKind, Term,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random};
use crate::brute_force;

/// Two or three services; up to four machines of two kinds, and perhaps one that is there.
pub fn shelved(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(29));
    loop {
        let problem = shop(random);
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

/// The shelves: how many machines there are of each kind, what they have and what they cost.
fn shelves(random: &mut Random) -> Vec<(u64, u64, u64)> {
    let kinds = random.between(1, 2);
    let shelf = |_| {
        let machines = random.between(1, 2);
        (machines, random.between(3, 8), random.between(1, 6))
    };
    (0..kinds).map(shelf).collect()
}

fn shop(random: &mut Random) -> Problem {
    let shelves = shelves(random);
    let owned = u64::from(random.percent(30));
    let rooms = shelves.iter();
    let rooms = rooms.flat_map(|&(machines, room, _)| (0..machines).map(move |_| room));
    let rooms: Vec<u64> = (0..owned).map(|_| 3).chain(rooms).collect();
    let device = |&room: &u64| Device {
        capacity: vec![room],
        max_duty: None,
        count: 1,
        cause: NOWHERE,
    };
    let mut problem = Problem {
        devices: rooms.iter().map(device).collect(),
        resources: 1,
        ..Problem::default()
    };
    for _ in 0..random.between(2, 3) {
        service(random, &mut problem);
    }
    let (mut first, choices) = (owned, problem.candidates.clone());
    for (machines, _, price) in shelves {
        shelf(&mut problem, &choices, (first, machines), price);
        first += machines;
    }
    let weight = Factor { num: 1, den: 1 };
    problem.objective.terms = vec![Term {
        metric: Metric::Cost,
        weight,
    }];
    if random.percent(40) {
        problem.objective.terms.push(Term {
            metric: Metric::Footprint,
            weight,
        });
    }
    problem.objective.then = random.percent(50).then_some(Metric::Footprint);
    problem
}

/// So many instances, wherever they fit.
fn service(random: &mut Random, problem: &mut Problem) {
    let component = ComponentId(id(problem.components.len()));
    let claim = random.between(1, 4);
    for device in (0..).map(DeviceId).take(problem.devices.len()) {
        if random.percent(90) {
            problem.candidates.push(Candidate {
                claim: vec![claim],
                footprint: random.between(1, 2) << 30,
                ..Candidate::idle(component, device, 0)
            });
        }
    }
    problem.components.push(Component::service(NOWHERE));
    let min = 1 + u64::from(random.percent(30));
    require(
        problem,
        RequirementKind::Count {
            component,
            min,
            max: random.percent(50).then_some(min),
        },
    );
}

/// Machines of a kind, each bought only after the one before.
fn shelf(problem: &mut Problem, choices: &[Candidate], (first, machines): (u64, u64), price: u64) {
    for at in 0..machines {
        let device = DeviceId(u32::try_from(first + at).unwrap_or(u32::MAX));
        let machine = CandidateId(id(problem.candidates.len()));
        let component = ComponentId(id(problem.components.len()));
        problem.components.push(Component {
            may_be_absent: true,
            ..Component::service(NOWHERE)
        });
        problem.candidates.push(Candidate {
            claim: vec![0],
            cost: MicroMoney(price * 500_000),
            ..Candidate::silent(component, device, 0)
        });
        let here = (0..).map(CandidateId).zip(choices);
        let here = here.filter(|(_, row)| row.device == device);
        let here: Vec<CandidateId> = here.map(|(id, _)| id).collect();
        implies(problem, here, machine);
        if at > 0 {
            implies(problem, vec![machine], CandidateId(machine.0 - 1));
        }
    }
}

fn implies(problem: &mut Problem, when: Vec<CandidateId>, bought: CandidateId) {
    require(
        problem,
        RequirementKind::Implies {
            when: Some(when),
            any: vec![bought],
        },
    );
}

fn require(problem: &mut Problem, kind: RequirementKind) {
    problem.requirements.push(Requirement {
        kind,
        cause: NOWHERE,
    });
}

fn id(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
