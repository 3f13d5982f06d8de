//! Problems with corners: numbers that do not divide, empty and contradictory demands.

use vn_problem::{
    CloneMode, ComponentId, Factor, Load, Metric, Micros, NeedLoad, Problem, Requirement,
    RequirementKind, Role, Term,
};

use super::{MOST_SOLUTIONS, NOWHERE, Random, tiny};
use crate::brute_force;

/// A tiny problem after one to five changes that no compiler need ever make.
pub fn rough(seed: u64) -> Problem {
    let random = &mut Random::new(!seed);
    loop {
        let mut problem = tiny(seed);
        for _ in 0..random.between(1, 5) {
            roughen(random, &mut problem);
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

fn roughen(random: &mut Random, problem: &mut Problem) {
    match random.below(12) {
        0..=2 => loads(random, problem),
        3 | 4 => capacity(random, problem),
        5 => budget(random, problem),
        6 => weight(random, problem),
        7 => requirement(random, problem),
        8 => contradiction(random, problem),
        9 => failure(random, problem),
        10 => lazy(random, problem),
        _ => need_twice(random, problem),
    }
}

/// One of some rows, if there are any.
fn any<'r, T>(random: &mut Random, rows: &'r mut [T]) -> Option<&'r mut T> {
    let indices: Vec<_> = (0..rows.len()).collect();
    let at = (!indices.is_empty()).then(|| random.pick(&indices))?;
    rows.get_mut(at)
}

/// Loads that factors do not divide, down to single millionths.
fn loads(random: &mut Random, problem: &mut Problem) {
    let clients = problem
        .components
        .iter_mut()
        .filter(|row| row.role == Role::Client);
    for client in clients {
        client.demand = Load(random.pick(&[1, 2, 3, 7, 1_000_001, client.demand.0 + 1]));
    }
    if let Some(need) = any(random, &mut problem.needs) {
        let (num, den) = random.pick(&[(1, 3), (2, 3), (7, 5), (0, 1), (1, 1_000), (3, 2)]);
        need.load = match random.below(6) {
            0 => NeedLoad::Rate(Load(0)),
            1 => NeedLoad::Rate(Load(random.between(1, 5))),
            _ => NeedLoad::Fanout(Factor { num, den }),
        };
    }
}

/// Capacities of a few millionths, sometimes of a client.
fn capacity(random: &mut Random, problem: &mut Problem) {
    for candidate in &mut problem.candidates {
        if random.percent(40) && (candidate.capacity.is_some() || random.percent(30)) {
            candidate.capacity = Some(Load(random.pick(&[1, 2, 3, 5, 8, 500_000, 1_000_001])));
        }
    }
}

fn budget(random: &mut Random, problem: &mut Problem) {
    if let Some(need) = any(random, &mut problem.needs) {
        need.within = Some(Micros(random.pick(&[0, 200, 1_000, 5_000])));
        need.degraded = random
            .percent(50)
            .then(|| Micros(random.pick(&[0, 1_000, 5_000, 30_000])));
    }
}

/// Weights of zero, metrics that come twice, nothing after the expression.
fn weight(random: &mut Random, problem: &mut Problem) {
    match random.below(3) {
        0 => problem.objective.then = None,
        1 => problem
            .objective
            .terms
            .iter_mut()
            .for_each(|term| term.weight.num = 0),
        _ => {
            let metric = random.pick(&[Metric::Latency, Metric::QualityLoss, Metric::CloneBytes]);
            let weight = Factor {
                num: random.between(0, 9),
                den: random.pick(&[1, 7, 1_000]),
            };
            problem.objective.terms.push(Term { metric, weight });
        }
    }
}

fn services(problem: &Problem) -> Vec<ComponentId> {
    let rows = (0..).map(ComponentId).zip(&problem.components);
    rows.filter(|(_, row)| row.role == Role::Service)
        .map(|(id, _)| id)
        .collect()
}

/// One more requirement, inherited by nobody.
fn requirement(random: &mut Random, problem: &mut Problem) {
    let component = random.pick(&services(problem));
    let failures: Vec<_> = (0..)
        .map(vn_problem::FailureId)
        .take(problem.failures.len())
        .collect();
    let kind = match random.below(3) {
        0 => RequirementKind::Survive {
            component,
            failures: random.some(&failures, 60),
        },
        1 => RequirementKind::Spread {
            component,
            domain: problem
                .devices
                .iter()
                .map(|_| random.pick(&[0, 1, 5]))
                .collect(),
            m: random.between(1, 4),
        },
        _ => RequirementKind::Count {
            component,
            min: random.between(0, 2),
            max: None,
        },
    };
    problem.requirements.push(Requirement {
        kind,
        cause: NOWHERE,
    });
}

/// What can hardly be met.
fn contradiction(random: &mut Random, problem: &mut Problem) {
    if random.percent(70) {
        return;
    }
    let component = random.pick(&services(problem));
    let max = Some(random.pick(&[0, 1]));
    let kind = RequirementKind::Count {
        component,
        min: 0,
        max,
    };
    problem.requirements.push(Requirement {
        kind,
        cause: NOWHERE,
    });
}

/// Nothing is lost, or nearly everything.
fn failure(random: &mut Random, problem: &mut Problem) {
    let devices: Vec<_> = (0..)
        .map(vn_problem::DeviceId)
        .take(problem.devices.len())
        .collect();
    if let Some(failure) = any(random, &mut problem.failures) {
        let share = random.pick(&[0, 50, 100]);
        failure.down = random.some(&devices, share);
    }
}

fn lazy(random: &mut Random, problem: &mut Problem) {
    if let Some(candidate) = any(random, &mut problem.candidates) {
        candidate.clone = match candidate.clone {
            CloneMode::Eager => CloneMode::Lazy,
            CloneMode::Lazy => CloneMode::Eager,
        };
        candidate.truth = random.percent(50);
    }
}

fn need_twice(random: &mut Random, problem: &mut Problem) {
    if let Some(need) = any(random, &mut problem.needs).cloned() {
        problem.needs.push(need);
    }
}
