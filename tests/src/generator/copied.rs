//! Problems in which a device may hold several instances of a service.

use vn_problem::{Candidate, CandidateId, Problem, Refill, RequirementKind, Role, Route};

use super::{MOST_SOLUTIONS, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem in which some candidates may run twice on their devices, now and then three
/// times; one more instance is wanted of some of them.
pub fn copied(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x9e37_79b1).wrapping_add(11));
    loop {
        let mut problem = if random.percent(80) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        if problem.check().is_err() {
            continue;
        }
        let asked = random.percent(60);
        for row in &mut problem.requirements {
            if let RequirementKind::Count { min, max, .. } = &mut row.kind
                && asked
            {
                *min += 1;
                *max = max.map(|most| most + 1);
            }
        }
        let problem = with_copies(random, problem);
        if brute_force::effort(&problem) <= MOST_SOLUTIONS / 8 {
            return problem;
        }
    }
}

fn with_copies(random: &mut Random, problem: Problem) -> Problem {
    let chance = random.pick(&[20, 40, 70]);
    let mut rows: Vec<(Candidate, CandidateId)> = Vec::new();
    for (id, row) in (0..).map(CandidateId).zip(&problem.candidates) {
        rows.push((row.clone(), id));
        if problem.components[row.component.index()].role == Role::Client {
            continue;
        }
        let most = random.pick(&[1, 1, 1, 2]);
        for copy in 1..=most {
            if !random.percent(chance) {
                continue;
            }
            let truth = row.truth && random.percent(30);
            let copied = Candidate {
                copy,
                truth,
                ..row.clone()
            };
            rows.push((copied, id));
        }
    }
    rows.sort_by_key(|(row, _)| (row.component, row.device, row.copy, row.variant));
    told(problem, &rows)
}

/// The same problem with these candidates, each of which can do what the one does that it is a copy of.
///
/// INVARIANT: neither tiny nor rough problems speak of candidates elsewhere.
fn told(mut problem: Problem, rows: &[(Candidate, CandidateId)]) -> Problem {
    let copies = |of: CandidateId| {
        let all = (0..).map(CandidateId).zip(rows);
        all.filter(move |(_, (_, from))| *from == of)
            .map(|(id, _)| id)
    };
    for need in &mut problem.needs {
        let routes = need.routes.iter();
        let routes = routes.flat_map(|route| copies(route.to).map(|to| Route { to, ..*route }));
        need.routes = routes.collect();
        need.routes.sort_by_key(|route| (route.from, route.to));
    }
    let refills = problem.refills.iter().flat_map(|refill| {
        let from = copies(refill.from);
        from.flat_map(|from| copies(refill.to).map(move |to| Refill { to, from }))
    });
    problem.refills = refills.collect();
    problem.refills.sort_unstable();
    problem.candidates = rows.iter().map(|(row, _)| row.clone()).collect();
    problem
}
