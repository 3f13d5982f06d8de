//! Round trips are facts; at least they must not contradict each other.

use std::collections::BTreeMap;

use crate::figure::{Unit, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};

pub fn check(network: &Network, found: &mut Findings) {
    let mut known: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (from, to, rtt) in stated(network) {
        if from == to {
            if rtt != 0 {
                let (is, _) = pair(Unit::Micros, rtt, 0);
                let message = format!("`{from}` is {is} away from itself");
                found.add(ViolationKind::Rtt, &[from], message);
            }
            continue;
        }
        // A round trip goes both ways, so it does not matter who begins.
        let known = *known.entry((from.min(to), from.max(to))).or_insert(rtt);
        if known != rtt {
            let (known, rtt) = pair(Unit::Micros, known, rtt);
            let message = format!("`{to}` is {rtt} away from `{from}`, elsewhere it is {known}");
            found.add(ViolationKind::Rtt, &[from, to], message);
        }
    }
}

fn stated<'a>(network: &Network<'a>) -> Vec<(&'a str, &'a str, u64)> {
    let mut all: Vec<(&str, &str, u64)> = Vec::new();
    for list in &network.lists {
        let from = list.consumer.device.as_str();
        let hops = list.hops.iter();
        all.extend(hops.map(|hop| (from, hop.instance.device.as_str(), hop.entry.rtt_us)));
    }
    for one in &network.plan.instances {
        for source in one.clone.iter().flat_map(|clone| &clone.sources) {
            // Of itself a row means the others that it stands for.
            if source.instance == one.id {
                continue;
            }
            if let Some(at) = network.instances.get(source.instance.as_str()) {
                all.push((&one.device, &at.device, source.rtt_us));
            }
        }
    }
    all
}
