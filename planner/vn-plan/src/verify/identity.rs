//! Format, digest, ids and references.

use std::collections::BTreeSet;

use crate::violation::{Findings, ViolationKind};
use crate::{FORMAT, Measure, Plan, Requirement, RequirementKind, digest};

pub fn check(plan: &Plan, found: &mut Findings) {
    document(plan, found);
    unique(
        "device",
        plan.devices.iter().map(|one| one.id.as_str()),
        found,
    );
    unique(
        "instance",
        plan.instances.iter().map(|one| one.id.as_str()),
        found,
    );
    unique("link", plan.links.iter().map(|one| one.id.as_str()), found);
    slugs(plan, found);
    References::new(plan, found).check();
}

fn document(plan: &Plan, found: &mut Findings) {
    if plan.format != FORMAT {
        let message = format!("the document is `{}`, not `{FORMAT}`", plan.format);
        found.add(ViolationKind::Format, &[], message);
    }
    let is = digest(plan);
    if plan.digest != is {
        let message = format!("the document says `{}`, its digest is `{is}`", plan.digest);
        found.add(ViolationKind::Digest, &[], message);
    }
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a str>, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if id.is_empty() {
            found.add(ViolationKind::Id, &[], format!("a {what} has an empty id"));
        } else if !seen.insert(id) {
            let message = format!("two {what}s are called `{id}`");
            found.add(ViolationKind::Id, &[id], message);
        }
    }
}

fn slugs(plan: &Plan, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    for device in &plan.devices {
        let (id, slug) = (device.id.as_str(), device.slug.as_str());
        if slug.is_empty() || !slug.chars().all(fits) {
            let message = format!("`{id}` has the slug `{slug}`, which is not made of `[a-z0-9-]`");
            found.add(ViolationKind::Slug, &[id], message);
        } else if !seen.insert(slug) {
            let message = format!("the slug `{slug}` of `{id}` belongs to another device too");
            found.add(ViolationKind::Slug, &[id], message);
        }
    }
}

struct References<'a, 'f> {
    plan: &'a Plan,
    devices: BTreeSet<&'a str>,
    instances: BTreeSet<&'a str>,
    links: BTreeSet<&'a str>,
    found: &'f mut Findings,
}

impl<'a, 'f> References<'a, 'f> {
    fn new(plan: &'a Plan, found: &'f mut Findings) -> Self {
        Self {
            plan,
            devices: plan.devices.iter().map(|one| one.id.as_str()).collect(),
            instances: plan.instances.iter().map(|one| one.id.as_str()).collect(),
            links: plan.links.iter().map(|one| one.id.as_str()).collect(),
            found,
        }
    }

    fn check(&mut self) {
        for instance in &self.plan.instances {
            self.device(&instance.device, &instance.id);
            for source in instance.clone.iter().flat_map(|clone| &clone.sources) {
                self.instance(&source.instance, &instance.id);
            }
        }
        for route in &self.plan.routes {
            let by = format!("{} -> {}", route.consumer, route.service);
            self.instance(&route.consumer, &by);
            for entry in &route.entries {
                self.instance(&entry.instance, &by);
                for link in &entry.over {
                    self.link(link, &by);
                }
            }
            for id in &route.unreachable {
                self.instance(id, &by);
            }
        }
        for requirement in &self.plan.requirements {
            for id in devices_of(requirement) {
                self.device(id, &requirement.text);
            }
        }
    }

    fn device(&mut self, id: &str, by: &str) {
        let mut rows = self
            .plan
            .devices
            .iter()
            .filter_map(|one| one.alike.as_ref());
        if !self.devices.contains(id) && !rows.any(|of| of.find(id).is_some()) {
            let message = format!("`{by}` names the device `{id}`, which does not exist");
            self.found.add(ViolationKind::Reference, &[id], message);
        }
    }

    fn link(&mut self, id: &str, by: &str) {
        if !self.links.contains(id) {
            let message = format!("`{by}` names the link `{id}`, which does not exist");
            self.found.add(ViolationKind::Reference, &[id], message);
        }
    }

    fn instance(&mut self, id: &str, by: &str) {
        if !self.instances.contains(id) {
            let message = format!("`{by}` names the instance `{id}`, which does not exist");
            self.found.add(ViolationKind::Reference, &[id], message);
        }
    }
}

fn devices_of(requirement: &Requirement) -> Vec<&str> {
    match &requirement.kind {
        RequirementKind::Count { .. }
        | RequirementKind::PerDevice { .. }
        | RequirementKind::OneOf { .. }
        | RequirementKind::Ratio { .. }
        | RequirementKind::Total { .. } => Vec::new(),
        RequirementKind::Bound { terms, .. } => {
            let named = terms.iter().filter_map(|term| match &term.measure {
                Measure::ClonedFrom(devices) => Some(devices),
                Measure::Count(_)
                | Measure::Cost
                | Measure::Power
                | Measure::Footprint
                | Measure::Utilisation(_)
                | Measure::BootTime
                | Measure::Imbalance
                | Measure::Own(_) => None,
            });
            named.flatten().map(String::as_str).collect()
        }
        RequirementKind::Spread { domains, .. }
        | RequirementKind::Colocate { domains, .. }
        | RequirementKind::Separate { domains, .. } => domains.keys().map(String::as_str).collect(),
        RequirementKind::OnEvery { devices, .. }
        | RequirementKind::Bought { devices, .. }
        | RequirementKind::Placement { devices, .. }
        | RequirementKind::Uniform { devices, .. } => devices.iter().map(String::as_str).collect(),
        RequirementKind::Truth {
            devices, standby, ..
        } => {
            let all = devices.iter().chain(standby);
            all.map(String::as_str).collect()
        }
        RequirementKind::Survive {
            failures,
            partitions,
            ..
        } => {
            let cuts = partitions.iter().flat_map(|one| &one.cut);
            let sides = cuts.flat_map(|cut| cut.one.iter().chain(&cut.other));
            let lost = failures.iter().flatten();
            lost.chain(sides).map(String::as_str).collect()
        }
    }
}
