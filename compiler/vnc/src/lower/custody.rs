//! Who holds a truth, and what writes come to.

use num_rational::BigRational;
use num_traits::Zero as _;
use vn_analysis::{Choice, Composition, DeviceIx, Need, Slot, SlotIx};
use vn_problem::{CandidateId, ComponentId, Custody, RequirementKind};
use vn_syntax::{Diagnostic, Span};

use super::bonds::{self, Options};
use super::round;
use crate::codes::NO_PLAN;
use crate::figure;

/// The clause that says who writes.
pub fn span(slot: &Slot) -> Option<Span> {
    let quorum = slot.quorum.as_ref().map(|quorum| quorum.span);
    slot.truth.as_ref().map(|truth| truth.span).or(quorum)
}

/// How many hold the truth of a service, and how writes come to it.
pub fn custody(slot: &Slot) -> Custody {
    Custody {
        holders: slot.quorum.as_ref().map_or(1, |quorum| quorum.voters),
        standby: slot.standby.is_some(),
        passes_on: span(slot).is_some() && passes_on(slot),
    }
}

/// Whether every instance takes writes and passes them on.
pub fn passes_on(slot: &Slot) -> bool {
    slot.relay || slot.buffer.is_some()
}

/// What the holders and whoever stands by ask of presence.
pub fn bonds(slot: SlotIx, options: Options<'_>) -> Vec<RequirementKind> {
    let Some(row) = options.composition.slots.get(slot.0 as usize) else {
        return Vec::new();
    };
    let custody = custody(row);
    if span(row).is_none() || (custody.holders == 1 && !custody.standby) {
        return Vec::new();
    }
    let void = bonds::may_be_absent(options.composition, slot);
    let at_least = |many: u64, fits: fn(&Choice) -> bool| {
        let fitting = options.of(slot).filter(|(_, choice)| fits(choice));
        let terms: Vec<(CandidateId, i64)> = fitting.map(|(id, _)| (id, 1)).collect();
        RequirementKind::Linear {
            terms,
            at_least: i64::try_from(many).unwrap_or(i64::MAX),
            unless_none: void.then(|| options.all(slot)),
        }
    };
    if custody.standby {
        vec![
            at_least(2, |choice| choice.truth || choice.standby),
            at_least(1, |choice| choice.standby),
        ]
    } else {
        vec![at_least(custody.holders, |choice| choice.truth)]
    }
}

/// The components that keep what is written to them while a failure lasts.
pub fn kept(composition: &Composition, lasting: Option<&BigRational>) -> Vec<ComponentId> {
    let Some(lasting) = lasting else {
        return Vec::new();
    };
    let slots = (0..).map(SlotIx).zip(&composition.slots);
    let keeps = slots.filter(|(_, slot)| buffers(slot, lasting));
    keeps.map(|(ix, _)| super::component(ix)).collect()
}

/// Whether a service keeps what is written to it so long.
pub fn buffers(slot: &Slot, lasting: &BigRational) -> bool {
    let buffer = slot.buffer.as_ref();
    span(slot).is_some() && buffer.is_some_and(|(kept, _)| kept >= lasting)
}

/// What one client device writes through a need, in requests per second.
fn rate(composition: &Composition, need: &Need) -> BigRational {
    let consumer = composition.slots.get(need.consumer.0 as usize);
    let demand = consumer.map(|slot| slot.demand.clone()).unwrap_or_default();
    need.rate.clone().unwrap_or(demand * &need.fanout)
}

fn devices(composition: &Composition, device: DeviceIx) -> u64 {
    let row = composition.devices.get(device.0 as usize);
    row.map_or(1, vn_analysis::Device::count)
}

/// What clients are certain to write to a service, in requests per second: every holder of its truth
/// bears all of it.
fn written(composition: &Composition, slot: SlotIx) -> BigRational {
    let mut sum = BigRational::zero();
    for need in &composition.needs {
        let certain = need.write && !need.optional && need.variants.is_none();
        let consumer = composition.slots.get(need.consumer.0 as usize);
        if need.server != slot || !certain {
            continue;
        }
        let on = consumer.map_or(&[][..], |consumer| &consumer.on);
        let many: u64 = on.iter().map(|device| devices(composition, *device)).sum();
        sum += rate(composition, need) * BigRational::from_integer(many.into());
    }
    sum
}

/// Whether an instance can bear all that is written.
pub fn bears(composition: &Composition, slot: SlotIx, choice: &Choice) -> bool {
    let capacity = choice.capacity.as_ref();
    capacity.is_none_or(|most| *most >= written(composition, slot))
}

/// Services whose truth nobody could hold: all that is written is more than they answer.
pub fn overwhelmed(composition: &Composition) -> Vec<Diagnostic> {
    let slots = (0..).map(SlotIx).zip(&composition.slots);
    slots
        .filter_map(|(ix, slot)| too_much(composition, ix, slot))
        .collect()
}

fn too_much(composition: &Composition, ix: SlotIx, slot: &Slot) -> Option<Diagnostic> {
    let clause = span(slot)?;
    let may = slot.options.iter().filter(|choice| choice.truth);
    let (able, weak): (Vec<&Choice>, Vec<&Choice>) =
        may.partition(|choice| bears(composition, ix, choice));
    let strongest = weak
        .iter()
        .rev()
        .max_by(|a, b| a.capacity.cmp(&b.capacity))?;
    let holders = custody(slot).holders;
    let mut on: Vec<DeviceIx> = able.iter().map(|choice| choice.device).collect();
    on.dedup();
    if on.len() as u64 >= holders {
        return None;
    }
    let asked = figure::load(round::load(&written(composition, ix)).0.into());
    let most = strongest.capacity.clone().unwrap_or_default();
    let most = figure::load(round::throughput(&most).0.into());
    let device = composition.devices.get(strongest.device.0 as usize);
    let device = device.map_or("", |device| device.id.as_str());
    let name = &slot.name;
    let message = format!(
        "no plan exists: {asked} are written to `{name}`, and whoever holds its truth bears them all"
    );
    let mut fault = Diagnostic::error(NO_PLAN, clause, message)
        .here(format!("`{device}` answers {most} at most"));
    let writes = composition.needs.iter();
    for need in writes.filter(|need| need.write && need.server == ix) {
        fault = fault.label(need.span, "written here");
    }
    Some(fault.help("let clients write less often (`{ rate = … }`), or name stronger devices"))
}
