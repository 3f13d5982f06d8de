//! What a user wants to see, by its name.

use std::collections::BTreeSet;

use vn_analysis::{Composition, Device, Numbers};

use super::view::{Component, View};

/// Rows of devices.
pub type Rows = BTreeSet<u32>;

/// What the user wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of it.
    Everything,
    /// A component, perhaps one variant of it (`kv:big`, `kv.big`), perhaps on some devices.
    Component {
        /// Its name.
        name: String,
        /// Only here.
        on: Option<Rows>,
        /// Only this.
        variant: Option<String>,
    },
    /// A node, by its path: all components inside.
    Node(Vec<String>),
    /// Devices.
    Devices(Rows),
    /// All devices of a site.
    Site(Rows),
    /// A parameter.
    Parameter(String),
}

/// What `graph`, `nuc[2]`, `graph@nuc:memgraph` or `budget` means.
///
/// # Errors
/// The known names, where it means nothing.
pub fn ask(
    path: Option<&str>,
    view: &View,
    composition: &Composition,
) -> Result<Asked, Vec<String>> {
    let asker = Asker { view, composition };
    match path {
        None => Ok(Asked::Everything),
        Some(path) => asker.meaning(path),
    }
}

/// Ascending ranges, first and last.
type Ranges = Vec<(u32, u32)>;

/// A name, perhaps with numbers: `till`, `store[17]`, `phones[2..5]`.
struct Part<'p> {
    name: &'p str,
    numbers: Option<Ranges>,
}

struct Asker<'v> {
    view: &'v View,
    composition: &'v Composition,
}

impl Asker<'_> {
    fn meaning(&self, path: &str) -> Result<Asked, Vec<String>> {
        let (name, rest) = path.split_once('@').unwrap_or((path, ""));
        let (place, variant) = match rest.split_once(':') {
            Some((place, variant)) => (place, Some(variant)),
            None => (rest, None),
        };
        // Whichever of several on a device: they are admitted alike.
        let place = place.split_once('#').map_or(place, |(place, _)| place);
        let (name, variant) = match name.split_once(':') {
            Some((name, only)) => (name, Some(only)),
            None => (name, variant),
        };
        if let Some(found) = self.component(name) {
            let on = match place {
                "" => None,
                place => Some(self.somewhere(place).ok_or_else(|| self.machines())?),
            };
            return on_devices(found, on, variant);
        }
        if let Some((owner, only)) = name.rsplit_once('.')
            && let Some(found) = self.component(owner)
            && found.variants.iter().any(|one| one.name == only)
        {
            return on_devices(found, None, Some(only));
        }
        if place.is_empty() && variant.is_none() {
            self.thing(name).ok_or_else(|| self.known())
        } else {
            Err(self.known())
        }
    }

    fn thing(&self, name: &str) -> Option<Asked> {
        if name == self.view.builder {
            return Some(Asked::Everything);
        }
        if let Some(node) = self.node(name) {
            return Some(Asked::Node(node));
        }
        let parts = parts(name)?;
        if let Some(rows) = self.devices(&parts) {
            return Some(Asked::Devices(rows));
        }
        if let Some(rows) = self.site(&parts) {
            return Some(Asked::Site(rows));
        }
        if self.view.parameters.iter().any(|one| one.name == name) {
            return Some(Asked::Parameter(name.to_owned()));
        }
        self.instance(&parts)
    }

    /// By its name, its path, or an end of its path: `kv`, `family_cloud.kv`, `home_lab.family_cloud.kv`.
    fn component(&self, name: &str) -> Option<&Component> {
        let all = || self.view.components.iter();
        let named = all().find(|one| one.name == name);
        let whole = |one: &&Component| format!("{}.{}", self.view.builder, one.path()) == name;
        let end = format!(".{name}");
        let below = |one: &&Component| one.path() == name || one.path().ends_with(&end);
        named
            .or_else(|| all().find(below))
            .or_else(|| all().find(whole))
    }

    /// The path of a node, by an end of it.
    fn node(&self, name: &str) -> Option<Vec<String>> {
        let start = format!("{}.", self.view.builder);
        let wanted: Vec<&str> = name
            .strip_prefix(&start)
            .unwrap_or(name)
            .split('.')
            .collect();
        let mut all = self.view.components.iter().map(|one| &one.ancestors);
        all.find_map(|path| {
            let length = (1..=path.len()).find(|length| {
                let above = path.get(..*length).unwrap_or_default();
                above.len() >= wanted.len()
                    && above
                        .iter()
                        .rev()
                        .zip(wanted.iter().rev())
                        .all(|(a, b)| a == b)
            })?;
            path.get(..length).map(<[String]>::to_vec)
        })
    }

    /// Devices, or all those of a site.
    fn somewhere(&self, place: &str) -> Option<Rows> {
        let parts = parts(place)?;
        self.devices(&parts).or_else(|| self.site(&parts))
    }

    fn devices(&self, parts: &[Part<'_>]) -> Option<Rows> {
        self.rows(|device| match parts {
            [own] => device.name == own.name && are_among(&device.numbers, own),
            [site, own] => {
                self.is_in(device, site)
                    && device.name == own.name
                    && are_among(&device.numbers, own)
            }
            _ => false,
        })
    }

    fn site(&self, parts: &[Part<'_>]) -> Option<Rows> {
        self.rows(|device| match parts {
            [site] => self.is_in(device, site),
            _ => false,
        })
    }

    /// `store[17]/till[3]/pos`: a component on a device.
    fn instance(&self, parts: &[Part<'_>]) -> Option<Asked> {
        let (last, before) = parts.split_last()?;
        let component = self.component(last.name)?;
        Some(Asked::Component {
            name: component.name.clone(),
            on: Some(self.devices(before)?),
            variant: None,
        })
    }

    fn is_in(&self, device: &Device, site: &Part<'_>) -> bool {
        let row = self.composition.sites.get(device.site_ix.0 as usize);
        row.is_some_and(|row| row.name == site.name && are_among(&row.numbers, site))
    }

    fn rows(&self, wanted: impl Fn(&Device) -> bool) -> Option<Rows> {
        let devices = (0..).zip(&self.composition.devices);
        let rows: Rows = devices
            .filter(|(_, device)| wanted(device))
            .map(|(at, _)| at)
            .collect();
        (!rows.is_empty()).then_some(rows)
    }

    fn machines(&self) -> Vec<String> {
        let classes = self.view.devices.iter().map(|one| one.class.clone());
        once(classes)
    }

    fn known(&self) -> Vec<String> {
        let parameters = self.view.parameters.iter().map(|one| one.name.clone());
        let components = self.view.components.iter().map(|one| one.name.clone());
        let nodes = self
            .view
            .components
            .iter()
            .flat_map(|one| one.ancestors.iter().cloned());
        let sites = self.composition.sites.iter().map(|one| one.name.clone());
        let things = components.chain(self.machines()).chain(sites);
        once(things.chain(parameters).chain(nodes))
    }
}

fn on_devices(
    found: &Component,
    on: Option<Rows>,
    variant: Option<&str>,
) -> Result<Asked, Vec<String>> {
    let known = |word: &str| found.variants.iter().any(|variant| variant.name == word);
    if variant.is_some_and(|word| !known(word)) {
        return Err(found.variants.iter().map(|one| one.name.clone()).collect());
    }
    Ok(Asked::Component {
        name: found.name.clone(),
        on,
        variant: variant.map(str::to_owned),
    })
}

/// Each name once, in the order given.
fn once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

fn are_among(numbers: &Numbers, part: &Part<'_>) -> bool {
    match (numbers, &part.numbers) {
        (_, None) => true,
        (Numbers::Plain, Some(_)) => false,
        (Numbers::Some(own), Some(asked)) => own.iter().any(|(first, last)| {
            let meets = |(from, to): &(u32, u32)| from <= last && first <= to;
            asked.iter().any(meets)
        }),
    }
}

/// `store[17].till[3]` and `store[17]/till[3]` are the same.
fn parts(path: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        let end = rest.find(['.', '/', '[']).unwrap_or(rest.len());
        let (name, mut behind) = rest.split_at_checked(end)?;
        let mut numbers = None;
        if let Some(inside) = behind.strip_prefix('[') {
            let close = inside.find(']')?;
            let all = inside.get(..close)?.trim_start_matches('[');
            numbers = Some(ranges(all)?);
            behind = inside.get(close..)?.trim_start_matches(']');
        }
        if name.is_empty() {
            return None;
        }
        parts.push(Part { name, numbers });
        match behind.strip_prefix(['.', '/']) {
            Some(more) => rest = more,
            None if behind.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

/// `17`, `3..7`, `3..`, `1, 5`.
fn ranges(text: &str) -> Option<Ranges> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let range = |text: &str| match text.split_once("..") {
        None => number(text).map(|only| (only, only)),
        Some((first, "")) => number(first).map(|first| (first, u32::MAX)),
        Some((first, last)) => number(first).zip(number(last)),
    };
    text.split(',').map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_names_with_numbers() {
        let read = |path: &str| {
            let parts = parts(path)?;
            let told = |part: &Part<'_>| format!("{}{:?}", part.name, part.numbers);
            Some(parts.iter().map(told).collect::<Vec<_>>().join(" "))
        };
        let written = [
            ("nuc", Some("nucNone")),
            ("nuc[2]", Some("nucSome([(2, 2)])")),
            (
                "store[17].till[3..7]",
                Some("storeSome([(17, 17)]) tillSome([(3, 7)])"),
            ),
            ("a[[1, 5]]/b", Some("aSome([(1, 1), (5, 5)]) bNone")),
            ("nuc[", None),
            ("nuc[x]", None),
            ("nuc[1]x", None),
            ("", None),
            ("a..b", None),
        ];
        for (path, parts) in written {
            assert_eq!(read(path).as_deref(), parts, "{path}");
        }
    }
}
