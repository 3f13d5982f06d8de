//! Links carry what goes over them, and what that costs is what the plan says.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigUint;

use crate::failover::Scenario;
use crate::figure::{Unit, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};

pub fn check(network: &Network, calm: &Scenario, found: &mut Findings) {
    for flood in calm.floods() {
        let id = flood.link.as_str();
        let (needed, most) = pair(
            Unit::MicroBytes,
            flood.traffic_ubytes_per_s,
            flood.capacity_ubytes_per_s,
        );
        let message = format!("{needed} go over `{id}`, it carries {most}");
        found.add(ViolationKind::Bandwidth, &[id], message);
    }
    recorded(network, calm, found);
    consistent(network, found);
}

/// What is written at each link, and of the money.
fn recorded(network: &Network, calm: &Scenario, found: &mut Findings) {
    let carried = calm.carried();
    for link in &network.plan.links {
        let id = link.id.as_str();
        let is = carried.get(id).cloned().unwrap_or_default();
        let is = u64::try_from(is).unwrap_or(u64::MAX);
        if link.traffic_ubytes_per_s != is {
            let (says, is) = pair(Unit::MicroBytes, link.traffic_ubytes_per_s, is);
            let message = format!("`{id}` is said to carry {says}, the lists cause {is}");
            found.add(ViolationKind::Bandwidth, &[id], message);
        }
    }
    let spent = (calm.traffic_cost() + BigUint::from(999_999_u32)) / BigUint::from(1_000_000_u32);
    let is = u64::try_from(spent).unwrap_or(u64::MAX);
    let says = network.plan.totals.traffic_cost_micro_per_month;
    if says != is {
        let unit = Unit::MicroMoney(&network.plan.program.currency);
        let (says, is) = pair(unit, says, is);
        let message = format!("traffic costs {is}, the plan says {says}");
        found.add(ViolationKind::Totals, &[], message);
    }
}

/// What a link lies between, whatever its direction.
type Ends<'a> = (&'a str, &'a str);

fn ends(link: &str) -> Ends<'_> {
    let (a, b) = link.split_once(" > ").unwrap_or((link, link));
    (a.min(b), a.max(b))
}

/// From one device to another everything of a size goes over the same links, at the same price: in which
/// direction depends on who sends it.
fn consistent(network: &Network, found: &mut Findings) {
    let mut known: BTreeMap<(&str, &str, u64), (BTreeSet<Ends>, u64)> = BTreeMap::new();
    for list in &network.lists {
        let payload = list.route.payload_bytes;
        for hop in &list.hops {
            let (from, to) = (&*list.consumer.device, &*hop.instance.device);
            let over: BTreeSet<Ends> = hop.entry.over.iter().map(|link| ends(link)).collect();
            let is = (over, hop.entry.price_pico_per_month);
            let is_free = is.0.is_empty() && is.1 == 0;
            let first = known
                .entry((from, to, payload))
                .or_insert_with(|| is.clone());
            if *first != is || (from == to && !is_free) {
                let message =
                    format!("what goes from `{from}` to `{to}` takes different links or prices");
                found.add(ViolationKind::Bandwidth, &[from, to], message);
            }
        }
    }
}
