//! Candidates that are never needed: another variant on the same device does all they do, for less.

use vn_problem::{
    Candidate, CandidateId, CloneMode, Metric, Need, Problem, Refill, RequirementKind, Role, Route,
};

use crate::{model::Model, own};

/// The candidates that some other one replaces in every best plan, the declared order included.
///
/// INVARIANT: replacing keeps every list in its order, so loads move after a failure as they did;
/// hence only variants whose routes stand equal against every budget are compared.
pub fn dominated(model: &Model<'_>) -> Vec<CandidateId> {
    let problem = model.problem;
    let pairs = Pairs { model, problem };
    let worse = |id: CandidateId| match problem[problem[id].component].role {
        Role::Service => pairs.rivals(id).any(|other| pairs.replaces(other, id)),
        Role::Client => pairs
            .rivals(id)
            .any(|other| pairs.replaces_everywhere(other, id)),
    };
    problem.candidate_ids().filter(|&id| worse(id)).collect()
}

struct Pairs<'a> {
    model: &'a Model<'a>,
    problem: &'a Problem,
}

impl<'a> Pairs<'a> {
    /// The variants of a copy on its device, itself among them.
    ///
    /// Nothing else can stand in for it, and there may be thousands of candidates elsewhere.
    fn rivals(&self, id: CandidateId) -> impl Iterator<Item = CandidateId> + 'a {
        let group = &self.model.groups[self.model.group_of[id]];
        group.members.iter().copied()
    }

    /// A client may have to run the same variant on several devices: then it changes on all of them.
    fn replaces_everywhere(&self, better: CandidateId, worse: CandidateId) -> bool {
        let problem = self.problem;
        let (a, b) = (&problem[better], &problem[worse]);
        let mut everywhere = problem
            .candidates_of(b.component)
            .filter(|(_, row)| row.variant == b.variant);
        let replaced = |id| {
            let mut rivals = self.rivals(id);
            rivals.any(|other| problem[other].variant == a.variant && self.replaces(other, id))
        };
        self.replaces(better, worse) && everywhere.all(|(id, _)| replaced(id))
    }

    /// INVARIANT: only asked of rivals.
    fn replaces(&self, better: CandidateId, worse: CandidateId) -> bool {
        let problem = self.problem;
        let (a, b) = (&problem[better], &problem[worse]);
        better != worse
            && is_no_worse(a, b)
            && (!problem.is_move(better) || problem.is_move(worse))
            && self.answers_as_much(better, b)
            && (a.quality <= b.quality || !quality_counts(problem))
            && (better < worse || (a.footprint < b.footprint && footprint_counts(problem)))
            && problem.needs.iter().all(|need| asks_no_more(need, a, b))
            && problem
                .needs
                .iter()
                .all(|need| answers_alike(problem, need, better, worse))
            && refills_alike(problem, better, worse)
            && bound_alike(problem, better, worse)
            && own::no_more(problem, better, worse)
    }

    fn answers_as_much(&self, better: CandidateId, b: &Candidate) -> bool {
        let a = &self.problem[better];
        let rationed = self.model.tight(better) || self.problem[a.device].max_duty.is_some();
        match (a.capacity, b.capacity) {
            (None, _) => true,
            (Some(_), None) => !rationed,
            (Some(a), Some(b)) => a >= b || !rationed,
        }
    }
}

fn is_no_worse(a: &Candidate, b: &Candidate) -> bool {
    a.claim.iter().zip(&b.claim).all(|(a, b)| a <= b)
        && a.footprint <= b.footprint
        && a.service_time <= b.service_time
        && a.power <= b.power
        && a.cost <= b.cost
        && a.clone_bytes <= b.clone_bytes
        && a.clone == b.clone
        && (a.truth || !b.truth)
        && a.standby == b.standby
        && a.connections
            .is_none_or(|most| b.connections.is_some_and(|less| most >= less))
}

/// Whether a plan's quality is ever looked at.
fn quality_counts(problem: &Problem) -> bool {
    counts(problem, Metric::QualityLoss)
}

/// A smaller footprint shows in the comparison of plans, at the latest on the level after the
/// objective.
fn footprint_counts(problem: &Problem) -> bool {
    counts(problem, Metric::Footprint)
}

fn counts(problem: &Problem, metric: Metric) -> bool {
    let objective = &problem.objective;
    let mut weighed = objective
        .sums()
        .flatten()
        .filter(|term| term.weight.num > 0);
    objective.then == Some(metric) || weighed.any(|term| term.metric == metric)
}

/// Whether what binds presence tells the two from each other nowhere.
fn bound_alike(problem: &Problem, a: CandidateId, b: CandidateId) -> bool {
    let both =
        |ids: &Vec<CandidateId>| ids.binary_search(&a).is_ok() == ids.binary_search(&b).is_ok();
    problem.requirements.iter().all(|row| match &row.kind {
        RequirementKind::Implies { when, any } => when.iter().all(both) && both(any),
        RequirementKind::Exclusive { sets } => sets.iter().all(both),
        RequirementKind::Linear {
            terms, unless_none, ..
        } => {
            let weight = |of: CandidateId| {
                let found = terms.iter().find(|(id, _)| *id == of);
                found.map(|(_, weight)| *weight)
            };
            weight(a) == weight(b) && unless_none.iter().all(both)
        }
        RequirementKind::Arrivals(row) => !row.speaks_of(problem, problem[a].component),
        RequirementKind::Count { .. }
        | RequirementKind::Spread { .. }
        | RequirementKind::Truth { .. }
        | RequirementKind::Survive { .. }
        | RequirementKind::Uniform { .. }
        | RequirementKind::AtMost { .. }
        | RequirementKind::Total { .. } => true,
    })
}

fn asks_no_more(need: &Need, a: &Candidate, b: &Candidate) -> bool {
    need.consumer != a.component || !need.applies(a.variant) || need.applies(b.variant)
}

fn answers_alike(problem: &Problem, need: &Need, a: CandidateId, b: CandidateId) -> bool {
    if need.server != problem[a].component {
        return true;
    }
    let seen = |id: CandidateId| {
        let to = need.routes.iter().filter(move |route| route.to == id);
        to.map(|route: &Route| {
            let budget = need.budget(problem.time(route));
            (
                route.from,
                route.rtt,
                route.tier,
                route.fallback_tier,
                route.way,
                budget,
            )
        })
    };
    seen(a).eq(seen(b))
}

fn refills_alike(problem: &Problem, a: CandidateId, b: CandidateId) -> bool {
    let has = |refill: Refill| problem.refills.contains(&refill);
    let swap = |id: CandidateId| if id == b { a } else { id };
    let mut of_b = problem.refills.iter().filter(|r| r.to == b || r.from == b);
    let lazy = problem[a].clone == CloneMode::Lazy;
    (!lazy && problem.refills.is_empty())
        || of_b.all(|r| {
            has(Refill {
                to: swap(r.to),
                from: swap(r.from),
            })
        })
}
