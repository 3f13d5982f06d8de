//! What the operators do, and what they say when operands do not go together.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Expr, ExprKind, Operator};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::exact;
use crate::exchange;
use crate::quantity::Quantity;
use crate::scope::Scope;
use crate::spelling;
use crate::statics::schema;
use crate::units;
use crate::value::Value;

/// Both sides of an operator, with what they came from.
#[derive(Debug)]
pub struct Operands<'a> {
    /// Left.
    pub left: (&'a Value, &'a Expr),
    /// Right.
    pub right: (&'a Value, &'a Expr),
    /// Names, for "did you mean".
    pub scope: &'a Scope<'a>,
}

/// The result of an operator.
pub fn apply(operator: Operator, on: &Operands<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    if *on.left.0 == Value::Poison || *on.right.0 == Value::Poison {
        return Value::Poison;
    }
    match operator {
        Operator::Or | Operator::And => logic(operator, on, faults),
        Operator::Equal => equal(on, faults).map_or(Value::Poison, Value::Bool),
        Operator::NotEqual => equal(on, faults).map_or(Value::Poison, |same| Value::Bool(!same)),
        Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
            ordered(operator, on, faults)
        }
        Operator::In => Value::Bool(contains(on.right.0, on.left.0)),
        Operator::NotIn => Value::Bool(!contains(on.right.0, on.left.0)),
        Operator::Has => Value::Bool(contains(on.left.0, on.right.0)),
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
            arithmetic(operator, on, faults)
        }
    }
}

/// The word that an expression is, where no name gave it a value: the value of a parameter may be a
/// word, too.
fn unresolved<'v>(value: &'v Value, expr: &Expr) -> Option<&'v str> {
    match value {
        Value::Word(word) if *word == expr.to_string() => Some(word),
        _ => None,
    }
}

/// Reports a value that is neither true nor false.
pub fn not_a_truth(value: &Value, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Value {
    if let Some(word) = unresolved(value, expr) {
        faults.push(no_name(word, expr.span, []));
    } else if !matches!(value, Value::Poison | Value::Bool(_)) {
        let message = format!("`{expr}` must be true or false; it is {}", value.kind());
        faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
    }
    Value::Poison
}

/// The negative of a number.
pub fn negated(value: &Value, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Value {
    match value {
        Value::Quantity(q) => Value::Quantity(Quantity::new(-&q.value, q.dimension.clone())),
        Value::Poison => Value::Poison,
        other => {
            if let Some(word) = unresolved(other, expr) {
                faults.push(no_name(word, expr.span, []));
                return Value::Poison;
            }
            let message = format!("`{expr}` must be a number; it is {}", other.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            Value::Poison
        }
    }
}

fn logic(operator: Operator, on: &Operands<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let truth = |value: &Value| match value {
        Value::Bool(truth) => Some(*truth),
        Value::Absent => Some(false),
        _ => None,
    };
    match (truth(on.left.0), truth(on.right.0), operator) {
        (Some(left), Some(right), Operator::Or) => Value::Bool(left || right),
        (Some(left), Some(right), _) => Value::Bool(left && right),
        (None, ..) => not_a_truth(on.left.0, on.left.1, faults),
        (_, None, _) => not_a_truth(on.right.0, on.right.1, faults),
    }
}

fn contains(list: &Value, item: &Value) -> bool {
    let same = |other: &Value| match (other.word(), item.word()) {
        (Some(other), Some(item)) => other == item,
        _ => other == item,
    };
    match list {
        Value::Absent => false,
        Value::Made(name, ends) if name == "range" => in_range(ends, item),
        list => list.items().iter().any(same),
    }
}

fn in_range(ends: &[Value], item: &Value) -> bool {
    let above = |low: &Value| matches!((low, item), (Value::Quantity(low), Value::Quantity(item)) if low.value <= item.value);
    let below = |high: &Value| matches!((high, item), (Value::Quantity(high), Value::Quantity(item)) if item.value <= high.value);
    ends.first().is_none_or(above) && ends.get(1).is_none_or(below)
}

fn equal(on: &Operands<'_>, faults: &mut Vec<Diagnostic>) -> Option<bool> {
    match (on.left.0, on.right.0) {
        (Value::Absent, other) | (other, Value::Absent) => Some(*other == Value::Absent),
        (Value::Quantity(left), Value::Quantity(right)) => {
            same_dimension("compare", "with", on, left, right, faults).then(|| left == right)
        }
        (left, right) => match (left.word(), right.word()) {
            (Some(left), Some(right)) => Some(left == right),
            _ if std::mem::discriminant(left) == std::mem::discriminant(right) => {
                Some(left == right)
            }
            _ => {
                let message = format!("cannot compare {} with {}", left.kind(), right.kind());
                faults.push(mismatch(on, message));
                None
            }
        },
    }
}

fn ordered(operator: Operator, on: &Operands<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let (left, right) = match (on.left.0, on.right.0) {
        (Value::Absent, _) | (_, Value::Absent) => return Value::Bool(false),
        (Value::Quantity(left), Value::Quantity(right)) => (left, right),
        (Value::Quantity(_), _) => return not_a_number(on.right, on.scope, faults),
        _ => return not_a_number(on.left, on.scope, faults),
    };
    if !same_dimension("compare", "with", on, left, right, faults) {
        return Value::Poison;
    }
    let order = left.value.cmp(&right.value);
    Value::Bool(match operator {
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn arithmetic(operator: Operator, on: &Operands<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let (left, right) = match (on.left.0, on.right.0) {
        (Value::Absent, _) | (_, Value::Absent) => return Value::Absent,
        (Value::Quantity(left), Value::Quantity(right)) => (left, right),
        (Value::Quantity(_), _) => return not_a_number(on.right, on.scope, faults),
        _ => return not_a_number(on.left, on.scope, faults),
    };
    if !left.is_handy() || !right.is_handy() {
        let message = "the numbers become too long to reckon with";
        let span = on.left.1.span;
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, span, message));
        return Value::Poison;
    }
    let sum =
        |value, dimension: &Dimension| Value::Quantity(Quantity::new(value, dimension.clone()));
    match operator {
        Operator::Multiply => Value::Quantity(left.times(right)),
        Operator::Divide => left.per(right).map_or_else(
            || {
                faults.push(by_zero(on.right.1));
                Value::Poison
            },
            Value::Quantity,
        ),
        Operator::Add if same_dimension("add", "to", on, left, right, faults) => {
            sum(exact::sum(&left.value, &right.value), &left.dimension)
        }
        Operator::Subtract if same_dimension("subtract", "from", on, right, left, faults) => sum(
            exact::difference(&left.value, &right.value),
            &left.dimension,
        ),
        _ => Value::Poison,
    }
}

/// A bare word where a number should be is a name that does not exist.
fn not_a_number(
    (value, expr): (&Value, &Expr),
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    faults.push(if let Some(word) = unresolved(value, expr) {
        unknown_name(word, expr.span, scope)
    } else {
        let message = format!("`{expr}` must be a number; it is {}", value.kind());
        Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
    });
    Value::Poison
}

/// The message for a division by nothing.
pub fn by_zero(divisor: &Expr) -> Diagnostic {
    let message = match divisor.kind {
        ExprKind::Quantity(..) => format!("division by `{divisor}`"),
        _ => format!("division by `{divisor}`, which is 0"),
    };
    Diagnostic::error(codes::OUT_OF_RANGE, divisor.span, message)
}

/// The message for a name that nothing has.
pub fn unknown_name(word: &str, span: Span, scope: &Scope<'_>) -> Diagnostic {
    no_name(word, span, scope.names())
}

/// The same, where the names are known otherwise.
pub fn no_name<'a>(word: &str, span: Span, names: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let near = spelling::nearest(word, names).map(str::to_owned);
    let near = near.or_else(|| of_a_device(word));
    let hint = near
        .as_ref()
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no parameter `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    match near {
        Some(near) => fault.guess(span, near),
        // `1/s`: what looks like a unit is one.
        None if units::is_atom(word) => fault.help(format!(
            "`{word}` is a unit, which stands behind a number and its own: `1 req/{word}`, say"
        )),
        None => fault,
    }
}

/// `gpu.vram` and `devices.memory` for what a device has.
fn of_a_device(word: &str) -> Option<String> {
    let heads = ["devices.", "machine.", "host.", "hardware."];
    let name = heads.iter().find_map(|head| word.strip_prefix(head));
    let name = name.unwrap_or(word);
    let is_of_devices = name.contains('.') || name != word;
    let known = is_of_devices && schema::of_device(name).is_some();
    known.then(|| format!("device.{name}"))
}

/// The same, where a text is needed: it may want its quotes only.
pub fn no_text(word: &str, fault: Diagnostic) -> Diagnostic {
    if !fault.edits.is_empty() {
        return fault;
    }
    let place = fault.labels.first().map(|label| label.span);
    let quoted = format!("\"{word}\"");
    let fault = fault.help(format!("write `{quoted}` for a text"));
    match place {
        Some(place) => fault.guess(place, quoted),
        None => fault,
    }
}

/// What to do about two amounts of money, if that is what they are.
pub fn with_rate(fault: Diagnostic, first: &Dimension, second: &Dimension) -> Diagnostic {
    match (dimensions::currency(first), dimensions::currency(second)) {
        (Some(a), Some(b)) if a != b => fault.help(exchange::advice(a, b)),
        _ => fault,
    }
}

fn same_dimension(
    verb: &str,
    preposition: &str,
    on: &Operands<'_>,
    left: &Quantity,
    right: &Quantity,
    faults: &mut Vec<Diagnostic>,
) -> bool {
    if left.dimension == right.dimension {
        return true;
    }
    let words = |q: &Quantity| dimensions::with_currency(&q.dimension);
    let message = format!(
        "cannot {verb} {} {preposition} {}",
        words(left),
        words(right)
    );
    let fault = mismatch(on, message);
    faults.push(with_rate(fault, &left.dimension, &right.dimension));
    false
}

fn mismatch(on: &Operands<'_>, message: String) -> Diagnostic {
    let note = |(value, expr): (&Value, &Expr)| {
        let text = value.show();
        if text == expr.to_string() {
            value.kind()
        } else {
            format!("{}: {text}", value.kind())
        }
    };
    Diagnostic::error(codes::MIXED_DIMENSIONS, on.left.1.span, message)
        .here(note(on.left))
        .label(on.right.1.span, note(on.right))
}
