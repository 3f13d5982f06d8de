//! Large fleets in many sites: hosts and clients in each, a centre that every site reaches, services that
//! must be near and services that may be far. What a planner meets beyond a home.
//!
//! All numbers are drawn before anything is planned; no bound comes from a plan.

#![allow(
    clippy::cast_possible_truncation,
    reason = "an instance is written as JSON of at most 256 MiB"
)]

use vn_problem::{
    Candidate, CandidateId, Cause, CloneMode, Component, ComponentId, Device, DeviceId, Factor,
    Failure, FailureId, Load, Metric, MicroMoney, Micros, MilliWatts, Need, NeedLoad, Problem,
    Requirement, RequirementKind, Role, Route, Term,
};

use crate::generator::Random;

const MIB: u64 = 1 << 20;
const NOWHERE: Cause = Cause(0);

/// So many of the devices of a site may host services; the others only run clients.
const HOSTS_OF: usize = 4;

/// Machines of the centre.
const CENTRE: usize = 6;

/// Services that one client asks.
const ASKED: usize = 6;

/// How large a fleet is, and how hard.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// Rows of sites.
    pub sites: usize,
    /// Devices in each.
    pub devices: usize,
    /// Sites that one row stands for; 1 where each is a row of its own.
    pub alike: u64,
    /// Services.
    pub services: usize,
    /// Memory and cpu of hosts are divided by this.
    pub tightness: u64,
    /// Whether half of the services must survive the loss of any one host.
    pub survives: bool,
    /// Equal seeds give equal fleets.
    pub seed: u64,
}

/// Where a device stands, the centre being behind the last site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    site: usize,
    is_host: bool,
}

/// The fleet as a problem.
pub fn regional(region: Region) -> Problem {
    let random = &mut Random::new(region.seed);
    let places = places(region);
    let devices = places.iter().map(|place| device(random, region, *place));
    let mut problem = Problem {
        devices: devices.collect(),
        resources: 2,
        ..Problem::default()
    };
    services(random, region, &places, &mut problem);
    clients(random, region, &places, &mut problem);
    needs(random, region, &places, &mut problem);
    requirements(region, &places, &mut problem);
    problem.objective.terms = [(2, Metric::Power), (1, Metric::Cost), (1, Metric::Latency)]
        .map(|(num, metric)| Term {
            metric,
            weight: Factor { num, den: 1 },
        })
        .to_vec();
    problem.objective.then = Some(Metric::Footprint);
    problem
}

fn places(region: Region) -> Vec<Place> {
    let one = |site| {
        (0..region.devices).map(move |at| Place {
            site,
            is_host: at % HOSTS_OF == 0,
        })
    };
    let centre = Place {
        site: region.sites,
        is_host: true,
    };
    let sites = (0..region.sites).flat_map(one);
    sites.chain(std::iter::repeat_n(centre, CENTRE)).collect()
}

fn device(random: &mut Random, region: Region, place: Place) -> Device {
    let is_central = place.site == region.sites;
    let (cpu, memory) = match (place.is_host, is_central) {
        (true, true) => (64_000, 262_144),
        (true, false) => (
            random.pick(&[4_000, 8_000, 16_000]),
            random.pick(&[8_192, 16_384, 32_768]),
        ),
        (false, _) => (4_000, 4_096),
    };
    Device {
        capacity: vec![cpu / region.tightness, memory / region.tightness],
        max_duty: None,
        count: if is_central { 1 } else { region.alike },
        cause: NOWHERE,
    }
}

fn component(role: Role, on: Vec<DeviceId>) -> Component {
    Component {
        role,
        on,
        demand: Load(match role {
            Role::Client => 1_000_000,
            Role::Service => 0,
        }),
        absent_quality: 2,
        ..Component::service(NOWHERE)
    }
}

/// Every service in a large variant and a small one, on the centre, on the first two hosts of each site and on two
/// in three of the others.
fn services(random: &mut Random, region: Region, places: &[Place], problem: &mut Problem) {
    for _ in 0..region.services {
        let id = ComponentId(problem.components.len() as u32);
        problem
            .components
            .push(component(Role::Service, Vec::new()));
        let (cpu, memory) = (random.between(1, 4) * 200, random.between(1, 5) * 300);
        let (time, watts) = (random.between(1, 3), random.between(1, 3));
        for (at, place) in places.iter().enumerate() {
            let is_central = place.site == region.sites;
            let is_first = at % region.devices < 2 * HOSTS_OF;
            if !place.is_host || !(is_central || is_first || random.percent(67)) {
                continue;
            }
            let times = if is_central { 1 } else { region.alike };
            let euros = if is_central { 4 } else { 0 };
            let device = DeviceId(at as u32);
            problem.candidates.extend((0..2).map(|variant| {
                let size = 2 - u64::from(variant);
                Candidate {
                    claim: vec![cpu * size, memory * size],
                    footprint: memory * size * MIB * times,
                    capacity: Some(Load(60_000_000 * size * size * times)),
                    service_time: Micros(time * 1_000 * (3 - size)),
                    quality: u64::from(variant),
                    power: MilliWatts(watts * 1_000 * size * times),
                    cost: MicroMoney(euros * size * 1_000_000),
                    clone_bytes: memory * MIB * times,
                    clone: CloneMode::Eager,
                    ..Candidate::idle(id, device, variant)
                }
            }));
        }
    }
}

/// As many clients as a tenth of the services, each on the devices of all sites that host nothing, in turn.
fn clients(random: &mut Random, region: Region, places: &[Place], problem: &mut Problem) {
    let count = (region.services / 10).max(2);
    let guests: Vec<DeviceId> = (0..places.len() as u32)
        .map(DeviceId)
        .zip(places)
        .filter_map(|(id, place)| (!place.is_host).then_some(id))
        .collect();
    let mut on: Vec<Vec<DeviceId>> = vec![Vec::new(); count];
    for id in guests {
        if let Some(devices) = on.get_mut(random.index(count)) {
            devices.push(id);
        }
    }
    for devices in on {
        let id = ComponentId(problem.components.len() as u32);
        let rows = devices.iter().map(|&device| Candidate {
            claim: vec![0, 0],
            ..Candidate::idle(id, device, 0)
        });
        problem.candidates.extend(rows);
        problem.components.push(component(Role::Client, devices));
    }
}

/// Each client asks some services, of which a few pass on half of what they are asked to another one.
fn needs(random: &mut Random, region: Region, places: &[Place], problem: &mut Problem) {
    let services: Vec<ComponentId> = (0..region.services as u32).map(ComponentId).collect();
    let front = services.len().div_ceil(2).max(1);
    let (front, back) = services.split_at(front);
    let mut edges = Vec::new();
    for at in region.services..problem.components.len() {
        let asked = random.shuffled(front);
        let client = ComponentId(at as u32);
        edges.extend(asked.into_iter().take(ASKED).map(|server| (client, server)));
    }
    for &server in back {
        let consumer = random.pick(front);
        edges.push((consumer, server));
    }
    for (consumer, server) in edges {
        let is_near = random.percent(50);
        let num = if problem
            .components
            .get(consumer.index())
            .is_some_and(|row| row.role == Role::Client)
        {
            2
        } else {
            1
        };
        let need = Need {
            consumer,
            variants: None,
            server,
            within: Some(Micros(if is_near { 15_000 } else { 60_000 })),
            degraded: Some(Micros(120_000)),
            load: NeedLoad::Fanout(Factor { num, den: 2 }),
            optional: false,
            write: false,
            copies: 1,
            payload: 0,
            tiers: 1,
            routes: routes(region, places, problem, (consumer, server)),
            cause: NOWHERE,
        };
        problem.needs.push(need);
    }
}

fn routes(
    region: Region,
    places: &[Place],
    problem: &Problem,
    (consumer, server): (ComponentId, ComponentId),
) -> Vec<Route> {
    let servers: Vec<(CandidateId, DeviceId)> = problem
        .candidates_of(server)
        .map(|(id, row)| (id, row.device))
        .collect();
    let place = |id: DeviceId| places.get(id.index()).copied();
    let mut from: Vec<DeviceId> = problem
        .candidates_of(consumer)
        .map(|(_, row)| row.device)
        .collect();
    from.dedup();
    let mut routes = Vec::new();
    for from in from {
        for &(to, device) in &servers {
            let both = place(from).zip(place(device));
            let rtt = both.and_then(|(a, b)| round_trip(region, (a, b), from == device));
            routes.extend(rtt.map(|rtt| Route {
                from,
                to,
                rtt,
                tier: 0,
                fallback_tier: 0,
                way: None,
            }));
        }
    }
    routes
}

/// Within a site, to a neighbour, to the centre; further away nobody asks. Rows that stand for several
/// sites know no neighbours, and nothing at the centre asks back.
fn round_trip(region: Region, (from, to): (Place, Place), is_same: bool) -> Option<Micros> {
    let (centre, apart) = (region.sites, from.site.abs_diff(to.site));
    match (from.site == centre, to.site == centre) {
        _ if is_same => Some(Micros(0)),
        (true, true) => Some(Micros(500)),
        (false, true) => Some(Micros(20_000 + 1_000 * (from.site as u64 % 7))),
        (false, false) if apart == 0 => Some(Micros(1_000)),
        (false, false) if apart == 1 && region.alike == 1 => Some(Micros(9_000)),
        (_, false) => None,
    }
}

fn requirements(region: Region, places: &[Place], problem: &mut Problem) {
    let require = |kind| Requirement {
        kind,
        cause: NOWHERE,
    };
    let hosts = (0..places.len() as u32).map(DeviceId).zip(places);
    let hosts = hosts.filter(|(_, place)| place.is_host);
    let failures: Vec<Failure> = hosts
        .map(|(id, _)| Failure {
            down: vec![id],
            cut: Vec::new(),
            kept: Vec::new(),
            cause: NOWHERE,
        })
        .collect();
    let ids: Vec<FailureId> = (0..failures.len() as u32).map(FailureId).collect();
    for at in 0..region.services as u32 {
        let component = ComponentId(at);
        problem.requirements.push(require(RequirementKind::Count {
            component,
            min: 1,
            max: None,
        }));
    }
    if region.survives {
        problem.failures = failures;
        for component in survivors(region, problem) {
            let failures = ids.clone();
            problem.requirements.push(require(RequirementKind::Survive {
                component,
                failures,
            }));
        }
    }
}

/// Every other service that clients ask, and all that these need.
fn survivors(region: Region, problem: &Problem) -> Vec<ComponentId> {
    let front = region.services.div_ceil(2) as u32;
    let mut found: Vec<ComponentId> = (0..front).step_by(2).map(ComponentId).collect();
    for need in &problem.needs {
        if found.contains(&need.consumer) && !found.contains(&need.server) {
            found.push(need.server);
        }
    }
    found.sort_unstable();
    found
}
