//! Rows for several alike devices say which, and nobody asks one of several from outside.

use crate::network::{List, Network};
use crate::violation::{Findings, ViolationKind};
use crate::{Device, Plan};

pub fn check(network: &Network, found: &mut Findings) {
    for device in &network.plan.devices {
        row(network.plan, device, found);
    }
    for list in &network.lists {
        entries(network, list, found);
    }
}

fn row(plan: &Plan, device: &Device, found: &mut Findings) {
    let Some(alike) = &device.alike else {
        return;
    };
    let id = device.id.as_str();
    let site = alike.sites.is_empty() || alike.site_id() == device.site;
    if !alike.is_sound() || alike.id() != id || !site {
        let message = format!(
            "`{id}` in `{}` does not say which devices it is",
            device.site
        );
        found.add(ViolationKind::Shape, &[id], message);
        return;
    }
    for other in plan.devices.iter().filter(|other| other.id != id) {
        let both = match &other.alike {
            None => alike.find(&other.id).is_some(),
            Some(of) => {
                let name = (&of.site, &of.device) == (&alike.site, &alike.device);
                name && meet(&of.sites, &alike.sites) && meet(&of.devices, &alike.devices)
            }
        };
        if both {
            let message = format!("`{id}` and `{}` have a device in common", other.id);
            found.add(ViolationKind::Shape, &[id, &other.id], message);
        }
    }
}

fn meet(a: &[(u32, u32)], b: &[(u32, u32)]) -> bool {
    let touches = |x: &(u32, u32)| b.iter().any(|y| x.0 <= y.1 && y.0 <= x.1);
    (a.is_empty() && b.is_empty()) || a.iter().any(touches)
}

/// The instance meant by an entry is the one on the same device, in the same site, or the only one.
fn entries(network: &Network, list: &List, found: &mut Findings) {
    let Some(from) = network.device(list.consumer) else {
        return;
    };
    for hop in &list.hops {
        let Some(to) = network.device(hop.instance) else {
            continue;
        };
        let beside = to.site == from.site && to.in_each_site() == 1;
        if to.count() > 1 && to.id != from.id && !beside {
            let (consumer, one) = (&list.consumer.id, &hop.instance.id);
            let message = format!("`{consumer}` asks `{one}`, which are several");
            found.add(ViolationKind::Shape, &[consumer, one], message);
        }
    }
}
