//! A first layout: consumers before servers, so that every load is known before somebody has to bear it.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, ComponentId, DeviceId, NeedId, Role};

use super::{Ground, Layout};
use crate::{level::Level, meter::Meter, table::Table};

/// So often a layout is begun anew.
const ROUNDS: usize = 256;

/// No device is dearer than this, in hundredths.
const MOST: u64 = 1_000_000;

/// Hundredths of its throughput that an instance is given where it must take over from others.
const SPARE: u64 = 60;

/// What to be wary of.
#[derive(Debug)]
pub struct Tuning {
    /// Hundredths of its throughput that an instance of a component may be given.
    pub fill: Table<ComponentId, u64>,
    /// What instances on a device cost beyond their price, in hundredths of that: more where room was short.
    toll: Table<DeviceId, u64>,
}

impl Tuning {
    /// What an instance costs, dearer where room was short before.
    pub fn standing(&self, ground: &Ground<'_>, id: CandidateId) -> Level {
        let toll = self.toll[ground.problem[id].device];
        ground.standing[id].share(100 + toll, 100)
    }

    /// Makes dearer whatever those could have asked who found nobody; whether there is anybody.
    fn raise(&mut self, ground: &Ground<'_>, layout: &Layout) -> bool {
        let problem = ground.problem;
        let left = layout.heads.iter().filter(|(_, server)| server.is_none());
        let left = left.map(|(&asked, _)| asked);
        let left: Vec<_> = left.filter(|&(_, need)| !problem[need].optional).collect();
        for &asked in &left {
            self.relax(ground, layout, asked);
        }
        let routes = left
            .into_iter()
            .flat_map(|(consumer, need)| ground.choices(&problem[need], problem[consumer].device));
        let short: BTreeSet<DeviceId> = routes.map(|route| problem[route.to].device).collect();
        for &device in &short {
            self.toll[device] = (self.toll[device] * 11 / 10 + 10).min(MOST);
        }
        !short.is_empty()
    }

    /// Where nobody is given as much as a consumer asks: less for the consumer, or more for whom it asks.
    fn relax(
        &mut self,
        ground: &Ground<'_>,
        layout: &Layout,
        (consumer, need): (CandidateId, NeedId),
    ) {
        let problem = ground.problem;
        let (edge, row) = (&problem[need], &problem[consumer]);
        let load = ground.load_through(edge, consumer, layout.load[consumer]);
        let most = ground
            .choices(edge, row.device)
            .map(|route| ground.capacity(route.to))
            .max();
        let fill = self.fill[edge.server];
        let given = u128::from(most.unwrap_or(0)) * u128::from(fill) / 100;
        if u128::from(load) <= given {
            return;
        }
        self.fill[edge.server] = (fill + 10).min(100);
        if problem[row.component].role == Role::Service {
            self.fill[row.component] = self.fill[row.component] * 7 / 8;
        }
    }
}

/// A layout that keeps everything, if one is found.
pub fn build(ground: &Ground<'_>, meter: &mut Meter<'_>) -> Option<Layout> {
    let survives = |component| !ground.failures[component].is_empty();
    let fill = ground.problem.component_ids();
    let fill: Vec<u64> = fill
        .map(|id| if survives(id) { SPARE } else { 100 })
        .collect();
    let mut tuning = Tuning {
        fill: fill.into(),
        toll: Table::filled(ground.problem.devices.len(), 0),
    };
    for _ in 0..ROUNDS {
        meter.may_go_on().ok()?;
        let mut layout = lay(ground, &tuning);
        if layout.weigh(ground).is_none() || !layout.is_complete(ground) {
            if !tuning.raise(ground, &layout) {
                return None;
            }
            continue;
        }
        let casualties = layout.casualties(ground);
        if casualties.is_empty() {
            return Some(layout);
        }
        for component in casualties {
            tuning.fill[component] = tuning.fill[component] * 7 / 8;
        }
    }
    None
}

fn lay(ground: &Ground<'_>, tuning: &Tuning) -> Layout {
    let mut layout = Layout::empty(ground);
    let role = |component: ComponentId| ground.problem[component].role;
    for &component in ground
        .order
        .iter()
        .filter(|&&one| role(one) == Role::Client)
    {
        layout.seat(ground, component);
    }
    layout.resume(ground);
    for &component in ground
        .order
        .iter()
        .filter(|&&one| role(one) == Role::Service)
    {
        let customers = layout.customers(ground, component);
        layout.serve(ground, component, &customers, tuning);
        layout.protect(ground, component, &customers, tuning);
        layout.fill_up(ground, component, tuning);
        layout.outlive(ground, component, tuning);
    }
    layout
}

impl Layout {
    /// Runs the cheapest variant of a client on each of its devices.
    fn seat(&mut self, ground: &Ground<'_>, component: ComponentId) {
        let mut on: BTreeMap<DeviceId, Vec<CandidateId>> = BTreeMap::new();
        for &id in &ground.rows[component] {
            on.entry(ground.problem[id].device).or_default().push(id);
        }
        for ids in on.values() {
            let fits = ids.iter().copied().filter(|&id| self.fits(ground, id));
            let able = fits.filter(|&id| ground.capacity(id) >= ground.demand(id));
            if let Some(id) = able.min_by_key(|&id| (ground.standing[id], id)) {
                self.start(ground, id);
                self.load[id] = ground.demand(id);
            }
        }
    }

    /// Runs on what ran before.
    fn resume(&mut self, ground: &Ground<'_>) {
        let Some(earlier) = &ground.problem.earlier else {
            return;
        };
        for &id in &earlier.kept {
            let component = ground.problem[id].component;
            let is_service = ground.problem[component].role == Role::Service;
            let is_full = self.open[component].len() as u64 >= ground.count[component].max;
            if is_service && !is_full && ground.opens(id) && self.fits(ground, id) {
                self.start(ground, id);
            }
        }
    }

    /// Opens as many as there must be, and somebody who holds the truth.
    fn fill_up(&mut self, ground: &Ground<'_>, component: ComponentId, tuning: &Tuning) {
        let bounds = ground.count[component];
        loop {
            let open = &self.open[component];
            let least = if open.is_empty() {
                bounds.min
            } else {
                bounds.min.max(bounds.if_any)
            };
            let has_truth = open.iter().any(|&id| ground.problem[id].truth);
            let lacks_truth = ground.truth[component] && !has_truth && least > 0;
            if open.len() as u64 >= least && !lacks_truth {
                return;
            }
            let fits = ground.rows[component].iter().copied();
            let fits = fits.filter(|&id| self.fits(ground, id));
            let fits = fits.filter(|&id| !lacks_truth || ground.problem[id].truth);
            let Some(id) = fits.min_by_key(|&id| (tuning.standing(ground, id), id)) else {
                return;
            };
            self.start(ground, id);
        }
    }

    /// Whether every need that must be served has a head, every client is there, and counts are kept.
    pub fn is_complete(&self, ground: &Ground<'_>) -> bool {
        let problem = ground.problem;
        let served = |(&(_, need), server): (&(CandidateId, NeedId), &Option<CandidateId>)| {
            server.is_some() || problem[need].optional
        };
        let enough = |component: ComponentId| {
            let (open, bounds) = (&self.open[component], ground.count[component]);
            let count = open.len() as u64;
            let least = if count > 0 {
                bounds.min.max(bounds.if_any)
            } else {
                bounds.min
            };
            let seated = match problem[component].role {
                Role::Client => open.len() == problem[component].on.len(),
                Role::Service => true,
            };
            let holds = !ground.truth[component]
                || (count == 0 && problem[component].may_be_absent)
                || open.iter().any(|&id| problem[id].truth);
            (least..=bounds.max).contains(&count) && seated && holds
        };
        self.heads.iter().all(served) && problem.component_ids().all(enough)
    }
}
