//! The problem prepared for search: groups, links and clauses, everything out of reach left away.

use vn_problem::{
    Budget, Candidate, CandidateId, ChannelId, ComponentId, DeviceId, Load, Need, NeedId, NeedLoad,
    Problem, RequirementKind, Role,
};

use crate::{
    clause::{self, Clause},
    dominance,
    level::Level,
    purchase::Purchases,
    symmetry,
    table::{GroupId, Table},
    throughput::{self, Rush},
    traffic,
    weights::Weights,
};

/// One copy of a component on a device, with its variants.
#[derive(Clone, Debug)]
pub struct Group {
    /// Of which component.
    pub component: ComponentId,
    /// On which device.
    pub device: DeviceId,
    /// Which copy.
    pub copy: u32,
    /// The variants, in declared order.
    pub members: Vec<CandidateId>,
}

impl Group {
    fn is_of(&self, row: &vn_problem::Candidate) -> bool {
        (self.component, self.device, self.copy) == (row.component, row.device, row.copy)
    }
}

/// How a consumer's load becomes the load of a need.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// Known beforehand: a client's, or a rate.
    Fixed(Load),
    /// A share of whatever the consumer is asked.
    Share {
        /// Numerator.
        num: u64,
        /// Denominator.
        den: u64,
        /// By each of so many machines for itself.
        times: u64,
    },
}

impl Asked {
    /// Whether it follows from what the consumer is asked.
    pub const fn passes_on(self) -> bool {
        match self {
            Self::Share { .. } => true,
            Self::Fixed(_) => false,
        }
    }
}

/// A need of one candidate, with all servers in budget.
#[derive(Clone, Debug)]
pub struct Link {
    /// The need.
    pub need: NeedId,
    /// Its load.
    pub asked: Asked,
    /// What one unit of load costs when nobody serves it; `None` if it must be served.
    pub unserved: Option<Level>,
    /// Who can be the head, by id.
    pub choices: Vec<Choice>,
}

/// One possible head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Who answers.
    pub server: CandidateId,
    /// What one unit of load costs, without what the server itself causes.
    pub level: Level,
}

/// How many instances a component has.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// At least.
    pub min: u64,
    /// At least, if there is any.
    pub if_any: u64,
    /// At most.
    pub max: u64,
}

/// Everything that search looks at.
#[derive(Debug)]
pub struct Model<'a> {
    /// The facts.
    pub problem: &'a Problem,
    /// Fractions made whole.
    pub weights: Weights,
    /// All groups, by component and device.
    pub groups: Table<GroupId, Group>,
    /// The group of each candidate.
    pub group_of: Table<CandidateId, GroupId>,
    /// The groups of each component.
    pub of_component: Table<ComponentId, Vec<GroupId>>,
    /// The groups on each device.
    pub on_device: Table<DeviceId, Vec<GroupId>>,
    /// Consumers before servers.
    pub order: Vec<ComponentId>,
    /// The needs of each candidate.
    pub links: Table<CandidateId, Vec<Link>>,
    /// Who asks for several servers at once, through which need.
    pub several: Vec<(CandidateId, NeedId)>,
    /// What each candidate adds by being open.
    pub standing: Table<CandidateId, Level>,
    /// What must be open if something else is.
    pub clauses: Vec<Clause>,
    /// What is asked at least where somebody's throughput is limited.
    pub rushes: Vec<Rush>,
    /// All counts that bind a component, and what throughput adds to them.
    pub count: Table<ComponentId, Count>,
    /// Whether a component has a truth.
    pub truth: Table<ComponentId, bool>,
    /// Whether some instance of a component bears only so many consumers.
    limited: Table<ComponentId, bool>,
    /// The most that can be asked of a component in any case.
    pub most: Table<ComponentId, i128>,
    /// Channels that could have to carry more than they can.
    pub tight_channels: Vec<ChannelId>,
    /// Candidates that others replace.
    pub dominated: Vec<CandidateId>,
    /// Alike devices.
    pub twins: Vec<(DeviceId, DeviceId)>,
    /// Machines that may be bought.
    pub purchases: Purchases,
}

impl<'a> Model<'a> {
    /// Prepares a checked problem; `None` if its numbers do not fit.
    pub fn of(problem: &'a Problem) -> Option<Self> {
        let weights = Weights::of(problem)?;
        let (groups, group_of) = group(problem);
        let mut of_component = Table::filled(problem.components.len(), Vec::new());
        let mut on_device = Table::filled(problem.devices.len(), Vec::new());
        for (id, group) in groups.iter() {
            of_component[group.component].push(id);
            on_device[group.device].push(id);
        }
        let links = links(problem, &weights)?;
        let truth = truths(problem);
        let may_hold = |id: CandidateId| problem[id].truth && truth[problem[id].component];
        let standing: Vec<Level> = problem
            .candidate_ids()
            .map(|id| weights.standing(problem, id, may_hold(id)))
            .collect();
        let order = problem.consumers_first()?;
        let clauses = clause::clauses(problem, &groups, &group_of, &links, &order);
        let several = several(problem, &links);
        let mut model = Self {
            problem,
            weights,
            groups,
            group_of,
            of_component,
            on_device,
            rushes: throughput::rushes(problem, &order),
            order,
            links,
            several,
            standing: standing.into(),
            clauses,
            count: counts(problem),
            truth,
            limited: limited(problem),
            most: most(problem)?,
            tight_channels: traffic::tight_channels(problem)?,
            dominated: Vec::new(),
            twins: symmetry::twins(problem),
            purchases: Purchases::default(),
        };
        model.dominated = dominance::dominated(&model);
        model.rushes = model.limited();
        model.count_for_throughput();
        model.count_for_connections();
        model.purchases = Purchases::of(&model);
        Some(model)
    }

    fn limited(&self) -> Vec<Rush> {
        let limited = self
            .rushes
            .iter()
            .filter(|rush| self.strength(rush).is_some());
        limited.cloned().collect()
    }

    /// What all devices that can host anything have of a resource.
    pub fn stock(&self, resource: usize) -> u128 {
        let hosts = self
            .on_device
            .iter()
            .filter(|(_, groups)| !groups.is_empty());
        let capacity = hosts.filter_map(|(id, _)| self.problem[id].capacity.get(resource));
        capacity.map(|&one| u128::from(one)).sum()
    }

    /// Whether some instance of a component bears only so many consumers.
    pub fn is_limited(&self, component: ComponentId) -> bool {
        self.limited[component]
    }

    /// Whether a candidate can be asked more than it answers, in any case at all.
    pub fn tight(&self, id: CandidateId) -> bool {
        let row = &self.problem[id];
        let most = match self.problem[row.component].role {
            Role::Client => {
                let demand = self.problem.demand_on(row.component, row.device);
                demand.map_or(i128::MAX, |load| load.0.into())
            }
            Role::Service => self.most[row.component],
        };
        row.capacity
            .is_some_and(|capacity| most > i128::from(capacity.0))
    }

    /// Whether a candidate can never run: a service without a capacity where duty is bounded, or a
    /// client that asks for more than it can itself.
    pub fn barred(&self, id: CandidateId) -> bool {
        let row = &self.problem[id];
        match self.problem[row.component].role {
            Role::Service => row.capacity.is_none() && self.problem[row.device].max_duty.is_some(),
            Role::Client => row
                .capacity
                .zip(self.problem.demand_on(row.component, row.device))
                .is_some_and(|(most, demand)| demand > most),
        }
    }
}

fn group(problem: &Problem) -> (Table<GroupId, Group>, Table<CandidateId, GroupId>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = Vec::with_capacity(problem.candidates.len());
    for id in problem.candidate_ids() {
        let row = &problem[id];
        match groups.last_mut() {
            Some(last) if last.is_of(row) => {
                last.members.push(id);
            }
            Some(_) | None => groups.push(Group {
                component: row.component,
                device: row.device,
                copy: row.copy,
                members: vec![id],
            }),
        }
        group_of.push(GroupId(u32::try_from(groups.len() - 1).unwrap_or(u32::MAX)));
    }
    (groups.into(), group_of.into())
}

fn links(problem: &Problem, weights: &Weights) -> Option<Table<CandidateId, Vec<Link>>> {
    let one = |id: CandidateId| -> Option<Vec<Link>> {
        let row = &problem[id];
        problem
            .need_ids()
            .filter(|&need| problem[need].consumer == row.component)
            .filter(|&need| problem[need].applies(row.variant))
            .map(|need| link(problem, weights, id, need))
            .collect()
    };
    let rows: Option<Vec<Vec<Link>>> = problem.candidate_ids().map(one).collect();
    rows.map(Table::from)
}

fn several(problem: &Problem, links: &Table<CandidateId, Vec<Link>>) -> Vec<(CandidateId, NeedId)> {
    let must = |link: &&Link| link.unserved.is_none() && problem[link.need].copies > 1;
    let of = |(id, links): (CandidateId, &Vec<Link>)| {
        let needs: Vec<NeedId> = links.iter().filter(must).map(|link| link.need).collect();
        needs.into_iter().map(move |need| (id, need))
    };
    links.iter().flat_map(of).collect()
}

fn link(problem: &Problem, weights: &Weights, id: CandidateId, need: NeedId) -> Option<Link> {
    let row = &problem[need];
    let candidate = &problem[id];
    let choices = row
        .routes_from(candidate.device)
        .iter()
        .filter(|route| row.budget(problem.time(route)) == Budget::In)
        .filter(|route| may_head(problem, row, route.to))
        .map(|route| Choice {
            server: route.to,
            level: weights.latency * problem.time(route).0
                + weights.tier * route.tier.into()
                + weights.traffic * problem.way(route).map_or(0, |way| way.price),
        })
        .collect();
    let unserved = row
        .optional
        .then(|| weights.tier * (u64::from(row.tiers) + 1));
    let asked = asked(problem, row, candidate)?;
    Some(Link {
        need,
        asked,
        unserved,
        choices,
    })
}

/// Whether a candidate can be asked first: whoever writes asks who may hold the truth, or passes on.
pub fn may_head(problem: &Problem, need: &Need, id: CandidateId) -> bool {
    !need.write || problem[need.server].custody.passes_on || problem[id].truth
}

fn asked(problem: &Problem, need: &Need, consumer: &Candidate) -> Option<Asked> {
    let (of, on) = (consumer.component, consumer.device);
    match (problem[of].role, need.load) {
        (Role::Client, _) => {
            let demand = problem.demand_on(of, on)?;
            problem.load_through(need, on, demand).map(Asked::Fixed)
        }
        (Role::Service, NeedLoad::Rate(_)) => {
            let rate = problem.load_through(need, on, Load(0));
            rate.map(Asked::Fixed)
        }
        (Role::Service, NeedLoad::Fanout(factor)) => Some(Asked::Share {
            num: factor.num,
            den: factor.den,
            times: problem.times(consumer),
        }),
    }
}

fn truths(problem: &Problem) -> Table<ComponentId, bool> {
    let mut truths = Table::filled(problem.components.len(), false);
    for component in problem.truth_components() {
        truths[component] = true;
    }
    truths
}

fn limited(problem: &Problem) -> Table<ComponentId, bool> {
    let mut limited = Table::filled(problem.components.len(), false);
    for row in &problem.candidates {
        limited[row.component] |= row.connections.is_some();
    }
    limited
}

/// The counts as they were required.
pub fn counts(problem: &Problem) -> Table<ComponentId, Count> {
    let mut counts = Table::filled(
        problem.components.len(),
        Count {
            min: 0,
            if_any: 0,
            max: u64::MAX,
        },
    );
    for row in &problem.requirements {
        if let RequirementKind::Count {
            component,
            min,
            max,
        } = row.kind
        {
            let count: &mut Count = &mut counts[component];
            count.if_any = count.if_any.max(min);
            if !problem[component].may_be_absent {
                count.min = count.if_any;
            }
            count.max = count.max.min(max.unwrap_or(u64::MAX));
        }
    }
    counts
}

fn most(problem: &Problem) -> Option<Table<ComponentId, i128>> {
    let mut most = Table::filled(problem.components.len(), 0);
    for (need, load) in problem
        .needs
        .iter()
        .zip(crate::weights::largest_loads(problem)?)
    {
        most[need.server] += load;
    }
    Some(most)
}
