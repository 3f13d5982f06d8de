//! The judge on one small plan, and on plans that it must refuse.

#![allow(missing_docs, clippy::indexing_slicing)]

use vn_problem::{
    Budget, Candidate, CandidateId, Cause, CloneMode, Component, ComponentId, Device, DeviceId,
    Factor, Failure, FailureId, Head, Load, Malformed, Metric, MicroMoney, Micros, MilliWatts,
    Need, NeedId, NeedLoad, Problem, Rational, Requirement, RequirementKind, Role, Route, Solution,
    Term, Violation, fallback_list, loads_after, verify,
};

const CAUSE: Cause = Cause(0);

fn candidate(component: u32, device: u32) -> Candidate {
    Candidate {
        component: ComponentId(component),
        device: DeviceId(device),
        copy: 0,
        variant: 0,
        claim: vec![2],
        footprint: 1 << 29,
        capacity: Some(Load(5_000_000)),
        connections: None,
        service_time: Micros(1000),
        quality: 0,
        power: MilliWatts(500),
        cost: MicroMoney(0),
        clone_bytes: 0,
        clone: CloneMode::Eager,
        truth: false,
        standby: false,
    }
}

fn component(role: Role, on: &[u32], demand: u64) -> Component {
    let on = on.iter().map(|&on| DeviceId(on)).collect();
    Component {
        role,
        on,
        demand: Load(demand),
        absent_quality: 1,
        may_be_absent: false,
        custody: vn_problem::Custody::default(),
        cause: CAUSE,
    }
}

/// A server on devices 0 and 1, a client on device 2 that asks for 3 req/s.
fn problem() -> Problem {
    let route = |to: u32| Route {
        from: DeviceId(2),
        to: CandidateId(to),
        rtt: Micros(1000 + 4000 * u64::from(to)),
        tier: 0,
        fallback_tier: 0,
        way: None,
    };
    Problem {
        devices: vec![
            Device {
                capacity: vec![3],
                max_duty: None,
                count: 1,
                cause: CAUSE
            };
            3
        ],
        resources: 1,
        components: vec![
            component(Role::Service, &[], 0),
            component(Role::Client, &[2], 3_000_000),
        ],
        candidates: vec![candidate(0, 0), candidate(0, 1), candidate(1, 2)],
        needs: vec![Need {
            consumer: ComponentId(1),
            variants: None,
            server: ComponentId(0),
            within: Some(Micros(3000)),
            degraded: Some(Micros(6000)),
            load: NeedLoad::Fanout(Factor { num: 1, den: 2 }),
            optional: false,
            write: false,
            copies: 1,
            payload: 0,
            tiers: 1,
            routes: vec![route(0), route(1)],
            cause: CAUSE,
        }],
        failures: vec![Failure {
            down: vec![DeviceId(0)],
            cut: Vec::new(),
            kept: Vec::new(),
            cause: CAUSE,
        }],
        requirements: vec![Requirement {
            kind: RequirementKind::Survive {
                component: ComponentId(0),
                failures: vec![FailureId(0)],
            },
            cause: CAUSE,
        }],
        earlier: None,
        objective: vn_problem::Objective {
            more: Vec::new(),
            terms: vec![Term {
                metric: Metric::Latency,
                weight: Factor { num: 3, den: 1 },
            }],
            ..vn_problem::Objective::default()
        },
        ..Problem::default()
    }
}

fn solution() -> Solution {
    Solution {
        open: vec![CandidateId(0), CandidateId(1), CandidateId(2)],
        heads: vec![Head {
            need: NeedId(0),
            consumer: CandidateId(2),
            server: Some(CandidateId(0)),
        }],
        truth: vec![],
    }
}

#[test]
fn a_sound_plan_is_measured() {
    let verified = verify(&problem(), &solution()).unwrap();
    // Half the client's load waits for 2 ms: 1 ms per request, three times.
    assert_eq!(verified.levels.objective, Rational::from(3));
    assert_eq!(verified.loads[0], (CandidateId(0), Load(1_500_000)));
    assert_eq!(verified.usage, [[2], [2], [2]]);
}

#[test]
fn the_list_goes_on_with_what_is_left() {
    let list = fallback_list(&problem(), &solution(), NeedId(0), CandidateId(2));
    let budgets: Vec<_> = list
        .iter()
        .map(|entry| (entry.server.0, entry.budget))
        .collect();
    assert_eq!(budgets, [(0, Budget::In), (1, Budget::Degraded)]);
    let moved = loads_after(&problem(), &solution(), FailureId(0)).unwrap();
    assert_eq!(moved.get(&CandidateId(1)), Some(&Load(1_500_000)));
}

#[test]
fn a_failure_without_a_timely_entry_is_named() {
    let mut problem = problem();
    problem.needs[0].degraded = None;
    let faults = verify(&problem, &solution()).unwrap_err();
    let found = Some(CandidateId(1));
    assert!(matches!(faults[..], [Violation::LeftAlone { found: at, .. }] if at == found));
}

#[test]
fn moved_load_can_be_too_much() {
    let mut problem = problem();
    problem.candidates[1].capacity = Some(Load(1_499_999));
    let faults = verify(&problem, &solution()).unwrap_err();
    assert_eq!(
        faults,
        [Violation::Throughput {
            candidate: CandidateId(1),
            failure: Some(FailureId(0)),
            needed: Load(1_500_000),
            available: Load(1_499_999),
        }]
    );
}

#[test]
fn strange_solutions_are_refused_without_panic() {
    let strange = |change: fn(&mut Solution)| {
        let mut solution = solution();
        change(&mut solution);
        verify(&problem(), &solution).unwrap_err()
    };
    assert_eq!(
        strange(|it| it.open.push(CandidateId(99))),
        [Violation::NotCanonical]
    );
    assert_eq!(strange(|it| it.open.reverse()), [Violation::NotCanonical]);
    assert_eq!(
        strange(|it| it.heads[0].need = NeedId(7)),
        [Violation::NotCanonical]
    );
    let (need, consumer) = (NeedId(0), CandidateId(2));
    assert_eq!(
        strange(|it| it.heads.clear()),
        [Violation::HeadMissing { need, consumer }]
    );
    assert_eq!(
        strange(|it| it.heads[0].server = None),
        [Violation::Unserved { need, consumer }]
    );
    assert_eq!(
        strange(|it| it.truth.push((ComponentId(0), CandidateId(0)))),
        [Violation::Truth {
            component: ComponentId(0)
        }]
    );
}

#[test]
fn a_circle_of_needs_is_malformed() {
    let mut problem = problem();
    problem.needs[0].consumer = ComponentId(0);
    assert_eq!(problem.check(), Err(Malformed::Circle));
}
