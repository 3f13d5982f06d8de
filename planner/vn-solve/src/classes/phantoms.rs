//! Instances that cost nothing, for a bound: what some other member of a class may do for one, and what
//! is only asked for somewhere.

use std::collections::BTreeMap;

use vn_problem::{
    Candidate, CandidateId, Cause, ComponentId, Device, DeviceId, Micros, NeedId, Problem,
    Requirement, RequirementKind, Route,
};

use super::Elsewhere;
use crate::own;

/// Adds one instance for each answer that other members can give, or one that answers nobody; each
/// stands on a device of its own, needs nothing and is there. [`sort`] must follow.
pub fn add(problem: &mut Problem, component: ComponentId, elsewhere: &[Elsewhere]) {
    let mut answers: BTreeMap<(Micros, u64), Vec<&Elsewhere>> = BTreeMap::new();
    for one in elsewhere {
        if problem[one.need].server == component {
            let kind = (one.service_time, one.quality);
            answers.entry(kind).or_default().push(one);
        }
    }
    if answers.is_empty() {
        answers.insert((Micros(0), 0), Vec::new());
    }
    let variant = nobody(problem, component);
    for ((service_time, quality), routes) in answers {
        let id = CandidateId(id_of(problem.candidates.len()));
        let device = DeviceId(id_of(problem.devices.len()));
        problem.devices.push(Device {
            capacity: vec![0; problem.resources],
            max_duty: None,
            count: 1,
            cause: Cause(0),
        });
        problem.candidates.push(Candidate {
            claim: vec![0; problem.resources],
            service_time,
            quality,
            ..Candidate::idle(component, device, variant)
        });
        for (need, from, route) in nearest(&routes) {
            if let Some(need) = problem.needs.get_mut(need.index()) {
                need.routes.push(Route {
                    from,
                    to: id,
                    ..route
                });
            }
        }
        problem.requirements.push(Requirement {
            kind: RequirementKind::Implies {
                when: None,
                any: vec![id],
            },
            cause: Cause(0),
        });
    }
    for row in &mut problem.requirements {
        if let RequirementKind::Spread { domain, .. } = &mut row.kind {
            let next = domain.iter().max().map_or(0, |last| last.saturating_add(1));
            domain.resize(problem.devices.len(), next);
        }
    }
}

/// A variant that has no needs.
fn nobody(problem: &mut Problem, component: ComponentId) -> u32 {
    // INVARIANT: the table is not in its order yet.
    let rows = problem.candidates.iter();
    let rows = rows.filter(|row| row.component == component);
    let mut variants: Vec<u32> = rows.map(|row| row.variant).collect();
    variants.sort_unstable();
    variants.dedup();
    for need in problem
        .needs
        .iter_mut()
        .filter(|need| need.consumer == component)
    {
        need.variants.get_or_insert_with(|| variants.clone());
    }
    variants.last().map_or(0, |last| last.saturating_add(1))
}

/// The best of the routes of each need from each device, in everything.
fn nearest(routes: &[&Elsewhere]) -> Vec<(NeedId, DeviceId, Route)> {
    let mut best: BTreeMap<(NeedId, DeviceId), Route> = BTreeMap::new();
    for one in routes {
        let route = best.entry((one.need, one.from)).or_insert(Route {
            from: one.from,
            to: CandidateId(0),
            rtt: one.rtt,
            tier: one.tier,
            fallback_tier: one.fallback_tier,
            way: None,
        });
        route.rtt = route.rtt.min(one.rtt);
        route.tier = route.tier.min(one.tier);
        route.fallback_tier = route.fallback_tier.min(one.fallback_tier);
    }
    let rows = best.into_iter();
    rows.map(|((need, from), route)| (need, from, route))
        .collect()
}

fn id_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Brings the tables into their order; says where each candidate went.
pub fn sort(problem: &mut Problem) -> Vec<CandidateId> {
    let mut order: Vec<usize> = (0..problem.candidates.len()).collect();
    let key = |at: &usize| {
        let row = problem.candidates.get(*at);
        row.map(|row| (row.component, row.device, row.copy, row.variant))
    };
    order.sort_by_key(key);
    let rows = order.iter().filter_map(|at| problem.candidates.get(*at));
    let sorted: Vec<Candidate> = rows.cloned().collect();
    let mut new = vec![CandidateId(0); order.len()];
    for (to, at) in order.into_iter().enumerate() {
        if let Some(place) = new.get_mut(at) {
            *place = CandidateId(id_of(to));
        }
    }
    problem.candidates = sorted;
    renumber(problem, &new);
    new
}

fn renumber(problem: &mut Problem, new: &[CandidateId]) {
    let moved = |id: &mut CandidateId| {
        if let Some(to) = new.get(id.index()) {
            *id = *to;
        }
    };
    for need in &mut problem.needs {
        need.routes
            .iter_mut()
            .for_each(|route| moved(&mut route.to));
        need.routes
            .sort_unstable_by_key(|route| (route.from, route.to));
    }
    for refill in &mut problem.refills {
        moved(&mut refill.to);
        moved(&mut refill.from);
    }
    let to = |id: CandidateId| new.get(id.index()).copied().unwrap_or(id);
    for measure in &mut problem.measures {
        *measure = own::moved(measure, to);
    }
    for row in &mut problem.requirements {
        match &mut row.kind {
            RequirementKind::Implies { when, any } => {
                when.iter_mut().flatten().chain(any).for_each(moved);
            }
            RequirementKind::Exclusive { sets } => {
                sets.iter_mut().flatten().for_each(moved);
            }
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                for (id, _) in terms {
                    moved(id);
                }
                unless_none.iter_mut().flatten().for_each(moved);
            }
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => {}
        }
    }
}
