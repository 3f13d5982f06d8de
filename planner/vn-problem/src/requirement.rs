//! Counts, spread, uniform classes and totals.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Arrivals, CandidateId, DeviceId, RequirementId, RequirementKind, TooMuch, TotalMetric,
    Violation, placement::Placement, survival,
};

/// Every requirement but the truths, which belong to the structure.
///
/// `traffic_cost` is in 10⁻¹² of the currency per month.
pub fn check_requirements(
    placement: &Placement<'_>,
    traffic_cost: u128,
    faults: &mut Vec<Violation>,
) {
    for requirement in placement.problem.requirement_ids() {
        match &placement.problem[requirement].kind {
            RequirementKind::Count {
                component,
                min,
                max,
            } => {
                let found = placement.open(*component).len();
                let most = max.unwrap_or(u64::MAX);
                let fits = (*min..=most).contains(&(found as u64));
                if !fits && !placement.is_absent(*component) {
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
                if !placement.is_absent(*component) {
                    survival::check(placement, requirement, *component, failures, faults);
                }
            }
            RequirementKind::Uniform { component, devices } => {
                if !uniform(placement, placement.open(*component), devices) {
                    faults.push(Violation::Uneven { requirement });
                }
            }
            RequirementKind::Implies { when, any } => {
                if let Err(found) = implies(placement, when.as_deref(), any) {
                    faults.push(Violation::Implied { requirement, found });
                }
            }
            RequirementKind::Exclusive { sets } => {
                let mut held = sets.iter().filter_map(|set| first_open(placement, set));
                if let (Some(one), Some(two)) = (held.next(), held.next()) {
                    let found = [one, two];
                    faults.push(Violation::Exclusive { requirement, found });
                }
            }
            RequirementKind::Linear {
                terms,
                at_least,
                unless_none,
            } => {
                let void = |ids: &Vec<CandidateId>| first_open(placement, ids).is_none();
                let open = terms.iter().filter(|(id, _)| placement.is_open(*id));
                let found: i128 = open.map(|(_, weight)| i128::from(*weight)).sum();
                if found < i128::from(*at_least) && !unless_none.as_ref().is_some_and(void) {
                    let at_least = *at_least;
                    faults.push(Violation::Linear {
                        requirement,
                        found,
                        at_least,
                    });
                }
            }
            RequirementKind::Arrivals(row) => {
                faults.extend(late(placement, requirement, row));
            }
            RequirementKind::AtMost { measure, amount } => {
                faults.extend(over(placement, requirement, (*measure, *amount)));
            }
            RequirementKind::Total {
                metric,
                at_most,
                fixed,
            } => {
                let spent = match metric {
                    TotalMetric::Cost => traffic_cost.div_ceil(1_000_000),
                    TotalMetric::Power => 0,
                };
                let needed = u128::from(*fixed) + total(placement, *metric) + spent;
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

/// More that is fetched at boot than may be.
fn late(
    placement: &Placement<'_>,
    requirement: RequirementId,
    row: &Arrivals,
) -> Option<Violation> {
    let open: Vec<CandidateId> = placement.all().collect();
    let holds = |id| placement.holds_truth(id);
    let TooMuch { device, found } = row.check(placement.problem, &open, holds).err()?;
    Some(Violation::Arrivals {
        requirement,
        device,
        found,
        at_most: row.at_most,
    })
}

/// A measure that comes to more than its bound.
fn over(
    placement: &Placement<'_>,
    requirement: RequirementId,
    (measure, at_most): (u32, i64),
) -> Option<Violation> {
    let row = placement.problem.measure(measure);
    let found = row.and_then(|row| row.amount(|id| placement.is_open(id)));
    let fits = found.is_some_and(|found| found <= i128::from(at_most));
    (!fits).then_some(Violation::AtMost {
        requirement,
        found,
        at_most,
    })
}

fn first_open(placement: &Placement<'_>, ids: &[CandidateId]) -> Option<CandidateId> {
    ids.iter().copied().find(|&id| placement.is_open(id))
}

/// What is open without any of those that it brings along.
fn implies(
    placement: &Placement<'_>,
    when: Option<&[CandidateId]>,
    any: &[CandidateId],
) -> Result<(), Option<CandidateId>> {
    let asking = when.map(|ids| first_open(placement, ids));
    match (asking, first_open(placement, any)) {
        (Some(None), _) | (_, Some(_)) => Ok(()),
        (None, None) => Err(None),
        (Some(found), None) => Err(found),
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
