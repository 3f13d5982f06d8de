//! Every named failure, replayed on the lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::apart::set_apart;
use crate::failover::{Scenario, Walk};
use crate::figure::{Unit, one, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{Event, RequirementKind};

/// Components that must survive, by the devices lost.
type Failures<'a> = BTreeMap<BTreeSet<&'a str>, BTreeSet<&'a str>>;

/// Replays them all; returns how many distinct ones there are.
pub fn check(network: &Network, found: &mut Findings) -> u64 {
    let failures = failures(network);
    inherited(network, &failures, found);
    for (lost, components) in &failures {
        let ids = lost.iter().map(ToString::to_string).collect();
        let (plan, ids) = set_apart(network.plan, &ids);
        let event = Event::lost(ids);
        let network = &Network::new(&plan);
        let scenario = Scenario::new(network, &event);
        let components = &components.iter().map(|name| (*name).to_owned()).collect();
        let mut replay = Replay {
            lost: named(lost),
            scenario: &scenario,
            components,
            found,
        };
        replay.alive(network);
        replay.served();
        replay.overflows(network);
        replay.crowds(network);
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
            ..
        } = &requirement.kind
        {
            for lost in failures {
                if network.is_absent(component) {
                    continue;
                }
                let lost = lost.iter().map(String::as_str).collect();
                all.entry(lost).or_default().insert(component.as_str());
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
    for (lost, components) in failures {
        for (consumer, service) in &relied {
            if components.contains(consumer) && !components.contains(service) {
                let lost = named(lost);
                let message = format!(
                    "`{consumer}` must survive the loss of {lost} and needs `{service}`, of which \
                     nothing demands it"
                );
                found.add(ViolationKind::Inherited, &[service, consumer], message);
            }
        }
    }
}

fn named(lost: &BTreeSet<&str>) -> String {
    let ids: Vec<String> = lost.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

struct Replay<'r, 'n, 'a, 'f> {
    lost: String,
    scenario: &'r Scenario<'n, 'a>,
    components: &'r BTreeSet<String>,
    found: &'f mut Findings,
}

impl Replay<'_, '_, '_, '_> {
    fn say(&mut self, about: &[&str], what: &str) {
        let message = format!("with {} lost, {what}", self.lost);
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
