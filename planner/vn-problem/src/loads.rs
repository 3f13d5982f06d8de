//! How much each instance is asked, in the normal case and after a failure.

use std::collections::BTreeMap;

use crate::{
    CandidateId, Failure, FailureId, Load, NeedId, Problem, Role, Solution, placement::Placement,
};

/// The load of every open candidate; `None` if a sum does not fit or needs form a circle.
pub fn loads(problem: &Problem, solution: &Solution) -> Option<BTreeMap<CandidateId, Load>> {
    problem.check().ok()?;
    Placement::new(problem, solution).normal_loads()
}

/// The load of every open candidate that is alive after `failure`, moved along the lists.
pub fn loads_after(
    problem: &Problem,
    solution: &Solution,
    failure: FailureId,
) -> Option<BTreeMap<CandidateId, Load>> {
    problem.check().ok()?;
    let failure = problem.failures.get(failure.index())?;
    Placement::new(problem, solution).loads_without(failure)
}

impl Placement<'_> {
    /// Loads with everything up.
    pub fn normal_loads(&self) -> Option<BTreeMap<CandidateId, Load>> {
        self.loads(None, |need, consumer| self.head(need, consumer))
    }

    /// Loads of what is alive once `failure` has happened.
    pub fn loads_without(&self, failure: &Failure) -> Option<BTreeMap<CandidateId, Load>> {
        let alive = |id: CandidateId| !failure.takes(self.problem[id].device);
        let mut loads = self.loads(Some(failure), |need, consumer| {
            let entry = alive(consumer)
                .then(|| self.found(need, consumer, failure))
                .flatten();
            entry.map(|entry| entry.server)
        })?;
        loads.retain(|&id, _| alive(id));
        Some(loads)
    }

    fn loads(
        &self,
        failure: Option<&Failure>,
        asks: impl Fn(NeedId, CandidateId) -> Option<CandidateId>,
    ) -> Option<BTreeMap<CandidateId, Load>> {
        let mut loads: BTreeMap<CandidateId, Load> = self
            .all()
            .map(|id| Some((id, self.own_demand(id)?)))
            .collect::<Option<_>>()?;
        // What has a rate of its own may close a circle, and waits for nobody.
        let order = self.problem.consumers_first()?;
        for passes_on in [false, true] {
            for &component in &order {
                for &consumer in self.open(component) {
                    self.pass_on(consumer, (failure, passes_on), &mut loads, &asks)?;
                }
            }
        }
        Some(loads)
    }

    fn own_demand(&self, id: CandidateId) -> Option<Load> {
        let row = &self.problem[id];
        match self.problem[row.component].role {
            Role::Client => self.problem.demand_on(row.component, row.device),
            Role::Service => Some(Load(0)),
        }
    }

    fn pass_on(
        &self,
        consumer: CandidateId,
        (failure, passes_on): (Option<&Failure>, bool),
        loads: &mut BTreeMap<CandidateId, Load>,
        asks: &impl Fn(NeedId, CandidateId) -> Option<CandidateId>,
    ) -> Option<()> {
        let own = loads.get(&consumer).copied().unwrap_or_default();
        let row = &self.problem[consumer];
        for need in self.problem.need_ids() {
            let edge = &self.problem[need];
            let mine = edge.consumer == row.component && edge.applies(row.variant);
            if !mine || edge.load.passes_on() != passes_on {
                continue;
            }
            let Some(server) = asks(need, consumer) else {
                continue;
            };
            let more = self.problem.load_through(edge, row.device, own)?;
            let mut bearers = vec![server];
            if edge.write {
                let stored = self.stored(edge.server, failure);
                bearers.extend(stored.into_iter().filter(|&id| id != server));
            }
            for id in bearers {
                let load = loads.entry(id).or_default();
                load.0 = load.0.checked_add(more.0)?;
            }
        }
        Some(())
    }
}
