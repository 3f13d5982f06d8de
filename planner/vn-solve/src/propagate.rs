//! What follows from what is known, until nothing more does.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, ComponentId, DeviceId, Problem, RequirementKind, TotalMetric};

use crate::{
    bond::{exclude, implies, weigh},
    clause::{Clause, When},
    copies,
    model::Model,
    own,
    presence::{DeadEnd, Presence},
    symmetry,
    table::{GroupId, Table},
    throughput::serve,
};

/// Applies all rules until a fixed point.
pub fn propagate(model: &Model<'_>, presence: &mut Presence) -> Result<(), DeadEnd> {
    loop {
        let before = presence.changes();
        place_once(model, presence)?;
        for rush in &model.rushes {
            serve(model, presence, rush)?;
        }
        for device in model.problem.device_ids() {
            stock(model, presence, device)?;
        }
        for resource in 0..model.problem.resources {
            sum_up(model, presence, resource)?;
        }
        for row in &model.problem.requirements {
            require(model, presence, &row.kind)?;
        }
        symmetry::order(model, presence)?;
        if presence.changes() == before {
            return Ok(());
        }
    }
}

/// What counts and needs alone settle, resources and totals left aside: where things must stand and
/// where they can, however large the devices are.
pub fn place(model: &Model<'_>, presence: &mut Presence) -> Result<(), DeadEnd> {
    loop {
        let before = presence.changes();
        place_once(model, presence)?;
        for group in model.groups.keys() {
            let mut trial = presence.clone();
            let open = presence.is_undecided(group);
            if open
                && trial
                    .demand(model, group)
                    .and_then(|()| place_once(model, &mut trial))
                    .is_err()
            {
                presence.vacate(model, group)?;
                place_once(model, presence)?;
            }
        }
        if presence.changes() == before {
            return Ok(());
        }
    }
}

fn place_once(model: &Model<'_>, presence: &mut Presence) -> Result<(), DeadEnd> {
    loop {
        let before = presence.changes();
        for component in model.problem.component_ids() {
            count(model, presence, component)?;
        }
        for clause in &model.clauses {
            apply(model, presence, clause)?;
        }
        copies::keep(model, presence)?;
        if presence.changes() == before {
            return Ok(());
        }
    }
}

/// Instances between `min` and `max`; on each of its devices a client is present.
fn count(
    model: &Model<'_>,
    presence: &mut Presence,
    component: ComponentId,
) -> Result<(), DeadEnd> {
    let bounds = model.count[component];
    let present = presence.present(model, component).count() as u64;
    let undecided: Vec<GroupId> = presence.undecided(model, component).collect();
    let possible = present + undecided.len() as u64;
    let min = if present > 0 {
        bounds.min.max(bounds.if_any)
    } else {
        bounds.min
    };
    if present > bounds.max || possible < min {
        return Err(DeadEnd);
    }
    if present == 0 && possible < bounds.if_any {
        for group in undecided {
            presence.vacate(model, group)?;
        }
        return Ok(());
    }
    if possible == min {
        for group in undecided {
            presence.demand(model, group)?;
        }
    } else if present == bounds.max {
        for group in undecided {
            presence.vacate(model, group)?;
        }
    } else if present + 1 == bounds.max {
        last_one(model, presence, component, undecided)?;
    }
    Ok(())
}

/// Where only one more may come, it must meet every clause that is still unmet.
fn last_one(
    model: &Model<'_>,
    presence: &mut Presence,
    component: ComponentId,
    undecided: Vec<GroupId>,
) -> Result<(), DeadEnd> {
    let unmet: Vec<&Clause> = model.unmet(presence, component).collect();
    let meets = |group: GroupId, clause: &Clause| {
        let mut members = presence.members(model, group);
        members
            .any(|id| clause.any.binary_search(&id).is_ok() && clause.admits(model, presence, id))
    };
    let useless: Vec<GroupId> = undecided
        .into_iter()
        .filter(|&group| !unmet.iter().all(|clause| meets(group, clause)))
        .collect();
    for group in useless {
        presence.vacate(model, group)?;
    }
    Ok(())
}

/// Takes out at the root what leads nowhere by itself: tries each question both ways once more
/// whenever an answer was settled.
pub fn probe(model: &Model<'_>, root: &mut Presence) -> Result<(), DeadEnd> {
    loop {
        let before = root.changes();
        propagate(model, root)?;
        for id in model.problem.candidate_ids() {
            if root.is_open(id) || !root.is_possible(id) {
                continue;
            }
            let mut trial = root.clone();
            if trial
                .open(model, id)
                .and_then(|()| propagate(model, &mut trial))
                .is_err()
            {
                root.close(model, id)?;
                propagate(model, root)?;
            }
        }
        if root.changes() == before {
            return Ok(());
        }
    }
}

fn apply(model: &Model<'_>, presence: &mut Presence, clause: &Clause) -> Result<(), DeadEnd> {
    let mut possible = clause
        .any
        .iter()
        .copied()
        .filter(|&id| clause.admits(model, presence, id));
    let Some(first) = possible.next() else {
        return match clause.when {
            When::Always => Err(DeadEnd),
            When::Group(group) => presence.vacate(model, group),
            When::Candidate(id) => presence.close(model, id),
        };
    };
    let holds = match clause.when {
        When::Always => true,
        When::Group(group) => presence.is_present(group),
        When::Candidate(id) => presence.is_open(id),
    };
    if !holds || presence.is_open(first) {
        return Ok(());
    }
    let group = model.group_of[first];
    let Some(second) = possible.next() else {
        return presence.open(model, first);
    };
    if model.group_of[second] != group || possible.any(|id| model.group_of[id] != group) {
        return Ok(());
    }
    presence.demand(model, group)?;
    // The other variants of that group would not do.
    let others: Vec<CandidateId> = presence.members(model, group).collect();
    for other in others {
        if clause.any.binary_search(&other).is_err() || !clause.admits(model, presence, other) {
            presence.close(model, other)?;
        }
    }
    Ok(())
}

/// What must be on a device claims at least its cheapest; what does not fit beside it is closed.
fn stock(model: &Model<'_>, presence: &mut Presence, device: DeviceId) -> Result<(), DeadEnd> {
    for (resource, &capacity) in model.problem[device].capacity.iter().enumerate() {
        let groups = &model.on_device[device];
        let least = |presence: &Presence, group: GroupId| {
            let claims = presence
                .members(model, group)
                .map(|id| claim(model.problem, id, resource));
            claims.min().unwrap_or(0)
        };
        let taken: u128 = groups
            .iter()
            .filter(|&&group| presence.is_present(group))
            .map(|&group| u128::from(least(presence, group)))
            .sum();
        if taken > u128::from(capacity) {
            return Err(DeadEnd);
        }
        for &group in groups {
            let own = if presence.is_present(group) {
                least(presence, group)
            } else {
                0
            };
            let others = taken.saturating_sub(u128::from(own));
            let heavy = |id: &CandidateId| {
                others + u128::from(claim(model.problem, *id, resource)) > u128::from(capacity)
            };
            let late: Vec<CandidateId> = presence.members(model, group).filter(heavy).collect();
            for id in late {
                presence.close(model, id)?;
            }
        }
    }
    Ok(())
}

/// All devices together have what all components claim at least.
fn sum_up(model: &Model<'_>, presence: &Presence, resource: usize) -> Result<(), DeadEnd> {
    let least = |group: GroupId| {
        let claims = presence
            .members(model, group)
            .map(|id| claim(model.problem, id, resource));
        u128::from(claims.min().unwrap_or(0))
    };
    let mut taken: u128 = 0;
    for component in model.problem.component_ids() {
        taken += presence.present(model, component).map(least).sum::<u128>();
        taken += missing(model, presence, component, least);
    }
    (taken <= model.stock(resource))
        .then_some(())
        .ok_or(DeadEnd)
}

/// What a candidate claims of one resource.
pub fn claim(problem: &Problem, id: CandidateId, resource: usize) -> u64 {
    problem[id].claim.get(resource).copied().unwrap_or(0)
}

fn require(
    model: &Model<'_>,
    presence: &mut Presence,
    kind: &RequirementKind,
) -> Result<(), DeadEnd> {
    match kind {
        // Counts are merged, truths and failures are clauses.
        // What is fetched is known with the truths only, at a leaf.
        RequirementKind::Count { .. }
        | RequirementKind::Truth { .. }
        | RequirementKind::Arrivals(_)
        | RequirementKind::Survive { .. } => Ok(()),
        RequirementKind::Spread {
            component,
            domain,
            m,
        } => {
            let domain: Table<DeviceId, u32> = domain.clone().into();
            spread(model, presence, *component, &domain, *m)
        }
        RequirementKind::Uniform { component, devices } => {
            let groups: Vec<GroupId> = model.of_component[*component]
                .iter()
                .copied()
                .filter(|&group| devices.contains(&model.groups[group].device))
                .collect();
            uniform(model, presence, &groups)
        }
        RequirementKind::Implies { when, any } => implies(model, presence, when.as_deref(), any),
        RequirementKind::Exclusive { sets } => exclude(model, presence, sets),
        RequirementKind::Linear {
            terms,
            at_least,
            unless_none,
        } => weigh(model, presence, (terms, *at_least), unless_none.as_deref()),
        RequirementKind::AtMost { measure, amount } => {
            let row = model.problem.measure(*measure).ok_or(DeadEnd)?;
            let least = own::amount(model, presence, row);
            (least <= i128::from(*amount)).then_some(()).ok_or(DeadEnd)
        }
        RequirementKind::Total {
            metric,
            at_most,
            fixed,
        } => {
            let room = u128::from(*at_most)
                .checked_sub(u128::from(*fixed))
                .ok_or(DeadEnd)?;
            total(model, presence, *metric, room)
        }
    }
}

fn spread(
    model: &Model<'_>,
    presence: &mut Presence,
    component: ComponentId,
    domain: &Table<DeviceId, u32>,
    m: u64,
) -> Result<(), DeadEnd> {
    let present: Vec<GroupId> = presence.present(model, component).collect();
    let undecided: Vec<GroupId> = presence.undecided(model, component).collect();
    let place = |group: GroupId| domain[model.groups[group].device];
    let most = ((present.len() + undecided.len()) as u64).min(model.count[component].max);
    let share = most.div_ceil(m);
    if !can_spread(model, &present, &undecided, (component, domain, m)) {
        return Err(DeadEnd);
    }
    let held = |of: u32| present.iter().filter(|&&group| place(group) == of).count() as u64;
    if present.iter().any(|&group| held(place(group)) > share) {
        return Err(DeadEnd);
    }
    for group in undecided
        .into_iter()
        .filter(|&group| held(place(group)) >= share)
    {
        presence.vacate(model, group)?;
    }
    Ok(())
}

/// Whether for some number of instances there is room under every domain's share.
fn can_spread(
    model: &Model<'_>,
    present: &[GroupId],
    undecided: &[GroupId],
    (component, domain, m): (ComponentId, &Table<DeviceId, u32>, u64),
) -> bool {
    let mut room: BTreeMap<u32, u64> = BTreeMap::new();
    for &group in present.iter().chain(undecided) {
        *room.entry(domain[model.groups[group].device]).or_default() += 1;
    }
    let bounds = model.count[component];
    let least = bounds.min.max(present.len() as u64);
    let most = ((present.len() + undecided.len()) as u64).min(bounds.max);
    (least..=most).any(|count| {
        let share = count.div_ceil(m);
        room.values().map(|&room| room.min(share)).sum::<u64>() >= count
    })
}

fn uniform(model: &Model<'_>, presence: &mut Presence, groups: &[GroupId]) -> Result<(), DeadEnd> {
    let variant = |id: CandidateId| model.problem[id].variant;
    for &group in groups {
        if !presence.is_present(group) {
            continue;
        }
        let offered: Vec<u32> = presence.members(model, group).map(variant).collect();
        for &other in groups {
            let late: Vec<CandidateId> = presence
                .members(model, other)
                .filter(|&id| !offered.contains(&variant(id)))
                .collect();
            for id in late {
                presence.close(model, id)?;
            }
        }
    }
    Ok(())
}

/// Present groups cost at least their cheapest; what goes over the bound beside them is closed.
fn total(
    model: &Model<'_>,
    presence: &mut Presence,
    metric: TotalMetric,
    room: u128,
) -> Result<(), DeadEnd> {
    let price = |id: CandidateId| u128::from(price(model.problem, metric, id));
    let least = |presence: &Presence, group: GroupId| {
        presence.members(model, group).map(price).min().unwrap_or(0)
    };
    let mut spent: u128 = 0;
    for component in model.problem.component_ids() {
        spent += presence
            .present(model, component)
            .map(|group| least(presence, group))
            .sum::<u128>();
        spent += missing(model, presence, component, |group| least(presence, group));
    }
    if spent > room {
        return Err(DeadEnd);
    }
    for group in model
        .groups
        .keys()
        .filter(|&group| presence.is_present(group))
        .collect::<Vec<_>>()
    {
        let others = spent.saturating_sub(least(presence, group));
        let late: Vec<CandidateId> = presence
            .members(model, group)
            .filter(|&id| others + price(id) > room)
            .collect();
        for id in late {
            presence.close(model, id)?;
        }
    }
    Ok(())
}

/// The least that the instances still missing from a component's count add.
pub fn missing(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
    least: impl Fn(GroupId) -> u128,
) -> u128 {
    let present = presence.present(model, component).count() as u64;
    let wanted = model.count[component].min.saturating_sub(present);
    if wanted == 0 {
        return 0;
    }
    let mut prices: Vec<u128> = presence.undecided(model, component).map(least).collect();
    prices.sort_unstable();
    prices
        .into_iter()
        .take(usize::try_from(wanted).unwrap_or(usize::MAX))
        .sum()
}

/// What a candidate adds to a total.
pub fn price(problem: &Problem, metric: TotalMetric, id: CandidateId) -> u64 {
    match metric {
        TotalMetric::Cost => problem[id].cost.0,
        TotalMetric::Power => problem[id].power.0,
    }
}
