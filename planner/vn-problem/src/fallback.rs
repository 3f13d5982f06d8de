//! The ordered list of a consumer: whom it asks first, and who follows.

use std::cmp::Reverse;

use crate::{
    Budget, CandidateId, Failure, Micros, NeedId, Problem, Refill, Route, Solution,
    placement::Placement,
};

/// One line of an ordered list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who answers.
    pub server: CandidateId,
    /// Round trip.
    pub rtt: Micros,
    /// Round trip plus service time.
    pub time: Micros,
    /// Where that stands against the bounds of the need.
    pub budget: Budget,
    /// Whether the bytes are there from the start.
    pub eager: bool,
    /// Tier among the fallbacks.
    pub tier: u32,
}

/// The whole list of need `need` of the open candidate `consumer`, the head first.
///
/// Empty for an unserved need, and for ids that do not belong to the problem.
pub fn fallback_list(
    problem: &Problem,
    solution: &Solution,
    need: NeedId,
    consumer: CandidateId,
) -> Vec<Entry> {
    let known = need.index() < problem.needs.len() && consumer.index() < problem.candidates.len();
    if !known {
        return Vec::new();
    }
    Placement::new(problem, solution).list(need, consumer)
}

impl Placement<'_> {
    /// The list of one need of one instance.
    pub fn list(&self, need: NeedId, consumer: CandidateId) -> Vec<Entry> {
        let Some(head) = self.head(need, consumer) else {
            return Vec::new();
        };
        let row = &self.problem[need];
        let from = self.problem[consumer].device;
        let mut entries: Vec<Entry> = row
            .routes_from(from)
            .iter()
            .filter(|route| self.open(row.server).binary_search(&route.to).is_ok())
            .filter(|route| self.may_answer(need, route.to))
            .map(|route| self.entry(need, route))
            .collect();
        entries.sort_by_key(|entry| {
            let first = entry.server == head;
            (
                Reverse(first),
                entry.budget,
                !entry.eager,
                entry.tier,
                entry.rtt,
                entry.server,
            )
        });
        entries
    }

    fn entry(&self, need: NeedId, route: &Route) -> Entry {
        let time = self.problem.time(route);
        Entry {
            server: route.to,
            rtt: route.rtt,
            time,
            budget: self.problem[need].budget(time),
            eager: self.eager(route.to),
            tier: route.fallback_tier,
        }
    }

    /// The first entry that can be reached, takes what is asked and has its bytes once `failure` has happened.
    pub fn found(&self, need: NeedId, consumer: CandidateId, failure: &Failure) -> Option<Entry> {
        let head = self.head(need, consumer);
        self.list(need, consumer).into_iter().find(|entry| {
            let device = |id: CandidateId| self.problem[id].device;
            let reached = !failure.parts(device(consumer), device(entry.server));
            reached
                && self.accepts(need, entry.server, failure)
                && (entry.eager || head == Some(entry.server) || self.fills(entry.server, failure))
        })
    }

    fn fills(&self, lazy: CandidateId, failure: &Failure) -> bool {
        self.open(self.problem[lazy].component).iter().any(|&from| {
            self.eager(from)
                && !failure.parts(self.problem[lazy].device, self.problem[from].device)
                && self.problem.refills.contains(&Refill { to: lazy, from })
        })
    }
}
