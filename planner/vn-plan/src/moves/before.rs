//! What ran before, as an earlier plan says.

use std::collections::BTreeSet;

use super::{Before, Former, FormerRoute};
use crate::{Instance, Plan, Port, Role};

impl Before {
    /// The services of a plan that ran in an earlier one as they do now.
    pub fn kept(old: &Plan, plan: &Plan) -> Vec<String> {
        let services = |plan: &'_ Plan| -> Vec<(String, String)> {
            let all = plan.instances.iter();
            all.filter(|one| one.role == Role::Service)
                .map(|one| (one.id.clone(), one.variant.clone()))
                .collect()
        };
        let ran: BTreeSet<(String, String)> = services(old).into_iter().collect();
        let now = services(plan).into_iter();
        now.filter(|one| ran.contains(one))
            .map(|(id, _)| id)
            .collect()
    }

    /// What an earlier plan says, as far as its devices are still there; `kept` runs on as it did.
    pub fn of_plan(old: &Plan, plan: &Plan, kept: Vec<String>) -> Self {
        let devices: BTreeSet<&str> = plan
            .devices
            .iter()
            .map(|device| device.id.as_str())
            .collect();
        let same: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
        let there = |one: &&Instance| devices.contains(one.device.as_str());
        let gone = old
            .instances
            .iter()
            .filter(there)
            .filter(|one| one.role == Role::Service && !same.contains(one.id.as_str()));
        let gone: Vec<Former> = gone.map(Former::of).collect();
        let clients = plan.instances.iter().filter(|one| one.role == Role::Client);
        let known: BTreeSet<&str> = clients
            .map(|one| one.id.as_str())
            .chain(same)
            .chain(gone.iter().map(|one| one.id.as_str()))
            .collect();
        let routes = old
            .routes
            .iter()
            .filter(|route| known.contains(route.consumer.as_str()));
        let routes = routes.map(|route| FormerRoute {
            consumer: route.consumer.clone(),
            service: route.service.clone(),
            optional: route.optional,
            entries: route
                .entries
                .iter()
                .filter(|entry| entry.standing.serves() && known.contains(entry.instance.as_str()))
                .map(|entry| entry.instance.clone())
                .collect(),
        });
        let routes = routes.collect();
        Self {
            plan: Some(old.digest.clone()),
            kept,
            gone,
            routes,
        }
    }
}

impl Former {
    /// What runs no longer as it did.
    pub fn of(one: &Instance) -> Self {
        let ports = one.run.iter().flat_map(|run| &run.ports);
        Self {
            id: one.id.clone(),
            component: one.component.clone(),
            device: one.device.clone(),
            variant: Some(one.variant.clone()),
            claims: one.claims.clone(),
            sockets: ports.map(Port::socket).collect(),
        }
    }
}
