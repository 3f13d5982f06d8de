//! Problems whose consumers hold on to more than one server, and whose servers bear only so much.

use vn_problem::Problem;

use super::{MOST_SOLUTIONS, Random, rough, tiny};
use crate::brute_force;

/// A tiny or a rough problem, some of whose needs ask for several servers at once, and some of whose
/// instances bear only so many consumers.
pub fn held(seed: u64) -> Problem {
    let random = &mut Random::new(seed.wrapping_mul(0x85eb_ca6b).wrapping_add(11));
    loop {
        let mut problem = if random.percent(80) {
            tiny(random.below(1 << 20))
        } else {
            rough(random.below(1 << 20))
        };
        for need in &mut problem.needs {
            need.copies = random.pick(&[1, 1, 2, 2, 2, 3]);
        }
        let limited = random.pick(&[0, 40, 90]);
        for row in &mut problem.candidates {
            let most = random.pick(&[1, 1, 1, 2]);
            row.connections = random.percent(limited).then_some(most);
        }
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}
