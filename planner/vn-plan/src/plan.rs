//! The plan: decisions by stable names, with the facts and requirements they rest on.
//!
//! The only format promised stable. Units stand in the field names; all numbers are integers.
//! Absent on purpose: spans, solver internals, time stamps.

mod bound;
mod device;
mod instance;
mod metric;
mod objective;
mod requirement;
mod route;
mod run;
mod unsaid;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::moves::Moves;

pub use bound::*;
pub use device::*;
pub use instance::*;
pub use metric::*;
pub use objective::*;
pub use requirement::*;
pub use route::*;
pub use run::*;

/// The value of [`Plan::format`].
pub const FORMAT: &str = "vnc.plan/1";

/// What runs where, who asks whom first and next, and what is cloned from whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Format and version: `vnc.plan/1`.
    pub format: String,
    /// SHA-256 of this document with this field empty (see [`crate::digest`]).
    pub digest: String,
    /// What was planned.
    pub program: Program,
    /// Every device of the fleet, in declared order, used or not.
    pub devices: Vec<Device>,
    /// Every instance, in declared order.
    pub instances: Vec<Instance>,
    /// One ordered list per consumer instance and need.
    pub routes: Vec<Route>,
    /// What payloads go over, where that is limited: each direction of a link by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// What the user insists on.
    pub requirements: Vec<Requirement>,
    /// Measures of the program's own that the objective or a requirement speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<OwnMetric>,
    /// What the plan is worth.
    pub objective: Objective,
    /// The sums that the user may have bounded.
    pub totals: Totals,
    /// How the plan comes about from what ran before; absent where nothing is known of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<Moves>,
}

/// The program that was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Name of the builder.
    pub name: String,
    /// SHA-256 over all source files read, the standard library's included.
    pub sources: String,
    /// Version of the compiler's major outputs.
    pub edition: u32,
    /// Effective parameters, as written in the language.
    pub parameters: BTreeMap<String, String>,
    /// Code of the currency that money is counted in (`EUR`).
    pub currency: String,
    /// Bound on detecting a failure (`heal.detect`); 0 when the program sets none.
    pub detect_us: u64,
}
