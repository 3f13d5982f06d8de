//! Capacities, throughput and duty of section 3.

use std::collections::BTreeMap;

use crate::{
    CandidateId, DeviceId, FailureId, Load, Rational, Role, Violation, placement::Placement,
};

/// What the open candidates claim, per device and resource.
pub fn usage(placement: &Placement<'_>) -> Vec<Vec<u128>> {
    let problem = placement.problem;
    let mut usage = vec![vec![0; problem.resources]; problem.devices.len()];
    for id in placement.all() {
        let row = &problem[id];
        if let Some(totals) = usage.get_mut(row.device.index()) {
            for (total, claim) in totals.iter_mut().zip(&row.claim) {
                *total += u128::from(*claim);
            }
        }
    }
    usage
}

/// Claims against capacities.
pub fn check_resources(
    placement: &Placement<'_>,
    usage: &[Vec<u128>],
    faults: &mut Vec<Violation>,
) {
    for (device, totals) in placement.problem.device_ids().zip(usage) {
        let capacity = &placement.problem[device].capacity;
        for (resource, (&needed, &available)) in totals.iter().zip(capacity).enumerate() {
            if needed > u128::from(available) {
                faults.push(Violation::Resource {
                    device,
                    resource,
                    needed,
                    available,
                });
            }
        }
    }
}

/// Loads against throughput.
pub fn check_throughput(
    placement: &Placement<'_>,
    loads: &BTreeMap<CandidateId, Load>,
    failure: Option<FailureId>,
    faults: &mut Vec<Violation>,
) {
    for (&candidate, &needed) in loads {
        if let Some(available) = placement.problem[candidate]
            .capacity
            .filter(|&most| needed > most)
        {
            faults.push(Violation::Throughput {
                candidate,
                failure,
                needed,
                available,
            });
        }
    }
}

/// Duty of the devices that have a bound on it.
pub fn check_duty(
    placement: &Placement<'_>,
    loads: &BTreeMap<CandidateId, Load>,
    faults: &mut Vec<Violation>,
) {
    for device in placement.problem.device_ids() {
        let Some(most) = placement.problem[device].max_duty else {
            continue;
        };
        let most = Rational::new(i128::from(most), 1_000_000);
        let within = duty(placement, device, loads)
            .zip(most)
            .is_some_and(|(sum, most)| sum <= most);
        if !within {
            faults.push(Violation::Duty { device });
        }
    }
}

fn duty(
    placement: &Placement<'_>,
    device: DeviceId,
    loads: &BTreeMap<CandidateId, Load>,
) -> Option<Rational> {
    let problem = placement.problem;
    let here = placement.all().filter(|&id| {
        problem[id].device == device && problem[problem[id].component].role == Role::Service
    });
    let mut sum = Rational::ZERO;
    for id in here {
        let capacity = problem[id].capacity?;
        let load = loads.get(&id).copied().unwrap_or_default();
        if load.0 > 0 {
            sum = sum.checked_add(Rational::new(i128::from(load.0), i128::from(capacity.0))?)?;
        }
    }
    Some(sum)
}
