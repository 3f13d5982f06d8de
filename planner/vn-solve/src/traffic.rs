//! What goes over each channel while heads are chosen, and what it costs; by scenario.

use vn_problem::{
    CandidateId, ChannelId, NeedId, Problem, RequirementKind, TotalMetric, Way, WayId,
};

use crate::{model::Model, site::Item, site::Site, table::Table};

/// Bytes per channel in the normal case and in each scenario, and money in the normal case.
#[derive(Debug)]
pub struct Traffic {
    carried: Vec<Table<ChannelId, u128>>,
    spent: u128,
    /// What may be spent, in 10⁻¹² of the currency per month.
    room: Option<u128>,
}

impl Traffic {
    /// Nothing goes anywhere yet.
    pub fn of(site: &Site<'_>) -> Self {
        let channels = site.model.problem.channels.len();
        Self {
            carried: vec![Table::filled(channels, 0); site.scenarios.len() + 1],
            spent: 0,
            room: room(site),
        }
    }

    /// A load more on a way; says whether everything fits. Nothing has changed where it does not.
    pub fn add(
        &mut self,
        problem: &Problem,
        at: Option<usize>,
        (need, way): (NeedId, WayId),
        load: u64,
    ) -> bool {
        let way = &problem[way];
        let price = price(way, load);
        if at.is_none() && self.room.is_some_and(|room| self.spent + price > room) {
            return false;
        }
        let Some(carried) = self.carried.get_mut(at.map_or(0, |at| at + 1)) else {
            return false;
        };
        let bytes = u128::from(load) * u128::from(problem[need].payload);
        let fits = |&channel: &ChannelId| {
            let most = u128::from(problem[channel].capacity);
            bytes <= most && carried[channel] <= most - bytes
        };
        if !way.channels.iter().all(fits) {
            return false;
        }
        for &channel in &way.channels {
            carried[channel] += bytes;
        }
        if at.is_none() {
            self.spent += price;
        }
        true
    }

    /// The same load less.
    pub fn remove(
        &mut self,
        problem: &Problem,
        at: Option<usize>,
        (need, way): (NeedId, WayId),
        load: u64,
    ) {
        let way = &problem[way];
        let bytes = u128::from(load) * u128::from(problem[need].payload);
        if let Some(carried) = self.carried.get_mut(at.map_or(0, |at| at + 1)) {
            for &channel in &way.channels {
                carried[channel] -= bytes;
            }
        }
        if at.is_none() {
            self.spent -= price(way, load);
        }
    }
}

/// INVARIANT: sums fit, because `Weights` refuses a problem whose largest sum does not.
fn price(way: &Way, load: u64) -> u128 {
    u128::from(load) * u128::from(way.price)
}

/// What the tightest bound on the cost leaves for traffic beside everything that is open.
fn room(site: &Site<'_>) -> Option<u128> {
    let problem = site.model.problem;
    if !problem.has_priced_traffic() {
        return None;
    }
    let open = site.open.iter().map(|&id| u128::from(problem[id].cost.0));
    let open: u128 = open.sum();
    let rooms = problem
        .requirements
        .iter()
        .filter_map(|row| match row.kind {
            RequirementKind::Total {
                metric: TotalMetric::Cost,
                at_most,
                fixed,
            } => Some(u128::from(at_most).saturating_sub(u128::from(fixed) + open) * 1_000_000),
            RequirementKind::Total { .. }
            | RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. } => None,
        });
    rooms.min()
}

impl Model<'_> {
    /// Whether some channel could have to carry more than it can.
    pub fn has_tight_channels(&self) -> bool {
        !self.tight_channels.is_empty()
    }
}

/// The channels that could have to carry more than they can, if all that may go over them did.
pub fn tight_channels(problem: &Problem) -> Option<Vec<ChannelId>> {
    let mut most = vec![0_u128; problem.channels.len()];
    for (need, load) in problem
        .needs
        .iter()
        .zip(crate::weights::largest_loads(problem)?)
    {
        let bytes = u128::try_from(load).ok()?;
        let bytes = bytes.checked_mul(need.payload.into())?;
        let mut over: Vec<ChannelId> = need
            .routes
            .iter()
            .filter_map(|route| problem.way(route))
            .flat_map(|way| way.channels.iter().copied())
            .collect();
        over.sort_unstable();
        over.dedup();
        for channel in over {
            let sum = most.get_mut(channel.index())?;
            *sum = sum.checked_add(bytes)?;
        }
    }
    let tight = problem.channel_ids().zip(most);
    let tight = tight.filter(|&(id, most)| most > u128::from(problem[id].capacity));
    Some(tight.map(|(id, _)| id).collect())
}

/// Whether two consumers reach whoever answers them over the same ways.
pub fn same_ways(problem: &Problem, a: &Item, b: &Item) -> bool {
    if problem.ways.is_empty() {
        return true;
    }
    let ways = |item: &Item, to: CandidateId| {
        let from = problem[item.consumer].device;
        problem.way_to(item.need, from, to)
    };
    let heads = a.choices.iter().map(|choice| choice.server);
    let mut all = heads.chain(a.next.iter().copied().flatten());
    all.all(|to| ways(a, to) == ways(b, to))
}

/// What an item's load goes over on its way to a server.
pub fn over(problem: &Problem, item: &Item, to: CandidateId) -> Option<(NeedId, WayId)> {
    if problem.ways.is_empty() {
        return None;
    }
    let from = problem[item.consumer].device;
    let way = problem.way_to(item.need, from, to)?;
    Some((item.need, way))
}
