//! Machines that may be bought or rented: each is a component of its own that runs on itself or not at
//! all, and whatever runs there brings it along. So its price and its idle watts count once, however
//! much it holds.

use std::collections::BTreeMap;

use vn_analysis::{Composition, DeviceIx, SlotIx};
use vn_problem::{
    Candidate, CandidateId, Component, ComponentId, MicroMoney, MilliWatts, Requirement,
    RequirementKind,
};
use vn_syntax::{FileId, Span};

use super::{Causes, device, id, round};

/// A machine that may be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Which.
    pub device: DeviceIx,
    /// The component that stands for it, behind those of the program.
    pub component: ComponentId,
    /// Its only candidate, behind those of the program: open where it is bought.
    pub candidate: CandidateId,
    /// What it costs a month.
    pub cost: MicroMoney,
    /// What it draws at rest.
    pub power: MilliWatts,
}

/// The machines of all offers; `choices` are the candidates of the program.
pub fn machines(composition: &Composition, choices: &[(SlotIx, usize)]) -> Vec<Machine> {
    let devices = composition.devices.iter().enumerate();
    let offered = devices.filter(|(_, device)| device.offer.is_some());
    let numbered = offered.enumerate();
    numbered
        .map(|(number, (at, device))| Machine {
            device: DeviceIx(id(at)),
            component: ComponentId(id(composition.slots.len() + number)),
            candidate: CandidateId(id(choices.len() + number)),
            cost: round::money(&device.cost_per_month),
            power: round::watts(&device.idle_power),
        })
        .collect()
}

/// The components that stand for them, and the candidates.
pub(super) fn rows(
    composition: &Composition,
    machines: &[Machine],
    causes: &mut Causes,
) -> (Vec<Component>, Vec<Candidate>) {
    let component = |machine: &Machine| Component {
        may_be_absent: true,
        ..Component::service(causes.of(line(composition, machine)))
    };
    let components = machines.iter().map(component).collect();
    let candidate = |machine: &Machine| Candidate {
        power: machine.power,
        cost: machine.cost,
        ..Candidate::silent(machine.component, device(machine.device), 0)
    };
    (components, machines.iter().map(candidate).collect())
}

/// Whether nothing tells two machines apart: then they are bought in order, which leaves out no plan
/// that another is not the equal of.
fn alike(composition: &Composition, one: &Machine, other: &Machine) -> bool {
    let row = |machine: &Machine| {
        let row = composition.devices.get(machine.device.0 as usize)?;
        Some((row.offer.as_ref()?.row, row.site_ix))
    };
    row(one) == row(other)
}

/// What runs on a machine brings it along, and of each offer at least so many are bought.
pub(super) fn requirements(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    causes: &mut Causes,
) -> Vec<Requirement> {
    let machines = machines(composition, choices);
    let mut on: BTreeMap<DeviceIx, Vec<CandidateId>> = BTreeMap::new();
    for (at, (slot, option)) in choices.iter().enumerate() {
        let slot = composition.slots.get(slot.0 as usize);
        if let Some(choice) = slot.and_then(|slot| slot.options.get(*option)) {
            on.entry(choice.device)
                .or_default()
                .push(CandidateId(id(at)));
        }
    }
    let mut requirements = Vec::new();
    for machine in &machines {
        if let Some(here) = on.remove(&machine.device) {
            requirements.push(Requirement {
                kind: RequirementKind::Implies {
                    when: Some(here),
                    any: vec![machine.candidate],
                },
                cause: causes.of(line(composition, machine)),
            });
        }
    }
    for (machine, next) in machines.iter().zip(machines.iter().skip(1)) {
        if alike(composition, machine, next) {
            requirements.push(Requirement {
                kind: RequirementKind::Implies {
                    when: Some(vec![next.candidate]),
                    any: vec![machine.candidate],
                },
                cause: causes.of(line(composition, next)),
            });
        }
    }
    for (least, machines) in wanted(composition, &machines) {
        if let Some(first) = machines.first() {
            requirements.push(Requirement {
                kind: RequirementKind::Linear {
                    terms: machines.iter().map(|one| (one.candidate, 1)).collect(),
                    at_least: i64::try_from(least).unwrap_or(i64::MAX),
                    unless_none: None,
                },
                cause: causes.of(line(composition, first)),
            });
        }
    }
    requirements
}

/// The machines of each offer of which some are bought in any case, and how many.
pub fn wanted(composition: &Composition, machines: &[Machine]) -> Vec<(u64, Vec<Machine>)> {
    let mut offers: BTreeMap<(&str, &str), (u64, Vec<Machine>)> = BTreeMap::new();
    for machine in machines {
        let Some(row) = composition.devices.get(machine.device.0 as usize) else {
            continue;
        };
        let least = row.offer.as_ref().map_or(0, |offer| offer.min);
        if least > 0 {
            let offer = offers.entry((&row.site, &row.class)).or_default();
            offer.0 = least;
            offer.1.push(*machine);
        }
    }
    offers.into_values().collect()
}

/// The line of the offer.
fn line(composition: &Composition, machine: &Machine) -> Span {
    let row = composition.devices.get(machine.device.0 as usize);
    row.map_or(NOWHERE, |row| row.span)
}

/// INVARIANT: a machine is a device of its composition, so that this is never told.
const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};
