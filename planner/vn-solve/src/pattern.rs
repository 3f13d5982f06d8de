//! Machines are bought whole: the cheapest ones that hold everything which must be somewhere, by dynamic
//! programming over what is still without a place.
//!
//! A pattern is a set of components that fit one machine together. As many machines of each kind are
//! taken as it needs, and nothing but counts and claims is looked at, so that no plan pays less.

use std::collections::BTreeSet;

use vn_problem::{ComponentId, DeviceId, Role};

use crate::{
    model::Model,
    presence::Presence,
    propagate::claim,
    purchase::{Purchase, room},
    table::GroupId,
};

/// So many components are told apart at most.
const ITEMS: usize = 12;

/// So many numbers of instances without a place are told apart at most.
const STATES: u64 = 1 << 12;

/// A component of which some instances must be there, each on a device of its own.
#[derive(Clone, Debug)]
struct Item {
    component: ComponentId,
    /// So many instances at least.
    count: usize,
    /// What an instance claims at least, wherever it runs.
    claim: Vec<u64>,
}

/// What machines cost that hold the components which matter most.
#[derive(Clone, Debug)]
pub struct Patterns {
    items: Vec<Item>,
    /// What one more instance of each item adds to the number of a state.
    strides: Vec<usize>,
    /// Per state, the price of the cheapest machines; `None` where no machines do.
    best: Vec<Option<i128>>,
}

impl Patterns {
    /// The patterns of a model; `None` where nothing has to be bought or placed.
    pub fn of(model: &Model<'_>, purchases: &[Purchase]) -> Option<Self> {
        let items = items(model, purchases);
        if items.is_empty() {
            return None;
        }
        let mut states = 1;
        let mut strides = Vec::new();
        for item in &items {
            strides.push(states);
            states *= item.count + 1;
        }
        let kinds = purchases.iter().map(|&one| Kind::of(model, &items, one));
        let prices = prices(&kinds.collect(), items.len());
        let best = cheapest(&items, &strides, &prices, states);
        Some(Self {
            items,
            strides,
            best,
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
        let missing: Vec<usize> = self
            .items
            .iter()
            .map(|item| {
                let present = presence.present(model, item.component).count();
                item.count.saturating_sub(present)
            })
            .collect();
        let rooms: Vec<Vec<u128>> = there
            .iter()
            .map(|&device| rooms(model, presence, device))
            .collect();
        let places = |(item, &missing): (&Item, &usize)| {
            let of = presence.undecided(model, item.component);
            let fits = of.filter(|&group| {
                let device = model.groups[group].device;
                let room = there.binary_search(&device).ok();
                let room = room.and_then(|at| rooms.get(at));
                room.is_some_and(|room| takes(model, presence, group, room))
            });
            fits.count().min(missing)
        };
        let places: Vec<usize> = self.items.iter().zip(&missing).map(places).collect();
        let state = self.strides.iter().zip(&missing);
        let state = state.map(|(stride, missing)| stride * missing).sum();
        let all = (0..model.problem.resources)
            .map(|at| rooms.iter().filter_map(|room| room.get(at)).sum())
            .collect();
        self.beside(&places, state, all)
    }

    /// The least that is left to buy, whatever part of the missing the room takes, so many of each item
    /// at most.
    fn beside(&self, places: &[usize], state: usize, room: Vec<u128>) -> Option<i128> {
        let mut least: Option<i128> = None;
        let mut open = vec![(0, state, room)];
        while let Some((at, state, mut room)) = open.pop() {
            let Some((item, &stride)) = self.items.get(at).zip(self.strides.get(at)) else {
                let price = self.best.get(state).copied().flatten();
                least = least.into_iter().chain(price).min();
                continue;
            };
            let places = places.get(at).copied().unwrap_or(0);
            open.push((at + 1, state, room.clone()));
            for taken in 1..=places {
                let claims = room.iter_mut().zip(&item.claim);
                let mut fits = true;
                for (room, &claim) in claims {
                    fits &= u128::from(claim) <= *room;
                    *room = room.saturating_sub(claim.into());
                }
                if !fits {
                    break;
                }
                open.push((at + 1, state - stride * taken, room.clone()));
            }
        }
        least
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
/// while their numbers are few enough.
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
    all.sort_by_key(|item| std::cmp::Reverse(part(item)));
    let mut states = 1_u64;
    all.retain(|item| {
        let more = states.saturating_mul(item.count as u64 + 1);
        let fits = part(item) > 0 && more <= STATES;
        states = if fits { more } else { states };
        fits
    });
    all.truncate(ITEMS);
    all
}

/// A kind of machine: what it costs and has, and what each item claims there, if it can run there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    price: i128,
    capacity: Vec<u64>,
    claims: Vec<Option<Vec<u64>>>,
}

impl Kind {
    fn of(model: &Model<'_>, items: &[Item], one: Purchase) -> Self {
        let problem = model.problem;
        let resources = problem.resources;
        let claims = |item: &Item| {
            let mut groups = model.of_component[item.component].iter();
            let group = groups.find(|&&group| model.groups[group].device == one.device)?;
            let members = &model.groups[*group].members;
            let least = |resource| {
                let claims = members.iter().map(|&id| claim(problem, id, resource));
                claims.min().unwrap_or(0)
            };
            Some((0..resources).map(least).collect())
        };
        Self {
            price: one.price(model),
            capacity: problem[one.device].capacity.clone(),
            claims: items.iter().map(claims).collect(),
        }
    }

    /// Whether it holds a set of items.
    fn holds(&self, set: usize) -> bool {
        let mut claimed = vec![0_u128; self.capacity.len()];
        for (at, claims) in self.claims.iter().enumerate() {
            if set >> at & 1 == 0 {
                continue;
            }
            let Some(claims) = claims else { return false };
            for (sum, &claim) in claimed.iter_mut().zip(claims) {
                *sum += u128::from(claim);
            }
        }
        let mut parts = claimed.iter().zip(&self.capacity);
        parts.all(|(&sum, &capacity)| sum <= u128::from(capacity))
    }
}

/// The price of the cheapest machine for each set of items; `None` where no machine holds them.
fn prices(kinds: &BTreeSet<Kind>, items: usize) -> Vec<Option<i128>> {
    // INVARIANT: the cheapest kinds come first.
    let cheapest = |set| kinds.iter().find(|kind| kind.holds(set));
    (0..1 << items)
        .map(|set| cheapest(set).map(|kind| kind.price))
        .collect()
}

/// The price of the cheapest machines for each state: one of them holds an instance of the first item
/// that is there.
fn cheapest(
    items: &[Item],
    strides: &[usize],
    prices: &[Option<i128>],
    states: usize,
) -> Vec<Option<i128>> {
    let parts: Vec<usize> = (0..prices.len())
        .map(|set| {
            let strides = strides.iter().enumerate();
            let here = strides.filter(|(at, _)| set >> at & 1 == 1);
            here.map(|(_, stride)| stride).sum()
        })
        .collect();
    let mut best = vec![Some(0)];
    for state in 1..states {
        let there = |(at, (item, stride)): (usize, (&Item, &usize))| {
            usize::from(state / stride % (item.count + 1) > 0) << at
        };
        let there: usize = items.iter().zip(strides).enumerate().map(there).sum();
        let first = there & there.wrapping_neg();
        let rest = there ^ first;
        let mut least: Option<i128> = None;
        let mut set = rest;
        loop {
            let whole = set | first;
            let price = prices.get(whole).copied().flatten();
            let part = parts.get(whole).and_then(|part| state.checked_sub(*part));
            let others = part.and_then(|left| best.get(left).copied().flatten());
            if let Some((price, others)) = price.zip(others) {
                let sum = price + others;
                least = Some(least.map_or(sum, |least| least.min(sum)));
            }
            if set == 0 {
                break;
            }
            set = (set - 1) & rest;
        }
        best.push(least);
    }
    best
}
