//! One small problem for each thing that makes routing more than taking the nearest.

#![allow(
    missing_docs,
    dead_code,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used
)]

mod fixture;

use fixture::{Draft, anywhere, variant};
use vn_problem::{
    CandidateId, CloneMode, ComponentId, DeviceId, Load, Metric, Micros, RequirementKind, Shortage,
    Solution,
};
use vn_solve::{Options, Outcome, Silent, Status, solve};

/// Two servers, two clients; the first server is the nearer one for both.
fn two_and_two(capacity: u64) -> Draft {
    let mut draft = Draft::new(&[[4, 4, 4, 4]; 4], |_, to| {
        Micros(1000 * (1 + u64::from(to.0)))
    });
    let server = draft.service(&[variant(&[0, 1], [1, 1, 0, 0], 1, 0.0)]);
    let client = draft.client(&[2, 3], 1.0, &[variant(&[2, 3], [0, 0, 0, 0], 0, 0.0)]);
    draft.need(client, server, 50, anywhere);
    for row in &mut draft.problem.candidates[..2] {
        row.capacity = Some(Load(capacity));
    }
    draft.count(server, 1, None);
    draft.minimize(&[(1, Metric::Latency)], Metric::Footprint);
    draft
}

fn plan(draft: &Draft) -> Option<Solution> {
    match solve(&draft.problem, &Options::default(), &mut Silent) {
        Outcome::Solved {
            solution,
            certificate,
            ..
        } => {
            assert_eq!(certificate.status, Status::Optimal);
            Some(solution)
        }
        Outcome::Infeasible { .. } => None,
        Outcome::Undecided { reason, .. } => panic!("{reason:?}"),
    }
}

fn servers(solution: &Solution) -> Vec<Option<CandidateId>> {
    solution.heads.iter().map(|head| head.server).collect()
}

#[test]
fn a_full_server_sends_the_second_client_on() {
    let (first, second) = (Some(CandidateId(0)), Some(CandidateId(1)));
    let roomy = plan(&two_and_two(2_000_000)).unwrap();
    assert_eq!((servers(&roomy), roomy.open.len()), (vec![first, first], 3));
    let tight = plan(&two_and_two(1_500_000)).unwrap();
    assert_eq!(servers(&tight), [first, second]);
}

#[test]
fn moved_load_must_fit() {
    let survive = |capacity| {
        let mut draft = two_and_two(capacity);
        let failures = [draft.failure(&[0]), draft.failure(&[1])];
        draft.survive(ComponentId(0), &failures);
        plan(&draft)
    };
    assert!(survive(2_000_000).is_some());
    assert!(survive(1_999_999).is_none());
}

#[test]
fn a_lazy_fallback_without_a_source_must_be_the_head() {
    let mut draft = two_and_two(9_000_000);
    draft.problem.candidates[0].truth = true;
    draft.problem.candidates[1].clone = CloneMode::Lazy;
    draft.require(RequirementKind::Truth {
        component: ComponentId(0),
    });
    let (first, second) = (Some(CandidateId(0)), Some(CandidateId(1)));
    assert_eq!(servers(&plan(&draft).unwrap()), [first, first]);
    let lost = draft.failure(&[0]);
    draft.survive(ComponentId(0), &[lost]);
    assert_eq!(servers(&plan(&draft).unwrap()), [second, second]);
}

#[test]
fn what_is_too_far_is_named() {
    let mut draft = two_and_two(9_000_000);
    draft.problem.needs[0].within = Some(Micros(1500));
    let Outcome::Infeasible { conflict, .. } =
        solve(&draft.problem, &Options::default(), &mut Silent)
    else {
        panic!("no plan exists");
    };
    let far = |one: &Shortage| {
        matches!(
            one,
            Shortage::NoRoute {
                device: DeviceId(2),
                needed: Some(2000),
                available: Some(1500),
                ..
            }
        )
    };
    assert!(conflict.shortages.iter().any(far), "{conflict:?}");
}
