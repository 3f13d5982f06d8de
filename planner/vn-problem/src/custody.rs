//! Who writes: whoever holds the truth, while more than half of them reach each other.

use crate::{CandidateId, ComponentId, Failure, NeedId, placement::Placement};

impl Placement<'_> {
    /// Who holds the truth of a component, in declared order.
    fn holders(&self, component: ComponentId) -> Vec<CandidateId> {
        let open = self.open(component).iter().copied();
        open.filter(|&id| self.holds_truth(id)).collect()
    }

    /// Whether an instance can be on the list of a need at all: one that writes asks those that hold
    /// the truth or stand by, and whoever passes on.
    pub(crate) fn may_answer(&self, need: NeedId, id: CandidateId) -> bool {
        let row = &self.problem[need];
        let custody = self.problem[row.server].custody;
        !row.write || custody.passes_on || self.holds_truth(id) || self.problem[id].standby
    }

    /// Whether an instance can be asked first.
    pub(crate) fn may_head(&self, need: NeedId, id: CandidateId) -> bool {
        let row = &self.problem[need];
        !row.write || self.problem[row.server].custody.passes_on || self.holds_truth(id)
    }

    /// Whether an instance that lives on takes what a need asks of it once `failure` has happened.
    pub(crate) fn accepts(&self, need: NeedId, id: CandidateId, failure: &Failure) -> bool {
        let row = &self.problem[need];
        if !row.write || failure.kept.contains(&row.server) {
            return true;
        }
        let device = |id: CandidateId| self.problem[id].device;
        let passes_on = self.problem[row.server].custody.passes_on;
        self.writers(row.server, failure)
            .into_iter()
            .any(|writer| writer == id || (passes_on && !failure.parts(device(id), device(writer))))
    }

    /// Who decides on writes in a failure: holders that reach more than half of all, themselves
    /// included; whoever stands by, where no holder is left.
    fn writers(&self, component: ComponentId, failure: &Failure) -> Vec<CandidateId> {
        let device = |id: CandidateId| self.problem[id].device;
        let holders = self.holders(component);
        let left = self.stored(component, Some(failure));
        if !left.iter().any(|id| holders.contains(id)) {
            return left;
        }
        let majority = holders.len() / 2 + 1;
        let reached = |one: CandidateId| {
            let others = left
                .iter()
                .filter(|&&other| other == one || !failure.parts(device(one), device(other)));
            others.count()
        };
        left.iter()
            .copied()
            .filter(|&one| reached(one) >= majority)
            .collect()
    }

    /// Where everything that is written ends up: the holders that are left, else those that stand by.
    pub(crate) fn stored(
        &self,
        component: ComponentId,
        failure: Option<&Failure>,
    ) -> Vec<CandidateId> {
        let alive =
            |id: &CandidateId| failure.is_none_or(|one| !one.takes(self.problem[*id].device));
        let mut left = self.holders(component);
        left.retain(alive);
        if left.is_empty() {
            let open = self.open(component).iter().copied();
            left = open.filter(|&id| self.problem[id].standby).collect();
            left.retain(alive);
        }
        left
    }
}
