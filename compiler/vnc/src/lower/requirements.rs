//! Wishes to requirements.

use std::collections::{BTreeMap, BTreeSet};

use vn_analysis::{Composition, DeviceIx, Domain, Slot, SlotIx, SlotRole, Wish, WishKind};
use vn_problem::{
    ComponentId, Cut, DeviceId, Failure, FailureId, Requirement, RequirementId, RequirementKind,
    TotalMetric,
};

use super::bonds::{self, Options};
use super::boot;
use super::classes;
use super::failures::Case;
use super::fetch;
use super::measures::{self, Measures};
use super::{Causes, component, custody, device, failures, fixed_cost, id, offers, picks, round};

/// Everything insisted on, and the failures it speaks of.
pub(super) fn requirements(
    composition: &Composition,
    (choices, measures): (&[(SlotIx, usize)], &Measures),
    causes: &mut Causes,
) -> (Vec<Requirement>, BTreeSet<RequirementId>, Vec<Failure>) {
    let options = Options {
        composition,
        choices,
    };
    let mut failures = Failures::default();
    let mut requirements: Vec<Requirement> = Vec::new();
    let mut each = BTreeSet::new();
    for wish in &composition.wishes {
        let counted = classes::counted(&wish.kind, options);
        let kind = match &counted {
            Some(_) => None,
            None => kind(composition, wish, &mut failures, causes),
        };
        let bound = measures::bound(&wish.kind, measures);
        let boot = boot::bound(&wish.kind, options);
        let bound = bound.into_iter().chain(boot);
        for kind in counted.into_iter().flatten().chain(kind).chain(bound) {
            requirements.push(Requirement {
                kind,
                cause: causes.of(wish.span),
            });
        }
        let bonds = bonds::bonds(&wish.kind, options);
        if classes::binds_each(&wish.kind) {
            let rows = requirements.len()..requirements.len() + bonds.len();
            each.extend(rows.map(|row| RequirementId(id(row))));
        }
        let bonds = bonds.into_iter();
        requirements.extend(bonds.map(|kind| Requirement {
            kind,
            cause: causes.of(wish.span),
        }));
    }
    for (at, slot) in composition.slots.iter().enumerate() {
        requirements.extend(of_slot(composition, SlotIx(id(at)), slot, causes));
        if let Some(span) = custody::span(slot) {
            let held = custody::bonds(SlotIx(id(at)), options).into_iter();
            requirements.extend(held.map(|kind| Requirement {
                kind,
                cause: causes.of(span),
            }));
        }
        if let Some(order) = &slot.fetch {
            let fetched = fetch::bonds(SlotIx(id(at)), options).into_iter();
            requirements.extend(fetched.map(|kind| Requirement {
                kind,
                cause: causes.of(order.span),
            }));
        }
        let needed = bonds::only_if_needed(SlotIx(id(at)), options);
        requirements.extend(needed.map(|kind| Requirement {
            kind,
            cause: causes.of(slot.span),
        }));
    }
    requirements.extend(offers::requirements(composition, choices, causes));
    requirements.extend(picks::requirements(composition, choices, causes));
    (requirements, each, failures.rows)
}

/// Who is lost, who is parted, and who keeps writes meanwhile.
type What = (Vec<DeviceId>, Vec<Cut>, Vec<ComponentId>);

#[derive(Default)]
struct Failures {
    rows: Vec<Failure>,
    known: BTreeMap<What, FailureId>,
}

impl Failures {
    fn id(
        &mut self,
        case: &Case,
        kept: &[ComponentId],
        wish: &Wish,
        causes: &mut Causes,
    ) -> FailureId {
        let cut = case.cut.iter().map(|(one, other)| Cut {
            one: ids(one),
            other: ids(other),
        });
        let (down, cut): (Vec<DeviceId>, Vec<Cut>) = (ids(&case.down), cut.collect());
        let new = FailureId(id(self.rows.len()));
        let key = (down.clone(), cut.clone(), kept.to_vec());
        let known = self.known.entry(key).or_insert(new);
        if *known == new {
            self.rows.push(Failure {
                down,
                cut,
                kept: kept.to_vec(),
                cause: causes.of(wish.span),
            });
        }
        *known
    }
}

fn ids(devices: &[DeviceIx]) -> Vec<DeviceId> {
    let devices: BTreeSet<DeviceId> = devices.iter().copied().map(device).collect();
    devices.into_iter().collect()
}

fn kind(
    composition: &Composition,
    wish: &Wish,
    known: &mut Failures,
    causes: &mut Causes,
) -> Option<RequirementKind> {
    Some(match &wish.kind {
        WishKind::Count { slot, min, max } => RequirementKind::Count {
            component: component(*slot),
            min: *min,
            max: *max,
        },
        WishKind::Spread {
            slot,
            across,
            at_least,
        } => RequirementKind::Spread {
            component: component(*slot),
            domain: numbered(&domains(composition, across)),
            m: parts(composition, *slot, across, *at_least),
        },
        WishKind::Survive {
            slot,
            failure,
            lasting,
            ..
        } => {
            let kept = custody::kept(composition, lasting.as_ref());
            RequirementKind::Survive {
                component: component(*slot),
                failures: failures::cases(composition, failure)
                    .iter()
                    .map(|case| known.id(case, &kept, wish, causes))
                    .collect(),
            }
        }
        WishKind::Total {
            metric, at_most, ..
        } => total(composition, *metric, at_most)?,
        // Placements are applied (what stands elsewhere is no candidate); the others bind presence.
        WishKind::Placement { .. }
        | WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. }
        | WishKind::Bound { .. } => return None,
    })
}

fn total(
    composition: &Composition,
    metric: vn_analysis::Metric,
    at_most: &num_rational::BigRational,
) -> Option<RequirementKind> {
    use vn_analysis::Metric;
    let (metric, at_most, fixed) = match metric {
        Metric::Cost => (
            TotalMetric::Cost,
            round::down_by(at_most, 1_000_000),
            fixed_cost(composition),
        ),
        Metric::Power => (TotalMetric::Power, round::down_by(at_most, 1_000), 0),
        Metric::Latency
        | Metric::Footprint
        | Metric::QualityLoss
        | Metric::Imbalance
        | Metric::CloneBytes
        | Metric::Movement
        | Metric::Own(_) => return None,
    };
    Some(RequirementKind::Total {
        metric,
        at_most,
        fixed,
    })
}

/// What follows from the kind of component alone.
fn of_slot(
    composition: &Composition,
    at: SlotIx,
    slot: &Slot,
    causes: &mut Causes,
) -> Vec<Requirement> {
    let mut requirements = Vec::new();
    if let Some(span) = custody::span(slot) {
        let kind = RequirementKind::Truth {
            component: component(at),
        };
        requirements.push(Requirement {
            kind,
            cause: causes.of(span),
        });
    }
    if slot.role == SlotRole::Client {
        for devices in classes(composition, slot) {
            let devices = devices.into_iter().map(device).collect();
            let kind = RequirementKind::Uniform {
                component: component(at),
                devices,
            };
            requirements.push(Requirement {
                kind,
                cause: causes.of(slot.span),
            });
        }
    }
    requirements
}

/// The client's devices by class, classes of one left out.
pub fn classes(composition: &Composition, slot: &Slot) -> Vec<Vec<DeviceIx>> {
    let mut classes: BTreeMap<&str, Vec<DeviceIx>> = BTreeMap::new();
    for &on in &slot.on {
        if let Some(device) = composition.devices.get(on.0 as usize) {
            classes.entry(&device.class).or_default().push(on);
        }
    }
    classes
        .into_values()
        .filter(|devices| devices.len() > 1)
        .collect()
}

/// The domain of every device.
pub fn domains(composition: &Composition, across: &Domain) -> Vec<String> {
    let of = |device: &vn_analysis::Device| match across {
        Domain::Device => device.id.clone(),
        Domain::Site => device.site.clone(),
        Domain::Region => device.region.clone().unwrap_or_default(),
        Domain::Label(name) => device.labels.get(name).cloned().unwrap_or_default(),
    };
    composition.devices.iter().map(of).collect()
}

/// Over how many domains a service is spread: as written, or all with an admissible device.
pub fn parts(
    composition: &Composition,
    slot: SlotIx,
    across: &Domain,
    at_least: Option<u64>,
) -> u64 {
    let domains = domains(composition, across);
    let options = composition.slots.get(slot.0 as usize);
    let options = options.map_or(&[][..], |slot| &slot.options);
    if let Some(parts) = classes::parts(composition, options, across) {
        return at_least.unwrap_or(parts);
    }
    let used: BTreeSet<&String> = options
        .iter()
        .filter_map(|choice| domains.get(choice.device.0 as usize))
        .collect();
    at_least.unwrap_or(used.len() as u64)
}

fn numbered(names: &[String]) -> Vec<u32> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut number = |name| {
        let next = id(numbers.len());
        *numbers.entry(name).or_insert(next)
    };
    names.iter().map(|name| number(name.as_str())).collect()
}
