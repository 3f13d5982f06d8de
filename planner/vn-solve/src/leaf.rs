//! The best plan for a known set of instances.

use vn_problem::{CandidateId, CloneMode, ComponentId};

use crate::{
    flow,
    found::{Cutoff, Found},
    level::Level,
    meter::Meter,
    model::Model,
    outcome::Limit,
    quality::Ranges,
    site::{Pins, Site, Truths},
};

/// The best truths and heads that the cutoff admits.
pub fn complete(
    model: &Model<'_>,
    open: &[CandidateId],
    pins: &Pins,
    mut cutoff: Cutoff,
    meter: &mut Meter<'_>,
) -> Result<Option<Found>, Limit> {
    let mut best = None;
    for truths in truths(model, open, pins) {
        if !boots(model, open, &truths) {
            continue;
        }
        let Some(site) = Site::of(model, open, truths, pins) else {
            continue;
        };
        let ranges = Ranges::of(&site);
        let end = heads(&site, &ranges, cutoff, meter);
        if let Some(found) = meter.forgive(end)? {
            cutoff = Cutoff::Below(found.level);
            best = Some(found);
        }
    }
    Ok(best)
}

/// The best heads, branching on quality first where the cheapest heads are not the best ones.
fn heads(
    site: &Site<'_>,
    ranges: &Ranges,
    cutoff: Cutoff,
    meter: &mut Meter<'_>,
) -> Result<Option<Found>, Limit> {
    let Some((offers, bound)) = flow::offers(site, ranges) else {
        return Ok(None);
    };
    if !cutoff.admits(bound) {
        return Ok(None);
    }
    let cheapest: Vec<Option<CandidateId>> = offers
        .iter()
        .map(|offers| offers.first().and_then(|offer| offer.server))
        .collect();
    let counts = site.model.weights.quality != Level::ZERO;
    let Some((held, over)) = ranges.split(site, &cheapest).filter(|_| counts) else {
        return flow::route(site, ranges, cutoff, meter);
    };
    meter.node()?;
    let first = heads(site, &held, cutoff, meter)?;
    let cutoff = first
        .as_ref()
        .map_or(cutoff, |found| Cutoff::Below(found.level));
    let second = heads(site, &over, cutoff, meter);
    Ok(meter.forgive(second)?.or(first))
}

/// Whether no more is fetched at boot than may be.
fn boots(model: &Model<'_>, open: &[CandidateId], truths: &Truths) -> bool {
    let holds = |id: CandidateId| truths.values().any(|ids| ids.contains(&id));
    let mut rows = model.problem.arrivals();
    rows.all(|row| row.check(model.problem, open, holds).is_ok())
}

/// Every way to choose truths that could make a difference, in declared order.
fn truths(model: &Model<'_>, open: &[CandidateId], pins: &Pins) -> Vec<Truths> {
    let problem = model.problem;
    let mut ways = vec![Truths::new()];
    for component in problem
        .component_ids()
        .filter(|&component| model.truth[component])
    {
        let here = open
            .iter()
            .copied()
            .filter(|&id| problem[id].component == component);
        let here: Vec<CandidateId> = here.collect();
        if problem[component].may_be_absent && here.is_empty() {
            continue;
        }
        let lazy = here.iter().any(|&id| problem[id].clone == CloneMode::Lazy);
        let written = problem
            .needs
            .iter()
            .any(|need| need.write && need.server == component);
        let fetched = model.problem.arrivals().next().is_some();
        let matters = lazy || written || fetched || model.weights.clone_bytes != Level::ZERO;
        let mut holders = holders(model, component, &here);
        if let Some(pin) = pins.truths.get(&component) {
            holders.retain(|ids| ids == pin);
        }
        if !matters {
            holders.truncate(1);
        }
        ways = ways
            .iter()
            .flat_map(|way| {
                holders
                    .iter()
                    .map(move |holders| with(way, component, holders))
            })
            .collect();
    }
    ways
}

/// Every set of instances that may hold a truth and leaves somebody to stand by, in declared order.
pub fn holders(
    model: &Model<'_>,
    component: ComponentId,
    here: &[CandidateId],
) -> Vec<Vec<CandidateId>> {
    let problem = model.problem;
    let custody = problem[component].custody;
    let may = here.iter().copied().filter(|&id| problem[id].truth);
    let mut sets = of_size(&may.collect::<Vec<_>>(), custody.holders);
    if custody.standby {
        let stands_by =
            |ids: &[CandidateId], id: &CandidateId| problem[*id].standby && !ids.contains(id);
        sets.retain(|ids| here.iter().any(|id| stands_by(ids, id)));
    }
    sets
}

/// The subsets of a size, each in order, in lexicographic order.
fn of_size(ids: &[CandidateId], size: u64) -> Vec<Vec<CandidateId>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let Some((first, rest)) = ids.split_first() else {
        return Vec::new();
    };
    let mut sets = of_size(rest, size - 1);
    for set in &mut sets {
        set.insert(0, *first);
    }
    sets.extend(of_size(rest, size));
    sets
}

fn with(way: &Truths, component: ComponentId, holders: &[CandidateId]) -> Truths {
    let mut way = way.clone();
    way.insert(component, holders.to_vec());
    way
}
