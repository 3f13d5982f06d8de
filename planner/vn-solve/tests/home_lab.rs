//! The home lab is planned to a proof, and what cannot be planned is refuted.

#![allow(
    missing_docs,
    dead_code,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used
)]

mod fixture;

use fixture::{NUC, PI_DNS, PI_HUB, TOWER, VPS, high_performance, home_lab};
use vn_problem::{Metric, Problem, Shortage, verify};
use vn_solve::{Options, Outcome, Reason, Silent, Status, solve};

const ALL: [u32; 5] = [PI_DNS, PI_HUB, NUC, TOWER, VPS];

fn outcome(problem: &Problem) -> Outcome {
    solve(problem, &Options::default(), &mut Silent)
}

#[test]
fn low_resource_is_proven_and_repeats_itself() {
    let problem = home_lab(&ALL).problem;
    let Outcome::Solved {
        solution,
        verified,
        certificate,
    } = outcome(&problem)
    else {
        panic!("a plan exists");
    };
    assert_eq!(certificate.status, Status::Optimal);
    assert_eq!(certificate.bound, Some(verified.levels.objective));
    let below = certificate.relaxed.bound.expect("small enough to relax");
    assert!(below <= verified.levels.objective && !certificate.relaxed.contradicts);
    assert!(certificate.relaxed.columns > 0 && certificate.relaxed.rows > 0);
    assert_eq!(verify(&problem, &solution), Ok(*verified.clone()));
    let again = outcome(&problem);
    assert_eq!(
        again,
        Outcome::Solved {
            solution,
            verified,
            certificate
        }
    );
}

#[test]
fn high_performance_is_proven() {
    let mut draft = home_lab(&ALL);
    draft.minimize(&high_performance(), Metric::QualityLoss);
    let Outcome::Solved { certificate, .. } = outcome(&draft.problem) else {
        panic!("a plan exists");
    };
    assert_eq!(certificate.status, Status::Optimal);
}

#[test]
fn two_small_boards_are_not_enough() {
    let Outcome::Infeasible { conflict, .. } = outcome(&home_lab(&[PI_DNS, PI_HUB]).problem) else {
        panic!("no plan exists");
    };
    let blobs = conflict.shortages.iter().any(|one| {
        matches!(
            one,
            Shortage::TooFewDevices {
                needed: 3,
                available: 1,
                ..
            }
        )
    });
    assert!(blobs, "{conflict:?}");
}

#[test]
fn a_limit_without_a_plan_refutes_nothing() {
    let options = Options {
        nodes: 1,
        ..Options::default()
    };
    let outcome = solve(&home_lab(&ALL).problem, &options, &mut Silent);
    assert!(matches!(
        outcome,
        Outcome::Undecided {
            reason: Reason::Limit(_),
            ..
        }
    ));
}

/// With few nodes for the first search, the mixed-integer program branches; the plan is the same.
#[test]
fn the_second_engine_changes_no_plan() {
    let problem = home_lab(&ALL).problem;
    let few = Options {
        nodes: 6000,
        ..Options::default()
    };
    let (Outcome::Solved { solution, .. }, again) =
        (outcome(&problem), solve(&problem, &few, &mut Silent))
    else {
        panic!("a plan exists");
    };
    let Outcome::Solved {
        solution: other,
        certificate,
        ..
    } = again
    else {
        panic!("a plan exists");
    };
    assert_eq!(certificate.status, Status::Optimal);
    assert!(certificate.relaxed.nodes > 0);
    assert_eq!(solution, other);
}
