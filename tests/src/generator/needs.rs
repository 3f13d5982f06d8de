//! Edges with their routes, budgets, tiers and loads.

use std::collections::BTreeSet;

use vn_problem::{
    CandidateId, ComponentId, DeviceId, Factor, Load, Micros, Need, NeedLoad, Problem, Route,
};

use super::components::Edges;
use super::devices::Map;
use super::{HALF_REQUEST, NOWHERE, Random, Theme};

/// One need per edge.
pub fn rows(
    random: &mut Random,
    problem: &Problem,
    edges: &Edges,
    map: &Map,
    theme: Theme,
) -> Vec<Need> {
    edges
        .pairs
        .iter()
        .map(|&edge| row(random, problem, map, edge, theme))
        .collect()
}

fn row(
    random: &mut Random,
    problem: &Problem,
    map: &Map,
    (consumer, server): (ComponentId, ComponentId),
    theme: Theme,
) -> Need {
    let tiers = random.pick(&[1, 1, 2, 3]);
    let routes = routes(random, problem, map, (consumer, server), tiers);
    let (within, degraded) = budgets(random, problem, &routes, theme);
    Need {
        consumer,
        variants: random.percent(20).then(|| vec![random.pick(&[0, 1])]),
        server,
        within,
        degraded,
        load: load(random),
        optional: random.percent(25),
        tiers,
        routes,
        cause: NOWHERE,
    }
}

/// From each device of a consumer candidate to each server candidate, save a few that do not reach.
fn routes(
    random: &mut Random,
    problem: &Problem,
    map: &Map,
    (consumer, server): (ComponentId, ComponentId),
    tiers: u32,
) -> Vec<Route> {
    let tiering = Tiering::new(random, map, tiers);
    let consumers = problem
        .candidates
        .iter()
        .filter(|c| c.component == consumer);
    let from: BTreeSet<_> = consumers.map(|candidate| candidate.device).collect();
    let mut routes = Vec::new();
    for from in from {
        let servers = (0..).map(CandidateId).zip(&problem.candidates);
        for (to, candidate) in servers.filter(|(_, c)| c.component == server) {
            if random.percent(95) {
                let rtt = map.rtt[from.index()][candidate.device.index()];
                let (tier, fallback_tier) = tiering.of(from, candidate.device, candidate.variant);
                routes.push(Route {
                    from,
                    to,
                    rtt,
                    tier,
                    fallback_tier,
                });
            }
        }
    }
    routes
}

/// How routes fall into tiers.
struct Tiering {
    tiers: u32,
    by: By,
    /// A rank per device, when there is no `prefer` or fallbacks have an order of their own.
    fallback: Option<Vec<u32>>,
    rank: Vec<u32>,
}

#[derive(Clone, Copy)]
enum By {
    Device,
    Variant,
    Same,
}

impl Tiering {
    fn new(random: &mut Random, map: &Map, tiers: u32) -> Self {
        let mut rank =
            || -> Vec<u32> { map.site.iter().map(|_| random.pick(&[0, 1, 2])).collect() };
        let (rank, fallback) = (rank(), rank());
        let own = random.percent(if tiers == 1 { 60 } else { 20 });
        let fallback = own.then_some(fallback);
        Self {
            tiers,
            by: random.pick(&[By::Device, By::Variant, By::Same]),
            fallback,
            rank,
        }
    }

    fn of(&self, from: DeviceId, to: DeviceId, variant: u32) -> (u32, u32) {
        let rank = match self.by {
            By::Device => self.rank[to.index()],
            By::Variant => variant,
            By::Same => u32::from(from != to),
        };
        let tier = rank.min(self.tiers - 1);
        let fallback = self.fallback.as_ref();
        (tier, fallback.map_or(tier, |fallback| fallback[to.index()]))
    }
}

/// The time of some route, or just below or above it; `degraded` that of a longer one.
fn budgets(
    random: &mut Random,
    problem: &Problem,
    routes: &[Route],
    theme: Theme,
) -> (Option<Micros>, Option<Micros>) {
    if routes.is_empty() || random.percent(35) {
        return (None, None);
    }
    let mut times: Vec<_> = routes
        .iter()
        .map(|route| route.rtt.0 + problem.candidates[route.to.index()].service_time.0)
        .collect();
    times.sort_unstable();
    let within = match theme {
        Theme::Anything => random.pick(&times).max(random.pick(&times)),
        Theme::Failover => random.pick(&times).min(random.pick(&times)),
    };
    let within = within + random.pick(&[0, 0, 1]);
    let longer: Vec<_> = times.into_iter().filter(|time| *time > within).collect();
    let degraded = (!longer.is_empty() && random.percent(75)).then(|| Micros(random.pick(&longer)));
    (Some(Micros(within)), degraded)
}

fn load(random: &mut Random) -> NeedLoad {
    if random.percent(15) {
        return NeedLoad::Rate(Load(random.between(1, 4) * HALF_REQUEST));
    }
    let (num, den) = random.pick(&[(1, 1), (1, 1), (1, 1), (2, 1), (1, 2), (3, 2)]);
    NeedLoad::Fanout(Factor { num, den })
}
