//! The plan with its references followed.

use std::collections::BTreeMap;

use crate::{
    CloneMode, Device, Entry, Instance, Plan, RequirementKind, Route, Standing, standing::time_us,
};

/// Who can ask whom.
///
/// INVARIANT: what does not resolve is left out, so that nothing here fails; `verify` reports it.
pub struct Network<'a> {
    pub plan: &'a Plan,
    pub instances: BTreeMap<&'a str, &'a Instance>,
    pub lists: Vec<List<'a>>,
    /// Per lazy instance the eager ones that fill it within the detection time.
    refills: BTreeMap<&'a str, Vec<&'a Instance>>,
    devices: BTreeMap<&'a str, &'a Device>,
    by_component: BTreeMap<&'a str, Vec<&'a Instance>>,
    by_device: BTreeMap<&'a str, Vec<&'a Instance>>,
    declared: BTreeMap<&'a str, usize>,
}

/// A route with its instances.
pub struct List<'a> {
    pub route: &'a Route,
    pub consumer: &'a Instance,
    pub hops: Vec<Hop<'a>>,
}

/// An entry with its instance.
#[derive(Clone, Copy)]
pub struct Hop<'a> {
    pub entry: &'a Entry,
    pub instance: &'a Instance,
    /// Position in the list, from 0.
    pub position: usize,
    pub time_us: u64,
    /// Computed, not the recorded one.
    pub standing: Standing,
}

impl Instance {
    /// Whether its bytes come with the first use only.
    pub fn is_lazy(&self) -> bool {
        self.clone
            .as_ref()
            .is_some_and(|clone| clone.mode == CloneMode::Lazy)
    }
}

impl<'a> Network<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let by_id = |one: &'a Instance| (one.id.as_str(), one);
        let instances: BTreeMap<_, _> = plan.instances.iter().map(by_id).collect();
        let lists = plan.routes.iter();
        let lazy = plan.instances.iter().filter(|one| one.is_lazy());
        Self {
            plan,
            lists: lists.filter_map(|r| List::new(r, &instances)).collect(),
            refills: lazy
                .map(|one| (one.id.as_str(), refills(plan, one, &instances)))
                .collect(),
            devices: plan
                .devices
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            by_component: grouped(plan, |one| &one.component),
            by_device: grouped(plan, |one| &one.device),
            declared: plan
                .instances
                .iter()
                .enumerate()
                .map(|(position, one)| (one.id.as_str(), position))
                .collect(),
            instances,
        }
    }

    /// The instances of a component, in declared order.
    pub fn of(&self, component: &str) -> &[&'a Instance] {
        self.by_component.get(component).map_or(&[], Vec::as_slice)
    }

    /// The device of an instance.
    pub fn device(&self, instance: &Instance) -> Option<&'a Device> {
        self.devices.get(instance.device.as_str()).copied()
    }

    /// How many instances a row stands for.
    pub fn times(&self, instance: &Instance) -> u64 {
        self.device(instance).map_or(1, Device::count)
    }

    /// How many instances of a component there are.
    pub fn count(&self, component: &str) -> u64 {
        self.of(component).iter().map(|one| self.times(one)).sum()
    }

    /// Whether a component has no instance, as it may.
    pub fn is_absent(&self, component: &str) -> bool {
        let may = |one: &crate::Requirement| match &one.kind {
            RequirementKind::Count {
                component: of,
                or_none,
                ..
            } => of == component && *or_none,
            _ => false,
        };
        self.of(component).is_empty() && self.plan.requirements.iter().any(may)
    }

    /// The instances on a device, in declared order.
    pub fn on(&self, device: &str) -> &[&'a Instance] {
        self.by_device.get(device).map_or(&[], Vec::as_slice)
    }

    /// Where an instance stands in declared order.
    pub fn declared(&self, instance: &str) -> Option<usize> {
        self.declared.get(instance).copied()
    }

    /// Those that can fill a lazy instance in time.
    pub fn refills(&self, lazy: &str) -> &[&'a Instance] {
        self.refills.get(lazy).map_or(&[], Vec::as_slice)
    }
}

fn grouped<'a>(
    plan: &'a Plan,
    key: impl Fn(&'a Instance) -> &'a str,
) -> BTreeMap<&'a str, Vec<&'a Instance>> {
    let mut groups: BTreeMap<&str, Vec<&Instance>> = BTreeMap::new();
    for one in &plan.instances {
        groups.entry(key(one)).or_default().push(one);
    }
    groups
}

fn refills<'a>(
    plan: &Plan,
    lazy: &'a Instance,
    instances: &BTreeMap<&'a str, &'a Instance>,
) -> Vec<&'a Instance> {
    let sources = lazy.clone.iter().flat_map(|clone| &clone.sources);
    sources
        .filter(|source| {
            source
                .transfer_us
                .is_some_and(|t| t <= plan.program.detect_us)
        })
        .filter_map(|source| instances.get(source.instance.as_str()).copied())
        .filter(|source| !source.is_lazy() && source.component == lazy.component)
        .collect()
}

impl<'a> List<'a> {
    fn new(route: &'a Route, instances: &BTreeMap<&'a str, &'a Instance>) -> Option<Self> {
        let consumer = instances.get(route.consumer.as_str()).copied()?;
        let hop = |(position, entry): (usize, &'a Entry)| {
            let instance = instances.get(entry.instance.as_str()).copied()?;
            let time_us = time_us(entry, instance);
            Some(Hop {
                entry,
                instance,
                position,
                time_us,
                standing: route.standing_of(time_us),
            })
        };
        let hops = route.entries.iter().enumerate().filter_map(hop).collect();
        Some(Self {
            route,
            consumer,
            hops,
        })
    }
}
