//! Which line set an effective value, and which lines it overrode.

use vn_syntax::Span;

use crate::blueprint::{Variant, WHOLE};
use crate::composition::Provenance;
use crate::declared::{Field, Fields};
use crate::eval::eval;
use crate::quantity::{Quantity, whole};
use crate::rules::Verdict;
use crate::scope::Scope;
use crate::value::Value;

/// Fields that are shares of one, however they are written.
const SHARES: [&str; 2] = ["usable", "availability"];

/// A line that sets a field, with whose rule it is where it is not the component's own.
struct Line<'l> {
    span: Span,
    whose: Option<&'l str>,
}

/// The origin of every field of a variant on a device, in the order of the fields, and of its place
/// in the quality order.
pub fn of_option(
    variant: &Variant<'_>,
    verdict: &Verdict<'_>,
    fields: &Fields,
    scope: &Scope<'_>,
) -> Vec<Provenance> {
    let rank = verdict.preferred.clone().map(|line| Provenance {
        value: Value::Quantity(Quantity::pure(whole(verdict.rank.into()))),
        ..line
    });
    let own = |field: &&Field| !WHOLE.contains(&field.name.as_str());
    let fields = fields.0.iter().filter(own);
    fields
        .filter_map(|field| of_field(field, variant, verdict, scope))
        .chain(rank)
        .collect()
}

fn of_field(
    field: &Field,
    variant: &Variant<'_>,
    verdict: &Verdict<'_>,
    scope: &Scope<'_>,
) -> Option<Provenance> {
    let lines = lines(&field.name, variant, verdict);
    let (strongest, weaker) = lines.split_first()?;
    Some(Provenance {
        what: field.name.clone(),
        span: strongest.span,
        through: strongest.whose.map(str::to_owned),
        value: shown(field, scope),
        is_share: is_share(field),
        overrode: weaker.iter().map(|line| line.span).collect(),
    })
}

/// All lines that set a field, the strongest first.
fn lines<'l>(name: &str, variant: &Variant<'_>, verdict: &'l Verdict<'_>) -> Vec<Line<'l>> {
    let of = |layers: &[&Fields]| -> Vec<Line<'l>> {
        let fields = layers.iter().rev().filter_map(|fields| fields.get(name));
        let line = |field: &Field| Line {
            span: field.span,
            whose: None,
        };
        fields.map(line).collect()
    };
    let mut lines = of(&variant.layers.strong);
    let decided = verdict
        .set
        .iter()
        .rev()
        .filter(|set| set.field.name == name);
    lines.extend(decided.map(|set| Line {
        span: set.field.span,
        whose: Some(&set.whose),
    }));
    lines.extend(of(&variant.layers.weak));
    lines
}

/// The origin of every field of a device, from its layers, the weakest first.
pub fn of_device(layers: &[&Fields], scope: &Scope<'_>) -> Vec<Provenance> {
    let mut lines: Vec<Provenance> = Vec::new();
    let fields = layers.iter().flat_map(|fields| &fields.0);
    // What was not measured keeps the floor of the profile.
    for field in fields.filter(|field| field.value.to_string() != "unknown") {
        let line = |overrode| Provenance {
            what: field.name.clone(),
            span: field.span,
            through: None,
            value: shown(field, scope),
            is_share: is_share(field),
            overrode,
        };
        match lines.iter_mut().find(|line| line.what == field.name) {
            Some(weaker) => {
                let overrode = std::mem::take(&mut weaker.overrode);
                *weaker = line([vec![weaker.span], overrode].concat());
            }
            None => lines.push(line(Vec::new())),
        }
    }
    lines
}

/// Its value; where that is only known with the plan, the words that are written.
fn shown(field: &Field, scope: &Scope<'_>) -> Value {
    match eval(&field.value, scope, &mut Vec::new()) {
        Value::Poison => Value::Word(field.value.to_string()),
        known => known,
    }
}

fn is_share(field: &Field) -> bool {
    SHARES.contains(&field.name.as_str()) || field.value.is_percentage()
}
