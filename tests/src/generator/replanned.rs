//! Problems with an earlier placement, and with objectives of several levels.

use vn_problem::{
    CandidateId, Earlier, Factor, Metric, Problem, Requirement, RequirementKind, Role, Term,
};

use super::{NOWHERE, Random, alike, bonded, rough, tiny};

/// Another kind of problem in which something runs already; its objective is split into levels, and
/// sometimes the moves are bounded.
pub fn replanned(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x51_7cc1).wrapping_add(3));
    let base = random.below(1 << 20);
    let mut problem = match random.below(10) {
        0..5 => tiny(base),
        5..8 => rough(base),
        8 => alike(base),
        _ => bonded(base),
    };
    if random.percent(85) {
        problem.earlier = Some(earlier(random, &problem));
    }
    levels(random, &mut problem);
    if random.percent(30) {
        bounded(random, &mut problem);
    }
    problem
}

/// On most devices one variant of what could run there; sometimes all of them, where only the device
/// is known.
fn earlier(random: &mut Random, problem: &Problem) -> Earlier {
    let chance = random.pick(&[20, 50, 80]);
    let mut kept: Vec<CandidateId> = Vec::new();
    for id in services(problem) {
        let row = &problem.candidates[id.index()];
        let beside = kept.last().map(|last| &problem.candidates[last.index()]);
        let again =
            beside.is_some_and(|last| (last.component, last.device) == (row.component, row.device));
        if random.percent(if again { 15 } else { chance }) {
            kept.push(id);
        }
    }
    let costs = problem.components.iter();
    let costs = costs.map(|_| random.pick(&[0, 1_000_000, 1_000_000, 2_500_000]));
    Earlier {
        move_cost: costs.collect(),
        kept,
    }
}

fn services(problem: &Problem) -> impl Iterator<Item = CandidateId> {
    let ids = (0..).map(CandidateId).zip(&problem.candidates);
    let of_service = |component: usize| problem.components[component].role == Role::Service;
    ids.filter(move |(_, row)| of_service(row.component.index()))
        .map(|(id, _)| id)
}

/// Deals the terms out to up to three levels, with movement among them now and then.
fn levels(random: &mut Random, problem: &mut Problem) {
    let objective = &mut problem.objective;
    if random.percent(35) {
        objective.terms.push(Term {
            metric: Metric::Movement,
            weight: Factor {
                num: random.between(1, 4),
                den: random.between(1, 3),
            },
        });
    }
    let many = random.pick(&[1, 2, 2, 3]);
    let mut sums = vec![Vec::new(); many];
    for term in std::mem::take(&mut objective.terms) {
        let at = random.index(many);
        sums[at].push(term);
    }
    objective.terms = sums.remove(0);
    objective.more = sums;
}

/// At most so many moves.
fn bounded(random: &mut Random, problem: &mut Problem) {
    let moves = services(problem).filter(|&id| problem.is_move(id));
    let terms: Vec<(CandidateId, i64)> = moves.map(|id| (id, -1)).collect();
    let at_least = -random.pick(&[0, 1, 2, 3]);
    problem.requirements.push(Requirement {
        kind: RequirementKind::Linear {
            terms,
            at_least,
            unless_none: None,
        },
        cause: NOWHERE,
    });
}
