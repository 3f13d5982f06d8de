//! Why an instance has no solution, in its ids and labels.

use vn_problem::instance::Instance;
use vn_problem::{Claim, DeviceId, Shortage};

use super::label;
use super::violation::during;
use crate::figure;

/// One sentence.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind, in their order"
)]
pub fn said(shortage: &Shortage, instance: &Instance) -> String {
    let problem = &instance.problem;
    match shortage {
        Shortage::NoCandidate {
            component,
            device,
            cause,
        } => {
            let on = device.map_or_else(String::new, |id| format!(" on device {}", id.0));
            let label = label(instance, *cause);
            format!("component {} has no candidate{on} ({label})", component.0)
        }
        Shortage::TooFewDevices {
            component,
            needed,
            available,
            cause,
        } => format!(
            "component {} needs {needed} instances, and {available} devices can host it ({})",
            component.0,
            label(instance, *cause)
        ),
        Shortage::NoRoute {
            need,
            device,
            fastest,
            needed,
            available,
            cause,
        } => {
            let fastest = match (fastest, needed, available) {
                (Some(id), Some(needed), Some(available)) => {
                    format!(
                        "; candidate {} is the fastest, {needed} of {available} µs",
                        id.0
                    )
                }
                (Some(id), _, _) => format!("; candidate {} is the fastest", id.0),
                (None, _, _) => String::new(),
            };
            format!(
                "need {} reaches no server from device {}{fastest} ({})",
                need.0,
                device.0,
                label(instance, *cause)
            )
        }
        Shortage::NoneAlive {
            requirement,
            component,
            failure,
            cause,
        } => format!(
            "{}no device is left for component {}, against requirement {} ({})",
            during(Some(*failure)),
            component.0,
            requirement.0,
            label(instance, *cause)
        ),
        Shortage::LeftAlone {
            requirement,
            failure,
            need,
            device,
            cause,
        } => format!(
            "{}need {} reaches no server from device {}, against requirement {} ({})",
            during(Some(*failure)),
            need.0,
            device.0,
            requirement.0,
            label(instance, *cause)
        ),
        Shortage::NoTruth { component, cause } => format!(
            "no candidate of component {} may hold its truth ({})",
            component.0,
            label(instance, *cause)
        ),
        Shortage::Resource {
            resource,
            devices,
            claims,
            needed,
            available,
        } => format!(
            "{} have {available} of resource {resource} ({}), and {} claim {needed} at least",
            on(devices),
            instance.resources.get(*resource).map_or("?", |name| name),
            who(claims)
        ),
        Shortage::Throughput {
            component,
            failure,
            needed,
            available,
            cause,
        } => format!(
            "{}component {} can answer {available} of {needed} millionths of a request per second ({})",
            during(*failure),
            component.0,
            label(instance, *cause)
        ),
        Shortage::Connections {
            component,
            needed,
            available,
            cause,
        } => format!(
            "clients hold on to component {} {needed} times, and it bears {available} ({})",
            component.0,
            label(instance, *cause)
        ),
        Shortage::Total {
            requirement,
            claims,
            needed,
            available,
            cause,
        } => format!(
            "requirement {} allows {available}, and {} come to {needed} at least ({})",
            requirement.0,
            who(claims),
            label(instance, *cause)
        ),
        Shortage::Exhausted { .. } => format!(
            "every combination of the {} was refuted",
            figure::count(problem.candidates.len(), "candidate")
        ),
    }
}

/// `devices 2 and 3`.
fn on(devices: &[DeviceId]) -> String {
    let ids: Vec<String> = devices.iter().map(|id| id.0.to_string()).collect();
    format!("devices {}", figure::list(&ids))
}

/// `components 0 and 4`.
fn who(claims: &[Claim]) -> String {
    let ids: Vec<String> = claims.iter().map(|c| c.component.0.to_string()).collect();
    format!("components {}", figure::list(&ids))
}
