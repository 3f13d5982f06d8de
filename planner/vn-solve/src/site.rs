//! A leaf of the presence search: everything open is known, and who holds each truth.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{
    Budget, CandidateId, CloneMode, ComponentId, FailureId, Need, NeedId, RequirementKind, Role,
    Route,
};

use crate::{
    level::Level,
    model::{Asked, Choice, Link, Model},
    own,
    table::Table,
    traffic,
};

/// Who holds each truth, in declared order.
pub type Truths = BTreeMap<ComponentId, Vec<CandidateId>>;

/// Choices that the caller has already made.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// Heads.
    pub heads: BTreeMap<(NeedId, CandidateId), Option<CandidateId>>,
    /// Truths.
    pub truths: Truths,
    /// The most quality that heads of a component may lose.
    pub losses: BTreeMap<ComponentId, u64>,
}

/// One need of one open instance, with the heads that it can have.
#[derive(Clone, Debug)]
pub struct Item {
    /// The need.
    pub need: NeedId,
    /// The instance.
    pub consumer: CandidateId,
    /// Its load.
    pub asked: Asked,
    /// What a unit of load costs when unserved, if it may be.
    pub unserved: Option<Level>,
    /// Possible heads.
    pub choices: Vec<Choice>,
    /// Whom it holds on to beside its head: the others in order, of which as many as it needs; empty
    /// where it needs one, or nobody counts.
    pub others: Vec<CandidateId>,
    /// Whom it asks in each scenario when its head is gone.
    pub next: Vec<Option<CandidateId>>,
    /// Whether the item before is the same in all that matters, so that swapping their heads
    /// changes nothing: then this one's head does not come before that one's.
    pub twin: bool,
}

/// A failure in which some capacity may be exceeded.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The failure.
    pub failure: FailureId,
    /// Whose capacities count.
    pub cone: BTreeSet<ComponentId>,
}

/// All that routing needs to know.
#[derive(Debug)]
pub struct Site<'a> {
    /// The facts.
    pub model: &'a Model<'a>,
    /// What is open, sorted.
    pub open: Vec<CandidateId>,
    /// Who holds the truths.
    pub truths: Truths,
    /// Consumers before servers.
    pub items: Vec<Item>,
    /// Failures to watch.
    pub scenarios: Vec<Scenario>,
    /// What the instances cost by themselves.
    pub standing: Level,
}

impl<'a> Site<'a> {
    /// A leaf; `None` if some need cannot have a head, or no bytes arrive.
    pub fn of(
        model: &'a Model<'a>,
        open: &[CandidateId],
        truths: Truths,
        pins: &Pins,
    ) -> Option<Self> {
        let mut site = Self {
            model,
            open: open.to_vec(),
            truths,
            items: Vec::new(),
            scenarios: Vec::new(),
            standing: Level::ZERO,
        };
        if !site.has_sources() {
            return None;
        }
        site.standing = site
            .open
            .iter()
            .fold(own::at_leaf(model, open), |sum, &id| {
                sum + site.standing(id)
            });
        site.scenarios = site.watched();
        let rank: Table<ComponentId, usize> = rank(model);
        let mut consumers = site.open.clone();
        consumers.sort_by_key(|&id| (rank[model.problem[id].component], id));
        for consumer in consumers {
            for at in 0..model.links[consumer].len() {
                let item = site.item(consumer, at, pins)?;
                site.items.push(item);
            }
        }
        site.items.sort_by_key(|item| {
            let server = model.problem[item.need].server;
            let closes = rank[model.problem[item.consumer].component] > rank[server];
            (
                // INVARIANT: only a fixed load closes a circle, and waits for nobody.
                !closes,
                rank[model.problem[item.consumer].component],
                item.need,
                item.consumer,
            )
        });
        site.mark_twins();
        Some(site)
    }

    fn mark_twins(&mut self) {
        let twins: Vec<bool> = self
            .items
            .windows(2)
            .map(|pair| matches!(pair, [a, b] if self.twins(a, b)))
            .collect();
        for (item, twin) in self.items.iter_mut().skip(1).zip(twins) {
            item.twin = twin;
        }
    }

    /// Two clients that ask the same from alike places and are lost alike.
    fn twins(&self, a: &Item, b: &Item) -> bool {
        let problem = self.model.problem;
        let device = |item: &Item| problem[item.consumer].device;
        let alike = |a: Asked, b: Asked| match (a, b) {
            (Asked::Fixed(a), Asked::Fixed(b)) => a == b,
            (Asked::Fixed(_) | Asked::Share { .. }, _) => false,
        };
        a.need == b.need
            && !self.is_counted_once(a.need)
            && a.others == b.others
            && alike(a.asked, b.asked)
            && a.next == b.next
            && a.unserved == b.unserved
            && a.choices == b.choices
            && traffic::same_ways(problem, a, b)
            && self.scenarios.iter().all(|one| {
                let event = &problem[one.failure];
                let apart =
                    |item: &Item, to: CandidateId| event.parts(device(item), problem[to].device);
                let mut asked = a.choices.iter().map(|choice| choice.server);
                event.takes(device(a)) == event.takes(device(b))
                    && asked.all(|to| apart(a, to) == apart(b, to))
            })
    }

    /// Whether a consumer that asks through another need as well counts once on a server that bears only
    /// so many: then heads cannot be swapped one by one.
    fn is_counted_once(&self, need: NeedId) -> bool {
        let problem = self.model.problem;
        let row = &problem[need];
        let same = |other: &&Need| (other.consumer, other.server) == (row.consumer, row.server);
        self.model.is_limited(row.server) && problem.needs.iter().filter(same).count() > 1
    }

    /// Whether the bytes of an instance are there from the start.
    fn eager(&self, id: CandidateId) -> bool {
        self.model.problem[id].clone == CloneMode::Eager || self.holds_truth(id)
    }

    fn holds_truth(&self, id: CandidateId) -> bool {
        let holders = self.truths.get(&self.model.problem[id].component);
        holders.is_some_and(|holders| holders.contains(&id))
    }

    fn standing(&self, id: CandidateId) -> Level {
        self.model
            .weights
            .standing(self.model.problem, id, self.holds_truth(id))
    }

    fn instances(&self, component: ComponentId) -> impl Iterator<Item = CandidateId> {
        let of = move |id: &CandidateId| self.model.problem[*id].component == component;
        self.open.iter().copied().filter(of)
    }

    fn has_sources(&self) -> bool {
        let mut lazy = self.open.iter().filter(|&&id| !self.eager(id));
        lazy.all(|&id| {
            let component = self.model.problem[id].component;
            self.instances(component).any(|other| self.eager(other))
        })
    }

    fn item(&self, consumer: CandidateId, at: usize, pins: &Pins) -> Option<Item> {
        let link = self.model.links[consumer].get(at)?;
        let server = self.model.problem[link.need].server;
        let most = pins.losses.get(&server).copied().unwrap_or(u64::MAX);
        let open = |choice: &&Choice| {
            self.open.binary_search(&choice.server).is_ok()
                && self.may_head(link.need, choice.server)
                && self.model.problem[choice.server].quality <= most
        };
        let mut choices: Vec<Choice> = link.choices.iter().filter(open).copied().collect();
        if !self.has_copies(link) {
            choices.clear();
        }
        let mut unserved = link.unserved;
        if unserved.is_none() {
            self.keep_survivors(link.need, consumer, &mut choices);
        }
        if let Some(pin) = pins.heads.get(&(link.need, consumer)) {
            choices.retain(|choice| Some(choice.server) == *pin);
            unserved = unserved.filter(|_| pin.is_none());
        }
        if choices.is_empty() && unserved.is_none() {
            return None;
        }
        let scenarios = self.scenarios.iter();
        let next = scenarios
            .map(|one| self.next(link.need, consumer, one.failure))
            .collect();
        Some(Item {
            others: self.others(link.need, consumer),
            need: link.need,
            consumer,
            asked: link.asked,
            unserved,
            choices,
            next,
            twin: false,
        })
    }

    /// Whether as many servers are in budget as whoever is served must have.
    fn has_copies(&self, link: &Link) -> bool {
        let servers = link.choices.iter().map(|choice| choice.server);
        let open = servers.filter(|id| self.open.binary_search(id).is_ok());
        open.filter(|&id| self.may_head(link.need, id)).count() as u64
            >= self.model.problem[link.need].copies
    }

    /// Where nobody else stands in after a failure, the head itself must be alive.
    fn keep_survivors(&self, need: NeedId, consumer: CandidateId, choices: &mut Vec<Choice>) {
        let problem = self.model.problem;
        let server = problem[need].server;
        if !problem[need].write && self.instances(server).all(|id| self.eager(id)) {
            // Then the clauses have seen to it.
            return;
        }
        for failure in self.model.survived(server) {
            let event = &problem[failure];
            if event.takes(problem[consumer].device) {
                continue;
            }
            let stands_in = self.next(need, consumer, failure).is_some_and(|id| {
                let route = problem[need].route(problem[consumer].device, id);
                route.is_some_and(|route| problem[need].budget(problem.time(route)) != Budget::Over)
            });
            if !stands_in {
                let from = problem[consumer].device;
                choices.retain(|choice| {
                    let reached = !event.parts(from, problem[choice.server].device);
                    reached && self.accepts(need, choice.server, failure)
                });
            }
        }
    }

    /// The first entry behind the head that is alive and has its bytes.
    fn next(&self, need: NeedId, consumer: CandidateId, failure: FailureId) -> Option<CandidateId> {
        let problem = self.model.problem;
        let row = &problem[need];
        let routes = row.routes_from(problem[consumer].device).iter();
        routes
            .filter(|route| self.open.binary_search(&route.to).is_ok())
            .filter(|route| !problem[failure].parts(route.from, problem[route.to].device))
            .filter(|route| self.may_answer(need, route.to))
            .filter(|route| self.accepts(need, route.to, failure))
            .filter(|route| self.eager(route.to) || self.fills(route.to, failure))
            .min_by_key(|route| self.rank(row, route))
            .map(|route| route.to)
    }

    fn fills(&self, lazy: CandidateId, failure: FailureId) -> bool {
        let problem = self.model.problem;
        self.instances(problem[lazy].component).any(|from| {
            self.eager(from)
                && !problem[failure].parts(problem[lazy].device, problem[from].device)
                && problem
                    .refills
                    .iter()
                    .any(|refill| (refill.to, refill.from) == (lazy, from))
        })
    }

    /// Whether an instance is on the list of a need at all.
    fn may_answer(&self, need: NeedId, id: CandidateId) -> bool {
        self.may_head(need, id) || self.model.problem[id].standby
    }

    fn may_head(&self, need: NeedId, id: CandidateId) -> bool {
        let row = &self.model.problem[need];
        let passes_on = self.model.problem[row.server].custody.passes_on;
        !row.write || passes_on || self.holds_truth(id)
    }

    /// Whether an instance that lives on takes what a need asks of it after a failure.
    pub fn accepts(&self, need: NeedId, id: CandidateId, failure: FailureId) -> bool {
        let problem = self.model.problem;
        let (row, event) = (&problem[need], &problem[failure]);
        if !row.write || event.kept.contains(&row.server) {
            return true;
        }
        let device = |id: CandidateId| problem[id].device;
        let passes_on = problem[row.server].custody.passes_on;
        self.writers(row.server, failure)
            .into_iter()
            .any(|writer| writer == id || (passes_on && !event.parts(device(id), device(writer))))
    }

    /// Who decides on writes after a failure: holders that reach more than half of all; whoever stands
    /// by, where no holder is left.
    fn writers(&self, component: ComponentId, failure: FailureId) -> Vec<CandidateId> {
        let problem = self.model.problem;
        let event = &problem[failure];
        let device = |id: CandidateId| problem[id].device;
        let stored = self.stored(component, Some(failure));
        if !stored.iter().any(|&id| self.holds_truth(id)) {
            return stored;
        }
        let all = self.truths.get(&component).map_or(0, Vec::len);
        let reached = |one: CandidateId| {
            let others = stored.iter();
            let others = others.filter(|&&other| !event.parts(device(one), device(other)));
            others.count()
        };
        let decides = |one: &CandidateId| reached(*one) > all / 2;
        stored.iter().copied().filter(decides).collect()
    }

    /// Where everything that is written ends up: the holders that are left, else those that stand by.
    pub fn stored(&self, component: ComponentId, failure: Option<FailureId>) -> Vec<CandidateId> {
        let problem = self.model.problem;
        let alive = |id: &CandidateId| {
            failure.is_none_or(|failure| !problem[failure].takes(problem[*id].device))
        };
        let holders = self.truths.get(&component).into_iter().flatten().copied();
        let left: Vec<CandidateId> = holders.filter(alive).collect();
        if !left.is_empty() {
            return left;
        }
        let others = self.instances(component);
        others
            .filter(|&id| problem[id].standby)
            .filter(alive)
            .collect()
    }

    /// Who bears what a need asks of an instance beside that instance itself.
    pub fn also(
        &self,
        need: NeedId,
        server: CandidateId,
        failure: Option<FailureId>,
    ) -> Vec<CandidateId> {
        let row = &self.model.problem[need];
        if !row.write {
            return Vec::new();
        }
        let mut stored = self.stored(row.server, failure);
        stored.retain(|&id| id != server);
        stored
    }

    /// The open servers in the order of the list, where several are held on to and that counts.
    fn others(&self, need: NeedId, consumer: CandidateId) -> Vec<CandidateId> {
        let problem = self.model.problem;
        let row = &problem[need];
        if row.copies == 1 || !self.model.is_limited(row.server) {
            return Vec::new();
        }
        let routes = row.routes_from(problem[consumer].device).iter();
        let open = routes.filter(|route| self.open.binary_search(&route.to).is_ok());
        let open = open.filter(|route| self.may_answer(need, route.to));
        let mut open: Vec<&Route> = open.collect();
        open.sort_by_key(|route| self.rank(row, route));
        open.into_iter().map(|route| route.to).collect()
    }

    /// Where an entry behind the head stands in the list.
    fn rank(&self, need: &Need, route: &Route) -> impl Ord + use<> {
        (
            need.budget(self.model.problem.time(route)),
            !self.eager(route.to),
            route.fallback_tier,
            route.rtt,
            route.to,
        )
    }

    /// Failures that concern a capacity which moved load could exceed.
    fn watched(&self) -> Vec<Scenario> {
        let problem = self.model.problem;
        let tight: BTreeSet<ComponentId> = self
            .open
            .iter()
            .filter(|&&id| self.model.tight(id) || problem[id].connections.is_some())
            .map(|&id| problem[id].component)
            .collect();
        let mut cones: BTreeMap<FailureId, BTreeSet<ComponentId>> = BTreeMap::new();
        for &component in &tight {
            for failure in self.model.survived(component) {
                cones.entry(failure).or_default().insert(component);
            }
        }
        if self.model.has_tight_channels() {
            let here = problem.component_ids().filter(|&component| {
                !problem[component].may_be_absent || self.instances(component).next().is_some()
            });
            for component in here {
                for failure in self.model.survived(component) {
                    cones.entry(failure).or_default();
                }
            }
        }
        cones
            .into_iter()
            .filter(|(failure, _)| {
                let event = &problem[*failure];
                let mut open = self.open.iter();
                !event.cut.is_empty() || open.any(|&id| event.takes(problem[id].device))
            })
            .map(|(failure, cone)| Scenario { failure, cone })
            .collect()
    }

    /// Whether heads share a capacity or a duty that they could exceed together.
    pub fn is_coupled(&self) -> bool {
        self.open.iter().any(|&id| {
            let row = &self.model.problem[id];
            let service = self.model.problem[row.component].role == Role::Service;
            self.model.tight(id) || (service && self.model.problem[row.device].max_duty.is_some())
        })
    }
}

fn rank(model: &Model<'_>) -> Table<ComponentId, usize> {
    let mut rank = Table::filled(model.order.len(), 0);
    for (at, &component) in model.order.iter().enumerate() {
        rank[component] = at;
    }
    rank
}

impl Model<'_> {
    /// The failures that a component must survive, sorted.
    pub fn survived(&self, component: ComponentId) -> Vec<FailureId> {
        let mut failures: Vec<FailureId> = self
            .problem
            .requirements
            .iter()
            .filter_map(|row| match &row.kind {
                RequirementKind::Survive {
                    component: of,
                    failures,
                } if *of == component => Some(failures),
                RequirementKind::Survive { .. }
                | RequirementKind::Count { .. }
                | RequirementKind::Spread { .. }
                | RequirementKind::Truth { .. }
                | RequirementKind::Uniform { .. }
                | RequirementKind::Implies { .. }
                | RequirementKind::Exclusive { .. }
                | RequirementKind::Linear { .. }
                | RequirementKind::Arrivals(_)
                | RequirementKind::AtMost { .. }
                | RequirementKind::Total { .. } => None,
            })
            .flatten()
            .copied()
            .collect();
        failures.sort_unstable();
        failures.dedup();
        failures
    }
}
