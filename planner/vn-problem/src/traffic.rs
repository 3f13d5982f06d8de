//! What requests and their answers weigh, which channels they go over, and what that costs.
//!
//! INVARIANT: the payload of a need was rounded up to whole bytes and the price of a way to whole units,
//! once; everything here is exact.

use std::collections::BTreeMap;

use crate::{
    CandidateId, Cause, ChannelId, DeviceId, Failure, FailureId, Load, NeedId, Problem, Route,
    Violation, WayId, placement::Placement,
};

/// One direction of a link, or what a device sends or receives in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// What it carries, in 10⁻⁶ bytes per second.
    pub capacity: u64,
    /// The line that says so.
    pub cause: Cause,
}

/// What the payload of a route goes over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Channels, sorted.
    pub channels: Vec<ChannelId>,
    /// For each 10⁻⁶ req/s, in 10⁻¹² of the currency per month.
    pub price: u64,
}

impl Problem {
    /// What the payload of a route goes over, if that is counted.
    pub fn way(&self, route: &Route) -> Option<&Way> {
        route.way.map(|way| &self[way])
    }

    /// The way from a consumer's device to a server.
    pub fn way_to(&self, need: NeedId, from: DeviceId, to: CandidateId) -> Option<WayId> {
        self[need].route(from, to)?.way
    }

    /// Whether some traffic costs money.
    pub fn has_priced_traffic(&self) -> bool {
        self.ways.iter().any(|way| way.price > 0)
    }

    /// Ways name channels that exist, each once and in order.
    pub(crate) fn sound_way(&self, id: WayId) -> bool {
        let channels = &self[id].channels;
        channels.iter().all(|one| one.index() < self.channels.len())
            && channels.is_sorted_by(|a, b| a < b)
    }
}

impl Placement<'_> {
    /// Everything that is answered, with the load that goes there.
    fn answered(
        &self,
        loads: &BTreeMap<CandidateId, Load>,
        asks: impl Fn(NeedId, CandidateId) -> Option<CandidateId>,
    ) -> Option<Vec<(NeedId, WayId, u64)>> {
        let mut all = Vec::new();
        for (need, consumer, _) in self.heads() {
            let (row, from) = (&self.problem[need], self.problem[consumer].device);
            let Some(way) = asks(need, consumer).and_then(|to| self.problem.way_to(need, from, to))
            else {
                continue;
            };
            let own = loads.get(&consumer).copied().unwrap_or_default();
            all.push((need, way, self.problem.load_through(row, from, own)?.0));
        }
        Some(all)
    }

    /// What goes over each channel, in 10⁻⁶ bytes per second.
    fn carried(
        &self,
        loads: &BTreeMap<CandidateId, Load>,
        asks: impl Fn(NeedId, CandidateId) -> Option<CandidateId>,
    ) -> Option<Vec<u128>> {
        let mut carried = vec![0_u128; self.problem.channels.len()];
        if carried.is_empty() {
            return Some(carried);
        }
        for (need, way, load) in self.answered(loads, asks)? {
            let bytes = u128::from(load).checked_mul(self.problem[need].payload.into())?;
            for channel in &self.problem[way].channels {
                let sum = carried.get_mut(channel.index())?;
                *sum = sum.checked_add(bytes)?;
            }
        }
        Some(carried)
    }

    /// What goes over each channel with everything up.
    pub fn normal_traffic(&self, loads: &BTreeMap<CandidateId, Load>) -> Option<Vec<u128>> {
        self.carried(loads, |need, consumer| self.head(need, consumer))
    }

    /// What goes over each channel once `failure` has happened; `loads` are those that are left then.
    fn traffic_without(
        &self,
        failure: &Failure,
        loads: &BTreeMap<CandidateId, Load>,
    ) -> Option<Vec<u128>> {
        self.carried(loads, |need, consumer| {
            let alive = !failure.takes(self.problem[consumer].device);
            let found = alive.then(|| self.found(need, consumer, failure)).flatten();
            found.map(|entry| entry.server)
        })
    }

    /// What traffic costs with everything up, in 10⁻¹² of the currency per month.
    pub fn traffic_cost(&self, loads: &BTreeMap<CandidateId, Load>) -> Option<u128> {
        if !self.problem.has_priced_traffic() {
            return Some(0);
        }
        let all = self.answered(loads, |need, consumer| self.head(need, consumer))?;
        all.into_iter().try_fold(0, |sum: u128, (_, way, load)| {
            sum.checked_add(u128::from(load).checked_mul(self.problem[way].price.into())?)
        })
    }
}

/// Traffic against what channels carry.
fn check(
    placement: &Placement<'_>,
    carried: &[u128],
    failure: Option<FailureId>,
    faults: &mut Vec<Violation>,
) {
    for (channel, &needed) in placement.problem.channel_ids().zip(carried) {
        let available = placement.problem[channel].capacity;
        if needed > u128::from(available) {
            faults.push(Violation::Traffic {
                channel,
                failure,
                needed,
                available,
            });
        }
    }
}

/// The channels with everything up.
pub fn check_normal(placement: &Placement<'_>, carried: &[u128], faults: &mut Vec<Violation>) {
    check(placement, carried, None, faults);
}

/// The channels once a failure has happened: whoever shares a link slows down all others on it, so all
/// traffic counts, whoever must survive.
pub fn check_moved(
    placement: &Placement<'_>,
    failure: FailureId,
    loads: &BTreeMap<CandidateId, Load>,
    faults: &mut Vec<Violation>,
) {
    let event = &placement.problem[failure];
    match placement.traffic_without(event, loads) {
        Some(carried) => check(placement, &carried, Some(failure), faults),
        None => faults.push(Violation::Overflow),
    }
}
