//! Devices that nothing can use.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Device, DeviceIx, Reason, Slot, SlotRole};
use crate::spelling;

/// Reports devices that hold no client and that no service's variant suits; once per declaration. What
/// the program's own placements keep away is meant to be away.
pub fn idle(devices: &[Device], slots: &[Slot], faults: &mut Vec<Diagnostic>) {
    let services = slots.iter().any(|slot| slot.role == SlotRole::Service);
    let hosts = slots.iter().flat_map(|slot| &slot.options);
    let used: BTreeSet<DeviceIx> = hosts
        .map(|choice| choice.device)
        .chain(slots.iter().flat_map(|slot| slot.on.iter().copied()))
        .collect();
    if used.len() == devices.len() {
        return;
    }
    let kept_away: BTreeSet<DeviceIx> = kept_away(slots, &used).collect();
    let mut declared: BTreeMap<Span, Declared<'_>> = BTreeMap::new();
    for (ix, device) in (0..).map(DeviceIx).zip(devices) {
        let row = declared.entry(device.span).or_default();
        if used.contains(&ix) || kept_away.contains(&ix) {
            row.has_others = true;
        } else {
            row.idle.push((ix, device));
        }
    }
    let idle = declared.values().filter(|_| services);
    faults.extend(idle.filter_map(|row| message(row, slots)));
}

/// The devices of one declaration.
#[derive(Default)]
struct Declared<'a> {
    idle: Vec<(DeviceIx, &'a Device)>,
    has_others: bool,
}

impl Declared<'_> {
    /// By the name of the declaration if that means all of them.
    fn names(&self) -> String {
        const SHOWN: usize = 3;
        let ids = self
            .idle
            .iter()
            .map(|(_, device)| format!("`{}`", device.id));
        match self.idle.first() {
            Some((_, device)) if !self.has_others => format!("`{}`", device.name),
            Some(_) | None => spelling::folded(&ids.collect::<Vec<_>>(), SHOWN),
        }
    }
}

/// Of the devices that are not used those where a variant would fit, if no placement said otherwise.
fn kept_away(slots: &[Slot], used: &BTreeSet<DeviceIx>) -> impl Iterator<Item = DeviceIx> {
    let placed = |reason: &Reason| {
        let words = ["`pin ", "`forbid ", "`truth ", "`quorum ", "`clone "];
        words.iter().any(|word| reason.start().starts_with(word))
    };
    let rejected = slots.iter().flat_map(|slot| &slot.rejected);
    let rejected = rejected.filter(|one| !used.contains(&one.device));
    let fitting = rejected.filter(move |one| one.reasons.iter().all(placed));
    fitting.map(|one| one.device)
}

fn message(declared: &Declared<'_>, slots: &[Slot]) -> Option<Diagnostic> {
    let (ix, device) = *declared.idle.first()?;
    let names = declared.names();
    let text = format!("no service can run on {names}, and no client is on it");
    let fault = Diagnostic::warning(codes::IDLE_DEVICE, device.span, text);
    let closest = slots
        .iter()
        .flat_map(|slot| slot.rejected.iter().map(move |rejection| (slot, rejection)))
        .filter(|(_, rejection)| rejection.device == ix)
        .min_by_key(|(_, rejection)| rejection.reasons.len());
    let Some((slot, rejection)) = closest else {
        return Some(fault);
    };
    let variant = slot.variants.get(rejection.variant as usize);
    Some(match (variant, rejection.reasons.first()) {
        (Some(variant), Some(reason)) => fault.fact(format!(
            "closest: `{}` of `{}`: {}",
            variant,
            slot.name,
            reason.text(&device.id)
        )),
        _ => fault,
    })
}
