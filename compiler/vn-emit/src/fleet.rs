//! The plan with its references followed, and what is being emitted.

use std::collections::{BTreeMap, BTreeSet};

use vn_plan::{Device, Entry, Instance, Plan, Role, Route};

use crate::{EmitError, ErrorCode, Target};

/// What every target reads.
pub struct Fleet<'a> {
    pub plan: &'a Plan,
    pub targets: BTreeSet<Target>,
    devices: BTreeMap<&'a str, &'a Device>,
    instances: BTreeMap<&'a str, &'a Instance>,
}

impl<'a> Fleet<'a> {
    /// Refuses a plan with references that lead nowhere.
    pub fn new(plan: &'a Plan, targets: &[Target]) -> Result<Self, Vec<EmitError>> {
        let fleet = Self {
            plan,
            targets: targets.iter().copied().collect(),
            devices: plan
                .devices
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            instances: plan
                .instances
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
        };
        let errors = fleet.dangling();
        if errors.is_empty() {
            Ok(fleet)
        } else {
            Err(errors)
        }
    }

    fn dangling(&self) -> Vec<EmitError> {
        let standing = self.plan.instances.iter().map(|one| one.device.as_str());
        let lost = standing.filter(|id| !self.devices.contains_key(id));
        let asking = self.plan.routes.iter().map(|route| route.consumer.as_str());
        let entries = self.plan.routes.iter().flat_map(|route| &route.entries);
        let clones = self
            .plan
            .instances
            .iter()
            .filter_map(|one| one.clone.as_ref());
        let sources = clones.flat_map(|clone| &clone.sources);
        let asked = asking
            .chain(entries.map(|entry| entry.instance.as_str()))
            .chain(sources.map(|source| source.instance.as_str()));
        let unknown = asked.filter(|id| !self.instances.contains_key(id));
        let ids: BTreeSet<&str> = lost.chain(unknown).collect();
        let error = |id: &str| {
            let message = format!("the plan names `{id}`, which does not exist");
            EmitError::new(ErrorCode::Reference, None, &[id], message)
        };
        ids.into_iter().map(error).collect()
    }

    pub fn has(&self, target: Target) -> bool {
        self.targets.contains(&target)
    }

    /// The proxies that are asked for; the first is the one that runs.
    pub fn proxies(&self) -> impl Iterator<Item = Target> {
        let all = Target::PROXIES.iter().copied();
        all.filter(|target| self.has(*target))
    }

    pub fn instance(&self, id: &str) -> Option<&'a Instance> {
        self.instances.get(id).copied()
    }

    pub fn device_of(&self, instance: &Instance) -> Option<&'a Device> {
        self.devices.get(instance.device.as_str()).copied()
    }

    /// What runs on a device, in declared order.
    pub fn on(&self, device: &'a Device) -> impl Iterator<Item = &'a Instance> {
        let all = self.plan.instances.iter();
        all.filter(move |one| one.device == device.id)
    }

    /// The routes of the consumers on a device, in the plan's order.
    pub fn routes_on(&self, device: &'a Device) -> impl Iterator<Item = (&'a Route, &'a Instance)> {
        let all = self.plan.routes.iter();
        all.filter_map(|route| Some((route, self.instance(&route.consumer)?)))
            .filter(move |(_, consumer)| consumer.device == device.id)
    }

    pub fn entries(&self, route: &'a Route) -> Vec<(&'a Entry, &'a Instance)> {
        let entries = route.entries.iter();
        entries
            .filter_map(|entry| Some((entry, self.instance(&entry.instance)?)))
            .collect()
    }

    /// Whether somebody's first choice, or a survival, rests on this instance.
    pub fn relies_on(&self, instance: &Instance) -> bool {
        let first = |route: &Route| {
            route
                .entries
                .first()
                .is_some_and(|e| e.instance == instance.id)
        };
        let survives = |kind: &vn_plan::RequirementKind| match kind {
            vn_plan::RequirementKind::Survive { component, .. } => *component == instance.component,
            vn_plan::RequirementKind::Count { .. }
            | vn_plan::RequirementKind::Spread { .. }
            | vn_plan::RequirementKind::Placement { .. }
            | vn_plan::RequirementKind::Truth { .. }
            | vn_plan::RequirementKind::Uniform { .. }
            | vn_plan::RequirementKind::Colocate { .. }
            | vn_plan::RequirementKind::Separate { .. }
            | vn_plan::RequirementKind::OneOf { .. }
            | vn_plan::RequirementKind::OnEvery { .. }
            | vn_plan::RequirementKind::Ratio { .. }
            | vn_plan::RequirementKind::Bound { .. }
            | vn_plan::RequirementKind::Bought { .. }
            | vn_plan::RequirementKind::PerDevice { .. }
            | vn_plan::RequirementKind::Total { .. } => false,
        };
        self.plan.routes.iter().any(first)
            || self.plan.requirements.iter().any(|one| survives(&one.kind))
    }
}

/// Whether containers and a proxy of ours can run there.
pub fn is_linux(device: &Device) -> bool {
    device.os == "linux"
}

/// Whether an instance is run as a container.
pub fn image(instance: &Instance) -> Option<&str> {
    instance
        .run
        .as_ref()?
        .image
        .as_deref()
        .filter(|_| instance.role == Role::Service)
}
