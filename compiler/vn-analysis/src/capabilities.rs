//! `capability`: what devices have beside what the language knows of.

use std::collections::BTreeMap;

use num_traits::Signed as _;
use vn_syntax::{Diagnostic, Span};

use crate::blueprint::FIELDS;
use crate::codes;
use crate::declared::{self, Body, CapabilityItem};
use crate::machine::{DEVICE_FIELDS, PROFILE_FIELDS};
use crate::quantity::BigRational;
use crate::scope::{Capabilities, Scope};
use crate::typed::Typed;
use crate::types::{self, Enums, Type};
use crate::value::Value;

/// A capability that a program declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilityDecl {
    /// What its values are.
    pub kind: Type,
    /// Whether instances use it up.
    pub consumable: bool,
    /// Its name's place.
    pub span: Span,
}

/// All of them, by name.
pub type Declared = BTreeMap<String, CapabilityDecl>;

/// What a device has of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Under their names, for conditions; those that are not set are absent.
    pub values: Capabilities,
    /// How much there is of those that are used up.
    pub amounts: BTreeMap<String, BigRational>,
    /// What it fails together with: `rack` → `r1`.
    pub labels: BTreeMap<String, String>,
}

/// What a program declares.
pub fn declared(
    program: &Body,
    enums: &Enums,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Declared {
    let mut known = Declared::new();
    for item in &program.capabilities {
        let name = &item.name.value;
        if let Some(first) = known.get(name) {
            faults.push(declared::twice(name, item.name.span, first.span));
        } else if is_taken(name) {
            let message = format!("every device has a `{name}` already");
            let span = item.name.span;
            faults.push(Diagnostic::error(codes::DECLARED_TWICE, span, message));
        } else {
            known.insert(name.clone(), one(item, enums, scope, faults));
        }
    }
    known
}

/// Whether devices or what runs on them have such a field anyway.
fn is_taken(name: &str) -> bool {
    const MORE: [&str; 4] = ["cores", "site", "class", "region"];
    let fields = DEVICE_FIELDS.iter().chain(PROFILE_FIELDS).chain(FIELDS);
    let mut heads = fields.filter_map(|field| field.split('.').next());
    heads.any(|head| head == name) || MORE.contains(&name)
}

fn one(
    item: &CapabilityItem,
    enums: &Enums,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> CapabilityDecl {
    let kind = types::resolve(&item.kind, enums, scope, faults);
    let countable = matches!(
        kind,
        Type::Quantity(..) | Type::Count(_) | Type::Percent(_) | Type::Unknown
    );
    if item.consumable && !countable {
        let message = format!("`{}` cannot be used up: it is no amount", item.name.value);
        let fault = Diagnostic::error(codes::WRONG_TYPE, item.kind.span, message);
        faults.push(fault.help(format!(
            "write `capability {} : Count consumable`, say",
            item.name.value
        )));
    }
    CapabilityDecl {
        kind,
        consumable: item.consumable && countable,
        span: item.name.span,
    }
}

/// What the fields of a device say of them. One that is not set is absent: no condition on it holds,
/// and nothing can be taken from it.
pub fn held(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Held {
    let mut held = Held::default();
    for (name, capability) in typed.scope.capabilities().into_iter().flatten() {
        let value = value(name, capability, typed, faults);
        match (&value, &capability.kind) {
            (Value::Quantity(amount), _) if capability.consumable => {
                held.amounts.insert(name.clone(), amount.value.clone());
            }
            (value, Type::Label) => {
                let label = value.word().map(|word| (name.clone(), word.to_owned()));
                held.labels.extend(label);
            }
            _ => {}
        }
        held.values.insert(name.clone(), value);
    }
    held
}

fn value(
    name: &str,
    capability: &CapabilityDecl,
    typed: &Typed<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Value {
    let Some((value, expr)) = typed.value(name, faults) else {
        return Value::Absent;
    };
    let value = match (value, &capability.kind) {
        // A set of one may leave out its brackets.
        (one @ (Value::Word(_) | Value::Text(_)), Type::Set(_)) => Value::List(vec![one]),
        (value, _) => value,
    };
    match types::check(value, &capability.kind, name, expr, faults) {
        Value::Quantity(amount) if capability.consumable && amount.value.is_negative() => {
            let message = format!("`{name}` must not be negative");
            faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
            Value::Absent
        }
        Value::Poison => Value::Absent,
        value => value,
    }
}

/// What an instance takes of those that are used up: `cameras = 1`.
pub fn claims(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, BigRational> {
    let mut claims = BTreeMap::new();
    let known = typed.scope.capabilities().into_iter().flatten();
    for (name, capability) in known.filter(|(_, known)| known.consumable) {
        if let Value::Quantity(amount) = value(name, capability, typed, faults) {
            claims.insert(name.clone(), amount.value);
        }
    }
    claims
}

/// Reports a capability in a place where only those can stand that are used up.
pub fn not_consumable(name: &str, capability: &CapabilityDecl, span: Span) -> Diagnostic {
    let message = format!("`{name}` is not used up, so that nothing can claim some of it");
    Diagnostic::error(codes::MISPLACED, span, message)
        .label(capability.span, "declared here, without `consumable`")
        .help(format!("to ask for it write `requires device.{name} …`"))
}
