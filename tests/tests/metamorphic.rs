//! What must not change, or only for the better, when a problem is said otherwise.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "ids of the test's own problems; counts, seen with --nocapture"
)]

use vn_problem::{
    Candidate, CandidateId, Device, DeviceId, Levels, Micros, Problem, Rational, RequirementKind,
    Role, Route,
};
use vn_solve::{Options, Outcome, Silent, solve};
use vn_tests::dump::Dump;
use vn_tests::generator::{
    Random, bonded, carried, held, measured, parted, replanned, tiny, written,
};
use vn_tests::permuted::permuted;

const SEEDS: u64 = 150;

/// Each level down to the moves; nothing where there is no plan.
type Worth = Option<(Rational, Rational, Vec<Rational>, Rational, u64)>;

fn worth(problem: &Problem) -> Worth {
    match solve(problem, &Options::default(), &mut Silent) {
        Outcome::Solved { verified, .. } => {
            let Levels {
                tiers,
                objective,
                more,
                then,
                moves,
                order: _,
            } = verified.levels;
            Some((tiers, objective, more, then, moves))
        }
        Outcome::Infeasible { .. } => None,
        Outcome::Undecided { reason, .. } => panic!("undecided: {reason:?}\n{}", Dump(problem)),
    }
}

fn seeds() -> std::ops::Range<u64> {
    let many = std::env::var("VN_SEEDS").ok();
    0..many.and_then(|many| many.parse().ok()).unwrap_or(SEEDS)
}

fn problems() -> impl Iterator<Item = (u64, Problem)> {
    let drawn = seeds().map(|seed| match seed % 8 {
        0 => (seed, tiny(seed)),
        1 => (seed, bonded(seed)),
        2 => (seed, held(seed)),
        3 => (seed, measured(seed)),
        4 => (seed, parted(seed)),
        5 => (seed, written(seed)),
        6 => (seed, carried(seed)),
        _ => (seed, replanned(seed)),
    });
    drawn.filter(|(_, problem)| problem.check().is_ok())
}

/// The same problem in which no two routes of a need take equally long: what stands first in the program
/// decides no list then. Times are a thousand times finer, the objective's latency so much greater.
fn without_ties(mut problem: Problem) -> Problem {
    const FINER: u64 = 1_000;
    for row in &mut problem.candidates {
        row.service_time = Micros(row.service_time.0 * FINER);
    }
    for need in &mut problem.needs {
        let finer = |time: Micros| Micros(time.0 * FINER + FINER - 1);
        need.within = need.within.map(finer);
        need.degraded = need.degraded.map(finer);
        for (at, route) in (1..).zip(&mut need.routes) {
            route.rtt = Micros(route.rtt.0 * FINER + at);
        }
    }
    problem
}

#[test]
fn the_order_of_the_program_decides_among_equals_only() {
    let (mut plans, mut none) = (0, 0);
    for (seed, problem) in problems() {
        let problem = without_ties(problem);
        let random = &mut Random::new(seed);
        let other = permuted(&problem, random);
        assert_eq!(other.check(), Ok(()), "seed {seed}\n{}", Dump(&other));
        let expected = worth(&problem);
        assert_eq!(worth(&other), expected, "seed {seed}\n{}", Dump(&problem));
        if expected.is_some() {
            plans += 1;
        } else {
            none += 1;
        }
    }
    println!("{plans} plans, {none} problems without");
    assert!(plans > none / 4 && none > 0, "{plans} and {none}");
}

/// Whether one plan is no worse than another, down to the objective.
fn is_no_worse(one: &Worth, other: &Worth) -> bool {
    match (one, other) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(one), Some(other)) => (&one.0, &one.1) <= (&other.0, &other.1),
    }
}

/// Without a truth nobody would hold one, which changes what is cloned: truths stay.
#[test]
fn less_to_insist_on_is_never_worse() {
    let (mut better, mut removed) = (0, 0);
    for (seed, problem) in problems() {
        let before = worth(&problem);
        for at in 0..problem.requirements.len() {
            let mut other = problem.clone();
            if let RequirementKind::Truth { .. } = other.requirements.remove(at).kind {
                continue;
            }
            let after = worth(&other);
            assert!(
                is_no_worse(&after, &before),
                "seed {seed}, without requirement {at}: {after:?} after {before:?}\n{}",
                Dump(&problem)
            );
            removed += 1;
            better += u64::from(!is_no_worse(&before, &after));
        }
    }
    println!("{better} of {removed} made it better");
    assert!(better * 50 > removed, "{better} of {removed}");
}

/// A copy of a device of which nobody has to use anything: no client sits on it, no failure takes it, and
/// for what is spread it stands where its original does.
fn with_a_copy(problem: &Problem, of: DeviceId) -> Problem {
    let mut other = problem.clone();
    let new = DeviceId(u32::try_from(problem.devices.len()).unwrap_or(u32::MAX));
    let count = problem.devices[of.index()].count;
    other.devices.push(Device {
        count,
        ..problem.devices[of.index()].clone()
    });
    // Behind all others, so that what is there keeps its order: a component of its own for each service
    // would be another problem, so ids move.
    let service = |row: &&Candidate| {
        row.device == of && problem.components[row.component.index()].role == Role::Service
    };
    let ids = || (0..).map(CandidateId).zip(&problem.candidates);
    let mut rows: Vec<(Candidate, Option<CandidateId>, CandidateId)> = Vec::new();
    for (id, row) in ids() {
        rows.push((row.clone(), Some(id), id));
        if service(&row) {
            let copy = Candidate {
                device: new,
                ..row.clone()
            };
            rows.push((copy, None, id));
        }
    }
    rows.sort_by_key(|(row, ..)| (row.component, row.device, row.copy, row.variant));
    let place = |wanted: CandidateId, original: bool| {
        let mut all = (0..).zip(&rows);
        let found = all.find(|(_, (_, id, from))| *from == wanted && id.is_some() == original);
        found.map(|(at, _)| CandidateId(at))
    };
    let moved = |id: CandidateId| place(id, true).unwrap_or(id);
    other.candidates = rows.iter().map(|(row, ..)| row.clone()).collect();
    for need in &mut other.needs {
        let mut routes = Vec::new();
        for route in &need.routes {
            let to = |to| Route { to, ..*route };
            let from_copy = |one: Route| Route { from: new, ..one };
            let targets = [place(route.to, true), place(route.to, false)];
            for one in targets.into_iter().flatten().map(to) {
                routes.push(one);
                if route.from == of
                    && problem.components[need.consumer.index()].role == Role::Service
                {
                    routes.push(from_copy(one));
                }
            }
        }
        routes.sort_by_key(|route| (route.from, route.to));
        need.routes = routes;
    }
    for refill in &mut other.refills {
        refill.to = moved(refill.to);
        refill.from = moved(refill.from);
    }
    if let Some(earlier) = &mut other.earlier {
        for id in &mut earlier.kept {
            *id = moved(*id);
        }
        earlier.kept.sort_unstable();
    }
    for row in &mut other.requirements {
        if let RequirementKind::Spread { domain, .. } = &mut row.kind {
            domain.push(domain[of.index()]);
        }
    }
    other
}

/// Problems whose requirements speak of no candidates: a copy would have to be told of them.
fn speaks_of_none(problem: &Problem) -> bool {
    let silent = |kind: &RequirementKind| match kind {
        RequirementKind::Count { .. }
        | RequirementKind::Spread { .. }
        | RequirementKind::Truth { .. }
        | RequirementKind::Survive { .. }
        | RequirementKind::Uniform { .. }
        | RequirementKind::Total { .. } => true,
        RequirementKind::Implies { .. }
        | RequirementKind::Exclusive { .. }
        | RequirementKind::Linear { .. }
        | RequirementKind::Arrivals(_)
        | RequirementKind::AtMost { .. } => false,
    };
    problem.measures.is_empty() && problem.requirements.iter().all(|row| silent(&row.kind))
}

#[test]
fn another_device_is_never_worse() {
    let (mut better, mut added) = (0, 0);
    for (seed, problem) in problems().filter(|(_, problem)| speaks_of_none(problem)) {
        let before = worth(&problem);
        let devices: Vec<DeviceId> = (0..).map(DeviceId).take(problem.devices.len()).collect();
        let other = with_a_copy(&problem, Random::new(seed).pick(&devices));
        assert_eq!(other.check(), Ok(()), "seed {seed}\n{}", Dump(&other));
        let after = worth(&other);
        assert!(
            is_no_worse(&after, &before),
            "seed {seed}: {after:?} after {before:?}\n{}",
            Dump(&problem)
        );
        added += 1;
        better += u64::from(!is_no_worse(&before, &after));
    }
    println!("{better} of {added} made it better");
    assert!(better * 50 > added, "{better} of {added}");
}
