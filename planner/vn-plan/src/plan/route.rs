//! Whom a consumer asks, and over which links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::unsaid::{is_false, is_one, is_zero, one};

/// Load that a route puts on its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RouteLoad {
    /// The consumer's load times `num / den`, rounded up.
    Fanout {
        /// Numerator.
        num: u64,
        /// Denominator.
        den: u64,
    },
    /// Fixed, in 10⁻⁶ req/s.
    RateUreqs(u64),
}

/// Whom a consumer instance asks, first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Consumer instance id.
    pub consumer: String,
    /// Name of the needed service.
    pub service: String,
    /// Load put on whoever answers.
    pub load: RouteLoad,
    /// Budget for round trip plus service time.
    pub within_us: Option<u64>,
    /// Budget after a failure.
    pub degraded_us: Option<u64>,
    /// May stay unserved.
    pub optional: bool,
    /// Whether it writes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub write: bool,
    /// The consumer starts without waiting for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferred: bool,
    /// So many of the entries, from the front, are within the budget: the consumer needs them all, and the
    /// first takes all its load.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u64,
    /// Bytes that one request moves, with its answer; absent: not counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub payload_bytes: u64,
    /// How many tiers `prefer` makes.
    pub tiers: u32,
    /// First to last; empty only for an unserved optional need.
    pub entries: Vec<Entry>,
    /// Instances of the service that this consumer has no route to (no path, direction, protocol or
    /// excluded by the need), in declared order. With it, "nobody was forgotten" is checkable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable: Vec<String>,
}

/// One line of a [`Route`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Instance id.
    pub instance: String,
    /// Whole round trip.
    pub rtt_us: u64,
    /// Tier of `prefer`, 0 first.
    pub tier: u32,
    /// Tier among the fallbacks.
    pub fallback_tier: u32,
    /// Against the budgets.
    pub standing: Standing,
    /// Ids of the links that payloads go over, in their direction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<String>,
    /// What each 10⁻⁶ req/s costs on the way, in 10⁻¹² of the currency per month.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub price_pico_per_month: u64,
}

/// One direction of a link, or all that a device sends or receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Stable id: `home > cloud`, `pi > nuc`; of the uplink of a device `nuc > *` and `* > nuc`.
    pub id: String,
    /// What it carries, in 10⁻⁶ bytes per second.
    pub capacity_ubytes_per_s: u64,
    /// What goes over it when nothing has failed.
    pub traffic_ubytes_per_s: u64,
}

/// How an entry's round trip plus service time compares with the budgets.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within the budget, or there is none.
    Within,
    /// Over it, within the degraded one.
    Degraded,
    /// Over both.
    Over,
}
