//! Section 5: whoever lives on finds an entry, and nobody is crushed by what moves.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Budget, CandidateId, ComponentId, FailureId, RequirementId, RequirementKind, Violation,
    capacity, connections, placement::Placement, traffic,
};

/// One survival requirement, failure by failure.
pub fn check(
    placement: &Placement<'_>,
    requirement: RequirementId,
    component: ComponentId,
    failures: &[FailureId],
    faults: &mut Vec<Violation>,
) {
    let problem = placement.problem;
    for &failure in failures {
        let event = &problem[failure];
        let alive = |id: CandidateId| !event.takes(problem[id].device);
        if !placement.open(component).iter().any(|&id| alive(id)) {
            faults.push(Violation::NoneAlive {
                requirement,
                failure,
            });
        }
        for (need, consumer) in placement.asking() {
            let row = &problem[need];
            if row.server != component || row.optional || !alive(consumer) {
                continue;
            }
            let found = placement.found(need, consumer, event);
            let served = found.is_some_and(|entry| match entry.budget {
                Budget::In | Budget::Degraded => true,
                Budget::Over => false,
            });
            if !served {
                let found = found.map(|entry| entry.server);
                faults.push(Violation::LeftAlone {
                    requirement,
                    failure,
                    need,
                    consumer,
                    found,
                });
            }
        }
    }
}

/// In each named failure, the throughput of every component that must survive it.
pub fn check_moved_loads(placement: &Placement<'_>, faults: &mut Vec<Violation>) {
    let problem = placement.problem;
    for (failure, cone) in cones(placement) {
        let Some(mut loads) = placement.loads_without(&problem[failure]) else {
            faults.push(Violation::Overflow);
            continue;
        };
        traffic::check_moved(placement, failure, &loads, faults);
        loads.retain(|&id, _| cone.contains(&problem[id].component));
        capacity::check_throughput(placement, &loads, Some(failure), faults);
        let in_cone = |id: CandidateId| cone.contains(&problem[id].component);
        connections::check(placement, Some(failure), in_cone, faults);
    }
}

/// Which components must survive each failure that anybody must survive.
fn cones(placement: &Placement<'_>) -> BTreeMap<FailureId, BTreeSet<ComponentId>> {
    let mut cones: BTreeMap<FailureId, BTreeSet<ComponentId>> = BTreeMap::new();
    for row in &placement.problem.requirements {
        if let RequirementKind::Survive {
            component,
            failures,
        } = &row.kind
            && !placement.is_absent(*component)
        {
            for &failure in failures {
                cones.entry(failure).or_default().insert(*component);
            }
        }
    }
    cones
}
