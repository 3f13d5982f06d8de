//! `cost = 0.09 EUR/GB` of a link: what traffic over it costs.

use num_traits::{Signed as _, Zero as _};
use vn_syntax::Diagnostic;

use crate::codes;
use crate::currency::Currency;
use crate::declared::Expr;
use crate::dimension::Dimension;
use crate::dimensions;
use crate::quantity::BigRational;
use crate::typed::Typed;
use crate::value::Value;

/// Currency per byte, and per request; a list may have one of each.
pub fn cost(
    typed: &Typed<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> (BigRational, BigRational) {
    let mut sum = (BigRational::zero(), BigRational::zero());
    let Some((value, expr)) = typed.value("cost", faults) else {
        return sum;
    };
    for item in value.items() {
        match one(item, expr, currency, faults) {
            Some((true, cost)) => sum.0 += cost,
            Some((false, cost)) => sum.1 += cost,
            None => {}
        }
    }
    sum
}

/// Whether it is per byte, and how much.
fn one(
    value: &Value,
    expr: &Expr,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Option<(bool, BigRational)> {
    let per = |what: Dimension| dimensions::money().per(&what);
    let found = match value {
        Value::Poison => return None,
        Value::Quantity(found) => Some(found),
        _ => None,
    };
    let dimension = found.map(|found| dimensions::without_currency(&found.dimension));
    let by_byte = dimension == Some(per(dimensions::bytes()));
    let by_request = dimension == Some(per(Dimension::base("requests")));
    let Some(found) = found.filter(|_| by_byte || by_request) else {
        let kind = value.kind();
        let message = format!("`cost` of a link needs money per traffic; `{expr}` is {kind}");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        faults.push(fault.help("write `0.09 EUR/GB` or `0.001 EUR/req`, say"));
        return None;
    };
    if found.value.is_negative() {
        let message = "`cost` must not be negative";
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
        return None;
    }
    currency.meet(&found.dimension, expr.span, faults);
    Some((by_byte, found.value.clone()))
}
