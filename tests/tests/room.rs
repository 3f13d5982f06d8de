//! A search goes as deep as a problem has decisions, whatever the stack of its caller.

use std::thread;

use vn_problem::{Factor, Metric, Term};
use vn_solve::{Options, Outcome, Silent, solve};
use vn_tests::regional::{Region, regional};

/// Hundreds of candidates, and failures that keep the search from being short.
const DEEP: Region = Region {
    sites: 4,
    devices: 12,
    alike: 1,
    services: 10,
    tightness: 4,
    survives: true,
    seed: 2,
};

/// Far less than the main thread of any system has.
const SMALL: usize = 128 << 10;

#[test]
fn a_small_stack_is_enough() {
    let mut problem = regional(DEEP);
    let footprint = Term {
        metric: Metric::Footprint,
        weight: Factor::ONE,
    };
    problem.objective.more.push(vec![footprint]);
    let options = Options {
        nodes: 500,
        ..Options::default()
    };
    let room = thread::Builder::new().stack_size(SMALL);
    let solved = room.spawn(move || solve(&problem, &options, &mut Silent));
    let outcome = solved.unwrap().join().unwrap();
    assert!(matches!(outcome, Outcome::Solved { .. }), "{outcome:?}");
}
