//! Section 2 and the budgets of section 3: what a solution consists of.

use std::collections::BTreeMap;

use crate::{
    Budget, CandidateId, ComponentId, DeviceId, NeedId, Problem, Role, Solution, Violation,
    placement::Placement,
};

/// Whether all ids exist and all lists are strictly sorted.
pub fn canonical(problem: &Problem, solution: &Solution) -> bool {
    let candidate = |id: CandidateId| id.index() < problem.candidates.len();
    let heads = solution.heads.iter().all(|head| {
        head.need.index() < problem.needs.len()
            && candidate(head.consumer)
            && head.server.is_none_or(candidate)
    });
    let truths = solution.truth.iter().all(|&(component, holder)| {
        component.index() < problem.components.len() && candidate(holder)
    });
    heads
        && truths
        && solution.open.iter().copied().all(candidate)
        && solution.open.is_sorted_by(|a, b| a < b)
        && solution
            .heads
            .is_sorted_by(|a, b| (a.need, a.consumer) < (b.need, b.consumer))
        && solution.truth.is_sorted_by(|a, b| a < b)
}

/// One instance of each copy of a service per device; exactly one app variant per client device.
pub fn check_devices(placement: &Placement<'_>, faults: &mut Vec<Violation>) {
    for component in placement.problem.component_ids() {
        let row = &placement.problem[component];
        let mut open: BTreeMap<(DeviceId, u32), usize> =
            row.on.iter().map(|&on| ((on, 0), 0)).collect();
        for &id in placement.open(component) {
            let candidate = &placement.problem[id];
            *open.entry((candidate.device, candidate.copy)).or_default() += 1;
        }
        for ((device, _), found) in open {
            match row.role {
                Role::Service if found > 1 => faults.push(Violation::Crowded { component, device }),
                Role::Client if found != 1 => {
                    faults.push(Violation::ClientVariants {
                        component,
                        device,
                        found,
                    });
                }
                Role::Service | Role::Client => {}
            }
        }
    }
}

/// Each need of each open instance has one head, which is open, routed and in budget.
pub fn check_heads(placement: &Placement<'_>, faults: &mut Vec<Violation>) {
    let asking: Vec<(NeedId, CandidateId)> = placement.asking().collect();
    let given: Vec<(NeedId, CandidateId)> = placement
        .heads()
        .map(|(need, consumer, _)| (need, consumer))
        .collect();
    for &(need, consumer) in asking
        .iter()
        .filter(|one| given.binary_search(one).is_err())
    {
        faults.push(Violation::HeadMissing { need, consumer });
    }
    for &(need, consumer) in given
        .iter()
        .filter(|one| asking.binary_search(one).is_err())
    {
        faults.push(Violation::HeadUnasked { need, consumer });
    }
    for (need, consumer, server) in placement.heads() {
        match server {
            Some(server) => {
                faults.extend(check_head(placement, need, consumer, server));
                faults.extend(check_copies(placement, need, consumer));
            }
            None if placement.problem[need].optional => {}
            None => faults.push(Violation::Unserved { need, consumer }),
        }
    }
}

fn check_head(
    placement: &Placement<'_>,
    need: NeedId,
    consumer: CandidateId,
    server: CandidateId,
) -> Option<Violation> {
    let problem = placement.problem;
    let row = &problem[need];
    let open = placement.open(row.server).binary_search(&server).is_ok()
        && placement.may_head(need, server);
    let route = row.route(problem[consumer].device, server).filter(|_| open);
    let Some(route) = route else {
        return Some(Violation::HeadUnreachable {
            need,
            consumer,
            server,
        });
    };
    let needed = problem.time(route);
    match (row.budget(needed), row.within) {
        (Budget::Degraded | Budget::Over, Some(available)) => Some(Violation::OverBudget {
            need,
            consumer,
            server,
            needed,
            available,
        }),
        (Budget::In | Budget::Degraded | Budget::Over, _) => None,
    }
}

/// Whoever asks for several servers has as many in budget.
fn check_copies(
    placement: &Placement<'_>,
    need: NeedId,
    consumer: CandidateId,
) -> Option<Violation> {
    let problem = placement.problem;
    let needed = problem[need].copies;
    let routes = problem.in_budget(need, problem[consumer].device);
    let open = routes.filter(|route| placement.is_open(route.to));
    let available = open
        .filter(|route| placement.may_head(need, route.to))
        .count() as u64;
    (available < needed).then_some(Violation::Copies {
        need,
        consumer,
        needed,
        available,
    })
}

/// A component with a lazy instance has an eager one.
pub fn check_sources(placement: &Placement<'_>, faults: &mut Vec<Violation>) {
    for component in placement.problem.component_ids() {
        let open = placement.open(component);
        if !open.is_empty() && !open.iter().any(|&id| placement.eager(id)) {
            faults.push(Violation::NoSource { component });
        }
    }
}

/// The truths of a solution: as many holders as are required, none elsewhere; somebody stands by.
pub fn check_truths(placement: &Placement<'_>, solution: &Solution, faults: &mut Vec<Violation>) {
    let mut required = placement.problem.truth_components();
    required.retain(|&component| !placement.is_absent(component));
    for &component in &required {
        let custody = placement.problem[component].custody;
        let open = placement.open(component);
        let mut holders = solution.truth.iter().filter(|(of, _)| *of == component);
        let all = holders.clone().count() as u64 == custody.holders;
        let may = holders.all(|&(_, holder)| {
            placement.problem[holder].truth && open.binary_search(&holder).is_ok()
        });
        let mut others = open.iter().filter(|&&id| !placement.holds_truth(id));
        let stands_by = !custody.standby || others.any(|&id| placement.problem[id].standby);
        if !(all && may && stands_by) {
            faults.push(Violation::Truth { component });
        }
    }
    for &(component, _) in solution
        .truth
        .iter()
        .filter(|(of, _)| !required.contains(of))
    {
        faults.push(Violation::Truth { component });
    }
}

impl Problem {
    /// The components that have a truth, sorted.
    pub fn truth_components(&self) -> Vec<ComponentId> {
        let mut found: Vec<ComponentId> = self
            .requirements
            .iter()
            .filter_map(|row| match row.kind {
                crate::RequirementKind::Truth { component } => Some(component),
                crate::RequirementKind::Count { .. }
                | crate::RequirementKind::Spread { .. }
                | crate::RequirementKind::Survive { .. }
                | crate::RequirementKind::Uniform { .. }
                | crate::RequirementKind::Implies { .. }
                | crate::RequirementKind::Exclusive { .. }
                | crate::RequirementKind::Linear { .. }
                | crate::RequirementKind::Arrivals(_)
                | crate::RequirementKind::AtMost { .. }
                | crate::RequirementKind::Total { .. } => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
