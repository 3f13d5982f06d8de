//! Fleets too large to try every plan: machines in four sites, services in chains, some of which must
//! survive any one machine.

#![expect(
    clippy::cast_possible_truncation,
    reason = "there are hundreds of everything at most"
)]

use vn_problem::{
    Candidate, CandidateId, Component, ComponentId, Device, DeviceId, Factor, Failure, FailureId,
    Load, Metric, Micros, MilliWatts, Need, NeedLoad, Objective, Problem, Requirement,
    RequirementKind, Role, Route, Term,
};

use super::{NOWHERE, Random};

/// Devices that only ask.
const CLIENTS: u32 = 8;

/// So many machines and services, with eight clients.
pub fn fleet(machines: u32, services: u32, seed: u64) -> Problem {
    let random = &mut Random::new(seed ^ 0xF1EE7);
    let device = |cpu| Device {
        capacity: vec![cpu],
        max_duty: None,
        count: 1,
        cause: NOWHERE,
    };
    let mut devices: Vec<Device> = (0..machines)
        .map(|_| device(random.between(3, 6)))
        .collect();
    devices.extend((0..CLIENTS).map(|_| device(1)));
    let mut problem = Problem {
        devices,
        resources: 1,
        components: components(machines, services),
        ..Problem::default()
    };
    candidates(random, &mut problem, machines, services);
    let client = ComponentId(services);
    for service in (0..services).step_by(2) {
        need(&mut problem, client, ComponentId(service));
        if service + 1 < services {
            need(&mut problem, ComponentId(service), ComponentId(service + 1));
        }
    }
    problem.failures = (0..machines)
        .map(|at| Failure {
            down: vec![DeviceId(at)],
            cut: Vec::new(),
            kept: Vec::new(),
            cause: NOWHERE,
        })
        .collect();
    for service in 0..services.min(2) {
        problem.requirements.push(Requirement {
            kind: RequirementKind::Survive {
                component: ComponentId(service),
                failures: (0..machines).map(FailureId).collect(),
            },
            cause: NOWHERE,
        });
    }
    problem.objective = objective();
    problem
}

fn components(machines: u32, services: u32) -> Vec<Component> {
    let service = Component::service(NOWHERE);
    let client = Component {
        role: Role::Client,
        on: (machines..machines + CLIENTS).map(DeviceId).collect(),
        demand: Load(1_000_000),
        ..service.clone()
    };
    let mut rows = vec![service; services as usize];
    rows.push(client);
    rows
}

/// A large and a small variant of each service on each machine.
fn candidates(random: &mut Random, problem: &mut Problem, machines: u32, services: u32) {
    let row = |component, device, variant| Candidate {
        claim: vec![0],
        footprint: 1 << 30,
        ..Candidate::idle(ComponentId(component), DeviceId(device), variant)
    };
    for service in 0..services {
        let (claim, power) = (random.between(1, 2), random.between(1, 4) * 1_000);
        for device in 0..machines {
            for variant in 0..2 {
                let large = u64::from(variant == 0);
                problem.candidates.push(Candidate {
                    claim: vec![claim + large],
                    capacity: Some(Load(3_000_000 + 6_000_000 * large)),
                    service_time: Micros(6_000 - 4_000 * large),
                    power: MilliWatts(power + 2_000 * large),
                    ..row(service, device, variant)
                });
            }
        }
    }
    let apps = (machines..machines + CLIENTS).map(|device| row(services, device, 0));
    problem.candidates.extend(apps);
}

fn need(problem: &mut Problem, consumer: ComponentId, server: ComponentId) {
    let of = |component: ComponentId| {
        let rows = problem.candidates.iter().enumerate();
        rows.filter(move |(_, row)| row.component == component)
    };
    let mut from: Vec<DeviceId> = of(consumer).map(|(_, row)| row.device).collect();
    from.dedup();
    let routes = from.into_iter().flat_map(|from| {
        of(server).map(move |(at, row)| Route {
            from,
            to: CandidateId(at as u32),
            rtt: distance(from, row.device),
            tier: 0,
            fallback_tier: 0,
            way: None,
        })
    });
    let routes = routes.collect();
    problem.needs.push(Need {
        consumer,
        variants: None,
        server,
        within: Some(Micros(45_000)),
        degraded: None,
        load: NeedLoad::Fanout(Factor { num: 1, den: 1 }),
        optional: false,
        write: false,
        copies: 1,
        payload: 0,
        tiers: 1,
        routes,
        cause: NOWHERE,
    });
}

/// Near in a site, far between sites, and a little different for each pair.
fn distance(a: DeviceId, b: DeviceId) -> Micros {
    let hops = u64::from((a.0 % 4).abs_diff(b.0 % 4));
    let own = u64::from((a.0 * 7 + b.0 * 3) % 5) * 500;
    Micros(if a == b {
        0
    } else {
        1_000 + 9_000 * hops + own
    })
}

fn objective() -> Objective {
    let term = |weight, metric| Term {
        weight: Factor {
            num: weight,
            den: 1,
        },
        metric,
    };
    Objective {
        terms: vec![term(2, Metric::Power), term(1, Metric::Latency)],
        then: Some(Metric::Footprint),
        ..Objective::default()
    }
}
