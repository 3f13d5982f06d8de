//! `survive` for those that write: a quorum that outlives the failure, a `standby`, or a `buffer`.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{DeviceIx, Domain, Failure, Need, Quorum, Slot};
use crate::domains;
use crate::fleet::Fleet;
use crate::show;
use crate::survival::Demand;
use crate::wishes::Ground;

/// Reports writers whose writes a failure would lose.
pub fn check(demand: &Demand<'_>, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) {
    let Some(slot) = ground.slots.get(demand.slot.0 as usize) else {
        return;
    };
    let of_slot = ground
        .needs
        .iter()
        .filter(|need| need.server == demand.slot);
    for need in of_slot.filter(|need| need.write && !need.optional) {
        if demand.survival.lasting.is_some() && need.payload.is_none() {
            faults.push(no_payload(demand, need, slot, ground));
        }
        let known = slot.truth.is_some() || slot.quorum.is_some();
        if known && !slot.options.is_empty() && !is_safe(demand, need, slot, ground) {
            faults.push(lost(demand, need, slot, ground));
        }
    }
}

fn no_payload(demand: &Demand<'_>, need: &Need, slot: &Slot, ground: &Ground<'_>) -> Diagnostic {
    let message = format!(
        "`{}` writes to `{}` without a `payload`: nobody can tell what must be kept",
        name(need, ground),
        slot.name
    );
    let fault = Diagnostic::error(codes::MISSING_VALUE, need.span, message);
    fault
        .label(demand.survival.span, "for so long")
        .help("write `{ payload = 1 kB }` behind the need, with the true size")
}

fn name<'a>(need: &Need, ground: &Ground<'a>) -> &'a str {
    let consumer = ground.slots.get(need.consumer.0 as usize);
    consumer.map_or("", |slot| slot.name.as_str())
}

fn is_safe(demand: &Demand<'_>, need: &Need, slot: &Slot, ground: &Ground<'_>) -> bool {
    let buffered = slot
        .buffer
        .as_ref()
        .zip(demand.survival.lasting.as_ref())
        .is_some_and(|((kept, _), lasting)| kept >= lasting);
    let failure = &demand.survival.failure;
    buffered
        || match &slot.quorum {
            Some(quorum) => outlives(quorum, failure, need, ground),
            None => is_taken_over(slot, failure, need, ground),
        }
}

/// Rows that writers of a need can be cut off from: those on the other side.
fn cut_off(failure: &Failure, need: &Need, ground: &Ground<'_>) -> Vec<Vec<DeviceIx>> {
    let Failure::Partition(one, other) = failure else {
        return Vec::new();
    };
    let writers = ground.slots.get(need.consumer.0 as usize);
    let on = writers.map_or(&[][..], |slot| &slot.on);
    let stands = |side: &[DeviceIx]| on.iter().any(|ix| side.contains(ix));
    let mut sides = Vec::new();
    if stands(one) {
        sides.push(other.clone());
    }
    if stands(other) {
        sides.push(one.clone());
    }
    sides
}

fn without(rows: &[DeviceIx], gone: &[DeviceIx]) -> BTreeSet<DeviceIx> {
    rows.iter()
        .filter(|ix| !gone.contains(ix))
        .copied()
        .collect()
}

/// Whether so many voters can stand that enough of them outlive the failure.
fn outlives(quorum: &Quorum, failure: &Failure, need: &Need, ground: &Ground<'_>) -> bool {
    let fleet = ground.fleet;
    let spare = (quorum.voters - 1) / 2;
    let enough =
        |gone: &[DeviceIx]| fleet.count(&without(&quorum.devices, gone)) >= quorum.voters - spare;
    match failure {
        Failure::Lost(gone) => enough(gone),
        Failure::Partition(..) => cut_off(failure, need, ground)
            .iter()
            .all(|gone| enough(gone)),
        Failure::Any { count, of, per } => {
            let inside = |ix: &DeviceIx| {
                let device = fleet.device(*ix);
                per.as_ref()
                    .is_none_or(|site| device.is_some_and(|d| domains::site(d) == site))
            };
            let gone: Vec<DeviceIx> = quorum.devices.iter().copied().filter(inside).collect();
            if per.is_some() && enough(&gone) {
                return true;
            }
            let voters: BTreeSet<DeviceIx> = quorum.devices.iter().copied().collect();
            match of {
                Domain::Device => *count <= spare,
                Domain::Site | Domain::Region | Domain::Label(_) => {
                    !domains::all_parted(of, &voters, fleet)
                        || largest(*count, quorum.voters, domains::count(of, &voters, fleet))
                            <= spare
                }
            }
        }
    }
}

/// How many of so many voters the fullest domains hold, spread as evenly as can be.
fn largest(fullest: u64, voters: u64, domains: u64) -> u64 {
    if domains <= fullest {
        return voters;
    }
    let (each, more) = (voters / domains, voters % domains);
    fullest
        .saturating_mul(each)
        .saturating_add(fullest.min(more))
}

/// Whether the truth can stand where the failure does not reach, or somebody takes it over.
fn is_taken_over(slot: &Slot, failure: &Failure, need: &Need, ground: &Ground<'_>) -> bool {
    let fleet = ground.fleet;
    let options = slot.options.iter().filter(|choice| choice.truth);
    let truth: Vec<DeviceIx> = options.map(|choice| choice.device).collect();
    let standby = slot
        .standby
        .as_ref()
        .map_or(&[][..], |standby| &standby.devices);
    let both: Vec<DeviceIx> = truth.iter().chain(standby).copied().collect();
    if truth.is_empty() {
        return true;
    }
    match failure {
        Failure::Lost(gone) => !without(&both, gone).is_empty(),
        // While somebody holds the truth behind a cut, nobody takes it over: two would write.
        Failure::Partition(..) => {
            let sides = cut_off(failure, need, ground);
            let reached = |ix: &DeviceIx| sides.iter().all(|gone| !gone.contains(ix));
            truth.iter().any(reached)
        }
        Failure::Any { count, of, per } => {
            let out = |ix: &DeviceIx| {
                let device = fleet.device(*ix);
                per.as_ref()
                    .is_some_and(|site| device.is_some_and(|d| domains::site(d) != site))
            };
            let all: BTreeSet<DeviceIx> = both.iter().copied().collect();
            let many =
                domains::count(of, &all, fleet) > *count || !domains::all_parted(of, &all, fleet);
            both.iter().any(out) || (!standby.is_empty() && many)
        }
    }
}

fn lost(demand: &Demand<'_>, need: &Need, slot: &Slot, ground: &Ground<'_>) -> Diagnostic {
    let survival = demand.survival;
    let writer = name(need, ground);
    let parted = matches!(survival.failure, Failure::Partition(..));
    let what = match (&slot.quorum, &slot.standby) {
        (None, Some(_)) if parted => "no `standby` takes its truth over while that is there",
        (Some(_), _) => "its quorum does not outlive that",
        (None, Some(_)) => "its `standby` may be gone as well",
        (None, None) => "nobody takes its truth over",
    };
    let message = format!(
        "`{}`: `{writer}` writes to `{}`, and {what}",
        survival.text, slot.name
    );
    let mut fault = Diagnostic::error(codes::WRITES_LOST, survival.span, message)
        .label(need.span, "writes here");
    if let Some(quorum) = &slot.quorum {
        let spare = (quorum.voters - 1) / 2;
        let words = format!("{} voters stand the loss of {spare}", quorum.voters);
        fault = fault.label(quorum.span, words);
    }
    if let Some(truth) = &slot.truth {
        fault = fault.label(
            truth.span,
            format!("its truth is on {}", places(&truth.devices, ground.fleet)),
        );
    }
    if let Some(via) = demand.via {
        fault = fault.label(
            via.span,
            format!("`{}` must survive because of this", slot.name),
        );
    }
    match (&slot.buffer, &survival.lasting) {
        (Some((kept, span)), Some(lasting)) => {
            let (kept, lasting) = (show::time(kept), show::time(lasting));
            let words = format!("keeps writes for {kept}, not for {lasting}");
            fault.label(*span, words).help(format!("write `buffer {lasting}`"))
        }
        (Some((kept, span)), None) => {
            let kept = show::time(kept);
            fault
                .label(*span, "keeps writes for a while")
                .help(format!("say how long it lasts: `{} for {kept}`", survival.text))
        }
        (None, _) => fault.help(
            "add `standby truth on …`, write `quorum 3 on …` instead of `truth`, or `buffer T` and `survive … for T`",
        ),
    }
}

fn places(devices: &[DeviceIx], fleet: &Fleet) -> String {
    let names: Vec<String> = devices
        .iter()
        .map(|ix| format!("`{}`", fleet.id(*ix)))
        .collect();
    crate::spelling::folded(&names, 3)
}
