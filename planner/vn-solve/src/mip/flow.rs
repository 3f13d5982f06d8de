//! Loads on edges between services, apart for each origin, so that they are linear in the heads.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, ComponentId, NeedId};

use super::{
    Ask, Mip, Tiers, amount,
    sheet::{Column, Kind, negated},
};
use crate::{model::Asked, table::Table};

/// With more columns than this, origins of the same need flow together.
const APART: usize = 24_000;

/// Load that starts somewhere: columns count in shares of it.
#[derive(Clone, Debug, Default)]
struct Commodity {
    /// How much there is of it.
    load: u64,
    /// What arrives at each candidate.
    arrives: BTreeMap<CandidateId, Vec<(Column, f64)>>,
    /// What passes through each component at most.
    passes: BTreeMap<ComponentId, f64>,
}

/// A share of a consumer's load that some ask passes on.
#[derive(Clone, Copy, Debug)]
struct Share {
    num: u64,
    den: u64,
}

impl Mip<'_> {
    /// Flows, and the throughput and duty rows that they fill.
    pub(super) fn add_flow(&mut self) {
        let matters = self.matters();
        let (mut flows, of) = self.commodities(&matters);
        let asks = self.asks.clone();
        // A fixed load may close a circle: it starts before anything is passed on.
        for ask in &asks {
            if let Asked::Fixed(load) = ask.asked {
                let key = of.get(&(ask.need, ask.group.0)).copied();
                if let Some(flow) = key.and_then(|key| flows.get_mut(key)) {
                    start(flow, ask, amount(load.0) / amount(flow.load));
                }
            }
        }
        for &component in &self.model.order {
            let own = |ask: &&Ask| self.model.groups[ask.group].component == component;
            let own: Vec<&Ask> = asks.iter().filter(own).collect();
            for ask in own {
                let server = self.model.problem[ask.need].server;
                if let Asked::Share { num, den, .. } = ask.asked
                    && (matters[server] || self.dear(ask))
                {
                    for flow in &mut flows {
                        self.pass(flow, ask, component, Share { num, den });
                    }
                }
            }
            for flow in &mut flows {
                let shares = self.model.problem.needs.iter();
                let mut onward = BTreeMap::new();
                for need in shares.filter(|need| need.consumer == component) {
                    if let vn_problem::NeedLoad::Fanout(factor) = need.load
                        && let Some(&through) = flow.passes.get(&component)
                    {
                        let part = amount(factor.num) / amount(factor.den);
                        *onward.entry(need.server).or_insert(0.0) += through * part;
                    }
                }
                for (server, through) in onward {
                    *flow.passes.entry(server).or_default() += through;
                }
            }
        }
        self.throughput(&flows);
        self.connections();
    }

    /// As many consumers as an instance bears; each is counted through one need.
    fn connections(&mut self) {
        let problem = self.model.problem;
        for component in problem.component_ids() {
            let counted = self.model.counted_needs(component);
            for (id, row) in problem.candidates_of(component) {
                let (Some(most), Some(open)) = (row.connections, self.open[id]) else {
                    continue;
                };
                let asks = self.asks.iter().filter(|ask| counted.contains(&ask.need));
                let heads = asks.flat_map(|ask| &ask.heads);
                let heads = heads.filter(|(choice, _)| choice.server == id);
                let mut terms: Vec<(Column, f64)> = heads.map(|&(_, head)| (head, 1.0)).collect();
                terms.push((open, -amount(most)));
                self.sheet.at_most(terms, 0.0);
            }
        }
    }

    /// Whether the time or tier of some head of an ask counts.
    fn dear(&self, ask: &Ask) -> bool {
        ask.heads
            .iter()
            .any(|(choice, _)| Self::weighs(choice.level))
            || (self.tiers == Tiers::First && ask.unserved.is_some())
    }

    /// Where it makes a difference how much arrives.
    fn matters(&self) -> Table<ComponentId, bool> {
        let problem = self.model.problem;
        let mut matters = Table::filled(problem.components.len(), false);
        for &component in self.model.order.iter().rev() {
            let mut ids = problem.candidates_of(component);
            let bounded =
                ids.any(|(id, row)| self.model.tight(id) || problem[row.device].max_duty.is_some());
            let passed = self.asks.iter().any(|ask| {
                let own = self.model.groups[ask.group].component == component;
                let share = match ask.asked {
                    Asked::Share { .. } => true,
                    Asked::Fixed(_) => false,
                };
                own && share && (matters[problem[ask.need].server] || self.dear(ask))
            });
            matters[component] = bounded || passed;
        }
        matters
    }

    /// The origins, together where there are too many, and which ask belongs to which.
    fn commodities(
        &self,
        matters: &Table<ComponentId, bool>,
    ) -> (Vec<Commodity>, BTreeMap<(NeedId, u32), usize>) {
        let problem = self.model.problem;
        let starts: Vec<(&Ask, u64)> = self
            .asks
            .iter()
            .filter(|ask| matters[problem[ask.need].server])
            .filter_map(|ask| match ask.asked {
                Asked::Fixed(load) if load.0 > 0 => Some((ask, load.0)),
                Asked::Fixed(_) | Asked::Share { .. } => None,
            })
            .collect();
        let shared = self.asks.iter().filter_map(|ask| match ask.asked {
            Asked::Share { .. } => Some(ask.heads.len()),
            Asked::Fixed(_) => None,
        });
        let apart = shared.sum::<usize>() * starts.len() <= APART;
        let mut flows: Vec<Commodity> = Vec::new();
        let (mut keys, mut of) = (BTreeMap::new(), BTreeMap::new());
        for (ask, load) in starts {
            let key = (ask.need, if apart { ask.group.0 } else { 0 });
            let at = *keys.entry(key).or_insert(flows.len());
            if at == flows.len() {
                let passes = BTreeMap::from([(problem[ask.need].server, 1.0)]);
                flows.push(Commodity {
                    passes,
                    ..Commodity::default()
                });
            }
            if let Some(flow) = flows.get_mut(at) {
                flow.load = flow.load.saturating_add(load);
            }
            of.insert((ask.need, ask.group.0), at);
        }
        (flows, of)
    }

    /// What arrives at a consumer goes on, in part, to its heads.
    fn pass(&mut self, flow: &mut Commodity, ask: &Ask, component: ComponentId, share: Share) {
        let part = amount(share.num) / amount(share.den);
        let arriving: Vec<(Column, f64)> = ask
            .consumers
            .iter()
            .filter_map(|id| flow.arrives.get(id))
            .flatten()
            .map(|&(column, share)| (column, share * part))
            .collect();
        if arriving.is_empty() {
            return;
        }
        let most = part * flow.passes.get(&component).copied().unwrap_or(1.0);
        let strict = self.tiers == Tiers::First;
        let mut going = Vec::new();
        for &(choice, head) in &ask.heads {
            if !(strict && choice.level.tiers > 0) {
                let price = self.price(choice.level * flow.load);
                let part = self.sheet.column(Kind::Amount, price);
                self.sheet.at_most([(part, 1.0), (head, -most)], 0.0);
                flow.arrives
                    .entry(choice.server)
                    .or_default()
                    .push((part, 1.0));
                going.push((part, 1.0));
            }
        }
        if let Some(unserved) = ask.unserved.filter(|_| !strict) {
            let part = self.sheet.column(Kind::Amount, 0.0);
            self.sheet.at_most([(part, 1.0), (unserved, -most)], 0.0);
            going.push((part, 1.0));
        }
        going.extend(negated(arriving));
        self.sheet.equal(going, 0.0);
    }

    fn throughput(&mut self, flows: &[Commodity]) {
        let problem = self.model.problem;
        let mut duties: BTreeMap<_, Vec<(Column, f64)>> = BTreeMap::new();
        for id in problem.candidate_ids() {
            let (Some(open), Some(capacity)) = (self.open[id], problem[id].capacity) else {
                continue;
            };
            let unit = amount(capacity.0.max(1));
            let arrives = flows.iter().filter_map(|flow| {
                let load = amount(flow.load) / unit;
                Some(
                    flow.arrives
                        .get(&id)?
                        .iter()
                        .map(move |&(column, part)| (column, part * load)),
                )
            });
            let load: Vec<(Column, f64)> = arrives.flatten().collect();
            if self.model.tight(id) {
                let most = if capacity.0 == 0 { 0.0 } else { -1.0 };
                let terms = load.iter().copied().chain([(open, most)]);
                self.sheet.at_most(terms.collect::<Vec<_>>(), 0.0);
            }
            if problem[problem[id].device].max_duty.is_some() && capacity.0 > 0 {
                duties.entry(problem[id].device).or_default().extend(load);
            }
        }
        for (device, terms) in duties {
            let most = problem[device].max_duty.map_or(1.0, amount);
            self.sheet.at_most(terms, most / 1e6);
        }
    }
}

fn start(flow: &mut Commodity, ask: &Ask, part: f64) {
    for &(choice, head) in &ask.heads {
        let arrives = flow.arrives.entry(choice.server).or_default();
        arrives.push((head, part));
    }
}
