//! What goes over each link, from the lists alone.

use std::collections::BTreeMap;

use num_bigint::BigUint;

use crate::failover::{Scenario, Walk};
use crate::outcome::Flood;

impl<'a> Scenario<'_, 'a> {
    /// In 10⁻⁶ bytes per second, by the id of the link.
    pub fn carried(&self) -> BTreeMap<&'a str, BigUint> {
        let mut carried: BTreeMap<&str, BigUint> = BTreeMap::new();
        for walk in &self.walks {
            let Ok(hop) = walk.end else { continue };
            let bytes = self.asked(walk) * walk.list.route.payload_bytes;
            for link in &hop.entry.over {
                *carried.entry(link).or_default() += &bytes;
            }
        }
        carried
    }

    /// What the payloads cost, in 10⁻¹² of the currency per month.
    pub fn traffic_cost(&self) -> BigUint {
        let one = |walk: &Walk<'_, 'a>| {
            let hop = walk.end.ok()?;
            Some(self.asked(walk) * hop.entry.price_pico_per_month)
        };
        self.walks.iter().filter_map(one).sum()
    }

    /// Every link that has to carry more than it can.
    pub fn floods(&self) -> Vec<Flood> {
        let carried = self.carried();
        let flood = |link: &crate::Link| {
            let needed = carried.get(link.id.as_str())?;
            (*needed > BigUint::from(link.capacity_ubytes_per_s)).then(|| Flood {
                link: link.id.clone(),
                traffic_ubytes_per_s: u64::try_from(needed).unwrap_or(u64::MAX),
                capacity_ubytes_per_s: link.capacity_ubytes_per_s,
            })
        };
        self.network().plan.links.iter().filter_map(flood).collect()
    }

    /// The load of a need, in 10⁻⁶ req/s, of all that its row stands for.
    fn asked(&self, walk: &Walk<'_, 'a>) -> BigUint {
        let consumer = walk.list.consumer;
        let load = walk.list.route.load.of(self.load(&consumer.id));
        BigUint::from(load) * self.network().times(consumer)
    }
}
