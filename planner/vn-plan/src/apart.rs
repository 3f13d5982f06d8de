//! The same plan with some devices of a row set apart: what the row says, said of each part.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::alike::{Ranges, singles, without};
use crate::{Alike, Cut, Device, Event, Instance, Plan, RequirementKind, digest};

/// The plan with a row for every device.
pub fn expanded(plan: &Plan) -> Plan {
    let sites = |of: &Alike| singles(&of.sites);
    Parts::of(plan, sites, |of, _| singles(&of.devices)).plan()
}

/// A plan in which each device that is lost is a row of its own, and the event in its names.
pub fn set_apart<'p>(plan: &'p Plan, event: &Event) -> (Cow<'p, Plan>, Event) {
    let lost = &event.lost;
    let known: BTreeSet<&str> = plan.devices.iter().map(|one| one.id.as_str()).collect();
    let unknown: Vec<&String> = lost
        .iter()
        .filter(|id| !known.contains(id.as_str()))
        .collect();
    if unknown.is_empty() {
        return (Cow::Borrowed(plan), event.clone());
    }
    let mut taken: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for of in plan.devices.iter().filter_map(|one| one.alike.as_ref()) {
        let numbers = unknown.iter().filter_map(|id| of.find(id)?.0);
        taken.entry(of.site_id()).or_default().extend(numbers);
    }
    let sites = |of: &Alike| {
        let taken: Vec<u32> = taken
            .get(&of.site_id())
            .into_iter()
            .flatten()
            .copied()
            .collect();
        parts(&of.sites, &taken)
    };
    let devices = |of: &Alike, site: &Ranges| {
        let here = Alike {
            sites: site.clone(),
            ..of.clone()
        };
        let numbers = unknown.iter().filter_map(|id| here.find(id)?.1);
        let numbers: BTreeSet<u32> = numbers.collect();
        parts(&of.devices, &numbers.into_iter().collect::<Vec<_>>())
    };
    let parts = Parts::of(plan, sites, devices);
    let lost = lost.iter().flat_map(|id| parts.of_device(id)).collect();
    let mut cut = event.cut.clone();
    for one in &mut cut {
        parts.cut(one);
    }
    let event = Event {
        lost,
        cut,
        ..event.clone()
    };
    (Cow::Owned(parts.plan()), event)
}

fn parts(ranges: &Ranges, taken: &[u32]) -> Vec<Ranges> {
    let mut parts: Vec<Ranges> = taken.iter().map(|one| vec![(*one, *one)]).collect();
    let rest = without(ranges, taken);
    if !rest.is_empty() || taken.is_empty() {
        parts.push(rest);
    }
    parts
}

/// A part of a row.
struct Part {
    /// Which part of its class of sites.
    site: usize,
    device: Device,
}

struct Parts<'a> {
    plan: &'a Plan,
    /// Per device of the plan.
    rows: Vec<Vec<Part>>,
    at: BTreeMap<&'a str, usize>,
}

impl<'a> Parts<'a> {
    fn of(
        plan: &'a Plan,
        sites: impl Fn(&Alike) -> Vec<Ranges>,
        devices: impl Fn(&Alike, &Ranges) -> Vec<Ranges>,
    ) -> Self {
        let row = |device: &Device| {
            let Some(of) = &device.alike else {
                return vec![Part {
                    site: 0,
                    device: device.clone(),
                }];
            };
            let mut parts = Vec::new();
            for (at, site) in sites(of).into_iter().enumerate() {
                for numbers in devices(of, &site) {
                    parts.push(Part {
                        site: at,
                        device: part(device, of, &site, numbers),
                    });
                }
            }
            parts
        };
        let ids = plan.devices.iter().map(|one| one.id.as_str());
        Self {
            plan,
            rows: plan.devices.iter().map(row).collect(),
            at: ids.zip(0..).collect(),
        }
    }

    fn row(&self, device: &str) -> &[Part] {
        let row = self.at.get(device).and_then(|at| self.rows.get(*at));
        row.map_or(&[], Vec::as_slice)
    }

    /// The parts of a device; a device that the plan has no row for is one already.
    fn of_device(&self, id: &str) -> Vec<String> {
        match self.row(id) {
            [] => vec![id.to_owned()],
            parts => parts.iter().map(|part| part.device.id.clone()).collect(),
        }
    }

    fn cut(&self, cut: &mut Cut) {
        for side in [&mut cut.one, &mut cut.other] {
            *side = side.iter().flat_map(|id| self.of_device(id)).collect();
        }
    }

    /// Whom a part means by a device.
    fn meant(&self, from: &str, part: &Part, to: &str) -> Vec<&Part> {
        let (here, there) = (self.device(from), self.device(to));
        let all = self.row(to).iter();
        if from == to {
            return all
                .filter(|other| other.device.id == part.device.id)
                .collect();
        }
        let is_class = |one: &&Device| one.alike.as_ref().is_some_and(|of| !of.sites.is_empty());
        let (here, there) = (here.filter(is_class), there.filter(is_class));
        let same = here.zip(there).is_some_and(|(a, b)| a.site == b.site);
        all.filter(|other| !same || other.site == part.site)
            .collect()
    }

    fn device(&self, id: &str) -> Option<&'a Device> {
        self.at.get(id).and_then(|at| self.plan.devices.get(*at))
    }

    fn device_of(&self, instance: &str) -> Option<&'a str> {
        let mut all = self.plan.instances.iter();
        let one = all.find(|one| one.id == instance)?;
        Some(one.device.as_str())
    }

    /// The instances that a part means.
    fn instances(&self, from: &str, part: &Part, instance: &str) -> Vec<String> {
        let Some(device) = self.device_of(instance) else {
            return vec![instance.to_owned()];
        };
        let meant = self.meant(from, part, device).into_iter();
        meant
            .map(|other| renamed(instance, device, &other.device.id))
            .collect()
    }

    /// The other parts of an instance's row, and itself where it is still several.
    fn others(&self, instance: &Instance, part: &Part) -> Vec<String> {
        let parts = self.row(&instance.device).iter();
        let others =
            parts.filter(|other| other.device.id != part.device.id || part.device.count() > 1);
        others
            .map(|other| renamed(&instance.id, &instance.device, &other.device.id))
            .collect()
    }

    fn plan(&self) -> Plan {
        let plan = self.plan;
        let mut apart = Plan {
            digest: String::new(),
            devices: self
                .rows
                .iter()
                .flatten()
                .map(|one| one.device.clone())
                .collect(),
            instances: Vec::new(),
            routes: Vec::new(),
            ..plan.clone()
        };
        for instance in &plan.instances {
            for part in self.row(&instance.device) {
                let mut one = instance.clone();
                one.id = renamed(&instance.id, &instance.device, &part.device.id);
                one.device.clone_from(&part.device.id);
                if let Some(clone) = &mut one.clone {
                    let sources = clone.sources.drain(..).flat_map(|source| {
                        let ids = if source.instance == instance.id {
                            self.others(instance, part)
                        } else {
                            self.instances(&instance.device, part, &source.instance)
                        };
                        let named = move |instance| crate::CloneSource {
                            instance,
                            ..source.clone()
                        };
                        ids.into_iter().map(named)
                    });
                    clone.sources = sources.collect();
                }
                apart.instances.push(one);
            }
        }
        for route in &plan.routes {
            let Some(device) = self.device_of(&route.consumer) else {
                continue;
            };
            for part in self.row(device) {
                let mut one = route.clone();
                one.consumer = renamed(&route.consumer, device, &part.device.id);
                let entries = one.entries.drain(..).flat_map(|entry| {
                    let ids = self.instances(device, part, &entry.instance);
                    let named = move |instance| crate::Entry {
                        instance,
                        ..entry.clone()
                    };
                    ids.into_iter().map(named)
                });
                one.entries = entries.collect();
                let listed: BTreeSet<&str> = one
                    .entries
                    .iter()
                    .map(|entry| entry.instance.as_str())
                    .collect();
                let others = apart.instances.iter().filter(|other| {
                    other.component == route.service && !listed.contains(other.id.as_str())
                });
                one.unreachable = others.map(|other| other.id.clone()).collect();
                apart.routes.push(one);
            }
        }
        for requirement in &mut apart.requirements {
            self.requirement(&mut requirement.kind);
        }
        apart.digest = digest(&apart);
        apart
    }

    fn requirement(&self, kind: &mut RequirementKind) {
        let devices = |ids: &mut Vec<String>| {
            *ids = ids.iter().flat_map(|id| self.of_device(id)).collect();
        };
        match kind {
            RequirementKind::Placement { devices: ids, .. }
            | RequirementKind::Uniform { devices: ids, .. }
            | RequirementKind::Bought { devices: ids, .. }
            | RequirementKind::OnEvery { devices: ids, .. } => devices(ids),
            RequirementKind::Truth {
                devices: ids,
                standby,
                ..
            } => [ids, standby].into_iter().for_each(devices),
            RequirementKind::Survive {
                failures,
                partitions,
                ..
            } => {
                failures.iter_mut().for_each(devices);
                let cuts = partitions.iter_mut().flat_map(|one| &mut one.cut);
                cuts.for_each(|cut| self.cut(cut));
            }
            RequirementKind::Spread { domains, .. }
            | RequirementKind::Colocate { domains, .. }
            | RequirementKind::Separate { domains, .. } => *domains = self.domains(domains),
            RequirementKind::Count { .. }
            | RequirementKind::PerDevice { .. }
            | RequirementKind::OneOf { .. }
            | RequirementKind::Ratio { .. }
            | RequirementKind::Bound { .. }
            | RequirementKind::Total { .. } => {}
        }
    }

    /// A part of a device or of its site is a domain of its own.
    fn domains(&self, domains: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for (id, domain) in domains {
            let Some(device) = self.device(id) else {
                continue;
            };
            for part in self.row(id) {
                let domain = match domain {
                    own if *own == device.id => &part.device.id,
                    site if *site == device.site => &part.device.site,
                    other => other,
                };
                found.insert(part.device.id.clone(), domain.clone());
            }
        }
        found
    }
}

fn renamed(instance: &str, old: &str, new: &str) -> String {
    let name = instance.strip_suffix(old).unwrap_or_default();
    format!("{name}{new}")
}

fn part(row: &Device, of: &Alike, site: &Ranges, devices: Ranges) -> Device {
    let alike = Alike {
        sites: site.clone(),
        devices,
        ..of.clone()
    };
    let only = |ranges: &Ranges| match ranges.as_slice() {
        [(first, last)] if first == last => Some(first.to_string()),
        _ => None,
    };
    let mut address = row.address.clone();
    for (open, number) in [
        ("{site}", only(&alike.sites)),
        ("{device}", only(&alike.devices)),
    ] {
        if let Some(number) = number {
            address = address.replace(open, &number);
        }
    }
    let id = alike.id();
    Device {
        slug: crate::slug(&id),
        site: if alike.sites.is_empty() {
            row.site.clone()
        } else {
            alike.site_id()
        },
        id,
        address,
        alike: Some(alike).filter(Alike::is_sound),
        ..row.clone()
    }
}
