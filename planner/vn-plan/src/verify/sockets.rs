//! Nobody shares an address or a port: a fallback on the same socket would be none.

use std::collections::{BTreeMap, BTreeSet};

use crate::violation::{Findings, ViolationKind};
use crate::{Plan, Socket};

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
    let mut taken: BTreeSet<(&str, Socket)> = BTreeSet::new();
    for instance in &plan.instances {
        let ports = instance.run.iter().flat_map(|run| &run.ports);
        for port in ports {
            let socket = port.socket();
            if socket.number == 0 || !taken.insert((&instance.device, socket)) {
                let (id, device) = (&instance.id, &instance.device);
                let message = match socket.number {
                    0 => format!("`{id}` publishes port 0"),
                    _ => format!("port {socket} of `{device}` is published twice, by `{id}` too"),
                };
                found.add(ViolationKind::Socket, &[id, device], message);
            }
        }
    }
}
