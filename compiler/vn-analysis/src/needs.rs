//! Needs with their routes.

use num_traits::{Signed as _, ToPrimitive as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Need, Slot, SlotIx};
use crate::conditions::Condition;
use crate::connection::Network;
use crate::declared::{Expr, Field, Fields, NeedClause, Path};
use crate::dimensions;
use crate::edges::Edge;
use crate::eval::eval;
use crate::provision::Provision;
use crate::quantity::{BigRational, whole};
use crate::routes::{self, Ends};
use crate::scope::Scope;
use crate::spelling;
use crate::tiers::Tiers;
use crate::typed::{self, Typed};
use crate::types::Enums;
use crate::value::Value;

/// Fields of a `needs`.
pub const FIELDS: &[&str] = &["rate", "fanout", "payload"];

/// What needs are made against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices and paths.
    pub network: Network<'a>,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
    /// `heal.order`.
    pub healing: &'a Tiers,
}

/// Makes a need between two slots.
pub fn need(
    edge: &Edge<'_>,
    (consumer, from): (SlotIx, &Slot),
    (server, to): (SlotIx, &Slot),
    provision: &Provision,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Need {
    let clause = edge.clause;
    let tiers = Tiers::of(&clause.tiers, ground.network.fleet, ground.enums, faults);
    faults.extend(named_twice(clause));
    let typed = Typed {
        fields: &clause.body.fields,
        scope: ground.scope,
    };
    typed::only(typed.fields, FIELDS, "need", faults);
    let bound = |name: &str, written: &Option<Expr>, faults: &mut Vec<Diagnostic>| {
        duration(name, written.as_ref()?, ground.scope, faults)
    };
    let within = bound("within", &clause.within, faults);
    let degraded = bound("degraded", &clause.degraded, faults);
    faults.extend(upside_down(clause, within.as_ref(), degraded.as_ref()));
    let at_least = clause.at_least.as_ref();
    let at_least = at_least.and_then(|name| variant(name, to, faults));
    let condition = condition(clause, provision, ground);
    let ends = Ends {
        consumer: from,
        variants: edge.variants.as_deref(),
        server: to,
        at_least,
    };
    let routes = if condition.check(faults) {
        routes::routes(&ends, clause, (&tiers, &condition), ground, faults)
    } else {
        Vec::new()
    };
    let copies = clause.copies.as_ref();
    let copies = copies.and_then(|written| self::copies(written, ground.scope, faults));
    Need {
        consumer,
        variants: edge.variants.clone(),
        server,
        within,
        degraded,
        fanout: typed
            .amount("fanout", &dimensions::pure(), faults)
            .unwrap_or_else(|| whole(1)),
        rate: typed.amount("rate", &dimensions::throughput(), faults),
        copies: copies.unwrap_or(1),
        at_least,
        write: clause.write,
        balanced: clause.balanced,
        deferred: clause.deferred,
        payload: typed.amount("payload", &dimensions::bytes(), faults),
        optional: clause.optional,
        routes,
        tiers: tiers.names(),
        span: clause.span,
    }
}

/// The condition of a need.
pub fn condition<'a>(
    clause: &'a NeedClause,
    provision: &'a Provision,
    ground: &Ground<'a>,
) -> Condition<'a> {
    Condition {
        written: clause.condition.as_ref(),
        network: ground.network,
        provision,
        scope: ground.scope,
    }
}

/// A tier that stands in a list before already decides nothing there.
fn named_twice(clause: &NeedClause) -> Option<Diagnostic> {
    let mut tiers = clause.tiers.iter().enumerate();
    let (first, second) = tiers.find_map(|(at, tier)| {
        let mut earlier = clause.tiers.iter().take(at);
        let first = earlier.find(|first| first.to_string() == tier.to_string())?;
        Some((first, tier))
    })?;
    let message = format!("`prefer` names `{second}` twice");
    let fault = Diagnostic::error(codes::DECLARED_TWICE, second.span, message).here("again here");
    Some(fault.label(first.span, "first here"))
}

/// The place of a variant by name.
fn variant(name: &Path, slot: &Slot, faults: &mut Vec<Diagnostic>) -> Option<u32> {
    let word = name.to_string();
    let at = slot.variants.iter().position(|variant| *variant == word);
    if at.is_none() {
        let near = spelling::nearest(&word, slot.variants.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("`{}` has no variant `{word}`{hint}", slot.name);
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
        let fault = fault.label(slot.span, "declared here");
        faults.push(match near {
            Some(near) => fault.guess(name.span, near),
            None => fault.help(format!("from best to worst: {}", slot.variants.join(", "))),
        });
    }
    u32::try_from(at?).ok()
}

/// `* k`.
fn copies(written: &Expr, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Option<u64> {
    let count = match eval(written, scope, faults) {
        Value::Poison => return None,
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => q.value.to_u64(),
        _ => None,
    };
    let fits = count.filter(|count| *count > 0);
    if fits.is_none() {
        let message = format!("`* {written}` must be a count of at least 1");
        faults.push(Diagnostic::error(
            codes::OUT_OF_RANGE,
            written.span,
            message,
        ));
    }
    fits
}

/// What is allowed after a failure cannot be less than what is allowed before it.
fn upside_down(
    clause: &NeedClause,
    within: Option<&BigRational>,
    degraded: Option<&BigRational>,
) -> Option<Diagnostic> {
    let second = clause.degraded.as_ref()?;
    let Some(first) = clause.within.as_ref() else {
        let message = format!("`degraded {second}` loosens a `within` that is not written");
        let fault = Diagnostic::error(codes::MISSING_VALUE, second.span, message);
        return Some(fault.help("write `within T` before it, or leave both out"));
    };
    let (within, degraded) = within.zip(degraded)?;
    if degraded >= within {
        return None;
    }
    let message = format!(
        "`degraded {second}` is less than `within {first}`: a failure makes nothing faster"
    );
    let fault = Diagnostic::error(codes::OUT_OF_RANGE, second.span, message);
    Some(
        fault
            .label(first.span, "without a failure")
            .help("write the longer time after `degraded`"),
    )
}

/// A time above zero, in seconds.
pub fn duration(
    name: &str,
    written: &Expr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<BigRational> {
    let fields = Fields(vec![Field {
        name: name.to_owned(),
        span: written.span,
        value: written.clone().into(),
    }]);
    let typed = Typed {
        fields: &fields,
        scope,
    };
    let seconds = typed.amount(name, &dimensions::time(), faults)?;
    if seconds.is_zero() || seconds.is_negative() {
        faults.push(no_time(name, written.span, &written.to_string()));
        return None;
    }
    Some(seconds)
}

fn no_time(name: &str, span: Span, written: &str) -> Diagnostic {
    let message = match name {
        "within" | "degraded" => format!("`{name} {written}`: nothing answers in no time"),
        _ => format!("`{name} {written}` is no time at all"),
    };
    Diagnostic::error(codes::OUT_OF_RANGE, span, message)
}
