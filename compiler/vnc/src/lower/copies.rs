//! Several instances of a service on one device.

use std::collections::BTreeMap;

use vn_analysis::Slot;
use vn_problem::{CandidateId, ComponentId, DeviceId, Problem, Requirement, RequirementKind};

/// Lets each copy but the first wait for the one before it: nothing tells copies apart, so that no plan is
/// lost. What ran before does tell them apart: there none waits.
pub(super) fn in_order(problem: &mut Problem) {
    if problem.earlier.is_some() {
        return;
    }
    let mut places: BTreeMap<(ComponentId, DeviceId, u32), Vec<CandidateId>> = BTreeMap::new();
    for (id, row) in problem.candidate_ids().zip(&problem.candidates) {
        let place = (row.component, row.device, row.copy);
        places.entry(place).or_default().push(id);
    }
    for ((component, device, copy), later) in &places {
        let before = copy.checked_sub(1);
        let before = before.and_then(|copy| places.get(&(*component, *device, copy)));
        let Some(earlier) = before else { continue };
        let cause = problem[*component].cause;
        problem.requirements.push(Requirement {
            kind: RequirementKind::Implies {
                when: Some(later.clone()),
                any: earlier.clone(),
            },
            cause,
        });
    }
}

/// `kv@nuc`, and of further ones `kv@nuc#2`.
pub fn instance_id(slot: &Slot, device: &str, copy: u32) -> String {
    let name = &slot.name;
    match copy {
        0 => format!("{name}@{device}"),
        further => format!("{name}@{device}#{}", u64::from(further) + 1),
    }
}
