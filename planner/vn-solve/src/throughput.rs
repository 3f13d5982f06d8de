//! Load that must arrive somewhere against what instances can answer.

use vn_problem::{ComponentId, FailureId, Load, NeedLoad, Problem, RequirementKind, Role};

use crate::{
    model::Model,
    presence::{DeadEnd, Presence},
    table::{GroupId, Table},
};

/// A component, maybe after a failure, and the least that it is asked then.
#[derive(Clone, Debug)]
pub struct Rush {
    /// Which component.
    pub component: ComponentId,
    /// After which failure, if after one.
    pub failure: Option<FailureId>,
    /// The least load of all its instances together.
    pub load: u64,
}

/// What each component is asked at least: always, and in each failure that it must survive.
///
/// Only what cannot be avoided counts: needs of all variants that must be served. After a failure
/// the needs of whoever need not survive it may be dropped.
pub fn rushes(problem: &Problem, order: &[ComponentId]) -> Vec<Rush> {
    let mut rushes = loads(problem, order, None);
    for failure in problem.failure_ids() {
        rushes.extend(loads(problem, order, Some(failure)));
    }
    rushes
}

fn loads(problem: &Problem, order: &[ComponentId], failure: Option<FailureId>) -> Vec<Rush> {
    let mut least = Table::filled(problem.components.len(), 0_u64);
    for &component in order {
        for need in problem
            .needs
            .iter()
            .filter(|need| need.consumer == component)
        {
            let all = problem
                .candidates_of(component)
                .all(|(_, row)| need.applies(row.variant));
            if need.optional || !all || !survives(problem, need.server, failure) {
                continue;
            }
            let row = &problem[component];
            let load = match (row.role, need.load) {
                (Role::Client, _) => {
                    let lost = |device| failure.is_some_and(|at| problem[at].takes(device));
                    let alive = row.on.iter().filter(|&&device| !lost(device));
                    let load = |&device: &_| {
                        let demand = problem.demand_on(component, device)?;
                        problem.load_through(need, device, demand)
                    };
                    let loads = alive.map(|device| load(device).map_or(0, |load| load.0));
                    loads.fold(0, u64::saturating_add)
                }
                (Role::Service, NeedLoad::Rate(_)) => 0,
                (Role::Service, NeedLoad::Fanout(_)) => need
                    .load_from(Load(least[component]))
                    .map_or(0, |load| load.0),
            };
            least[need.server] = least[need.server].saturating_add(load);
        }
    }
    let found = order.iter().map(|&component| Rush {
        component,
        failure,
        load: least[component],
    });
    found.filter(|rush| rush.load > 0).collect()
}

fn survives(problem: &Problem, component: ComponentId, failure: Option<FailureId>) -> bool {
    failure.is_none_or(|failure| {
        problem.requirements.iter().any(|row| match &row.kind {
            RequirementKind::Survive {
                component: of,
                failures,
            } => *of == component && failures.contains(&failure),
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => false,
        })
    })
}

impl Model<'_> {
    /// What the groups that may be there in a rush can answer, the strongest first; `None` if one
    /// answers everything.
    fn answers(
        &self,
        rush: &Rush,
        answer: impl Fn(GroupId) -> Option<u64>,
    ) -> Option<Vec<(u64, GroupId)>> {
        let lost = |group: GroupId| {
            let device = self.groups[group].device;
            rush.failure
                .is_some_and(|failure| self.problem[failure].takes(device))
        };
        let groups = self.of_component[rush.component].iter().copied();
        let mut found: Option<Vec<(u64, GroupId)>> = groups
            .filter(|&group| !lost(group))
            .map(|group| Some((answer(group)?, group)))
            .collect();
        if let Some(found) = &mut found {
            found.sort_unstable_by(|a, b| b.cmp(a));
        }
        found
    }

    fn strongest(&self, group: GroupId) -> Option<u64> {
        let members = &self.groups[group].members;
        members
            .iter()
            .map(|&id| Some(self.problem[id].capacity?.0))
            .try_fold(0, |a, b| Some(b?.max(a)))
    }

    /// What as many candidates as there may be together answer in a rush; `None` if without limit.
    pub fn strength(&self, rush: &Rush) -> Option<u128> {
        let answers = self.answers(rush, |group| self.strongest(group))?;
        // A row that stands for several machines is several instances.
        let is_single = self.problem.devices.iter().all(|device| device.count == 1);
        let most = is_single.then(|| usize::try_from(self.count[rush.component].max).ok());
        let most = most.flatten().unwrap_or(usize::MAX);
        let strongest = answers.iter().take(most);
        Some(strongest.map(|one| u128::from(one.0)).sum())
    }

    /// Raises the least number of instances to what throughput asks for.
    pub fn count_for_throughput(&mut self) {
        for component in self.problem.component_ids() {
            let rushes = self
                .rushes
                .iter()
                .filter(|rush| rush.component == component);
            let (mut always, mut after) = (0, Vec::new());
            for rush in rushes {
                let count = self.instances_for(rush);
                if rush.failure.is_some() {
                    after.push((rush.failure, count));
                } else {
                    always = count;
                }
            }
            // Whichever group is chosen, some failure takes it and leaves the others with the load.
            let risky = self.of_component[component].iter().all(|&group| {
                after.iter().any(|&(failure, _)| {
                    failure.is_some_and(|at| self.problem[at].takes(self.groups[group].device))
                })
            });
            let most = after.iter().map(|one| one.1);
            let spare = if risky {
                most.clone().min().map_or(0, |count| count + 1)
            } else {
                0
            };
            let least = always.max(spare).max(most.max().unwrap_or(0));
            self.count[component].min = self.count[component].min.max(least);
        }
    }

    fn instances_for(&self, rush: &Rush) -> u64 {
        let Some(answers) = self.answers(rush, |group| self.strongest(group)) else {
            return 1;
        };
        let mut sum = 0_u128;
        let enough = answers.iter().position(|one| {
            sum += u128::from(one.0);
            sum >= u128::from(rush.load)
        });
        // Where all together are not enough, one more than there are says so.
        enough.map_or(answers.len() as u64 + 1, |at| at as u64 + 1)
    }
}

/// What is still possible must answer each rush; what it cannot do without is there.
pub fn serve(model: &Model<'_>, presence: &mut Presence, rush: &Rush) -> Result<(), DeadEnd> {
    let strongest = |group: GroupId| {
        let members = presence.members(model, group);
        members
            .map(|id| Some(model.problem[id].capacity?.0))
            .try_fold(0, |a, b| Some(b?.max(a)))
    };
    let Some(answers) = model.answers(rush, strongest) else {
        return Ok(());
    };
    let sum: u128 = answers.iter().map(|one| u128::from(one.0)).sum();
    let load = u128::from(rush.load);
    if sum < load {
        return Err(DeadEnd);
    }
    for (answer, group) in answers {
        let others = sum - u128::from(answer);
        if others >= load {
            // Weaker groups follow.
            break;
        }
        presence.demand(model, group)?;
    }
    Ok(())
}
