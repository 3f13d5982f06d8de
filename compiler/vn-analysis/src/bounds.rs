//! `replicas >= 3`: bounds on how many instances there are.

use num_traits::ToPrimitive as _;

use crate::composition::Comparison;
use crate::declared::{Expr, ExprKind, Operator};
use crate::quantity::Quantity;

/// At least and at most.
pub type Bounds = (u64, Option<u64>);

/// The bounds that comparisons of `replicas` with whole numbers set, joined by `and`; none where
/// it is anything else.
pub fn bounds(
    condition: &Expr,
    number: &mut dyn FnMut(&Expr) -> Option<Quantity>,
) -> Option<Bounds> {
    let ExprKind::Binary(operator, left, right) = &condition.kind else {
        return None;
    };
    if *operator == Operator::And {
        let (a, b) = (bounds(left, number)?, bounds(right, number)?);
        return Some((a.0.max(b.0), least(a.1, b.1)));
    }
    let (comparison, side) = match (is_replicas(left), is_replicas(right)) {
        (true, false) => (operator.comparison()?, right),
        (false, true) => (operator.comparison()?.mirrored(), left),
        (true, true) | (false, false) => return None,
    };
    let quantity = number(side)?;
    let is_count = quantity.dimension.is_pure() && quantity.value.is_integer();
    let count = quantity.value.to_integer().to_u64().filter(|_| is_count)?;
    match comparison {
        Comparison::Eq => Some((count, Some(count))),
        Comparison::Ge => Some((count, None)),
        Comparison::Gt => Some((count.checked_add(1)?, None)),
        Comparison::Le => Some((0, Some(count))),
        Comparison::Lt => Some((0, Some(count.checked_sub(1)?))),
        Comparison::Ne => None,
    }
}

fn is_replicas(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Path(path) if path.single() == Some("replicas"))
}

/// The smaller of two upper bounds.
pub fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
