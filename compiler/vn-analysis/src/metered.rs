//! `cost = 2 EUR/month + 5 EUR/GB/month * used.memory`: what a machine costs by itself, and what
//! each unit in use costs on top.

use std::collections::BTreeMap;

use num_traits::{Signed as _, Zero as _};
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::Metered;
use crate::currency::Currency;
use crate::declared::Expr;
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::quantity::{BigRational, Quantity, whole};
use crate::scope::Scope;
use crate::typed::Typed;
use crate::types;
use crate::units;
use crate::value::Value;

const USED: [&str; 3] = ["used.cpu", "used.memory", "used.disk"];

/// Currency per month, and per month and unit in use.
pub fn cost(
    typed: &Typed<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> (BigRational, Metered) {
    let nothing = || (BigRational::zero(), Metered::default());
    let Some(field) = typed.field("cost") else {
        return nothing();
    };
    let expr = &field.value;
    if !USED.iter().any(|name| expr.to_string().contains(name)) {
        let fixed = typed.per_month("cost", currency, faults);
        return (fixed.unwrap_or_default(), Metered::default());
    }
    let Some(fixed) = at([0, 0, 0], expr, typed.scope, faults) else {
        return nothing();
    };
    let needed = dimensions::money_per_time();
    if let Some(fault) = types::wrong_dimension(&fixed, &needed, "cost", expr) {
        faults.push(fault);
        return nothing();
    }
    currency.meet(&fixed.dimension, expr.span, faults);
    slopes(&fixed.value, expr, typed.scope, faults).map_or_else(nothing, |slopes| {
        let [cpu, memory, disk] = slopes.map(|slope| slope * units::month());
        let fixed = fixed.value * units::month();
        (fixed, Metered { cpu, memory, disk })
    })
}

/// What one more of each costs; reports what is no weighted sum, and sums that fall with use.
fn slopes(
    fixed: &BigRational,
    expr: &Expr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<[BigRational; 3]> {
    let value = |used| at(used, expr, scope, &mut Vec::new()).map(|found| found.value);
    let one = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    let more = |used| value(used).map(|found| found - fixed);
    let slopes = [more(one[0])?, more(one[1])?, more(one[2])?];
    let sum = |weights: [i64; 3]| {
        let parts = slopes.iter().zip(weights);
        parts
            .map(|(each, weight)| each * whole(weight))
            .sum::<BigRational>()
            + fixed
    };
    let probes = [[2, 0, 0], [0, 2, 0], [0, 0, 2], [1, 1, 1], [3, 5, 7]];
    if probes
        .into_iter()
        .any(|probe| value(probe) != Some(sum(probe)))
    {
        let message = format!("`{expr}` is not a weighted sum of what is used");
        let fault = Diagnostic::error(codes::NOT_LINEAR, expr.span, message);
        faults
            .push(fault.help("add a price per unit: `2 EUR/month + 5 EUR/GB/month * used.memory`"));
        return None;
    }
    if slopes.iter().any(BigRational::is_negative) || fixed.is_negative() {
        let message = "`cost` must not be negative";
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
        return None;
    }
    Some(slopes)
}

/// The cost while so many cores and bytes are used.
fn at(
    used: [i64; 3],
    expr: &Expr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Quantity> {
    let dimensions: [Dimension; 3] = [
        dimensions::cores(),
        dimensions::bytes(),
        dimensions::bytes(),
    ];
    let values = USED.iter().zip(used).zip(dimensions);
    let values = values.map(|((name, used), dimension)| {
        let used = Quantity::new(whole(used), dimension);
        ((*name).to_owned(), Value::Quantity(used))
    });
    let scope = Scope::inside(scope, values.collect::<BTreeMap<_, _>>());
    match eval(expr, &scope, faults) {
        Value::Quantity(found) => Some(found),
        Value::Poison => None,
        other => {
            let message = format!("`cost` needs money per time; `{expr}` is {}", other.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            None
        }
    }
}
