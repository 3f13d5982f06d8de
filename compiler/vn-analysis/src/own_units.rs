//! `unit`: a multiple of other units, or a dimension of its own.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{self, Expr, ExprKind, TypeAtom, UnitItem};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::measures::{Measures, is_size};
use crate::operators;
use crate::quantity::{Quantity, whole};
use crate::scope::Scope;
use crate::types;
use crate::units;
use crate::value::Value;

/// Takes the units in, whatever order they are declared in.
pub fn declare(items: &[UnitItem], measures: &mut Measures, faults: &mut Vec<Diagnostic>) {
    let items = named_once(items, faults);
    let (sized, plain): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.size.is_some());
    for item in plain {
        base(item, measures, faults);
    }
    let mut queue = Queue::of(&sized, measures);
    while let Some(item) = queue.next() {
        multiple(item, measures, faults);
        queue.done(&item.name.value);
    }
    for item in queue.stuck() {
        let message = format!("the size of `{}` depends on itself", item.name.value);
        faults.push(Diagnostic::error(
            codes::SELF_REFERENCE,
            item.name.span,
            message,
        ));
        // Whatever is measured in it has been told once.
        measures.add_base(&item.name.value);
    }
}

fn named_once<'a>(items: &'a [UnitItem], faults: &mut Vec<Diagnostic>) -> Vec<&'a UnitItem> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut kept = Vec::new();
    for item in items {
        let name = item.name.value.as_str();
        if units::is_atom(name) || units::is_base(name) {
            let message = format!("`{name}` is a unit of the language already");
            faults.push(Diagnostic::error(
                codes::DECLARED_TWICE,
                item.name.span,
                message,
            ));
        } else if let Some(earlier) = first.get(name) {
            faults.push(declared::twice(name, item.name.span, *earlier));
        } else {
            first.insert(name, item.name.span);
            kept.push(item);
        }
    }
    kept
}

/// `unit banana`, `unit shelf : Shelves`.
fn base(item: &UnitItem, measures: &mut Measures, faults: &mut Vec<Diagnostic>) {
    let name = &item.name.value;
    let dimension = Dimension::base(name);
    let Some(kind) = &item.kind else {
        measures.add_base(name);
        measures.add_kind(name, dimension);
        return;
    };
    let known = match kind.factors.as_slice() {
        [(_, TypeAtom::Named(new, args))] if args.is_empty() => match known(new, measures) {
            None => {
                measures.add_base(name);
                measures.add_kind(new, dimension);
                return;
            }
            known => known,
        },
        _ => None,
    };
    let unit = known.as_ref().map(dimensions::base_units);
    stand_in(name, known, measures);
    let message = format!("`{name}` has no size: how much is 1 {name}?");
    let fault = Diagnostic::error(codes::MISSING_VALUE, item.name.span, message);
    let unit = unit.map_or_else(|| "…".to_owned(), |unit| format!("12 {unit}"));
    faults.push(fault.help(format!("write `{} = {unit}`, say", written(item))));
}

fn written(item: &UnitItem) -> String {
    let kind = item.kind.as_ref().and_then(|kind| kind.factors.first());
    match kind {
        Some((_, TypeAtom::Named(kind, _))) => format!("unit {} : {kind}", item.name.value),
        _ => format!("unit {}", item.name.value),
    }
}

/// What a type of one word measures.
fn known(name: &str, measures: &Measures) -> Option<Dimension> {
    let own = measures.kind(name).cloned();
    own.or_else(|| types::dimension_of(name))
}

/// `unit rack : Shelves = 12 shelf`.
fn multiple(item: &UnitItem, measures: &mut Measures, faults: &mut Vec<Diagnostic>) {
    let name = &item.name.value;
    let Some(size) = item
        .size
        .as_ref()
        .and_then(|size| quantity(name, size, measures, faults))
    else {
        let known = needed(item, measures, &mut Vec::new());
        stand_in(name, known, measures);
        return;
    };
    let kind = needed(item, measures, faults);
    let wrong = match (&kind, &item.size) {
        (Some(kind), Some(expr)) => types::wrong_dimension(&size, kind, name, expr),
        _ => None,
    };
    match wrong {
        Some(fault) => {
            faults.push(fault);
            stand_in(name, kind, measures);
        }
        None => measures.add_size(name, size),
    }
}

/// What the unit is said to measure.
fn needed(item: &UnitItem, measures: &Measures, faults: &mut Vec<Diagnostic>) -> Option<Dimension> {
    let scope = Scope {
        measures: Some(measures),
        ..Scope::default()
    };
    types::dimension(item.kind.as_ref()?, &scope, faults)
}

/// A unit whose size was reported measures what it says, so that nothing follows from it.
fn stand_in(name: &str, kind: Option<Dimension>, measures: &mut Measures) {
    match kind {
        Some(kind) => measures.add_size(name, Quantity::new(whole(1), kind)),
        None => measures.add_base(name),
    }
}

fn quantity(
    name: &str,
    expr: &Expr,
    measures: &Measures,
    faults: &mut Vec<Diagnostic>,
) -> Option<Quantity> {
    let scope = Scope {
        measures: Some(measures),
        ..Scope::default()
    };
    let fault = match eval(expr, &scope, faults) {
        Value::Quantity(size) if is_size(&size) => return Some(size),
        Value::Quantity(_) => {
            let message = format!("a unit is more than nothing; `{name}` is `{expr}`");
            Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message)
        }
        Value::Poison => return None,
        Value::Word(word) => operators::unknown_name(&word, expr.span, &scope)
            .help("the size of a unit is a constant: it names no parameters"),
        other => {
            let message = format!("`{name}` needs an amount; `{expr}` is {}", other.kind());
            Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
        }
    };
    faults.push(fault);
    None
}

/// Units in an order in which each comes behind those that it is measured in.
struct Queue<'a> {
    waiting: BTreeMap<&'a str, (&'a UnitItem, BTreeSet<String>)>,
    users: BTreeMap<String, Vec<&'a str>>,
    ready: VecDeque<&'a UnitItem>,
}

impl<'a> Queue<'a> {
    fn of(items: &[&'a UnitItem], measures: &Measures) -> Self {
        let own: BTreeSet<&str> = items.iter().map(|item| item.name.value.as_str()).collect();
        let mut queue = Self {
            waiting: BTreeMap::new(),
            users: BTreeMap::new(),
            ready: VecDeque::new(),
        };
        for item in items {
            let mut needed = BTreeSet::new();
            if let Some(size) = &item.size {
                named_units(size, &mut needed);
            }
            needed.retain(|name| own.contains(name.as_str()) && !measures.knows(name));
            for name in &needed {
                let users = queue.users.entry(name.clone()).or_default();
                users.push(&item.name.value);
            }
            if needed.is_empty() {
                queue.ready.push_back(item);
            } else {
                queue.waiting.insert(&item.name.value, (item, needed));
            }
        }
        queue
    }

    fn next(&mut self) -> Option<&'a UnitItem> {
        self.ready.pop_front()
    }

    fn done(&mut self, name: &str) {
        for user in self.users.remove(name).unwrap_or_default() {
            let Some((item, needed)) = self.waiting.get_mut(user) else {
                continue;
            };
            needed.remove(name);
            if needed.is_empty() {
                self.ready.push_back(item);
                self.waiting.remove(user);
            }
        }
    }

    fn stuck(self) -> impl Iterator<Item = &'a UnitItem> {
        self.waiting.into_values().map(|(item, _)| item)
    }
}

/// The units that an amount is written in.
fn named_units(expr: &Expr, found: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Quantity(quantity, _) => {
            let units = quantity.dimension.powers();
            found.extend(units.map(|(name, _)| name.to_owned()));
        }
        ExprKind::Negate(inner) | ExprKind::Not(inner) => named_units(inner, found),
        ExprKind::Binary(_, left, right) => {
            named_units(left, found);
            named_units(right, found);
        }
        ExprKind::List(items) => items.iter().for_each(|item| named_units(item, found)),
        ExprKind::Match(_, arms) => arms.iter().for_each(|(_, arm)| named_units(arm, found)),
        ExprKind::Text(_)
        | ExprKind::Path(_)
        | ExprKind::Range(..)
        | ExprKind::Call(..)
        | ExprKind::Broken => {}
    }
}
