//! Which fields a field refers to, and in which order fields and parameters can be evaluated.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::FileId;

use crate::declared::{ArgValue, Expr, ExprKind, Fields};
use crate::scope::Scope;

/// The fields of the same body that a field relies on, each behind those that it relies on itself;
/// without the field itself. Those that lie in a circle are left to the evaluation, which says so.
pub fn in_order<'s>(name: &str, expr: &Expr, at: &'s Scope<'_>) -> Vec<(&'s str, &'s Expr)> {
    let Some(fields) = at.fields else {
        return Vec::new();
    };
    let mut names = BTreeSet::new();
    names_in(expr, &mut names);
    if names
        .iter()
        .all(|other| other == name || fields.get(other).is_none())
    {
        return Vec::new();
    }
    let index = index(fields);
    let mut done: Vec<(&'s str, &'s Expr)> = Vec::new();
    let mut seen: BTreeSet<&'s str> = BTreeSet::new();
    let mut open: Vec<(&'s str, &'s Expr, bool)> = referred(expr, &index);
    open.retain(|(other, ..)| *other != name);
    while let Some((next, expr, ready)) = open.pop() {
        if ready {
            done.push((next, expr));
        } else if next != name && seen.insert(next) {
            open.push((next, expr, true));
            open.extend(referred(expr, &index));
        }
    }
    done
}

/// The places of some values in an order in which each comes behind those that it names; and each
/// place that leads back to itself, with the place that names it. What a name stands for in a file
/// is the place that `find` says.
pub fn order(
    values: &[Option<&Expr>],
    find: impl Fn(&str, FileId) -> Option<usize>,
) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut order = Vec::with_capacity(values.len());
    let mut circles = Vec::new();
    let mut states = vec![State::New; values.len()];
    for first in 0..values.len() {
        let mut open = vec![(first, first, false)];
        while let Some((at, from, ready)) = open.pop() {
            let Some(state) = states.get_mut(at) else {
                continue;
            };
            match (*state, ready) {
                (State::Done, _) => {}
                (_, true) => {
                    *state = State::Done;
                    order.push(at);
                }
                (State::Open, false) => circles.push((at, from)),
                (State::New, false) => {
                    *state = State::Open;
                    open.push((at, from, true));
                    let Some(expr) = values.get(at).copied().flatten() else {
                        continue;
                    };
                    let mut names = BTreeSet::new();
                    names_in(expr, &mut names);
                    let next = names.iter().filter_map(|name| find(name, expr.span.file));
                    open.extend(next.map(|next| (next, at, false)));
                }
            }
        }
    }
    (order, circles)
}

/// How far the walk has come with a value.
#[derive(Clone, Copy)]
enum State {
    New,
    Open,
    Done,
}

fn index(fields: &Fields) -> BTreeMap<&str, &Expr> {
    let fields = fields.0.iter();
    fields
        .map(|field| (field.name.as_str(), &*field.value))
        .collect()
}

fn referred<'s>(
    expr: &Expr,
    index: &BTreeMap<&'s str, &'s Expr>,
) -> Vec<(&'s str, &'s Expr, bool)> {
    let mut names = BTreeSet::new();
    names_in(expr, &mut names);
    let entries = names
        .iter()
        .filter_map(|name| index.get_key_value(name.as_str()));
    entries.map(|(name, expr)| (*name, *expr, false)).collect()
}

/// The names that an expression mentions, in texts too.
pub fn names_in(expr: &Expr, names: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Path(path) => {
            names.insert(path.dotted().into_owned());
        }
        ExprKind::Text(text) => {
            let parts = text.split("${").skip(1);
            let inserted = parts.filter_map(|part| part.split_once('}'));
            names.extend(inserted.map(|(name, _)| name.trim().to_owned()));
        }
        ExprKind::List(items) => items.iter().for_each(|item| names_in(item, names)),
        ExprKind::Range(low, high) => {
            names_in(low, names);
            if let Some(high) = high {
                names_in(high, names);
            }
        }
        ExprKind::Call(_, args) => {
            for arg in args {
                if let ArgValue::Expr(value) = &arg.value {
                    names_in(value, names);
                }
            }
        }
        ExprKind::Not(inner) | ExprKind::Negate(inner) => names_in(inner, names),
        ExprKind::Binary(_, left, right) => {
            names_in(left, names);
            names_in(right, names);
        }
        ExprKind::Match(subject, arms) => {
            names_in(subject, names);
            for (_, arm) in arms {
                names_in(arm, names);
            }
        }
        ExprKind::Quantity(..) | ExprKind::Broken => {}
    }
}
