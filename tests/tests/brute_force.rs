//! The planner against brute force: the same plan on every tiny problem, and the same judgement on
//! wrong ones.
#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "counts, seen with --nocapture"
)]

use std::fmt::Write as _;

use vn_problem::{Problem, Rational, Solution, verify};
use vn_solve::{Options, Outcome, Silent, Status, solve};
use vn_tests::brute_force::{Best, Exact, Levels, best, broken, effort};
use vn_tests::dump::{Dump, DumpSolution};
use vn_tests::generator::{
    Family, Random, alike, bonded, booted, bought, carried, circular, copied, held, measured,
    parted, replanned, rough, shelved, tiny, without,
};
use vn_tests::perturb::perturbed;
use vn_tests::shrink::shrunk;

const SEEDS: u64 = 600;

/// `VN_SEEDS=10000` looks further.
fn seeds() -> std::ops::Range<u64> {
    let many = std::env::var("VN_SEEDS")
        .ok()
        .and_then(|many| many.parse().ok());
    0..many.unwrap_or(SEEDS)
}

/// In which way solver and brute force agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    NoPlan,
    SamePlan,
    /// The solver does not claim to have proven the declared order.
    SameLevels,
}

fn compare(problem: &Problem) -> Result<Agreement, String> {
    let expected = best(problem);
    let outcome = solve(problem, &Options::default(), &mut Silent);
    match (outcome, expected) {
        (Outcome::Infeasible { .. }, None) => Ok(Agreement::NoPlan),
        (
            Outcome::Solved {
                solution,
                verified,
                certificate,
            },
            Some(expected),
        ) => {
            let found = Best {
                levels: levels(&verified.levels),
                solution,
            };
            plans_agree(problem, &found, &expected, certificate.status)
        }
        (Outcome::Undecided { reason, .. }, _) => Err(format!("undecided: {reason:?}")),
        (Outcome::Infeasible { conflict, .. }, Some(expected)) => Err(format!(
            "solver: no plan, because {conflict:?}\nbrute force:\n{}",
            told(&expected)
        )),
        (Outcome::Solved { solution, .. }, None) => Err(format!(
            "solver:\n{}\nbrute force: no plan, this one breaks {:?}",
            DumpSolution(&solution),
            broken(problem, &solution)
        )),
    }
}

fn plans_agree(
    problem: &Problem,
    found: &Best,
    expected: &Best,
    status: Status,
) -> Result<Agreement, String> {
    let same_levels = found.levels == expected.levels
        && broken(problem, &found.solution).is_none()
        && Levels::of(problem, &found.solution) == found.levels;
    match status {
        Status::Optimal if same_levels && found == expected => Ok(Agreement::SamePlan),
        Status::OptimalButOrder if same_levels => Ok(Agreement::SameLevels),
        status => Err(format!(
            "solver ({status:?}, breaks {:?}):\n{}\nbrute force:\n{}",
            broken(problem, &found.solution),
            told(found),
            told(expected)
        )),
    }
}

fn told(plan: &Best) -> String {
    format!("{}\n  {:?}", DumpSolution(&plan.solution), plan.levels)
}

fn levels(levels: &vn_problem::Levels) -> Levels {
    let tiers = exact(levels.tiers);
    assert!(tiers.is_integer());
    Levels {
        tiers: tiers.to_integer(),
        objective: exact(levels.objective),
        more: levels.more.iter().copied().map(exact).collect(),
        then: exact(levels.then),
        moves: usize::try_from(levels.moves).expect("few moves"),
    }
}

fn exact(rational: Rational) -> Exact {
    Exact::new(rational.num(), rational.den())
}

/// A report with the smallest problem on which they still disagree.
fn counter_example(seed: u64, problem: Problem, why: &str) -> String {
    let small = shrunk(problem, &mut |smaller| {
        smaller.check().is_ok() && compare(smaller).is_err()
    });
    let still = compare(&small).expect_err("shrinking keeps the disagreement");
    format!(
        "seed {seed}: {why}\n\nthe same in small:\n{}\n{still}\n",
        Dump(&small)
    )
}

#[test]
fn the_solver_finds_the_best_plan_or_none() {
    agree_on(tiny, seeds());
}

#[test]
fn the_solver_is_not_confused_by_corners() {
    agree_on(rough, seeds());
}

#[test]
fn the_solver_keeps_what_binds_presence() {
    agree_on(bonded, seeds());
}

#[test]
fn the_solver_buys_what_is_cheapest() {
    agree_on(bought, seeds());
}

#[test]
fn the_solver_takes_from_the_shelf_what_is_cheapest() {
    agree_on(shelved, seeds());
}

#[test]
fn the_solver_measures_what_it_is_told_to() {
    agree_on(measured, seeds());
}

#[test]
fn the_solver_holds_on_to_several_servers() {
    agree_on(held, seeds());
}

#[test]
fn the_solver_serves_both_sides_of_a_cut() {
    agree_on(parted, seeds());
}

#[test]
fn the_solver_sends_no_more_than_links_carry() {
    agree_on(carried, seeds());
}

#[test]
fn the_solver_lets_a_rate_close_a_circle() {
    agree_on(circular, seeds());
}

#[test]
fn the_solver_lets_devices_boot_in_time() {
    agree_on(booted, seeds());
}

#[test]
fn the_solver_puts_several_of_a_service_on_a_device() {
    agree_on(copied, seeds());
}

#[test]
fn the_solver_moves_as_little_as_it_can() {
    agree_on(replanned, seeds());
}

#[test]
fn the_solver_leaves_out_only_what_is_the_same_again() {
    // These have many solutions each.
    agree_on(alike, 0..seeds().end / 5);
}

fn agree_on(problem: fn(u64) -> Problem, seeds: std::ops::Range<u64>) {
    let mut agreements = Vec::new();
    let mut report = String::new();
    let mut disagreeing = Vec::new();
    let mut malformed = 0;
    for seed in seeds {
        let problem = problem(seed);
        if problem.check().is_err() {
            malformed += 1;
            continue;
        }
        match compare(&problem) {
            Ok(agreement) => agreements.push(agreement),
            Err(why) => {
                disagreeing.push(seed);
                if disagreeing.len() <= 5 {
                    let _ = writeln!(report, "{}", counter_example(seed, problem, &why));
                }
            }
        }
    }
    let count = |kind| {
        agreements
            .iter()
            .filter(|agreement| **agreement == kind)
            .count()
    };
    println!(
        "no plan {}, same plan {}, only levels proven {}, disagreeing {}, malformed {malformed}",
        count(Agreement::NoPlan),
        count(Agreement::SamePlan),
        count(Agreement::SameLevels),
        disagreeing.len()
    );
    assert!(
        disagreeing.is_empty(),
        "seeds {disagreeing:?} disagree\n{report}"
    );
}

/// `verify` and brute force judge a solution alike, and measure it alike when it is a plan.
fn judged_alike(seed: u64, problem: &Problem, solution: &Solution) -> bool {
    let verified = verify(problem, solution);
    let broken = broken(problem, solution);
    let alike = match (&verified, broken) {
        (Ok(verified), None) => levels(&verified.levels) == Levels::of(problem, solution),
        (Err(_), Some(_)) => true,
        (Ok(_), Some(_)) | (Err(_), None) => false,
    };
    assert!(
        alike,
        "seed {seed}:\n{}\n{}\nbrute force: breaks {broken:?}\nverify: {verified:?}",
        Dump(problem),
        DumpSolution(solution)
    );
    broken.is_none()
}

#[test]
fn verify_accepts_the_best_plan() {
    for seed in seeds() {
        let problem = tiny(seed);
        assert_eq!(problem.check(), Ok(()), "seed {seed}");
        if let Some(best) = best(&problem) {
            assert!(judged_alike(seed, &problem, &best.solution));
        }
    }
}

/// The best plan of a problem that lacks a rule is often a plan that breaks just this rule.
#[test]
fn verify_judges_wrong_plans_as_brute_force_does() {
    let (mut right, mut wrong) = (0, 0);
    for seed in seeds() {
        let problem = match seed % 9 {
            0 => tiny(seed),
            1 => rough(seed),
            2 => held(seed),
            3 => carried(seed),
            4 => measured(seed),
            5 => parted(seed),
            6 => copied(seed),
            7 => booted(seed),
            _ => bonded(seed),
        };
        if problem.check().is_err() {
            continue;
        }
        let random = &mut Random::new(seed);
        let Some(base) = some_plan(&problem) else {
            continue;
        };
        for _ in 0..60 {
            let solution = perturbed(random, &problem, &base);
            if judged_alike(seed, &problem, &solution) {
                right += 1;
            } else {
                wrong += 1;
            }
        }
    }
    println!("{right} perturbed solutions are plans, {wrong} are not");
    assert!(
        right * 10 > wrong && wrong * 10 > right,
        "one-sided: {right} to {wrong}"
    );
}

/// The best plan, or that of the same problem with a rule less.
fn some_plan(problem: &Problem) -> Option<Solution> {
    let relaxed = Family::ALL.map(|family| without(problem.clone(), family));
    let relaxed = relaxed.iter().filter(|relaxed| effort(relaxed) < EFFORT);
    let mut plans = std::iter::once(problem).chain(relaxed).filter_map(best);
    plans.next().map(|best| best.solution)
}

/// Relaxed problems with more solutions are left out: some have millions.
const EFFORT: u128 = 100_000;

#[test]
fn every_rule_matters() {
    let mut feasible = 0;
    let mut relevant = [0; Family::ALL.len()];
    for seed in seeds() {
        let plan_of = |problem: &Problem| best(problem).map(|best| best.solution);
        let (plain, bonded, held) = (tiny(seed), bonded(seed), held(seed));
        let carried = carried(seed);
        let measured = measured(seed);
        let best_measured = plan_of(&measured);
        let (best_plain, best_bonded) = (plan_of(&plain), plan_of(&bonded));
        let parted = parted(seed);
        let booted = booted(seed);
        let best_booted = plan_of(&booted);
        let copied = copied(seed);
        let best_copied = plan_of(&copied);
        let (best_held, best_parted) = (plan_of(&held), plan_of(&parted));
        let best_carried = plan_of(&carried);
        feasible += u64::from(best_plain.is_some());
        for (family, relevant) in Family::ALL.into_iter().zip(&mut relevant) {
            let (problem, best_plan) = if family.binds_presence() {
                (&bonded, &best_bonded)
            } else if family.measures() {
                (&measured, &best_measured)
            } else if family.holds_more() {
                (&held, &best_held)
            } else if family == Family::Arrivals {
                (&booted, &best_booted)
            } else if family == Family::Numbers {
                (&copied, &best_copied)
            } else if family == Family::Cuts {
                (&parted, &best_parted)
            } else if family.weighs() {
                (&carried, &best_carried)
            } else {
                (&plain, &best_plain)
            };
            let relaxed = without(problem.clone(), family);
            if relaxed != *problem && effort(&relaxed) < EFFORT {
                let plan = best(&relaxed).map(|best| best.solution);
                if let Some(plan) = &plan {
                    judged_alike(seed, problem, plan);
                }
                *relevant += u64::from(said(plan.as_ref()) != said(best_plan.as_ref()));
            }
        }
    }
    let all = seeds().end;
    println!("feasible {feasible} of {all}; the plan is another without");
    for (family, relevant) in Family::ALL.iter().zip(relevant) {
        println!(
            "{:>15} {relevant:>5} {:>5.1}%",
            format!("{family:?}"),
            percent(relevant, all)
        );
    }
    assert!(feasible * 100 > all * 35 && feasible * 100 < all * 75);
    assert!(
        relevant.iter().all(|relevant| relevant * 100 >= all * 2),
        "{relevant:?}"
    );
}

/// What a rule can change: truths differ whenever there is none to say.
fn said(plan: Option<&Solution>) -> Option<(&[vn_problem::CandidateId], &[vn_problem::Head])> {
    plan.map(|plan| (plan.open.as_slice(), plan.heads.as_slice()))
}

#[expect(clippy::cast_precision_loss, reason = "printed")]
fn percent(part: u64, all: u64) -> f64 {
    part as f64 * 100.0 / all as f64
}
