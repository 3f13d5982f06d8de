//! Needs of several servers at once: whoever runs has them all.

use vn_problem::CandidateId;

use crate::{
    model::{Link, Model},
    presence::{DeadEnd, Presence},
    table::GroupId,
};

/// Closes whoever cannot have its servers any more, and demands those that somebody cannot do without.
///
/// An optional need may stay unserved, so it demands nothing.
pub fn keep(model: &Model<'_>, presence: &mut Presence) -> Result<(), DeadEnd> {
    for (id, need) in &model.several {
        let links = model.links[*id].iter();
        let Some(link) = links.into_iter().find(|link| link.need == *need) else {
            continue;
        };
        if presence.is_possible(*id) {
            serve(model, presence, *id, link)?;
        }
    }
    Ok(())
}

fn serve(
    model: &Model<'_>,
    presence: &mut Presence,
    id: CandidateId,
    link: &Link,
) -> Result<(), DeadEnd> {
    let places = places(model, presence, link);
    let (possible, needed) = (places.len() as u64, model.problem[link.need].copies);
    if possible < needed {
        return presence.close(model, id);
    }
    if possible > needed || !presence.is_open(id) {
        return Ok(());
    }
    for place in places {
        presence.demand(model, place)?;
        // The other variants of that place are too slow.
        let slow: Vec<CandidateId> = presence
            .members(model, place)
            .filter(|&one| link.choices.iter().all(|choice| choice.server != one))
            .collect();
        for one in slow {
            presence.close(model, one)?;
        }
    }
    Ok(())
}

/// Where a server in budget may run; at each of them runs one at most.
fn places(model: &Model<'_>, presence: &Presence, link: &Link) -> Vec<GroupId> {
    let servers = link.choices.iter().map(|choice| choice.server);
    let possible = servers.filter(|&id| presence.is_possible(id));
    let mut places: Vec<GroupId> = possible.map(|id| model.group_of[id]).collect();
    places.sort_unstable();
    places.dedup();
    places
}
