//! What the plan is worth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::unsaid::is_zero;

/// Sums over the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Devices, instances and traffic.
    pub cost_micro_per_month: u64,
    /// The part of it that traffic costs, rounded up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub traffic_cost_micro_per_month: u64,
    /// Instances.
    pub power_mw: u64,
    /// Claimed memory of service and client instances.
    pub memory_bytes: u64,
    /// Eager bytes, the truth left out.
    pub clone_bytes: u64,
}

/// The levels on which plans are compared, first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// `tiers_skipped`, the user's expression level by level, the tie-break, the moves.
    pub levels: Vec<Level>,
    /// The summands of the user's expression, or of its first level.
    pub terms: Vec<Term>,
    /// Those of its further levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Vec<Term>>,
}

/// One level; values are exact fractions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What is compared.
    pub name: String,
    /// `"n"` or `"n/d"`.
    pub value: String,
}

/// One summand: weight × value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// `latency`, `cost`, …
    pub metric: String,
    /// Exact fraction.
    pub weight: String,
    /// Exact fraction, in the metric's unit.
    pub value: String,
}
