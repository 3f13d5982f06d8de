//! Machines.

use std::collections::BTreeMap;

use vn_analysis::Numbers;
use vn_plan::{Alike, Device, Offer, Resources};

use super::Raise;
use crate::lower::offers::machines;
use crate::lower::picks::picks;
use crate::lower::{consumables, round};

/// All devices of the fleet.
pub fn devices(from: &Raise<'_>) -> Vec<Device> {
    let one = |device: &vn_analysis::Device| Device {
        id: device.id.clone(),
        alike: alike(from, device),
        slug: vn_plan::slug(&device.id),
        site: device.site.clone(),
        role: device.role.clone(),
        roles: device.roles.clone(),
        profile: device.profile.clone(),
        arch: device.arch.clone(),
        os: device.os.clone(),
        address: device.address.clone(),
        bind: device.bind.clone(),
        nominal: offered(&device.nominal),
        capacity: offered(&device.claimable),
        max_duty_ppm: device.max_duty.as_ref().map(round::share),
        availability_ppm: round::share(&device.availability),
        cost_micro_per_month: round::money(&device.cost_per_month).0,
        offer: None,
    };
    let mut devices: Vec<Device> = from.composition.devices.iter().map(one).collect();
    for machine in machines(from.composition, &from.lowered.choices) {
        if let Some(device) = devices.get_mut(machine.device.0 as usize) {
            device.offer = Some(Offer {
                bought: from.solution.open.binary_search(&machine.candidate).is_ok(),
                idle_power_mw: machine.power.0,
            });
        }
    }
    for pick in picks(from.composition, &from.lowered.choices) {
        let taken = from.solution.open.binary_search(&pick.candidate).is_ok();
        if let Some(device) = devices.get_mut(pick.device.0 as usize)
            && taken
        {
            pick.role.clone_into(&mut device.role);
        }
    }
    devices
}

/// Which devices a row stands for, if it is several.
fn alike(from: &Raise<'_>, device: &vn_analysis::Device) -> Option<Alike> {
    let site = from.composition.sites.get(device.site_ix.0 as usize)?;
    let ranges = |numbers: &Numbers| match numbers {
        Numbers::Plain => Vec::new(),
        Numbers::Some(ranges) => ranges.clone(),
    };
    (device.count() > 1).then(|| Alike {
        site: site.name.clone(),
        sites: ranges(&device.sites),
        device: device.name.clone(),
        devices: ranges(&device.numbers),
    })
}

fn offered(resources: &vn_analysis::Resources) -> Resources {
    Resources {
        cpu_mcores: round::down_by(&resources.cpu, 1_000),
        memory_bytes: round::down(&resources.memory),
        disk_bytes: round::down(&resources.disk),
        vram_bytes: round::down(&resources.vram),
        own_thousandths: own(resources, consumables::capacity),
    }
}

/// The program's own capabilities by name.
pub fn own(
    resources: &vn_analysis::Resources,
    amount: fn(&vn_analysis::Resources, &str) -> u64,
) -> BTreeMap<String, u64> {
    let names = resources.more.keys();
    let amounts = names.map(|name| (name.clone(), amount(resources, name)));
    amounts.filter(|(_, amount)| *amount > 0).collect()
}
