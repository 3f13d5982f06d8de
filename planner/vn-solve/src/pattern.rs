//! Machines are bought whole: the cheapest ones that hold everything which must be somewhere, by dynamic
//! programming over what is still without a place.
//!
//! A pattern is a set of components that fit one machine together. As many machines of each kind are
//! taken as it needs, and nothing but counts and claims is looked at, so that no plan pays less.

mod cover;
mod kind;
#[cfg(test)]
mod tests;
mod worth;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use vn_problem::{ComponentId, DeviceId, Role};

use crate::{
    model::Model,
    presence::Presence,
    propagate::claim,
    purchase::{Purchase, room},
    table::GroupId,
};
use cover::{Cover, Piece, Sort, subsets};
use kind::{Kind, kinds};
use worth::Worths;

/// So many components are told apart at most.
const ITEMS: usize = 12;

/// So many numbers of instances without a place are told apart at most.
const STATES: usize = 1 << 12;

/// So many sets of items are tried at most where each room is looked at by itself.
const TRIES: usize = 1 << 11;

/// Of more items than this it is not looked at which fit into a room together.
const ALONE: u32 = 8;

/// A component of which some instances must be there, each on a device of its own.
#[derive(Clone, Debug)]
struct Item {
    component: ComponentId,
    /// So many instances at least.
    count: usize,
    /// So many of these are told apart.
    told: usize,
    /// What an instance claims at least, wherever it runs.
    claim: Vec<u64>,
}

/// What machines cost that hold the components which matter most.
#[derive(Clone, Debug)]
pub struct Patterns {
    items: Vec<Item>,
    /// Per kind, its machines.
    machines: Vec<Vec<DeviceId>>,
    cover: Cover,
    /// Where not all instances are told apart.
    worths: Option<Worths>,
}

/// What is without a place at a node, and what has room for some of it.
struct Gap {
    /// How many of each item.
    missing: Vec<usize>,
    /// As the state of those that are told apart.
    state: usize,
    /// The machines that are there.
    rooms: Vec<Room>,
}

impl Gap {
    /// The items of which some are missing.
    fn items(&self) -> usize {
        let missing = self.missing.iter().enumerate();
        missing
            .map(|(at, &count)| usize::from(count > 0) << at)
            .sum()
    }
}

/// What is left on a machine that is there.
struct Room {
    /// Of each resource.
    left: Vec<u128>,
    /// The items of which one more may run there, each by itself.
    takes: usize,
}

impl Patterns {
    /// The patterns of a model; `None` where nothing has to be bought or placed.
    pub fn of(model: &Model<'_>, purchases: &[Purchase]) -> Option<Self> {
        let items = items(model, purchases);
        if items.is_empty() {
            return None;
        }
        let kinds = kinds(model, &items, purchases);
        let sets = 0..1 << items.len();
        let sort = |(kind, machines): &(Kind, Vec<DeviceId>)| Sort {
            price: kind.price,
            count: machines.len(),
            holds: sets.clone().map(|set| kind.holds(set)).collect(),
        };
        let sorts: Vec<Sort> = kinds.iter().map(sort).collect();
        let told: Vec<usize> = items.iter().map(|item| item.told).collect();
        let counts: Vec<usize> = items.iter().map(|item| item.count).collect();
        let cover = Cover::of(&told, sorts);
        Some(Self {
            worths: (told != counts)
                .then(|| Worths::of(&counts, &cover))
                .flatten(),
            machines: kinds.into_iter().map(|(_, machines)| machines).collect(),
            cover,
            items,
        })
    }

    /// What the machines cost at least that are not bought yet, where those that are `there` have room
    /// for some of what is missing; `None` where that is not known.
    pub fn at_least(
        &self,
        model: &Model<'_>,
        presence: &Presence,
        there: &[DeviceId],
    ) -> Option<i128> {
        let gap = self.gap(model, presence, there);
        let least = self.least(&gap).map(|(price, _)| price);
        let worths = self.worths.iter();
        let worth = worths.map(|worths| self.worth(worths, &gap));
        least.into_iter().chain(worth).max()
    }

    /// What is missing is worth at least, whatever part of it the rooms take.
    fn worth(&self, worths: &Worths, gap: &Gap) -> i128 {
        let room = |room: &Room| {
            let taken = gap.items() & room.takes;
            if taken.count_ones() > ALONE {
                return worths.of_set(taken);
            }
            let sets = self.fullest(room, taken).into_iter();
            sets.map(|set| worths.of_set(set)).max().unwrap_or(0)
        };
        worths.of_all(&gap.missing) - gap.rooms.iter().map(room).sum::<i128>()
    }

    /// A node with everything in the place that costs least, as far as this knows places.
    pub fn packed(
        &self,
        model: &Model<'_>,
        root: &Presence,
        there: &[DeviceId],
    ) -> Option<Presence> {
        let mut gap = self.gap(model, root, there);
        let pieces = match &self.worths {
            None => self.cover.pieces(self.least(&gap)?.1)?,
            Some(worths) => self.among_patterns(worths, &mut gap),
        };
        let mut machines: Vec<_> = self.machines.iter().map(|all| all.iter()).collect();
        let mut node = root.clone();
        for piece in pieces {
            let device = machines.get_mut(piece.kind)?.next()?;
            for (at, (item, missing)) in self.items.iter().zip(&mut gap.missing).enumerate() {
                if piece.set >> at & 1 == 1 && *missing > 0 {
                    let mut groups = model.of_component[item.component].iter();
                    let here = groups.find(|&&group| model.groups[group].device == *device)?;
                    node.demand(model, *here).ok()?;
                    *missing -= 1;
                }
            }
        }
        Some(node)
    }

    /// Machines for what the rooms do not take, if each takes what is worth most.
    fn among_patterns(&self, worths: &Worths, gap: &mut Gap) -> Vec<Piece> {
        for room in &gap.rooms {
            let sets = self.fullest(room, gap.items() & room.takes);
            let best = sets.into_iter().max_by_key(|&set| worths.of_set(set));
            for (at, missing) in gap.missing.iter_mut().enumerate() {
                let taken = best.is_some_and(|best| best >> at & 1 == 1);
                *missing = missing.saturating_sub(usize::from(taken));
            }
        }
        let kinds: Vec<usize> = self.machines.iter().map(Vec::len).collect();
        worths.machines(&gap.missing, &kinds)
    }

    fn gap(&self, model: &Model<'_>, presence: &Presence, there: &[DeviceId]) -> Gap {
        let missing = |item: &Item| {
            let present = presence.present(model, item.component).count();
            item.count.saturating_sub(present)
        };
        let missing: Vec<usize> = self.items.iter().map(missing).collect();
        let told = self.items.iter().zip(&missing).enumerate();
        let told = told.map(|(at, (item, &count))| self.cover.stride(at) * count.min(item.told));
        let room = |&device: &DeviceId| {
            let left = rooms(model, presence, device);
            let groups = model.on_device[device].iter();
            let free = groups.filter(|&&group| presence.is_undecided(group));
            let takes = free.filter(|&&group| takes(model, presence, group, &left));
            let items = takes.filter_map(|&group| self.item(model.groups[group].component));
            Room {
                takes: items.map(|at| 1 << at).sum(),
                left,
            }
        };
        Gap {
            state: told.sum(),
            missing,
            rooms: there.iter().map(room).collect(),
        }
    }

    /// The position of a component among the items.
    fn item(&self, component: ComponentId) -> Option<usize> {
        let mut items = self.items.iter();
        items.position(|item| item.component == component)
    }

    /// The least that is left to buy, whatever part of the missing the rooms take, and for what.
    fn least(&self, gap: &Gap) -> Option<(i128, usize)> {
        let left = self.room_by_room(gap);
        let left = left.unwrap_or_else(|| self.all_rooms(gap)).into_iter();
        let priced = left.filter_map(|state| Some((self.cover.price(state)?, state)));
        priced.min()
    }

    /// What may be left where each room takes as much as it can; `None` if these are too many ways.
    fn room_by_room(&self, gap: &Gap) -> Option<BTreeSet<usize>> {
        let mut states = BTreeSet::from([gap.state]);
        let mut tries = 0;
        for room in gap.rooms.iter().filter(|room| room.takes > 0) {
            tries += states.len() << room.takes.count_ones();
            if tries > TRIES {
                return None;
            }
            let next = states.iter().flat_map(|&state| {
                let sets = self.fullest(room, self.cover.there(state));
                sets.into_iter()
                    .map(move |set| self.cover.without(state, set))
            });
            states = next.collect();
        }
        Some(states)
    }

    /// The sets of missing items that fit into a room and leave no room for another one.
    fn fullest(&self, room: &Room, missing: usize) -> Vec<usize> {
        let mut fullest: Vec<usize> = Vec::new();
        for set in subsets(room.takes & missing) {
            // Whatever holds a set is a larger number.
            if fullest.iter().all(|&more| set & more != set) && self.fits(set, &room.left) {
                fullest.push(set);
            }
        }
        fullest
    }

    fn fits(&self, set: usize, left: &[u128]) -> bool {
        let items = self.items.iter().enumerate();
        let items = items.filter(|(at, _)| set >> at & 1 == 1);
        left.iter().enumerate().all(|(resource, &left)| {
            let claims = items
                .clone()
                .filter_map(|(_, item)| item.claim.get(resource));
            claims.map(|&claim| u128::from(claim)).sum::<u128>() <= left
        })
    }

    /// What may be left where all rooms are one.
    fn all_rooms(&self, gap: &Gap) -> BTreeSet<usize> {
        let mut room: Vec<u128> = Vec::new();
        for one in &gap.rooms {
            room.resize(one.left.len(), 0);
            for (sum, left) in room.iter_mut().zip(&one.left) {
                *sum += left;
            }
        }
        let mut left = BTreeSet::new();
        let mut open = vec![(0, gap.state, room)];
        while let Some((at, state, mut room)) = open.pop() {
            let Some(item) = self.items.get(at) else {
                left.insert(state);
                continue;
            };
            let take = |room: &&Room| room.takes >> at & 1 == 1;
            let places = gap.rooms.iter().filter(take).count();
            let missing = self.cover.digit(state, at);
            open.push((at + 1, state, room.clone()));
            for taken in 1..=places.min(missing) {
                let mut parts = room.iter().zip(&item.claim);
                if !parts.all(|(&room, &claim)| u128::from(claim) <= room) {
                    break;
                }
                for (room, &claim) in room.iter_mut().zip(&item.claim) {
                    *room = room.saturating_sub(claim.into());
                }
                let less = state - self.cover.stride(at) * taken;
                open.push((at + 1, less, room.clone()));
            }
        }
        left
    }
}

/// What a device has left beside the least that is sure to run there.
fn rooms(model: &Model<'_>, presence: &Presence, device: DeviceId) -> Vec<u128> {
    let resources = 0..model.problem.resources;
    resources
        .map(|resource| room(model, presence, device, resource))
        .collect()
}

/// Whether some variant of a group fits into what is left.
fn takes(model: &Model<'_>, presence: &Presence, group: GroupId, room: &[u128]) -> bool {
    presence.members(model, group).any(|id| {
        let mut rooms = room.iter().enumerate();
        rooms.all(|(resource, &room)| u128::from(claim(model.problem, id, resource)) <= room)
    })
}

/// The components whose instances are told apart: those that claim the largest parts of machines first,
/// as far as they are told apart.
fn items(model: &Model<'_>, purchases: &[Purchase]) -> Vec<Item> {
    let problem = model.problem;
    let resources = problem.resources;
    let largest: Vec<u64> = (0..resources)
        .map(|resource| {
            let capacity = |one: &Purchase| problem[one.device].capacity.get(resource).copied();
            purchases.iter().filter_map(capacity).max().unwrap_or(0)
        })
        .collect();
    let part = |item: &Item| {
        let parts = item.claim.iter().zip(&largest);
        let parts =
            parts.map(|(&claim, &most)| (u128::from(claim) << 32) / u128::from(most.max(1)));
        parts.max().unwrap_or(0)
    };
    let of = |component: ComponentId| {
        let groups = &model.of_component[component];
        let one_each = groups.iter().all(|&group| model.groups[group].copy == 0);
        let row = &problem[component];
        let count = usize::try_from(model.count[component].min).ok()?;
        let counts = row.role == Role::Service && one_each && count > 0;
        counts.then(|| Item {
            component,
            count,
            told: 1,
            claim: (0..resources)
                .map(|resource| {
                    let rows = problem.candidates_of(component);
                    let claims = rows.filter_map(|(_, row)| row.claim.get(resource).copied());
                    claims.min().unwrap_or(0)
                })
                .collect(),
        })
    };
    let mut all: Vec<Item> = problem.component_ids().filter_map(of).collect();
    all.sort_by_key(|item| Reverse(part(item)));
    all.retain(|item| part(item) > 0);
    all.truncate(ITEMS);
    tell_apart(&mut all);
    all
}

/// Tells more and more instances apart, of each item in turn, while the states are few.
fn tell_apart(items: &mut [Item]) {
    let mut states: usize = items.iter().map(|item| item.told + 1).product();
    loop {
        let before = states;
        for item in &mut *items {
            let more = states / (item.told + 1) * (item.told + 2);
            if item.told < item.count && more <= STATES {
                item.told += 1;
                states = more;
            }
        }
        if states == before {
            return;
        }
    }
}
