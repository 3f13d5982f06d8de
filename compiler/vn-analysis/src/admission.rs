//! `requires`: which of its parts fail on a device, with the evaluated operands.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::composition::Reason;
use crate::declared::{ArgValue, Expr, ExprKind, Operator};
use crate::eval::{eval, holds};
use crate::quantity::Quantity;
use crate::scope::Scope;
use crate::value::Value;

/// A part of a condition that does not hold.
#[derive(Clone, Debug)]
pub struct Failing {
    /// The part, as the language writes it.
    pub condition: String,
    /// In words, with what the device has.
    pub reason: Reason,
    /// What was found, where the part compares a quantity of the device with a lower bound.
    pub found: Option<Quantity>,
    /// The architectures that it names, where it asks for one of them.
    pub arch: Option<Vec<String>>,
}

/// The parts of a condition that do not hold on a device.
pub fn failing(condition: &Expr, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Failing> {
    if let ExprKind::Binary(Operator::And, left, right) = &condition.kind {
        let mut parts = failing(left, scope, faults);
        parts.extend(failing(right, scope, faults));
        return parts;
    }
    if holds(condition, scope, faults) {
        return Vec::new();
    }
    let (before, after) = operands(condition, scope);
    let before = format!("`{condition}`: {before}`");
    vec![Failing {
        condition: condition.to_string(),
        reason: Reason::about(before, format!("`{after}"), condition.span),
        found: found(condition, scope),
        arch: arch(condition),
    }]
}

/// What stands before and after the device in `` `pi_dns` has 4 GiB ``; with the names where several
/// capabilities are asked for.
fn operands(condition: &Expr, scope: &Scope<'_>) -> (&'static str, String) {
    let mut asked = BTreeSet::new();
    capabilities(condition, &mut asked);
    let value = |path: &str| scope.capability(path.strip_prefix("device.")?);
    let shown = |path: &str| value(path).map_or_else(|| "?".to_owned(), Value::show);
    let asked: Vec<String> = asked.into_iter().collect();
    match asked.as_slice() {
        [] => ("it does not hold on ", String::new()),
        [only] => ("", format!(" has {}", shown(only))),
        several => {
            let rows = several
                .iter()
                .map(|path| format!("{path} = {}", shown(path)));
            let rows = rows.collect::<Vec<_>>().join(", ");
            ("on ", format!(", {rows}"))
        }
    }
}

fn capabilities(expr: &Expr, asked: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Path(path) if path.head() == "device" => {
            asked.insert(path.dotted().into_owned());
        }
        ExprKind::Path(_) | ExprKind::Quantity(..) | ExprKind::Text(_) | ExprKind::Broken => {}
        ExprKind::List(items) => items.iter().for_each(|item| capabilities(item, asked)),
        ExprKind::Range(low, high) => {
            capabilities(low, asked);
            if let Some(high) = high {
                capabilities(high, asked);
            }
        }
        ExprKind::Call(_, args) => {
            for arg in args {
                if let ArgValue::Expr(value) = &arg.value {
                    capabilities(value, asked);
                }
            }
        }
        ExprKind::Not(inner) | ExprKind::Negate(inner) => capabilities(inner, asked),
        ExprKind::Binary(_, left, right) => {
            capabilities(left, asked);
            capabilities(right, asked);
        }
        ExprKind::Match(subject, arms) => {
            capabilities(subject, asked);
            for (_, arm) in arms {
                capabilities(arm, asked);
            }
        }
    }
}

fn found(condition: &Expr, scope: &Scope<'_>) -> Option<Quantity> {
    match &condition.kind {
        ExprKind::Binary(Operator::GreaterEqual | Operator::Greater, left, _) => {
            match eval(left, scope, &mut Vec::new()) {
                Value::Quantity(quantity) => Some(quantity),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `device.arch == x86_64`, `device.arch in [x86_64, aarch64]`.
fn arch(condition: &Expr) -> Option<Vec<String>> {
    let ExprKind::Binary(Operator::Equal | Operator::In, left, right) = &condition.kind else {
        return None;
    };
    let asked = matches!(&left.kind, ExprKind::Path(path) if path.dotted() == "device.arch");
    let words = match &right.kind {
        ExprKind::List(items) => items.iter().map(ToString::to_string).collect(),
        _ => vec![right.to_string()],
    };
    asked.then_some(words)
}
