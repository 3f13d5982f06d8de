//! The library itself, where `VNC_HIGHS_LIB` names one: the same answers as microlp, and it stops when
//! it is told to.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{Highs, Places, find};
use crate::{
    engine::{Branched, Engine, Limits, Relaxed, Watch},
    program::{Bounds, Column, Program},
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

struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from((self.0 >> 33) % sides).unwrap())
    }
}

/// Choices and amounts, rows of all three kinds; some have no solution.
fn small(seed: u64) -> Program {
    let dice = &mut Dice(seed * 7919 + 3);
    for _ in 0..3 {
        dice.below(2);
    }
    let width = 3 + seed % 7;
    let columns = (0..width).map(|_| {
        let whole = dice.below(4) > 0.0;
        Column {
            price: dice.below(19) - 9.0,
            bounds: Bounds::up_to(if whole { 1.0 } else { 1.0 + dice.below(4) }),
            whole,
        }
    });
    let mut program = Program::new(columns.collect());
    for _ in 0..2 + seed % 5 {
        let terms: Vec<(usize, f64)> = (0..usize::try_from(width).unwrap())
            .map(|at| (at, dice.below(9) - 3.0))
            .filter(|&(_, factor)| factor != 0.0)
            .collect();
        let side = dice.below(9) - 1.0;
        let bounds = match seed % 3 {
            0 => Bounds::at_most(side),
            1 => Bounds {
                lower: side,
                upper: f64::INFINITY,
            },
            _ => Bounds {
                lower: side - 1.0,
                upper: side + dice.below(3),
            },
        };
        program.row(bounds, terms);
    }
    program
}

/// What no solver proves at once: many choices that share many scarce things.
fn sacks() -> Program {
    let dice = &mut Dice(11);
    let thing = |dice: &mut Dice| Column {
        price: -50.0 - dice.below(50),
        bounds: Bounds::up_to(1.0),
        whole: true,
    };
    let mut program = Program::new((0..300).map(|_| thing(dice)).collect());
    for _ in 0..40 {
        let row: Vec<(usize, f64)> = (0..300).map(|at| (at, 10.0 + dice.below(90))).collect();
        program.row(Bounds::at_most(5_000.0), row);
    }
    program
}

/// What no solver finds a solution of at once: sums that must be met exactly.
fn shares() -> Program {
    let dice = &mut Dice(5);
    let choice = Column {
        price: 0.0,
        bounds: Bounds::up_to(1.0),
        whole: true,
    };
    let mut program = Program::new(vec![choice; 60]);
    for _ in 0..7 {
        let row: Vec<(usize, f64)> = (0..60).map(|at| (at, 1.0 + dice.below(99))).collect();
        let half = (row.iter().map(|&(_, factor)| factor).sum::<f64>() / 2.0).floor();
        program.row(Bounds::equal(half), row);
    }
    program
}

/// Goes on until told otherwise.
#[derive(Default)]
struct Watching {
    plans: Vec<Vec<f64>>,
    bounds: Vec<f64>,
    asked: usize,
    /// Stops at the first plan.
    once: bool,
    stop: Arc<AtomicBool>,
}

impl Watch for Watching {
    fn plan(&mut self, values: &[f64]) {
        self.plans.push(values.to_vec());
    }

    fn bound(&mut self, objective: f64) {
        self.bounds.push(objective);
    }

    fn goes_on(&mut self) -> bool {
        self.asked += 1;
        !(self.once && !self.plans.is_empty() || self.stop.load(Ordering::Relaxed))
    }
}

const PATIENT: Limits = Limits {
    nodes: 1_000_000,
    iterations: None,
    time: Some(Duration::from_secs(120)),
};

fn holds(program: &Program, values: &[f64]) -> bool {
    let within =
        |bounds: Bounds, value: f64| bounds.lower - 1e-5 <= value && value <= bounds.upper + 1e-5;
    let columns = program.columns().iter().zip(values);
    let whole = |value: f64| (value - value.round()).abs() < 1e-5;
    columns
        .clone()
        .all(|(column, &value)| within(column.bounds, value) && (!column.whole || whole(value)))
        && program.rows().all(|(bounds, terms)| {
            let sum = terms.iter().map(|&(at, factor)| values[at] * factor).sum();
            within(bounds, sum)
        })
}

#[test]
fn both_engines_say_the_same() {
    let Some(highs) = library("both_engines_say_the_same") else {
        return;
    };
    let (mut solved, mut refuted) = (0, 0);
    for seed in 0..400 {
        let program = small(seed);
        let solve =
            |engine: Engine| engine.branch(&program, &[], PATIENT, &mut Watching::default());
        let (ours, theirs) = (solve(Engine::Embedded), solve(Engine::Highs(highs)));
        match (ours.bound, theirs.bound) {
            (Relaxed::Bound(a), Relaxed::Bound(b)) => {
                assert!((a - b).abs() < 1e-5, "{seed}: {a} and {b}");
                let values = theirs.values.expect("what is optimal has values");
                assert!(holds(&program, &values), "{seed}: {values:?}");
                solved += 1;
            }
            (Relaxed::Infeasible, Relaxed::Infeasible) => refuted += 1,
            (a, b) => panic!("{seed}: {a:?} and {b:?}"),
        }
        let relax = |engine: Engine| engine.relax(&program, PATIENT, &mut Watching::default()).0;
        match (relax(Engine::Embedded), relax(Engine::Highs(highs))) {
            (Relaxed::Bound(a), Relaxed::Bound(b)) => assert!((a - b).abs() < 1e-5, "{seed}"),
            (a, b) => assert_eq!(a, b, "{seed}"),
        }
    }
    println!("{solved} solved, {refuted} refuted by both");
    assert!(
        solved > 100 && refuted > 40,
        "{solved} solved, {refuted} refuted"
    );
}

#[test]
fn the_same_run_twice_says_the_same() {
    let Some(highs) = library("the_same_run_twice_says_the_same") else {
        return;
    };
    let limits = Limits {
        iterations: Some(20_000),
        ..PATIENT
    };
    let run = || -> (Branched, Vec<Vec<f64>>, Vec<f64>) {
        let mut watching = Watching::default();
        let branched = highs.solve(&sacks(), &[], limits, &mut watching);
        (branched, watching.plans, watching.bounds)
    };
    let (one, other) = (run(), run());
    assert!(!one.1.is_empty() && !one.2.is_empty());
    assert_eq!(one, other);
    assert!(one.1.iter().all(|values| holds(&sacks(), values)));
}

#[test]
fn it_ends_at_its_first_plan_if_told_so() {
    let Some(highs) = library("it_ends_at_its_first_plan_if_told_so") else {
        return;
    };
    let started = Instant::now();
    let mut watching = Watching {
        once: true,
        ..Watching::default()
    };
    let branched = highs.solve(&sacks(), &[], PATIENT, &mut watching);
    assert!(started.elapsed() < Duration::from_secs(60));
    assert!(
        branched
            .values
            .is_some_and(|values| holds(&sacks(), &values))
    );
    assert_ne!(branched.bound, Relaxed::Infeasible);
}

#[test]
fn another_thread_ends_it() {
    let Some(highs) = library("another_thread_ends_it") else {
        return;
    };
    let mut watching = Watching::default();
    let stop = Arc::clone(&watching.stop);
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::Relaxed);
    });
    let started = Instant::now();
    let branched = highs.solve(&shares(), &[], PATIENT, &mut watching);
    other.join().unwrap();
    assert!(started.elapsed() < Duration::from_secs(60));
    assert!(watching.asked > 0);
    assert!(
        !matches!(branched.bound, Relaxed::Infeasible | Relaxed::Failed),
        "{branched:?}"
    );
}

#[test]
fn time_that_is_up_says_nothing_of_plans() {
    let Some(highs) = library("time_that_is_up_says_nothing_of_plans") else {
        return;
    };
    for millis in [0, 1, 200] {
        let limits = Limits {
            time: Some(Duration::from_millis(millis)),
            ..PATIENT
        };
        let branched = highs.solve(&shares(), &[], limits, &mut Watching::default());
        assert_eq!(branched.values, None);
        assert!(
            !matches!(branched.bound, Relaxed::Infeasible | Relaxed::Failed),
            "{branched:?}"
        );
    }
}

#[test]
fn a_known_plan_is_where_it_begins() {
    let Some(highs) = library("a_known_plan_is_where_it_begins") else {
        return;
    };
    let limits = Limits {
        iterations: Some(5_000),
        ..PATIENT
    };
    let first = highs.solve(&sacks(), &[], limits, &mut Watching::default());
    let values = first.values.expect("sacks can be left empty");
    let start: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    let worth = |values: &[f64]| -> f64 {
        let columns = sacks().columns().to_vec();
        columns
            .iter()
            .zip(values)
            .map(|(one, value)| one.price * value)
            .sum()
    };
    let limits = Limits { nodes: 0, ..limits };
    let again = highs.solve(&sacks(), &start, limits, &mut Watching::default());
    let again = again.values.expect("it was told one");
    assert!(worth(&again) <= worth(&values) + 1e-6);
}

#[test]
fn a_panic_passes_around_the_library() {
    struct Broken;
    impl Watch for Broken {
        fn plan(&mut self, _: &[f64]) {}
        fn bound(&mut self, _: f64) {}
        fn goes_on(&mut self) -> bool {
            panic!("on purpose");
        }
    }
    let Some(highs) = library("a_panic_passes_around_the_library") else {
        return;
    };
    let solve = || highs.solve(&sacks(), &[], PATIENT, &mut Broken);
    let panic = catch_unwind(AssertUnwindSafe(solve)).expect_err("it passes through");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
}

#[test]
fn two_threads_solve_at_once() {
    let Some(highs) = library("two_threads_solve_at_once") else {
        return;
    };
    let solve = move |seed: u64| highs.solve(&small(seed), &[], PATIENT, &mut Watching::default());
    let alone: Vec<Branched> = (0..20).map(solve).collect();
    let threads: Vec<_> = (0..2)
        .map(|_| thread::spawn(move || (0..20).map(solve).collect::<Vec<Branched>>()))
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), alone);
    }
}

#[cfg(feature = "highs-static")]
#[test]
fn what_is_linked_in_comes_before_what_is_found() {
    let finding = find(&Places::default());
    assert_eq!(
        finding.place(),
        Some(super::Place::BuiltIn),
        "{:?}",
        finding.looked
    );
}
