//! Fields that must agree whatever was decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{List, Network};
use crate::violation::{Findings, ViolationKind};
use crate::{Instance, RequirementKind, Role, RouteLoad};

pub fn check(network: &Network, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    let mut roles: BTreeMap<&str, Role> = BTreeMap::new();
    for one in &network.plan.instances {
        if !seen.insert((&one.component, &one.device, one.copy)) {
            let message = format!("`{}` stands twice on `{}`", one.component, one.device);
            found.add(ViolationKind::Twice, &[&one.id, &one.device], message);
        }
        let most = most(network, &one.component);
        if !(1..=most).contains(&one.copy) {
            let message = format!(
                "`{}` is number {} on `{}`, which holds {most} of `{}` at most",
                one.id, one.copy, one.device, one.component
            );
            found.add(ViolationKind::Twice, &[&one.id, &one.device], message);
        }
        if *roles.entry(&one.component).or_insert(one.role) != one.role {
            let message = format!("`{}` is a client and a service", one.component);
            found.add(ViolationKind::Shape, &[&one.id], message);
        }
        instance(one, found);
    }
    left_out(network, found);
    picked(network, found);
    for list in &network.lists {
        route(list, found);
    }
}

/// How many instances of a component a device may hold.
fn most(network: &Network, component: &str) -> u64 {
    let requirements = network.plan.requirements.iter();
    let said = requirements.filter_map(|one| {
        if let RequirementKind::PerDevice { component, at_most } = &one.kind {
            Some((component, *at_most))
        } else {
            None
        }
    });
    let said = said
        .filter(|(of, _)| *of == component)
        .map(|(_, most)| most);
    said.min().unwrap_or(1)
}

/// Nothing runs where no machine is.
fn left_out(network: &Network, found: &mut Findings) {
    let devices = network.plan.devices.iter();
    let absent: BTreeSet<&str> = devices
        .filter(|device| device.is_left_out())
        .map(|device| device.id.as_str())
        .collect();
    for one in &network.plan.instances {
        if absent.contains(one.device.as_str()) {
            let message = format!(
                "`{}` stands on `{}`, which is not bought",
                one.id, one.device
            );
            found.add(ViolationKind::Offer, &[&one.id, &one.device], message);
        }
    }
}

/// What runs in some roles only runs on a device that takes one of them, and every device takes one of
/// its own.
fn picked(network: &Network, found: &mut Findings) {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for device in &network.plan.devices {
        taken.insert(&device.id, &device.role);
        if !device.roles.is_empty() && !device.roles.contains(&device.role) {
            let roles = device.roles.join(", ");
            let message = format!("`{}` is {}, but may be {roles}", device.id, device.role);
            found.add(ViolationKind::Role, &[&device.id], message);
        }
    }
    for one in network
        .plan
        .instances
        .iter()
        .filter(|one| !one.roles.is_empty())
    {
        let role = taken.get(one.device.as_str()).copied().unwrap_or_default();
        if !one.roles.iter().any(|fits| fits == role) {
            let roles = one.roles.join(", ");
            let message = format!("`{}` runs on {roles}, `{}` is {role}", one.id, one.device);
            found.add(ViolationKind::Role, &[&one.id, &one.device], message);
        }
    }
}

fn instance(one: &Instance, found: &mut Findings) {
    let mut say = |what: &str| {
        let message = format!("`{}` {what}", one.id);
        found.add(ViolationKind::Shape, &[&one.id], message);
    };
    match one.role {
        Role::Client => {
            if one.run.is_some() {
                say("is a client, but is run like a service");
            }
            if one.clone.is_some() {
                say("is a client, but is cloned like a service");
            }
            if one.truth || one.custody.is_some() {
                say("is a client, but writes like a service");
            }
        }
        Role::Service => {
            if one.demand_ureqs != 0 {
                say("is a service, but has a demand of its own");
            }
            if one.buffer_bytes > one.claims.disk_bytes {
                say("keeps more disk free for writes than it claims");
            }
            if one.clone.is_none() {
                say("is a service, but does not say how its bytes arrive");
            }
        }
    }
}

fn route(list: &List, found: &mut Findings) {
    let route = list.route;
    let mut say = |what: &str| {
        let message = format!("`{}` -> `{}` {what}", route.consumer, route.service);
        let about = [route.consumer.as_str(), route.service.as_str()];
        found.add(ViolationKind::Shape, &about, message);
    };
    if matches!(route.load, RouteLoad::Fanout { den: 0, .. }) {
        say("has a fanout with denominator 0");
    }
    if route.tiers == 0 {
        say("has no tier; without `prefer` there is one");
    }
    for hop in &list.hops {
        if hop.instance.component != route.service || hop.instance.role != Role::Service {
            say(&format!(
                "lists `{}`, which is not that service",
                hop.instance.id
            ));
        }
    }
}
