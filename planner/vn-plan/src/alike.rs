//! Rows that stand for several alike devices.
//!
//! Instances and routes on such a row are there once for each of its devices. An entry of a list on it
//! means the instance on the same device, else the one in the same site, else the only one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Device;

/// Ascending numbers, as first and last of each range.
pub type Ranges = Vec<(u32, u32)>;

/// The devices that a row stands for: `store[1..16, 18..2000]/till[1..6]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alike {
    /// Name of the site: `store`.
    pub site: String,
    /// Which sites of that name; empty where the site has no number.
    pub sites: Ranges,
    /// Name of the device within its site: `till`.
    pub device: String,
    /// Which devices of that name in each of the sites; empty where it has no number.
    pub devices: Ranges,
}

impl Alike {
    /// How many sites.
    pub fn site_count(&self) -> u64 {
        count(&self.sites)
    }

    /// How many devices in each site.
    pub fn device_count(&self) -> u64 {
        count(&self.devices)
    }

    /// The id of the site or the sites: `store[1..16, 18..2000]`.
    pub fn site_id(&self) -> String {
        label(&self.site, &self.sites)
    }

    /// The id of the row, or of its only device.
    pub fn id(&self) -> String {
        let own = label(&self.device, &self.devices);
        if self.sites.is_empty() {
            own
        } else {
            format!("{}/{own}", self.site_id())
        }
    }

    /// The numbers of one of its devices, by the device's own id: of the site and within it.
    pub fn find(&self, id: &str) -> Option<(Option<u32>, Option<u32>)> {
        let (site, own) = match id.split_once('/') {
            Some((site, own)) if !self.sites.is_empty() => (Some(site), own),
            None if self.sites.is_empty() => (None, id),
            Some(_) | None => return None,
        };
        let site = match site {
            Some(site) => Some(number(site, &self.site, &self.sites)?),
            None => None,
        };
        if self.devices.is_empty() {
            return (own == self.device).then_some((site, None));
        }
        Some((site, Some(number(own, &self.device, &self.devices)?)))
    }

    /// Whether numbers ascend and there are several devices, all with different ids.
    pub fn is_sound(&self) -> bool {
        let ascends = |ranges: &Ranges| {
            let inside = ranges.iter().all(|(first, last)| first <= last);
            inside && ranges.is_sorted_by(|a, b| a.1 < b.0)
        };
        ascends(&self.sites)
            && ascends(&self.devices)
            && self.site_count() * self.device_count() > 1
    }

    /// The ids of all its devices.
    pub fn ids(&self) -> Vec<String> {
        let one = |ranges: Ranges, of: &Self| Self {
            sites: ranges,
            ..of.clone()
        };
        let sites = singles(&self.sites).into_iter();
        sites
            .flat_map(|site| {
                let here = one(site, self);
                singles(&self.devices).into_iter().map(move |devices| {
                    let own = Self {
                        devices,
                        ..here.clone()
                    };
                    own.id()
                })
            })
            .collect()
    }
}

impl Device {
    /// How many devices the row stands for.
    pub fn count(&self) -> u64 {
        let alike = self.alike.as_ref();
        alike.map_or(1, |of| of.site_count().saturating_mul(of.device_count()))
    }

    /// How many of them stand in one site.
    pub fn in_each_site(&self) -> u64 {
        self.alike.as_ref().map_or(1, Alike::device_count)
    }
}

/// How many numbers; one where there is none.
fn count(ranges: &Ranges) -> u64 {
    if ranges.is_empty() {
        return 1;
    }
    let each = ranges.iter();
    each.map(|(first, last)| u64::from(last.saturating_sub(*first)) + 1)
        .sum()
}

/// Every number by itself.
pub(crate) fn singles(ranges: &Ranges) -> Vec<Ranges> {
    if ranges.is_empty() {
        return vec![Vec::new()];
    }
    let numbers = ranges.iter().flat_map(|(first, last)| *first..=*last);
    numbers.map(|number| vec![(number, number)]).collect()
}

/// The ranges without some numbers.
pub(crate) fn without(ranges: &Ranges, taken: &[u32]) -> Ranges {
    let mut left = Ranges::new();
    for &(first, last) in ranges {
        let mut start = first;
        for &number in taken.iter().filter(|n| (first..=last).contains(n)) {
            if number > start {
                left.push((start, number - 1));
            }
            start = number.saturating_add(1);
        }
        if start <= last {
            left.push((start, last));
        }
    }
    left
}

fn label(name: &str, ranges: &Ranges) -> String {
    if ranges.is_empty() {
        return name.to_owned();
    }
    let range = |(first, last): &(u32, u32)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}..{last}")
        }
    };
    let ranges: Vec<String> = ranges.iter().map(range).collect();
    format!("{name}[{}]", ranges.join(", "))
}

/// The number of `name[number]`, if it is among these.
fn number(id: &str, name: &str, ranges: &Ranges) -> Option<u32> {
    let number = id
        .strip_prefix(name)?
        .strip_prefix('[')?
        .strip_suffix(']')?;
    let number: u32 = number.parse().ok()?;
    let mut ranges = ranges.iter();
    ranges
        .any(|(first, last)| (*first..=*last).contains(&number))
        .then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_row_is_found_by_its_id() {
        let row = Alike {
            site: "store".to_owned(),
            sites: vec![(1, 16), (18, 20)],
            device: "till".to_owned(),
            devices: vec![(1, 6)],
        };
        assert_eq!(row.id(), "store[1..16, 18..20]/till[1..6]");
        assert_eq!(row.find("store[18]/till[6]"), Some((Some(18), Some(6))));
        assert_eq!(row.find("store[17]/till[6]"), None);
        assert_eq!(row.find("till[6]"), None);
        assert_eq!(row.ids().len(), 19 * 6);
        assert!(row.is_sound());
        assert_eq!(
            without(&row.sites, &[1, 3, 20]),
            [(2, 2), (4, 16), (18, 19)]
        );
    }
}
