//! What runs on each device, and how full it is.

use vn_plan::{Custody, Device, Instance, Plan, Resources};

use super::{blank, text};
use crate::figure;

/// One row per device.
pub fn table(plan: &Plan, colour: bool) -> String {
    let mut table = blank(&["device", "role", "runs", "cpu", "memory", "disk"]);
    // What is offered and not bought is no machine.
    for device in plan.devices.iter().filter(|one| !one.is_left_out()) {
        let here: Vec<&Instance> = plan
            .instances
            .iter()
            .filter(|instance| instance.device == device.id)
            .collect();
        table.add_row(row(device, &here));
    }
    text(&table, colour)
}

fn row(device: &Device, here: &[&Instance]) -> Vec<String> {
    let runs: Vec<String> = here.iter().map(|instance| runs(instance)).collect();
    let sum = |of: fn(&Resources) -> u64| here.iter().map(|i| of(&i.claims)).sum::<u64>();
    let cpu = sum(|r| r.cpu_mcores);
    let memory = sum(|r| r.memory_bytes);
    let disk = sum(|r| r.disk_bytes);
    vec![
        device.id.clone(),
        device.role.clone(),
        if runs.is_empty() {
            "–".to_owned()
        } else {
            runs.join(", ")
        },
        usage(cpu, device.capacity.cpu_mcores, figure::cores),
        usage(memory, device.capacity.memory_bytes, figure::bytes),
        usage(disk, device.capacity.disk_bytes, figure::bytes),
    ]
}

/// `graph (memgraph, truth)`.
fn runs(instance: &Instance) -> String {
    let mut marks = vec![instance.variant.clone()];
    if let Some(part) = instance.custody {
        marks.extend(word(part).map(ToOwned::to_owned));
    } else if instance.truth {
        marks.push("truth".to_owned());
    }
    let lazy = |clone: &vn_plan::CloneSpec| clone.mode == vn_plan::CloneMode::Lazy;
    if instance.clone.as_ref().is_some_and(lazy) {
        marks.push("lazy".to_owned());
    }
    format!("{} ({})", instance.component, marks.join(", "))
}

/// `1.2 GiB of 6.4 GiB`.
fn usage(used: u64, capacity: u64, show: impl Fn(u128) -> String) -> String {
    if used == 0 {
        return "–".to_owned();
    }
    format!("{} of {}", show(used.into()), show(capacity.into()))
}

/// What an instance is to the truth; clones are most.
const fn word(part: Custody) -> Option<&'static str> {
    match part {
        Custody::Truth => Some("truth"),
        Custody::Voter => Some("voter"),
        Custody::Standby => Some("standby"),
        Custody::Clone => None,
    }
}
