//! Problems in which presence binds presence: alternatives, company, exclusions, ratios.

use vn_problem::{CandidateId, ComponentId, DeviceId, Problem, Requirement, RequirementKind, Role};

use super::{MOST_SOLUTIONS, NOWHERE, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem with up to four bonds more, some of whose services may be absent.
pub fn bonded(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(7));
    loop {
        let mut problem = if random.percent(70) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        for component in &mut problem.components {
            component.may_be_absent = component.role == Role::Service && random.percent(40);
        }
        for _ in 0..random.pick(&[1, 1, 2, 3]) {
            let kind = bond(random, &problem);
            problem.requirements.push(Requirement {
                kind,
                cause: NOWHERE,
            });
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

fn bond(random: &mut Random, problem: &Problem) -> RequirementKind {
    let components: Vec<_> = (0..)
        .map(ComponentId)
        .take(problem.components.len())
        .collect();
    let (a, b) = (random.pick(&components), random.pick(&components));
    match random.below(6) {
        0 => RequirementKind::Implies {
            when: random.percent(75).then(|| some_of(random, problem, a)),
            any: some_of(random, problem, b),
        },
        1 => beside(random, problem, (a, b)),
        2 => RequirementKind::Exclusive {
            sets: disjoint(vec![
                some_of(random, problem, a),
                some_of(random, problem, b),
            ]),
        },
        3 => RequirementKind::Exclusive {
            sets: disjoint(components.iter().map(|&of| all_of(problem, of)).collect()),
        },
        4 => ratio(random, problem, (a, b)),
        _ => weighted(random, problem),
    }
}

fn ids(problem: &Problem) -> impl Iterator<Item = CandidateId> {
    (0..).map(CandidateId).take(problem.candidates.len())
}

fn all_of(problem: &Problem, component: ComponentId) -> Vec<CandidateId> {
    let of = |id: &CandidateId| problem.candidates[id.index()].component == component;
    ids(problem).filter(of).collect()
}

/// What a component has on one device, or anything of it.
fn some_of(random: &mut Random, problem: &Problem, component: ComponentId) -> Vec<CandidateId> {
    let all = all_of(problem, component);
    if random.percent(50) {
        let devices: Vec<_> = (0..).map(DeviceId).take(problem.devices.len()).collect();
        let device = random.pick(&devices);
        let here = |id: &CandidateId| problem.candidates[id.index()].device == device;
        return all.into_iter().filter(here).collect();
    }
    random.some(&all, 70)
}

/// `colocate a with b`, on one device.
fn beside(
    random: &mut Random,
    problem: &Problem,
    (a, b): (ComponentId, ComponentId),
) -> RequirementKind {
    let devices: Vec<_> = (0..).map(DeviceId).take(problem.devices.len()).collect();
    let device = random.pick(&devices);
    let here = |id: &CandidateId| problem.candidates[id.index()].device == device;
    RequirementKind::Implies {
        when: Some(all_of(problem, a).into_iter().filter(here).collect()),
        any: all_of(problem, b).into_iter().filter(here).collect(),
    }
}

/// What stands in an earlier set is left out of the later ones.
fn disjoint(mut sets: Vec<Vec<CandidateId>>) -> Vec<Vec<CandidateId>> {
    let mut known: Vec<CandidateId> = Vec::new();
    for set in &mut sets {
        set.retain(|id| !known.contains(id));
        known.extend(set.iter());
    }
    sets
}

/// `per n of a at least m of b`, sometimes void without b.
fn ratio(
    random: &mut Random,
    problem: &Problem,
    (a, b): (ComponentId, ComponentId),
) -> RequirementKind {
    let (n, m) = (random.pick(&[1, 2, 3]), random.pick(&[1, 2]));
    let weight = |id: CandidateId| {
        let of = problem.candidates[id.index()].component;
        i64::from(of == b) * n - i64::from(of == a) * m
    };
    let terms = ids(problem).map(|id| (id, weight(id)));
    RequirementKind::Linear {
        terms: terms.filter(|(_, weight)| *weight != 0).collect(),
        at_least: 0,
        unless_none: random.percent(40).then(|| all_of(problem, b)),
    }
}

/// Any weights and a bound among what they can sum up to.
fn weighted(random: &mut Random, problem: &Problem) -> RequirementKind {
    let weights = [-3, -2, -1, 0, 0, 1, 2, 5];
    let terms: Vec<(CandidateId, i64)> = ids(problem)
        .map(|id| (id, random.pick(&weights)))
        .filter(|(_, weight)| *weight != 0)
        .collect();
    let at_least = random.pick(&[-4, -3, -2, -1, 0, 1, 2]);
    RequirementKind::Linear {
        terms,
        at_least,
        unless_none: None,
    }
}
