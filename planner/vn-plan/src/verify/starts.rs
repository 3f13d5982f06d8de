//! Nobody waits for himself: needs that order the start go in no circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::Plan;
use crate::violation::{Findings, ViolationKind};

pub fn check(plan: &Plan, found: &mut Findings) {
    let instances = plan.instances.iter();
    let component: BTreeMap<&str, &str> = instances
        .map(|one| (one.id.as_str(), one.component.as_str()))
        .collect();
    let mut waits: BTreeSet<(&str, &str)> = BTreeSet::new();
    for route in plan.routes.iter().filter(|route| !route.deferred) {
        if let Some(consumer) = component.get(route.consumer.as_str()) {
            waits.insert((consumer, &route.service));
        }
    }
    // Whoever waits for nobody is out, and whoever nobody waits for: what is left goes in circles, or
    // lies between two of them.
    loop {
        let waiting: BTreeSet<&str> = waits.iter().map(|(one, _)| *one).collect();
        let awaited: BTreeSet<&str> = waits.iter().map(|(_, one)| *one).collect();
        let before = waits.len();
        waits.retain(|(one, other)| awaited.contains(one) && waiting.contains(other));
        if waits.len() == before {
            break;
        }
    }
    let names: BTreeSet<&str> = waits.into_iter().map(|(one, _)| one).collect();
    if !names.is_empty() {
        let names: Vec<&str> = names.into_iter().collect();
        let message = format!(
            "start-up goes in a circle through `{}`: a need must be deferred",
            names.join("`, `")
        );
        found.add(ViolationKind::Circle, &names, message);
    }
}
