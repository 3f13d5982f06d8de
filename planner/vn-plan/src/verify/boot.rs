//! What is fetched when everything starts at once.

use std::collections::BTreeMap;

use num_rational::BigRational;

use crate::Instance;
use crate::network::Network;

/// An instance that fetches bytes at boot.
struct Fetch<'n> {
    one: &'n Instance,
    bytes: u64,
    /// Whom all of its service start from: the first that writes, else the first that is eager.
    origin: &'n Instance,
}

impl Fetch<'_> {
    /// Microseconds until they are there, where the plan says so.
    fn time(&self) -> Option<u64> {
        let mut sources = self.one.clone.iter().flat_map(|clone| &clone.sources);
        sources
            .find(|source| source.instance == self.origin.id)?
            .transfer_us
    }
}

fn fetches<'n>(network: &Network<'n>) -> impl Iterator<Item = Fetch<'n>> {
    let mut origins: BTreeMap<&str, &Instance> = BTreeMap::new();
    for one in network.plan.instances.iter().filter(|one| !one.is_lazy()) {
        let origin = origins.entry(&one.component).or_insert(one);
        if one.truth && !origin.truth {
            *origin = one;
        }
    }
    network.plan.instances.iter().filter_map(move |one| {
        let bytes = one.clone.as_ref().map_or(0, |clone| clone.bytes);
        let origin = *origins.get(one.component.as_str())?;
        let fetches = bytes > 0 && !one.is_lazy() && origin.id != one.id;
        fetches.then_some(Fetch { one, bytes, origin })
    })
}

/// Seconds until every device has its eager bytes; nothing where the plan does not say how long some take.
pub fn longest(network: &Network<'_>) -> Option<BigRational> {
    let mut times: BTreeMap<&str, u128> = BTreeMap::new();
    for fetch in fetches(network) {
        *times.entry(&fetch.one.device).or_default() += u128::from(fetch.time()?);
    }
    let longest = times.into_values().max().unwrap_or(0);
    Some(BigRational::new(longest.into(), 1_000_000.into()))
}

/// Eager bytes that leave some devices.
pub fn sent(network: &Network<'_>, devices: &[String]) -> BigRational {
    let sent = fetches(network).filter(|fetch| devices.contains(&fetch.origin.device));
    let sum: u128 = sent.map(|fetch| u128::from(fetch.bytes)).sum();
    BigRational::from_integer(sum.into())
}
