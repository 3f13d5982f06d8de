//! What a layout stands on: the facts of a problem, without anything that grows with its square.

use vn_problem::{
    Budget, CandidateId, CloneMode, ComponentId, DeviceId, FailureId, Load, Need, NeedId, NeedLoad,
    Problem, RequirementKind, Role, Route, TotalMetric,
};

use crate::{
    level::Level,
    model::{Count, counts},
    table::Table,
    weights::Weights,
};

/// With more routes than this, a problem is laid out instead of searched.
const LARGE: usize = 12_000;

/// The facts.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// Fractions made whole.
    pub weights: Weights,
    /// What each candidate adds by being open.
    pub standing: Table<CandidateId, Level>,
    /// What a unit of load causes behind a candidate at least.
    pub below: Table<CandidateId, Level>,
    /// Consumers before servers.
    pub order: Vec<ComponentId>,
    /// The candidates that a layout opens: those whose bytes are there from the start.
    pub rows: Table<ComponentId, Vec<CandidateId>>,
    /// The needs that a component has.
    pub asks: Table<ComponentId, Vec<NeedId>>,
    /// The needs that it serves.
    pub serves: Table<ComponentId, Vec<NeedId>>,
    /// How many instances it has.
    pub count: Table<ComponentId, Count>,
    /// Whether somebody holds its truth.
    pub truth: Table<ComponentId, bool>,
    /// Which failures it must survive, sorted.
    pub failures: Table<ComponentId, Vec<FailureId>>,
    /// Which failures take a device.
    pub takers: Table<DeviceId, Vec<FailureId>>,
}

impl<'a> Ground<'a> {
    /// Whether a problem has more routes than a search as a whole gets anywhere with.
    pub fn is_needed(problem: &Problem) -> bool {
        let routes: usize = problem.needs.iter().map(|need| need.routes.len()).sum();
        routes > LARGE
    }

    /// The ground of a checked problem; `None` if something binds its plans that a layout does not see, or
    /// its numbers do not fit.
    pub fn of(problem: &'a Problem) -> Option<Self> {
        if !is_plain(problem) {
            return None;
        }
        let order = problem.consumers_first()?;
        let weights = Weights::of(problem)?;
        let components = problem.components.len();
        let mut ground = Self {
            problem,
            standing: Table::filled(problem.candidates.len(), Level::ZERO),
            below: Table::filled(problem.candidates.len(), Level::ZERO),
            rows: Table::filled(components, Vec::new()),
            asks: Table::filled(components, Vec::new()),
            serves: Table::filled(components, Vec::new()),
            count: counts(problem),
            truth: Table::filled(components, false),
            failures: Table::filled(components, Vec::new()),
            takers: Table::filled(problem.devices.len(), Vec::new()),
            weights,
            order,
        };
        ground.fill();
        ground.rates_come_first().then_some(ground)
    }

    fn fill(&mut self) {
        let problem = self.problem;
        for component in problem.truth_components() {
            self.truth[component] = true;
        }
        for id in problem.candidate_ids() {
            let row = &problem[id];
            let may_hold = row.truth && self.truth[row.component];
            self.standing[id] = self.weights.standing(problem, id, may_hold);
            if self.opens(id) {
                self.rows[row.component].push(id);
            }
        }
        for id in problem.need_ids() {
            self.asks[problem[id].consumer].push(id);
            self.serves[problem[id].server].push(id);
        }
        for row in &problem.requirements {
            if let RequirementKind::Survive {
                component,
                failures,
            } = &row.kind
            {
                self.failures[*component].extend(failures);
            }
        }
        for component in problem.component_ids() {
            self.failures[component].sort_unstable();
            self.failures[component].dedup();
        }
        for id in problem.failure_ids() {
            for &device in &problem[id].down {
                self.takers[device].push(id);
            }
        }
        self.look_below();
    }

    /// Servers first, so that a consumer knows what its load causes further down.
    fn look_below(&mut self) {
        for component in self.order.clone().into_iter().rev() {
            let ids = self.problem.candidates_of(component);
            for (id, _) in ids {
                self.below[id] = self.cheapest_below(id);
            }
        }
    }

    fn cheapest_below(&self, id: CandidateId) -> Level {
        let row = &self.problem[id];
        let mut sum = Level::ZERO;
        for &need in &self.asks[row.component] {
            let edge = &self.problem[need];
            if edge.optional || !edge.applies(row.variant) {
                continue;
            }
            if let NeedLoad::Fanout(factor) = edge.load {
                let choices = self.choices(edge, row.device);
                let best = choices.map(|route| self.unit(route)).min();
                sum += best.unwrap_or(Level::ZERO).share(factor.num, factor.den);
            }
        }
        sum
    }

    /// Whether whoever asks a fixed rate is laid out before whom it asks.
    fn rates_come_first(&self) -> bool {
        let place = |id: ComponentId| self.order.iter().position(|&one| one == id);
        let mut needs = self.problem.needs.iter();
        needs.all(|need| place(need.consumer) < place(need.server))
    }

    /// The routes in budget of a need from a device.
    pub fn choices<'n>(&self, need: &'n Need, from: DeviceId) -> impl Iterator<Item = &'n Route> {
        let problem = self.problem;
        let routes = need.routes_from(from).iter();
        routes.filter(move |route| need.budget(problem.time(route)) == Budget::In)
    }

    /// What a unit of load costs on a route, what it causes behind the server left out.
    pub fn way(&self, route: &Route) -> Level {
        let price = self.problem.way(route).map_or(0, |way| way.price);
        self.weights.latency * self.problem.time(route).0
            + self.weights.tier * route.tier.into()
            + self.weights.traffic * price
    }

    /// What a unit of load costs on a route and behind it, at least.
    pub fn unit(&self, route: &Route) -> Level {
        self.way(route) + self.below[route.to]
    }

    /// What a unit of load costs that nobody serves.
    pub fn unserved(&self, need: &Need) -> Level {
        self.weights.tier * (u64::from(need.tiers) + 1)
    }

    /// The load that an instance with a load puts on a need.
    pub fn load_through(&self, need: &Need, consumer: CandidateId, load: u64) -> u64 {
        let device = self.problem[consumer].device;
        let load = self.problem.load_through(need, device, Load(load));
        load.map_or(u64::MAX, |load| load.0)
    }

    /// What the clients on a device ask.
    pub fn demand(&self, id: CandidateId) -> u64 {
        let row = &self.problem[id];
        match self.problem[row.component].role {
            Role::Client => {
                let demand = self.problem.demand_on(row.component, row.device);
                demand.map_or(u64::MAX, |load| load.0)
            }
            Role::Service => 0,
        }
    }

    /// Whether a layout opens a candidate: one that comes to its bytes only later takes nothing over.
    pub fn opens(&self, id: CandidateId) -> bool {
        let row = &self.problem[id];
        row.clone == CloneMode::Eager || self.problem[row.component].role == Role::Client
    }

    /// What an instance can answer.
    pub fn capacity(&self, id: CandidateId) -> u64 {
        self.problem[id].capacity.map_or(u64::MAX, |load| load.0)
    }
}

/// Whether all that binds a plan is something that a layout keeps: resources, throughput, budgets, counts,
/// truths held by one, failures that take devices, and totals.
fn is_plain(problem: &Problem) -> bool {
    let needs = problem.needs.iter();
    let devices = problem.devices.iter();
    let failures = problem.failures.iter();
    let components = problem.components.iter();
    problem.channels.is_empty()
        && problem.measures.is_empty()
        && needs
            .into_iter()
            .all(|need| !need.write && need.copies <= 1)
        && devices.into_iter().all(|row| row.max_duty.is_none())
        && problem
            .candidates
            .iter()
            .all(|row| row.connections.is_none())
        && failures
            .into_iter()
            .all(|row| row.cut.is_empty() && row.kept.is_empty())
        && components
            .into_iter()
            .all(|row| row.custody.holders == 1 && !row.custody.standby)
        && problem.requirements.iter().all(|row| match &row.kind {
            RequirementKind::Count { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Truth { .. } => true,
            RequirementKind::Total { metric, .. } => {
                *metric == TotalMetric::Power || !problem.has_priced_traffic()
            }
            RequirementKind::Spread { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. } => false,
        })
}
