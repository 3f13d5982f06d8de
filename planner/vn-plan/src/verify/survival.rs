//! Every named failure, replayed on the lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::apart::set_apart;
use crate::failover::{Scenario, Walk};
use crate::figure::{Unit, one, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{Event, Partition, RequirementKind};

/// Components that must survive, by what happens.
type Failures<'a> = BTreeMap<Event, BTreeSet<&'a str>>;

/// Replays them all; returns how many distinct ones there are.
pub fn check(network: &Network, found: &mut Findings) -> u64 {
    let failures = failures(network);
    inherited(network, &failures, found);
    for (case, components) in &failures {
        let (plan, event) = set_apart(network.plan, case);
        let network = &Network::new(&plan);
        let scenario = Scenario::new(network, &event);
        let components = &components.iter().map(|name| (*name).to_owned()).collect();
        let mut replay = Replay {
            with: with(case),
            scenario: &scenario,
            components,
            found,
        };
        replay.alive(network);
        replay.served();
        replay.overflows(network);
        replay.crowds(network);
        replay.buffers(network);
        replay.floods();
    }
    failures.len() as u64
}

fn failures<'a>(network: &Network<'a>) -> Failures<'a> {
    let mut all = Failures::new();
    for requirement in &network.plan.requirements {
        if let RequirementKind::Survive {
            component,
            failures,
            partitions,
            lasts_s,
            ..
        } = &requirement.kind
        {
            if network.is_absent(component) {
                continue;
            }
            let lost = failures.iter().map(Event::lost);
            let cut = |one: &Partition| Event::none().parted(one.cut.clone());
            for event in lost.chain(partitions.iter().map(cut)) {
                let event = event.lasting(*lasts_s);
                all.entry(event).or_default().insert(component.as_str());
            }
        }
    }
    all
}

/// Who must survive relies on others, which must then survive too.
fn inherited(network: &Network, failures: &Failures, found: &mut Findings) {
    let relied: BTreeSet<(&str, &str)> = network
        .lists
        .iter()
        .filter(|list| !list.route.optional)
        .map(|list| {
            (
                list.consumer.component.as_str(),
                list.route.service.as_str(),
            )
        })
        .collect();
    for (case, components) in failures {
        for (consumer, service) in &relied {
            if components.contains(consumer) && !components.contains(service) {
                let event = loss(case);
                let message = format!(
                    "`{consumer}` must survive {event} and needs `{service}`, of which nothing \
                     demands it"
                );
                found.add(ViolationKind::Inherited, &[service, consumer], message);
            }
        }
    }
}

fn named<'a>(ids: impl IntoIterator<Item = &'a String>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

fn loss(event: &Event) -> String {
    if event.cut.is_empty() {
        format!("the loss of {}", named(&event.lost))
    } else {
        format!("that {}", parted(event))
    }
}

fn with(event: &Event) -> String {
    if event.cut.is_empty() {
        format!("with {} lost", named(&event.lost))
    } else {
        format!("when {}", parted(event))
    }
}

/// The first cut by name; the others follow from it.
fn parted(event: &Event) -> String {
    const SHOWN: usize = 3;
    let side = |ids: &[String]| {
        let more = ids.len().saturating_sub(SHOWN);
        let shown = named(ids.iter().take(SHOWN));
        if more == 0 {
            shown
        } else {
            format!("{shown} and {more} more")
        }
    };
    let first = event.cut.first();
    first.map_or_else(String::new, |cut| {
        format!("{} cannot reach {}", side(&cut.one), side(&cut.other))
    })
}

struct Replay<'r, 'n, 'a, 'f> {
    with: String,
    scenario: &'r Scenario<'n, 'a>,
    components: &'r BTreeSet<String>,
    found: &'f mut Findings,
}

impl Replay<'_, '_, '_, '_> {
    fn say(&mut self, about: &[&str], what: &str) {
        let message = format!("{}, {what}", self.with);
        self.found.add(ViolationKind::Survive, about, message);
    }

    fn alive(&mut self, network: &Network) {
        let alive: BTreeSet<&str> = self
            .scenario
            .alive()
            .map(|i| i.component.as_str())
            .collect();
        for component in self.components {
            if !alive.contains(component.as_str()) {
                let had = network.count(component);
                let what = format!("0 of {had} instances of `{component}` are left");
                self.say(&[component], &what);
            }
        }
    }

    fn served(&mut self) {
        let scenario = self.scenario;
        for walk in &scenario.walks {
            let route = walk.list.route;
            if !route.optional && self.components.contains(route.service.as_str()) {
                self.need(walk);
            }
        }
    }

    fn need(&mut self, walk: &Walk) {
        let route = walk.list.route;
        let (consumer, service) = (route.consumer.as_str(), route.service.as_str());
        match walk.end {
            Err(why) => {
                let what = format!("`{consumer}` finds no `{service}`: {why}");
                self.say(&[service, consumer], &what);
            }
            Ok(hop) if !hop.standing.serves() => {
                let budget = route.within_us.max(route.degraded_us).unwrap_or_default();
                let (time, budget) = pair(Unit::Micros, hop.time_us, budget);
                let id = hop.instance.id.as_str();
                let what = format!(
                    "`{consumer}` falls back to `{id}`, which answers in {time}, the budget is \
                     {budget}"
                );
                self.say(&[service, consumer, id], &what);
            }
            Ok(_) => {}
        }
    }

    fn crowds(&mut self, network: &Network) {
        for crowd in self.scenario.crowds() {
            let (id, consumers, most) = (crowd.instance, crowd.consumers, crowd.most);
            let of = network.instances.get(id).map(|one| one.component.as_str());
            if of.is_some_and(|component| self.components.contains(component)) {
                let what = format!("{consumers} consumers hold on to `{id}`, it bears {most}");
                self.say(&[id], &what);
            }
        }
    }

    /// Whoever keeps writes has room for all of them.
    fn buffers(&mut self, network: &Network) {
        let Some(lasts) = self.scenario.event.lasts_s else {
            return;
        };
        let mut kept: BTreeMap<&str, u128> = BTreeMap::new();
        for walk in &self.scenario.walks {
            if let Some((id, bytes)) = walk.buffered(self.scenario) {
                *kept.entry(id).or_default() += bytes;
            }
        }
        for (id, each_second) in kept {
            let Some(one) = network.instances.get(id) else {
                continue;
            };
            let needed = (each_second * u128::from(lasts)).div_ceil(1_000_000);
            if self.components.contains(&one.component) && needed > u128::from(one.buffer_bytes) {
                let needed = u64::try_from(needed).unwrap_or(u64::MAX);
                let (needed, has) = pair(Unit::Bytes, needed, one.buffer_bytes);
                let what = format!("`{id}` has to keep {needed} of writes, it has room for {has}");
                self.say(&[id], &what);
            }
        }
    }

    /// No link carries more than it can.
    fn floods(&mut self) {
        for flood in self.scenario.floods() {
            let id = flood.link.as_str();
            let (needed, most) = pair(
                Unit::MicroBytes,
                flood.traffic_ubytes_per_s,
                flood.capacity_ubytes_per_s,
            );
            let what = format!("{needed} go over `{id}`, it carries {most}");
            self.say(&[id], &what);
        }
    }

    fn overflows(&mut self, network: &Network) {
        for over in self.scenario.overflows() {
            let id = over.instance.as_str();
            let of = network.instances.get(id).map(|one| one.component.as_str());
            if of.is_some_and(|component| self.components.contains(component)) {
                let (load, most) = pair(Unit::MicroRequests, over.load_ureqs, over.capacity_ureqs);
                let before = network.instances.get(id).map_or(0, |i| i.load_ureqs);
                let before = one(Unit::MicroRequests, before);
                let what =
                    format!("`{id}` is asked {load} (before: {before}), it can answer {most}");
                self.say(&[id], &what);
            }
        }
    }
}
