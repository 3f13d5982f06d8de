//! Fields with the types that their readers expect.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::blame;
use crate::blueprint;
use crate::capabilities;
use crate::codes;
use crate::currency::Currency;
use crate::declared::{Expr, Field, Fields};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::operators;
use crate::quantity::{BigRational, Quantity, whole};
use crate::scope::Scope;
use crate::show;
use crate::spelling;
use crate::types;
use crate::units;
use crate::unknown_fields;
use crate::value::Value;

/// Fields with the names that their values can use.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// The fields.
    pub fields: &'a Fields,
    /// The names.
    pub scope: &'a Scope<'a>,
}

impl<'a> Typed<'a> {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'a Field> {
        self.fields.get(name)
    }

    /// Where a field stands, else `otherwise`.
    pub fn span(&self, name: &str, otherwise: Span) -> Span {
        self.field(name).map_or(otherwise, |field| field.span)
    }

    /// Any value; none where the field is not set or was reported.
    pub fn value(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<(Value, &'a Expr)> {
        let field = self.field(name)?;
        match eval(&field.value, self.scope, faults) {
            Value::Poison | Value::Absent => None,
            value => Some((value, &field.value)),
        }
    }

    /// A quantity that is not negative.
    pub fn amount(
        &self,
        name: &str,
        dimension: &Dimension,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<BigRational> {
        let (quantity, _) = self.measured(name, Some(dimension), faults)?;
        self.checked(&quantity, name, dimension, faults)
    }

    /// The same of what is more than nothing; `advice` says what to do where it is none.
    pub fn above_zero(
        &self,
        name: &str,
        dimension: &Dimension,
        advice: &str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<BigRational> {
        let amount = self.amount(name, dimension, faults)?;
        if !amount.is_zero() {
            return Some(amount);
        }
        let span = self.field(name)?.value.span;
        let message = format!("`{name}` must be above zero");
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, span, message);
        faults.push(fault.help(advice));
        None
    }

    /// A value that must measure something, and must not be negative.
    fn checked(
        &self,
        quantity: &Quantity,
        name: &str,
        dimension: &Dimension,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<BigRational> {
        let expr = &self.field(name)?.value;
        let wrong = types::wrong_dimension(quantity, dimension, name, expr).or_else(|| {
            let message = || format!("`{name}` must not be negative");
            let fault = || Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message());
            quantity.value.is_negative().then(fault)
        });
        let wrong = wrong.or_else(|| beyond(quantity, name, expr.span));
        match wrong {
            Some(fault) => {
                let mut fault = if fault.code == codes::OUT_OF_RANGE {
                    fault.here(format!("it is {}", show::quantity(quantity)))
                } else {
                    let needed = format!("needs {}", dimensions::in_words(dimension));
                    let labelled = fault.here(dimensions::in_words(&quantity.dimension));
                    match self.field(name) {
                        Some(field) => labelled.label(field.span, needed),
                        None => labelled,
                    }
                };
                blame::to_the_giver(expr, self.scope, std::slice::from_mut(&mut fault));
                faults.push(fault);
                None
            }
            None => Some(quantity.value.clone()),
        }
    }

    /// Money per month, in the program's one currency.
    pub fn per_month(
        &self,
        name: &str,
        currency: &mut Currency,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<BigRational> {
        let value = self.amount(name, &dimensions::money_per_time(), faults)?;
        let (quantity, expr) = self.quantity(name, &mut Vec::new())?;
        currency.meet(&quantity.dimension, expr.span, faults);
        Some(value * units::month())
    }

    /// A share of one.
    pub fn share(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<BigRational> {
        let (quantity, expr) = self.quantity(name, faults)?;
        types::share(&quantity, name, expr, faults)
    }

    /// A quantity of any dimension.
    pub fn quantity(
        &self,
        name: &str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<(Quantity, &'a Expr)> {
        self.measured(name, None, faults)
    }

    /// A quantity; a value that is none is told what should be measured.
    fn measured(
        &self,
        name: &str,
        dimension: Option<&Dimension>,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<(Quantity, &'a Expr)> {
        let (value, expr) = self.value(name, faults)?;
        if let Value::Quantity(quantity) = value {
            return Some((quantity, expr));
        }
        let unit = dimension.and_then(dimensions::example_unit);
        let needed = match (dimension, unit) {
            (Some(dimension), Some(unit)) => {
                format!("{}, in {unit} say", dimensions::in_words(dimension))
            }
            _ => "a number".to_owned(),
        };
        let fault = self.wrong(name, &needed, &value, expr);
        faults.push(types::bare(fault, expr, types::is_number));
        None
    }

    /// Text or a bare word.
    pub fn text(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<String> {
        let (value, expr) = self.value(name, faults)?;
        let text = value.word().map(str::to_owned);
        if text.is_none() {
            faults.push(self.wrong(name, "text", &value, expr));
        }
        text
    }

    /// One of some words.
    pub fn word(
        &self,
        name: &str,
        allowed: &[String],
        faults: &mut Vec<Diagnostic>,
    ) -> Option<String> {
        let word = self.text(name, faults)?;
        if allowed.contains(&word) {
            return Some(word);
        }
        let field = self.field(name)?;
        let alias = alias(&word).filter(|meant| allowed.iter().any(|one| one == meant));
        let names = allowed.iter().map(String::as_str);
        let near = alias.or_else(|| spelling::nearest(&word, names));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("no `{name}` is called `{word}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, field.value.span, message);
        let fault = fault.help(format!("one of {}", allowed.join(", ")));
        faults.push(match near {
            Some(near) => fault.guess(field.value.span, near),
            None => fault,
        });
        None
    }

    /// `true` or `false`; false where it is not set.
    pub fn truth(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<bool> {
        match self.value(name, faults)? {
            (Value::Bool(truth), _) => Some(truth),
            (other, expr) => {
                faults.push(self.wrong(name, "true or false", &other, expr));
                None
            }
        }
    }

    /// A list of words or texts.
    pub fn texts(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<Vec<String>> {
        let (value, expr) = self.value(name, faults)?;
        let texts = value
            .items()
            .iter()
            .map(|item| item.word().map(str::to_owned));
        let texts: Option<Vec<String>> = texts.collect();
        if texts.is_none() {
            faults.push(self.wrong(name, "a list of texts", &value, expr));
        }
        texts
    }

    fn wrong(&self, name: &str, needed: &str, found: &Value, expr: &Expr) -> Diagnostic {
        match found {
            Value::Word(word) => operators::unknown_name(word, expr.span, self.scope),
            found => {
                let message = format!("`{name}` needs {needed}; `{expr}` is {}", found.kind());
                Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
            }
        }
    }
}

/// More than the planner's integers hold, and than any fleet has.
fn beyond(quantity: &Quantity, name: &str, span: Span) -> Option<Diagnostic> {
    const MOST: i64 = 1_000_000_000_000_000_000;
    const MOST_PER_SECOND: i64 = 1_000_000_000_000;
    let most = if quantity.dimension == dimensions::throughput() {
        MOST_PER_SECOND
    } else {
        MOST
    };
    let most = whole(most);
    (quantity.value > most).then(|| {
        let most = show::quantity(&Quantity::new(most, quantity.dimension.clone()));
        let message = format!("`{name}` is more than {most}, the most that is planned with");
        Diagnostic::error(codes::OUT_OF_RANGE, span, message)
    })
}

/// Reports fields that nothing reads. A name that ends in `.` allows everything below it.
pub fn only(fields: &Fields, known: &[&str], place: &str, faults: &mut Vec<Diagnostic>) {
    let mut groups = BTreeSet::new();
    for field in fields.0.iter().filter(|field| !is_known(field, known)) {
        if is_new(field, known, &mut groups) {
            faults.push(unknown_field(field, known, place));
        }
    }
}

/// Whether an unknown field is the first of its group: `reserves { cpu = …; memory = … }` is one mistake.
fn is_new<'f>(field: &'f Field, known: &[&str], groups: &mut BTreeSet<&'f str>) -> bool {
    let group = |name: &'f str| name.split_once('.').map(|(group, _)| group);
    let is_known = |group: &str| {
        known
            .iter()
            .any(|name| name.split('.').next() == Some(group))
    };
    group(&field.name).is_none_or(|group| is_known(group) || groups.insert(group))
}

fn is_known(field: &Field, known: &[&str]) -> bool {
    let allowed = |name: &str| match name.strip_suffix('.') {
        Some(_) => field.name.starts_with(name),
        None => *field.name == *name,
    };
    known.iter().any(|name| allowed(name))
}

/// The same in a place that knows the program's capabilities: devices have them, and what runs there
/// claims those that are used up.
pub fn only_with(
    fields: &Fields,
    known: &[&str],
    (place, scope): (&str, &Scope<'_>),
    faults: &mut Vec<Diagnostic>,
) {
    const HOLDERS: [&str; 2] = ["device", "hardware profile"];
    let declared = scope.capabilities();
    let own = |field: &Field| declared.and_then(|own| own.get(&*field.name));
    let unknown = |field: &&Field| own(field).is_none() && !is_known(field, known);
    let mut groups = BTreeSet::new();
    for field in fields.0.iter().filter(unknown) {
        if !is_new(field, known, &mut groups) {
            continue;
        }
        let names = declared.into_iter().flat_map(BTreeMap::keys);
        let names = known.iter().copied().chain(names.map(String::as_str));
        let names: Vec<&str> = names.collect();
        faults.push(unknown_field(field, &names, place));
    }
    if HOLDERS.contains(&place) {
        return;
    }
    for field in &fields.0 {
        if let Some(capability) = own(field).filter(|own| !own.consumable) {
            let fault = capabilities::not_consumable(&field.name, capability, field.span);
            faults.push(fault);
        }
    }
}

fn unknown_field(field: &Field, known: &[&str], place: &str) -> Diagnostic {
    if field.name == "preference" && matches!(place, "service" | "client") {
        return of_the_context(field, place);
    }
    if place == "kind" && blueprint::WHOLE.contains(&&*field.name) {
        return of_the_component(field);
    }
    unknown_fields::unknown(field, known, place)
}

/// What others call it.
fn alias(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "arm64" | "armv8" => "aarch64",
        "amd64" | "x64" | "x86" | "x86-64" => "x86_64",
        "armhf" | "arm" => "armv7",
        "osx" | "darwin" | "mac" => "macos",
        "ubuntu" | "debian" | "raspbian" | "fedora" | "alpine" | "arch" => "linux",
        "wasm" => "wasm32",
        "nvidia" => "cuda",
        "amd" | "radeon" => "rocm",
        "intel" => "oneapi",
        "apple" => "metal",
        _ => return None,
    })
}

/// How often a component is there, or is asked, is not its kind's to say.
fn of_the_component(field: &Field) -> Diagnostic {
    let place = if field.name == "demand" {
        "client"
    } else {
        "service"
    };
    let message = format!(
        "`{}` is no field of a kind; it stands at the {place}",
        field.name
    );
    Diagnostic::error(codes::UNKNOWN_ITEM, field.span, message)
}

/// What holds for a component and all below it is said in its context.
fn of_the_context(field: &Field, place: &str) -> Diagnostic {
    let message = format!("`preference` is no field of a {place}; it stands in its context");
    let fault = Diagnostic::error(codes::UNKNOWN_ITEM, field.span, message);
    let right = format!("context {{ preference = {} }}", field.value);
    let whole = field.span.to(field.value.span);
    fault.help(format!("write `{right}`")).guess(whole, right)
}
