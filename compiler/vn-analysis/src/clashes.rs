//! What is declared under two names and would meet in one place: addresses, files, hosts.

use std::collections::BTreeMap;
use std::net::IpAddr;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::Device;

/// A declared thing: its name and where that stands.
type Named<'a> = (&'a str, Span);

/// Reports devices that share a name of files and hosts, or an address.
pub fn devices(devices: &[Device], faults: &mut Vec<Diagnostic>) {
    named(devices.iter().map(own), faults);
    let addresses = devices.iter().map(|one| (place(&one.address), own(one)));
    shared("address", addresses, faults);
    let bound = devices.iter().filter_map(|one| {
        let bind = one.bind.as_deref().filter(|bind| is_somewhere(bind))?;
        Some((place(bind), own(one)))
    });
    shared("bind", bound, faults);
}

/// Reports services that share a name of files and hosts.
pub fn services<'a>(services: impl Iterator<Item = Named<'a>>, faults: &mut Vec<Diagnostic>) {
    named(services, faults);
}

fn own(device: &Device) -> Named<'_> {
    (&device.id, device.span)
}

/// Every machine has a loopback and an unspecified address: binding there shares nothing.
fn is_somewhere(bind: &str) -> bool {
    let local = |ip: IpAddr| ip.is_unspecified() || ip.is_loopback();
    !bind.parse().is_ok_and(local)
}

/// One spelling of an address.
fn place(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(ip) => ip.to_string(),
        Err(_) => address.to_ascii_lowercase(),
    }
}

fn shared<'a>(
    field: &str,
    devices: impl Iterator<Item = (String, Named<'a>)>,
    faults: &mut Vec<Diagnostic>,
) {
    let mut seen: BTreeMap<String, Named<'_>> = BTreeMap::new();
    for (place, (name, span)) in devices {
        let Some((other, first)) = seen.get(&place) else {
            seen.insert(place, (name, span));
            continue;
        };
        let message = match field {
            "address" => format!("`{other}` and `{name}` have the same address `{place}`"),
            _ => format!("`{other}` and `{name}` bind the same address `{place}`"),
        };
        let fault = clash(message, (other, *first), (name, span));
        faults.push(fault.help(format!("give each device its own `{field}`")));
    }
}

fn named<'a>(things: impl Iterator<Item = Named<'a>>, faults: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, Named<'_>> = BTreeMap::new();
    for (name, span) in things {
        let slug = slug(name);
        if slug.is_empty() {
            let message = format!("`{name}` gives no file and host name");
            let fault = Diagnostic::error(codes::DECLARED_TWICE, span, message);
            faults.push(fault.help("use letters or digits in the name"));
            continue;
        }
        match seen.get(&slug) {
            Some((other, first)) if *other != name => {
                let message =
                    format!("`{name}` and `{other}` give the same file and host name `{slug}`");
                let fault = clash(message, (other, *first), (name, span));
                faults.push(fault.help("rename one of them"));
            }
            Some(_) => {}
            None => {
                seen.insert(slug, (name, span));
            }
        }
    }
}

fn clash(message: String, (first, at): Named<'_>, (second, span): Named<'_>) -> Diagnostic {
    Diagnostic::error(codes::DECLARED_TWICE, span, message)
        .here(format!("`{second}`"))
        .label(at, format!("`{first}`"))
}

/// Lower case; runs of anything else than letters and digits become one `-`.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase()
}
