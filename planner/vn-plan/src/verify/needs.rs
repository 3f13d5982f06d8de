//! Instances of one variant have the same needs, so that no need got lost or eased somewhere.

use std::collections::BTreeMap;

use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{Instance, Route, RouteLoad};

/// A need without its instance: service, load, budgets, optional, whether it writes, copies, tiers,
/// deferred, payload.
type Need<'a> = (
    &'a str,
    (u64, u64),
    Option<u64>,
    Option<u64>,
    bool,
    bool,
    u64,
    u32,
    bool,
    u64,
);

pub fn check(network: &Network, found: &mut Findings) {
    let mut needs: BTreeMap<&str, Vec<Need>> = BTreeMap::new();
    for route in &network.plan.routes {
        needs.entry(&route.consumer).or_default().push(need(route));
    }
    let mut first: BTreeMap<(&str, &str), (&Instance, Vec<Need>)> = BTreeMap::new();
    for one in &network.plan.instances {
        let mut mine = needs.remove(one.id.as_str()).unwrap_or_default();
        mine.sort_unstable();
        let model = first.entry((&one.component, &one.variant));
        let (like, theirs) = model.or_insert_with(|| (one, mine.clone()));
        if *theirs != mine {
            let message = format!(
                "`{}` and `{}` both run `{}`, but what they need differs",
                like.id, one.id, one.variant
            );
            found.add(ViolationKind::Needs, &[&one.id, &like.id], message);
        }
    }
}

fn need(route: &Route) -> Need<'_> {
    let load = match route.load {
        RouteLoad::Fanout { num, den } => (num, den),
        // No fanout has denominator 0, so a rate never equals one.
        RouteLoad::RateUreqs(rate) => (rate, 0),
    };
    let (within, degraded) = (route.within_us, route.degraded_us);
    (
        &route.service,
        load,
        within,
        degraded,
        route.optional,
        route.write,
        route.copies,
        route.tiers,
        route.deferred,
        route.payload_bytes,
    )
}
