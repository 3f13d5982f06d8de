//! Tiny random problems: small enough to try every plan, mean enough that every rule matters.
//!
//! Numbers are drawn from small sets, so that ties are common and declared order has work to do.
//! Bounds are drawn from the numbers of the problem itself (a route's time, a client's demand),
//! never from what a planner says. Loads are multiples of half a request per second, which every
//! factor used here divides exactly.
#![allow(
    clippy::indexing_slicing,
    reason = "an id that points nowhere is a mistake in the generator and may panic"
)]

mod components;
mod candidates;
mod devices;
mod family;
mod failures;
mod needs;
mod objective;
mod random;
mod requirements;

use vn_problem::{Cause, Problem};

pub use family::{Family, without};
pub use random::Random;

/// Half a request per second.
const HALF_REQUEST: u64 = 500_000;

/// The cause of everything: nothing here has a line.
const NOWHERE: Cause = Cause(0);

/// The problem of this seed.
pub fn tiny(seed: u64) -> Problem {
    let random = &mut Random::new(seed);
    let map = devices::map(random);
    let mut problem = Problem { resources: 2, ..Problem::default() };
    problem.devices = devices::rows(random, &map);
    let edges = components::edges(random);
    problem.components = components::rows(random, &edges, &map);
    problem.candidates = candidates::rows(random, &problem);
    problem.needs = needs::rows(random, &problem, &edges, &map);
    candidates::bound(random, &mut problem);
    problem.failures = failures::rows(random, &map);
    problem.refills = failures::refills(random, &problem);
    problem.requirements = requirements::rows(random, &problem, &map);
    problem.objective = objective::row(random, &problem);
    problem
}
