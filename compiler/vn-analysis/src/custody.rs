//! Who may write: `standby`, `quorum`, `buffer`, and what clones pass on. (`truth on` is read where
//! options are made, which it restricts.)

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Quorum, Slot, TruthOn};
use crate::declared::{Clause, Expr, Fields, QuorumClause, Selector, twice};
use crate::dimensions;
use crate::fleet::Fleet;
use crate::needs;
use crate::provision::Provision;
use crate::scope::Scope;
use crate::selector;
use crate::spelling;
use crate::typed::Typed;
use crate::types::Enums;

/// What custody is read against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters, context and the kind's values.
    pub scope: &'a Scope<'a>,
    /// What the variants provide.
    pub provision: &'a Provision,
}

/// Fills in who may write.
pub fn fill(
    slot: &mut Slot,
    (fields, clauses): (&Fields, &[Clause]),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    for clause in clauses {
        match clause {
            Clause::Standby(on, span) => standby(slot, on, *span, ground, faults),
            Clause::Quorum(clause) => quorum(slot, clause, ground, faults),
            Clause::Buffer(lasting, span) => buffer(slot, (lasting, *span), ground, faults),
            _ => {}
        }
    }
    slot.relay = ground.provision.all_have("relay");
    let typed = Typed {
        fields,
        scope: ground.scope,
    };
    slot.staleness = typed.amount("staleness", &dimensions::time(), faults);
    if let (Some(truth), Some(quorum)) = (&slot.truth, &slot.quorum) {
        let message = format!("`{}` has both a `truth` and a `quorum`", slot.name);
        let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, quorum.span, message)
            .here("several write together")
            .label(truth.span, "one writes alone");
        faults.push(fault.help("keep one of the two"));
    }
    if let Some(truth) = &slot.truth {
        let named = (slot.name.as_str(), slot.span);
        faults.extend(ground.provision.missing("truth", named, truth.span));
    }
    if let (Some(standby), None) = (&slot.standby, &slot.truth) {
        let message = format!(
            "`{}` has no `truth on` that a `standby` could take over",
            slot.name
        );
        faults.push(Diagnostic::error(
            codes::MISSING_VALUE,
            standby.span,
            message,
        ));
    }
}

/// Devices on which a variant that provides something may run.
fn able(slot: &Slot, word: &str, provision: &Provision) -> BTreeSet<DeviceIx> {
    let options = slot.options.iter();
    let able = options.filter(|choice| provision.has(choice.variant, word));
    able.map(|choice| choice.device).collect()
}

fn standby(
    slot: &mut Slot,
    on: &Selector,
    span: Span,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    if let Some(first) = &slot.standby {
        faults.push(twice("standby", span, first.span));
    }
    let before = faults.len();
    let able = able(slot, "truth", ground.provision);
    let mut devices = selector::devices(on, ground.fleet, ground.enums, faults);
    let written: BTreeSet<DeviceIx> = devices.iter().copied().collect();
    devices.retain(|device| able.contains(device));
    if faults.len() == before && devices.is_empty() && !slot.options.is_empty() {
        let message = format!(
            "no device of `standby truth on {on}` can hold the truth of `{}`",
            slot.name
        );
        let fault = Diagnostic::error(codes::NOWHERE, span, message);
        faults.push(fault.label(slot.span, "declared here"));
    }
    if let Some(truth) = &slot.truth
        && faults.len() == before
    {
        let all: BTreeSet<DeviceIx> = written.iter().chain(&truth.devices).copied().collect();
        if ground.fleet.count(&all) < 2 {
            let message = format!("`standby truth on {on}` is where the truth itself is");
            let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, span, message);
            faults.push(
                fault
                    .label(truth.span, "the truth is here")
                    .help("name another device"),
            );
        }
    }
    for choice in &mut slot.options {
        choice.standby =
            devices.contains(&choice.device) && ground.provision.has(choice.variant, "truth");
    }
    slot.standby = Some(TruthOn { devices, span });
}

fn quorum(
    slot: &mut Slot,
    clause: &QuorumClause,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    if let Some(first) = &slot.quorum {
        faults.push(twice("quorum", clause.span, first.span));
    }
    let before = faults.len();
    let named: BTreeSet<DeviceIx> =
        selector::devices(&clause.on, ground.fleet, ground.enums, faults)
            .into_iter()
            .collect();
    let declared = (slot.name.as_str(), slot.span);
    faults.extend(ground.provision.missing("quorum", declared, clause.span));
    let able = able(slot, "quorum", ground.provision);
    let voters: BTreeSet<DeviceIx> = named.intersection(&able).copied().collect();
    if faults.len() == before && !slot.options.is_empty() {
        faults.extend(too_few(slot, clause, (&named, &voters), ground.fleet));
    }
    for choice in &mut slot.options {
        choice.truth =
            voters.contains(&choice.device) && ground.provision.has(choice.variant, "quorum");
    }
    slot.quorum = Some(Quorum {
        voters: clause.voters,
        devices: voters.into_iter().collect(),
        span: clause.span,
    });
}

fn too_few(
    slot: &Slot,
    clause: &QuorumClause,
    (named, voters): (&BTreeSet<DeviceIx>, &BTreeSet<DeviceIx>),
    fleet: &Fleet,
) -> Option<Diagnostic> {
    let (there, able) = (fleet.count(named), fleet.count(voters));
    if able >= clause.voters {
        return None;
    }
    let QuorumClause {
        voters: wanted,
        on,
        span,
    } = clause;
    let role = match (on.word.as_deref(), on.targets.as_slice()) {
        (Some("role"), [role]) => format!("{role} "),
        _ => String::new(),
    };
    let device = if there == 1 { "device" } else { "devices" };
    let number = spelling::number(there);
    let message = if there < *wanted {
        format!("`quorum {wanted} on {on}`: {number} {role}{device}")
    } else {
        let runs = spelling::number(able);
        format!(
            "`quorum {wanted} on {on}`: {runs} of the {number} {role}{device} can run `{}`",
            slot.name
        )
    };
    let fault = Diagnostic::error(codes::TOO_FEW, *span, message).label(slot.span, "declared here");
    let fault = named.iter().take(5).fold(fault, |fault, ix| {
        fault.fact(format!(
            "`{}` {}",
            fleet.id(*ix),
            if voters.contains(ix) {
                "can vote"
            } else {
                "cannot run it"
            }
        ))
    });
    let odd = if able.is_multiple_of(2) {
        able.saturating_sub(1)
    } else {
        able
    };
    Some(if odd < 3 {
        fault.help(format!(
            "name more devices in `quorum {wanted} on …`, or write `truth on …`"
        ))
    } else {
        let spare = spelling::number((odd - 1) / 2);
        fault.help(format!(
            "`quorum {odd}` fits, and stands the loss of {spare}"
        ))
    })
}

fn buffer(
    slot: &mut Slot,
    (lasting, span): (&Expr, Span),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    if let Some((_, first)) = &slot.buffer {
        faults.push(twice("buffer", span, *first));
    }
    let declared = (slot.name.as_str(), slot.span);
    faults.extend(ground.provision.missing("buffer", declared, span));
    let seconds = needs::duration("buffer", lasting, ground.scope, faults);
    slot.buffer = seconds.map(|seconds| (seconds, span));
}
