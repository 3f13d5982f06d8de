//! Better layouts nearby: an instance less, one more, one in place of another.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, ComponentId, Role};

use super::{Ground, Layout, star::Customer};
use crate::{control::Progress, level::Level, meter::Meter, outcome::Limit};

/// A layout that keeps everything, and what it is worth.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The layout.
    pub layout: Layout,
    /// Its level.
    pub level: Level,
}

/// What changes.
#[derive(Clone, Copy, Debug)]
struct Move {
    stop: Option<CandidateId>,
    start: Option<CandidateId>,
}

/// Improves a layout until nothing nearby is better.
///
/// # Errors
///
/// The limit that struck before; the layout is then the best so far.
pub fn improve(
    ground: &Ground<'_>,
    best: &mut Weighed,
    meter: &mut Meter<'_>,
) -> Result<(), Limit> {
    loop {
        let before = best.level;
        for &component in &ground.order {
            if ground.problem[component].role == Role::Service {
                while improve_one(ground, best, component, meter)? {}
            }
        }
        if best.level == before {
            return Ok(());
        }
    }
}

/// Whether an instance of a component was changed for the better, all of them having been looked at.
fn improve_one(
    ground: &Ground<'_>,
    best: &mut Weighed,
    component: ComponentId,
    meter: &mut Meter<'_>,
) -> Result<bool, Limit> {
    meter.may_go_on()?;
    let before = best.level;
    let mut view = View::of(ground, &best.layout, component);
    for stop in best.layout.open[component].clone() {
        if !best.layout.is_open(stop) {
            continue;
        }
        let starts = view.instead_of(ground, stop);
        for start in std::iter::once(None).chain(starts.into_iter().map(Some)) {
            let change = Move {
                stop: Some(stop),
                start,
            };
            if view.attempt(ground, best, change, meter)? {
                view = View::of(ground, &best.layout, component);
                break;
            }
        }
    }
    for &start in &ground.rows[component] {
        let change = Move {
            stop: None,
            start: Some(start),
        };
        if view.attempt(ground, best, change, meter)? {
            view = View::of(ground, &best.layout, component);
        }
    }
    Ok(best.level < before)
}

/// A component as its customers see it.
struct View {
    component: ComponentId,
    customers: Vec<Customer>,
    /// What each customer costs, whom it asks, and what the next best would cost.
    now: Vec<Now>,
    /// Whom each candidate could serve, at what price.
    reach: BTreeMap<CandidateId, Vec<(usize, Level)>>,
}

struct Now {
    head: Option<CandidateId>,
    price: Level,
    other: Option<Level>,
}

impl View {
    fn of(ground: &Ground<'_>, layout: &Layout, component: ComponentId) -> Self {
        let customers = layout.customers(ground, component);
        let mut reach: BTreeMap<CandidateId, Vec<(usize, Level)>> = BTreeMap::new();
        for (at, customer) in customers.iter().enumerate() {
            for &(price, id) in &customer.prices {
                reach.entry(id).or_default().push((at, price));
            }
        }
        let now = customers
            .iter()
            .map(|one| now(ground, layout, one))
            .collect();
        Self {
            component,
            customers,
            now,
            reach,
        }
    }

    /// Who could take the place of an instance: whom its customers can ask as well, and its own other variants.
    fn instead_of(&self, ground: &Ground<'_>, stop: CandidateId) -> Vec<CandidateId> {
        let row = &ground.problem[stop];
        let mut asked = self.now.iter().zip(&self.customers);
        let first = asked.find(|(now, _)| now.head == Some(stop));
        let prices = first.map_or(&[][..], |(_, customer)| &customer.prices);
        let mut found: BTreeSet<CandidateId> = prices.iter().map(|one| one.1).collect();
        let siblings = ground.rows[self.component].iter().copied();
        found.extend(siblings.filter(|&id| ground.problem[id].device == row.device));
        if first.is_none() {
            found.extend(&ground.rows[self.component]);
        }
        found.into_iter().filter(|&id| id != stop).collect()
    }

    /// Makes a change if that is better and keeps everything.
    fn attempt(
        &self,
        ground: &Ground<'_>,
        best: &mut Weighed,
        change: Move,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Limit> {
        let layout = &best.layout;
        let fits = |id| !layout.is_open(id) && layout.fits_without(ground, id, change.stop);
        if !change.start.is_none_or(fits) || !self.is_promising(ground, change) {
            return Ok(false);
        }
        meter.node()?;
        let Some(better) = self.make(ground, best, change) else {
            return Ok(false);
        };
        if let Some(objective) = ground.weights.objective(better.level) {
            meter.report(Progress::Incumbent { objective });
        }
        *best = better;
        Ok(true)
    }

    /// Whether a change saves anything, as far as this component alone can tell.
    fn is_promising(&self, ground: &Ground<'_>, change: Move) -> bool {
        let mut sum = Level::ZERO;
        if let Some(start) = change.start {
            sum += ground.standing[start];
        }
        if let Some(stop) = change.stop {
            sum = sum - ground.standing[stop];
        }
        let mut offered = change
            .start
            .and_then(|id| self.reach.get(&id))
            .into_iter()
            .flatten()
            .peekable();
        for (at, now) in self.now.iter().enumerate() {
            let offer = offered.next_if(|one| one.0 == at).map(|one| one.1);
            let is_left = change.stop.is_some() && now.head == change.stop;
            let stays = if is_left { now.other } else { Some(now.price) };
            let Some(then) = stays.into_iter().chain(offer).min() else {
                return false;
            };
            sum += then - now.price;
        }
        sum < Level::ZERO
    }

    fn make(&self, ground: &Ground<'_>, best: &Weighed, change: Move) -> Option<Weighed> {
        let mut layout = best.layout.clone();
        let offers = change.start.and_then(|id| self.reach.get(&id));
        let offers: BTreeMap<usize, Level> = offers.into_iter().flatten().copied().collect();
        let leaves = |at: usize, now: &Now| {
            let is_left = change.stop.is_some() && now.head == change.stop;
            is_left || offers.get(&at).is_some_and(|price| *price < now.price)
        };
        let moved = self.now.iter().zip(&self.customers).enumerate();
        let moved = moved.filter(|(at, (now, _))| leaves(*at, now));
        let moved: Vec<&Customer> = moved.map(|(_, (_, customer))| customer).collect();
        for customer in &moved {
            layout.assign(customer, None);
        }
        if let Some(stop) = change.stop {
            layout.retire(ground, stop);
        }
        if let Some(start) = change.start {
            layout.start(ground, start);
        }
        for customer in moved {
            let server = layout.cheapest(ground, customer, 100).map(|one| one.1);
            if server.is_none() && !ground.problem[customer.need].optional {
                return None;
            }
            layout.assign(customer, server);
        }
        if let Some(start) = change.start {
            layout.settle(ground, start)?;
        }
        if !layout.takes_over(ground, self.component, &self.customers) {
            return None;
        }
        let level = layout.weigh(ground)?;
        let is_better = level < best.level && layout.is_complete(ground);
        let keeps = is_better && layout.casualties(ground).is_empty();
        keeps.then_some(Weighed { layout, level })
    }
}

fn now(ground: &Ground<'_>, layout: &Layout, customer: &Customer) -> Now {
    let head = layout.heads.get(&(customer.consumer, customer.need));
    let head = head.copied().flatten();
    let mut prices = customer.prices.iter();
    let unserved = || ground.unserved(&ground.problem[customer.need]) * customer.load;
    let price = prices.find(|one| Some(one.1) == head);
    let others = customer
        .prices
        .iter()
        .filter(|one| Some(one.1) != head && layout.is_open(one.1));
    let other = others.map(|one| one.0).next();
    let optional = ground.problem[customer.need].optional;
    Now {
        head,
        price: price.map_or_else(unserved, |one| one.0),
        other: other.or_else(|| optional.then(unserved)),
    }
}

impl Layout {
    /// Ends an instance and what it asks.
    fn retire(&mut self, ground: &Ground<'_>, id: CandidateId) {
        let row = &ground.problem[id];
        for &need in &ground.asks[row.component] {
            if let Some(Some(server)) = self.heads.get(&(id, need)).copied() {
                let load = ground.load_through(&ground.problem[need], id, self.load[id]);
                self.load[server] = self.load[server].saturating_sub(load);
            }
        }
        self.stop(ground, id);
    }

    /// Finds heads for an instance that has just been opened, among what runs.
    fn settle(&mut self, ground: &Ground<'_>, id: CandidateId) -> Option<()> {
        let row = &ground.problem[id];
        for &need in &ground.asks[row.component] {
            let edge = &ground.problem[need];
            if !edge.applies(row.variant) {
                continue;
            }
            let load = ground.load_through(edge, id, self.load[id]);
            let choices = ground.choices(edge, row.device);
            let eager = choices.filter(|route| self.is_open(route.to));
            let mut prices: Vec<(Level, CandidateId)> = eager
                .map(|route| (ground.unit(route) * load, route.to))
                .collect();
            prices.sort_unstable();
            let customer = Customer {
                consumer: id,
                need,
                load,
                prices,
            };
            let server = self.cheapest(ground, &customer, 100).map(|one| one.1);
            if server.is_none() && !edge.optional {
                return None;
            }
            self.assign(&customer, server);
        }
        Some(())
    }
}
