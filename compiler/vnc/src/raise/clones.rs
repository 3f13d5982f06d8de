//! From whom an instance takes its bytes.

use num_traits::Signed as _;
use vn_analysis::{Choice, DeviceIx, Relation};
use vn_plan::{CloneMode, CloneSource, CloneSpec};
use vn_problem::CandidateId;

use super::Raise;
use crate::lower::{fetch, round, routes};

/// How the bytes of one instance arrive. The truth takes them from nobody; without a truth the first
/// eager instance in declared order is where the others start from.
pub fn clone_of(from: &Raise<'_>, id: CandidateId, choice: &Choice) -> CloneSpec {
    let eager = from.holds_truth(id) || choice.clone == vn_analysis::CloneMode::Eager;
    let sources = if origin(from, id) == Some(id) && from.times(id) == 1 {
        Vec::new()
    } else {
        sources(from, id, choice)
    };
    CloneSpec {
        mode: if eager {
            CloneMode::Eager
        } else {
            CloneMode::Lazy
        },
        bytes: round::up(&choice.dataset),
        sources,
    }
}

fn siblings(from: &Raise<'_>, id: CandidateId) -> Vec<CandidateId> {
    let component = |id| from.candidate(id).map(|candidate| candidate.component);
    from.open()
        .filter(|&other| component(other) == component(id))
        .collect()
}

fn is_eager(from: &Raise<'_>, id: CandidateId) -> bool {
    let eager = |(_, choice): (_, &Choice)| choice.clone == vn_analysis::CloneMode::Eager;
    from.holds_truth(id) || from.choice(id).is_some_and(eager)
}

fn origin(from: &Raise<'_>, id: CandidateId) -> Option<CandidateId> {
    let siblings = siblings(from, id);
    let truth = siblings
        .iter()
        .copied()
        .find(|&other| from.holds_truth(other));
    truth.or_else(|| siblings.into_iter().find(|&other| is_eager(from, other)))
}

/// Eager siblings, for a lazy instance as `fetch` says, then nearest first; among equals in declared order.
fn sources(from: &Raise<'_>, id: CandidateId, choice: &Choice) -> Vec<CloneSource> {
    let lazy = !is_eager(from, id);
    let mut sources: Vec<(CandidateId, CloneSource)> = siblings(from, id)
        .into_iter()
        .filter(|&other| other != id && is_eager(from, other))
        .filter_map(|other| Some((other, source(from, other, choice, lazy)?)))
        .collect();
    if !lazy {
        let others = others(from, id, choice);
        sources.extend(others.map(|source| (id, source)));
    }
    sources.sort_by_key(|(other, source)| (source.tier, source.rtt_us, *other));
    sources.into_iter().map(|(_, source)| source).collect()
}

/// The others that a row stands for: those in other sites, else those beside it.
fn others(from: &Raise<'_>, id: CandidateId, choice: &Choice) -> Option<CloneSource> {
    let device = from.composition.devices.get(choice.device.0 as usize)?;
    let relation = match (device.sites.count(), device.numbers.count()) {
        (2.., _) => Relation::Apart,
        (_, 2..) => Relation::Beside,
        (0 | 1, 0 | 1) => return None,
    };
    let paths = &from.composition.paths;
    let path = paths.get(choice.device, choice.device, relation)?;
    let bandwidth = path.bandwidth.as_ref().filter(|rate| rate.is_positive());
    let transfer = bandwidth.map(|rate| &choice.dataset / rate + &path.rtt);
    Some(CloneSource {
        instance: from.instance_id(id),
        rtt_us: round::duration(&path.rtt).0,
        transfer_us: transfer.map(|seconds| round::duration(&seconds).0),
        tier: 0,
    })
}

fn source(
    from: &Raise<'_>,
    other: CandidateId,
    choice: &Choice,
    lazy: bool,
) -> Option<CloneSource> {
    let other_row = from.candidate(other)?;
    let at = DeviceIx(other_row.device.0);
    let slot = from.composition.slots.get(other_row.component.index())?;
    let tier = if lazy {
        fetch::tier(from.composition, slot, at, choice.device)?
    } else {
        0
    };
    let transfer = routes::transfer(from.composition, &choice.dataset, at, choice.device);
    Some(CloneSource {
        instance: from.instance_id(other),
        rtt_us: routes::rtt(from.composition, at, choice.device)?.0,
        transfer_us: transfer.map(|seconds| round::duration(&seconds).0),
        tier: u64::try_from(tier).unwrap_or(u64::MAX),
    })
}
