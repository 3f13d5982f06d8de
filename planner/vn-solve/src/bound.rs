//! What every plan below a node costs at least, in integers.

use vn_problem::{CandidateId, ComponentId, Role};

use crate::{
    clause::{Clause, When},
    level::Level,
    location,
    model::{Asked, Link, Model},
    own,
    presence::Presence,
    purchase,
    table::{GroupId, Table},
};

/// A lower bound and how it came about.
#[derive(Debug)]
pub struct Bound {
    /// No plan below is better than this.
    pub level: Level,
    /// What is worth deciding next; nothing if the bound rests on what is open alone.
    pub branch: Option<Branch>,
    /// What else consumers would like to have.
    pub wish: Option<Branch>,
}

/// A question whose answers split a node in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// Does the component run on this device?
    Group(GroupId),
    /// Does this variant run here?
    Candidate(CandidateId),
    /// Does the component lose no more quality than the least that is possible?
    Loss(ComponentId, u64, u64),
}

/// The bound of a node at a fixed point of `propagate`.
pub fn bound(model: &Model<'_>, presence: &Presence) -> Bound {
    let prices = Prices::of(model, presence);
    let located = location::bound(model, presence);
    let (mut level, mut loss) = (Level::ZERO, Level::ZERO);
    let (mut wish, mut lossy) = (None, None);
    for &component in &model.order {
        for group in presence.present(model, component) {
            let Some((price, best)) = prices.cheapest(group) else {
                continue;
            };
            level += price;
            wish = wish.or_else(|| prices.wish(best));
        }
        level += extra(&prices, component);
    }
    let tight = (level.tiers, level.objective) >= (located.level.tiers, located.level.objective);
    let decides_late = (model.weights.quality.tiers, model.weights.quality.objective) == (0, 0);
    for &component in &model.order {
        if model.weights.quality != Level::ZERO {
            let mut least = quality(model, presence, component).max(presence.loss(component).0);
            if tight && decides_late {
                least = least.max(prices.quality_at_least(component));
            }
            loss += model.weights.quality * least;
            lossy = lossy.or_else(|| split_loss(model, presence, component, least));
        }
    }
    Bound {
        level: level.max(located.level)
            + loss
            + own::at_least(model, presence)
            + purchase::at_least(model, presence),
        branch: lossy.or(located.branch),
        wish,
    }
}

/// What each candidate costs at least, alone and per unit of load.
struct Prices<'a> {
    model: &'a Model<'a>,
    presence: &'a Presence,
    unit: Table<CandidateId, Level>,
    standing: Table<CandidateId, Level>,
}

impl<'a> Prices<'a> {
    /// Servers first, so that a consumer knows what its load causes further down.
    fn of(model: &'a Model<'a>, presence: &'a Presence) -> Self {
        let unit = Table::filled(model.problem.candidates.len(), Level::ZERO);
        let mut prices = Self {
            model,
            presence,
            unit,
            standing: model.standing.clone(),
        };
        // A fixed load may close a circle: what its server causes must be known in whole.
        for passes_on in [true, false] {
            for &component in model.order.iter().rev() {
                for &group in &model.of_component[component] {
                    for id in presence.members(model, group) {
                        prices.add_links(id, passes_on);
                    }
                }
            }
        }
        prices
    }

    fn add_links(&mut self, id: CandidateId, passes_on: bool) {
        let links = self.model.links[id].iter();
        for link in links.filter(|link| link.asked.passes_on() == passes_on) {
            let Some(best) = self.best(link).map(|(price, _)| price).or(link.unserved) else {
                continue;
            };
            let best = link.unserved.map_or(best, |unserved| unserved.min(best));
            match link.asked {
                Asked::Fixed(load) => self.standing[id] += best * load.0,
                Asked::Share { num, den, .. } => self.unit[id] += best.share(num, den),
            }
        }
    }

    /// The cheapest head, open ones first among equals.
    fn best(&self, link: &Link) -> Option<(Level, CandidateId)> {
        link.choices
            .iter()
            .filter(|choice| self.presence.is_askable(self.model, choice.server))
            .map(|choice| (choice.level + self.unit[choice.server], choice.server))
            .min_by_key(|&(price, id)| (price, !self.presence.is_open(id), id))
    }

    fn cheapest(&self, group: GroupId) -> Option<(Level, CandidateId)> {
        let members = self.presence.members(self.model, group);
        members.map(|id| (self.standing[id], id)).min()
    }

    /// The quality loss of a component whose heads are all the cheapest.
    ///
    /// INVARIANT: only asked where quality counts after tiers and objective. A plan with any other head
    /// is worse on these, and so worse than the bound, however little quality it loses.
    fn quality_at_least(&self, component: ComponentId) -> u64 {
        let worst = |id: CandidateId| {
            let links = self.model.links[id].iter();
            let links = links.filter(|link| self.model.problem[link.need].server == component);
            links.map(|link| self.cheapest_quality(link)).max()
        };
        let groups = self.model.groups.keys();
        let present = groups.filter(|&group| self.presence.is_present(group));
        present
            .filter_map(|group| {
                let members = self.presence.members(self.model, group);
                members.map(|id| worst(id).unwrap_or(0)).min()
            })
            .max()
            .unwrap_or(0)
    }

    /// The least quality loss among the cheapest heads of a need that is asked something.
    fn cheapest_quality(&self, link: &Link) -> u64 {
        let asks = match link.asked {
            Asked::Fixed(load) => load.0 > 0,
            // Nobody may ask the consumer.
            Asked::Share { .. } => false,
        };
        let counts = |price: Level| (price.tiers, price.objective);
        let Some(best) = self.best(link).map(|(price, _)| counts(price)) else {
            return 0;
        };
        if !asks || link.unserved.is_some_and(|price| counts(price) <= best) {
            return 0;
        }
        let choices = link.choices.iter().filter(|choice| {
            let price = choice.level + self.unit[choice.server];
            self.presence.is_askable(self.model, choice.server) && counts(price) == best
        });
        let losses = choices.map(|choice| self.model.problem[choice.server].quality);
        losses.min().unwrap_or(0)
    }

    /// The undecided server that a consumer would like to ask.
    fn wish(&self, consumer: CandidateId) -> Option<Branch> {
        let links = self.model.links[consumer].iter();
        let wishes = links.filter_map(|link| self.best(link)).map(|(_, id)| id);
        let mut undecided = wishes.filter(|&id| !self.presence.is_open(id));
        undecided.next().map(|id| {
            let group = self.model.group_of[id];
            if self.presence.is_undecided(group) {
                Branch::Group(group)
            } else {
                Branch::Candidate(id)
            }
        })
    }
}

/// What a component must still open at least.
fn extra(prices: &Prices<'_>, component: ComponentId) -> Level {
    let (model, presence) = (prices.model, prices.presence);
    let mut offers: Vec<(Level, GroupId)> = presence
        .undecided(model, component)
        .filter_map(|group| Some((prices.cheapest(group)?.0, group)))
        .collect();
    offers.sort_unstable();
    let sum = |count: usize| {
        offers
            .iter()
            .take(count)
            .fold(Level::ZERO, |sum, one| sum + one.0)
    };
    let present = presence.present(model, component).count() as u64;
    let missing = model.count[component].min.saturating_sub(present);
    let counted = sum(usize::try_from(missing).unwrap_or(usize::MAX));
    let unmet: Vec<&Clause> = model.unmet(presence, component).collect();
    if unmet.is_empty() {
        return counted;
    }
    let meets_all = |group: GroupId| {
        unmet
            .iter()
            .all(|clause| clause.any.iter().any(|&id| model.group_of[id] == group))
    };
    // Either one more instance meets every clause, or there are two more at least.
    let alone = offers.iter().find(|one| meets_all(one.1)).map(|one| one.0);
    let pair = if offers.len() < 2 {
        alone
    } else {
        Some(sum(2))
    };
    counted.max(alone.into_iter().chain(pair).min().unwrap_or(Level::ZERO))
}

impl Model<'_> {
    /// The clauses of a component that speak and that nothing present could satisfy.
    pub fn unmet<'a>(
        &'a self,
        presence: &'a Presence,
        component: ComponentId,
    ) -> impl Iterator<Item = &'a Clause> {
        let of = self
            .clauses
            .iter()
            .filter(move |clause| clause.component == component);
        of.filter(|clause| is_unmet(self, presence, clause))
    }
}

/// Whether a clause speaks and nothing that is surely present could satisfy it.
fn is_unmet(model: &Model<'_>, presence: &Presence, clause: &Clause) -> bool {
    let holds = match clause.when {
        When::Always => true,
        When::Group(group) => presence.is_present(group),
        When::Candidate(id) => presence.is_open(id),
    };
    holds
        && !clause.any.iter().any(|&id| {
            clause.admits(model, presence, id) && presence.is_present(model.group_of[id])
        })
}

/// Where quality weighs in the objective it is decided first: the rest is a sum of prices then.
fn split_loss(
    model: &Model<'_>,
    presence: &Presence,
    component: ComponentId,
    least: u64,
) -> Option<Branch> {
    if model.weights.quality.objective == 0 || presence.loss(component).1 <= least {
        return None;
    }
    let candidates = model.problem.candidates_of(component);
    let steps = candidates.filter(|&(id, _)| presence.is_askable(model, id));
    let steps = steps.map(|(_, row)| row.quality);
    let absent = model.problem[component].absent_quality;
    let above = steps.chain([absent]).filter(|&steps| steps > least).min()?;
    Some(Branch::Loss(component, least, above))
}

/// The least quality loss of a component.
fn quality(model: &Model<'_>, presence: &Presence, component: ComponentId) -> u64 {
    let row = &model.problem[component];
    let steps = |id: CandidateId| model.problem[id].quality;
    let groups = &model.of_component[component];
    match row.role {
        Role::Client => {
            let worst = groups.iter().filter(|&&group| presence.is_present(group));
            worst
                .filter_map(|&group| presence.members(model, group).map(steps).min())
                .max()
                .unwrap_or(row.absent_quality)
        }
        Role::Service => {
            let members = groups
                .iter()
                .flat_map(|&group| presence.members(model, group));
            let best = members.map(steps).min().unwrap_or(row.absent_quality);
            let exists = presence.present(model, component).next().is_some();
            let least = if exists {
                best
            } else {
                best.min(row.absent_quality)
            };
            least.max(asked_quality(model, presence, component))
        }
    }
}

/// The best quality that the worst-off consumer of a component can get.
fn asked_quality(model: &Model<'_>, presence: &Presence, component: ComponentId) -> u64 {
    let groups = model
        .groups
        .keys()
        .filter(|&group| presence.is_present(group));
    let least = |id: CandidateId| {
        let links = model.links[id]
            .iter()
            .filter(|link| link.unserved.is_none() && model.problem[link.need].server == component);
        let best = |link: &Link| {
            let servers = link.choices.iter().map(|choice| choice.server);
            let servers = servers.filter(|&id| presence.is_askable(model, id));
            servers.map(|id| model.problem[id].quality).min()
        };
        links.filter_map(best).max().unwrap_or(0)
    };
    groups
        .filter_map(|group| presence.members(model, group).map(least).min())
        .max()
        .unwrap_or(0)
}
