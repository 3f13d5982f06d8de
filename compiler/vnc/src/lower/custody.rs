//! Who holds a truth, what writes come to, and the room that buffers take.

use num_rational::BigRational;
use num_traits::Zero as _;
use vn_analysis::{Choice, Composition, DeviceIx, Need, Slot, SlotIx, SlotRole, Wish, WishKind};
use vn_problem::{CandidateId, ComponentId, Custody, RequirementKind};
use vn_syntax::{Diagnostic, Span};

use super::bonds::{self, Options};
use super::failures::{Case, cases};
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

fn buffers(slot: &Slot, lasting: &BigRational) -> bool {
    let buffer = slot.buffer.as_ref();
    span(slot).is_some() && buffer.is_some_and(|(kept, _)| kept >= lasting)
}

/// What one client device writes through a need, in requests per second.
fn rate(composition: &Composition, need: &Need) -> BigRational {
    let consumer = composition.slots.get(need.consumer.0 as usize);
    let demand = consumer.map(|slot| slot.demand.clone()).unwrap_or_default();
    need.rate.clone().unwrap_or(demand * &need.fanout)
}

/// The same as the planner counts it, in 10⁻⁶ requests per second.
fn load(composition: &Composition, need: &Need) -> u64 {
    if let Some(rate) = &need.rate {
        return round::load(rate).0;
    }
    let consumer = composition.slots.get(need.consumer.0 as usize);
    let demand = consumer.map_or(0, |slot| round::load(&slot.demand).0);
    round::up(&(BigRational::from_integer(demand.into()) * &need.fanout))
}

fn devices(composition: &Composition, device: DeviceIx) -> u64 {
    let row = composition.devices.get(device.0 as usize);
    row.map_or(1, vn_analysis::Device::count)
}

/// Bytes of disk that an instance keeps free for writes that it may have to buffer: of everybody who can
/// hand them to it, for as long as the longest failure lasts in which it may not reach the truth.
pub fn room(composition: &Composition, slot: SlotIx, choice: &Choice) -> u64 {
    let Some(row) = composition.slots.get(slot.0 as usize) else {
        return 0;
    };
    let mut most = 0;
    for wish in &composition.wishes {
        let Wish {
            kind:
                WishKind::Survive {
                    slot: of,
                    failure,
                    lasting: Some(lasting),
                    ..
                },
            ..
        } = wish
        else {
            continue;
        };
        if *of != slot || !buffers(row, lasting) {
            continue;
        }
        for case in cases(composition, failure) {
            if case.takes(choice.device) || !may_be_alone(row, choice, &case) {
                continue;
            }
            let seconds = u128::from(round::up(lasting));
            let bytes = per_second(composition, slot, choice, &case).saturating_mul(seconds);
            most = most.max(bytes.div_ceil(1_000_000));
        }
    }
    u64::try_from(most).unwrap_or(u64::MAX)
}

/// Whether somebody who may hold the truth, or take it over, is out of reach.
fn may_be_alone(slot: &Slot, choice: &Choice, case: &Case) -> bool {
    let mut all = slot.options.iter();
    all.any(|other| (other.truth || other.standby) && case.parts(choice.device, other.device))
}

/// What the clients that reach an instance in a case write to it, each of its machines for itself, in
/// 10⁻⁶ bytes per second.
fn per_second(composition: &Composition, slot: SlotIx, choice: &Choice, case: &Case) -> u128 {
    let mut sum = 0_u128;
    let writes = composition.needs.iter();
    for need in writes.filter(|need| need.write && need.server == slot) {
        let Some(payload) = &need.payload else {
            continue;
        };
        let server = composition.slots.get(slot.0 as usize);
        let to = |at: u32| server?.options.get(at as usize);
        for route in &need.routes {
            let here = to(route.to).is_some_and(|to| std::ptr::eq(to, choice));
            let gone = case.takes(route.from) || case.parts(route.from, choice.device);
            if here && !gone {
                let (from, to) = (
                    devices(composition, route.from),
                    devices(composition, choice.device),
                );
                let load = u128::from(load(composition, need));
                let times = u128::from((from / to).max(1));
                sum = sum.saturating_add(load * u128::from(round::up(payload)) * times);
            }
        }
    }
    sum
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

/// A service whose load nobody knows before it is planned writes under `for T`.
pub fn writes_of_services(composition: &Composition) -> Vec<Span> {
    let lasting = composition
        .wishes
        .iter()
        .filter_map(|wish| match &wish.kind {
            WishKind::Survive {
                slot,
                lasting: Some(_),
                ..
            } => Some(*slot),
            _ => None,
        });
    let kept: Vec<SlotIx> = lasting.collect();
    let service = |slot: SlotIx| {
        let row = composition.slots.get(slot.0 as usize);
        row.is_some_and(|row| row.role == SlotRole::Service)
    };
    let needs = composition.needs.iter();
    needs
        .filter(|need| need.write && kept.contains(&need.server) && service(need.consumer))
        .map(|need| need.span)
        .collect()
}
