//! The named failures of a `survive`, case by case.

use std::collections::{BTreeMap, BTreeSet};

use vn_analysis::{Composition, DeviceIx, Domain, Failure, SlotRole};

use super::cuts::{Cut, cuts};
use super::requirements::domains;

/// More cases than this are not looked at one by one.
const MOST: usize = 4096;

/// What happens at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Devices lost.
    pub down: Vec<DeviceIx>,
    /// Devices that do not reach each other.
    pub cut: Vec<Cut>,
}

impl Case {
    /// Whether a device is gone.
    pub fn takes(&self, device: DeviceIx) -> bool {
        self.down.contains(&device)
    }

    /// Whether whoever lives on one device does not reach another.
    pub fn parts(&self, from: DeviceIx, to: DeviceIx) -> bool {
        let between = |(one, other): &Cut| {
            (one.contains(&from) && other.contains(&to))
                || (one.contains(&to) && other.contains(&from))
        };
        self.takes(to) || self.cut.iter().any(between)
    }
}

/// A failure case by case; a device that hosts no service is left out where it could only be lost
/// alone: that only takes load away.
pub fn cases(composition: &Composition, failure: &Failure) -> Vec<Case> {
    if let Failure::Partition(one, other) = failure {
        return vec![parted(composition, one, other)];
    }
    let lost = all_cases(composition, failure).unwrap_or_default();
    lost.into_iter()
        .map(|down| Case {
            down,
            cut: Vec::new(),
        })
        .collect()
}

/// The two are cut off from each other, and nobody is lost.
pub fn parted(composition: &Composition, one: &[DeviceIx], other: &[DeviceIx]) -> Case {
    Case {
        down: Vec::new(),
        cut: cuts(composition, one, other),
    }
}

/// Whether the cases of a failure are too many to look at.
pub fn is_beyond(composition: &Composition, failure: &Failure) -> bool {
    all_cases(composition, failure).is_none()
}

fn all_cases(composition: &Composition, failure: &Failure) -> Option<Vec<Vec<DeviceIx>>> {
    match failure {
        Failure::Lost(devices) => Some(vec![devices.clone()]),
        Failure::Any {
            count,
            of,
            per: None,
        } => {
            let units = units(composition, of);
            let alone = units
                .iter()
                .flatten()
                .all(|device| !is_several(composition, *device));
            // Two of a class would be one of each of two sites, or two of one.
            (*count == 1 || alone || !is_single(of)).then(|| some_of(&units, *count))?
        }
        Failure::Any {
            count,
            of,
            per: Some(site),
        } => in_each(composition, (*count, of), site),
        Failure::Partition(..) => Some(Vec::new()),
    }
}

/// What fails together: hosts one by one, or all devices of a site, a region, a label's value.
fn units(composition: &Composition, of: &Domain) -> Vec<Vec<DeviceIx>> {
    let hosts = hosts(composition);
    let row = |device: &DeviceIx| composition.devices.get(device.0 as usize);
    if *of == Domain::Device {
        // Devices of one row serve nobody but themselves: without one there is only less load.
        let alone = |device: &DeviceIx| row(device).is_some_and(|row| row.numbers.count() == 1);
        let hosts = hosts.into_iter().filter(alone);
        return hosts.map(|device| vec![device]).collect();
    }
    let mut units: BTreeMap<String, Vec<DeviceIx>> = BTreeMap::new();
    for (device, name) in (0..).map(DeviceIx).zip(domains(composition, of)) {
        // What is in no region fails with none.
        if !name.is_empty() {
            units.entry(name).or_default().push(device);
        }
    }
    let mut units: Vec<Vec<DeviceIx>> = units
        .into_values()
        .filter(|unit| unit.iter().any(|device| hosts.contains(device)))
        // Nobody outside asks what stands in one of several alike sites, and the others are left.
        .filter(|unit| {
            let several = |device| row(device).is_some_and(|row| row.sites.count() > 1);
            *of != Domain::Site || !unit.iter().any(several)
        })
        .collect();
    units.sort_unstable();
    units
}

/// Every choice of one to so many; fewer may be worse than more, as clients are lost with devices.
fn some_of(units: &[Vec<DeviceIx>], count: u64) -> Option<Vec<Vec<DeviceIx>>> {
    let mut cases: Vec<(usize, Vec<DeviceIx>)> = Vec::new();
    let mut last: Vec<(usize, Vec<DeviceIx>)> = vec![(0, Vec::new())];
    for _ in 0..count.min(units.len() as u64) {
        let mut next = Vec::new();
        for (from, lost) in &last {
            for (at, unit) in units.iter().enumerate().skip(*from) {
                next.push((at + 1, [lost.as_slice(), unit].concat()));
            }
            if cases.len() + next.len() > MOST {
                return None;
            }
        }
        cases.extend(next.iter().cloned());
        last = next;
    }
    Some(cases.into_iter().map(|(_, lost)| lost).collect())
}

/// In every site of a name at once, at most so many each.
fn in_each(
    composition: &Composition,
    (count, of): (u64, &Domain),
    site: &str,
) -> Option<Vec<Vec<DeviceIx>>> {
    let mut sites: BTreeMap<&str, Vec<Vec<DeviceIx>>> = BTreeMap::new();
    for unit in units(composition, of) {
        let first = unit.first()?;
        let device = composition.devices.get(first.0 as usize)?;
        let name = device.site.split('[').next().unwrap_or_default();
        if name == site {
            sites.entry(&device.site).or_default().push(unit);
        }
    }
    let mut cases: Vec<Vec<DeviceIx>> = vec![Vec::new()];
    for units in sites.into_values() {
        let here = some_of(&units, count)?;
        if cases.len().saturating_mul(here.len() + 1) > MOST {
            return None;
        }
        let more = cases.iter().flat_map(|lost| {
            here.iter()
                .map(move |more| [lost.as_slice(), more].concat())
        });
        let more: Vec<Vec<DeviceIx>> = more.collect();
        cases.extend(more);
    }
    Some(cases.split_off(1))
}

/// Whether a failure of this kind takes a device, or a site, out of a class.
fn is_single(of: &Domain) -> bool {
    match of {
        Domain::Device | Domain::Site => true,
        Domain::Region | Domain::Label(_) => false,
    }
}

fn is_several(composition: &Composition, device: DeviceIx) -> bool {
    let row = composition.devices.get(device.0 as usize);
    row.is_some_and(|row| row.count() > 1)
}

/// Whether one of these fails in one of several alike sites only.
pub fn is_of_one_site(failure: &Failure) -> bool {
    match failure {
        Failure::Any { of, per: None, .. } => is_single(of),
        Failure::Any { per: Some(_), .. } | Failure::Lost(_) | Failure::Partition(..) => false,
    }
}

fn hosts(composition: &Composition) -> BTreeSet<DeviceIx> {
    let services = composition.slots.iter();
    let services = services.filter(|slot| slot.role == SlotRole::Service);
    services
        .flat_map(|slot| slot.options.iter().map(|choice| choice.device))
        .collect()
}
