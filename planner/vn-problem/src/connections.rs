//! Section 3, connections: how many consumers hold on to an instance.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CandidateId, Failure, FailureId, NeedId, Violation, placement::Placement};

impl Placement<'_> {
    /// Whom an instance holds on to through a need: as many entries from the front of its list as it
    /// needs at once, of which after a failure those that are left, and the one that it finds then.
    fn held(
        &self,
        need: NeedId,
        consumer: CandidateId,
        failure: Option<&Failure>,
    ) -> BTreeSet<CandidateId> {
        let copies = usize::try_from(self.problem[need].copies).unwrap_or(usize::MAX);
        let list = self.list(need, consumer);
        let first = list.iter().take(copies).map(|entry| entry.server);
        let device = |id: CandidateId| self.problem[id].device;
        let left =
            |id: &CandidateId| failure.is_none_or(|one| !one.parts(device(consumer), device(*id)));
        let found = failure.and_then(|failure| self.found(need, consumer, failure));
        first
            .filter(left)
            .chain(found.map(|entry| entry.server))
            .collect()
    }

    /// The consumers of every instance that bears so many only.
    fn consumers(&self, failure: Option<&Failure>) -> BTreeMap<CandidateId, BTreeSet<CandidateId>> {
        let mut consumers: BTreeMap<CandidateId, BTreeSet<CandidateId>> = BTreeMap::new();
        for (need, consumer) in self.asking() {
            if failure.is_some_and(|one| one.takes(self.problem[consumer].device)) {
                continue;
            }
            for server in self.held(need, consumer, failure) {
                if self.problem[server].connections.is_some() {
                    consumers.entry(server).or_default().insert(consumer);
                }
            }
        }
        consumers
    }
}

/// Consumers against connections; `counts` says whose are looked at.
pub fn check(
    placement: &Placement<'_>,
    failure: Option<FailureId>,
    counts: impl Fn(CandidateId) -> bool,
    faults: &mut Vec<Violation>,
) {
    let problem = placement.problem;
    if problem
        .candidates
        .iter()
        .all(|row| row.connections.is_none())
    {
        return;
    }
    let event = failure.map(|failure| &problem[failure]);
    for (candidate, consumers) in placement.consumers(event) {
        let (needed, most) = (consumers.len() as u64, problem[candidate].connections);
        if let Some(available) = most.filter(|&most| needed > most && counts(candidate)) {
            faults.push(Violation::Connections {
                candidate,
                failure,
                needed,
                available,
            });
        }
    }
}
