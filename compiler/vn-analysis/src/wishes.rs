//! What is insisted on: gathered from every service, and from what says how they stand together.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::composition::{DeviceIx, Need, Paths, Slot, SlotIx, SlotRole, Wish, WishKind};
use crate::counts::{self, Count};
use crate::declared::{Clause, Expr, ExprKind, Path};
use crate::draft::Draft;
use crate::fleet::Fleet;
use crate::names::Names;
use crate::scope::Scope;
use crate::types::Enums;

/// Slots and needs, complete.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Paths between them.
    pub paths: &'a Paths,
    /// Enums.
    pub enums: &'a Enums,
    /// Components.
    pub slots: &'a [Slot],
    /// Where the pins of each of them stand.
    pub pins: &'a [Vec<Span>],
    /// Edges.
    pub needs: &'a [Need],
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
}

impl<'a> Ground<'a> {
    /// The pins of a component.
    pub fn pins(&self, ix: SlotIx) -> &'a [Span] {
        self.pins.get(ix.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// The wishes of one service, but for survival.
pub fn of_slot(
    ix: SlotIx,
    draft: &Draft<'_>,
    names: &Names<'_, '_>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let Some(slot) = ground.slots.get(ix.0 as usize) else {
        return Vec::new();
    };
    if slot.role == SlotRole::Client {
        return Vec::new();
    }
    let count = Count::of(slot, &draft.fields(), ground, faults);
    let mut wishes = vec![count.wish(ix, slot, ground, faults)];
    for clause in draft.clauses() {
        match clause {
            Clause::Spread(spread) => {
                wishes.extend(counts::spread(ix, slot, (spread, count), ground, faults));
            }
            Clause::Every(every) => {
                let from = &draft.component.ancestors;
                let beside = every.except_beside.iter();
                let beside = beside
                    .flat_map(|path| names.slots(path, from, faults))
                    .collect();
                wishes.extend(counts::every(
                    ix,
                    slot,
                    (every, beside, count),
                    ground,
                    faults,
                ));
            }
            _ => {}
        }
    }
    wishes.extend(draft.allowed.span().map(|span| Wish {
        kind: WishKind::Placement {
            slot: ix,
            devices: draft.allowed.devices(ground.fleet),
        },
        span,
    }));
    wishes
}

/// Devices with an admissible variant.
pub fn hosts(slot: &Slot) -> BTreeSet<DeviceIx> {
    slot.options.iter().map(|choice| choice.device).collect()
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
