//! A solution with its ids checked, indexed for questions.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CandidateId, CloneMode, ComponentId, NeedId, Problem, Solution};

/// Who is open, who is asked first, who holds the truth; ignores ids that do not exist.
#[derive(Clone, Debug)]
pub struct Placement<'a> {
    /// The facts.
    pub problem: &'a Problem,
    open: BTreeMap<ComponentId, Vec<CandidateId>>,
    heads: BTreeMap<(NeedId, CandidateId), Option<CandidateId>>,
    truth: BTreeSet<CandidateId>,
}

impl<'a> Placement<'a> {
    /// Indexes a solution.
    pub fn new(problem: &'a Problem, solution: &Solution) -> Self {
        let mut open: BTreeMap<ComponentId, Vec<CandidateId>> = BTreeMap::new();
        for &id in &solution.open {
            if let Some(row) = problem.candidates.get(id.index()) {
                open.entry(row.component).or_default().push(id);
            }
        }
        let heads = solution
            .heads
            .iter()
            .map(|head| ((head.need, head.consumer), head.server));
        let truth = solution.truth.iter().map(|&(_, holder)| holder);
        Self {
            problem,
            open,
            heads: heads.collect(),
            truth: truth.collect(),
        }
    }

    /// The open candidates of a component, in declared order.
    pub fn open(&self, component: ComponentId) -> &[CandidateId] {
        self.open.get(&component).map_or(&[], Vec::as_slice)
    }

    /// Whether a candidate is open.
    pub fn is_open(&self, id: CandidateId) -> bool {
        let row = self.problem.candidates.get(id.index());
        row.is_some_and(|row| self.open(row.component).binary_search(&id).is_ok())
    }

    /// Whether a component has no instance, as it may.
    pub fn is_absent(&self, component: ComponentId) -> bool {
        self.problem[component].may_be_absent && self.open(component).is_empty()
    }

    /// All open candidates, in declared order.
    pub fn all(&self) -> impl Iterator<Item = CandidateId> {
        self.open.values().flatten().copied()
    }

    /// Who is asked first, if anybody.
    pub fn head(&self, need: NeedId, consumer: CandidateId) -> Option<CandidateId> {
        self.heads.get(&(need, consumer)).copied().flatten()
    }

    /// All heads that are served, in (need, consumer) order.
    pub fn served(&self) -> impl Iterator<Item = (NeedId, CandidateId, CandidateId)> {
        self.heads
            .iter()
            .filter_map(|(&(need, from), &to)| to.map(|to| (need, from, to)))
    }

    /// All heads, in (need, consumer) order.
    pub fn heads(&self) -> impl Iterator<Item = (NeedId, CandidateId, Option<CandidateId>)> {
        self.heads
            .iter()
            .map(|(&(need, from), &to)| (need, from, to))
    }

    /// Whether a candidate is the truth of its component.
    pub fn holds_truth(&self, id: CandidateId) -> bool {
        self.truth.contains(&id)
    }

    /// Whether the bytes of a candidate are there from the start.
    pub fn eager(&self, id: CandidateId) -> bool {
        self.problem[id].clone == CloneMode::Eager || self.holds_truth(id)
    }

    /// Every (need, consumer) that must have a head, in order.
    pub fn asking(&self) -> impl Iterator<Item = (NeedId, CandidateId)> {
        self.problem.need_ids().flat_map(move |need| {
            let row = &self.problem[need];
            let consumers = self.open(row.consumer).iter().copied();
            consumers
                .filter(|&one| row.applies(self.problem[one].variant))
                .map(move |consumer| (need, consumer))
        })
    }
}
