//! Parameters: their types, defaults, and what the command line sets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, Span, Spanned};

use crate::analyse::Setting;
use crate::codes;
use crate::declared::{self, Arg, ArgValue, Body, Expr, Name, Param, Path};
use crate::eval::eval;
use crate::references;
use crate::scope::Scope;
use crate::spelling;
use crate::types::{self, Enums, Type};
use crate::value::Value;

/// The enums of a program: its own and those that every program knows.
pub fn enums(program: &Body, faults: &mut Vec<Diagnostic>) -> Enums {
    let mut enums = types::builtin_enums();
    let mut places: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, values) in &program.enums {
        let word = name.value.as_str();
        if let Some(first) = places.get(word) {
            faults.push(declared::twice(word, name.span, *first));
        } else if let Some(known) = enums.get(word) {
            faults.push(not_yours(name, known));
        } else {
            places.insert(word, name.span);
            faults.extend(named_twice(values));
            let values = values.iter().map(|value| value.value.clone());
            enums.insert(name.value.clone(), values.collect());
        }
    }
    enums
}

/// Values that an enum names again.
fn named_twice(values: &[Name]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for value in values {
        match first.get(value.value.as_str()) {
            Some(span) => found.push(declared::twice(&value.value, value.span, *span)),
            None => _ = first.insert(&value.value, value.span),
        }
    }
    found
}

/// An enum of the language keeps its values.
fn not_yours(name: &Name, values: &[String]) -> Diagnostic {
    let message = format!("`{}` is an enum of the language already", name.value);
    let fault = Diagnostic::error(codes::DECLARED_TWICE, name.span, message);
    fault.help(format!(
        "give yours another name; this one has {}",
        values.join(", ")
    ))
}

/// The values of a program's parameters.
pub fn program(
    body: &Body,
    enums: &Enums,
    settings: &[Setting<'_>],
    outer: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Value> {
    for Setting { name, span, .. } in settings {
        if !body.params.iter().any(|param| param.name.value == *name) {
            let known = body.params.iter().map(|param| param.name.value.as_str());
            let message = format!("no parameter `{name}`{}", spelling::hint(name, known));
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, *span, message));
        }
    }
    let set = settings.iter().map(|setting| {
        let value = declared::expr(setting.value.root(), faults);
        (setting.name.to_owned(), value)
    });
    let set = set.collect();
    values(&body.params, (&set, Giver::User), outer, enums, faults)
}

/// Who gives parameters their values.
#[derive(Clone, Copy, Debug)]
pub enum Giver<'a> {
    /// The command line, for the parameters of a program.
    User,
    /// The call of a kind or of a variant; its path, if it is written.
    Call(Option<&'a Path>),
}

/// The values of some parameters: what is given, else their defaults.
pub fn values(
    params: &[Param],
    (given, by): (&BTreeMap<String, Expr>, Giver<'_>),
    outer: &Scope<'_>,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Value> {
    let mut scope = Scope {
        given: Cow::Owned(places(given)),
        visible: outer.visible,
        ..Scope::inside(outer, BTreeMap::new())
    };
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, param) in params.iter().enumerate() {
        let name = &param.name;
        let first = *index.entry(&name.value).or_insert(at);
        if let Some(first) = params.get(first).filter(|_| first != at) {
            faults.push(declared::twice(&name.value, name.span, first.name.span));
        }
    }
    let defaults: Vec<Option<&Expr>> = params
        .iter()
        .map(|param| {
            param
                .default
                .as_ref()
                .filter(|_| !given.contains_key(&param.name.value))
        })
        .collect();
    let find = |name: &str, file| index.get(scope.own_name(name, file)?).copied();
    let (order, circles) = references::order(&defaults, find);
    for (at, from) in circles {
        if let Some((param, from)) = params.get(at).zip(params.get(from)) {
            let fault = circle(param, from, &scope);
            let value = fault.as_ref().map(|_| Value::Poison);
            faults.extend(fault);
            let name = param.name.value.clone();
            scope
                .values
                .to_mut()
                .extend(value.map(|value| (name, value)));
        }
    }
    for param in order.into_iter().filter_map(|at| params.get(at)) {
        let name = &param.name.value;
        let kind = types::resolve(&param.kind, enums, outer, faults);
        if given.get(name).is_none() && param.default.is_none() {
            faults.push(no_value(param, by));
            scope.values.to_mut().insert(name.clone(), Value::Poison);
            continue;
        }
        let value = one(param, &kind, given.get(name), (outer, &scope), faults);
        scope.values.to_mut().insert(name.clone(), value);
    }
    scope.values.into_owned()
}

/// The message for a parameter that nobody gives a value.
fn no_value(param: &Param, by: Giver<'_>) -> Diagnostic {
    let name = &param.name.value;
    let message = format!("parameter `{name}` has no value");
    let at = |span| Diagnostic::error(codes::MISSING_VALUE, span, message.clone());
    match by {
        Giver::User => {
            let help = format!("give it a default, or set it: `--set {name}=…`");
            at(param.name.span).help(help)
        }
        Giver::Call(None) => at(param.name.span).help("give it a default"),
        Giver::Call(Some(path)) => {
            let fault = at(path.span).label(param.name.span, "it has no default either");
            fault.help(format!("write `{path}({name} = …)`"))
        }
    }
}

/// The message for a parameter whose value leads back to it; `n = n` means the name outside.
fn circle(param: &Param, from: &Param, scope: &Scope<'_>) -> Option<Diagnostic> {
    let name = &param.name;
    let value = from.default.as_ref()?;
    let mut paths = value.paths().into_iter();
    let means = |word: &str, file| scope.own_name(word, file) == Some(&name.value);
    let path = paths.find(|path| means(&path.dotted(), path.span.file));
    let span = path.map_or(value.span, |path| path.span);
    let outside = |word: &str| scope.outer.and_then(|outer| outer.find(word, span.file));
    let word = path.map_or_else(|| name.value.clone().into(), Path::dotted);
    if outside(&word).is_some() || scope.values.contains_key(&name.value) {
        return None;
    }
    let message = format!("`{}` depends on itself", name.value);
    let fault = Diagnostic::error(codes::SELF_REFERENCE, span, message);
    Some(fault.label(name.span, "declared here"))
}

/// Where values were given.
pub fn places(given: &BTreeMap<String, Expr>) -> BTreeMap<String, Span> {
    let place = |(name, expr): (&String, &Expr)| (name.clone(), expr.span);
    given.iter().map(place).collect()
}

fn one(
    param: &Param,
    kind: &Type,
    given: Option<&Expr>,
    (outer, inner): (&Scope<'_>, &Scope<'_>),
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let name = &param.name.value;
    let (expr, scope) = match (given, &param.default) {
        (Some(given), _) => (given, outer),
        (None, Some(default)) => (default, inner),
        (None, None) => return Value::Poison,
    };
    let value = match (eval(expr, scope, faults), kind) {
        (Value::Word(word), Type::Text) if given.is_some() => Value::Text(word),
        (value, _) => value,
    };
    let since = faults.len();
    let value = types::check(value, kind, name, expr, faults);
    if given.is_some() {
        let place = param.name.span;
        for fault in faults.iter_mut().skip(since) {
            let text = format!("`{name}` is declared here");
            fault.labels.push(vn_syntax::Label { span: place, text });
        }
    }
    value
}

/// The arguments of a call by the names of the parameters they are for.
pub fn arguments(
    args: &[Arg],
    params: &[Param],
    callee: &str,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Expr> {
    let mut given = BTreeMap::new();
    let mut named = false;
    for (at, arg) in args.iter().enumerate() {
        named |= arg.name.is_some();
        let ArgValue::Expr(value) = &arg.value else {
            continue;
        };
        let by_place = || {
            let param = params.get(at).filter(|_| !named)?;
            Some(Spanned {
                value: param.name.value.clone(),
                span: value.span,
            })
        };
        let Some(name) = arg.name.clone().or_else(by_place) else {
            let message = if named {
                format!("`{value}` has no name, and stands behind arguments that have one")
            } else {
                format!("`{callee}` has {} parameters", params.len())
            };
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, value.span, message);
            // `160,000` in one of them.
            let is_group = value.span.start + 3 == value.span.end
                && value.to_string().bytes().all(|digit| digit == b'0');
            faults.push(if is_group {
                fault.help("thousands are parted by `_`: write `160_000`, say")
            } else {
                fault
            });
            continue;
        };
        if params.iter().all(|param| param.name.value != name.value) {
            let known = params.iter().map(|param| param.name.value.as_str());
            let what = format!("`{callee}` has no parameter");
            let word = (name.value.as_str(), name.span);
            faults.push(spelling::unknown((&what, ""), word, known));
        }
        given.insert(name.value, value.clone());
    }
    given
}
