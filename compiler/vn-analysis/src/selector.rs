//! Names of devices, classes, sites and roles to devices.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::DeviceIx;
use crate::declared::{ExprKind, Path, Selector, unsupported};
use crate::fleet::Fleet;
use crate::spelling;
use crate::types::Enums;

/// How precisely a path names devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// All of a site.
    Site,
    /// All of a declaration.
    Class,
    /// One device.
    Device,
}

/// The devices that a path names; none where it names nothing.
pub fn named(path: &Path, fleet: &Fleet) -> Option<(Precision, Vec<DeviceIx>)> {
    let segments = path.segments.as_slice();
    let (site, rest) = match segments {
        [only] if only.index.is_none() && is_site(&only.name, fleet) => {
            return Some((
                Precision::Site,
                where_device(fleet, |device| device.site == only.name),
            ));
        }
        [site, rest] if site.index.is_none() => (Some(&site.name), rest),
        [only] => (None, only),
        _ => return None,
    };
    let inside = |of: &str| site.is_none_or(|site| site == of);
    let members = where_device(fleet, |device| {
        device.class == rest.name && inside(&device.site)
    });
    let is_class = fleet
        .classes
        .iter()
        .any(|class| class.device.id == rest.name);
    match &rest.index {
        None if is_class => Some((Precision::Class, members)),
        None => None,
        Some(index) => {
            let ExprKind::Quantity(_, text) = &index.kind else {
                return None;
            };
            let number: usize = text.replace('_', "").parse().ok()?;
            let device = members.get(number.checked_sub(1)?)?;
            Some((Precision::Device, vec![*device]))
        }
    }
}

/// The devices that a selector names, in declared order; reports names that nothing has.
pub fn devices(
    selector: &Selector,
    fleet: &Fleet,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Vec<DeviceIx> {
    let mut found: BTreeSet<DeviceIx> = BTreeSet::new();
    for target in &selector.targets {
        match one(selector, target, fleet, enums) {
            Ok(devices) => found.extend(devices),
            Err(fault) => faults.push(*fault),
        }
    }
    found.into_iter().collect()
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
            Ok(where_device(fleet, |device| device.role == name))
        }
        Some("os") => {
            among(&name, "os", &known("Os"), target)?;
            Ok(where_device(fleet, |device| device.os == name))
        }
        Some("arch") => {
            among(&name, "arch", &known("Arch"), target)?;
            Ok(where_device(fleet, |device| device.arch == name))
        }
        Some("site") => {
            let sites: Vec<String> = fleet.sites.iter().map(|(site, _)| site.clone()).collect();
            among(&name, "site", &sites, target)?;
            Ok(where_device(fleet, |device| device.site == name))
        }
        Some("class") => {
            let classes = fleet.classes.iter().map(|class| class.device.id.clone());
            among(&name, "class", &classes.collect::<Vec<_>>(), target)?;
            Ok(where_device(fleet, |device| device.class == name))
        }
        Some(other) => Err(Box::new(unsupported(selector.span, &format!("on {other}")))),
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
        Some(near) => fault.fix(target.span, near),
        None => fault.help(format!("one of {}", known.join(", "))),
    }))
}

/// The message for a name that no device, class or site has.
pub fn no_device(target: &Path, fleet: &Fleet) -> Box<Diagnostic> {
    let classes = fleet.classes.iter().map(|class| class.device.id.as_str());
    let known: Vec<&str> = classes
        .chain(fleet.sites.iter().map(|(name, _)| name.as_str()))
        .collect();
    let word = target
        .segments
        .last()
        .map_or("", |segment| segment.name.as_str());
    let near = spelling::nearest(word, known.iter().copied());
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no device or site `{target}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.span, message);
    let declared = near.and_then(|near| {
        let class = fleet.classes.iter().find(|class| class.device.id == near)?;
        Some(class.device.span)
    });
    Box::new(match (declared, near) {
        (Some(span), Some(near)) => fault.label(span, format!("`{near}` is declared here")),
        _ => fault,
    })
}

fn is_site(name: &str, fleet: &Fleet) -> bool {
    fleet.sites.iter().any(|(site, _)| site == name)
}

/// The devices for which something holds.
pub fn where_device(
    fleet: &Fleet,
    holds: impl Fn(&crate::composition::Device) -> bool,
) -> Vec<DeviceIx> {
    fleet
        .iter()
        .filter(|(_, device)| holds(device))
        .map(|(ix, _)| ix)
        .collect()
}
