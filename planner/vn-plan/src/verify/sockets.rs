//! Nobody shares an address or a port: a fallback on the same socket would be none.

use std::collections::{BTreeMap, BTreeSet};

use crate::Plan;
use crate::violation::{Findings, ViolationKind};

pub fn check(plan: &Plan, found: &mut Findings) {
    addresses(plan, found);
    ports(plan, found);
}

fn addresses(plan: &Plan, found: &mut Findings) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for device in &plan.devices {
        if let Some(other) = seen.insert(&device.address, &device.id) {
            let (id, address) = (&device.id, &device.address);
            let message = format!("`{id}` and `{other}` have the same address `{address}`");
            found.add(ViolationKind::Socket, &[id, other], message);
        }
    }
}

fn ports(plan: &Plan, found: &mut Findings) {
    let mut taken: BTreeSet<(&str, u16)> = BTreeSet::new();
    for instance in &plan.instances {
        let ports = instance.run.iter().flat_map(|run| &run.ports);
        for port in ports {
            let number = port.published;
            if number == 0 || !taken.insert((&instance.device, number)) {
                let (id, device) = (&instance.id, &instance.device);
                let message = match number {
                    0 => format!("`{id}` publishes port 0"),
                    _ => format!("port {number} of `{device}` is published twice, by `{id}` too"),
                };
                found.add(ViolationKind::Socket, &[id, device], message);
            }
        }
    }
}
