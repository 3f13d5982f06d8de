//! Devices folded by their declaration, and words for what a device has.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use vn_analysis::{Composition, Device, DeviceIx};

use crate::figure;
use crate::lower::round;

/// Devices of one declaration: all of them, or some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `phones`.
    pub class: String,
    /// How many.
    pub count: u64,
    /// Which, where it is not all of them.
    pub only: Vec<String>,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.only.is_empty(), self.count) {
            (false, _) => f.write_str(&self.only.join(", ")),
            (true, 1) => f.write_str(&self.class),
            (true, count) => write!(f, "{} * {count}", self.class),
        }
    }
}

/// Devices by declaration, in declared order.
pub fn groups(composition: &Composition, devices: &[DeviceIx]) -> Vec<Group> {
    let mut order: Vec<&str> = Vec::new();
    let mut members: BTreeMap<&str, Vec<&Device>> = BTreeMap::new();
    for ix in devices {
        if let Some(device) = composition.devices.get(ix.0 as usize) {
            if !members.contains_key(device.class.as_str()) {
                order.push(&device.class);
            }
            members.entry(&device.class).or_default().push(device);
        }
    }
    let group = |class: &str| {
        let some = members.get(class).map_or(&[][..], Vec::as_slice);
        let all = composition
            .devices
            .iter()
            .filter(|device| device.class == class);
        let is_all = all.count() == some.len();
        let only = some
            .iter()
            .filter(|_| !is_all)
            .map(|device| device.id.clone());
        Group {
            class: class.to_owned(),
            count: some.iter().map(|device| device.count()).sum(),
            only: only.collect(),
        }
    };
    order.into_iter().map(group).collect()
}

/// A reason that names its device, without the name.
pub fn unnamed(text: &str, device: &Device) -> String {
    let (id, class) = (format!("`{}`", device.id), format!("`{}`", device.name));
    let text = text.replace(&format!("{id} has "), "it has ");
    let text = text.replace(&format!("{class} has "), "it has ");
    let text = text.replace(&format!("on {id}, "), "");
    let text = text.replace(&format!("on {class}, "), "");
    let text = text.replace(&format!("{id} lets"), "the device lets");
    text.replace(&format!("{class} lets"), "the device lets")
        .replace(&format!("rules out {id}"), "rules it out")
        .replace(&format!("{id} runs"), "it runs")
        .replace(&format!("{class} runs"), "it runs")
        .replace(&format!(" on {id}"), " here")
        .replace(&format!(" on {class}"), " here")
}

/// `4 cores, 8 GiB memory, 64 GB disk`.
pub fn facts(device: &Device) -> String {
    let nominal = &device.nominal;
    let bytes = |amount| size(round::down(amount));
    let mut facts = vec![
        figure::cores(u128::from(round::down_by(&nominal.cpu, 1_000))),
        format!("{} memory", bytes(&nominal.memory)),
        format!("{} disk", bytes(&nominal.disk)),
    ];
    if round::down(&nominal.vram) > 0 {
        facts.push(format!("{} video memory", bytes(&nominal.vram)));
    }
    if device.battery {
        facts.push("a battery".to_owned());
    }
    facts.join(", ")
}

/// Disks are sold by powers of ten.
fn size(bytes: u64) -> String {
    const GB: u64 = 1_000_000_000;
    match bytes {
        0 => "0 B".to_owned(),
        whole if whole % (1000 * GB) == 0 => format!("{} TB", whole / (1000 * GB)),
        whole if whole % GB == 0 => format!("{} GB", whole / GB),
        other => figure::bytes(u128::from(other)),
    }
}
