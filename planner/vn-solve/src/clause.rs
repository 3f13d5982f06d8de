//! "If this is there, one of those must be": what needs, truths and failures ask of presence.

use std::collections::BTreeSet;

use vn_problem::{
    Budget, CandidateId, CloneMode, ComponentId, FailureId, NeedId, Problem, RequirementKind,
};

use crate::{
    model::{Group, Link, Model},
    presence::Presence,
    table::{GroupId, Table},
};

/// Under which condition a clause speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Always.
    Always,
    /// Some candidate of this group is open.
    Group(GroupId),
    /// This candidate is open.
    Candidate(CandidateId),
}

/// At least one of `any` is open, when `when` holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause {
    /// The condition.
    pub when: When,
    /// The component of all of `any`.
    pub component: ComponentId,
    /// One of these; sorted.
    pub any: Vec<CandidateId>,
    /// Whether it speaks of the head, which may have to be of some quality.
    pub head: bool,
}

impl Clause {
    /// Whether a candidate could still be the one.
    pub fn admits(&self, model: &Model<'_>, presence: &Presence, id: CandidateId) -> bool {
        if self.head {
            presence.is_askable(model, id)
        } else {
            presence.is_possible(id)
        }
    }
}

/// All clauses of a problem, the implied ones left out.
///
/// They are necessary, not sufficient: whether a lazy entry is ready depends on heads and truths.
pub fn clauses(
    problem: &Problem,
    groups: &Table<GroupId, Group>,
    group_of: &Table<CandidateId, GroupId>,
    links: &Table<CandidateId, Vec<Link>>,
    order: &[ComponentId],
) -> Vec<Clause> {
    let maker = Maker {
        problem,
        groups,
        group_of,
    };
    let mut found = BTreeSet::new();
    for (consumer, links) in links.iter() {
        for link in links.iter().filter(|link| link.unserved.is_none()) {
            let any = link.choices.iter().map(|choice| choice.server).collect();
            found.insert(Clause {
                head: true,
                ..maker.clause(link.need, consumer, any)
            });
        }
    }
    for row in &problem.requirements {
        match &row.kind {
            RequirementKind::Truth { component } => {
                maker.wherever(*component, |id| problem[id].truth, &mut found);
            }
            RequirementKind::Survive {
                component,
                failures,
            } => {
                for &failure in failures {
                    maker.survive(*component, failure, &mut found);
                }
            }
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => {}
        }
    }
    maker.sources(&mut found);
    maker.certain(links, order, &mut found);
    without_implied(found)
}

/// One of these is open, and alive in the failure if there is one.
#[derive(Clone, Debug)]
struct Certain {
    component: ComponentId,
    failure: Option<FailureId>,
    any: Vec<CandidateId>,
}

struct Maker<'a> {
    problem: &'a Problem,
    groups: &'a Table<GroupId, Group>,
    group_of: &'a Table<CandidateId, GroupId>,
}

impl Maker<'_> {
    /// A need's clause speaks of the whole group when each of its variants has the need.
    fn clause(&self, need: NeedId, consumer: CandidateId, any: Vec<CandidateId>) -> Clause {
        let row = &self.problem[need];
        let group = self.group_of[consumer];
        let members = &self.groups[group].members;
        let all = members
            .iter()
            .all(|&one| row.applies(self.problem[one].variant));
        let when = if all {
            When::Group(group)
        } else {
            When::Candidate(consumer)
        };
        Clause {
            when,
            component: row.server,
            any,
            head: false,
        }
    }

    fn always(&self, component: ComponentId, fits: impl Fn(CandidateId) -> bool) -> Clause {
        let ids = self.problem.candidates_of(component).map(|(id, _)| id);
        Clause {
            when: When::Always,
            component,
            any: ids.filter(|&id| fits(id)).collect(),
            head: false,
        }
    }

    /// One of those that fit is open; of a component that may be absent, if anything is.
    fn wherever(
        &self,
        component: ComponentId,
        fits: impl Fn(CandidateId) -> bool,
        found: &mut BTreeSet<Clause>,
    ) {
        let always = self.always(component, fits);
        if !self.problem[component].may_be_absent {
            found.insert(always);
            return;
        }
        for (id, _) in self.problem.candidates_of(component) {
            found.insert(Clause {
                when: When::Group(self.group_of[id]),
                ..always.clone()
            });
        }
    }

    fn survive(&self, component: ComponentId, failure: FailureId, found: &mut BTreeSet<Clause>) {
        let problem = self.problem;
        let event = &problem[failure];
        let alive = |id: CandidateId| !event.takes(problem[id].device);
        if event.cut.is_empty() && problem.candidates_of(component).all(|(id, _)| alive(id)) {
            // Nothing is lost: whoever has a head keeps it, but an instance must exist.
            self.wherever(component, |_| true, found);
            return;
        }
        self.wherever(component, alive, found);
        for need in problem.need_ids() {
            let row = &problem[need];
            if row.server != component || row.optional {
                continue;
            }
            for (consumer, candidate) in problem.candidates_of(row.consumer) {
                if alive(consumer) && row.applies(candidate.variant) {
                    let any = self.survivors(need, consumer, failure);
                    found.insert(self.clause(need, consumer, any));
                }
            }
        }
    }

    /// Who may be found in time: alive, in some budget, and possibly ready.
    fn survivors(
        &self,
        need: NeedId,
        consumer: CandidateId,
        failure: FailureId,
    ) -> Vec<CandidateId> {
        let problem = self.problem;
        let row = &problem[need];
        let routes = row.routes_from(problem[consumer].device).iter();
        let custody = problem[row.server].custody;
        let answers = |id: CandidateId| {
            let truth = problem[id].truth || problem[id].standby;
            !row.write || custody.passes_on || truth
        };
        routes
            .filter(|route| answers(route.to))
            .filter(|route| !problem[failure].parts(route.from, problem[route.to].device))
            .filter(|route| match row.budget(problem.time(route)) {
                Budget::In => true,
                Budget::Degraded => self.may_be_ready(route.to, failure),
                Budget::Over => false,
            })
            .map(|route| route.to)
            .collect()
    }

    fn may_be_ready(&self, id: CandidateId, failure: FailureId) -> bool {
        let problem = self.problem;
        self.may_be_eager(id)
            || problem.refills.iter().any(|refill| {
                refill.to == id
                    && self.may_be_eager(refill.from)
                    && !problem[failure].parts(problem[id].device, problem[refill.from].device)
            })
    }

    fn may_be_eager(&self, id: CandidateId) -> bool {
        let row = &self.problem[id];
        row.clone == CloneMode::Eager || row.truth
    }

    /// A lazy instance that cannot hold the truth needs an eager one.
    fn sources(&self, found: &mut BTreeSet<Clause>) {
        for id in self
            .problem
            .candidate_ids()
            .filter(|&id| !self.may_be_eager(id))
        {
            let component = self.problem[id].component;
            let any = self.always(component, |id| self.may_be_eager(id)).any;
            found.insert(Clause {
                when: When::Candidate(id),
                component,
                any,
                head: false,
            });
        }
    }
}

impl Maker<'_> {
    /// Whoever certainly exists certainly needs: one of all servers that any of them could ask.
    fn certain(
        &self,
        links: &Table<CandidateId, Vec<Link>>,
        order: &[ComponentId],
        found: &mut BTreeSet<Clause>,
    ) {
        let mut certain = self.existing();
        for &component in order {
            let here: Vec<Certain> = certain
                .iter()
                .filter(|one| one.component == component)
                .cloned()
                .collect();
            for (one, need) in here
                .iter()
                .flat_map(|one| self.problem.need_ids().map(move |need| (one, need)))
            {
                let Some(next) = self.asked_for(one, need, links) else {
                    continue;
                };
                found.insert(Clause {
                    when: When::Always,
                    component: next.component,
                    any: next.any.clone(),
                    head: next.failure.is_none(),
                });
                certain.push(next);
            }
        }
    }

    /// Clients on their devices, and one instance of each service: after a failure that it survives,
    /// one that is alive.
    fn existing(&self) -> Vec<Certain> {
        let problem = self.problem;
        let mut certain = Vec::new();
        let failures = || std::iter::once(None).chain(problem.failure_ids().map(Some));
        for component in problem.component_ids() {
            let all: Vec<CandidateId> =
                problem.candidates_of(component).map(|(id, _)| id).collect();
            for failure in failures() {
                let alive = |id: &CandidateId| {
                    failure.is_none_or(|at| !problem[at].takes(problem[*id].device))
                };
                let any: Vec<CandidateId> = all.iter().copied().filter(alive).collect();
                let on = &problem[component].on;
                if on.is_empty() {
                    let asked = failure.is_none_or(|at| self.must_survive(component, at));
                    if asked && self.must_exist(component) {
                        certain.push(Certain {
                            component,
                            failure,
                            any,
                        });
                    }
                } else {
                    certain.extend(on.iter().filter_map(|&device| {
                        let here = any
                            .iter()
                            .copied()
                            .filter(|&id| problem[id].device == device);
                        let any: Vec<CandidateId> = here.collect();
                        (!any.is_empty()).then_some(Certain {
                            component,
                            failure,
                            any,
                        })
                    }));
                }
            }
        }
        certain
    }

    fn must_exist(&self, component: ComponentId) -> bool {
        !self.problem[component].may_be_absent
            && self.problem.requirements.iter().any(|row| match &row.kind {
                RequirementKind::Count {
                    component: of, min, ..
                } => *of == component && *min > 0,
                RequirementKind::Truth { component: of } => *of == component,
                RequirementKind::Survive {
                    component: of,
                    failures,
                } => *of == component && !failures.is_empty(),
                RequirementKind::Spread { .. }
                | RequirementKind::Uniform { .. }
                | RequirementKind::Implies { .. }
                | RequirementKind::Exclusive { .. }
                | RequirementKind::Linear { .. }
                | RequirementKind::Arrivals(_)
                | RequirementKind::AtMost { .. }
                | RequirementKind::Total { .. } => false,
            })
    }

    fn must_survive(&self, component: ComponentId, failure: FailureId) -> bool {
        self.problem.requirements.iter().any(|row| match &row.kind {
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
    }

    fn asked_for(
        &self,
        one: &Certain,
        need: NeedId,
        links: &Table<CandidateId, Vec<Link>>,
    ) -> Option<Certain> {
        let problem = self.problem;
        let row = &problem[need];
        let asks = |&id: &CandidateId| row.applies(problem[id].variant);
        if row.consumer != one.component || row.optional || !one.any.iter().all(asks) {
            return None;
        }
        let mut any: Vec<CandidateId> = match one.failure {
            None => {
                let of = |&id: &CandidateId| links[id].iter().filter(|link| link.need == need);
                let all = one.any.iter().flat_map(of);
                all.flat_map(|link| &link.choices)
                    .map(|choice| choice.server)
                    .collect()
            }
            Some(failure) if self.must_survive(row.server, failure) => {
                let all = one.any.iter();
                all.flat_map(|&id| self.survivors(need, id, failure))
                    .collect()
            }
            Some(_) => return None,
        };
        any.sort_unstable();
        any.dedup();
        Some(Certain {
            component: row.server,
            failure: one.failure,
            any,
        })
    }
}

fn without_implied(found: BTreeSet<Clause>) -> Vec<Clause> {
    let all: Vec<Clause> = found.into_iter().collect();
    let implies = |strong: &Clause, weak: &Clause| {
        strong != weak
            && (strong.when == weak.when || strong.when == When::Always)
            && strong.component == weak.component
            && (strong.head || !weak.head)
            && strong
                .any
                .iter()
                .all(|id| weak.any.binary_search(id).is_ok())
    };
    let kept = all
        .iter()
        .filter(|weak| !all.iter().any(|strong| implies(strong, weak)));
    kept.cloned().collect()
}
