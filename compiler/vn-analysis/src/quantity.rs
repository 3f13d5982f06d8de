//! Exact quantities with dimensions: rationals in base units, no rounding before the planner's door.

use std::collections::BTreeMap;

pub use num_rational::BigRational;

/// Exponents of base dimensions; the empty map is a pure number.
///
/// Base dimensions and their base units: `bytes` (B), `time` (s), `requests` (req), `cores` (core),
/// `power` (W), one per currency (`EUR`), one per unit the user declares without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension(pub BTreeMap<String, i8>);

/// A number in base units with its dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    /// In base units.
    pub value: BigRational,
    /// What it measures.
    pub dimension: Dimension,
}
