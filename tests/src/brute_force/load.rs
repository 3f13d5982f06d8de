//! §3, load and capacities.

use vn_problem::{Candidate, CandidateId, DeviceId, Head, Need, NeedLoad, Problem, Role};

use super::Exact;

/// The load of an instance when these are the servers that take it: a client has its demand, a
/// service what its consumers put on it. Ends because services form no circle.
///
/// With the heads of a plan this is §3; with the servers found after a failure it is §5.
pub fn of(problem: &Problem, heads: &[Head], instance: CandidateId) -> u64 {
    let component = &problem.components[problem.candidates[instance.index()].component.index()];
    match component.role {
        Role::Client => component.demand.0 * machines(problem, instance),
        Role::Service => {
            let asking = heads.iter().filter(|head| head.server == Some(instance));
            asking.map(|head| of_need(problem, heads, *head)).sum()
        }
    }
}

/// The load that one need of one consumer instance puts on its server.
pub fn of_need(problem: &Problem, heads: &[Head], head: Head) -> u64 {
    match need(problem, head).load {
        NeedLoad::Fanout(factor) => {
            let count = machines(problem, head.consumer);
            let each = of(problem, heads, head.consumer).div_ceil(count);
            count * (each * factor.num).div_ceil(factor.den)
        }
        NeedLoad::Rate(rate) => machines(problem, head.consumer) * rate.0,
    }
}

/// §8: how many machines do what an instance does.
fn machines(problem: &Problem, instance: CandidateId) -> u64 {
    let device = problem.candidates[instance.index()].device;
    problem.devices[device.index()].count
}

/// The need of a head.
pub fn need(problem: &Problem, head: Head) -> &Need {
    &problem.needs[head.need.index()]
}

/// Whether the load of this instance is within its capacity.
pub fn is_bearable(problem: &Problem, heads: &[Head], instance: CandidateId) -> bool {
    let capacity = problem.candidates[instance.index()].capacity;
    capacity.is_none_or(|capacity| of(problem, heads, instance) <= capacity.0)
}

/// Per device with `max_duty`: Σ load / capacity of its services is at most that many millionths.
pub fn duties_hold(problem: &Problem, heads: &[Head], open: &[CandidateId]) -> bool {
    let devices = (0..).map(DeviceId).zip(&problem.devices);
    devices
        .filter_map(|(device, row)| Some((device, row.max_duty?)))
        .all(|(device, max)| {
            duty(problem, heads, open, device) <= Exact::new(max.into(), 1_000_000)
        })
}

fn duty(problem: &Problem, heads: &[Head], open: &[CandidateId], device: DeviceId) -> Exact {
    let services = open.iter().map(|&c| (c, &problem.candidates[c.index()]));
    let here = services.filter(|(_, row)| row.device == device && is_service(problem, row));
    let shares = here.map(|(c, row)| {
        let capacity = row
            .capacity
            .expect("not admissible on a device with a duty");
        match of(problem, heads, c) {
            0 => Exact::from_integer(0),
            load => Exact::new(load.into(), capacity.0.into()),
        }
    });
    shares.sum()
}

fn is_service(problem: &Problem, candidate: &Candidate) -> bool {
    problem.components[candidate.component.index()].role == Role::Service
}
