//! What the engine claims about a plan, beside the plan: plans do not name engines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ReadError, Slack, json};

/// The value of [`Certificate::format`].
pub const CERTIFICATE_FORMAT: &str = "vnc.certificate/1";

/// How good the engine says the plan is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No plan is better, on any level before the declared order.
    Optimal,
    /// Up to the rounding of floating point, no plan has a better objective, says the engine; what counts
    /// after the objective is not proven.
    Closed,
    /// It holds; a better one may exist.
    Feasible,
}

/// Who found a plan, how well it is proven and what the search took.
///
/// Left out of byte comparison: the same plan may come with different certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Format and version: `vnc.certificate/1`.
    pub format: String,
    /// Digest of the plan that this speaks of ([`crate::Plan::digest`]).
    pub plan: String,
    /// Name of the engine (`embedded`, `highs`).
    pub engine: String,
    /// Its version, with the git hash where it has one.
    pub engine_version: String,
    /// What is claimed.
    pub status: Status,
    /// Proven bound on the user's expression, an exact fraction; absent when there is none.
    pub bound: Option<String>,
    /// (value − bound) / value, an exact fraction; absent when there is no bound.
    pub gap: Option<String>,
    /// Branch-and-bound nodes.
    pub nodes: u64,
    /// Wall-clock time of the search, in milliseconds.
    pub time_ms: u64,
    /// Whether the plan is proven first in declared order among its equals.
    pub tie_break_proven: bool,
    /// Whether the same input gives the same plan (false when a time limit ended the search).
    pub reproducible: bool,
    /// How many failures were replayed from the emitted lists ([`crate::verify`]).
    pub failures_replayed: u64,
    /// The tightest capacity.
    pub smallest_slack: Option<Slack>,
}

impl Certificate {
    /// Indented JSON with a newline at the end.
    pub fn to_json(&self) -> String {
        json::lines(self)
    }

    /// Reads what [`Self::to_json`] wrote.
    ///
    /// # Errors
    /// Says where and why the text is no certificate.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        Ok(serde_json::from_str(text)?)
    }
}
