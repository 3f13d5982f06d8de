//! What the user insists on, in the user's words.

use std::collections::BTreeMap;

use vn_analysis::{DeviceIx, SlotIx, SlotRole, Wish, WishKind};
use vn_plan::{Requirement, RequirementKind, TotalMetric};
use vn_syntax::Span;

use super::Raise;
use crate::lower::failures::cases;
use crate::lower::requirements::{classes, domains, parts};
use crate::lower::round;

/// Every wish, truth and client class.
pub fn requirements(from: &Raise<'_>) -> Vec<Requirement> {
    let mut rows: Vec<Requirement> = from
        .composition
        .wishes
        .iter()
        .filter_map(|wish| of_wish(from, wish))
        .collect();
    for slot in &from.composition.slots {
        if let Some(truth) = &slot.truth {
            let kind = RequirementKind::Truth {
                component: slot.name.clone(),
                devices: ids(from, &truth.devices),
            };
            rows.push(Requirement {
                text: words(from, truth.span),
                kind,
            });
        }
        if slot.role == SlotRole::Client {
            rows.extend(
                classes(from.composition, slot)
                    .into_iter()
                    .map(|devices| Requirement {
                        text: format!("one variant of `{}` per device class", slot.name),
                        kind: RequirementKind::Uniform {
                            component: slot.name.clone(),
                            devices: ids(from, &devices),
                        },
                    }),
            );
        }
    }
    rows
}

fn of_wish(from: &Raise<'_>, wish: &Wish) -> Option<Requirement> {
    let name = |slot: SlotIx| {
        from.composition
            .slots
            .get(slot.0 as usize)
            .map(|s| s.name.clone())
    };
    let mut text = words(from, wish.span);
    let kind = match &wish.kind {
        WishKind::Count { slot, min, max } => {
            if !text.starts_with("replicas") {
                text = format!("`{}` is wanted", name(*slot)?);
            }
            RequirementKind::Count {
                component: name(*slot)?,
                min: *min,
                max: *max,
            }
        }
        WishKind::Spread {
            slot,
            across,
            at_least,
        } => RequirementKind::Spread {
            component: name(*slot)?,
            domains: by_device(from, &domains(from.composition, across)),
            m: parts(from.composition, *slot, across, *at_least),
        },
        WishKind::Placement { slot, devices } => RequirementKind::Placement {
            component: name(*slot)?,
            devices: ids(from, devices),
        },
        WishKind::Survive {
            slot,
            inherited_from,
            failure,
            lasting: _,
        } => RequirementKind::Survive {
            component: name(*slot)?,
            inherited_from: inherited_from.and_then(name),
            failures: cases(from.composition, failure)
                .iter()
                .map(|lost| ids(from, lost))
                .collect(),
        },
        WishKind::Total {
            metric, at_most, ..
        } => {
            let (metric, at_most) = total(*metric, at_most)?;
            RequirementKind::Total { metric, at_most }
        }
        // INVARIANT: `beyond` has refused these.
        WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. }
        | WishKind::Bound { .. } => return None,
    };
    Some(Requirement { text, kind })
}

fn total(
    metric: vn_analysis::Metric,
    at_most: &num_rational::BigRational,
) -> Option<(TotalMetric, u64)> {
    use vn_analysis::Metric;
    match metric {
        Metric::Cost => Some((TotalMetric::Cost, round::down_by(at_most, 1_000_000))),
        Metric::Power => Some((TotalMetric::Power, round::down_by(at_most, 1_000))),
        Metric::Latency
        | Metric::Footprint
        | Metric::QualityLoss
        | Metric::Imbalance
        | Metric::CloneBytes
        | Metric::Movement
        | Metric::Own(_) => None,
    }
}

fn ids(from: &Raise<'_>, devices: &[DeviceIx]) -> Vec<String> {
    let id = |device: &DeviceIx| from.composition.devices.get(device.0 as usize);
    devices
        .iter()
        .filter_map(id)
        .map(|device| device.id.clone())
        .collect()
}

fn by_device(from: &Raise<'_>, domains: &[String]) -> BTreeMap<String, String> {
    let devices = from.composition.devices.iter();
    devices
        .zip(domains)
        .map(|(device, domain)| (device.id.clone(), domain.clone()))
        .collect()
}

/// The text under a span on one line.
fn words(from: &Raise<'_>, span: Span) -> String {
    from.sources
        .slice(span)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
