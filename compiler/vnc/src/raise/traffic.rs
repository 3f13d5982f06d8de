//! What payloads go over.

use vn_plan::Link;
use vn_problem::Way;

use super::Raise;

/// Every link that is limited, with what it carries.
pub fn links(from: &Raise<'_>) -> Vec<Link> {
    let channels = from.lowered.problem.channels.iter();
    let named = channels.zip(&from.lowered.channels);
    let carried = named.zip(&from.verified.traffic);
    let link = |((channel, name), traffic): ((&vn_problem::Channel, &String), &u64)| Link {
        id: name.clone(),
        capacity_ubytes_per_s: channel.capacity,
        traffic_ubytes_per_s: *traffic,
    };
    carried.map(link).collect()
}

/// The links of a way.
pub fn names(from: &Raise<'_>, way: &Way) -> Vec<String> {
    let name = |channel: &vn_problem::ChannelId| from.lowered.channels.get(channel.index());
    way.channels.iter().filter_map(name).cloned().collect()
}
