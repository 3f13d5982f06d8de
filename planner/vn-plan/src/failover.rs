//! Replays an event on the lists of the plan, as the consumers themselves would walk them.

use std::collections::{BTreeMap, BTreeSet};

use crate::apart::set_apart;
use crate::loads::{Edge, Loads, loads};
use crate::network::{Hop, List, Network};
use crate::outcome::{Answer, Asked, Outcome, Overflow, Share, Unserved};
use crate::{Event, Instance, Plan, Role};

/// What happens when an event strikes, from the emitted lists alone: nothing is planned anew.
///
/// Every consumer walks its list from the front, skips lost entries, skips lazy ones that are not
/// ready, and takes the first that is left. A lazy entry is ready when it is the list's first, whose
/// bytes came with its first use, or when an alive eager instance fills it within the detection time.
pub fn simulate(plan: &Plan, event: &Event) -> Outcome {
    let (plan, event) = set_apart(plan, event);
    Scenario::new(&Network::new(&plan), &event).outcome()
}

/// One event, replayed.
pub struct Scenario<'n, 'a> {
    pub event: &'n Event,
    network: &'n Network<'a>,
    pub walks: Vec<Walk<'n, 'a>>,
    pub loads: Loads<'a>,
}

/// A list of an alive consumer, and where walking it ended.
pub struct Walk<'n, 'a> {
    pub list: &'n List<'a>,
    pub end: Result<Hop<'a>, Unserved>,
}

impl<'n, 'a> Scenario<'n, 'a> {
    pub fn new(network: &'n Network<'a>, event: &'n Event) -> Self {
        let lives = |one: &Instance| !event.takes(&one.device);
        let alive: Vec<&Instance> = network.plan.instances.iter().filter(|i| lives(i)).collect();
        let lists = network.lists.iter().filter(|list| lives(list.consumer));
        let walks: Vec<Walk> = lists
            .map(|list| Walk {
                list,
                end: walk(network, event, list),
            })
            .collect();
        let edges = walks.iter().flat_map(|walk| walk.edges(network, event));
        let edges: Vec<Edge> = edges.collect();
        Self {
            event,
            network,
            loads: loads(&alive, &edges),
            walks,
        }
    }

    pub const fn network(&self) -> &'n Network<'a> {
        self.network
    }

    pub fn alive(&self) -> impl Iterator<Item = &'a Instance> {
        let all = self.network.plan.instances.iter();
        all.filter(|one| !self.event.takes(&one.device))
    }

    pub fn reaches(&self, from: &Instance, to: &Instance) -> bool {
        !self.event.parts(&from.device, &to.device)
    }

    pub fn load(&self, instance: &str) -> u64 {
        let load = self.loads.by_instance.get(instance);
        load.copied().unwrap_or_default()
    }

    pub fn overflows(&self) -> Vec<Overflow> {
        let over = |one: &Instance| {
            let load_ureqs = self.load(&one.id);
            let capacity_ureqs = one.capacity_ureqs.filter(|most| load_ureqs > *most)?;
            Some(Overflow {
                instance: one.id.clone(),
                load_ureqs,
                capacity_ureqs,
            })
        };
        self.alive().filter_map(over).collect()
    }

    fn outcome(&self) -> Outcome {
        let well = self.well();
        let owned = |(id, load): (&&str, &u64)| ((*id).to_owned(), *load);
        Outcome {
            asked: self
                .walks
                .iter()
                .map(|walk| walk.asked(self.network))
                .collect(),
            loads: self.loads.by_instance.iter().map(owned).collect(),
            overflows: self.overflows(),
            floods: self.floods(),
            clients: self.clients(&well),
            alive: self.counts(),
            variants: self.variants(),
            well: well.into_iter().map(ToOwned::to_owned).collect(),
            circle: self.loads.circle.iter().map(ToString::to_string).collect(),
        }
    }

    /// The largest set whose members have every non-optional need met, in time, by a member.
    ///
    /// Largest rather than smallest, so that a circle of requests, which `verify` refuses anyway,
    /// still has an answer: members leave until nobody has to, which ends.
    fn well(&self) -> BTreeSet<&'a str> {
        let mut well: BTreeSet<&str> = self.alive().map(|one| one.id.as_str()).collect();
        let needs: Vec<&Walk> = self
            .walks
            .iter()
            .filter(|w| !w.list.route.optional)
            .collect();
        loop {
            let unmet = |walk: &&&Walk<'n, 'a>| !walk.by().is_some_and(|id| well.contains(id));
            let leaving: Vec<&str> = needs
                .iter()
                .filter(unmet)
                .map(|walk| walk.list.consumer.id.as_str())
                .filter(|id| well.contains(id))
                .collect();
            if leaving.is_empty() {
                return well;
            }
            for id in leaving {
                well.remove(id);
            }
        }
    }

    fn clients(&self, well: &BTreeSet<&str>) -> BTreeMap<String, Share> {
        let all = self.network.plan.instances.iter();
        let mut shares: BTreeMap<String, Share> = BTreeMap::new();
        for one in all.filter(|one| one.role == Role::Client) {
            let share = shares.entry(one.component.clone()).or_default();
            if !self.event.takes(&one.device) {
                share.count(well.contains(one.id.as_str()), self.network.times(one));
            }
        }
        shares
    }

    fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for one in &self.network.plan.instances {
            let alive = !self.event.takes(&one.device);
            *counts.entry(one.component.clone()).or_default() +=
                if alive { self.network.times(one) } else { 0 };
        }
        counts
    }

    fn variants(&self) -> BTreeMap<String, BTreeSet<String>> {
        let answering = self.walks.iter().filter_map(|walk| walk.end.ok());
        let asked: BTreeSet<&str> = answering.map(|hop| hop.instance.id.as_str()).collect();
        let busy = self.alive().filter(|one| asked.contains(one.id.as_str()));
        let mut variants = by_component(busy);
        for (component, all) in by_component(self.alive()) {
            variants.entry(component).or_insert(all);
        }
        variants
    }
}

fn by_component<'a>(
    instances: impl Iterator<Item = &'a Instance>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut variants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in instances {
        let names = variants.entry(one.component.clone()).or_default();
        names.insert(one.variant.clone());
    }
    variants
}

fn walk<'a>(network: &Network<'a>, event: &Event, list: &List<'a>) -> Result<Hop<'a>, Unserved> {
    let meet = |from: &Instance, to: &Instance| !event.parts(&from.device, &to.device);
    let filled = |lazy: &Instance| {
        let mut sources = network.refills(&lazy.id).iter();
        sources.any(|source| meet(lazy, source))
    };
    let ready = |hop: &Hop| hop.position == 0 || !hop.instance.is_lazy() || filled(hop.instance);
    if list.hops.is_empty() {
        return Err(Unserved::NoEntry);
    }
    if list
        .hops
        .iter()
        .all(|hop| event.takes(&hop.instance.device))
    {
        return Err(Unserved::AllLost);
    }
    let mut reached = list
        .hops
        .iter()
        .filter(|hop| meet(list.consumer, hop.instance))
        .peekable();
    if reached.peek().is_none() {
        return Err(Unserved::CutOff);
    }
    let mut accepting = reached
        .filter(|hop| network.accepts(list, hop.instance, event))
        .peekable();
    if accepting.peek().is_none() {
        return Err(Unserved::NobodyWrites);
    }
    accepting
        .find(|hop| ready(hop))
        .copied()
        .ok_or(Unserved::NoneReady)
}

impl<'a> Walk<'_, 'a> {
    /// Whoever answers bears the load, and of writes everybody where they end up.
    fn edges(&self, network: &Network<'a>, event: &Event) -> Vec<Edge<'a>> {
        let Ok(hop) = self.end else {
            return Vec::new();
        };
        let mut bearers = vec![hop.instance];
        if self.list.route.write {
            let stored = network.stored(&self.list.route.service, event);
            let others = stored.into_iter().filter(|one| one.id != hop.instance.id);
            bearers.extend(others);
        }
        let edge = |to: &'a Instance| Edge {
            times: self.times(network, to),
            from: self.list.consumer,
            to,
            load: self.list.route.load,
        };
        bearers.into_iter().map(edge).collect()
    }

    /// How many such consumers put their load on one machine of an instance.
    fn times(&self, network: &Network<'a>, to: &Instance) -> u64 {
        let (from, to) = (network.times(self.list.consumer), network.times(to));
        from.checked_div(to).unwrap_or(1).max(1)
    }

    /// What is written to whoever answers while it can pass nothing on, in 10⁻⁶ bytes per second.
    pub fn buffered(&self, scenario: &Scenario<'_, 'a>) -> Option<(&'a str, u128)> {
        let hop = self.end.ok().filter(|_| self.list.route.write)?;
        let network = scenario.network;
        if network.arrives(hop.instance, scenario.event) {
            return None;
        }
        let own = scenario.load(&self.list.consumer.id);
        let load = u128::from(self.list.route.load.of(own));
        let times = u128::from(self.times(network, hop.instance));
        let payload = u128::from(self.list.route.payload_bytes);
        Some((&hop.instance.id, load * times * payload))
    }

    /// Who answers in time.
    fn by(&self) -> Option<&'a str> {
        let hop = self.end.ok().filter(|hop| hop.standing.serves())?;
        Some(&hop.instance.id)
    }

    fn asked(&self, network: &Network<'a>) -> Asked {
        Asked {
            times: network.times(self.list.consumer),
            consumer: self.list.consumer.id.clone(),
            component: self.list.consumer.component.clone(),
            service: self.list.route.service.clone(),
            optional: self.list.route.optional,
            answer: self.end.map_or_else(Answer::Nobody, Answer::from),
        }
    }
}

impl From<Hop<'_>> for Answer {
    fn from(hop: Hop<'_>) -> Self {
        Self::By {
            instance: hop.instance.id.clone(),
            position: hop.position,
            rtt_us: hop.entry.rtt_us,
            time_us: hop.time_us,
            standing: hop.standing,
        }
    }
}
