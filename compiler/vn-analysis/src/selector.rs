//! Names of devices, classes, sites and roles to devices.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Device, DeviceIx, Numbers};
use crate::declared::{Path, Segment, Selector};
use crate::fleet::{self, Fleet};
use crate::numbers::Ranges;
use crate::spelling;
use crate::types::{self, Enums};

/// How precisely a path names devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// All of a region.
    Region,
    /// All of a site.
    Site,
    /// All of a declaration.
    Class,
    /// By number.
    Device,
}

/// The devices that a path names; none where it names nothing.
pub fn named(path: &Path, fleet: &Fleet) -> Option<(Precision, Vec<DeviceIx>)> {
    let index = |segment: &Segment| match &segment.index {
        None => Some(None),
        Some(index) => fleet.mentions.index(index.span).map(Some),
    };
    match path.segments.as_slice() {
        [only] if fleet.is_site(&only.name) => {
            let sites = index(only)?;
            let found = where_device(fleet, |device| is_at(fleet, device, &only.name, sites));
            let known = sites.is_none() || !found.is_empty();
            known.then_some((Precision::Site, found))
        }
        [only] if only.index.is_none() && is_region(&only.name, fleet) => {
            let inside = |device: &Device| device.region.as_deref() == Some(&only.name);
            Some((Precision::Region, where_device(fleet, inside)))
        }
        [only] => of_class(only, None, index(only)?, fleet),
        [site, rest] if fleet.is_site(&site.name) => {
            of_class(rest, Some((&site.name, index(site)?)), index(rest)?, fleet)
        }
        _ => None,
    }
}

fn of_class(
    class: &Segment,
    site: Option<(&str, Option<&Ranges>)>,
    numbers: Option<&Ranges>,
    fleet: &Fleet,
) -> Option<(Precision, Vec<DeviceIx>)> {
    let known = fleet.names.get(&class.name)?;
    let found = where_device(fleet, |device| {
        device.name == class.name
            && device.numbers.are_in(numbers)
            && site.is_none_or(|(site, sites)| is_at(fleet, device, site, sites))
    });
    let indexed = numbers.is_some() || site.is_some_and(|(_, sites)| sites.is_some());
    let elsewhere = site.is_some_and(|(site, _)| site != known.site);
    if found.is_empty() && (indexed || elsewhere) {
        return None;
    }
    let precision = match numbers {
        Some(_) => Precision::Device,
        None => Precision::Class,
    };
    Some((precision, found))
}

/// Whether a group of devices stands in these sites.
fn is_at(fleet: &Fleet, device: &Device, site: &str, sites: Option<&Ranges>) -> bool {
    let row = fleet.site(device);
    row.is_some_and(|row| row.name == site && row.numbers.are_in(sites))
}

/// The devices that a selector names, in declared order; reports names that nothing has.
pub fn devices(
    selector: &Selector,
    fleet: &Fleet,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Vec<DeviceIx> {
    collected(selector, (fleet, enums), false, faults)
}

/// The same where a clause would go unnoticed if there were no such device: warns of it.
pub fn expected(
    selector: &Selector,
    fleet: &Fleet,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Vec<DeviceIx> {
    collected(selector, (fleet, enums), true, faults)
}

fn collected(
    selector: &Selector,
    (fleet, enums): (&Fleet, &Enums),
    expected: bool,
    faults: &mut Vec<Diagnostic>,
) -> Vec<DeviceIx> {
    let mut found: BTreeSet<DeviceIx> = BTreeSet::new();
    for target in &selector.targets {
        match one(selector, target, fleet, enums) {
            Ok(devices) if devices.is_empty() && expected => {
                faults.push(fits_none(selector, target));
            }
            Ok(devices) => found.extend(devices),
            Err(fault) => faults.push(*fault),
        }
    }
    found.into_iter().collect()
}

/// Whether there are errors behind the first so many messages.
pub fn failed(before: usize, faults: &[Diagnostic]) -> bool {
    faults.iter().skip(before).any(Diagnostic::is_error)
}

/// The name is known, and there is no such device: a role that none has, a count of zero.
fn fits_none(selector: &Selector, target: &Path) -> Diagnostic {
    let word = selector
        .word
        .as_ref()
        .map_or(String::new(), |word| format!("{word} "));
    let message = format!("there is no device of `{word}{target}`");
    Diagnostic::warning(codes::FITS_NONE, target.span, message)
}

fn one(
    selector: &Selector,
    target: &Path,
    fleet: &Fleet,
    enums: &Enums,
) -> Result<Vec<DeviceIx>, Box<Diagnostic>> {
    let name = target.to_string();
    let known = |kind: &str| enums.get(kind).cloned().unwrap_or_default();
    match selector.word.as_deref() {
        None => named(target, fleet)
            .map(|(_, devices)| devices)
            .ok_or_else(|| no_device(target, fleet)),
        Some("role") => {
            among(&name, "role", &known("Role"), target)?;
            Ok(where_known(fleet, "role", |device| {
                device.role == name || device.roles.contains(&name)
            }))
        }
        Some("os") => {
            among(&name, "os", &known("Os"), target)?;
            Ok(where_known(fleet, "os", |device| device.os == name))
        }
        Some("arch") => {
            among(&name, "arch", &known("Arch"), target)?;
            Ok(where_known(fleet, "arch", |device| device.arch == name))
        }
        Some("region") => {
            let regions: Vec<String> = fleet.regions.iter().map(|(name, _)| name.clone()).collect();
            among(&name, "region", &regions, target)?;
            Ok(where_device(fleet, |device| {
                device.region.as_deref() == Some(&name)
            }))
        }
        Some("site") => {
            let sites: Vec<String> = fleet
                .declared
                .iter()
                .map(|(site, _)| site.clone())
                .collect();
            let bare = target.segments.first().map_or("", |segment| &segment.name);
            among(bare, "site", &sites, target)?;
            named(target, fleet)
                .map(|(_, devices)| devices)
                .ok_or_else(|| no_device(target, fleet))
        }
        Some("class") => {
            let classes: Vec<String> = fleet.names.keys().cloned().collect();
            let last = target.segments.last().map_or("", |segment| &segment.name);
            among(last, "class", &classes, target)?;
            named(target, fleet)
                .map(|(_, devices)| devices)
                .ok_or_else(|| no_device(target, fleet))
        }
        Some("label") => {
            let values = fleet
                .devices
                .iter()
                .flat_map(|device| device.labels.values());
            let values: Vec<String> = values.cloned().collect();
            among(&name, "label", &values, target)?;
            Ok(where_device(fleet, |device| {
                device.labels.values().any(|value| *value == name)
            }))
        }
        Some(other) => {
            let message = format!("devices are not told apart by `{other}`");
            Err(Box::new(Diagnostic::error(
                codes::UNKNOWN_NAME,
                selector.span,
                message,
            )))
        }
    }
}

fn among(name: &str, what: &str, known: &[String], target: &Path) -> Result<(), Box<Diagnostic>> {
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    let near = spelling::nearest(name, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no {what} `{name}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.span, message);
    Err(Box::new(match near {
        Some(near) => fault.guess(target.span, near),
        None => fault.help(format!("one of {}", known.join(", "))),
    }))
}

/// How a message about a name begins that no device and no site has.
pub const NOBODY: &str = "no device or site";

/// The message for a name that no device, class or site has.
pub fn no_device(target: &Path, fleet: &Fleet) -> Box<Diagnostic> {
    if let Some(fault) = no_number(target, fleet) {
        return Box::new(fault);
    }
    let known = fleet::known_names(fleet);
    let word = target
        .segments
        .iter()
        .find(|segment| !known.contains(&segment.name.as_str()))
        .or(target.segments.last())
        .map_or("", |segment| segment.name.as_str());
    if let Some(selector) = among_roles(word) {
        let message = format!("{NOBODY} `{target}`; did you mean `{selector}`?");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.span, message);
        return Box::new(fault.guess(target.span, selector));
    }
    let near = spelling::nearest(word, known.iter().copied()).filter(|near| *near != word);
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("{NOBODY} `{target}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.span, message);
    let declared = near.and_then(|near| fleet.names.get(near));
    let fault = match near {
        Some(near) => fault.guess(target.span, target.renamed(word, near).to_string()),
        None => there_is(&known, fault),
    };
    Box::new(match (declared, near) {
        (Some(named), Some(near)) => fault.label(named.span, format!("`{near}` is declared here")),
        _ => fault,
    })
}

/// All that there is, where nothing resembles a name.
fn there_is(known: &[&str], fault: Diagnostic) -> Diagnostic {
    const SHOWN: usize = 12;
    let names: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    if names.is_empty() {
        return fault;
    }
    fault.help(format!("there is {}", spelling::folded(&names, SHOWN)))
}

/// A role, an architecture or a system without the word that says so.
fn among_roles(word: &str) -> Option<String> {
    let kinds = [("role", "Role"), ("arch", "Arch"), ("os", "Os")];
    let enums = types::builtin_enums();
    let has = |name: &str| {
        enums
            .get(name)
            .is_some_and(|all| all.iter().any(|one| one == word))
    };
    let (selector, _) = kinds.into_iter().find(|(_, name)| has(name))?;
    Some(format!("{selector} {word}"))
}

/// The message for a number that nothing has.
pub fn no_number(target: &Path, fleet: &Fleet) -> Option<Diagnostic> {
    let site = |name: &str| {
        let sites = fleet.sites.iter().filter(|site| site.name == name);
        let plain = fleet
            .sites
            .iter()
            .any(|s| s.name == name && s.numbers == Numbers::Plain);
        let span = fleet.declared.iter().find(|(site, _)| site == name)?.1;
        let count: u64 = sites.map(|site| site.numbers.count()).sum();
        Some((plain, count, "sites", span))
    };
    let class = |name: &str| {
        let named = fleet.names.get(name)?;
        let plain = named.numbers == Numbers::Plain;
        Some((plain, named.numbers.count(), "devices", named.span))
    };
    for segment in &target.segments {
        let Some(index) = &segment.index else {
            continue;
        };
        let name = &segment.name;
        let Some((plain, count, what, span)) = site(name).or_else(|| class(name)) else {
            continue;
        };
        let message = match fleet.mentions.index(index.span) {
            None => format!("`[{index}]` names no numbers"),
            Some(_) if plain => format!("`{name}` is one, without numbers"),
            Some(ranges) if reaches(ranges, count) => continue,
            Some(_) => format!("no `{target}`: `{name}` has {count} {what}"),
        };
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.span, message);
        return Some(fault.label(span, format!("`{name}` is declared here")));
    }
    None
}

/// Whether there are all of them; `3..` names those that there are.
fn reaches(ranges: &Ranges, count: u64) -> bool {
    ranges.iter().all(|(first, last)| {
        let is_open = *last == u32::MAX;
        let (first, last) = (u64::from(*first), u64::from(*last));
        first <= count && first <= last && last > 0 && (is_open || last <= count)
    })
}

fn is_region(name: &str, fleet: &Fleet) -> bool {
    fleet.regions.iter().any(|(region, _)| region == name)
}

/// The devices for which something holds, and those of which it was reported wrong what they are.
fn where_known(fleet: &Fleet, word: &str, holds: impl Fn(&Device) -> bool) -> Vec<DeviceIx> {
    let all = fleet.iter();
    let found = all.filter(|(ix, device)| holds(device) || fleet.doubts(*ix, word));
    found.map(|(ix, _)| ix).collect()
}

/// The devices for which something holds.
pub fn where_device(fleet: &Fleet, holds: impl Fn(&Device) -> bool) -> Vec<DeviceIx> {
    fleet
        .iter()
        .filter(|(_, device)| holds(device))
        .map(|(ix, _)| ix)
        .collect()
}
