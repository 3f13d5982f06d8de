//! What can run nowhere, with what came closest.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::Diagnostic;

use crate::admission::Failing;
use crate::blueprint::Variant;
use crate::codes;
use crate::composition::{DeviceIx, Rejection, Slot, SlotRole};
use crate::declared::{Clause, Declaration};
use crate::doubt::Doubtful;
use crate::draft::Draft;
use crate::fleet::Fleet;
use crate::show;
use crate::slots::{Ground, Made};
use crate::spelling;

/// Whether a message may tell why something does not run somewhere.
pub fn tells_of_rejections(fault: &Diagnostic) -> bool {
    const CODES: [&str; 4] = [
        codes::NEVER_RUNS,
        codes::NOWHERE,
        codes::WRONG_ARCH,
        codes::IDLE_DEVICE,
    ];
    CODES.contains(&fault.code)
}

/// Reports variants that never run, components that run nowhere, truths that nobody can hold.
pub fn check(
    made: &Made,
    draft: &Draft<'_>,
    doubt: &Doubtful,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    let (slot, fleet) = (&made.slot, ground.fleet);
    if doubt.whole || draft.allowed.conflict(&slot.name, fleet).is_some() {
        return; // That its placements exclude each other has been said.
    }
    let before = faults.len();
    let wrong_arch = wrong_arch(made, draft, ground).filter(|_| !doubt.is_any());
    if let Some(fault) = wrong_arch {
        faults.push(fault);
        return;
    }
    let mut never = 0;
    for (at, variant) in (0..).zip(&draft.blueprint.variants) {
        let runs = doubt.is_variant(at) || slot.options.iter().any(|one| one.variant == at);
        if variant.own && !runs && !slot.rejected.is_empty() {
            faults.push(never_runs(made, at, variant, ground));
            never += 1;
        }
    }
    if doubt.is_any() {
        return; // Only what was said of the other variants is for sure.
    }
    let all_said = never > 0 && never == draft.blueprint.variants.len();
    match slot.role {
        SlotRole::Service if slot.options.is_empty() && !all_said => {
            faults.extend(nowhere(slot, draft, fleet));
        }
        SlotRole::Client if !all_said => faults.extend(not_on_all(slot, fleet)),
        SlotRole::Service | SlotRole::Client => {}
    }
    if faults.len() == before {
        let asked = slot.truth.as_ref().map(|truth| truth.span);
        let said = |fault: &Diagnostic| {
            let place = fault.labels.first().map(|label| label.span);
            fault.code == codes::NOT_PROVIDED && place == asked
        };
        if !faults.iter().any(said) {
            faults.extend(no_truth(slot, draft, fleet));
        }
        faults.extend(archived(draft, slot));
    }
}

/// Without devices nothing can run at all: said once.
pub fn no_devices(builder: &Declaration, made: &[Made], fleet: &Fleet) -> Option<Diagnostic> {
    let services = made
        .iter()
        .filter(|made| made.slot.role == SlotRole::Service);
    if !fleet.devices.is_empty() || services.count() == 0 {
        return None;
    }
    let message = format!(
        "there are no devices for `{}` to run on",
        builder.name.value
    );
    let fault = Diagnostic::error(codes::NOWHERE, builder.name.span, message);
    Some(fault.help("write `site home { device nuc : … }` with what you have"))
}

fn never_runs(made: &Made, at: u32, variant: &Variant<'_>, ground: &Ground<'_>) -> Diagnostic {
    let fleet = ground.fleet;
    // Where another variant runs, this one is only idle.
    let error = |message| {
        if made.slot.options.is_empty() {
            Diagnostic::error(codes::NEVER_RUNS, variant.span, message)
        } else {
            Diagnostic::warning(codes::NEVER_RUNS, variant.span, message)
        }
    };
    let rejected: Vec<&Rejection> = made
        .slot
        .rejected
        .iter()
        .filter(|rejection| rejection.variant == at)
        .collect();
    let Some((failing, device)) = everywhere(made, at, rejected.len(), ground) else {
        let message = format!("variant `{}` can never run", variant.name);
        return closest(error(message), &made.slot, &rejected, fleet);
    };
    let condition = &failing.condition;
    let start = format!(
        "variant `{}` can never run: it requires `{condition}`",
        variant.name
    );
    let found = failing.found.as_ref().map(show::quantity);
    let best = found.clone().zip(fleet.device(device));
    let message = match (found, rejected.len()) {
        (Some(found), 1) => format!("{start}, `{}` has {found}", fleet.id(device)),
        (Some(found), _) => {
            format!(
                "{start}, the largest device, `{}`, has {found}",
                fleet.id(device)
            )
        }
        (None, _) => format!("{start}, which holds on no device"),
    };
    let fault = error(message).label(failing.reason.span, "this holds nowhere");
    match best {
        Some((found, device)) => fault.label(device.span, format!("`{}` has {found}", device.id)),
        None => fault,
    }
}

/// A condition that fails on every device, on the one that has most.
fn everywhere<'m>(
    made: &'m Made,
    at: u32,
    devices: usize,
    ground: &Ground<'_>,
) -> Option<(&'m Failing, DeviceIx)> {
    let mut table: BTreeMap<&str, Vec<(&Failing, DeviceIx)>> = BTreeMap::new();
    let of_variant = made.slot.rejected.iter().filter(|one| one.variant == at);
    let tried = of_variant.map(|rejection| rejection.device);
    for (device, fit) in tried.filter_map(|ix| Some((ix, made.fit(ix, at, ground)?))) {
        for part in &fit.failing {
            table
                .entry(&part.condition)
                .or_default()
                .push((part, device));
        }
    }
    let rows = table.into_values().find(|rows| rows.len() == devices)?;
    let most = |row: &(&Failing, DeviceIx)| {
        (
            row.0.found.as_ref().map(|found| found.value.clone()),
            std::cmp::Reverse(row.1),
        )
    };
    rows.into_iter().max_by_key(most)
}

fn nowhere(slot: &Slot, draft: &Draft<'_>, fleet: &Fleet) -> Option<Diagnostic> {
    let clauses = &draft.component.declared.body.clauses;
    let restricted = clauses
        .iter()
        .any(|clause| matches!(clause, Clause::Variants(_)));
    let is_empty = draft.blueprint.variants.is_empty();
    if draft.allowed.conflicting || (is_empty && restricted) {
        return None;
    }
    let missing = if is_empty {
        "no variant at all"
    } else {
        "no variant for any device"
    };
    let message = format!("`{}` has {missing}", slot.name);
    let mut fault = Diagnostic::error(codes::NOWHERE, slot.span, message);
    for pin in draft.allowed.pins() {
        fault = fault.label(pin, "it may only be here");
    }
    let mut rejected: Vec<&Rejection> = slot.rejected.iter().collect();
    if slot
        .rejected
        .iter()
        .any(|rejection| draft.allowed.admits(rejection.device))
    {
        rejected.retain(|rejection| draft.allowed.admits(rejection.device));
    }
    Some(closest(fault, slot, &rejected, fleet))
}

/// Every variant that a pin leaves has an image, and none for the pinned device.
fn wrong_arch(made: &Made, draft: &Draft<'_>, ground: &Ground<'_>) -> Option<Diagnostic> {
    let fleet = ground.fleet;
    let pin = *draft.allowed.pins().first()?;
    if !made.slot.options.is_empty() {
        return None;
    }
    let pinned: Vec<DeviceIx> = draft.allowed.devices(fleet);
    let device = fleet.device(*pinned.first()?)?;
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut line = None;
    for at in (0..).take(draft.blueprint.variants.len()) {
        for ix in &pinned {
            let parts = made.fit(*ix, at, ground)?;
            let part = parts.failing.iter().find(|part| part.arch.is_some())?;
            known.extend(part.arch.iter().flatten().map(String::as_str));
            line = line.or(Some(part.reason.span));
        }
    }
    let known: Vec<&str> = known.into_iter().collect();
    let message = format!(
        "the image is {} only, the pinned device `{}` is {}",
        known.join(" and "),
        device.id,
        device.arch
    );
    let fault = Diagnostic::error(codes::WRONG_ARCH, pin, message)
        .here(format!("keeps `{}` there", made.slot.name))
        .label(device.span, format!("`{}` is {}", device.id, device.arch));
    Some(fault.label(line?, "the image says so"))
}

/// Adds what came closest: the rejections with the fewest reasons.
pub fn closest(
    fault: Diagnostic,
    slot: &Slot,
    rejected: &[&Rejection],
    fleet: &Fleet,
) -> Diagnostic {
    const SHOWN: usize = 3;
    let mut sorted: Vec<&&Rejection> = rejected.iter().collect();
    sorted.sort_by_key(|rejection| rejection.reasons.len());
    let mut classes = BTreeSet::new();
    let class = |device| fleet.device(device).map(|device| device.class.as_str());
    sorted.retain(|rejection| classes.insert((rejection.variant, class(rejection.device))));
    let fault = sorted.iter().take(SHOWN).fold(fault, |fault, rejection| {
        let variant = slot
            .variants
            .get(rejection.variant as usize)
            .map_or("", String::as_str);
        let device = fleet.id(rejection.device);
        let reasons = rejection.reasons.iter().map(|reason| reason.text(device));
        let reasons: Vec<String> = reasons.collect();
        fault.fact(format!(
            "closest: `{variant}` on `{device}`: {}",
            reasons.join("; ")
        ))
    });
    match sorted.len().saturating_sub(SHOWN) {
        0 => fault,
        more => fault.fact(format!("and {more} more")),
    }
}

/// Devices of a client on which none of its variants runs.
fn not_on_all(slot: &Slot, fleet: &Fleet) -> Option<Diagnostic> {
    let served: BTreeSet<DeviceIx> = slot.options.iter().map(|choice| choice.device).collect();
    let without: Vec<DeviceIx> = slot
        .on
        .iter()
        .copied()
        .filter(|device| !served.contains(device))
        .collect();
    let first = *without.first()?;
    let names: Vec<String> = without
        .iter()
        .map(|ix| format!("`{}`", fleet.id(*ix)))
        .collect();
    let message = format!(
        "`{}` has no variant for {}",
        slot.name,
        spelling::folded(&names, 2)
    );
    let fault = Diagnostic::error(codes::NOWHERE, slot.span, message);
    let rejected: Vec<&Rejection> = slot
        .rejected
        .iter()
        .filter(|rejection| rejection.device == first)
        .collect();
    Some(closest(fault, slot, &rejected, fleet))
}

fn no_truth(slot: &Slot, draft: &Draft<'_>, fleet: &Fleet) -> Option<Diagnostic> {
    let truth = slot.truth.as_ref()?;
    if slot.options.iter().any(|choice| choice.truth) {
        return None;
    }
    let allowed = |device: &DeviceIx| draft.allowed.admits(*device);
    if !truth.devices.is_empty() && !truth.devices.iter().any(allowed) {
        let message = format!(
            "the truth of `{}` may only be where `{}` may not",
            slot.name, slot.name
        );
        let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, truth.span, message);
        let line = draft.allowed.span().unwrap_or(slot.span);
        return Some(
            fault
                .here("the truth is here")
                .label(line, "and this rules it out"),
        );
    }
    let here = |device: &DeviceIx| slot.options.iter().any(|choice| choice.device == *device);
    let hosts: Vec<&DeviceIx> = truth.devices.iter().filter(|device| here(device)).collect();
    let message = match hosts.first() {
        None => format!("no device of `truth on` can run `{}`", slot.name),
        Some(device) => {
            let on = fleet.id(**device);
            format!("no variant of `{}` on `{on}` provides `truth`", slot.name)
        }
    };
    let fault = Diagnostic::error(codes::NOWHERE, truth.span, message);
    Some(fault.label(slot.span, "declared here"))
}

/// All that is left is software that nobody maintains.
fn archived(draft: &Draft<'_>, slot: &Slot) -> Option<Diagnostic> {
    let variants = &draft.blueprint.variants;
    let used: BTreeSet<u32> = slot.options.iter().map(|choice| choice.variant).collect();
    let of = |at: &u32| variants.get(*at as usize);
    let text = |variant: &Variant<'_>, name: &str| {
        let field = variant.fields.get(name)?;
        Some(field.value.to_string().trim_matches('"').to_owned())
    };
    let is_archived =
        |at: &u32| of(at).and_then(|v| text(v, "status")).as_deref() == Some("archived");
    if used.is_empty() || !used.iter().all(is_archived) {
        return None;
    }
    let variant = used.first().and_then(of)?;
    let message = format!("`{}` is no longer maintained", variant.software);
    let fault = Diagnostic::warning(codes::ARCHIVED, slot.span, message);
    match text(variant, "superseded_by").filter(|successor| !successor.is_empty()) {
        Some(successor) => Some(fault.help(format!("its successor is `{successor}`"))),
        None => Some(fault),
    }
}
