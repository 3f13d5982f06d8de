//! Expressions to values; faults are reported once and silence what follows from them.

use vn_syntax::{Diagnostic, Span};

use crate::blame;
use crate::codes;
use crate::declared::{Arg, ArgValue, Expr, ExprKind, Operator, Path};
use crate::operators;
use crate::quantity::Quantity;
use crate::references;
use crate::scope::{Capabilities, Found, Scope};
use crate::spelling;
use crate::types;
use crate::value::Value;

/// Texts that insert texts could grow without end.
const LONGEST_TEXT: usize = 1 << 16;

/// The value of an expression.
pub fn eval(expr: &Expr, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let before = faults.len();
    let value = evaluated(expr, scope, faults);
    if let Some(found) = faults.get_mut(before..) {
        blame::to_the_giver(expr, scope, found);
    }
    value
}

fn evaluated(expr: &Expr, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    match &expr.kind {
        ExprKind::Quantity(quantity, _) => literal(quantity, scope),
        ExprKind::Text(text) => Value::Text(interpolated(text, expr.span, scope, faults)),
        ExprKind::Path(path) => path_value(path, scope, faults),
        ExprKind::List(items) => {
            Value::List(items.iter().map(|item| eval(item, scope, faults)).collect())
        }
        ExprKind::Range(low, high) => {
            let ends = std::iter::once(low)
                .chain(high)
                .map(|end| eval(end, scope, faults));
            Value::Made("range".to_owned(), ends.collect())
        }
        ExprKind::Call(path, args) => call(path, args, scope, faults),
        ExprKind::Not(inner) => match eval(inner, scope, faults) {
            Value::Bool(truth) => Value::Bool(!truth),
            other => operators::not_a_truth(&other, inner, faults),
        },
        ExprKind::Negate(inner) => {
            let value = eval(inner, scope, faults);
            operators::negated(&value, inner, faults)
        }
        ExprKind::Binary(operator, left, right) => binary(*operator, (left, right), scope, faults),
        ExprKind::Match(subject, arms) => match chosen(subject, arms, expr.span, scope, faults) {
            Some(arm) => eval(arm, scope, faults),
            None => Value::Poison,
        },
        ExprKind::Broken => Value::Poison,
    }
}

/// Units that do not exist are reported where they stand.
fn literal(quantity: &Quantity, scope: &Scope<'_>) -> Value {
    let Some(measures) = scope.measures() else {
        return Value::Quantity(quantity.clone());
    };
    let known = measures.in_base_units(quantity);
    known.map_or(Value::Poison, Value::Quantity)
}

/// Whether a condition holds; a condition that was reported as wrong holds.
pub fn holds(expr: &Expr, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> bool {
    match eval(expr, scope, faults) {
        Value::Bool(truth) => truth,
        Value::Absent => false,
        other => {
            operators::not_a_truth(&other, expr, faults);
            true
        }
    }
}

/// The arm of a `match` that applies.
pub fn chosen<'e>(
    subject: &Expr,
    arms: &'e [(vn_syntax::Spanned<String>, Expr)],
    span: Span,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<&'e Expr> {
    let value = eval(subject, scope, faults);
    let word = match &value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        other => other.word(),
    };
    let fits = |label: &str| word == Some(label) || label == "_";
    let found = arms.iter().find(|(label, _)| fits(&label.value));
    // That no value is called `else` is said where the labels are looked at.
    let is_closed = matches!(value, Value::Word(_) | Value::Bool(_));
    let meant = || {
        let is_rest = |label: &str| is_closed && types::is_rest(label);
        arms.iter().find(|(label, _)| is_rest(&label.value))
    };
    let found = found.or_else(meant);
    match value {
        Value::Poison => {}
        Value::Quantity(_) | Value::List(_) | Value::Made(..) => {
            let message = format!("`{subject}` is {}; only words can be matched", value.kind());
            let fault = Diagnostic::error(codes::WRONG_TYPE, subject.span, message);
            faults.push(fault);
            return None;
        }
        Value::Text(_) | Value::Bool(_) | Value::Word(_) | Value::Absent => {
            let labels = arms.iter().map(|(label, _)| label.value.as_str());
            let near = word.and_then(|word| spelling::nearest(word, labels));
            let misspelt = arms.iter().find(|(label, _)| near == Some(&*label.value));
            // A text is anybody's: it is what was given that is wrong, and not the arm.
            let is_text = matches!(value, Value::Text(_));
            if let (None, Some((label, _)), Some(word), false) = (found, misspelt, word, is_text) {
                faults.push(misspelt_arm(label, word, subject));
            } else if found.is_none() {
                let hint =
                    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let message = format!("no arm for `{subject}`, which is `{}`{hint}", value.show());
                let known = arms.iter().map(|(label, _)| format!("`{}`", label.value));
                let known = known.collect::<Vec<_>>().join(", ");
                let fault = Diagnostic::error(codes::MISSING_ARM, span, message);
                faults.push(fault.help(format!("there are arms for {known}")));
            }
        }
    }
    found.map(|(_, arm)| arm)
}

/// The message for the label of an arm that was probably meant to be what the subject is.
fn misspelt_arm(label: &vn_syntax::Spanned<String>, word: &str, subject: &Expr) -> Diagnostic {
    let message = format!(
        "`{subject}` is never `{}`; did you mean `{word}`?",
        label.value
    );
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, label.span, message);
    fault.guess(label.span, word)
}

fn binary(
    operator: Operator,
    (left, right): (&Expr, &Expr),
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let first = eval(left, scope, faults);
    match (operator, &first) {
        (Operator::And, Value::Bool(false) | Value::Absent) => return Value::Bool(false),
        (Operator::Or, Value::Bool(true)) => return Value::Bool(true),
        _ => {}
    }
    let second = eval(right, scope, faults);
    if let Some(name) = hyphenated(operator, (left, &first), (right, &second)) {
        return Value::Word(name);
    }
    let operands = operators::Operands {
        left: (&first, left),
        right: (&second, right),
        scope,
    };
    operators::apply(operator, &operands, faults)
}

/// `low-resource`: two words that nothing has, with a sign between them that is part of names elsewhere.
fn hyphenated(
    operator: Operator,
    (left, first): (&Expr, &Value),
    (right, second): (&Expr, &Value),
) -> Option<String> {
    let (Value::Word(head), Value::Word(tail)) = (first, second) else {
        return None;
    };
    let are_joined = left.span.file == right.span.file && left.span.end + 1 == right.span.start;
    (operator == Operator::Subtract && are_joined).then(|| format!("{head}-{tail}"))
}

fn path_value(path: &Path, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    if path.segments.iter().any(|segment| segment.index.is_some()) {
        let message = format!("`{path}` names one of several, and no value");
        faults.push(Diagnostic::error(codes::WRONG_TYPE, path.span, message));
        return Value::Poison;
    }
    match (path.head(), scope.device()) {
        ("device", Some(device)) => capability(path, device, scope, faults),
        ("device", None) => {
            faults.push(no_device(path));
            Value::Poison
        }
        (name, _) => named(name, path, scope, faults),
    }
}

fn named(name: &str, path: &Path, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    match (name, path.single()) {
        ("true", Some(_)) => return Value::Bool(true),
        ("false", Some(_)) => return Value::Bool(false),
        _ => {}
    }
    match scope.find(&path.dotted(), path.span.file) {
        Some(Found::Value(value)) => value.clone(),
        Some(Found::Field(expr, at)) => field(&path.dotted(), expr, at, path.span, faults),
        None if name == "used" && path.single().is_none() => {
            faults.push(no_use(path));
            Value::Poison
        }
        None => Value::Word(path.to_string()),
    }
}

/// The value of a field. What it refers to is evaluated before it, so that a chain of references,
/// however long, takes no more stack than one.
fn field(
    name: &str,
    expr: &Expr,
    at: &Scope<'_>,
    span: Span,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let known = at.progress().known.get(name).cloned();
    if let Some(value) = known {
        return value;
    }
    let is_open = |name: &str| at.progress().open.iter().any(|open| open == name);
    if is_open(name) {
        // `memory = memory` means the parameter outside.
        match at.outer.and_then(|outer| outer.find(name, span.file)) {
            Some(Found::Value(value)) => return value.clone(),
            Some(Found::Field(..)) | None => {}
        }
        let message = format!("`{name}` depends on itself");
        faults.push(Diagnostic::error(codes::SELF_REFERENCE, span, message));
        return Value::Poison;
    }
    at.progress().open.push(name.to_owned());
    for (first, expr) in references::in_order(name, expr, at) {
        if !is_open(first) && !at.progress().known.contains_key(first) {
            at.progress().open.push(first.to_owned());
            closed(first, expr, at, faults);
        }
    }
    closed(name, expr, at, faults)
}

/// The value of the field that was opened last.
fn closed(name: &str, expr: &Expr, at: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let value = eval(expr, at, faults);
    let mut progress = at.progress();
    progress.open.pop();
    progress.known.insert(name.to_owned(), value.clone());
    value
}

fn capability(
    path: &Path,
    device: &Capabilities,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let dotted = path.dotted();
    let name = dotted.strip_prefix("device.").unwrap_or_default();
    if let Some(value) = scope.capability(name) {
        return value.clone();
    }
    faults.push(no_capability(path, name, device));
    Value::Poison
}

/// The message for `device.memory` where no device is in sight.
pub fn no_device(path: &Path) -> Diagnostic {
    let message = format!("`{path}` has no meaning here: no device is in sight");
    Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message)
}

/// The message for `used.memory` where nobody knows what is used.
pub fn no_use(path: &Path) -> Diagnostic {
    let message =
        format!("`{path}` has no meaning here: only a `cost` and a `metric` know what is used");
    Diagnostic::error(codes::MISPLACED, path.span, message)
}

/// The message for a capability that no device has.
pub fn no_capability(path: &Path, name: &str, device: &Capabilities) -> Diagnostic {
    let message = format!("`{path}`: no such capability");
    let group = name.split_once('.').map(|(group, _)| format!("{group}."));
    let inside: Vec<&str> = group
        .iter()
        .flat_map(|group| {
            device
                .keys()
                .filter_map(|key| key.strip_prefix(group.as_str()))
        })
        .collect();
    let known = device.keys().map(String::as_str);
    let within = format!("{name}.");
    let parts = known.clone().filter(|key| key.starts_with(&within));
    let parts: Vec<String> = parts.map(|key| format!("`device.{key}`")).collect();
    if !parts.is_empty() {
        let message = format!("`{path}` is no value by itself");
        let fault = Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message);
        return fault.help(format!("ask for {}", parts.join(" or ")));
    }
    let message = match group {
        Some(group) if !inside.is_empty() => {
            let names = inside
                .iter()
                .map(|n| format!("`{n}`"))
                .collect::<Vec<_>>()
                .join(", ");
            format!("{message}; `{}` has {names}", group.trim_end_matches('.'))
        }
        _ => format!("{message}{}", spelling::hint(name, known.clone())),
    };
    let fault = Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message);
    match spelling::nearest(name, known.clone()) {
        Some(near) => fault.help(format!("write `device.{near}`")),
        None => fault.help(format!(
            "a device has {}",
            known.collect::<Vec<_>>().join(", ")
        )),
    }
}

fn call(path: &Path, args: &[Arg], scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Value {
    let mut values = Vec::new();
    for arg in args {
        match (&arg.name, &arg.value) {
            (None, ArgValue::Expr(value)) => values.push(eval(value, scope, faults)),
            (Some(name), ArgValue::Expr(_)) => {
                let message = format!("`{path}` has no argument `{}`", name.value);
                faults.push(Diagnostic::error(codes::UNKNOWN_NAME, name.span, message));
            }
            (_, ArgValue::Route(from, to)) => {
                let message = format!("`{from} -> {to}` is a route, and no value");
                let span = from.span.to(to.span);
                faults.push(Diagnostic::error(codes::WRONG_TYPE, span, message));
            }
        }
    }
    let pair = |pick: fn(std::cmp::Ordering) -> bool, values: &[Value]| match values {
        [Value::Quantity(a), Value::Quantity(b)] if a.dimension == b.dimension => Some(
            Value::Quantity(if pick(a.value.cmp(&b.value)) { a } else { b }.clone()),
        ),
        _ => None,
    };
    let picked = match path.single() {
        Some("min") => pair(std::cmp::Ordering::is_le, &values),
        Some("max") => pair(std::cmp::Ordering::is_ge, &values),
        _ => None,
    };
    picked.unwrap_or_else(|| Value::Made(path.to_string(), values))
}

/// `${name}` replaced by the value of the parameter.
fn interpolated(text: &str, span: Span, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        result.push_str(before);
        result.push_str(&inserted(name.trim(), span, scope, faults));
        rest = tail;
        if result.len() > LONGEST_TEXT {
            let message = format!("the text becomes longer than {LONGEST_TEXT} bytes");
            faults.push(Diagnostic::error(codes::OUT_OF_RANGE, span, message));
            return String::new();
        }
    }
    result.push_str(rest);
    result
}

fn inserted(name: &str, span: Span, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> String {
    let value = match scope.find(name, span.file) {
        Some(Found::Value(value)) => value.clone(),
        Some(Found::Field(expr, at)) => field(name, expr, at, span, faults),
        None => {
            let hint = spelling::hint(name, scope.names());
            let message = format!("no parameter `{name}`{hint}");
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, span, message));
            Value::Poison
        }
    };
    value.word().map_or_else(|| value.show(), str::to_owned)
}
