//! Slots and their options.

use vn_analysis::{Choice, Composition, Resources, Slot, SlotIx, SlotRole};
use vn_problem::{Candidate, CloneMode, Component, ComponentId, MicroMoney, Role};

use super::{Causes, bonds, custody, device, id, round};

/// Services and clients.
pub fn components(composition: &Composition, causes: &mut Causes) -> Vec<Component> {
    let one = |(at, slot): (usize, &Slot)| Component {
        role: match slot.role {
            SlotRole::Service => Role::Service,
            SlotRole::Client => Role::Client,
        },
        on: slot.on.iter().copied().map(device).collect(),
        demand: round::load(&slot.demand),
        absent_quality: slot.variants.len() as u64,
        custody: custody::custody(slot),
        may_be_absent: bonds::may_be_absent(composition, SlotIx(id(at))),
        cause: causes.of(slot.span),
    };
    composition.slots.iter().enumerate().map(one).collect()
}

/// All options of all slots in declared order, and where each comes from.
pub fn candidates(composition: &Composition) -> (Vec<Candidate>, Vec<(SlotIx, usize)>) {
    let mut candidates = Vec::new();
    let mut choices = Vec::new();
    for (at, slot) in composition.slots.iter().enumerate() {
        let below_recommended = u64::from(slot.preference.is_generous());
        for (position, choice) in slot.options.iter().enumerate() {
            let cost = cost(composition, choice);
            let row = candidate(ComponentId(id(at)), choice, below_recommended);
            candidates.push(Candidate { cost, ..row });
            choices.push((SlotIx(id(at)), position));
        }
    }
    (candidates, choices)
}

fn candidate(component: ComponentId, choice: &Choice, below_recommended: u64) -> Candidate {
    let size = if choice.meets_recommended {
        0
    } else {
        below_recommended
    };
    Candidate {
        component,
        device: device(choice.device),
        copy: choice.copy,
        variant: choice.variant,
        claim: claim(&choice.claims),
        footprint: round::up(&choice.claims.memory),
        capacity: choice.capacity.as_ref().map(round::throughput),
        connections: choice.connections,
        service_time: round::duration(&choice.service_time),
        quality: u64::from(choice.rank) + size,
        power: round::watts(&choice.power),
        cost: round::money(&choice.cost_per_month),
        clone_bytes: round::up(&choice.dataset),
        clone: match choice.clone {
            vn_analysis::CloneMode::Eager => CloneMode::Eager,
            vn_analysis::CloneMode::Lazy | vn_analysis::CloneMode::OnDemand => CloneMode::Lazy,
        },
        truth: choice.truth,
        standby: choice.standby,
    }
}

/// What an instance costs per month: by itself, and by what it uses of a device that is metered.
pub fn cost(composition: &Composition, choice: &Choice) -> MicroMoney {
    let device = composition.devices.get(choice.device.0 as usize);
    let used = device.map(|device| {
        let (per, claims) = (&device.metered, &choice.claims);
        &per.cpu * &claims.cpu + &per.memory * &claims.memory + &per.disk * &claims.disk
    });
    round::money(&(&choice.cost_per_month + used.unwrap_or_default()))
}

/// What an instance claims, in the order of [`super::RESOURCES`].
pub fn claim(needs: &Resources) -> Vec<u64> {
    vec![
        round::up_by(&needs.cpu, 1_000),
        round::up(&needs.memory),
        round::up(&needs.disk),
        round::up(&needs.vram),
    ]
}

/// What a device offers, in the order of [`super::RESOURCES`].
pub fn capacity(has: &Resources) -> Vec<u64> {
    vec![
        round::down_by(&has.cpu, 1_000),
        round::down(&has.memory),
        round::down(&has.disk),
        round::down(&has.vram),
    ]
}
