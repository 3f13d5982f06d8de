//! `given`: what happens in a test.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed as _, ToPrimitive as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Event, SiteIx, SlotRole};
use crate::declared::Member;
use crate::declared::{Arg, ArgValue, Expr, ExprKind, Operator, Path};
use crate::eval::eval;
use crate::proofs::{self, Ground};
use crate::quantity::BigRational;
use crate::selector;
use crate::spelling;
use crate::strangers::stranger;
use crate::value::Value;

/// What can happen, as it is written.
const EVENTS: [&str; 5] = ["lost", "partition", "join", "demand", "replan"];

/// What `given` says.
#[derive(Clone, Debug)]
pub enum Given {
    /// Something happens.
    Event(Event),
    /// The plan is made anew afterwards.
    Replan,
}

/// Reads one event.
pub fn given(expr: &Expr, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<Given> {
    let event = match &expr.kind {
        ExprKind::Broken => return None,
        ExprKind::Path(path) if path.single() == Some("replan") => return Some(Given::Replan),
        ExprKind::Call(path, args) => {
            let call = Call::of(expr, args);
            match path.single() {
                Some("lost") => lost(&call, ground, faults),
                Some("partition") => partition(&call, ground, faults),
                Some("join") => join(&call, ground, faults),
                Some("demand") => demand(expr, None, ground, faults),
                _ => unknown(expr, &path.to_string(), faults),
            }
        }
        ExprKind::Binary(Operator::Multiply, left, right) if is_demand(left) => {
            demand(left, Some(right), ground, faults)
        }
        ExprKind::Binary(Operator::Multiply, left, right) if is_demand(right) => {
            demand(right, Some(left), ground, faults)
        }
        _ => unknown(expr, &expr.to_string(), faults),
    };
    event.map(Given::Event)
}

fn unknown(expr: &Expr, word: &str, faults: &mut Vec<Diagnostic>) -> Option<Event> {
    let hint = if EVENTS.contains(&word) {
        String::new()
    } else {
        spelling::hint(word, EVENTS)
    };
    let message = format!("no event `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
    faults.push(fault.help(
        "write `lost(x)`, `lost(x, n, in_each = site)`, `partition(a, b)`, `join(profile * n, site)`, `demand(app) * 2` or `replan`",
    ));
    None
}

/// The arguments of an event.
struct Call<'e> {
    span: Span,
    places: Vec<&'e Expr>,
    named: BTreeMap<&'e str, (Span, &'e Expr)>,
}

impl<'e> Call<'e> {
    fn of(expr: &Expr, args: &'e [Arg]) -> Self {
        let mut call = Self {
            span: expr.span,
            places: Vec::new(),
            named: BTreeMap::new(),
        };
        for arg in args {
            match (&arg.name, &arg.value) {
                (Some(name), ArgValue::Expr(value)) => {
                    call.named.insert(&name.value, (name.span, value));
                }
                (None, ArgValue::Expr(value)) => call.places.push(value),
                (_, ArgValue::Route(..)) => {}
            }
        }
        call
    }

    fn wrong(&self, form: &str, faults: &mut Vec<Diagnostic>) -> Option<Event> {
        let message = format!("this is not how `{form}` is written");
        let fault = Diagnostic::error(codes::WRONG_TYPE, self.span, message);
        faults.push(fault.help(format!("write `{form}`")));
        None
    }

    /// Reports named arguments that the event does not have.
    fn only(&self, known: &[&str], faults: &mut Vec<Diagnostic>) {
        for (name, (span, _)) in &self.named {
            if !known.contains(name) {
                // `each = …` is half of what it is called.
                let part = known.iter().find(|one| one.ends_with(&format!("_{name}")));
                let near = spelling::nearest(name, known.iter().copied());
                let near = near.or(part.copied());
                let hint =
                    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let message = format!("the event has no argument `{name}`{hint}");
                let fault = Diagnostic::error(codes::UNKNOWN_NAME, *span, message);
                faults.push(match near {
                    Some(near) => fault.guess(*span, near),
                    None => fault,
                });
            }
        }
    }
}

const LOST: &str = "lost(x, n, in_each = site)";

fn lost(call: &Call<'_>, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<Event> {
    call.only(&["in_each"], faults);
    let in_each = match call.named.get("in_each") {
        Some((_, site)) => Some(site_name(site, ground, faults)?),
        None => None,
    };
    match call.places.as_slice() {
        [which] if in_each.is_none() => Some(Event::Lost(devices(which, ground, faults)?)),
        [which, count] => {
            let (which, number) = (devices(which, ground, faults)?, count);
            let count = count_of(count, ground, faults)?;
            let most: u64 = which
                .iter()
                .filter_map(|ix| ground.fleet.device(*ix))
                .map(|device| match in_each {
                    Some(_) => device.numbers.count(),
                    None => device.count(),
                })
                .sum();
            if count > most {
                let message = format!("{count} cannot be lost: there are {most}");
                faults.push(Diagnostic::error(codes::OUT_OF_RANGE, number.span, message));
                return None;
            }
            Some(Event::LostSome {
                devices: which,
                count,
                in_each,
            })
        }
        _ => call.wrong(LOST, faults),
    }
}

fn partition(call: &Call<'_>, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<Event> {
    call.only(&[], faults);
    let [a, b] = call.places.as_slice() else {
        return call.wrong("partition(a, b)", faults);
    };
    let (from, to) = (devices(a, ground, faults), devices(b, ground, faults));
    let (from, to) = (from?, to?);
    if let Some(both) = from.iter().find(|device| to.contains(device)) {
        let id = ground.fleet.id(*both);
        let message = format!("`{id}` is on both sides of the partition");
        let fault = Diagnostic::error(codes::WRONG_TYPE, b.span, message);
        faults.push(fault.label(a.span, "and here"));
        return None;
    }
    Some(Event::Partition(from, to))
}

fn join(call: &Call<'_>, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<Event> {
    call.only(&[], faults);
    let [who, place] = call.places.as_slice() else {
        return call.wrong("join(profile * n, site)", faults);
    };
    let (profile, count) = match &who.kind {
        ExprKind::Path(path) => (path, 1),
        ExprKind::Binary(Operator::Multiply, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Path(path), _) => (path, count_of(right, ground, faults)?),
            (_, ExprKind::Path(path)) => (path, count_of(left, ground, faults)?),
            _ => return call.wrong("join(profile * n, site)", faults),
        },
        _ => return call.wrong("join(profile * n, site)", faults),
    };
    let profile = hardware(profile, ground, faults);
    let name = site_name(place, ground, faults);
    let (profile, name) = (profile?, name?);
    let at = ground.sites.iter().position(|site| *site == name)?;
    Some(Event::Join {
        profile,
        count,
        site: SiteIx(u32::try_from(at).ok()?),
    })
}

fn hardware(path: &Path, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let name = path.to_string();
    if ground.catalogue.hardware.contains_key(&name) {
        return Some(name);
    }
    let place = (name.as_str(), path.span);
    faults.push(stranger(
        Member::Hardware,
        place,
        ground.catalogue,
        ground.library,
    ));
    None
}

fn is_demand(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(path, _) if path.single() == Some("demand"))
}

fn demand(
    call: &Expr,
    factor: Option<&Expr>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Event> {
    let named = crate::wishes::one_name(call, "demand");
    let (Some(path), Some(factor)) = (named, factor) else {
        let fault = Diagnostic::error(codes::WRONG_TYPE, call.span, "`demand` of what, times what");
        faults.push(fault.help("write `demand(app) * 2`, with the name of a client"));
        return None;
    };
    let client = proofs::slot(path, Some(SlotRole::Client), ground, faults);
    let value = number(factor, ground, faults)?;
    if value.is_negative() {
        let message = format!("demand does not become negative: `{factor}`");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, factor.span, message));
        return None;
    }
    Some(Event::Demand(client?, value))
}

fn number(expr: &Expr, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<BigRational> {
    match eval(expr, ground.scope, faults) {
        Value::Quantity(quantity) if quantity.dimension.is_pure() => Some(quantity.value),
        Value::Poison => None,
        other => {
            let message = format!("`{expr}` is {}, a number is needed", other.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            None
        }
    }
}

fn count_of(expr: &Expr, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<u64> {
    let value = number(expr, ground, faults)?;
    let count = value.is_integer().then(|| value.to_integer().to_u64());
    let count = count.flatten().filter(|count| *count > 0);
    if count.is_none() {
        let message = format!("`{expr}` is no count of at least 1");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    }
    count
}

/// `core`, `store[17].core`, `[a, b]`, a site.
fn devices(
    expr: &Expr,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Vec<DeviceIx>> {
    let items = match &expr.kind {
        ExprKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(expr),
    };
    let mut found = BTreeSet::new();
    for item in items {
        let ExprKind::Path(path) = &item.kind else {
            let message = format!("`{item}` names no device or site");
            faults.push(Diagnostic::error(codes::WRONG_TYPE, item.span, message));
            return None;
        };
        let Some((_, named)) = selector::named(path, ground.fleet) else {
            faults.push(*selector::no_device(path, ground.fleet));
            return None;
        };
        found.extend(named);
    }
    Some(found.into_iter().collect())
}

fn site_name(expr: &Expr, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let name = match &expr.kind {
        ExprKind::Path(path) => path.to_string(),
        _ => expr.to_string(),
    };
    if ground.sites.contains(&name.as_str()) {
        return Some(name);
    }
    let known = ground.sites.iter().copied();
    faults.push(spelling::unknown(
        ("no site", ""),
        (&name, expr.span),
        known,
    ));
    None
}
