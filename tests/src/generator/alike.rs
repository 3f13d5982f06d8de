//! Fleets with phones of a kind: devices that only differ in name, private copies on them, variants
//! that others outdo. What a planner may leave out as "the same again" must not change its answer.

#![expect(
    clippy::cast_possible_truncation,
    reason = "there are a handful of everything"
)]

use vn_problem::{
    Candidate, CandidateId, CloneMode, Component, ComponentId, Device, DeviceId, Factor, Failure,
    FailureId, Load, Metric, MicroMoney, Micros, MilliWatts, Need, NeedLoad, Objective, Problem,
    Refill, Requirement, RequirementKind, Role, Route, Term,
};

use super::{HALF_REQUEST, NOWHERE, Random};

/// Services 0 and 1, where 0 needs 1; the client, component 2, needs both.
const FIRST: ComponentId = ComponentId(0);
const SECOND: ComponentId = ComponentId(1);
const CLIENT: ComponentId = ComponentId(2);

/// Two servers, then two or three phones with the client on each.
pub fn alike(seed: u64) -> Problem {
    let random = &mut Random::new(seed ^ 0x5EED);
    let phones = random.between(2, 3);
    let devices = (0..2 + phones).map(|at| Device {
        capacity: vec![if at < 2 { random.between(3, 6) } else { 4 }],
        max_duty: None,
        count: 1,
        cause: NOWHERE,
    });
    let mut problem = Problem {
        devices: devices.collect(),
        resources: 1,
        components: components(random, phones),
        ..Problem::default()
    };
    candidates(random, &mut problem);
    needs(random, &mut problem);
    wishes(random, &mut problem);
    problem
}

fn phone_ids(problem: &Problem) -> Vec<DeviceId> {
    (2..problem.devices.len() as u32).map(DeviceId).collect()
}

fn components(random: &mut Random, phones: u64) -> Vec<Component> {
    let service = |absent_quality| Component {
        role: Role::Service,
        on: Vec::new(),
        demand: Load(0),
        absent_quality,
        may_be_absent: false,
        custody: vn_problem::Custody::default(),
        cause: NOWHERE,
    };
    let client = Component {
        role: Role::Client,
        on: (2..2 + phones).map(|at| DeviceId(at as u32)).collect(),
        demand: Load(2 * HALF_REQUEST * random.between(0, 2)),
        absent_quality: 1,
        may_be_absent: false,
        custody: vn_problem::Custody::default(),
        cause: NOWHERE,
    };
    vec![service(2), service(2), client]
}

fn candidate(random: &mut Random, component: ComponentId, device: DeviceId) -> Candidate {
    Candidate {
        component,
        device,
        copy: 0,
        variant: 0,
        claim: vec![random.between(1, 2)],
        footprint: random.between(1, 2) << 30,
        capacity: random.percent(25).then_some(Load(4 * HALF_REQUEST)),
        connections: None,
        service_time: Micros(1_000 * random.between(1, 3)),
        quality: random.between(0, 1),
        power: MilliWatts(1_000 * random.between(0, 2)),
        cost: MicroMoney(0),
        clone_bytes: 1 << 30,
        clone: if random.percent(20) {
            CloneMode::Lazy
        } else {
            CloneMode::Eager
        },
        truth: false,
        standby: false,
    }
}

/// On servers up to two variants of each service; on all phones the same private copy, or none.
fn candidates(random: &mut Random, problem: &mut Problem) {
    for component in [FIRST, SECOND] {
        for server in 0..2 {
            for variant in 0..random.between(u64::from(component == FIRST), 2) {
                let row = candidate(random, component, DeviceId(server));
                let row = Candidate {
                    variant: variant as u32,
                    ..row
                };
                problem.candidates.push(row);
            }
        }
        if random.percent(60) {
            let copy = Candidate {
                variant: 2,
                capacity: None,
                ..candidate(random, component, DeviceId(2))
            };
            let on = phone_ids(problem).into_iter();
            problem.candidates.extend(on.map(|device| Candidate {
                device,
                ..copy.clone()
            }));
        }
    }
    let apps: Vec<Candidate> = (0..random.between(1, 2))
        .map(|variant| Candidate {
            variant: variant as u32,
            capacity: None,
            clone: CloneMode::Eager,
            clone_bytes: 0,
            ..candidate(random, CLIENT, DeviceId(2))
        })
        .collect();
    for device in phone_ids(problem) {
        problem.candidates.extend(apps.iter().map(|app| Candidate {
            device,
            ..app.clone()
        }));
    }
}

fn needs(random: &mut Random, problem: &mut Problem) {
    for (consumer, server) in [(FIRST, SECOND), (CLIENT, FIRST), (CLIENT, SECOND)] {
        if random.percent(25) && consumer == CLIENT {
            continue;
        }
        let routes = routes(random, problem, consumer, server);
        let times = routes
            .iter()
            .map(|r| r.rtt.0 + problem.candidates[r.to.index()].service_time.0);
        let times: Vec<u64> = times.chain([2_000]).collect();
        problem.needs.push(Need {
            consumer,
            variants: None,
            server,
            within: random.percent(60).then(|| Micros(random.pick(&times))),
            degraded: None,
            load: NeedLoad::Fanout(Factor {
                num: random.between(1, 2),
                den: 1,
            }),
            optional: random.percent(25),
            write: false,
            copies: 1,
            payload: 0,
            tiers: 1,
            routes,
            cause: NOWHERE,
        });
    }
}

/// Everybody reaches the servers, all phones over the same way; what runs on a phone only that phone.
fn routes(
    random: &mut Random,
    problem: &Problem,
    consumer: ComponentId,
    server: ComponentId,
) -> Vec<Route> {
    let near = random.between(1, 2) * 1_000;
    let far = random.between(1, 4) * 1_000;
    let mut routes = Vec::new();
    for from in (0..problem.devices.len() as u32).map(DeviceId) {
        let asks = |row: &&Candidate| row.component == consumer && row.device == from;
        if !problem.candidates.iter().any(|row| asks(&row)) {
            continue;
        }
        for (at, row) in problem.candidates.iter().enumerate() {
            let own = row.device == from;
            if row.component != server || (row.device.0 >= 2 && !own) {
                continue;
            }
            let rtt = if own {
                0
            } else if row.device.0 == 0 {
                near
            } else {
                far
            };
            routes.push(Route {
                from,
                to: CandidateId(at as u32),
                rtt: Micros(rtt),
                tier: 0,
                fallback_tier: u32::from(!own),
                way: None,
            });
        }
    }
    routes
}

fn wishes(random: &mut Random, problem: &mut Problem) {
    let mut wish = |kind| {
        problem.requirements.push(Requirement {
            kind,
            cause: NOWHERE,
        });
    };
    for component in [FIRST, SECOND] {
        let min = random.between(u64::from(component == FIRST), 2);
        let max = random.percent(50).then(|| random.between(min.max(1), 4));
        wish(RequirementKind::Count {
            component,
            min,
            max,
        });
    }
    let phones: Vec<DeviceId> = (2..problem.devices.len() as u32).map(DeviceId).collect();
    if random.percent(60) {
        wish(RequirementKind::Uniform {
            component: CLIENT,
            devices: phones,
        });
    }
    if random.percent(50) {
        let all = problem.devices.len() as u32;
        problem.failures = (0..all)
            .map(|lost| Failure {
                down: vec![DeviceId(lost)],
                cut: Vec::new(),
                kept: Vec::new(),
                cause: NOWHERE,
            })
            .collect();
        for component in [FIRST, SECOND] {
            let failures = (0..all).map(FailureId).collect();
            wish(RequirementKind::Survive {
                component,
                failures,
            });
        }
    }
    refills(random, problem);
    problem.objective = Objective {
        terms: [
            Metric::Latency,
            Metric::Power,
            Metric::Footprint,
            Metric::QualityLoss,
        ]
        .into_iter()
        .map(|metric| Term {
            metric,
            weight: Factor {
                num: random.between(0, 2),
                den: 1,
            },
        })
        .collect(),
        fixed_cost: MicroMoney(0),
        more: Vec::new(),
        then: Some(random.pick(&[Metric::Footprint, Metric::QualityLoss])),
    };
}

/// Lazy copies are filled by all servers, or by nobody.
fn refills(random: &mut Random, problem: &mut Problem) {
    if random.percent(40) {
        return;
    }
    let rows = || problem.candidates.iter().enumerate();
    let mut refills = Vec::new();
    for (to, lazy) in rows().filter(|(_, row)| row.clone == CloneMode::Lazy) {
        for (from, source) in rows() {
            let other = source.component == lazy.component && source.device != lazy.device;
            if other && source.device.0 < 2 {
                refills.push(Refill {
                    to: CandidateId(to as u32),
                    from: CandidateId(from as u32),
                });
            }
        }
    }
    problem.refills = refills;
}
