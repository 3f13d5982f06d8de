//! What is insisted on: counts, spread, placement, survival, totals.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::ToPrimitive as _;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{self, DeviceIx, Domain, Need, Slot, SlotIx, SlotRole, Wish, WishKind};
use crate::declared::{Body, Clause, Expr, ExprKind, Failure, Path, unsupported};
use crate::eval::eval;
use crate::fleet::Fleet;
use crate::placement::Allowed;
use crate::quantity::BigRational;
use crate::scope::Scope;
use crate::selector;
use crate::spelling;
use crate::value::Value;

/// Slots and needs, complete.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Components.
    pub slots: &'a [Slot],
    /// Edges.
    pub needs: &'a [Need],
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
}

/// The wishes of one service, but for survival.
pub fn of_slot(
    ix: SlotIx,
    body: &Body,
    allowed: &Allowed,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let Some(slot) = ground.slots.get(ix.0 as usize) else {
        return Vec::new();
    };
    if slot.role == SlotRole::Client {
        return Vec::new();
    }
    let mut wishes = vec![count(ix, slot, body, ground, faults)];
    for clause in &body.clauses {
        if let Clause::Spread {
            domain,
            at_least,
            span,
        } = clause
        {
            wishes.extend(spread(ix, (domain, *at_least, *span), faults));
        }
    }
    wishes.extend(allowed.span().map(|span| Wish {
        kind: WishKind::Placement {
            slot: ix,
            devices: allowed.devices(ground.fleet),
        },
        span,
    }));
    wishes
}

fn count(
    slot_ix: SlotIx,
    slot: &Slot,
    body: &Body,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Wish {
    let field = body.fields.get("replicas");
    let read = field.map(|field| replicas(&field.value, ground.scope, faults));
    let (min, max) = read.flatten().unwrap_or((1, None));
    let span = field.map_or(slot.span, |field| field.span.to(field.value.span));
    let hosts = hosts(slot);
    if !slot.options.is_empty() && ground.fleet.count(&hosts) < min {
        let message = format!(
            "`{}` needs {min} instances; {} it",
            slot.name,
            match ground.fleet.count(&hosts) {
                1 => "1 device suits".to_owned(),
                more => format!("{more} devices suit"),
            }
        );
        let names: Vec<String> = hosts
            .iter()
            .map(|ix| format!("`{}`", ground.fleet.id(*ix)))
            .collect();
        let fault = Diagnostic::error(codes::NOWHERE, span, message);
        faults.push(fault.fact(format!("it suits {}", spelling::folded(&names, 5))));
    }
    Wish {
        kind: WishKind::Count {
            slot: slot_ix,
            min,
            max,
        },
        span,
    }
}

/// Devices with an admissible variant.
fn hosts(slot: &Slot) -> BTreeSet<DeviceIx> {
    slot.options.iter().map(|choice| choice.device).collect()
}

/// `2`, `2..5`, `2..`: at least and at most.
fn replicas(
    expr: &Expr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(u64, Option<u64>)> {
    let value = eval(expr, scope, faults);
    if is_too_large(&value) {
        let message = format!("`replicas` is too large: `{expr}`");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
        return None;
    }
    let read = match value {
        Value::Poison => return None,
        Value::Made(name, ends) if name == "range" => {
            let most = ends.get(1);
            match (ends.first().and_then(whole), most.map(whole)) {
                (Some(least), None) => Some((least, None)),
                (Some(least), Some(Some(most))) => Some((least, Some(most))),
                _ => None,
            }
        }
        value => whole(&value).map(|count| (count, Some(count))),
    };
    let fits = read.filter(|(least, most)| *least > 0 && most.is_none_or(|most| most >= *least));
    if fits.is_none() {
        let message = format!("`replicas` needs a count of at least 1; `{expr}` is none");
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message);
        faults.push(fault.help("write `2`, `2..5` or `2..`"));
    }
    fits
}

fn is_too_large(value: &Value) -> bool {
    match value {
        Value::Quantity(q) => {
            q.dimension.is_pure() && q.value > BigRational::from_integer(u64::MAX.into())
        }
        Value::Made(name, ends) => name == "range" && ends.iter().any(is_too_large),
        _ => false,
    }
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => q.value.to_u64(),
        _ => None,
    }
}

fn spread(
    slot_ix: SlotIx,
    (domain, at_least, span): (&Path, Option<u64>, Span),
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let across = match domain.to_string().as_str() {
        "device" => Domain::Device,
        "site" => Domain::Site,
        _ => {
            faults.push(unsupported(span, &format!("spread across {domain}")));
            return None;
        }
    };
    Some(Wish {
        kind: WishKind::Spread {
            slot: slot_ix,
            across,
            at_least,
        },
        span,
    })
}

/// A `survive` clause with the devices that are lost, case by case.
struct Survival {
    slot: SlotIx,
    failure: composition::Failure,
    span: Span,
    text: String,
}

/// Survival, inherited along what is needed and not optional.
pub fn survivals<'a>(
    bodies: impl Iterator<Item = (SlotIx, &'a Body)>,
    pins: &[Vec<Span>],
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let mut reported = BTreeSet::new();
    for (slot, body) in bodies {
        for clause in &body.clauses {
            let Clause::Survive(failure, span) = clause else {
                continue;
            };
            let (failure, text) = match failure {
                Failure::AnyDevice => {
                    let failure = composition::Failure::Any {
                        count: 1,
                        of: Domain::Device,
                        per: None,
                    };
                    (failure, "survive any 1 device".to_owned())
                }
                Failure::Lost(paths) => {
                    let lost = lost(paths, ground.fleet, faults);
                    let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
                    let text = format!("survive lost({})", names.join(", "));
                    (composition::Failure::Lost(lost), text)
                }
            };
            let survival = Survival {
                slot,
                failure,
                span: *span,
                text,
            };
            inherit(
                &survival,
                pins,
                ground,
                (&mut wishes, &mut reported),
                faults,
            );
        }
    }
    wishes
}

/// The devices of `lost(x)`.
pub fn lost(paths: &[Path], fleet: &Fleet, faults: &mut Vec<Diagnostic>) -> Vec<DeviceIx> {
    let mut devices = BTreeSet::new();
    for path in paths {
        match selector::named(path, fleet) {
            Some((_, found)) => devices.extend(found),
            None => faults.push(*selector::no_device(path, fleet)),
        }
    }
    devices.into_iter().collect()
}

fn inherit(
    survival: &Survival,
    pins: &[Vec<Span>],
    ground: &Ground<'_>,
    (wishes, reported): (&mut Vec<Wish>, &mut BTreeSet<SlotIx>),
    faults: &mut Vec<Diagnostic>,
) {
    let mut edges: BTreeMap<SlotIx, Vec<SlotIx>> = BTreeMap::new();
    for need in ground.needs.iter().filter(|need| !need.optional) {
        edges.entry(need.consumer).or_default().push(need.server);
    }
    let mut order = vec![survival.slot];
    let mut at = 0;
    while let Some(slot) = order.get(at).copied() {
        for next in edges.get(&slot).into_iter().flatten() {
            if !order.contains(next) {
                order.push(*next);
            }
        }
        at += 1;
    }
    for slot in order {
        if !reported.contains(&slot) {
            let fault = no_spare(survival, slot, pins, ground);
            reported.extend(fault.is_some().then_some(slot));
            faults.extend(fault);
        }
        wishes.push(Wish {
            kind: WishKind::Survive {
                slot,
                inherited_from: (slot != survival.slot).then_some(survival.slot),
                failure: survival.failure.clone(),
                lasting: None,
            },
            span: survival.span,
        });
    }
}

/// A failure that takes every candidate device with it.
fn no_spare(
    survival: &Survival,
    ix: SlotIx,
    pins: &[Vec<Span>],
    ground: &Ground<'_>,
) -> Option<Diagnostic> {
    let slot = ground.slots.get(ix.0 as usize)?;
    let hosts = hosts(slot);
    if hosts.is_empty() {
        return None;
    }
    let takes_all = match &survival.failure {
        composition::Failure::Any { .. } => ground.fleet.count(&hosts) < 2,
        composition::Failure::Lost(lost) => hosts.iter().all(|host| lost.contains(host)),
        composition::Failure::Partition(..) => false,
    };
    if !takes_all {
        return None;
    }
    let names: Vec<String> = hosts
        .iter()
        .map(|ix| format!("`{}`", ground.fleet.id(*ix)))
        .collect();
    let pins = pins.get(ix.0 as usize).map_or(&[][..], Vec::as_slice);
    let left = if pins.is_empty() {
        "there is only"
    } else {
        "the pins leave only"
    };
    let needs = if ground.fleet.count(&hosts) == 1 {
        "two candidate devices"
    } else {
        "another candidate device"
    };
    let message = format!(
        "`{}` needs {needs} for `{}`; {left} {}",
        survival.text,
        slot.name,
        spelling::folded(&names, 3)
    );
    let mut fault = Diagnostic::error(codes::NO_SPARE, survival.span, message);
    for pin in pins {
        fault = fault.label(*pin, format!("keeps `{}` there", slot.name));
    }
    let inherited = || {
        let owner = ground.slots.get(survival.slot.0 as usize)?;
        Some(format!(
            "`{}` needs `{}`, so that both must survive",
            owner.name, slot.name
        ))
    };
    match (ix != survival.slot).then(inherited).flatten() {
        Some(fact) => Some(fault.label(slot.span, "declared here").fact(fact)),
        None => Some(fault),
    }
}

/// Whether an expression is a call of this name with one bare argument; the argument.
pub fn one_name<'e>(expr: &'e Expr, name: &str) -> Option<&'e Path> {
    use crate::declared::{Arg, ArgValue};
    match &expr.kind {
        ExprKind::Call(path, args) if path.single() == Some(name) => match args.as_slice() {
            [
                Arg {
                    name: None,
                    value:
                        ArgValue::Expr(Expr {
                            kind: ExprKind::Path(arg),
                            ..
                        }),
                },
            ] => Some(arg),
            _ => None,
        },
        _ => None,
    }
}
