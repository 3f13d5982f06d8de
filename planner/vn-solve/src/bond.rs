//! How presence binds presence: what one thing brings along, what it excludes, what sums up.

use vn_problem::CandidateId;

use crate::{
    model::Model,
    presence::{DeadEnd, Presence},
    table::GroupId,
};

/// Whether one of these runs for sure.
fn holds(model: &Model<'_>, presence: &Presence, ids: &[CandidateId]) -> bool {
    ids.iter().any(|&id| {
        let group = model.group_of[id];
        let inside = |id: CandidateId| ids.binary_search(&id).is_ok();
        presence.is_open(id)
            || presence.is_present(group) && presence.members(model, group).all(inside)
    })
}

fn close_all(
    model: &Model<'_>,
    presence: &mut Presence,
    ids: &[CandidateId],
) -> Result<(), DeadEnd> {
    for &id in ids {
        if presence.is_possible(id) {
            presence.close(model, id)?;
        }
    }
    Ok(())
}

/// Where something of `when` runs, one of `any` does.
pub fn implies(
    model: &Model<'_>,
    presence: &mut Presence,
    when: Option<&[CandidateId]>,
    any: &[CandidateId],
) -> Result<(), DeadEnd> {
    let possible: Vec<CandidateId> = any
        .iter()
        .copied()
        .filter(|&id| presence.is_possible(id))
        .collect();
    let Some(&first) = possible.first() else {
        return match when {
            None => Err(DeadEnd),
            Some(when) => close_all(model, presence, when),
        };
    };
    if !when.is_none_or(|when| holds(model, presence, when)) {
        return Ok(());
    }
    let group = model.group_of[first];
    if possible.iter().any(|&id| model.group_of[id] != group) {
        return Ok(());
    }
    presence.demand(model, group)?;
    // The other variants of that place would not do.
    let others: Vec<CandidateId> = presence
        .members(model, group)
        .filter(|id| possible.binary_search(id).is_err())
        .collect();
    close_all(model, presence, &others)
}

/// Of these sets at most one runs.
pub fn exclude(
    model: &Model<'_>,
    presence: &mut Presence,
    sets: &[Vec<CandidateId>],
) -> Result<(), DeadEnd> {
    let Some(taken) = sets.iter().position(|set| holds(model, presence, set)) else {
        return Ok(());
    };
    for (at, set) in sets.iter().enumerate() {
        if at != taken {
            close_all(model, presence, set)?;
        }
    }
    Ok(())
}

/// What a place can add to a sum.
struct Share {
    group: GroupId,
    most: i128,
    /// With nothing there, if that may be.
    empty: bool,
}

/// The sum can still reach its bound, unless nothing of `unless_none` runs.
pub fn weigh(
    model: &Model<'_>,
    presence: &mut Presence,
    (terms, at_least): (&[(CandidateId, i64)], i64),
    unless_none: Option<&[CandidateId]>,
) -> Result<(), DeadEnd> {
    let weight = |id: CandidateId| {
        let at = terms.binary_search_by_key(&id, |(id, _)| *id);
        at.ok()
            .and_then(|at| terms.get(at))
            .map_or(0, |(_, weight)| i128::from(*weight))
    };
    let shares = shares(model, presence, terms, weight);
    let most: i128 = shares.iter().map(|share| share.most).sum();
    let at_least = i128::from(at_least);
    let applies = unless_none.is_none_or(|ids| holds(model, presence, ids));
    if most < at_least {
        return match unless_none {
            Some(ids) if !applies => close_all(model, presence, ids),
            Some(_) | None => Err(DeadEnd),
        };
    }
    if !applies {
        return Ok(());
    }
    for share in shares {
        let others = most - share.most;
        if share.empty && others < at_least {
            presence.demand(model, share.group)?;
        }
        let light: Vec<CandidateId> = presence
            .members(model, share.group)
            .filter(|&id| others + weight(id) < at_least)
            .collect();
        close_all(model, presence, &light)?;
    }
    Ok(())
}

fn shares(
    model: &Model<'_>,
    presence: &Presence,
    terms: &[(CandidateId, i64)],
    weight: impl Fn(CandidateId) -> i128,
) -> Vec<Share> {
    let mut groups: Vec<GroupId> = terms.iter().map(|(id, _)| model.group_of[*id]).collect();
    groups.dedup();
    let share = |group: GroupId| {
        let empty = !presence.is_present(group);
        let best = presence.members(model, group).map(&weight).max();
        let most = match best {
            Some(best) if empty => best.max(0),
            Some(best) => best,
            None => 0,
        };
        Share { group, most, empty }
    };
    groups.into_iter().map(share).collect()
}
