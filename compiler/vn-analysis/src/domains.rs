//! What fails together, or is spread over: devices, sites, regions, the values of a label.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Device, DeviceIx, Domain};
use crate::fleet::Fleet;
use crate::spelling;

/// One domain among those of a kind, as far as rows tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Row(u32),
    Named(String),
}

/// The domain of a name; reports one that no device has.
pub fn domain(
    (name, span): (&str, Span),
    fleet: &Fleet,
    faults: &mut Vec<Diagnostic>,
) -> Option<Domain> {
    let labels: BTreeSet<&str> = fleet
        .devices
        .iter()
        .flat_map(|device| device.labels.keys().map(String::as_str))
        .collect();
    match name {
        "device" => return Some(Domain::Device),
        "site" => return Some(Domain::Site),
        "region" => return Some(Domain::Region),
        label if labels.contains(label) => return Some(Domain::Label(label.to_owned())),
        _ => {}
    }
    let known = ["device", "site", "region"].into_iter().chain(labels);
    let near = spelling::nearest(name, known);
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("`{name}` is no failure domain{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    faults.push(match near {
        Some(near) => fault.guess(span, near),
        None => fault.help("one of `device`, `site`, `region`, or a label that devices have"),
    });
    None
}

/// The word for several of them.
pub fn plural(domain: &Domain) -> String {
    match domain {
        Domain::Device => "devices".to_owned(),
        Domain::Site => "sites".to_owned(),
        Domain::Region => "regions".to_owned(),
        Domain::Label(label) => format!("values of `{label}`"),
    }
}

/// As the language writes it.
pub fn text(domain: &Domain) -> &str {
    match domain {
        Domain::Device => "device",
        Domain::Site => "site",
        Domain::Region => "region",
        Domain::Label(label) => label,
    }
}

/// How many domains of a kind have one of these devices. What has no label or region is in none.
pub fn count(domain: &Domain, rows: &BTreeSet<DeviceIx>, fleet: &Fleet) -> u64 {
    parts(domain, rows, fleet).values().sum()
}

/// The domains of a kind that have one of these devices, by name; with their number where a name
/// stands for several, in one site or in all.
pub fn named(
    domain: &Domain,
    rows: &BTreeSet<DeviceIx>,
    in_one_site: bool,
    fleet: &Fleet,
) -> String {
    const SHOWN: usize = 3;
    let mut names: BTreeMap<Part, String> = BTreeMap::new();
    for ix in rows {
        let Some(device) = fleet.device(*ix) else {
            continue;
        };
        let Some((part, several)) = part(domain, *ix, device) else {
            continue;
        };
        let name = match (&part, domain) {
            (Part::Named(name), _) => name.clone(),
            (Part::Row(_), Domain::Site) => device.site.clone(),
            (Part::Row(_), _) => device.id.clone(),
        };
        let several = match domain {
            Domain::Device if in_one_site => device.numbers.count(),
            Domain::Device | Domain::Site | Domain::Region | Domain::Label(_) => several,
        };
        let times = if several > 1 {
            format!(" * {several}")
        } else {
            String::new()
        };
        names.insert(part, format!("`{name}`{times}"));
    }
    spelling::folded(&names.into_values().collect::<Vec<_>>(), SHOWN)
}

/// Whether two devices of these rows can lie in one domain.
pub fn can_meet(domain: &Domain, left: DeviceIx, right: DeviceIx, fleet: &Fleet) -> bool {
    let part = |ix| Some(part(domain, ix, fleet.device(ix)?)?.0);
    part(left).is_some() && part(left) == part(right)
}

fn parts(domain: &Domain, rows: &BTreeSet<DeviceIx>, fleet: &Fleet) -> BTreeMap<Part, u64> {
    let known = rows
        .iter()
        .filter_map(|ix| part(domain, *ix, fleet.device(*ix)?));
    known.collect()
}

/// The domain that a row lies in, and how many domains the row stands for.
fn part(domain: &Domain, ix: DeviceIx, device: &Device) -> Option<(Part, u64)> {
    match domain {
        Domain::Device => Some((Part::Row(ix.0), device.count())),
        Domain::Site => Some((Part::Row(device.site_ix.0), device.sites.count())),
        Domain::Region => Some((Part::Named(device.region.clone()?), 1)),
        Domain::Label(label) => Some((Part::Named(device.labels.get(label)?.clone()), 1)),
    }
}

/// Declared name of the site that a device stands in: `store` for `store[17]`.
pub fn site(device: &Device) -> &str {
    device.site.split('[').next().unwrap_or_default()
}

/// Whether each of these devices is in a domain of the kind: what has no label or region is in none.
pub fn all_parted(domain: &Domain, rows: &BTreeSet<DeviceIx>, fleet: &Fleet) -> bool {
    let parted = |ix: &DeviceIx| {
        fleet
            .device(*ix)
            .is_some_and(|d| part(domain, *ix, d).is_some())
    };
    rows.iter().all(parted)
}

/// Devices of these rows by the site row that they stand in.
pub fn by_site(rows: &BTreeSet<DeviceIx>, fleet: &Fleet) -> Vec<BTreeSet<DeviceIx>> {
    let mut sites: BTreeMap<u32, BTreeSet<DeviceIx>> = BTreeMap::new();
    for ix in rows {
        if let Some(device) = fleet.device(*ix) {
            sites.entry(device.site_ix.0).or_default().insert(*ix);
        }
    }
    sites.into_values().collect()
}

/// How many devices of these rows one site has, all rows being in one site.
pub fn in_one_site(domain: &Domain, rows: &BTreeSet<DeviceIx>, fleet: &Fleet) -> u64 {
    match domain {
        Domain::Device => rows
            .iter()
            .filter_map(|ix| fleet.device(*ix))
            .map(|device| device.numbers.count())
            .sum(),
        Domain::Site | Domain::Region | Domain::Label(_) => count(domain, rows, fleet),
    }
}
