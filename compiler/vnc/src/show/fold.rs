//! Devices folded by their declaration, and words for what a device has.

use std::fmt;

use serde::Serialize;
use vn_analysis::{Composition, Device, DeviceIx, Numbers};

use super::ask::Rows;
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
    /// Their rows.
    #[serde(skip)]
    pub rows: Rows,
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
    let mut groups: Vec<Group> = Vec::new();
    for ix in devices {
        let Some(device) = composition.devices.get(ix.0 as usize) else {
            continue;
        };
        match groups.iter_mut().find(|group| group.class == device.class) {
            Some(group) => {
                group.count += device.count();
                group.rows.insert(ix.0);
            }
            None => groups.push(Group {
                class: device.class.clone(),
                count: device.count(),
                only: Vec::new(),
                rows: Rows::from([ix.0]),
            }),
        }
    }
    for group in &mut groups {
        let of_class = |device: &&Device| device.class == group.class;
        let all = composition.devices.iter().filter(of_class).count();
        if all != group.rows.len() {
            group.only = of_rows(composition, &group.rows);
        }
    }
    groups
}

/// The devices of some rows by name: `nuc[1]`, `nuc[3..5]`, `store[17]/till`.
pub fn of_rows(composition: &Composition, rows: &Rows) -> Vec<String> {
    let device = |at: &u32| composition.devices.get(*at as usize);
    let devices = rows.iter().filter_map(device);
    devices
        .flat_map(|device| names(composition, device))
        .collect()
}

/// The devices of a row by name; what they share, where they are all.
pub fn names(composition: &Composition, device: &Device) -> Vec<String> {
    let own = own_names(composition, device);
    let Some(site) = composition.sites.get(device.site_ix.0 as usize) else {
        return own;
    };
    if site.numbers == Numbers::Plain {
        return own;
    }
    let sites = site_names(composition, device).into_iter();
    let inside = |site: String| {
        own.iter()
            .map(move |own| format!("{site}/{own}"))
            .collect::<Vec<_>>()
    };
    sites.flat_map(inside).collect()
}

/// `till`, or `till[3]` where the site has others of that name in another row.
fn own_names(composition: &Composition, device: &Device) -> Vec<String> {
    let beside = |other: &&Device| other.site_ix == device.site_ix && other.name == device.name;
    let rows = composition.devices.iter().filter(beside);
    numbered(&device.name, &device.numbers, rows.count() == 1)
}

/// `store`, or `store[17]` where other stores are in another row.
pub fn site_names(composition: &Composition, device: &Device) -> Vec<String> {
    let Some(site) = composition.sites.get(device.site_ix.0 as usize) else {
        return vec![device.site.clone()];
    };
    let namesakes = composition
        .sites
        .iter()
        .filter(|other| other.name == site.name);
    numbered(&site.name, &site.numbers, namesakes.count() == 1)
}

fn numbered(name: &str, numbers: &Numbers, is_whole: bool) -> Vec<String> {
    let range = |(first, last): &(u32, u32)| {
        if first == last {
            format!("{name}[{first}]")
        } else {
            format!("{name}[{first}..{last}]")
        }
    };
    match numbers {
        Numbers::Some(ranges) if !is_whole || numbers.count() == 1 => {
            ranges.iter().map(range).collect()
        }
        Numbers::Some(_) | Numbers::Plain => vec![name.to_owned()],
    }
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
