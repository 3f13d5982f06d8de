//! Opening against waiting: a bound per component that weighs both at once.
//!
//! Each component by itself is a facility location problem: its candidates cost something to open,
//! its consumers something to serve. Raising what each consumer is ready to pay, until candidates
//! are paid for (dual ascent, after Erlenkotter), bounds the sum from below.

use vn_problem::{CandidateId, ComponentId, Role};

use crate::{
    bound::Branch,
    clause::Clause,
    level::Level,
    model::{Asked, Choice, Link, Model},
    presence::Presence,
    table::{GroupId, Table},
};

/// A bound and the decision on which it rests.
#[derive(Debug)]
pub struct Location {
    /// The bound.
    pub level: Level,
    /// What to decide next.
    pub branch: Option<Branch>,
}

/// The sum over all components.
pub fn bound(model: &Model<'_>, presence: &Presence) -> Location {
    let mut loads = Table::filled(model.problem.components.len(), 0_u64);
    let mut sum = Location {
        level: Level::ZERO,
        branch: None,
    };
    for &component in &model.order {
        let demands = demands(model, presence, component, &mut loads);
        let one = component_bound(model, presence, component, demands);
        sum.level += one.level;
        sum.branch = sum.branch.or(one.branch);
    }
    sum
}

/// Load that somebody must take: what each candidate would cost, and what is paid so far.
struct Demand {
    /// By price.
    prices: Vec<(Level, usize)>,
    /// The most that will be paid, as serving nobody costs that much.
    most: Option<Level>,
    paid: Level,
}

/// The demands on one component; its own load is noted for those that it asks in turn.
fn demands(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
    loads: &mut Table<ComponentId, u64>,
) -> Vec<(u64, Option<Level>, Vec<Choice>)> {
    let problem = model.problem;
    let mut found = Vec::new();
    for need in problem
        .need_ids()
        .filter(|&need| problem[need].server == component)
    {
        let consumer = problem[need].consumer;
        let link = |id: CandidateId| model.links[id].iter().find(|link| link.need == need);
        match problem[consumer].role {
            Role::Client => {
                for group in presence.present(model, consumer) {
                    let Some(link) = shared(model, presence, group, link) else {
                        continue;
                    };
                    let Asked::Fixed(load) = link.asked else {
                        continue;
                    };
                    if link.unserved.is_none() {
                        loads[component] = loads[component].saturating_add(load.0);
                    }
                    found.push((load.0, link.unserved, possible(model, presence, link)));
                }
            }
            Role::Service => {
                let Some((load, unserved, choices)) =
                    pooled(model, presence, consumer, loads[consumer], link)
                else {
                    continue;
                };
                if unserved.is_none() {
                    loads[component] = loads[component].saturating_add(load);
                }
                found.push((load, unserved, choices));
            }
        }
    }
    found
}

/// The link of a group, if all its possible variants have it.
fn shared<'l>(
    model: &Model<'_>,
    presence: &Presence,
    group: GroupId,
    link: impl Fn(CandidateId) -> Option<&'l Link>,
) -> Option<&'l Link> {
    let mut members = presence.members(model, group);
    let first = link(members.next()?)?;
    members.all(|id| link(id).is_some()).then_some(first)
}

fn possible(model: &Model<'_>, presence: &Presence, link: &Link) -> Vec<Choice> {
    let choices = link.choices.iter().copied();
    choices
        .filter(|choice| presence.is_askable(model, choice.server))
        .collect()
}

/// All load of a service taken together, at the best price from any of its places.
fn pooled<'l>(
    model: &Model<'_>,
    presence: &Presence,
    consumer: ComponentId,
    load: u64,
    link: impl Fn(CandidateId) -> Option<&'l Link>,
) -> Option<(u64, Option<Level>, Vec<Choice>)> {
    let mut best: Vec<Choice> = Vec::new();
    let mut any = None;
    let mut present = 0;
    for &group in &model.of_component[consumer] {
        if presence.members(model, group).next().is_none() {
            continue;
        }
        let link = shared(model, presence, group, &link)?;
        any = Some(link);
        present += u64::from(presence.is_present(group));
        for choice in possible(model, presence, link) {
            match best.iter_mut().find(|known| known.server == choice.server) {
                Some(known) => known.level = known.level.min(choice.level),
                None => best.push(choice),
            }
        }
    }
    let link = any?;
    let load = match link.asked {
        Asked::Fixed(rate) => rate.0.checked_mul(present)?,
        Asked::Share { num, den, .. } => {
            u64::try_from(u128::from(load).checked_mul(num.into())? / u128::from(den)).ok()?
        }
    };
    Some((load, link.unserved, best))
}

/// A candidate and what is not yet paid of it.
struct Facility {
    id: CandidateId,
    slack: Level,
}

fn component_bound(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
    demands: Vec<(u64, Option<Level>, Vec<Choice>)>,
) -> Location {
    let (mut level, mut facilities, missing) = opening(model, presence, component);
    let row = |id: CandidateId, facilities: &[Facility]| {
        facilities
            .binary_search_by_key(&id, |facility| facility.id)
            .ok()
    };
    let mut demands: Vec<Demand> = demands
        .into_iter()
        .filter(|(load, _, choices)| *load > 0 && !choices.is_empty())
        .map(|(load, unserved, choices)| {
            let mut prices: Vec<(Level, usize)> = choices
                .iter()
                .filter_map(|choice| Some((choice.level * load, row(choice.server, &facilities)?)))
                .collect();
            prices.sort_unstable();
            let cheapest = prices.first().map_or(Level::ZERO, |price| price.0);
            let most = unserved.map(|unserved| unserved * load);
            let paid = most.map_or(cheapest, |most| most.min(cheapest));
            Demand { prices, most, paid }
        })
        .collect();
    // What must be there, whoever asks: pays for being open with what the others leave.
    let unmet = model.unmet(presence, component);
    demands.extend(unmet.map(|clause| {
        let any = clause.any.iter().copied();
        let possible = any.filter(|&id| clause.admits(model, presence, id));
        Demand {
            prices: possible
                .filter_map(|id| Some((Level::ZERO, row(id, &facilities)?)))
                .collect(),
            most: None,
            paid: Level::ZERO,
        }
    }));
    ascend(&mut demands, &mut facilities);
    level = demands.iter().fold(level, |sum, demand| sum + demand.paid);
    let branch = missing.map(Branch::Group).or_else(|| {
        let undecided = facilities.iter().find(|one| {
            presence.is_present(model.group_of[one.id])
                && !presence.is_open(one.id)
                && one.slack == Level::ZERO
        });
        undecided.map(|one| Branch::Candidate(one.id))
    });
    let branch = branch.or_else(|| wish(model, presence, &demands, &facilities));
    Location { level, branch }
}

/// Raises every payment as far as candidates are not yet paid for.
fn ascend(demands: &mut [Demand], facilities: &mut [Facility]) {
    loop {
        let mut raised = false;
        for demand in &mut *demands {
            let asked = demand
                .prices
                .partition_point(|price| price.0 <= demand.paid);
            let next = demand.prices.get(asked).map(|price| price.0);
            let goal = match (next, demand.most) {
                (Some(next), Some(most)) => Some(next.min(most)),
                (next, most) => next.or(most),
            };
            let reached = demand.prices.get(..asked).unwrap_or_default();
            let room = reached
                .iter()
                .filter_map(|price| Some(facilities.get(price.1)?.slack))
                .min();
            let step = match (goal.map(|goal| goal - demand.paid), room) {
                (Some(goal), Some(room)) => goal.min(room),
                (None, Some(room)) => room,
                (_, None) => continue,
            };
            if step <= Level::ZERO {
                continue;
            }
            for price in reached {
                if let Some(facility) = facilities.get_mut(price.1) {
                    facility.slack = facility.slack - step;
                }
            }
            demand.paid += step;
            raised = true;
        }
        if !raised {
            return;
        }
    }
}

/// The undecided candidate that is paid for by somebody whom nothing open serves at that price.
fn wish(
    model: &Model<'_>,
    presence: &Presence,
    demands: &[Demand],
    facilities: &[Facility],
) -> Option<Branch> {
    for demand in demands {
        let reached = demand
            .prices
            .iter()
            .take_while(|price| price.0 <= demand.paid);
        let mut paid: Vec<&Facility> = reached
            .filter_map(|price| facilities.get(price.1))
            .collect();
        if paid.iter().any(|one| presence.is_open(one.id)) || demand.most == Some(demand.paid) {
            continue;
        }
        paid.retain(|one| one.slack == Level::ZERO);
        if let Some(first) = paid.first() {
            let group = model.group_of[first.id];
            return Some(if presence.is_undecided(group) {
                Branch::Group(group)
            } else {
                Branch::Candidate(first.id)
            });
        }
    }
    None
}

/// What is opened in any case, what opening each candidate costs beyond that, and where
/// something is still missing.
fn opening(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
) -> (Level, Vec<Facility>, Option<GroupId>) {
    let cheapest = |group: GroupId| {
        presence
            .members(model, group)
            .map(|id| model.standing[id])
            .min()
            .unwrap_or(Level::ZERO)
    };
    let present = presence.present(model, component).map(cheapest);
    let mut level = present.fold(Level::ZERO, |sum, one| sum + one);
    let mut offers: Vec<(Level, GroupId)> = presence
        .undecided(model, component)
        .map(|group| (cheapest(group), group))
        .collect();
    offers.sort_unstable();
    let missing = missing(model, presence, component, &offers);
    let included: Vec<(Level, GroupId)> = offers
        .iter()
        .copied()
        .filter(|one| missing.among.contains(&one.1))
        .collect();
    let first = included
        .get(..missing.count.min(included.len()))
        .unwrap_or_default();
    level = first.iter().fold(level, |sum, one| sum + one.0);
    let paid = first.last().map_or(Level::ZERO, |one| one.0);
    let mut facilities = Vec::new();
    for &group in &model.of_component[component] {
        let own = cheapest(group);
        let off = if presence.is_present(group) || first.iter().any(|one| one.1 == group) {
            own
        } else if missing.among.contains(&group) {
            paid
        } else {
            Level::ZERO
        };
        facilities.extend(presence.members(model, group).map(|id| Facility {
            id,
            slack: model.standing[id] - off,
        }));
    }
    (level, facilities, first.first().map(|one| one.1))
}

/// At least so many more instances among those groups.
struct Missing {
    count: usize,
    among: Vec<GroupId>,
}

fn missing(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
    offers: &[(Level, GroupId)],
) -> Missing {
    let all = || offers.iter().map(|one| one.1).collect();
    let present = presence.present(model, component).count() as u64;
    let counted = model.count[component].min.saturating_sub(present);
    let counted = usize::try_from(counted).unwrap_or(usize::MAX);
    let unmet: Vec<&Clause> = model.unmet(presence, component).collect();
    let meets =
        |clause: &Clause, group: GroupId| clause.any.iter().any(|&id| model.group_of[id] == group);
    let one_for_all = offers
        .iter()
        .any(|one| unmet.iter().all(|clause| meets(clause, one.1)));
    if counted >= 2 || unmet.is_empty() {
        return Missing {
            count: counted,
            among: all(),
        };
    }
    if !one_for_all {
        return Missing {
            count: 2,
            among: all(),
        };
    }
    let dearest = unmet.iter().max_by_key(|clause| {
        offers
            .iter()
            .find(|one| meets(clause, one.1))
            .map(|one| one.0)
    });
    let among = offers.iter().map(|one| one.1);
    let among = among.filter(|&group| dearest.is_some_and(|clause| meets(clause, group)));
    Missing {
        count: 1,
        among: among.collect(),
    }
}
