//! A port of a device is had once: where several instances would publish the same one, it becomes a
//! resource of capacity one, so that the planner never puts them together.

use std::collections::{BTreeMap, BTreeSet};

use vn_analysis::{Composition, SlotIx};
use vn_plan::Socket;
use vn_problem::Problem;

use crate::raise;

/// Adds one resource per port that options of different slots, or copies of one, publish; says which.
pub fn contest(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    problem: &mut Problem,
) -> Vec<Socket> {
    let mut wanted: BTreeMap<Socket, BTreeSet<(SlotIx, u32)>> = BTreeMap::new();
    for (&(slot, option), row) in choices.iter().zip(&problem.candidates) {
        for port in published(composition, slot, option) {
            wanted.entry(port).or_default().insert((slot, row.copy));
        }
    }
    let contested = wanted.into_iter().filter(|(_, by)| by.len() > 1);
    let contested: Vec<Socket> = contested.map(|(port, _)| port).collect();
    problem.resources += contested.len();
    for device in &mut problem.devices {
        device.capacity.extend(contested.iter().map(|_| 1));
    }
    for (candidate, &(slot, option)) in problem.candidates.iter_mut().zip(choices) {
        let own = published(composition, slot, option);
        candidate
            .claim
            .extend(contested.iter().map(|port| u64::from(own.contains(port))));
    }
    contested
}

fn published(composition: &Composition, slot: SlotIx, option: usize) -> BTreeSet<Socket> {
    let slot = composition.slots.get(slot.0 as usize);
    let choice = slot.and_then(|slot| slot.options.get(option));
    let ports = choice.into_iter().flat_map(|choice| &choice.software.ports);
    ports.map(|port| raise::port(port).socket()).collect()
}
