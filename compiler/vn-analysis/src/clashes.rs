//! What is declared under two names and would meet in one place: addresses, files, hosts.

use std::collections::BTreeMap;
use std::net::IpAddr;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Device, Numbers};

/// A declared thing: its name and where that stands.
type Named<'a> = (&'a str, Span);

/// Reports groups of devices that share a name of files and hosts, or an address.
pub fn devices(devices: &[Device], faults: &mut Vec<Diagnostic>) {
    families(devices, faults);
    let addresses = devices.iter().filter(|one| !one.address.is_empty());
    let addresses = addresses.map(|one| (place(&one.address), one));
    shared("address", addresses, faults);
    let bound = devices.iter().filter_map(|one| {
        let bind = one.bind.as_deref().filter(|bind| is_somewhere(bind))?;
        Some((place(bind), one))
    });
    shared("bind", bound, faults);
}

/// Reports services that share a name of files and hosts.
pub fn services<'a>(services: impl Iterator<Item = Named<'a>>, faults: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, Named<'_>> = BTreeMap::new();
    for (name, span) in services {
        let slug = slug(name);
        if slug.is_empty() {
            faults.push(nameless(name, span));
            continue;
        }
        match seen.get(&slug) {
            Some((other, first)) if *other != name => {
                faults.push(same_name((name, span), (other, *first), &slug));
            }
            Some(_) => {}
            None => {
                seen.insert(slug, (name, span));
            }
        }
    }
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
    devices: impl Iterator<Item = (String, &'a Device)>,
    faults: &mut Vec<Diagnostic>,
) {
    let mut seen: BTreeMap<String, &Device> = BTreeMap::new();
    for (place, device) in devices {
        let other = match seen.get(&place) {
            Some(other) => *other,
            None if device.count() > 1 => device,
            None => {
                seen.insert(place, device);
                continue;
            }
        };
        let verb = if field == "address" { "have" } else { "bind" };
        let (first, second) = (one(other, 0), one(device, usize::from(other == device)));
        let message = format!("`{first}` and `{second}` {verb} the same address `{place}`");
        let fault = clash(message, (&first, other.span), (&second, device.span));
        faults.push(fault.help(format!("give each device its own `{field}`")));
    }
}

/// Id of one of a group.
fn one(device: &Device, skipped: usize) -> String {
    let label = |numbers: &Numbers, name: &str, skipped: usize| match numbers {
        Numbers::Plain => name.to_owned(),
        Numbers::Some(_) => {
            let number = few(numbers).nth(skipped).or_else(|| numbers.first());
            number.map_or_else(|| name.to_owned(), |number| format!("{name}[{number}]"))
        }
    };
    let several = device.numbers.count() > 1;
    let own = label(
        &device.numbers,
        &device.name,
        if several { skipped } else { 0 },
    );
    match (&device.sites, device.class.split_once('/')) {
        (Numbers::Some(_), Some((site, _))) => {
            let site = label(&device.sites, site, if several { 0 } else { skipped });
            format!("{site}/{own}")
        }
        _ => own,
    }
}

/// Their numbers, in order.
fn few(numbers: &Numbers) -> impl Iterator<Item = u32> + '_ {
    let ranges = match numbers {
        Numbers::Plain => &[][..],
        Numbers::Some(ranges) => ranges,
    };
    ranges.iter().flat_map(|(first, last)| *first..=*last)
}

/// Names of files and hosts that differ only in their numbers: `store-#-till-#`.
#[derive(Clone, Debug)]
struct Family<'a> {
    parts: Vec<Part<'a>>,
    device: &'a Device,
}

#[derive(Clone, Debug)]
enum Part<'a> {
    Word(String),
    Numbers(&'a Numbers),
}

impl Part<'_> {
    /// A text that both may be.
    fn common(&self, other: &Self) -> Option<String> {
        match (self, other) {
            (Self::Word(a), Self::Word(b)) => (a == b).then(|| a.clone()),
            (Self::Word(word), Self::Numbers(numbers))
            | (Self::Numbers(numbers), Self::Word(word)) => {
                let number: u32 = word.parse().ok()?;
                let same = number.to_string() == *word && holds(numbers, number);
                same.then(|| word.clone())
            }
            (Self::Numbers(a), Self::Numbers(b)) => {
                let (Numbers::Some(a), Numbers::Some(b)) = (a, b) else {
                    return None;
                };
                let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
                let meet = pairs.filter(|(x, y)| x.0.max(y.0) <= x.1.min(y.1));
                meet.map(|(x, y)| x.0.max(y.0).to_string()).next()
            }
        }
    }
}

fn holds(numbers: &Numbers, number: u32) -> bool {
    match numbers {
        Numbers::Plain => false,
        Numbers::Some(ranges) => crate::numbers::contains(ranges, number),
    }
}

impl<'a> Family<'a> {
    fn of(device: &'a Device) -> Self {
        let mut parts = Vec::new();
        if let (Numbers::Some(_), Some((site, _))) = (&device.sites, device.class.split_once('/')) {
            parts.extend(words(site).map(Part::Word));
            parts.push(Part::Numbers(&device.sites));
        }
        parts.extend(words(&device.name).map(Part::Word));
        if let Numbers::Some(_) = device.numbers {
            parts.push(Part::Numbers(&device.numbers));
        }
        Self { parts, device }
    }

    fn common(&self, other: &Self) -> Option<String> {
        let parts = self.parts.iter().zip(&other.parts);
        let common: Option<Vec<String>> = parts.map(|(a, b)| a.common(b)).collect();
        Some(common?.join("-"))
    }
}

/// Groups that could give the same name; compared by twos only where the first word and the length
/// are the same.
fn families(devices: &[Device], faults: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<(usize, String), Vec<Family<'_>>> = BTreeMap::new();
    for device in devices {
        let family = Family::of(device);
        let Some(Part::Word(first)) = family.parts.first() else {
            faults.push(nameless(&device.name, device.span));
            continue;
        };
        let key = (family.parts.len(), first.clone());
        let alike = known.entry(key).or_default();
        let others = alike
            .iter()
            .filter(|other| other.device.class != device.class);
        let mut common = others.filter_map(|other| Some((other.device, family.common(other)?)));
        if let Some((other, slug)) = common.next() {
            faults.push(same_name(
                (&device.id, device.span),
                (&other.id, other.span),
                &slug,
            ));
        }
        drop(common);
        alike.push(family);
    }
}

fn nameless(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` gives no file and host name");
    let fault = Diagnostic::error(codes::DECLARED_TWICE, span, message);
    fault.help("use letters or digits in the name")
}

fn same_name((name, span): Named<'_>, (other, first): Named<'_>, slug: &str) -> Diagnostic {
    let message = format!("`{name}` and `{other}` give the same file and host name `{slug}`");
    let fault = clash(message, (other, first), (name, span));
    fault.help("rename one of them")
}

fn clash(message: String, (first, at): Named<'_>, (second, span): Named<'_>) -> Diagnostic {
    Diagnostic::error(codes::DECLARED_TWICE, span, message)
        .here(format!("`{second}`"))
        .label(at, format!("`{first}`"))
}

/// Lower case; runs of anything else than letters and digits become one `-`.
fn slug(name: &str) -> String {
    words(name).collect::<Vec<_>>().join("-")
}

fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
}
