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

mod alike;
mod bonded;
mod booted;
mod bought;
mod candidates;
mod carried;
mod circular;
mod components;
mod copied;
mod devices;
mod failures;
mod family;
mod fleet;
mod held;
mod measured;
mod needs;
mod objective;
mod parted;
pub mod random;
mod replanned;
mod requirements;
mod rough;
mod shelved;
mod written;

use crate::brute_force;
use vn_problem::{Cause, Problem};

pub use alike::alike;
pub use bonded::bonded;
pub use booted::booted;
pub use bought::bought;
pub use carried::carried;
pub use circular::circular;
pub use copied::copied;
pub use family::{Family, without};
pub use fleet::fleet;
pub use held::held;
pub use measured::measured;
pub use parted::parted;
pub use random::Random;
pub use replanned::replanned;
pub use rough::rough;
pub use shelved::shelved;
pub use written::written;

/// Half a request per second.
const HALF_REQUEST: u64 = 500_000;

/// The cause of everything: nothing here has a line.
const NOWHERE: Cause = Cause(0);

/// What a problem is mostly about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    /// Nothing in particular.
    Anything,
    /// Several instances that stand in for each other: what §§4–5 decide shows only there.
    Failover,
    /// The same, but all instances must run, so that only the lists are left to decide.
    Standby,
}

/// Problems with more solutions than this are drawn again.
const MOST_SOLUTIONS: u128 = 80_000;

const THEMES: [Theme; 7] = [
    Theme::Anything,
    Theme::Anything,
    Theme::Anything,
    Theme::Failover,
    Theme::Standby,
    Theme::Standby,
    Theme::Standby,
];

/// The problem of this seed.
pub fn tiny(seed: u64) -> Problem {
    let mut random = Random::new(seed);
    loop {
        let problem = draw(&mut random);
        if brute_force::effort(&problem) <= MOST_SOLUTIONS {
            return problem;
        }
    }
}

fn draw(random: &mut Random) -> Problem {
    let theme = random.pick(&THEMES);
    let map = devices::map(random, theme);
    let mut problem = Problem {
        resources: 2,
        ..Problem::default()
    };
    problem.devices = devices::rows(random, &map, theme);
    let edges = components::edges(random, theme);
    problem.components = components::rows(random, &edges, &map, theme);
    problem.candidates = candidates::rows(random, &problem, &map, theme);
    problem.needs = needs::rows(random, &problem, &edges, &map, theme);
    candidates::bound(random, &mut problem, theme);
    problem.failures = failures::rows(random, &problem, &map, theme);
    problem.refills = failures::refills(random, &problem);
    problem.requirements = requirements::rows(random, &problem, &map, theme);
    problem.objective = objective::row(random, &problem);
    problem
}
