//! Who must be there before whom.

use std::collections::{BTreeMap, BTreeSet};

use vn_plan::Role;

use crate::fleet::Fleet;

/// The components by steps: what those of a step wait for stands in earlier ones. Components on a circle,
/// which a checked program has none of, come last and together.
pub fn steps<'a>(fleet: &Fleet<'a>) -> Vec<Vec<&'a str>> {
    let mut rest = waiting(fleet);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let ready: Vec<&str> = rest
            .iter()
            .filter(|(_, needed)| needed.iter().all(|one| !rest.contains_key(one)))
            .map(|(name, _)| *name)
            .collect();
        let step = if ready.is_empty() {
            rest.keys().copied().collect()
        } else {
            ready
        };
        rest.retain(|name, _| !step.contains(name));
        steps.push(step);
    }
    steps
}

/// Services with those that they do not start without.
fn waiting<'a>(fleet: &Fleet<'a>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let services = fleet.plan.instances.iter();
    let services = services.filter(|one| one.role == Role::Service);
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = services
        .map(|one| (one.component.as_str(), BTreeSet::new()))
        .collect();
    for route in &fleet.plan.routes {
        let consumer = fleet.instance(&route.consumer);
        if route.deferred || route.optional {
            continue;
        }
        let needed = route.entries.iter().filter_map(|entry| {
            let one = fleet.instance(&entry.instance)?;
            Some(one.component.as_str())
        });
        if let Some(all) = consumer.and_then(|one| waiting.get_mut(one.component.as_str())) {
            all.extend(needed);
        }
    }
    waiting
}
