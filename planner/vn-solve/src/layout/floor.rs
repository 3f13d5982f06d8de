//! What no plan is below: each component is a facility location problem of its own, in which throughput has
//! a price (a Lagrangian relaxation) and instances are paid for by whom they serve (dual ascent, after
//! Erlenkotter).
//!
//! All in whole numbers. Whatever prices are chosen, the sum is a bound: an instance with price `f` and
//! throughput `u` costs at least `f − λ·u` by being open and `λ` for every unit that it is asked.

mod musts;

use std::collections::BTreeSet;

use vn_problem::{Budget, CandidateId, ComponentId, DeviceId, FailureId, NeedId, NeedLoad, Role};

use super::Ground;
use crate::table::Table;

/// So many parts of an instance's price may be put on its throughput.
const PARTS: i128 = 4;

/// A lower bound of the objective, in the unit of levels and without its constant part.
pub fn floor(ground: &Ground<'_>) -> i128 {
    let mut floor = Floor {
        ground,
        unit: Table::filled(ground.problem.candidates.len(), 0),
        passed: passed(ground),
        musts: musts::musts(ground),
    };
    let mut sum = floor.clients();
    for &component in ground.order.iter().rev() {
        if ground.problem[component].role == Role::Service {
            sum += floor.component(component);
        }
    }
    sum
}

struct Floor<'g> {
    ground: &'g Ground<'g>,
    /// What a unit of load costs at and behind a candidate at least.
    unit: Table<CandidateId, i128>,
    /// What services pass on to a component at least.
    passed: Table<ComponentId, u64>,
    /// Sets of a component's candidates of which one is open, because of what its consumers need.
    musts: Table<ComponentId, BTreeSet<Vec<CandidateId>>>,
}

/// A customer that must be served: what its load costs with whom, the cheapest first, and what is paid.
#[derive(Clone)]
struct Payer {
    prices: Vec<(i128, usize)>,
    paid: i128,
}

/// At least so many of some instances are open.
#[derive(Clone)]
struct Cover {
    count: i128,
    any: Vec<usize>,
}

impl Floor<'_> {
    /// The cheapest variant of each client on each of its devices.
    fn clients(&self) -> i128 {
        let problem = self.ground.problem;
        let mut sum = 0;
        for component in problem.component_ids() {
            if problem[component].role == Role::Service {
                continue;
            }
            for &device in &problem[component].on {
                let rows = problem.candidates_of(component);
                let here = rows.filter(|(_, row)| row.device == device);
                let prices = here.map(|(id, _)| self.ground.standing[id].objective);
                sum += prices.min().unwrap_or(0);
            }
        }
        sum
    }

    /// The best bound of a component; its units are those of that bound from then on.
    fn component(&mut self, component: ComponentId) -> i128 {
        let ground = self.ground;
        let rows = ground.problem.candidates_of(component);
        let ids: Vec<CandidateId> = rows.map(|(id, _)| id).collect();
        let below: Vec<i128> = ids.iter().map(|&id| self.below(id)).collect();
        let covers = self.covers(component, &ids);
        let mut best: Option<(i128, i128, Vec<i128>)> = None;
        for parts in 0..=PARTS {
            let split = ids.iter().map(|&id| split(ground, id, parts));
            let (rates, slack): (Vec<i128>, Vec<i128>) = split.unzip();
            let units: Vec<i128> = below.iter().zip(&rates).map(|(a, b)| a + b).collect();
            let payers = self.payers(component, &ids, &units);
            let own = [true, false].map(|first| ascend(&payers, &covers, &slack, first));
            let own = own.into_iter().max().unwrap_or(0);
            let behind = rates.iter().min().copied().unwrap_or(0);
            let score = own.saturating_add(behind.saturating_mul(self.passed[component].into()));
            if best.as_ref().is_none_or(|best| score > best.0) {
                best = Some((score, own, units));
            }
        }
        let Some((_, own, units)) = best else {
            return 0;
        };
        for (&id, unit) in ids.iter().zip(units) {
            self.unit[id] = unit;
        }
        own
    }

    /// What a unit of load at a candidate causes behind it at least.
    fn below(&self, id: CandidateId) -> i128 {
        let (ground, row) = (self.ground, &self.ground.problem[id]);
        let mut sum = 0;
        for &need in &ground.asks[row.component] {
            let edge = &ground.problem[need];
            if edge.optional || !edge.applies(row.variant) {
                continue;
            }
            let NeedLoad::Fanout(factor) = edge.load else {
                continue;
            };
            let routes = ground.choices(edge, row.device);
            let prices = routes.map(|route| ground.way(route).objective + self.unit[route.to]);
            let best = prices.min().unwrap_or(0);
            sum += (best * i128::from(factor.num)).div_euclid(factor.den.into());
        }
        sum
    }

    /// What clients ask of a component in any case.
    fn payers(&self, component: ComponentId, ids: &[CandidateId], units: &[i128]) -> Vec<Payer> {
        let ground = self.ground;
        let mut found = Vec::new();
        for (need, device, load) in asked(ground, component) {
            let edge = &ground.problem[need];
            let routes = ground.choices(edge, device);
            let price = |to: CandidateId, way: i128| {
                let at = ids.binary_search(&to).ok()?;
                Some(((way + units.get(at)?) * i128::from(load), at))
            };
            let mut prices: Vec<(i128, usize)> = routes
                .filter_map(|route| price(route.to, ground.way(route).objective))
                .collect();
            prices.sort_unstable();
            let paid = prices.first().map_or(0, |one| one.0);
            found.push(Payer { prices, paid });
        }
        found
    }

    /// What must be open whoever asks: the count, and two where one may be lost.
    fn covers(&self, component: ComponentId, ids: &[CandidateId]) -> Vec<Cover> {
        let ground = self.ground;
        let mut found = Vec::new();
        let failures = &ground.failures[component];
        let is_risky = |id: CandidateId| {
            let takers = &ground.takers[ground.problem[id].device];
            takers
                .iter()
                .find(|one| failures.binary_search(one).is_ok())
                .copied()
        };
        for (need, device, _) in asked(ground, component) {
            let edge = &ground.problem[need];
            let routes = edge.routes_from(device).iter();
            let in_time =
                routes.filter(|one| edge.budget(ground.problem.time(one)) != Budget::Over);
            let any: Vec<CandidateId> = in_time.map(|route| route.to).collect();
            let survives = |failure: FailureId| !ground.problem[failure].takes(device);
            if any.iter().all(|&id| is_risky(id).is_some_and(survives)) {
                let at = any.iter().filter_map(|id| ids.binary_search(id).ok());
                found.push(Cover {
                    count: 2,
                    any: at.collect(),
                });
            }
        }
        found.dedup_by(|a, b| a.any == b.any);
        for any in &self.musts[component] {
            let at = any.iter().filter_map(|id| ids.binary_search(id).ok());
            found.push(Cover {
                count: 1,
                any: at.collect(),
            });
        }
        if !ground.problem[component].may_be_absent {
            found.push(Cover {
                count: ground.count[component].min.into(),
                any: (0..ids.len()).collect(),
            });
        }
        found
    }
}

/// The needs of clients that a component must serve: from where, and how much.
fn asked(ground: &Ground<'_>, component: ComponentId) -> Vec<(NeedId, DeviceId, u64)> {
    let problem = ground.problem;
    let mut found = Vec::new();
    for &need in &ground.serves[component] {
        let edge = &problem[need];
        let is_client = problem[edge.consumer].role == Role::Client;
        let mut rows = problem.candidates_of(edge.consumer);
        if !is_client || edge.optional || !rows.all(|(_, row)| edge.applies(row.variant)) {
            continue;
        }
        let mut last = None;
        for (id, row) in problem.candidates_of(edge.consumer) {
            if last.replace(row.device) != Some(row.device) {
                let load = ground.load_through(edge, id, ground.demand(id));
                found.push((need, row.device, load));
            }
        }
    }
    found
}

/// What services pass on to each component at least, as shares of what clients ask.
fn passed(ground: &Ground<'_>) -> Table<ComponentId, u64> {
    let problem = ground.problem;
    let mut direct = Table::filled(problem.components.len(), 0_u64);
    let mut passed = direct.clone();
    for component in problem.component_ids() {
        let loads = asked(ground, component).into_iter().map(|one| one.2);
        direct[component] = loads.fold(0, u64::saturating_add);
    }
    for &component in &ground.order {
        let own = direct[component].saturating_add(passed[component]);
        for &need in &ground.asks[component] {
            let edge = &problem[need];
            let all = problem
                .candidates_of(component)
                .all(|(_, row)| edge.applies(row.variant));
            if let (Role::Service, NeedLoad::Fanout(factor), true, false) =
                (problem[component].role, edge.load, all, edge.optional)
            {
                let share = u128::from(own) * u128::from(factor.num) / u128::from(factor.den);
                let share = u64::try_from(share).unwrap_or(u64::MAX);
                passed[edge.server] = passed[edge.server].saturating_add(share);
            }
        }
    }
    passed
}

/// An instance's price, in what each unit of load pays and what being open still costs.
fn split(ground: &Ground<'_>, id: CandidateId, parts: i128) -> (i128, i128) {
    let price = ground.standing[id].objective.max(0);
    let Some(most) = ground.problem[id].capacity.filter(|most| most.0 > 0) else {
        return (0, price);
    };
    let most = i128::from(most.0);
    let rate = (price * parts / PARTS) / most;
    (rate, price - rate * most)
}

/// What customers and covers pay together, either of them first.
fn ascend(payers: &[Payer], covers: &[Cover], slack: &[i128], payers_first: bool) -> i128 {
    let mut slack = slack.to_vec();
    let mut payers = payers.to_vec();
    let mut covered = 0;
    if payers_first {
        raise(&mut payers, &mut slack);
    }
    for cover in covers {
        let rooms = cover.any.iter().filter_map(|&at| slack.get(at));
        let Some(&room) = rooms.min() else { continue };
        for &at in &cover.any {
            if let Some(slack) = slack.get_mut(at) {
                *slack -= room;
            }
        }
        covered += room * cover.count;
    }
    if !payers_first {
        raise(&mut payers, &mut slack);
    }
    payers.iter().map(|payer| payer.paid).sum::<i128>() + covered
}

/// Raises every payment, price by price, as far as instances are not yet paid for.
fn raise(payers: &mut [Payer], slack: &mut [i128]) {
    let mut active: Vec<usize> = (0..payers.len()).collect();
    while !active.is_empty() {
        active.retain(|&at| payers.get_mut(at).is_some_and(|payer| step(payer, slack)));
    }
}

/// Raises one payment to the next price; whether that may go on.
fn step(payer: &mut Payer, slack: &mut [i128]) -> bool {
    let asked = payer.prices.partition_point(|one| one.0 <= payer.paid);
    let (reached, further) = payer.prices.split_at(asked);
    let rooms = reached.iter().filter_map(|one| slack.get(one.1));
    let Some(&room) = rooms.min() else {
        return false;
    };
    let next = further.first().map_or(room, |one| one.0 - payer.paid);
    let more = next.min(room);
    for one in reached {
        if let Some(slack) = slack.get_mut(one.1) {
            *slack -= more;
        }
    }
    payer.paid += more;
    more > 0 && more < room
}
