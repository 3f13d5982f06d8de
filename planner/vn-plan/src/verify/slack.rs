//! Where a plan is tightest.

use crate::Slack;
use crate::failover::Scenario;
use crate::network::Network;
use crate::verify::capacity::{amounts, claimed};

/// The least room, relative to its capacity, among what is used when nothing has failed.
pub fn smallest(network: &Network, calm: &Scenario) -> Option<Slack> {
    let devices = network.plan.devices.iter().flat_map(|device| {
        let used = claimed(network, device);
        let all = amounts(&used, &device.capacity).into_iter();
        all.filter_map(|(name, _, used, most)| slack(format!("{} {name}", device.id), used, most))
            .collect::<Vec<_>>()
    });
    let instances = network.plan.instances.iter().filter_map(|one| {
        let name = format!("{} throughput", one.id);
        slack(name, calm.load(&one.id), one.capacity_ureqs?)
    });
    let carried = calm.carried();
    let links = network.plan.links.iter().filter_map(|link| {
        let used = u64::try_from(carried.get(link.id.as_str())?).ok()?;
        let name = format!("{} bandwidth", link.id);
        slack(name, used, link.capacity_ubytes_per_s)
    });
    devices.chain(instances).chain(links).min()
}

fn slack(of: String, used: u64, most: u64) -> Option<Slack> {
    if used == 0 {
        return None;
    }
    let left = u128::from(most.saturating_sub(used)) * 1_000_000;
    let ppm = left.checked_div(u128::from(most))?;
    let ppm = u64::try_from(ppm).ok()?;
    Some(Slack { ppm, of })
}
