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
    let routes = routes(random, problem, map, (consumer, server), tiers, theme);
    let (within, degraded) = budgets(random, problem, &routes, theme);
    Need {
        consumer,
        variants: random.percent(20).then(|| vec![random.pick(&[0, 1])]),
        server,
        within,
        degraded,
        load: load(random, theme),
        optional: theme != Theme::Standby && random.percent(30),
        write: false,
        copies: 1,
        payload: 0,
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
    theme: Theme,
) -> Vec<Route> {
    let tiering = Tiering::new(random, map, tiers, theme);
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
                    way: None,
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
    fn new(random: &mut Random, map: &Map, tiers: u32, theme: Theme) -> Self {
        let mut rank =
            || -> Vec<u32> { map.site.iter().map(|_| random.pick(&[0, 1, 2])).collect() };
        let (rank, fallback) = (rank(), rank());
        let own = random.percent(match theme {
            Theme::Anything if tiers > 1 => 20,
            Theme::Anything | Theme::Failover => 60,
            Theme::Standby => 100,
        });
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

/// A time that some route of every consumer device keeps, or just above it; `degraded` likewise.
fn budgets(
    random: &mut Random,
    problem: &Problem,
    routes: &[Route],
    theme: Theme,
) -> (Option<Micros>, Option<Micros>) {
    let unbounded = match theme {
        Theme::Anything => 35,
        Theme::Failover => 15,
        Theme::Standby => 20,
    };
    if routes.is_empty() || random.percent(unbounded) {
        return (None, None);
    }
    let mut within = bound(random, problem, routes);
    if theme == Theme::Standby {
        within = within.min(bound(random, problem, routes));
    }
    let within = Micros(within.0 + random.pick(&[0, 0, 1]));
    let degraded = bound(random, problem, routes).max(bound(random, problem, routes));
    let degraded = Some(degraded).filter(|degraded| *degraded > within);
    (Some(within), degraded.filter(|_| random.percent(90)))
}

/// The largest, over the devices of consumers, of the time of some route from there.
fn bound(random: &mut Random, problem: &Problem, routes: &[Route]) -> Micros {
    let mut longest = Micros(0);
    for routes in routes.chunk_by(|a, b| a.from == b.from) {
        let route = random.pick(routes);
        let service_time = problem.candidates[route.to.index()].service_time;
        longest = longest.max(Micros(route.rtt.0 + service_time.0));
    }
    longest
}

fn load(random: &mut Random, theme: Theme) -> NeedLoad {
    if theme != Theme::Anything && random.percent(60) {
        return NeedLoad::Fanout(Factor::ONE);
    }
    if random.percent(15) {
        return NeedLoad::Rate(Load(random.between(1, 4) * HALF_REQUEST));
    }
    let (num, den) = random.pick(&[(1, 1), (1, 1), (1, 1), (2, 1), (1, 2), (3, 2)]);
    NeedLoad::Fanout(Factor { num, den })
}
