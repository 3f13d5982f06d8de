//! `fetch …`: whom lazy bytes come from.

use std::collections::BTreeMap;

use vn_analysis::{Choice, CloneMode, Composition, DeviceIx, Slot, SlotIx};
use vn_problem::{CandidateId, RequirementKind};

use super::bonds::Options;
use super::{round, routes};

/// How far down the order of a service its bytes on one device are, for a lazy instance on the other; 0
/// where it has no order, `None` where they are not to be taken.
pub fn tier(composition: &Composition, slot: &Slot, from: DeviceIx, to: DeviceIx) -> Option<usize> {
    let Some(fetch) = &slot.fetch else {
        return Some(0);
    };
    let rtt = routes::rtt(composition, from, to)?;
    fetch.tier(from, composition.relation(to, from), |within| {
        rtt <= round::budget(within)
    })
}

/// Who is lazy has somebody in the order to take its bytes from.
pub fn bonds(slot: SlotIx, options: Options<'_>) -> Vec<RequirementKind> {
    let composition = options.composition;
    let Some(row) = composition.slots.get(slot.0 as usize) else {
        return Vec::new();
    };
    if row.fetch.is_none() {
        return Vec::new();
    }
    let all = || options.of(slot);
    let mut by_sources: BTreeMap<Vec<CandidateId>, Vec<CandidateId>> = BTreeMap::new();
    for (id, lazy) in all().filter(|(_, choice)| !is_eager(choice)) {
        let eager = all().filter(|(_, choice)| is_eager(choice));
        let sources = eager
            .filter(|(_, choice)| tier(composition, row, choice.device, lazy.device).is_some());
        let sources = sources.map(|(id, _)| id).collect();
        by_sources.entry(sources).or_default().push(id);
    }
    let rows = by_sources.into_iter();
    rows.map(|(any, when)| RequirementKind::Implies {
        when: Some(when),
        any,
    })
    .collect()
}

/// Whether something that is lazy may hold the truth: then it has its bytes, and which of the others have
/// theirs is not decided by what is open alone.
pub fn may_turn_eager(slot: &Slot) -> bool {
    let mut options = slot.options.iter();
    options.any(|choice| choice.truth && !is_eager(choice))
}

fn is_eager(choice: &Choice) -> bool {
    choice.clone == CloneMode::Eager
}
