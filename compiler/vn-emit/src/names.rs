//! Ids become identifiers, injectively or not at all.

use std::collections::BTreeMap;

use vn_plan::{Instance, Plan, slug};

use crate::{EmitError, ErrorCode};

/// Longest label of a host name.
const LONGEST: usize = 63;

/// Identifier of the first instance of a component on a device: `graph--nuc`. Slugs have no two hyphens in
/// a row, so that the two halves stay apart.
pub fn instance_slug(component: &str, device: &str) -> String {
    format!("{}--{}", slug(component), slug(device))
}

pub fn slug_of(instance: &Instance) -> String {
    let first = instance_slug(&instance.component, &instance.device);
    match instance.copy {
        1 => first,
        further => format!("{first}--{further}"),
    }
}

/// Name of an instance among those of its device: `graph`, and of further ones of a service `graph-2`.
pub fn key_of(instance: &Instance) -> String {
    let first = slug(&instance.component);
    match instance.copy {
        1 => first,
        further => format!("{first}-{further}"),
    }
}

/// Name of the environment variable that says where a service is asked: `VN_GRAPH`.
pub fn variable(service: &str) -> String {
    format!(
        "VN_{}",
        slug(service).to_ascii_uppercase().replace('-', "_")
    )
}

/// Refuses what the emitted identifiers could not keep apart.
pub fn check(plan: &Plan) -> Vec<EmitError> {
    let devices = plan
        .devices
        .iter()
        .map(|one| (one.id.as_str(), one.slug.clone()));
    let mut errors = collisions("devices", devices);
    let ids = plan.devices.iter().map(|one| one.id.as_str());
    errors.extend(collisions("devices", ids.map(|id| (id, slug(id)))));
    let components = plan.instances.iter().map(|one| one.component.as_str());
    let services = plan.routes.iter().map(|one| one.service.as_str());
    let names = components.chain(services).map(|name| (name, slug(name)));
    errors.extend(collisions("components", names));
    errors.dedup();
    errors
}

fn collisions<'a>(what: &str, names: impl Iterator<Item = (&'a str, String)>) -> Vec<EmitError> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (id, slug) in names {
        if !is_slug(&slug) {
            let message = format!("`{id}` becomes `{slug}`, which is no host name");
            errors.push(EmitError::new(ErrorCode::Collision, None, &[id], message));
            continue;
        }
        let other = *taken.entry(slug.clone()).or_insert(id);
        if other != id {
            let message = format!("the {what} `{other}` and `{id}` both become `{slug}`");
            errors.push(EmitError::new(
                ErrorCode::Collision,
                None,
                &[id, other],
                message,
            ));
        }
    }
    errors
}

fn is_slug(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=LONGEST).contains(&text.len()) && text.chars().all(fits)
}
