//! Where devices stand in the network: those of one spot reach every other device in the same way.

use std::collections::{BTreeMap, BTreeSet};

use crate::composition::{DeviceIx, SiteIx};
use crate::fleet::Fleet;
use crate::links::{Ends, Link};
use crate::quantity::BigRational;

/// What the ways from and to a device depend on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    site: SiteIx,
    uplink: Option<&'a BigRational>,
    /// The links that name it or its class, each with its end.
    links: BTreeSet<(usize, bool)>,
    /// A device that passes messages on is a station of its own.
    forwarder: Option<DeviceIx>,
}

/// The spots of a fleet.
pub struct Spots {
    /// The spot of each device.
    pub of: Vec<u32>,
    /// The devices of each spot.
    pub members: Vec<Vec<DeviceIx>>,
}

impl Spots {
    /// The spots, in the order of their first devices.
    pub fn of(fleet: &Fleet, links: &[Link]) -> Self {
        let mut named: BTreeMap<DeviceIx, BTreeSet<(usize, bool)>> = BTreeMap::new();
        for (at, link) in links.iter().enumerate() {
            let Ends::Devices(pairs) = &link.ends else {
                continue;
            };
            for (end, devices) in [(false, &pairs.a), (true, &pairs.b)] {
                for device in devices {
                    named.entry(*device).or_default().insert((at, end));
                }
            }
        }
        let mut known: BTreeMap<Key<'_>, u32> = BTreeMap::new();
        let mut members: Vec<Vec<DeviceIx>> = Vec::new();
        let mut of = Vec::new();
        for (ix, device) in fleet.iter() {
            let key = Key {
                site: device.site_ix,
                uplink: device.uplink.as_ref(),
                links: named.remove(&ix).unwrap_or_default(),
                forwarder: device.forwards.then_some(ix),
            };
            let next = u32::try_from(members.len()).unwrap_or(u32::MAX);
            let spot = *known.entry(key).or_insert(next);
            match members.get_mut(spot as usize) {
                Some(members) => members.push(ix),
                None => members.push(vec![ix]),
            }
            of.push(spot);
        }
        Self { of, members }
    }

    /// Pairs of devices that stand to each other in every way that any of two spots do.
    pub fn pairs(&self, fleet: &Fleet) -> Vec<(DeviceIx, DeviceIx)> {
        let firsts = || self.members.iter().filter_map(|members| members.first());
        let mut pairs: Vec<(DeviceIx, DeviceIx)> = Vec::new();
        for from in firsts() {
            pairs.extend(firsts().map(|to| (*from, *to)));
        }
        for members in &self.members {
            let several = |ix: &&DeviceIx| {
                fleet
                    .device(**ix)
                    .is_some_and(|one| one.numbers.count() > 1)
            };
            pairs.extend(members.iter().find(several).map(|one| (*one, *one)));
            pairs.extend(members.first().copied().zip(members.get(1).copied()));
        }
        pairs
    }
}
