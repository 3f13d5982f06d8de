//! A quick guess at what has to be bought: the largest first, each onto the first machine with room.

use std::cmp::Reverse;

use vn_problem::{ComponentId, DeviceId, Problem, Role};

use super::Line;
use crate::{model::counts, table::Table};

/// What each component claims on each device where it can run.
type Claims = Table<ComponentId, Vec<(DeviceId, Vec<u64>)>>;

/// What the cheapest of some plans costs that buys one kind of machine where it can.
pub fn cheapest(problem: &Problem, lines: &[Line]) -> Option<i128> {
    let claims = claims(problem);
    let offered = |device: DeviceId| {
        let mut machines = lines.iter().flat_map(|line| &line.machines);
        machines.any(|&id| problem[id].device == device)
    };
    let owned: Vec<DeviceId> = problem.device_ids().filter(|&id| !offered(id)).collect();
    let packing = |first: &Line| {
        let others = lines.iter().filter(|line| !std::ptr::eq(*line, first));
        let mut packing = Packing {
            problem,
            claims: &claims,
            lines: std::iter::once(first).chain(others).collect(),
            bought: vec![0; lines.len()],
            rooms: Vec::new(),
            price: 0,
        };
        for &device in &owned {
            packing.open(device);
        }
        let instances = instances(problem, &claims);
        let mut instances = instances.into_iter();
        instances
            .all(|component| packing.place(component))
            .then_some(packing.price)
    };
    lines.iter().filter_map(packing).min()
}

/// The least that the variants of each component claim.
fn claims(problem: &Problem) -> Claims {
    let mut claims: Claims = Table::filled(problem.components.len(), Vec::new());
    for row in &problem.candidates {
        let here = &mut claims[row.component];
        match here.last_mut() {
            Some((device, least)) if *device == row.device => {
                for (least, &claim) in least.iter_mut().zip(&row.claim) {
                    *least = claim.min(*least);
                }
            }
            Some(_) | None => here.push((row.device, row.claim.clone())),
        }
    }
    claims
}

/// What must be there, those first that claim most.
fn instances(problem: &Problem, claims: &Claims) -> Vec<ComponentId> {
    let counts = counts(problem);
    let mut placed: Vec<ComponentId> = problem.component_ids().collect();
    placed.retain(|&id| problem[id].role == Role::Service);
    placed.sort_by_key(|&id| Reverse(claims[id].iter().map(|one| one.1.clone()).min()));
    let times = |id: ComponentId| usize::try_from(counts[id].min).unwrap_or(0);
    let each = placed
        .into_iter()
        .map(|id| std::iter::repeat_n(id, times(id).min(problem.devices.len())));
    each.flatten().collect()
}

struct Packing<'a> {
    problem: &'a Problem,
    claims: &'a Claims,
    /// The one first of which as many as possible are bought.
    lines: Vec<&'a Line>,
    bought: Vec<usize>,
    /// What is left on each machine, and who stands there.
    rooms: Vec<(DeviceId, Vec<u64>, Vec<ComponentId>)>,
    price: i128,
}

impl Packing<'_> {
    fn open(&mut self, device: DeviceId) {
        let room = self.problem[device].capacity.clone();
        self.rooms.push((device, room, Vec::new()));
    }

    fn claim(&self, component: ComponentId, device: DeviceId) -> Option<&[u64]> {
        let claims = &self.claims[component];
        let at = claims.binary_search_by_key(&device, |one| one.0).ok()?;
        claims.get(at).map(|one| one.1.as_slice())
    }

    /// Places an instance, and buys where there is no room; whether it has a place.
    fn place(&mut self, component: ComponentId) -> bool {
        let fits = |(device, room, here): &(DeviceId, Vec<u64>, Vec<ComponentId>)| {
            let claim = self.claim(component, *device);
            claim.is_some_and(|claim| fits(claim, room)) && !here.contains(&component)
        };
        let at = match self.rooms.iter().position(fits) {
            Some(at) => at,
            None if self.buy(component) => self.rooms.len().saturating_sub(1),
            None => return false,
        };
        let device = self.rooms.get(at).map(|one| one.0);
        let claim = device.and_then(|device| self.claim(component, device));
        let claim = claim.unwrap_or_default().to_vec();
        if let Some((_, room, here)) = self.rooms.get_mut(at) {
            for (room, claim) in room.iter_mut().zip(claim) {
                *room = room.saturating_sub(claim);
            }
            here.push(component);
        }
        true
    }

    /// Buys the next machine of the first line, or else of the cheapest, on which a component fits.
    fn buy(&mut self, component: ComponentId) -> bool {
        let next = |at: usize, line: &Line| {
            let bought = self.bought.get(at).copied()?;
            let device = self.problem[*line.machines.get(bought)?].device;
            let price = line.prices.get(bought).copied()?;
            let claim = self.claim(component, device)?;
            fits(claim, &self.problem[device].capacity).then_some((at > 0, price, at, device))
        };
        let lines = self.lines.iter().enumerate();
        let cheapest = lines.filter_map(|(at, line)| next(at, line)).min();
        let Some((_, price, at, device)) = cheapest else {
            return false;
        };
        if let Some(bought) = self.bought.get_mut(at) {
            *bought += 1;
        }
        self.price += price;
        self.open(device);
        true
    }
}

fn fits(claim: &[u64], room: &[u64]) -> bool {
    claim.iter().zip(room).all(|(claim, room)| claim <= room)
}
