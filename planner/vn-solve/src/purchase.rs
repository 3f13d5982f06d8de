//! What must still be bought at least: whatever is missing has to stand somewhere, and what is there
//! already may not have the room.

use std::collections::BTreeSet;

use vn_problem::{CandidateId, DeviceId, RequirementKind, Role};

use crate::{
    level::Level,
    model::Model,
    pattern::Patterns,
    presence::Presence,
    propagate::{claim, missing},
    table::GroupId,
    weights::gcd,
};

/// A machine that costs something as soon as anything runs there.
#[derive(Clone, Copy, Debug)]
pub struct Purchase {
    /// Which machine.
    pub device: DeviceId,
    /// Open where it is bought.
    bought: CandidateId,
}

impl Purchase {
    /// What it adds to the objective.
    pub fn price(self, model: &Model<'_>) -> i128 {
        model.standing[self.bought].objective
    }
}

/// Everything that may be bought.
#[derive(Clone, Debug, Default)]
pub struct Purchases {
    machines: Vec<Purchase>,
    /// What all prices are multiples of.
    unit: i128,
    patterns: Option<Patterns>,
}

impl Purchases {
    /// The purchases of a model whose counts are known.
    pub fn of(model: &Model<'_>) -> Self {
        let machines = machines(model);
        let patterns = Patterns::of(model, &machines).filter(|_| !machines.is_empty());
        let prices = machines.iter().map(|one| one.price(model));
        Self {
            unit: prices.fold(0, gcd).max(1),
            machines,
            patterns,
        }
    }

    /// A node in which what must be somewhere stands on the machines that cost least.
    pub fn packed(&self, model: &Model<'_>, root: &Presence) -> Option<Presence> {
        let there = self.there(model, root);
        self.patterns.as_ref()?.packed(model, root, &there)
    }

    /// The devices that are there for sure and can host anything.
    fn there(&self, model: &Model<'_>, presence: &Presence) -> Vec<DeviceId> {
        // Where nothing is bought yet nothing stands yet.
        let others = self.machines.iter();
        let others = others.filter(|one| !presence.is_open(one.bought));
        let empty: BTreeSet<DeviceId> = others.map(|one| one.device).collect();
        let hosts = model.on_device.iter();
        let hosts = hosts.filter(|(device, groups)| !groups.is_empty() && !empty.contains(device));
        hosts.map(|(device, _)| device).collect()
    }
}

/// The machines that may be bought.
///
/// INVARIANT: nothing but the purchase itself can stand there without it, and no other bound counts its
/// price before it is open: nobody asks it, and it may be absent.
fn machines(model: &Model<'_>) -> Vec<Purchase> {
    let problem = model.problem;
    if problem.devices.iter().any(|device| device.count != 1) {
        return Vec::new();
    }
    let mut known = BTreeSet::new();
    let rows = problem.requirements.iter();
    let found = rows.filter_map(|row| match &row.kind {
        RequirementKind::Implies {
            when: Some(when),
            any,
        } => match any.as_slice() {
            &[bought] if stands_alone(model, bought) && brings(model, when, bought) => {
                known.insert(bought).then_some(Purchase {
                    device: problem[bought].device,
                    bought,
                })
            }
            _ => None,
        },
        _ => None,
    });
    found.collect()
}

/// Whether a candidate is all that there is of its component, which only requirements speak of.
fn stands_alone(model: &Model<'_>, id: CandidateId) -> bool {
    let (problem, component) = (model.problem, model.problem[id].component);
    problem[component].role == Role::Service
        && problem[component].may_be_absent
        && problem.candidates_of(component).count() == 1
        && model.count[component].min == 0
        && model.standing[id].objective > 0
        && problem.needs.iter().all(|need| need.server != component)
        && !model.clauses.iter().any(|clause| clause.any.contains(&id))
}

/// Whether all else on a machine implies that it is bought.
fn brings(model: &Model<'_>, when: &[CandidateId], bought: CandidateId) -> bool {
    let here = &model.on_device[model.problem[bought].device];
    let mut others = here.iter().flat_map(|&group| &model.groups[group].members);
    others.all(|id| *id == bought || when.binary_search(id).is_ok())
}

/// What every plan below a node pays for machines that are not known to be bought.
pub fn at_least(model: &Model<'_>, presence: &Presence) -> Level {
    let Purchases {
        machines,
        unit,
        patterns,
    } = &model.purchases;
    if machines.is_empty() {
        return Level::ZERO;
    }
    let there = model.purchases.there(model, presence);
    let resources = 0..model.problem.resources;
    let parts = resources.filter_map(|resource| in_parts(model, presence, &there, resource));
    let whole = patterns
        .iter()
        .filter_map(|patterns| patterns.at_least(model, presence, &there));
    let least = parts.chain(whole).max().unwrap_or(0);
    Level {
        objective: -(-least).div_euclid(*unit) * unit,
        ..Level::ZERO
    }
}

/// What the room costs that is missing of one resource, if parts of machines could be bought; `None` if
/// the numbers are too large to say.
fn in_parts(
    model: &Model<'_>,
    presence: &Presence,
    there: &[DeviceId],
    resource: usize,
) -> Option<i128> {
    let components = model.problem.component_ids();
    let least = |group| least(model, presence, group, resource);
    let asked: u128 = components
        .map(|component| missing(model, presence, component, least))
        .sum();
    let rooms = there.iter();
    let rooms = rooms.map(|&device| room(model, presence, device, resource));
    let lacking = asked.saturating_sub(rooms.sum());
    cover(model, presence, resource, i128::try_from(lacking).ok()?)
}

/// The least that a group claims.
fn least(model: &Model<'_>, presence: &Presence, group: GroupId, resource: usize) -> u128 {
    let ids = presence.members(model, group);
    let claims = ids.map(|id| u128::from(claim(model.problem, id, resource)));
    claims.min().unwrap_or(0)
}

/// What a device has left of a resource beside the least that is sure to run there.
pub fn room(model: &Model<'_>, presence: &Presence, device: DeviceId, resource: usize) -> u128 {
    let groups = model.on_device[device].iter();
    let present = groups.filter(|&&group| presence.is_present(group));
    let taken: u128 = present
        .map(|&group| least(model, presence, group, resource))
        .sum();
    capacity(model, device, resource).saturating_sub(taken)
}

fn capacity(model: &Model<'_>, device: DeviceId, resource: usize) -> u128 {
    let capacity = model.problem[device].capacity.get(resource);
    capacity.copied().map_or(0, u128::from)
}

/// The cheapest room first, rounded up at the end.
fn cover(
    model: &Model<'_>,
    presence: &Presence,
    resource: usize,
    mut lacking: i128,
) -> Option<i128> {
    let mut rooms = Vec::new();
    for one in &model.purchases.machines {
        let room = i128::try_from(capacity(model, one.device, resource)).ok()?;
        let is_left = presence.is_possible(one.bought) && !presence.is_open(one.bought);
        if is_left && room > 0 {
            rooms.push((one.price(model), room));
        }
    }
    let dearest = rooms.iter().map(|room| room.0).max()?;
    let largest = rooms.iter().map(|room| room.1).max()?;
    // INVARIANT: so none of the products below overflows.
    dearest.checked_mul(largest)?;
    rooms.sort_unstable_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)).then(a.cmp(b)));
    let mut paid = 0;
    for (price, room) in rooms {
        let part = room.min(lacking);
        if part == room {
            paid += price;
        } else {
            return Some(paid + (price * part + room - 1) / room);
        }
        lacking -= part;
    }
    Some(paid)
}
