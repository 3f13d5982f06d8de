//! Where what may run.

use vn_problem::{
    Candidate, CloneMode, Component, ComponentId, DeviceId, Load, MicroMoney, Micros, MilliWatts,
    Problem, Role,
};

use super::devices::Map;
use super::{HALF_REQUEST, Random, Theme};

/// More service candidates than this are thinned out: the sets of them are all tried.
const MOST: usize = 11;

/// Admissible triples in declared order; capacities follow in [`bound`].
pub fn rows(random: &mut Random, problem: &Problem, map: &Map, theme: Theme) -> Vec<Candidate> {
    let mut rows = Vec::new();
    for (id, component) in (0..).map(ComponentId).zip(&problem.components) {
        match component.role {
            Role::Service => rows.extend(service(random, problem, map, id, theme)),
            Role::Client => rows.extend(client(random, component, id)),
        }
    }
    thin(random, problem, rows)
}

fn service(
    random: &mut Random,
    problem: &Problem,
    map: &Map,
    id: ComponentId,
    theme: Theme,
) -> Vec<Candidate> {
    let variants = variants(random, theme).iter();
    let variants: Vec<_> = variants.map(|v| Template::new(random, *v)).collect();
    let pattern = random.pick(match theme {
        Theme::Anything => &[Pattern::Random, Pattern::Random, Pattern::ByVariant],
        Theme::Failover | Theme::Standby => &[
            Pattern::Random,
            Pattern::NearIsLazy,
            Pattern::NearIsLazy,
            Pattern::Eager,
        ],
    });
    let last = |device: DeviceId| device.index() + 1 == problem.devices.len();
    let apart = theme != Theme::Anything && random.percent(80);
    let mut rows = Vec::new();
    for (device, _) in (0..).map(DeviceId).zip(&problem.devices) {
        if apart && holds_client(problem, device) {
            continue;
        }
        let near = map.site[device.index()] == map.site[0] && !last(device);
        let here = random.percent(35);
        let truth = random.percent(60);
        for variant in &variants {
            if theme != Theme::Anything || random.percent(75) {
                let lazy = match pattern {
                    Pattern::Eager => false,
                    Pattern::Random => here,
                    Pattern::ByVariant => variant.lazy,
                    Pattern::NearIsLazy => near,
                };
                rows.push(variant.on(random, id, device, lazy, truth));
            }
        }
    }
    rows
}

/// Which instances are lazy.
#[derive(Clone, Copy)]
enum Pattern {
    Eager,
    Random,
    ByVariant,
    /// Those in the site of the first device, where a failover has a client; the last never is.
    NearIsLazy,
}

fn client(random: &mut Random, component: &Component, id: ComponentId) -> Vec<Candidate> {
    let variants = variants(random, Theme::Anything).iter();
    let variants: Vec<_> = variants.map(|v| Template::new(random, *v)).collect();
    let mut rows = Vec::new();
    for &device in &component.on {
        for variant in &variants {
            if variants.len() == 1 || random.percent(92) {
                rows.push(variant.on(random, id, device, false, false));
            }
        }
    }
    rows
}

/// Whether some client sits here.
fn holds_client(problem: &Problem, device: DeviceId) -> bool {
    let mut components = problem.components.iter();
    components.any(|component| component.on.contains(&device))
}

fn variants(random: &mut Random, theme: Theme) -> &'static [u32] {
    let two = match theme {
        Theme::Anything => 50,
        Theme::Failover => 25,
        Theme::Standby => 0,
    };
    if random.percent(two) { &[0, 1] } else { &[0] }
}

/// What the instances of one variant have in common.
struct Template {
    variant: u32,
    claim: Vec<u64>,
    quality: u64,
    service_time: Micros,
    clone_bytes: u64,
    lazy: bool,
}

impl Template {
    fn new(random: &mut Random, variant: u32) -> Self {
        Self {
            variant,
            claim: vec![random.between(1, 2), random.between(1, 4) << 29],
            quality: if random.percent(80) {
                variant.into()
            } else {
                random.between(0, 2)
            },
            service_time: Micros(random.pick(&[0, 500, 2_000, 8_000])),
            clone_bytes: random.between(0, 3) << 28,
            lazy: random.percent(40),
        }
    }

    fn on(
        &self,
        random: &mut Random,
        component: ComponentId,
        device: DeviceId,
        lazy: bool,
        truth: bool,
    ) -> Candidate {
        let slower = random.percent(15);
        Candidate {
            component,
            device,
            copy: 0,
            variant: self.variant,
            claim: self.claim.clone(),
            footprint: self.claim[1],
            capacity: None,
            connections: None,
            service_time: Micros(self.service_time.0 * if slower { 2 } else { 1 }),
            quality: self.quality + u64::from(random.percent(10)),
            power: MilliWatts(random.pick(&[0, 500, 2_000, 5_000])),
            cost: MicroMoney(random.pick(&[0, 1, 2, 5]) * 1_000_000),
            clone_bytes: self.clone_bytes,
            clone: if lazy {
                CloneMode::Lazy
            } else {
                CloneMode::Eager
            },
            truth,
            standby: false,
        }
    }
}

fn thin(random: &mut Random, problem: &Problem, mut rows: Vec<Candidate>) -> Vec<Candidate> {
    let service = |row: &Candidate| problem.components[row.component.index()].role == Role::Service;
    loop {
        let services: Vec<_> = (0..rows.len()).filter(|&row| service(&rows[row])).collect();
        if services.len() <= MOST {
            return rows;
        }
        rows.remove(random.pick(&services));
    }
}

/// Gives service instances capacities that the demand of the clients may or may not fill; on a
/// device with a duty each has one.
pub fn bound(random: &mut Random, problem: &mut Problem, theme: Theme) {
    let clients = problem.components.iter();
    let demand: u64 = clients
        .map(|client| client.demand.0 * client.on.len() as u64)
        .sum();
    let sizes: Vec<_> = problem
        .components
        .iter()
        .map(|_| sizes(random, theme))
        .collect();
    for candidate in &mut problem.candidates {
        let role = problem.components[candidate.component.index()].role;
        let duty = problem.devices[candidate.device.index()].max_duty.is_some();
        let sizes = sizes[candidate.component.index()];
        if role == Role::Service && (duty || sizes.some_but < 100) {
            let capacity = (demand * random.pick(sizes.quarters) / 4).max(HALF_REQUEST);
            let free = !duty && random.percent(sizes.some_but);
            candidate.capacity = Some(Load(capacity)).filter(|_| !free);
        }
    }
}

/// Capacities of one component, in quarters of all demand; so many in a hundred have none.
#[derive(Clone, Copy)]
struct Sizes {
    quarters: &'static [u64],
    some_but: u64,
}

fn sizes(random: &mut Random, theme: Theme) -> Sizes {
    let alike: &[&[u64]] = &[&[2], &[3], &[3, 4], &[4, 6]];
    let (bounded, quarters): (_, &[u64]) = match theme {
        Theme::Anything => (65, &[2, 2, 3, 4, 4, 6, 8]),
        Theme::Failover => (80, random.pick(alike)),
        Theme::Standby => (95, random.pick(&alike[..2])),
    };
    let some_but = if random.percent(bounded) {
        random.pick(&[0, 15])
    } else {
        100
    };
    Sizes { quarters, some_but }
}
