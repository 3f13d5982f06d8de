//! Who serves the customers of a component: again and again the instance that serves some of them at the
//! least price each, its own price included (the greedy of Jain, Mahdian and Saberi for facility location,
//! with room and throughput respected).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, ComponentId, NeedId};

use super::{Ground, Layout, build::Tuning};
use crate::level::Level;

/// A need of an open instance.
#[derive(Debug)]
pub struct Customer {
    /// Who asks.
    pub consumer: CandidateId,
    /// Through which need.
    pub need: NeedId,
    /// So much.
    pub load: u64,
    /// Who can answer, the cheapest first: what the whole load costs there and behind it.
    pub prices: Vec<(Level, CandidateId)>,
}

impl Layout {
    /// The customers of a component.
    pub fn customers(&self, ground: &Ground<'_>, component: ComponentId) -> Vec<Customer> {
        let mut found = Vec::new();
        for &need in &ground.serves[component] {
            let edge = &ground.problem[need];
            for &consumer in &self.open[edge.consumer] {
                let row = &ground.problem[consumer];
                if !edge.applies(row.variant) {
                    continue;
                }
                let load = ground.load_through(edge, consumer, self.load[consumer]);
                let choices = ground.choices(edge, row.device);
                let eager = choices.filter(|route| ground.opens(route.to));
                let price = |unit: Level| unit * load;
                let prices = eager.map(|route| (price(ground.unit(route)), route.to));
                let mut prices: Vec<(Level, CandidateId)> = prices.collect();
                prices.sort_unstable();
                found.push(Customer {
                    consumer,
                    need,
                    load,
                    prices,
                });
            }
        }
        found
    }

    /// A customer asks somebody from now on.
    pub fn assign(&mut self, customer: &Customer, server: Option<CandidateId>) {
        let head = (customer.consumer, customer.need);
        if let Some(Some(old)) = self.heads.insert(head, server) {
            self.load[old] = self.load[old].saturating_sub(customer.load);
        }
        if let Some(server) = server {
            self.load[server] = self.load[server].saturating_add(customer.load);
        }
    }

    /// The cheapest that runs and has throughput left, up to so many hundredths of what it has.
    pub fn cheapest(
        &self,
        ground: &Ground<'_>,
        customer: &Customer,
        fill: u64,
    ) -> Option<(Level, CandidateId)> {
        let mut open = customer.prices.iter().filter(|one| self.is_open(one.1));
        let fits = |id| self.room(ground, id, fill) >= customer.load;
        open.find(|one| fits(one.1)).copied()
    }

    fn room(&self, ground: &Ground<'_>, id: CandidateId, fill: u64) -> u64 {
        let most = match ground.capacity(id) {
            u64::MAX => u64::MAX,
            most => u64::try_from(u128::from(most) * u128::from(fill) / 100).unwrap_or(most),
        };
        most.saturating_sub(self.load[id])
    }

    /// Opens what the customers need and assigns them; who cannot be served is left without a head.
    pub fn serve(
        &mut self,
        ground: &Ground<'_>,
        component: ComponentId,
        customers: &[Customer],
        tuning: &Tuning,
    ) {
        let fill = tuning.fill[component];
        let mut left: BTreeSet<usize> = (0..customers.len()).collect();
        for (at, customer) in customers.iter().enumerate() {
            if let Some((_, server)) = self.cheapest(ground, customer, fill) {
                self.assign(customer, Some(server));
                left.remove(&at);
            }
        }
        let mut stars = Stars::of(customers, &left);
        while !left.is_empty() {
            let Some(star) = stars.best(ground, self, &left, (component, tuning)) else {
                break;
            };
            if !self.is_open(star.server) {
                self.start(ground, star.server);
            }
            for &at in &star.points {
                if let Some(customer) = customers.get(at) {
                    self.assign(customer, Some(star.server));
                    stars.spoil(customer);
                }
                left.remove(&at);
            }
        }
        for customer in left.into_iter().filter_map(|at| customers.get(at)) {
            self.assign(customer, None);
        }
    }
}

/// An instance and whom it would serve.
#[derive(Clone, Debug)]
struct Star {
    server: CandidateId,
    points: Vec<usize>,
    /// What each of them costs: tiers, objective, and what comes after it.
    each: [f64; 3],
}

/// The best star of each candidate, as far as it is known.
struct Stars<'c> {
    customers: &'c [Customer],
    reach: BTreeMap<CandidateId, Vec<(Level, usize)>>,
    known: BTreeMap<CandidateId, Option<Star>>,
}

impl<'c> Stars<'c> {
    fn of(customers: &'c [Customer], left: &BTreeSet<usize>) -> Self {
        let mut reach: BTreeMap<CandidateId, Vec<(Level, usize)>> = BTreeMap::new();
        for &at in left {
            let prices = customers.get(at).map_or(&[][..], |one| &one.prices);
            for &(price, id) in prices {
                reach.entry(id).or_default().push((price, at));
            }
        }
        for points in reach.values_mut() {
            points.sort_unstable();
        }
        Self {
            customers,
            reach,
            known: BTreeMap::new(),
        }
    }

    /// What a customer could have asked looks different now.
    fn spoil(&mut self, customer: &Customer) {
        for (_, id) in &customer.prices {
            self.known.remove(id);
        }
    }

    fn best(
        &mut self,
        ground: &Ground<'_>,
        layout: &Layout,
        left: &BTreeSet<usize>,
        (component, tuning): (ComponentId, &Tuning),
    ) -> Option<Star> {
        let is_full = layout.open[component].len() as u64 >= ground.count[component].max;
        let mut best: Option<Star> = None;
        for (&id, points) in &self.reach {
            let is_open = layout.is_open(id);
            if !is_open && (is_full || !layout.fits(ground, id)) {
                continue;
            }
            let star = self.known.entry(id).or_insert_with(|| {
                let room = layout.room(ground, id, tuning.fill[component]);
                let own = if is_open {
                    Level::ZERO
                } else {
                    tuning.standing(ground, id)
                };
                let points = points.iter().filter(|(_, at)| left.contains(at));
                let loads = points
                    .filter_map(|&(price, at)| Some((price, at, self.customers.get(at)?.load)));
                star(id, own, room, loads)
            });
            let Some(star) = star else { continue };
            if best
                .as_ref()
                .is_none_or(|best| cheaper(star.each, best.each))
            {
                best = Some(star.clone());
            }
        }
        best
    }
}

/// The points that an instance serves at the least price each.
fn star(
    server: CandidateId,
    own: Level,
    mut room: u64,
    points: impl Iterator<Item = (Level, usize, u64)>,
) -> Option<Star> {
    let (mut sum, mut taken, mut best) = (own, Vec::new(), None::<(usize, [f64; 3])>);
    for (price, at, load) in points {
        let Some(rest) = room.checked_sub(load) else {
            continue;
        };
        room = rest;
        sum += price;
        taken.push(at);
        let each = each(sum, taken.len());
        if best.is_none_or(|(_, best)| cheaper(each, best)) {
            best = Some((taken.len(), each));
        }
    }
    let (count, each) = best?;
    taken.truncate(count);
    Some(Star {
        server,
        points: taken,
        each,
    })
}

/// Only to choose by: no plan is measured in floats.
#[expect(clippy::cast_precision_loss)]
fn each(sum: Level, count: usize) -> [f64; 3] {
    let count = count as f64;
    [sum.tiers, sum.objective, sum.then].map(|part| part as f64 / count)
}

fn cheaper(one: [f64; 3], other: [f64; 3]) -> bool {
    let pairs = one.iter().zip(&other);
    let order = pairs.map(|(a, b)| a.total_cmp(b));
    order.fold(Ordering::Equal, Ordering::then) == Ordering::Less
}
