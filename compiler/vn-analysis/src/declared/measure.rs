//! What a program adds to the language: units, rates of exchange, metrics, capabilities.

use vn_syntax::Span;

use super::{Expr, Name, TypeExpr};

/// `unit rack : Shelves = 12 shelf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitItem {
    /// Its name.
    pub name: Name,
    /// What it measures.
    pub kind: Option<TypeExpr>,
    /// How much it is.
    pub size: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// `rate EUR = 1.08 USD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateItem {
    /// The currency.
    pub name: Name,
    /// What one of it is worth.
    pub worth: Expr,
}

/// `metric carbon = sum(device, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricItem {
    /// Its name.
    pub name: Name,
    /// What it sums.
    pub value: Expr,
}

/// `capability cameras : Count consumable`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilityItem {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub kind: TypeExpr,
    /// Whether instances use it up.
    pub consumable: bool,
}
