//! Prints how long a plan takes where every machine is bought. Arguments:
//! `COMPONENTSxINSTANCES KINDSxEACH…`.

#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used
)]
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use vn_problem::*;
use vn_solve::{Control, Options, Outcome, Progress, solve};

/// Prints what it is told.
struct Loud(Instant);

impl Control for Loud {
    fn report(&mut self, progress: Progress) {
        println!("  {:?} {progress:?}", self.0.elapsed());
    }
}

fn shop((components, instances): (u32, u64), (kinds, each): (u32, u32), seed: u64) -> Problem {
    let mut state = seed * 77 + 5;
    let mut dice = move |sides: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let nowhere = Cause(0);
    let sizes: Vec<[u64; 2]> = (0..kinds)
        .map(|k| [4 + 2 * u64::from(k), 8 + dice(4) * 8 + 4 * u64::from(k)])
        .collect();
    let costs: Vec<u64> = sizes
        .iter()
        .map(|s| 500_000 * s[0] + 200_000 * s[1] + dice(9) * 100_000)
        .collect();
    let machines = kinds * each;
    let mut problem = Problem {
        resources: 2,
        components: vec![Component::service(nowhere); components as usize],
        ..Problem::default()
    };
    for m in 0..machines {
        problem.devices.push(Device {
            capacity: sizes[(m / each) as usize].to_vec(),
            max_duty: None,
            count: 1,
            cause: nowhere,
        });
    }
    for c in 0..components {
        let claim = vec![1 + dice(3), 1 + dice(6)];
        for m in 0..machines {
            problem.candidates.push(Candidate {
                claim: claim.clone(),
                footprint: 1,
                ..Candidate::idle(ComponentId(c), DeviceId(m), 0)
            });
        }
        problem.requirements.push(Requirement {
            kind: RequirementKind::Count {
                component: ComponentId(c),
                min: instances,
                max: Some(instances),
            },
            cause: nowhere,
        });
    }
    for m in 0..machines {
        let gate = CandidateId(components * machines + m);
        problem.components.push(Component {
            may_be_absent: true,
            ..Component::service(nowhere)
        });
        problem.candidates.push(Candidate {
            claim: vec![0, 0],
            cost: MicroMoney(costs[(m / each) as usize]),
            ..Candidate::idle(ComponentId(components + m), DeviceId(m), 0)
        });
        problem.requirements.push(Requirement {
            kind: RequirementKind::Implies {
                when: Some(
                    (0..components)
                        .map(|c| CandidateId(c * machines + m))
                        .collect(),
                ),
                any: vec![gate],
            },
            cause: nowhere,
        });
        if m % each != 0 {
            problem.requirements.push(Requirement {
                kind: RequirementKind::Implies {
                    when: Some(vec![gate]),
                    any: vec![CandidateId(gate.0 - 1)],
                },
                cause: nowhere,
            });
        }
    }
    problem.objective.terms = vec![Term {
        metric: Metric::Cost,
        weight: Factor { num: 1, den: 1 },
    }];
    problem
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (components, instances) = args[0].split_once('x').unwrap();
    let services = (components.parse().unwrap(), instances.parse().unwrap());
    for size in &args[1..] {
        let (kinds, each) = size.split_once('x').unwrap();
        let problem = shop(services, (kinds.parse().unwrap(), each.parse().unwrap()), 1);
        println!("{size}: check {:?}", problem.check().is_ok());
        let started = Instant::now();
        let options = Options {
            time: Some(Duration::from_secs(20)),
            ..Options::default()
        };
        match solve(&problem, &options, &mut Loud(started)) {
            Outcome::Solved {
                verified,
                certificate,
                ..
            } => println!(
                "{:?} {} nodes, {:?}, bound {:?}, {:?}",
                certificate.status,
                certificate.nodes,
                verified.levels.objective,
                certificate.bound,
                started.elapsed()
            ),
            Outcome::Infeasible { .. } => println!("none {:?}", started.elapsed()),
            Outcome::Undecided { reason, .. } => println!("{reason:?} {:?}", started.elapsed()),
        }
    }
}
