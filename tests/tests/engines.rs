//! Two engines, one plan: whatever both prove is the same, and a failure of one is never "no plan".
#![allow(clippy::print_stdout, reason = "counts, seen with --nocapture")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use vn_problem::{Problem, Rational, verify};
use vn_solve::highs::{Highs, Places, find};
use vn_solve::{
    Control, Limit, Options, Outcome, Progress, Reason, Silent, Solver, Status, branch_and_bound,
    solve,
};
use vn_tests::generator::{
    alike, booted, carried, circular, copied, fleet, parted, rough, tiny, written,
};

/// The library that the environment names. Where it names none, the test says so and passes, but not
/// where `CI` insists.
fn library(test: &str) -> Option<Highs> {
    let named = std::env::var_os("VNC_HIGHS_LIB").filter(|name| !name.is_empty());
    if named.is_none() {
        let insists = std::env::var("CI").is_ok_and(|ci| ci == "1" || ci == "true");
        assert!(!insists, "{test}: VNC_HIGHS_LIB names no library of HiGHS");
        println!("{test}: skipped, VNC_HIGHS_LIB names no library of HiGHS");
        return None;
    }
    let finding = find(&Places {
        named: named.map(Into::into),
        ..Places::default()
    });
    assert!(finding.chosen.is_some(), "{:?}", finding.looked);
    finding.chosen
}

fn with(solver: Solver, nodes: u64) -> Options {
    Options {
        nodes,
        solver,
        ..Options::default()
    }
}

/// Counts of what both said.
#[derive(Debug, Default)]
struct Told {
    same_plan: usize,
    same_refusal: usize,
    /// Left open by the few nodes, or proven by one only.
    open: usize,
}

/// So many nodes that tiny problems are proven; or so few that the engine must branch at once.
fn agree(problem: &Problem, highs: Highs, nodes: u64, told: &mut Told) -> Result<(), String> {
    let proven = solve(problem, &Options::default(), &mut Silent);
    let found = solve(problem, &with(Solver::Highs(highs), nodes), &mut Silent);
    match (&proven, &found) {
        (Outcome::Infeasible { .. }, Outcome::Infeasible { .. }) => told.same_refusal += 1,
        (
            Outcome::Solved {
                solution,
                verified,
                certificate,
            },
            Outcome::Solved {
                solution: theirs,
                verified: measured,
                certificate: claim,
            },
        ) => {
            if claim.relaxed.contradicts || claim.relaxed.failed {
                return Err(format!("{claim:?}"));
            }
            verify(problem, theirs).map_err(|faults| format!("{faults:?}"))?;
            let best = verified.levels.objective;
            let speaks = measured.levels.tiers == verified.levels.tiers;
            if speaks && claim.bound.is_some_and(|bound| bound > best) {
                return Err(format!("bound {:?} above {best:?}", claim.bound));
            }
            if claim.status == Status::Closed && speaks && !near(measured.levels.objective, best) {
                return Err(format!(
                    "closed at {:?}, not {best:?}",
                    measured.levels.objective
                ));
            }
            if certificate.status == Status::Optimal && claim.status == Status::Optimal {
                if solution != theirs {
                    return Err(format!("{solution:?}\n{theirs:?}"));
                }
                told.same_plan += 1;
            } else {
                told.open += 1;
            }
        }
        (
            _,
            Outcome::Undecided {
                reason: Reason::Limit(_),
                ..
            },
        ) => told.open += 1,
        (proven, found) => return Err(format!("{proven:?}\n{found:?}")),
    }
    Ok(())
}

fn near(a: Rational, b: Rational) -> bool {
    let (a, b) = (ratio(a), ratio(b));
    (a - b).abs() <= 2e-6 * b.abs() + 1e-6
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a comparison within a tolerance"
)]
fn ratio(it: Rational) -> f64 {
    it.num() as f64 / it.den() as f64
}

#[test]
fn what_both_prove_is_the_same() {
    let Some(highs) = library("what_both_prove_is_the_same") else {
        return;
    };
    for (name, problem) in [
        ("tiny", tiny as fn(u64) -> Problem),
        ("rough", rough),
        ("alike", alike),
        ("parted", parted),
        ("written", written),
        ("carried", carried),
        ("circular", circular),
    ] {
        for nodes in [Options::default().nodes, 150] {
            let mut told = Told::default();
            for seed in 0..120 {
                if let Err(why) = agree(&problem(seed), highs, nodes, &mut told) {
                    panic!("{name} {seed}, {nodes} nodes: {why}");
                }
            }
            println!("{name}, {nodes} nodes: {told:?}");
            assert!(nodes == 150 || told.same_plan > 20, "{told:?}");
        }
    }
}

#[test]
fn whole_programs_are_judged_alike() {
    let Some(highs) = library("whole_programs_are_judged_alike") else {
        return;
    };
    let (mut same, mut none) = (0, 0);
    let heavy = (0..80).map(carried).chain((0..80).map(circular));
    let heavy = heavy.chain((0..40).map(copied)).chain((0..40).map(booted));
    for problem in (0..150).map(tiny).chain((0..150).map(rough)).chain(heavy) {
        let ours = branch_and_bound(&problem, Solver::Embedded, 2_000);
        let theirs = branch_and_bound(&problem, Solver::Highs(highs), 2_000);
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            continue;
        };
        assert!(!theirs.failed);
        assert_eq!(ours.infeasible, theirs.infeasible);
        assert_eq!(ours.first_tier, theirs.first_tier);
        none += usize::from(ours.infeasible);
        if let (Some(a), Some(b)) = (ours.bound, theirs.bound) {
            assert!((a - b).abs() <= 1e-6 * a.abs() + 1e-6, "{a} and {b}");
            same += 1;
        }
    }
    println!("{same} bounds alike, {none} without a plan");
    assert!(same > 100, "{same}");
}

#[test]
fn a_limit_is_not_a_proof() {
    let Some(highs) = library("a_limit_is_not_a_proof") else {
        return;
    };
    for solver in [Solver::Highs(highs), Solver::Auto(highs)] {
        for millis in [0, 1, 40] {
            let options = Options {
                time: Some(Duration::from_millis(millis)),
                ..with(solver, 300_000)
            };
            match solve(&fleet(10, 6, 3), &options, &mut Silent) {
                Outcome::Infeasible { .. } => panic!("{millis} ms prove nothing"),
                Outcome::Solved { certificate, .. } => assert!(!certificate.relaxed.contradicts),
                Outcome::Undecided { reason, .. } => {
                    assert!(matches!(reason, Reason::Limit(_)), "{reason:?}");
                }
            }
        }
    }
}

#[test]
fn a_fleet_is_bounded_more_tightly_than_by_microlp() {
    let Some(highs) = library("a_fleet_is_bounded_more_tightly_than_by_microlp") else {
        return;
    };
    let problem = fleet(6, 4, 1);
    let bound = |solver: Solver| match solve(&problem, &with(solver, 40_000), &mut Silent) {
        Outcome::Solved { certificate, .. } => {
            assert_eq!(
                certificate.relaxed.highs.is_some(),
                solver != Solver::Embedded
            );
            assert_eq!(
                certificate.engine.contains("HiGHS"),
                solver != Solver::Embedded
            );
            certificate.relaxed.bound
        }
        other => panic!("{other:?}"),
    };
    let (ours, theirs) = (bound(Solver::Embedded), bound(Solver::Auto(highs)));
    println!("{ours:?} {theirs:?}");
    assert!(theirs >= ours);
    assert_eq!(theirs, bound(Solver::Auto(highs)), "the same again");
}

#[test]
fn what_is_proven_at_once_needs_no_library() {
    let Some(highs) = library("what_is_proven_at_once_needs_no_library") else {
        return;
    };
    let options = with(Solver::Auto(highs), Options::default().nodes);
    let Outcome::Solved { certificate, .. } = solve(&tiny(3), &options, &mut Silent) else {
        return;
    };
    assert_eq!(certificate.relaxed.highs, None);
    assert!(!certificate.engine.contains("HiGHS"));
}

/// Ends a solve when another thread says so.
struct Ended(Arc<AtomicBool>);

impl Control for Ended {
    fn report(&mut self, _: Progress) {}

    fn is_cancelled(&mut self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn another_thread_ends_a_solve() {
    let Some(highs) = library("another_thread_ends_a_solve") else {
        return;
    };
    let end = Arc::new(AtomicBool::new(false));
    let teller = {
        let end = Arc::clone(&end);
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(2));
            end.store(true, Ordering::Relaxed);
        })
    };
    let options = with(Solver::Highs(highs), 3_000_000);
    let outcome = solve(&fleet(10, 6, 1), &options, &mut Ended(end));
    teller.join().expect("it only sleeps");
    let certificate = match outcome {
        Outcome::Solved { certificate, .. } | Outcome::Undecided { certificate, .. } => certificate,
        Outcome::Infeasible { .. } => panic!("whoever is ended proves nothing"),
    };
    assert_eq!(certificate.limit, Some(Limit::Cancelled));
    assert!(!certificate.reproducible);
}
