//! Plans that are laid out instead of searched: verified, never better than the best, and never below
//! their bound.
#![allow(clippy::print_stdout, reason = "counts, seen with --nocapture")]

use vn_problem::{Problem, verify};
use vn_solve::{Options, Outcome, Silent, Status, lay_out, solve};
use vn_tests::generator::{Family, tiny, without};
use vn_tests::regional::{Region, regional};

/// What a layout does not keep, so that it does not try.
const BEYOND: [Family; 8] = [
    Family::Duty,
    Family::Spreads,
    Family::Uniform,
    Family::Implications,
    Family::Exclusions,
    Family::Sums,
    Family::Cuts,
    Family::Connections,
];

const SMALL: Region = Region {
    sites: 2,
    devices: 8,
    alike: 1,
    services: 4,
    tightness: 1,
    survives: true,
    seed: 1,
};

fn laid(problem: &Problem) -> Option<Outcome> {
    lay_out(problem, &Options::default(), &mut Silent)
}

/// Against the best plan, where that is proven; whether there was something to compare.
fn compare(problem: &Problem, seed: u64) -> bool {
    let Some(Outcome::Solved {
        solution,
        verified,
        certificate,
    }) = laid(problem)
    else {
        return false;
    };
    assert!(verify(problem, &solution).is_ok(), "seed {seed}");
    match solve(problem, &Options::default(), &mut Silent) {
        Outcome::Solved {
            verified: best,
            certificate: proof,
            ..
        } if matches!(proof.status, Status::Optimal | Status::OptimalButOrder) => {
            let (found, best) = (&verified.levels, &best.levels);
            let one = (found.tiers, found.objective);
            assert!(one >= (best.tiers, best.objective), "seed {seed}");
            let bound = certificate.bound.expect("tiny numbers fit");
            assert!(bound <= best.objective, "seed {seed}: {bound:?} {best:?}");
            true
        }
        Outcome::Infeasible { .. } => panic!("seed {seed}: a plan, and a proof that there is none"),
        Outcome::Solved { .. } | Outcome::Undecided { .. } => false,
    }
}

#[test]
fn no_plan_is_below_the_bound_of_a_layout() {
    let mut compared = 0;
    for seed in 0..1500 {
        let problem = BEYOND
            .iter()
            .fold(tiny(seed), |it, &family| without(it, family));
        compared += usize::from(compare(&problem, seed));
    }
    println!("{compared} compared");
    assert!(compared > 100, "only {compared} compared");
}

#[test]
fn a_small_fleet_is_laid_out_above_its_bound() {
    let compared = (0..12).filter(|&seed| {
        let region = Region {
            seed,
            survives: seed % 2 == 0,
            ..SMALL
        };
        compare(&regional(region), seed)
    });
    assert!(compared.count() > 3);
}

#[test]
fn a_large_fleet_has_a_verified_plan_and_a_bound_twice_the_same() {
    let region = Region {
        sites: 12,
        devices: 16,
        services: 20,
        ..SMALL
    };
    let problem = regional(region);
    let plan = || solve(&problem, &Options::default(), &mut Silent);
    let first = plan();
    let Outcome::Solved {
        solution,
        verified,
        certificate,
    } = &first
    else {
        panic!("no plan: {first:?}");
    };
    assert!(verify(&problem, solution).is_ok());
    let bound = certificate.bound.expect("a bound");
    assert!(bound <= verified.levels.objective);
    assert!(certificate.reproducible);
    assert_eq!(plan(), first);
}
