//! Devices and instances have room for what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;

use crate::failover::Scenario;
use crate::figure::{Unit, one, pair};
use crate::fraction::ratio;
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{Device, Instance, Resources, Role};

/// Name, unit and both amounts of every resource that one of the two has.
pub fn amounts<'r>(
    one: &'r Resources,
    other: &'r Resources,
) -> Vec<(&'r str, Unit<'static>, u64, u64)> {
    let bytes = Unit::Bytes;
    let mut all = vec![
        ("cpu", Unit::MilliCores, one.cpu_mcores, other.cpu_mcores),
        ("memory", bytes, one.memory_bytes, other.memory_bytes),
        ("disk", bytes, one.disk_bytes, other.disk_bytes),
        ("video memory", bytes, one.vram_bytes, other.vram_bytes),
    ];
    let (one, other) = (&one.own_thousandths, &other.own_thousandths);
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let amount = |of: &BTreeMap<String, u64>, name: &String| of.get(name).copied().unwrap_or(0);
    all.extend(names.into_iter().map(|name| {
        let (one, other) = (amount(one, name), amount(other, name));
        (name.as_str(), Unit::Thousandths, one, other)
    }));
    all
}

/// What the instances on a device claim together.
pub fn claimed(network: &Network, device: &Device) -> Resources {
    let here = network.on(&device.id).iter();
    here.fold(Resources::default(), |mut sum, one| {
        for (name, amount) in &one.claims.own_thousandths {
            let of = sum.own_thousandths.entry(name.clone()).or_default();
            *of = of.saturating_add(*amount);
        }
        Resources {
            cpu_mcores: sum.cpu_mcores.saturating_add(one.claims.cpu_mcores),
            memory_bytes: sum.memory_bytes.saturating_add(one.claims.memory_bytes),
            disk_bytes: sum.disk_bytes.saturating_add(one.claims.disk_bytes),
            vram_bytes: sum.vram_bytes.saturating_add(one.claims.vram_bytes),
            own_thousandths: sum.own_thousandths,
        }
    })
}

pub fn check(network: &Network, calm: &Scenario, found: &mut Findings) {
    for device in &network.plan.devices {
        resources(device, &claimed(network, device), found);
        if let Some(most) = device.max_duty_ppm {
            duty(network, calm, device, most, found);
        }
    }
    for over in calm.overflows() {
        let (load, most) = pair(Unit::MicroRequests, over.load_ureqs, over.capacity_ureqs);
        let message = format!("`{}` is asked {load}, it can answer {most}", over.instance);
        found.add(ViolationKind::Throughput, &[&over.instance], message);
    }
}

/// Who holds on to instances that bear only so many.
pub fn connections(calm: &Scenario, found: &mut Findings) {
    for crowd in calm.crowds() {
        let (id, consumers, most) = (crowd.instance, crowd.consumers, crowd.most);
        let message = format!("{consumers} consumers hold on to `{id}`, it bears {most}");
        found.add(ViolationKind::Connections, &[id], message);
    }
}

fn resources(device: &Device, claimed: &Resources, found: &mut Findings) {
    let id = device.id.as_str();
    for (name, unit, claimed, capacity) in amounts(claimed, &device.capacity) {
        if claimed > capacity {
            let (claimed, capacity) = pair(unit, claimed, capacity);
            let message =
                format!("`{id}` {name}: instances claim {claimed}, {capacity} are available");
            found.add(ViolationKind::Capacity, &[id], message);
        }
    }
    for (name, unit, capacity, nominal) in amounts(&device.capacity, &device.nominal) {
        if capacity > nominal {
            let (capacity, nominal) = pair(unit, capacity, nominal);
            let message = format!("`{id}` {name}: {capacity} may be claimed, it has {nominal}");
            found.add(ViolationKind::Nominal, &[id], message);
        }
    }
}

fn duty(network: &Network, calm: &Scenario, device: &Device, most: u64, found: &mut Findings) {
    let here = network.on(&device.id).iter();
    let mut sum = ratio(0, 1);
    for service in here.filter(|one| one.role == Role::Service) {
        if let Some(share) = share(calm, service) {
            sum += share;
        } else {
            let message = format!(
                "`{}` has no capacity, but `{}` bounds the duty of what runs on it",
                service.id, device.id
            );
            found.add(ViolationKind::Duty, &[&service.id, &device.id], message);
        }
    }
    if sum > ratio(most, 1_000_000) {
        let ppm = (sum * ratio(1_000_000, 1)).ceil().to_integer();
        let (is, most) = match u64::try_from(ppm) {
            Ok(ppm) => pair(Unit::Millionths, ppm, most),
            Err(_) => ("more than ever".to_owned(), one(Unit::Millionths, most)),
        };
        let message = format!("`{}` works {is} of the time, it may {most}", device.id);
        found.add(ViolationKind::Duty, &[&device.id], message);
    }
}

fn share(calm: &Scenario, service: &Instance) -> Option<BigRational> {
    let capacity = service.capacity_ureqs.filter(|most| *most > 0)?;
    Some(ratio(calm.load(&service.id), capacity))
}
