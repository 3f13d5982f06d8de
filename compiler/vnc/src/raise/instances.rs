//! What runs where.

use vn_analysis::{Choice, Slot, SlotRole, Software};
use vn_plan::{Custody, Health, Instance, Port, Protocol, Resources, Role, Run};
use vn_problem::CandidateId;

use super::{Raise, clones, devices};
use crate::lower::{self, consumables, round};

/// All open candidates.
pub fn instances(from: &Raise<'_>) -> Vec<Instance> {
    let loads = from.loads();
    from.open()
        .filter_map(|id| {
            let (slot, choice) = from.choice(id)?;
            let load = loads.get(&id).map_or(0, |load| load.0 / from.times(id));
            instance(from, id, slot, choice, load)
        })
        .collect()
}

/// An instance that need not be open; nobody asks it.
pub fn of_candidate(from: &Raise<'_>, id: CandidateId) -> Option<Instance> {
    let (slot, choice) = from.choice(id)?;
    instance(from, id, slot, choice, 0)
}

fn instance(
    from: &Raise<'_>,
    id: CandidateId,
    slot: &Slot,
    choice: &Choice,
    load_ureqs: u64,
) -> Option<Instance> {
    let candidate = from.alone(id)?;
    let service = slot.role == SlotRole::Service;
    Some(Instance {
        id: from.instance_id(id),
        component: slot.name.clone(),
        role: if service { Role::Service } else { Role::Client },
        device: from.device_id(candidate.device),
        copy: u64::from(choice.copy) + 1,
        variant: slot
            .variants
            .get(choice.variant as usize)
            .cloned()
            .unwrap_or_default(),
        roles: choice.roles.clone(),
        run: run(&choice.software).filter(|_| service),
        claims: Resources {
            own_thousandths: devices::own(&choice.claims, consumables::claim),
            ..claims(&candidate.claim)
        },
        demand_ureqs: if service {
            0
        } else {
            round::load(&slot.demand).0
        },
        load_ureqs,
        capacity_ureqs: candidate.capacity.map(|load| load.0),
        connections: candidate.connections,
        service_time_us: candidate.service_time.0,
        quality_loss: candidate.quality,
        meets_recommended: choice.meets_recommended,
        power_mw: candidate.power.0,
        cost_micro_per_month: candidate.cost.0,
        truth: from.holds_truth(id),
        custody: custody(from, id, slot, choice),
        buffer_bytes: from.lowered.rooms.get(id.index()).copied().unwrap_or(0),
        clone: service.then(|| clones::clone_of(from, id, choice)),
        licence: choice.software.licence.clone(),
    })
}

/// What an instance is to the truth, where instances differ in that.
fn custody(from: &Raise<'_>, id: CandidateId, slot: &Slot, choice: &Choice) -> Option<Custody> {
    let rules = lower::custody::custody(slot);
    if lower::custody::span(slot).is_none() || (rules.holders == 1 && !rules.standby) {
        return None;
    }
    let stands_by = slot.standby.as_ref();
    let stands_by = stands_by.is_some_and(|on| on.devices.contains(&choice.device));
    Some(match (from.holds_truth(id), rules.holders) {
        (true, 1) => Custody::Truth,
        (true, _) => Custody::Voter,
        (false, _) if stands_by && choice.standby => Custody::Standby,
        (false, _) => Custody::Clone,
    })
}

/// INVARIANT: the planner's claims are in the order of [`crate::lower::RESOURCES`].
fn claims(claim: &[u64]) -> Resources {
    let at = |resource: usize| claim.get(resource).copied().unwrap_or(0);
    Resources {
        cpu_mcores: at(0),
        memory_bytes: at(1),
        disk_bytes: at(2),
        vram_bytes: at(3),
        ..Resources::default()
    }
}

fn run(software: &Software) -> Option<Run> {
    software.image.as_ref()?;
    Some(Run {
        image: software.image.clone(),
        command: software.command.clone(),
        environment: software.environment.clone(),
        ports: software.ports.iter().map(port).collect(),
        health: software.health.as_ref().map(health),
        init: software.init.clone(),
        stop: software.stop.clone(),
        data: software.data.clone(),
        gpu: software.gpu,
    })
}

/// A port of a variant, as the plan has it.
pub fn port(port: &vn_analysis::Port) -> Port {
    let protocol = match port.protocol.as_str() {
        "http" => Protocol::Http,
        "ws" => Protocol::Ws,
        "udp" => Protocol::Udp,
        _ => Protocol::Tcp,
    };
    Port {
        name: port.name.clone(),
        protocol,
        container: port.container,
        published: port.published,
    }
}

fn health(health: &vn_analysis::Health) -> Health {
    match health {
        vn_analysis::Health::Command(words) => Health::Command(words.clone()),
        vn_analysis::Health::Http(path) => Health::Http(path.clone()),
        vn_analysis::Health::Tcp => Health::Tcp,
    }
}
