//! Types of parameters, and whether a value has one.

use std::collections::BTreeMap;

use num_traits::{Signed as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Expr, ExprKind, TypeAtom, TypeExpr, unsupported};
use crate::dimensions;
use crate::eval::eval;
use crate::operators;
use crate::quantity::{BigRational, Dimension, Quantity, whole};
use crate::scope::Scope;
use crate::show;
use crate::spelling;
use crate::value::Value;

/// Enums by name, with their values.
pub type Enums = BTreeMap<String, Vec<String>>;

/// What values a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number of a dimension, within bounds.
    Quantity(Dimension, Bounds),
    /// A whole number, not negative.
    Count(Bounds),
    /// A share.
    Percent(Bounds),
    /// Text.
    Text,
    /// `true`, `false`.
    Bool,
    /// One of these words.
    Enum(String, Vec<String>),
    /// A list of a type.
    List(Box<Type>),
    /// A type that was reported as wrong.
    Unknown,
}

/// Lowest and highest allowed.
pub type Bounds = (Option<BigRational>, Option<BigRational>);

/// The enums that every program knows.
pub fn builtin_enums() -> Enums {
    let table: [(&str, &[&str]); 5] = [
        (
            "Preference",
            &["low_resource", "high_performance", "custom"],
        ),
        ("Role", &["backbone", "super", "local", "edge"]),
        (
            "Os",
            &["linux", "android", "ios", "macos", "windows", "browser"],
        ),
        (
            "Arch",
            &["x86_64", "aarch64", "armv7", "armv6", "riscv64", "wasm32"],
        ),
        (
            "DiskKind",
            &["sd", "emmc", "ssd", "nvme", "hdd", "ufs", "flash", "quota"],
        ),
    ];
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    table
        .iter()
        .map(|(name, values)| ((*name).to_owned(), owned(values)))
        .collect()
}

/// The type that is written.
pub fn resolve(written: &TypeExpr, enums: &Enums, faults: &mut Vec<Diagnostic>) -> Type {
    if let [(_, atom)] = written.factors.as_slice() {
        return single(atom, written.span, enums, faults);
    }
    let mut product = dimensions::pure();
    for (divides, atom) in &written.factors {
        let Type::Quantity(dimension, _) = single(atom, written.span, enums, faults) else {
            let message = "only quantities multiply and divide";
            faults.push(Diagnostic::error(codes::WRONG_TYPE, written.span, message));
            return Type::Unknown;
        };
        product = if *divides {
            product.per(&dimension)
        } else {
            product.times(&dimension)
        };
    }
    Type::Quantity(product, (None, None))
}

fn single(atom: &TypeAtom, span: Span, enums: &Enums, faults: &mut Vec<Diagnostic>) -> Type {
    match atom {
        TypeAtom::List(inner) => Type::List(Box::new(resolve(inner, enums, faults))),
        TypeAtom::Named(name, args) => named(name, args, span, enums, faults),
    }
}

fn named(
    name: &str,
    args: &[Expr],
    span: Span,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Type {
    let bounds = bounds(args, faults);
    let quantity = |dimension| Type::Quantity(dimension, bounds.clone());
    match name {
        "Bytes" => quantity(dimensions::bytes()),
        "Time" => quantity(dimensions::time()),
        "Rate" => quantity(dimensions::rate()),
        "Throughput" => quantity(dimensions::throughput()),
        "Cpu" => quantity(dimensions::cores()),
        "Money" => quantity(dimensions::money()),
        "Power" => quantity(dimensions::power()),
        "Energy" => quantity(dimensions::energy()),
        "Number" => quantity(dimensions::pure()),
        "Count" => Type::Count(bounds),
        "Percent" => Type::Percent(bounds),
        "Text" => Type::Text,
        "Bool" => Type::Bool,
        "Set" | "Label" => {
            faults.push(unsupported(span, name));
            Type::Unknown
        }
        _ => {
            if let Some(values) = enums.get(name) {
                return Type::Enum(name.to_owned(), values.clone());
            }
            faults.push(unknown_type(name, span, enums));
            Type::Unknown
        }
    }
}

fn unknown_type(name: &str, span: Span, enums: &Enums) -> Diagnostic {
    const NAMES: [&str; 13] = [
        "Bytes",
        "Time",
        "Rate",
        "Throughput",
        "Cpu",
        "Money",
        "Power",
        "Energy",
        "Number",
        "Count",
        "Percent",
        "Text",
        "Bool",
    ];
    let known = NAMES.into_iter().chain(enums.keys().map(String::as_str));
    let hint = spelling::hint(name, known);
    Diagnostic::error(codes::UNKNOWN_NAME, span, format!("no type `{name}`{hint}"))
}

fn bounds(args: &[Expr], faults: &mut Vec<Diagnostic>) -> Bounds {
    let scope = Scope::default();
    let mut number = |expr: &Expr| match eval(expr, &scope, faults) {
        Value::Quantity(quantity) => Some(quantity.value),
        _ => None,
    };
    match args {
        [
            Expr {
                kind: ExprKind::Range(low, high),
                ..
            },
        ] => (number(low), high.as_ref().and_then(|high| number(high))),
        _ => (None, None),
    }
}

/// The value where it has the type; reports it otherwise. `what` is the parameter or field.
pub fn check(
    value: Value,
    kind: &Type,
    what: &str,
    expr: &Expr,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let fault = match (&value, kind) {
        (Value::Poison, _)
        | (_, Type::Unknown)
        | (Value::Text(_), Type::Text)
        | (Value::Bool(_), Type::Bool) => None,
        (Value::Quantity(q), Type::Quantity(dimension, bounds)) => {
            wrong_dimension(q, dimension, what, expr).or_else(|| out_of(q, bounds, what, expr))
        }
        (Value::Quantity(q), Type::Count(bounds)) => {
            wrong_dimension(q, &dimensions::pure(), what, expr)
                .or_else(|| {
                    (!q.value.is_integer() || q.value.is_negative())
                        .then(|| not_whole(q, what, expr))
                })
                .or_else(|| out_of(q, bounds, what, expr))
        }
        (Value::Quantity(q), Type::Percent(bounds)) => {
            wrong_dimension(q, &dimensions::pure(), what, expr)
                .or_else(|| out_of(q, bounds, what, expr))
        }
        (Value::Word(word), Type::Enum(name, values)) => {
            (!values.contains(word)).then(|| not_a_value(word, name, values, expr))
        }
        (Value::List(items), Type::List(inner)) => {
            for item in items {
                check(item.clone(), inner, what, expr, faults);
            }
            None
        }
        (Value::Word(word), _) => Some(operators::unknown_name(word, expr.span, &Scope::default())),
        (other, kind) => Some(wrong_kind(other, kind, what, expr)),
    };
    match fault {
        Some(fault) => {
            faults.push(fault);
            Value::Poison
        }
        None => value,
    }
}

fn wrong_kind(value: &Value, kind: &Type, what: &str, expr: &Expr) -> Diagnostic {
    let needed = match kind {
        Type::Quantity(dimension, _) => dimensions::in_words(dimension),
        Type::Count(_) => "a whole number".to_owned(),
        Type::Percent(_) => "a percentage".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Enum(name, values) => format!("a `{name}`: {}", values.join(", ")),
        Type::List(_) => "a list".to_owned(),
        Type::Unknown => "something else".to_owned(),
    };
    let message = format!("`{what}` needs {needed}; `{expr}` is {}", value.kind());
    Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
}

/// The fault of a quantity that does not measure what is needed.
pub fn wrong_dimension(
    quantity: &Quantity,
    needed: &Dimension,
    what: &str,
    expr: &Expr,
) -> Option<Diagnostic> {
    let found = dimensions::without_currency(&quantity.dimension);
    if found == *needed {
        return None;
    }
    let unit = dimensions::example_unit(needed);
    if let (true, Some(unit), ExprKind::Quantity(_, text)) = (found.is_pure(), unit, &expr.kind) {
        let message = format!("`{what} = {text}` has no unit");
        let fault = Diagnostic::error(codes::NO_UNIT, expr.span, message);
        return Some(fault.help(format!("write `{text} {unit}`, say")));
    }
    let shown = show::quantity(quantity);
    let text = expr.to_string();
    let evaluated = if shown == text || text.len() < 12 {
        String::new()
    } else {
        format!(" ({shown})")
    };
    let message = format!(
        "`{what}` needs {}; `{text}`{evaluated} is {}",
        dimensions::in_words(needed),
        dimensions::in_words(&quantity.dimension),
    );
    Some(Diagnostic::error(codes::WRONG_TYPE, expr.span, message))
}

fn out_of(quantity: &Quantity, bounds: &Bounds, what: &str, expr: &Expr) -> Option<Diagnostic> {
    let (low, high) = bounds;
    let below = low.as_ref().is_some_and(|low| quantity.value < *low);
    let above = high.as_ref().is_some_and(|high| quantity.value > *high);
    let shown = |value: &BigRational| {
        show::quantity(&Quantity::new(value.clone(), quantity.dimension.clone()))
    };
    let end = |end: &Option<BigRational>| end.as_ref().map_or_else(String::new, shown);
    (below || above).then(|| {
        let message = format!(
            "{what} {} is outside {}..{}",
            shown(&quantity.value),
            end(low),
            end(high)
        );
        Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message)
    })
}

fn not_whole(quantity: &Quantity, what: &str, expr: &Expr) -> Diagnostic {
    let message = format!(
        "`{what}` needs a whole number; it is {}",
        show::quantity(quantity)
    );
    Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
}

fn not_a_value(word: &str, name: &str, values: &[String], expr: &Expr) -> Diagnostic {
    let hint = spelling::hint(word, values.iter().map(String::as_str));
    let message = format!("no {name} `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
    fault.help(format!("one of {}", values.join(", ")))
}

/// A share of one, 0..1, as `availability`, `usable` and `reserve` are.
pub fn share(
    quantity: &Quantity,
    what: &str,
    expr: &Expr,
    faults: &mut Vec<Diagnostic>,
) -> Option<BigRational> {
    if let Some(fault) = wrong_dimension(quantity, &dimensions::pure(), what, expr) {
        faults.push(fault);
        return None;
    }
    if quantity.value >= BigRational::zero() && quantity.value <= whole(1) {
        return Some(quantity.value.clone());
    }
    let message = format!(
        "{what} {} is outside 0%..100%",
        show::percent(&quantity.value)
    );
    faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    None
}
