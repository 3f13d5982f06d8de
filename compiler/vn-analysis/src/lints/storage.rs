//! Machines that are the wrong place for what may be put on them.

use num_rational::BigRational;
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Device, DeviceIx, Slot, TruthOn};
use crate::fleet::Fleet;
use crate::value::Value;

/// Reports a truth that only rarely awake machines may hold.
pub fn availability(slot: &Slot, devices: &[Device], faults: &mut Vec<Diagnostic>) {
    let Some(TruthOn { devices: on, span }) = &slot.truth else {
        return;
    };
    let enough = BigRational::new(9.into(), 10.into());
    let rows: Vec<&Device> = on
        .iter()
        .filter_map(|ix| devices.get(ix.0 as usize))
        .collect();
    let Some(best) = rows.iter().max_by_key(|device| &device.availability) else {
        return;
    };
    if best.availability >= enough {
        return;
    }
    let percent = &best.availability * BigRational::from_integer(100.into());
    let message = format!(
        "the truth of `{}` can only be on devices that are on at most {}% of the time",
        slot.name,
        percent.round()
    );
    faults.push(
        Diagnostic::warning(codes::RARELY_ON, *span, message)
            .label(best.span, format!("`{}` is on most", best.name))
            .help("let a machine that is always on hold the truth, or add a `standby`"),
    );
}

/// Reports a truth or a quorum that can only be on SD cards: they wear out under writes.
pub fn flash(slot: &Slot, fleet: &Fleet, faults: &mut Vec<Diagnostic>) {
    let truth = slot
        .truth
        .as_ref()
        .map(|truth| (&truth.devices, truth.span));
    let quorum = slot
        .quorum
        .as_ref()
        .map(|quorum| (&quorum.devices, quorum.span));
    let Some((devices, span)) = truth.or(quorum) else {
        return;
    };
    let on_card = |ix: &&DeviceIx| {
        let machine = fleet.class(**ix);
        let kind = machine.and_then(|machine| machine.capabilities.get("disk.kind"));
        kind.and_then(Value::word) == Some("sd")
    };
    let runs = |ix: &&DeviceIx| slot.options.iter().any(|choice| choice.device == **ix);
    let holders: Vec<&DeviceIx> = devices.iter().filter(runs).collect();
    let Some(first) = holders.first().filter(|_| holders.iter().all(on_card)) else {
        return;
    };
    let message = format!("`{}` is written to an SD card, which wears out", slot.name);
    let fault = Diagnostic::warning(codes::SD_CARD, span, message);
    let fault = match fleet.device(**first) {
        Some(device) => fault.label(device.span, "its disk is an SD card"),
        None => fault,
    };
    faults.push(fault.help("give the machine an SSD, or let another one hold the truth"));
}
