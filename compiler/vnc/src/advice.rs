//! What a valid plan still deserves to be told about.

use vn_plan::{Certificate, Plan, Role, Status};
use vn_syntax::{Diagnostic, Span};

use crate::codes::{LITTLE_SLACK, NOT_PROVEN, RARELY_ON};
use crate::figure;
use crate::lower::{classes, traffic};
use crate::raise::Raise;
use crate::render::summary::worth::short;

/// Below this share of time a device is worth a warning (language.md, availability).
const OFTEN_ENOUGH_PPM: u64 = 900_000;
/// Below this share of a capacity what is left is worth a warning.
const ENOUGH_LEFT_PERCENT: u128 = 10;

/// Warnings about a plan.
pub fn advice(from: &Raise<'_>, plan: &Plan, certificate: &Certificate) -> Vec<Diagnostic> {
    let mut advice = rarely_on(from, plan);
    advice.extend(little_slack(from, plan));
    advice.extend(not_proven(from, certificate));
    advice.extend(
        traffic::unweighed(from.composition)
            .into_iter()
            .map(unweighed),
    );
    advice
}

/// Said, because what is limited is not kept.
fn unweighed(need: Span) -> Diagnostic {
    let message =
        "what this moves is not held against `bandwidth` where alike sites are planned as one";
    Diagnostic::warning(vn_analysis::codes::UNSUPPORTED, need, message)
        .help("it counts for buffers; see to it that the links between sites carry it")
}

fn rarely_on(from: &Raise<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let instances = plan
        .instances
        .iter()
        .filter(|instance| instance.role == Role::Service);
    instances
        .filter_map(|instance| {
            let position = plan
                .devices
                .iter()
                .position(|device| device.id == instance.device)?;
            let device = plan.devices.get(position)?;
            if device.availability_ppm >= OFTEN_ENOUGH_PPM {
                return None;
            }
            let slot = slot_span(from, &instance.component)?;
            let declared = from.composition.devices.get(position)?.span;
            let percent = device.availability_ppm / 10_000;
            let what = if instance.truth {
                "the truth of"
            } else {
                "an instance of"
            };
            let message = format!(
                "{what} `{}` stands on `{}`, which is on {percent}% of the time",
                instance.component, device.id
            );
            Some(
                Diagnostic::warning(RARELY_ON, slot, message)
                    .here("this service")
                    .label(declared, format!("`availability = {percent}%`"))
                    .help("write `survive lost(…)` for what must not depend on it"),
            )
        })
        .collect()
}

fn little_slack(from: &Raise<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for (device, declared) in plan.devices.iter().zip(&from.composition.devices) {
        let here = || {
            plan.instances
                .iter()
                .filter(|instance| instance.device == device.id)
        };
        let used: u128 = here().map(|i| u128::from(i.claims.memory_bytes)).sum();
        let capacity = u128::from(device.capacity.memory_bytes);
        let services = here().any(|instance| instance.role == Role::Service);
        let left = capacity.saturating_sub(used);
        if services && left * 100 < capacity * ENOUGH_LEFT_PERCENT {
            let message = format!(
                "only {} of {} memory is left on `{}`",
                figure::bytes(left),
                figure::bytes(capacity),
                device.id
            );
            advice.push(Diagnostic::warning(LITTLE_SLACK, declared.span, message));
        }
    }
    advice
}

fn not_proven(from: &Raise<'_>, certificate: &Certificate) -> Option<Diagnostic> {
    let span = from.composition.objective.span?;
    let proven = match certificate.status {
        Status::Optimal => true,
        Status::Closed | Status::Feasible => false,
    };
    (!proven).then(|| {
        let message = "the plan holds, but it is not proven optimal";
        let warning = Diagnostic::warning(NOT_PROVEN, span, message);
        let warning = if classes::any(from.composition) {
            warning.here("alike sites are planned alike, where others might do with less")
        } else {
            warning
                .here("the search for less ended at its limit")
                .help("raise `--node-limit` or `--time-limit`")
        };
        match &certificate.gap {
            Some(gap) => warning.fact(format!("the optimum is at most {} better", short(gap))),
            None => warning,
        }
    })
}

fn slot_span(from: &Raise<'_>, component: &str) -> Option<Span> {
    from.composition
        .slots
        .iter()
        .find(|slot| slot.name == component)
        .map(|slot| slot.span)
}
