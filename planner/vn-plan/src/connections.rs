//! Who holds on to whom, where an instance bears only so many consumers.

use std::collections::{BTreeMap, BTreeSet};

use crate::failover::{Scenario, Walk};

/// An instance that more consumers hold on to than it bears.
pub struct Crowd<'a> {
    pub instance: &'a str,
    pub consumers: u64,
    pub most: u64,
}

impl<'a> Scenario<'_, 'a> {
    /// Every instance with too many consumers.
    pub fn crowds(&self) -> Vec<Crowd<'a>> {
        let mut consumers: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
        for walk in &self.walks {
            for (id, most) in self.held(walk) {
                let row = consumers.entry(id).or_insert((most, BTreeSet::new()));
                row.1.insert(&walk.list.consumer.id);
            }
        }
        let crowd = |(instance, (most, consumers)): (&'a str, (u64, BTreeSet<&str>))| {
            let consumers = consumers.len() as u64;
            (consumers > most).then_some(Crowd {
                instance,
                consumers,
                most,
            })
        };
        consumers.into_iter().filter_map(crowd).collect()
    }

    /// What is left of as many first entries as the consumer needs at once, and the one that answers.
    fn held(&self, walk: &Walk<'_, 'a>) -> Vec<(&'a str, u64)> {
        let copies = usize::try_from(walk.list.route.copies).unwrap_or(usize::MAX);
        let first = walk.list.hops.iter().take(copies);
        let left = first.filter(|hop| self.reaches(walk.list.consumer, hop.instance));
        let held = left.chain(walk.end.as_ref().ok());
        let limited =
            held.filter_map(|hop| Some((hop.instance.id.as_str(), hop.instance.connections?)));
        limited.collect()
    }
}
