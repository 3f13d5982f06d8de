//! Counts, spread, uniform classes and totals.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    CandidateId, DeviceId, RequirementId, RequirementKind, TotalMetric, Violation,
    placement::Placement, survival,
};

/// Every requirement but the truths, which belong to the structure.
pub fn check_requirements(placement: &Placement<'_>, faults: &mut Vec<Violation>) {
    for requirement in placement.problem.requirement_ids() {
        match &placement.problem[requirement].kind {
            RequirementKind::Count {
                component,
                min,
                max,
            } => {
                let found = placement.open(*component).len();
                let most = max.unwrap_or(u64::MAX);
                if !(*min..=most).contains(&(found as u64)) {
                    faults.push(Violation::Count { requirement, found });
                }
            }
            RequirementKind::Spread {
                component,
                domain,
                m,
            } => {
                check_spread(
                    placement,
                    requirement,
                    placement.open(*component),
                    (domain, *m),
                    faults,
                );
            }
            RequirementKind::Truth { .. } => {}
            RequirementKind::Survive {
                component,
                failures,
            } => {
                survival::check(placement, requirement, *component, failures, faults);
            }
            RequirementKind::Uniform { component, devices } => {
                if !uniform(placement, placement.open(*component), devices) {
                    faults.push(Violation::Uneven { requirement });
                }
            }
            RequirementKind::Total {
                metric,
                at_most,
                fixed,
            } => {
                let needed = u128::from(*fixed) + total(placement, *metric);
                if needed > u128::from(*at_most) {
                    let available = *at_most;
                    faults.push(Violation::Total {
                        requirement,
                        needed,
                        available,
                    });
                }
            }
        }
    }
}

fn check_spread(
    placement: &Placement<'_>,
    requirement: RequirementId,
    open: &[CandidateId],
    (domain, m): (&[u32], u64),
    faults: &mut Vec<Violation>,
) {
    let available = (open.len() as u64).div_ceil(m.max(1));
    let mut held: BTreeMap<u32, usize> = BTreeMap::new();
    for &id in open {
        let device = placement.problem[id].device;
        *held
            .entry(domain.get(device.index()).copied().unwrap_or_default())
            .or_default() += 1;
    }
    for (domain, found) in held {
        if found as u64 > available {
            faults.push(Violation::Spread {
                requirement,
                domain,
                found,
                available,
            });
        }
    }
}

fn uniform(placement: &Placement<'_>, open: &[CandidateId], devices: &[DeviceId]) -> bool {
    let variants: BTreeSet<u32> = open
        .iter()
        .map(|&id| &placement.problem[id])
        .filter(|row| devices.contains(&row.device))
        .map(|row| row.variant)
        .collect();
    variants.len() <= 1
}

fn total(placement: &Placement<'_>, metric: TotalMetric) -> u128 {
    let one = |id: CandidateId| match metric {
        TotalMetric::Cost => placement.problem[id].cost.0,
        TotalMetric::Power => placement.problem[id].power.0,
    };
    placement.all().map(|id| u128::from(one(id))).sum()
}
