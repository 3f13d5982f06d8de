//! The best plan for a known set of instances.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, CloneMode, ComponentId};

use crate::{
    flow,
    found::{Cutoff, Found},
    level::Level,
    meter::Meter,
    model::Model,
    outcome::Limit,
    quality::Ranges,
    site::{Pins, Site},
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

/// Every way to choose truths that could make a difference, in declared order.
fn truths(
    model: &Model<'_>,
    open: &[CandidateId],
    pins: &Pins,
) -> Vec<BTreeMap<ComponentId, CandidateId>> {
    let problem = model.problem;
    let mut ways = vec![BTreeMap::new()];
    for component in problem
        .component_ids()
        .filter(|&component| model.truth[component])
    {
        let of = |id: &&CandidateId| problem[**id].component == component;
        if problem[component].may_be_absent && !open.iter().any(|id| of(&id)) {
            continue;
        }
        let lazy = open
            .iter()
            .filter(of)
            .any(|&id| problem[id].clone == CloneMode::Lazy);
        let matters = lazy || model.weights.clone_bytes != Level::ZERO;
        let pin = pins.truths.get(&component);
        let mut holders: Vec<CandidateId> = open
            .iter()
            .filter(of)
            .copied()
            .filter(|&id| problem[id].truth && pin.is_none_or(|&pin| pin == id))
            .collect();
        if !matters {
            holders.truncate(1);
        }
        ways = ways
            .iter()
            .flat_map(|way| {
                holders
                    .iter()
                    .map(move |&holder| with(way, component, holder))
            })
            .collect();
    }
    ways
}

fn with(
    way: &BTreeMap<ComponentId, CandidateId>,
    component: ComponentId,
    holder: CandidateId,
) -> BTreeMap<ComponentId, CandidateId> {
    let mut way = way.clone();
    way.insert(component, holder);
    way
}
