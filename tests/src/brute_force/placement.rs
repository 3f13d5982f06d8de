//! The rules of §§2–3 that the set of open candidates alone keeps or breaks.

use std::collections::BTreeMap;

use vn_problem::{
    Candidate, CandidateId, ComponentId, DeviceId, Problem, RequirementKind, Role, TotalMetric,
};

/// The instances of one component.
pub fn instances<'a>(
    problem: &'a Problem,
    open: &'a [CandidateId],
    component: ComponentId,
) -> impl Iterator<Item = CandidateId> + 'a {
    let of = move |c: &CandidateId| problem.candidates[c.index()].component == component;
    open.iter().copied().filter(of)
}

/// A service has at most one instance per device, a client exactly one on each of its own.
pub fn one_per_device(problem: &Problem, open: &[CandidateId]) -> bool {
    (0..)
        .map(ComponentId)
        .zip(&problem.components)
        .all(|(id, component)| {
            let mut devices: Vec<_> = instances(problem, open, id)
                .map(|c| &problem.candidates[c.index()])
                .map(|row| (row.device, row.copy))
                .collect();
            devices.sort_unstable();
            match component.role {
                Role::Service => devices.is_sorted_by(|a, b| a < b),
                Role::Client => {
                    let on = component.on.iter();
                    let mut on: Vec<_> = on.map(|&device| (device, 0)).collect();
                    on.sort_unstable();
                    devices == on
                }
            }
        })
}

/// Per device and resource the claims sum to at most the capacity.
pub fn devices_suffice(problem: &Problem, open: &[CandidateId]) -> bool {
    (0..)
        .map(DeviceId)
        .zip(&problem.devices)
        .all(|(id, device)| {
            (0..problem.resources).all(|resource| {
                let here = candidates(problem, open).filter(|candidate| candidate.device == id);
                let claimed: u64 = here.map(|candidate| candidate.claim[resource]).sum();
                claimed <= device.capacity[resource]
            })
        })
}

/// The rows of the open candidates.
pub fn candidates<'a>(
    problem: &'a Problem,
    open: &'a [CandidateId],
) -> impl Iterator<Item = &'a Candidate> {
    open.iter().map(|c| &problem.candidates[c.index()])
}

/// `min ≤ instances ≤ max`.
pub fn counts_hold(problem: &Problem, open: &[CandidateId]) -> bool {
    problem
        .requirements
        .iter()
        .all(|requirement| match requirement.kind {
            RequirementKind::Count {
                component,
                min,
                max,
            } => {
                let count = instances(problem, open, component).count() as u64;
                is_absent(problem, open, component)
                    || min <= count && max.is_none_or(|max| count <= max)
            }
            _ => true,
        })
}

/// Whether a component has no instance and need not have one.
pub fn is_absent(problem: &Problem, open: &[CandidateId], component: ComponentId) -> bool {
    problem.components[component.index()].may_be_absent
        && instances(problem, open, component).next().is_none()
}

/// `Implies`, `Exclusive` and `Linear`, as written.
pub fn bonds_hold(problem: &Problem, open: &[CandidateId]) -> bool {
    let some = |ids: &[CandidateId]| ids.iter().any(|id| open.contains(id));
    problem
        .requirements
        .iter()
        .all(|requirement| match &requirement.kind {
            RequirementKind::Implies { when, any } => {
                some(any) || when.as_ref().is_some_and(|when| !some(when))
            }
            RequirementKind::Exclusive { sets } => sets.iter().filter(|set| some(set)).count() <= 1,
            RequirementKind::Linear {
                terms,
                at_least,
                unless_none,
            } => {
                let open = terms.iter().filter(|(id, _)| open.contains(id));
                let sum: i64 = open.map(|(_, weight)| weight).sum();
                sum >= *at_least || unless_none.as_ref().is_some_and(|ids| !some(ids))
            }
            _ => true,
        })
}

/// Of `n` instances no domain holds more than `⌈n / m⌉`.
pub fn spreads_hold(problem: &Problem, open: &[CandidateId]) -> bool {
    problem
        .requirements
        .iter()
        .all(|requirement| match &requirement.kind {
            RequirementKind::Spread {
                component,
                domain,
                m,
            } => {
                let mut per_domain = BTreeMap::<u32, u64>::new();
                for c in instances(problem, open, *component) {
                    let device = problem.candidates[c.index()].device;
                    *per_domain.entry(domain[device.index()]).or_default() += 1;
                }
                let n: u64 = per_domain.values().sum();
                per_domain.values().all(|held| *held <= n.div_ceil(*m))
            }
            _ => true,
        })
}

/// On the devices of one class the client runs the same variant.
pub fn classes_are_uniform(problem: &Problem, open: &[CandidateId]) -> bool {
    problem
        .requirements
        .iter()
        .all(|requirement| match &requirement.kind {
            RequirementKind::Uniform { component, devices } => {
                let client = candidates(problem, open).filter(|c| c.component == *component);
                let mut variants: Vec<_> = client
                    .filter(|c| devices.contains(&c.device))
                    .map(|c| c.variant)
                    .collect();
                variants.dedup();
                variants.len() <= 1
            }
            _ => true,
        })
}

/// The fixed part and that of the open candidates stay within each bound, and so does every measure.
pub fn totals_hold(problem: &Problem, open: &[CandidateId]) -> bool {
    problem
        .requirements
        .iter()
        .all(|requirement| match requirement.kind {
            RequirementKind::Total {
                metric,
                at_most,
                fixed,
            } => {
                let part = |candidate: &Candidate| match metric {
                    TotalMetric::Cost => candidate.cost.0,
                    TotalMetric::Power => candidate.power.0,
                };
                fixed + candidates(problem, open).map(part).sum::<u64>() <= at_most
            }
            RequirementKind::AtMost { measure, amount } => {
                let measure = &problem.measures[measure as usize];
                super::metrics::amount(measure, open) <= amount.into()
            }
            _ => true,
        })
}
