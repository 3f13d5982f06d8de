//! Types of parameters, and whether a value has one.

use std::collections::BTreeMap;

use num_traits::{Signed as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Expr, ExprKind, TypeAtom, TypeExpr};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::measures::Measures;
use crate::operators;
use crate::quantity::{BigRational, Quantity, whole};
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
    /// The name of a group that devices fail together with.
    Label,
    /// A list of a type.
    List(Box<Type>),
    /// Some values of a type, each once.
    Set(Box<Type>),
    /// A type that was reported as wrong.
    Unknown,
}

/// Lowest and highest allowed.
pub type Bounds = (Option<BigRational>, Option<BigRational>);

/// The enums that every program knows.
pub fn builtin_enums() -> Enums {
    let table: [(&str, &[&str]); 7] = [
        (
            "Preference",
            &["low_resource", "high_performance", "custom"],
        ),
        ("NodeKind", &["low_resource", "high_resource", "edge"]),
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
        (
            "GpuKind",
            &["cuda", "rocm", "oneapi", "metal", "vulkan", "opencl"],
        ),
    ];
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    table
        .iter()
        .map(|(name, values)| ((*name).to_owned(), owned(values)))
        .collect()
}

/// The types that are quantities.
/// A type's name and its dimension.
type Named = (&'static str, fn() -> Dimension);

const QUANTITIES: [Named; 9] = [
    ("Bytes", dimensions::bytes),
    ("Time", dimensions::time),
    ("Rate", dimensions::rate),
    ("Throughput", dimensions::throughput),
    ("Cpu", dimensions::cores),
    ("Money", dimensions::money),
    ("Power", dimensions::power),
    ("Energy", dimensions::energy),
    ("Number", dimensions::pure),
];

/// The other types of the language.
const OTHERS: [&str; 6] = ["Count", "Percent", "Text", "Bool", "Set", "Label"];

/// What a type of the language measures; none where it is no quantity.
pub fn dimension_of(name: &str) -> Option<Dimension> {
    let found = QUANTITIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, dimension)| dimension())
}

/// What a written type measures; reports one that is no quantity.
pub fn dimension(
    written: &TypeExpr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Dimension> {
    match resolve(written, &Enums::new(), scope, faults) {
        Type::Quantity(dimension, _) => Some(dimension),
        Type::Count(_) | Type::Percent(_) => Some(dimensions::pure()),
        Type::Unknown => None,
        Type::Text | Type::Bool | Type::Label | Type::Enum(..) | Type::List(_) | Type::Set(_) => {
            faults.push(not_a_quantity(written.span));
            None
        }
    }
}

fn not_a_quantity(span: Span) -> Diagnostic {
    let message = "only quantities multiply and divide";
    Diagnostic::error(codes::WRONG_TYPE, span, message)
}

/// The type that is written.
pub fn resolve(
    written: &TypeExpr,
    enums: &Enums,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Type {
    let at = Names {
        enums,
        scope,
        span: written.span,
    };
    if let [(_, atom)] = written.factors.as_slice() {
        return at.single(atom, faults);
    }
    let mut product = dimensions::pure();
    for (divides, atom) in &written.factors {
        let dimension = match at.single(atom, faults) {
            Type::Quantity(dimension, _) => dimension,
            Type::Count(_) | Type::Percent(_) => dimensions::pure(),
            Type::Unknown => return Type::Unknown,
            Type::Text
            | Type::Bool
            | Type::Label
            | Type::Enum(..)
            | Type::List(_)
            | Type::Set(_) => {
                faults.push(not_a_quantity(written.span));
                return Type::Unknown;
            }
        };
        product = if *divides {
            product.per(&dimension)
        } else {
            product.times(&dimension)
        };
    }
    Type::Quantity(product, (None, None))
}

/// What the names in a type can be.
struct Names<'a> {
    enums: &'a Enums,
    scope: &'a Scope<'a>,
    span: Span,
}

impl Names<'_> {
    fn single(&self, atom: &TypeAtom, faults: &mut Vec<Diagnostic>) -> Type {
        match atom {
            TypeAtom::List(inner) => {
                Type::List(Box::new(resolve(inner, self.enums, self.scope, faults)))
            }
            TypeAtom::Named(name, args) => self.named(name, args, faults),
        }
    }

    fn named(&self, name: &str, args: &[Expr], faults: &mut Vec<Diagnostic>) -> Type {
        if name == "Set" {
            return self.set(args, faults);
        }
        if let Some(dimension) = self.quantity(name) {
            let bounds = self.bounds(args, Some(&dimension), faults);
            return Type::Quantity(dimension, bounds);
        }
        let plain = match name {
            "Count" => return Type::Count(self.bounds(args, Some(&dimensions::pure()), faults)),
            "Percent" => return Type::Percent(self.percents(args, faults)),
            "Text" => Type::Text,
            "Bool" => Type::Bool,
            "Label" => Type::Label,
            _ => {
                if let Some(values) = self.enums.get(name) {
                    Type::Enum(name.to_owned(), values.clone())
                } else {
                    faults.push(self.unknown(name));
                    return Type::Unknown;
                }
            }
        };
        self.bounds(args, None, faults);
        plain
    }

    fn quantity(&self, name: &str) -> Option<Dimension> {
        let own = self.scope.measures().and_then(|own| own.kind(name));
        own.cloned().or_else(|| dimension_of(name))
    }

    /// `Set(camera, lidar)`, `Set(Text)`, `Set(Tier)`.
    fn set(&self, args: &[Expr], faults: &mut Vec<Diagnostic>) -> Type {
        let words = args.iter().map(|arg| match &arg.kind {
            ExprKind::Path(path) => path.single(),
            _ => None,
        });
        let inner = match words.collect::<Option<Vec<&str>>>().as_deref() {
            Some([]) | None => {
                let message = "a set is of a type, or of words";
                let fault = Diagnostic::error(codes::WRONG_TYPE, self.span, message);
                faults.push(fault.help("write `Set(Text)`, or `Set(camera, lidar)`, say"));
                return Type::Unknown;
            }
            Some(["Text"]) => Type::Text,
            Some([name]) if self.enums.contains_key(*name) => self.named(name, &[], faults),
            Some(words) => {
                let words = words.iter().map(|word| (*word).to_owned()).collect();
                Type::Enum("word".to_owned(), words)
            }
        };
        Type::Set(Box::new(inner))
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let quantities = QUANTITIES.iter().map(|(name, _)| *name);
        let own = self.scope.measures().into_iter().flat_map(Measures::kinds);
        let enums = self.enums.keys().map(String::as_str);
        let known = quantities.chain(OTHERS).chain(own).chain(enums);
        let near = spelling::nearest(name, known);
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("no type `{name}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, self.span, message);
        match near {
            Some(_) => fault,
            None => fault.help(format!(
                "for a type of your own write `enum {name} {{ … }}`, or `unit … : {name}` for what it is counted in"
            )),
        }
    }

    /// A range of percentages may leave out the sign: `Percent(0..100)`.
    fn percents(&self, args: &[Expr], faults: &mut Vec<Diagnostic>) -> Bounds {
        let (low, high) = self.bounds(args, Some(&dimensions::pure()), faults);
        let plain = matches!(args, [Expr { kind: ExprKind::Range(low, high), .. }]
            if [Some(low), high.as_ref()].into_iter().flatten().all(|end| !end.to_string().ends_with('%')));
        let share = |end: BigRational| if plain { end / whole(100) } else { end };
        (low.map(share), high.map(share))
    }

    fn bounds(
        &self,
        args: &[Expr],
        dimension: Option<&Dimension>,
        faults: &mut Vec<Diagnostic>,
    ) -> Bounds {
        match (args, dimension) {
            (
                [
                    Expr {
                        kind: ExprKind::Range(low, high),
                        span,
                    },
                ],
                Some(dimension),
            ) => {
                let low = self.bound(low, dimension, faults);
                let high = high.as_ref();
                let high = high.and_then(|high| self.bound(high, dimension, faults));
                if let (Some(least), Some(most)) = (&low, &high)
                    && least > most
                {
                    let message = "the range is empty: it ends before it begins";
                    faults.push(Diagnostic::error(codes::OUT_OF_RANGE, *span, message));
                    return (None, None); // Nothing is inside: what is outside is not said too.
                }
                (low, high)
            }
            ([], _) => (None, None),
            ([first, ..], _) => {
                let message = format!("`{first}` is no range");
                let fault = Diagnostic::error(codes::WRONG_TYPE, first.span, message);
                faults.push(match dimension {
                    Some(_) => fault.help("write `Count(1..50)`, say"),
                    None => fault.help("only numbers have a range"),
                });
                (None, None)
            }
        }
    }

    fn bound(
        &self,
        end: &Expr,
        dimension: &Dimension,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<BigRational> {
        match eval(end, self.scope, faults) {
            Value::Quantity(quantity) => {
                let wrong = wrong_dimension(&quantity, dimension, "the range", end);
                let right = wrong.is_none();
                faults.extend(wrong);
                right.then_some(quantity.value)
            }
            _ => None,
        }
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
        | (Value::Bool(_), Type::Bool)
        | (Value::Text(_) | Value::Word(_), Type::Label) => None,
        (Value::Quantity(q), Type::Quantity(dimension, bounds)) => {
            wrong_dimension(q, dimension, what, expr).or_else(|| out_of(q, bounds, what, expr))
        }
        (Value::Quantity(q), Type::Count(bounds)) => {
            wrong_dimension(q, &dimensions::pure(), what, expr)
                .or_else(|| (!q.value.is_integer()).then(|| not_whole(q, what, expr)))
                .or_else(|| q.value.is_negative().then(|| negative(q, what, expr)))
                .or_else(|| out_of(q, bounds, what, expr))
        }
        (Value::Quantity(q), Type::Percent(bounds)) => {
            wrong_dimension(q, &dimensions::pure(), what, expr)
                .or_else(|| no_percent(expr, what))
                .or_else(|| outside(q, bounds, what, expr, &show::percent))
        }
        (Value::Word(word), Type::Enum(name, values)) => {
            (!values.contains(word)).then(|| not_a_value(word, name, values, expr))
        }
        (Value::List(items), Type::List(inner) | Type::Set(inner)) => {
            let before = faults.len();
            for (at, item) in items.iter().enumerate() {
                let written = match &expr.kind {
                    ExprKind::List(written) => written.get(at),
                    _ => None,
                };
                check(item.clone(), inner, what, written.unwrap_or(expr), faults);
            }
            if faults.len() > before {
                return Value::Poison;
            }
            None
        }
        (Value::Word(word), Type::Bool) => Some(not_a_value(
            word,
            "truth value",
            &["true".to_owned(), "false".to_owned()],
            expr,
        )),
        (Value::Word(word), kind) => {
            let fault = operators::unknown_name(word, expr.span, &Scope::default());
            Some(match kind {
                Type::Text => operators::no_text(word, fault),
                _ => fault,
            })
        }
        (other, kind) => Some(wrong_kind(&other.kind(), kind, what, expr)),
    };
    match fault {
        Some(fault) => {
            faults.push(fault);
            Value::Poison
        }
        None => value,
    }
}

/// The message for a value that is something else altogether.
pub fn wrong_kind(found: &str, kind: &Type, what: &str, expr: &Expr) -> Diagnostic {
    let needed = match kind {
        Type::Quantity(dimension, _) => dimensions::in_words(dimension),
        Type::Count(_) => "a whole number".to_owned(),
        Type::Percent(_) => "a percentage".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Enum(name, values) => format!("a `{name}`: {}", values.join(", ")),
        Type::Label => "a name".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::Set(_) => "a set: `[…]`".to_owned(),
        Type::Unknown => "something else".to_owned(),
    };
    let message = format!("`{what}` needs {needed}; `{expr}` is {found}");
    let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
    match kind {
        Type::Enum(_, values) => bare(fault, expr, |text| values.iter().any(|one| one == text)),
        Type::Quantity(..) | Type::Count(_) | Type::Percent(_) => bare(fault, expr, is_number),
        _ => fault,
    }
}

/// Whether a text looks like a number, with or without a unit.
pub fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The same for a text that would do without its quotes.
pub fn bare(fault: Diagnostic, expr: &Expr, would_do: impl Fn(&str) -> bool) -> Diagnostic {
    let written = expr.to_string();
    let text = written
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match text.filter(|text| would_do(text)) {
        Some(text) => fault.guess(expr.span, text),
        None => fault,
    }
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
        let message = if what.ends_with(')') {
            let needed = dimensions::in_words(needed);
            format!("`{text}` has no unit; `{what}` is {needed}")
        } else {
            format!("`{what} = {text}` has no unit")
        };
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

/// A bare `15` is 1500%: hardly what is meant.
pub fn no_percent(expr: &Expr, what: &str) -> Option<Diagnostic> {
    let ExprKind::Quantity(quantity, text) = &expr.kind else {
        return None;
    };
    if text.ends_with('%') || quantity.value <= whole(1) {
        return None;
    }
    let message = format!("`{what} = {text}` has no `%`");
    let fault = Diagnostic::error(codes::NO_UNIT, expr.span, message);
    let is = format!("as it stands it is {}", show::percent(&quantity.value));
    Some(fault.here(is).help(format!("write `{text}%`")))
}

fn out_of(quantity: &Quantity, bounds: &Bounds, what: &str, expr: &Expr) -> Option<Diagnostic> {
    let shown = |value: &BigRational| {
        show::quantity(&Quantity::new(value.clone(), quantity.dimension.clone()))
    };
    outside(quantity, bounds, what, expr, &shown)
}

fn outside(
    quantity: &Quantity,
    (low, high): &Bounds,
    what: &str,
    expr: &Expr,
    shown: &dyn Fn(&BigRational) -> String,
) -> Option<Diagnostic> {
    let below = low.as_ref().is_some_and(|low| quantity.value < *low);
    let above = high.as_ref().is_some_and(|high| quantity.value > *high);
    let end = |end: &Option<BigRational>| end.as_ref().map_or_else(String::new, shown);
    (below || above).then(|| {
        let value = shown(&quantity.value);
        let message = format!("{what} {value} is outside {}..{}", end(low), end(high));
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

/// A count that comes to less than nothing.
fn negative(quantity: &Quantity, what: &str, expr: &Expr) -> Diagnostic {
    let message = format!(
        "`{what}` counts something, and cannot be {}",
        show::quantity(quantity)
    );
    Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message)
}

/// The message for a word that an enum does not have.
pub fn not_a_value(word: &str, name: &str, values: &[String], expr: &Expr) -> Diagnostic {
    no_value(word, name, values, expr.span)
}

/// The same, where it is no expression.
pub fn no_value(word: &str, name: &str, values: &[String], span: Span) -> Diagnostic {
    let near = spelling::nearest(word, values.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    // Programs write `kind = …`, and never the name of this enum.
    let what = if name == "NodeKind" {
        "kind of a node"
    } else {
        name
    };
    let message = format!("no {what} `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    if near.is_none() && is_rest(word) {
        return fault
            .help("the arm of all others is `_ => …`")
            .guess(span, "_");
    }
    let fault = fault.help(format!("one of {}", values.join(", ")));
    match near {
        Some(near) => fault.guess(span, near),
        None => fault,
    }
}

/// Whether other languages write it where `_` is meant.
pub fn is_rest(word: &str) -> bool {
    matches!(word, "else" | "default" | "otherwise")
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
    if let Some(fault) = no_percent(expr, what) {
        faults.push(fault);
        return None;
    }
    let message = format!(
        "{what} {} is outside 0%..100%",
        show::percent(&quantity.value)
    );
    faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    None
}
