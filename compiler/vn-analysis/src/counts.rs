//! `replicas`, `spread`, `on every`: how many instances, over how many places.

use std::collections::BTreeSet;

use num_traits::ToPrimitive as _;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Slot, SlotIx, Wish, WishKind};
use crate::declared::{EveryClause, Expr, Fields, SpreadClause};
use crate::dimensions;
use crate::domains;
use crate::eval::eval;
use crate::impossible;
use crate::operators::unknown_name;
use crate::quantity::BigRational;
use crate::scope::Scope;
use crate::selector;
use crate::spelling;
use crate::types;
use crate::value::Value;
use crate::wishes::{Ground, hosts};

/// At least and at most so many, and the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: Option<u64>,
    /// `replicas = …`, else the name of the service.
    pub span: Span,
}

impl Count {
    /// Reads `replicas`; `1..` where nothing is written.
    pub fn of(
        slot: &Slot,
        fields: &Fields,
        ground: &Ground<'_>,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let field = fields.get("replicas");
        let read = field.map(|field| replicas(&field.value, ground.scope, faults));
        let (min, max) = read.flatten().unwrap_or((1, None));
        let span = field.map_or(slot.span, |field| field.span.to(field.value.span));
        Self { min, max, span }
    }

    /// As a wish; reports more instances than there is room for, or fewer than voters.
    pub fn wish(
        self,
        ix: SlotIx,
        slot: &Slot,
        ground: &Ground<'_>,
        faults: &mut Vec<Diagnostic>,
    ) -> Wish {
        let hosts = hosts(slot);
        let room = ground
            .fleet
            .count(&hosts)
            .saturating_mul(slot.max_per_device);
        if !slot.options.is_empty() && room < self.min {
            faults.push(self.no_room(slot, room, &hosts, ground));
        }
        if let (Some(quorum), Some(max)) = (&slot.quorum, self.max)
            && max < quorum.voters
        {
            let message = format!(
                "at most {max} of `{}` leave no room for {} voters",
                slot.name, quorum.voters
            );
            let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, self.span, message);
            let fault = fault.label(quorum.span, "voters count as instances");
            faults.push(fault.help(format!("write `replicas = {}..`", quorum.voters)));
        }
        Wish {
            kind: WishKind::Count {
                slot: ix,
                min: self.min,
                max: self.max,
            },
            span: self.span,
        }
    }

    fn no_room(
        self,
        slot: &Slot,
        room: u64,
        hosts: &BTreeSet<DeviceIx>,
        ground: &Ground<'_>,
    ) -> Diagnostic {
        let devices = match room {
            1 => "1 device suits".to_owned(),
            more => format!("{more} devices suit"),
        };
        let (name, min) = (&slot.name, self.min);
        let message = match slot.max_per_device {
            1 => format!("`{name}` needs {min} instances; {devices} it"),
            most => format!(
                "`{name}` needs {min} instances; with {most} per device there is room for {room}"
            ),
        };
        let names: Vec<String> = hosts
            .iter()
            .map(|ix| format!("`{}`", ground.fleet.id(*ix)))
            .collect();
        let fault = Diagnostic::error(codes::NOWHERE, self.span, message);
        fault.fact(format!("it suits {}", spelling::folded(&names, 5)))
    }
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
        Value::Quantity(q) if !q.dimension.is_pure() => {
            faults.extend(types::wrong_dimension(
                &q,
                &dimensions::pure(),
                "replicas",
                expr,
            ));
            return None;
        }
        Value::Word(word) => {
            faults.push(unknown_name(&word, expr.span, scope));
            return None;
        }
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
        let message = match read {
            Some((least, Some(most))) if least > most => {
                format!("`replicas` cannot be at least {least} and at most {most}")
            }
            _ => format!("`replicas` needs a count of at least 1; `{expr}` is none"),
        };
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

/// `spread across D at least k`.
pub fn spread(
    ix: SlotIx,
    slot: &Slot,
    (clause, count): (&SpreadClause, Count),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let name = clause.across.to_string();
    let across = domains::domain((&name, clause.across.span), ground.fleet, faults)?;
    let there = domains::count(&across, &hosts(slot), ground.fleet);
    let wanted = clause.at_least.unwrap_or(1);
    if !slot.options.is_empty() && there < wanted {
        let what = domains::plural(&across);
        let written = match clause.at_least {
            Some(least) => format!("spread across {name} at least {least}"),
            None => format!("spread across {name}"),
        };
        let message = match there {
            0 => format!(
                "`{written}`: no device that suits `{}` has a `{name}`",
                slot.name
            ),
            _ => format!(
                "`{written}`: `{}` can run in {} {what}",
                slot.name,
                spelling::number(there)
            ),
        };
        let fault = Diagnostic::error(codes::TOO_FEW, clause.span, message);
        let fault = fault.label(slot.span, "declared here");
        faults.push(ground.pins(ix).iter().fold(fault, |fault, pin| {
            fault.label(*pin, format!("keeps `{}` there", slot.name))
        }));
    }
    if let Some(max) = count.max.filter(|max| *max < wanted) {
        let message = format!(
            "at most {max} of `{}` cannot be in {wanted} {}",
            slot.name,
            domains::plural(&across)
        );
        let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, clause.span, message);
        faults.push(fault.label(count.span, "so many at most"));
    }
    Some(Wish {
        kind: WishKind::Spread {
            slot: ix,
            across,
            at_least: clause.at_least,
        },
        span: clause.span,
    })
}

/// `on every D`, with the services beside which there need be none.
pub fn every(
    ix: SlotIx,
    slot: &Slot,
    (clause, beside, count): (&EveryClause, Vec<SlotIx>, Count),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let before = faults.len();
    let devices = selector::devices(&clause.on, ground.fleet, ground.enums, faults);
    if faults.len() > before {
        return None;
    }
    let all: BTreeSet<DeviceIx> = devices.iter().copied().collect();
    let certain = !clause.in_use && beside.is_empty();
    if certain && !slot.options.is_empty() {
        let hosts = hosts(slot);
        let without: Vec<DeviceIx> = all.difference(&hosts).copied().collect();
        faults.extend(cannot_be_everywhere(slot, clause, &without, ground));
        let many = ground.fleet.count(&all);
        if let (Some(max), true) = (count.max, without.is_empty())
            && max < many
        {
            let message = format!(
                "at most {max} of `{}` cannot be on {many} devices",
                slot.name
            );
            let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, clause.span, message);
            faults.push(
                fault
                    .label(count.span, "so many at most")
                    .help("take `replicas` out"),
            );
        }
    }
    Some(Wish {
        kind: WishKind::OnEvery {
            slot: ix,
            devices,
            in_use: clause.in_use,
            except_beside: beside,
        },
        span: clause.span,
    })
}

fn cannot_be_everywhere(
    slot: &Slot,
    clause: &EveryClause,
    without: &[DeviceIx],
    ground: &Ground<'_>,
) -> Option<Diagnostic> {
    let first = without.first()?;
    let names: Vec<String> = without
        .iter()
        .map(|ix| format!("`{}`", ground.fleet.id(*ix)))
        .collect();
    let message = format!(
        "`on every {}`: `{}` cannot run on {}",
        clause.on,
        slot.name,
        spelling::folded(&names, 2)
    );
    let fault =
        Diagnostic::error(codes::NOWHERE, clause.span, message).label(slot.span, "declared here");
    let rejected: Vec<_> = slot
        .rejected
        .iter()
        .filter(|r| r.device == *first)
        .collect();
    Some(impossible::closest(fault, slot, &rejected, ground.fleet))
}
