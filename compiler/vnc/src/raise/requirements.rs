//! What the user insists on, in the user's words.

use std::collections::BTreeMap;

use vn_analysis::{DeviceIx, Slot, SlotIx, SlotRole, Wish, WishKind};
use vn_plan::{
    Comparison, Counted, Measure, Partition, Requirement, RequirementKind, Resource, TotalMetric,
    Weighed,
};
use vn_syntax::Span;

use super::Raise;
use crate::lower::bonds::may_be_absent;
use crate::lower::custody;
use crate::lower::failures::{cases, is_of_one_site};
use crate::lower::offers::{machines, wanted};
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
        rows.extend(of_truth(from, slot));
        rows.extend((slot.max_per_device > 1).then(|| per_device(slot)));
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
    let machines = machines(from.composition, &from.lowered.choices);
    for (at_least, machines) in wanted(from.composition, &machines) {
        let devices: Vec<DeviceIx> = machines.iter().map(|one| one.device).collect();
        let first = devices.first();
        let row = first.and_then(|first| from.composition.devices.get(first.0 as usize));
        rows.push(Requirement {
            text: row.map_or_else(String::new, |row| words(from, row.span)),
            kind: RequirementKind::Bought {
                devices: ids(from, &devices),
                at_least,
            },
        });
    }
    rows
}

/// So many of a service on one device.
fn per_device(slot: &Slot) -> Requirement {
    let most = slot.max_per_device;
    Requirement {
        text: format!("`{}`: max_per_device = {most}", slot.name),
        kind: RequirementKind::PerDevice {
            component: slot.name.clone(),
            at_most: most,
        },
    }
}

/// Who writes, and how writes come there.
fn of_truth(from: &Raise<'_>, slot: &Slot) -> Option<Requirement> {
    let span = custody::span(slot)?;
    let devices = |slot: &Slot| {
        let quorum = slot.quorum.as_ref().map(|quorum| &quorum.devices);
        let alone = slot.truth.as_ref().map(|truth| &truth.devices);
        alone.or(quorum).cloned().unwrap_or_default()
    };
    let rules = custody::custody(slot);
    let standby = slot.standby.as_ref().map(|standby| &standby.devices);
    let kind = RequirementKind::Truth {
        component: slot.name.clone(),
        devices: ids(from, &devices(slot)),
        holders: rules.holders,
        standby: standby.map_or_else(Vec::new, |standby| ids(from, standby)),
        passes_on: rules.passes_on,
        buffer_s: slot
            .buffer
            .as_ref()
            .map_or(0, |(kept, _)| round::down(kept)),
    };
    Some(Requirement {
        text: words(from, span),
        kind,
    })
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
                or_none: may_be_absent(from.composition, *slot),
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
            lasting,
        } => RequirementKind::Survive {
            lasts_s: lasting.as_ref().map(round::up),
            component: name(*slot)?,
            inherited_from: inherited_from.and_then(name),
            failures: cases(from.composition, failure)
                .iter()
                .filter(|case| case.cut.is_empty())
                .map(|case| {
                    if is_of_one_site(failure) {
                        firsts(from, &case.down)
                    } else {
                        ids(from, &case.down)
                    }
                })
                .collect(),
            partitions: cases(from.composition, failure)
                .iter()
                .filter(|case| !case.cut.is_empty())
                .map(|case| Partition {
                    cut: super::cut(from.composition, case),
                })
                .collect(),
        },
        WishKind::Total {
            metric:
                metric @ (vn_analysis::Metric::Footprint
                | vn_analysis::Metric::Imbalance
                | vn_analysis::Metric::Own(_)),
            at_most,
            ..
        } => RequirementKind::Bound {
            terms: vec![weighed(
                from,
                &num_rational::BigRational::from_integer(1.into()),
                &vn_analysis::Measure::Total(*metric),
            )?],
            comparison: Comparison::Le,
            bound: at_most.to_string(),
        },
        WishKind::Total {
            metric, at_most, ..
        } => {
            let (metric, at_most) = total(*metric, at_most)?;
            RequirementKind::Total { metric, at_most }
        }
        WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. }
        | WishKind::Bound { .. } => of_several(from, &wish.kind)?,
    };
    Some(Requirement { text, kind })
}

/// What is said of several components, or of sums.
fn of_several(from: &Raise<'_>, kind: &WishKind) -> Option<RequirementKind> {
    let slots = &from.composition.slots;
    let name = |slot: SlotIx| Some(slots.get(slot.0 as usize)?.name.clone());
    let names = |slots: &[SlotIx]| -> Option<Vec<String>> {
        slots.iter().map(|slot| name(*slot)).collect()
    };
    Some(match kind {
        WishKind::Colocate {
            whenever,
            then,
            across,
        } => RequirementKind::Colocate {
            whenever: names(whenever)?,
            then: names(then)?,
            domains: by_device(from, &domains(from.composition, across)),
        },
        WishKind::Separate { slots, across } => RequirementKind::Separate {
            components: names(slots)?,
            domains: by_device(from, &domains(from.composition, across)),
        },
        WishKind::OneOf { slots } => RequirementKind::OneOf {
            components: names(slots)?,
        },
        WishKind::OnEvery {
            slot,
            devices,
            in_use,
            except_beside,
        } => RequirementKind::OnEvery {
            component: name(*slot)?,
            devices: ids(from, devices),
            in_use: *in_use,
            except_beside: names(except_beside)?,
        },
        WishKind::Ratio {
            per,
            of,
            at_least,
            then,
        } => RequirementKind::Ratio {
            per: *per,
            of: counted(from, *of)?,
            at_least: *at_least,
            then: counted(from, *then)?,
        },
        WishKind::Bound {
            terms,
            comparison,
            bound,
            ..
        } => RequirementKind::Bound {
            terms: terms
                .iter()
                .map(|(weight, of)| weighed(from, weight, of))
                .collect::<Option<Vec<_>>>()?,
            comparison: compared(*comparison)?,
            bound: bound.to_string(),
        },
        WishKind::Count { .. }
        | WishKind::Spread { .. }
        | WishKind::Placement { .. }
        | WishKind::Survive { .. }
        | WishKind::Total { .. } => return None,
    })
}

fn counted(from: &Raise<'_>, (slot, variant): (SlotIx, Option<u32>)) -> Option<Counted> {
    let row = from.composition.slots.get(slot.0 as usize)?;
    Some(Counted {
        component: row.name.clone(),
        variant: match variant {
            Some(at) => Some(row.variants.get(at as usize)?.clone()),
            None => None,
        },
    })
}

fn weighed(
    from: &Raise<'_>,
    weight: &num_rational::BigRational,
    measure: &vn_analysis::Measure,
) -> Option<Weighed> {
    use vn_analysis::{Measure as Asked, Metric};
    let measure = match measure {
        Asked::Count(slot, variant) => Measure::Count(counted(from, (*slot, *variant))?),
        Asked::Total(Metric::Cost) => Measure::Cost,
        Asked::Total(Metric::Power) => Measure::Power,
        Asked::Total(Metric::Footprint) => Measure::Footprint,
        Asked::Utilisation(resource) => Measure::Utilisation(match resource.as_str() {
            "cpu" => Resource::Cpu,
            "memory" => Resource::Memory,
            "disk" => Resource::Disk,
            "vram" => Resource::Vram,
            own => Resource::Own(own.to_owned()),
        }),
        // INVARIANT: `beyond` has refused these.
        Asked::Total(Metric::Imbalance) => Measure::Imbalance,
        Asked::Total(Metric::Own(at)) => {
            Measure::Own(from.composition.metrics.get(*at as usize)?.name.clone())
        }
        Asked::Total(
            Metric::Latency | Metric::QualityLoss | Metric::CloneBytes | Metric::Movement,
        ) => return None,
        Asked::BootTime => Measure::BootTime,
        Asked::ClonedFrom(devices) => Measure::ClonedFrom(ids(from, devices)),
    };
    Some(Weighed {
        weight: weight.to_string(),
        measure,
    })
}

fn compared(comparison: vn_analysis::Comparison) -> Option<Comparison> {
    Some(match comparison {
        vn_analysis::Comparison::Eq => Comparison::Eq,
        vn_analysis::Comparison::Lt => Comparison::Lt,
        vn_analysis::Comparison::Le => Comparison::Le,
        vn_analysis::Comparison::Gt => Comparison::Gt,
        vn_analysis::Comparison::Ge => Comparison::Ge,
        // INVARIANT: `beyond` has refused it.
        vn_analysis::Comparison::Ne => return None,
    })
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

/// The same, of a row for several sites the device in the first of them.
fn firsts(from: &Raise<'_>, devices: &[DeviceIx]) -> Vec<String> {
    let rows = ids(from, devices).into_iter().zip(devices);
    rows.map(|(id, row)| {
        let device = from.composition.devices.get(row.0 as usize);
        device.map_or(id, vn_analysis::Device::first_id)
    })
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
