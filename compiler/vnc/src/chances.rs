//! What a test leaves open: every choice of devices that `lost(x, n, in_each = site)` allows.

use std::collections::BTreeMap;

use vn_analysis::{Composition, Device, DeviceIx};

/// More choices than this are not looked at one by one.
const MOST: usize = 4096;

/// The devices lost, choice by choice; `None` where there are too many, or where devices that nothing
/// tells apart would have to be told apart.
pub fn lost_some(
    composition: &Composition,
    (devices, count): (&[DeviceIx], u64),
    in_each: Option<&str>,
) -> Option<Vec<Vec<String>>> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let rows = devices.iter();
    for device in rows.filter_map(|ix| composition.devices.get(ix.0 as usize)) {
        let name = device.site.split('[').next().unwrap_or_default();
        let group = match in_each {
            Some(site) if site != name => continue,
            Some(_) => device.site.as_str(),
            None => "",
        };
        let id = one_of(device, count, in_each.is_some())?;
        groups.entry(group).or_default().push(id);
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut choices: Vec<Vec<String>> = vec![Vec::new()];
    for ids in groups.into_values() {
        let here = of_size(&ids, count.min(ids.len()))?;
        if choices.len().saturating_mul(here.len()) > MOST {
            return None;
        }
        let more = choices
            .iter()
            .flat_map(|lost| here.iter().map(move |ids| [lost.as_slice(), ids].concat()));
        choices = more.collect();
    }
    Some(choices)
}

/// The id by which one device of a row is lost: in each of its sites, or in the first of them.
fn one_of(device: &Device, count: u64, in_each: bool) -> Option<String> {
    if device.numbers.count() > 1 {
        return None;
    }
    match (in_each, device.sites.count()) {
        (true, _) | (false, 0 | 1) => Some(device.id.clone()),
        (false, _) => (count == 1).then(|| device.first_id()),
    }
}

fn of_size(ids: &[String], size: usize) -> Option<Vec<Vec<String>>> {
    if size == 0 {
        return Some(vec![Vec::new()]);
    }
    let Some((first, rest)) = ids.split_first() else {
        return Some(Vec::new());
    };
    let mut sets = of_size(rest, size - 1)?;
    for set in &mut sets {
        set.insert(0, first.clone());
    }
    sets.extend(of_size(rest, size)?);
    (sets.len() <= MOST).then_some(sets)
}
