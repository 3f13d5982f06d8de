//! How many consumers hold on to each instance, where it bears only so many.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, ComponentId, NeedId, Role};

use crate::{model::Model, site::Item};

/// The consumers of each limited instance, with the number of needs through which each holds on to it;
/// by scenario, the normal case first.
#[derive(Debug)]
pub struct Connections(Vec<BTreeMap<CandidateId, BTreeMap<CandidateId, u32>>>);

impl Connections {
    /// Nobody holds on to anybody yet.
    pub fn of(scenarios: usize) -> Self {
        Self(vec![BTreeMap::new(); scenarios + 1])
    }

    /// One more; says how many consumers there are then.
    pub fn add(&mut self, at: Option<usize>, server: CandidateId, consumer: CandidateId) -> u64 {
        let Some(servers) = self.0.get_mut(at.map_or(0, |at| at + 1)) else {
            return 0;
        };
        let consumers = servers.entry(server).or_default();
        *consumers.entry(consumer).or_default() += 1;
        consumers.len() as u64
    }

    /// One less.
    pub fn remove(&mut self, at: Option<usize>, server: CandidateId, consumer: CandidateId) {
        let servers = self.0.get_mut(at.map_or(0, |at| at + 1));
        let Some(consumers) = servers.and_then(|servers| servers.get_mut(&server)) else {
            return;
        };
        if let Some(count) = consumers.get_mut(&consumer) {
            *count -= 1;
            if *count == 0 {
                consumers.remove(&consumer);
            }
        }
    }
}

/// Whom an item holds on to once it asks `head` first.
pub fn held(model: &Model<'_>, item: &Item, head: CandidateId) -> Vec<CandidateId> {
    let copies = usize::try_from(model.problem[item.need].copies).unwrap_or(usize::MAX);
    let others = item.others.iter().copied().filter(|&id| id != head);
    std::iter::once(head)
        .chain(others.take(copies - 1))
        .collect()
}

impl Model<'_> {
    /// Raises the least number of instances to what the clients that must be served hold on to.
    pub fn count_for_connections(&mut self) {
        for component in self.problem.component_ids() {
            let least = self.instances_to_hold(component);
            self.count[component].min = self.count[component].min.max(least);
        }
    }

    fn instances_to_hold(&self, component: ComponentId) -> u64 {
        let Some(bears) = self.bears(component) else {
            return 0;
        };
        let holders = u128::from(self.holders(component));
        let mut sum = 0_u128;
        let enough = bears.iter().position(|&one| {
            sum += u128::from(one);
            sum >= holders
        });
        match enough {
            _ if holders == 0 => 0,
            Some(at) => at as u64 + 1,
            // Where all together are not enough, one more than there are says so.
            None => bears.len() as u64 + 1,
        }
    }

    /// What a component bears on each of its devices, the most first; `None` if one bears everybody.
    pub fn bears(&self, component: ComponentId) -> Option<Vec<u64>> {
        let bears = |&group: &_| {
            let members = self.groups[group].members.iter();
            let mut each = members.map(|&id| self.problem[id].connections);
            each.try_fold(0, |most, one| Some(one?.max(most)))
        };
        let groups = self.of_component[component].iter();
        let mut bears: Vec<u64> = groups.map(bears).collect::<Option<_>>()?;
        bears.sort_unstable_by(|a, b| b.cmp(a));
        Some(bears)
    }

    /// Connections that clients hold for sure: each client is counted through one need.
    pub fn holders(&self, component: ComponentId) -> u64 {
        let problem = self.problem;
        let mut of: BTreeMap<ComponentId, u64> = BTreeMap::new();
        for need in problem.need_ids() {
            let row = &problem[need];
            let client = &problem[row.consumer];
            let mut variants = problem.candidates_of(row.consumer);
            let all = variants.all(|(_, one)| row.applies(one.variant));
            if row.server == component && client.role == Role::Client && all && !row.optional {
                let held = (client.on.len() as u64).saturating_mul(row.copies);
                let most = of.entry(row.consumer).or_default();
                *most = held.max(*most);
            }
        }
        of.values().fold(0, |sum, one| sum.saturating_add(*one))
    }

    /// The needs that count where consumers are counted by rows: one for each consumer component.
    pub fn counted_needs(&self, component: ComponentId) -> Vec<NeedId> {
        let problem = self.problem;
        let mut first: BTreeMap<ComponentId, NeedId> = BTreeMap::new();
        for need in problem
            .need_ids()
            .filter(|&id| problem[id].server == component)
        {
            first.entry(problem[need].consumer).or_insert(need);
        }
        first.into_values().collect()
    }
}
