//! Survival as coverage: whoever lives on finds somebody, and together they answer what is asked.

use vn_problem::{
    Budget, CandidateId, CloneMode, ComponentId, Failure, FailureId, Refill, RequirementKind,
};

use super::{
    Ask, Mip, amount,
    sheet::{Column, Kind, negated},
};

impl Mip<'_> {
    /// A row for each failure, and for each need and place of a consumer that may live on.
    pub(super) fn add_survival(&mut self) {
        for row in &self.model.problem.requirements {
            if let RequirementKind::Survive {
                component,
                failures,
            } = &row.kind
            {
                for &failure in failures {
                    self.survive(*component, failure);
                }
            }
        }
    }

    fn survive(&mut self, component: ComponentId, failure: FailureId) {
        let problem = self.model.problem;
        let event = &problem[failure];
        let ids = problem.candidates_of(component);
        let alive: Vec<CandidateId> = ids
            .filter(|(_, row)| !event.takes(row.device))
            .map(|(id, _)| id)
            .collect();
        let terms = self.presence(alive.iter().copied());
        if problem[component].may_be_absent {
            self.wherever(component, &terms);
        } else {
            self.sheet.at_least(terms, 1.0);
        }
        if event.cut.is_empty() && alive.len() == problem.candidates_of(component).count() {
            // Nothing is lost: whoever has a head keeps it.
            return;
        }
        let ready: Vec<(CandidateId, Option<Column>)> = alive
            .into_iter()
            .map(|id| (id, self.ready(id, failure)))
            .collect();
        let rows: Vec<_> = self
            .asks
            .iter()
            .filter(|ask| problem[ask.need].server == component && !problem[ask.need].optional)
            .filter(|ask| !event.takes(self.model.groups[ask.group].device))
            .map(|ask| self.covered(ask, event, &ready))
            .collect();
        for row in rows {
            self.sheet.at_least(row, 0.0);
        }
    }

    /// Somebody in some budget is alive and has its bytes, if the consumer runs.
    fn covered(
        &self,
        ask: &Ask,
        event: &Failure,
        ready: &[(CandidateId, Option<Column>)],
    ) -> Vec<(Column, f64)> {
        let problem = self.model.problem;
        let need = &problem[ask.need];
        let from = self.model.groups[ask.group].device;
        let mut terms: Vec<(Column, f64)> =
            negated(self.presence(ask.consumers.iter().copied())).collect();
        for &(id, there) in ready {
            let in_budget =
                need.route(from, id)
                    .is_some_and(|route| match need.budget(problem.time(route)) {
                        Budget::In | Budget::Degraded => true,
                        Budget::Over => false,
                    });
            if !in_budget || event.parts(from, problem[id].device) {
                continue;
            }
            terms.extend(there.map(|column| (column, 1.0)));
            if problem[id].clone == CloneMode::Lazy {
                // The bytes of a head came with its first use.
                let mut heads = ask.heads.iter();
                let head = heads.find(|(choice, _)| choice.server == id);
                terms.extend(head.map(|&(_, head)| (head, 1.0)));
            }
        }
        terms
    }

    /// Whether a candidate has its bytes after a failure, even if nobody asked it before.
    fn ready(&mut self, id: CandidateId, failure: FailureId) -> Option<Column> {
        let problem = self.model.problem;
        let open = self.open[id]?;
        if problem[id].clone == CloneMode::Eager {
            return Some(open);
        }
        let event = &problem[failure];
        let refills = problem.refills.iter().filter(|refill| refill.to == id);
        let sources: Vec<Column> = refills
            .map(|&Refill { from, .. }| from)
            .filter(|&from| !event.parts(problem[id].device, problem[from].device))
            .filter_map(|from| self.eager(from))
            .chain(self.eager(id))
            .collect();
        let ready = self.sheet.column(Kind::Amount, 0.0);
        self.sheet.at_most([(ready, 1.0), (open, -1.0)], 0.0);
        let sources = sources.into_iter().map(|source| (source, -1.0));
        self.sheet
            .at_most(sources.chain([(ready, 1.0)]).collect::<Vec<_>>(), 0.0);
        Some(ready)
    }

    /// What is asked of a component at least can be answered by those who live.
    pub(super) fn add_rushes(&mut self) {
        let problem = self.model.problem;
        for rush in &self.model.rushes {
            let lost = |id: CandidateId| {
                let failure = rush.failure;
                failure.is_some_and(|failure| problem[failure].takes(problem[id].device))
            };
            let answers = |id: CandidateId| {
                let capacity = problem[id].capacity.map_or(rush.load, |most| most.0);
                amount(capacity.min(rush.load)) / amount(rush.load.max(1))
            };
            let ids = problem.candidates_of(rush.component).map(|(id, _)| id);
            let terms: Vec<(Column, f64)> = ids
                .filter(|&id| !lost(id))
                .filter_map(|id| Some((self.open[id]?, answers(id))))
                .collect();
            // A hair less than everything, so that rounding refuses nobody.
            self.sheet.at_least(terms, 1.0 - 1e-9);
        }
    }
}
