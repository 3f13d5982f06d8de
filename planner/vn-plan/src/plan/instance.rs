//! Who runs where, and how its bytes get there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::device::Resources;
use super::run::Run;
use super::unsaid::{is_one, is_zero, one};

/// Service or client.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Placed by the planner.
    Service,
    /// Sits on its device.
    Client,
}

/// A component at work on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Stable id: `graph@nuc`; of further ones on the same device `graph@nuc#2`.
    pub id: String,
    /// `family_cloud.graph` shortened to the unique bare name: `graph`.
    pub component: String,
    /// Service or client.
    pub role: Role,
    /// Id of its device.
    pub device: String,
    /// Which of the instances of its service on that device, from 1; absent: the first.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copy: u64,
    /// Chosen variant.
    pub variant: String,
    /// Only where the device takes one of these roles; absent where its role does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// How to run it; absent for clients and for variants that live inside their consumer.
    pub run: Option<Run>,
    /// What it claims, busy or idle.
    pub claims: Resources,
    /// Own demand in 10⁻⁶ req/s (clients).
    pub demand_ureqs: u64,
    /// Load in 10⁻⁶ req/s when nothing has failed.
    pub load_ureqs: u64,
    /// What it can answer in 10⁻⁶ req/s; absent: not limited.
    pub capacity_ureqs: Option<u64>,
    /// How many consumer instances may hold on to it; absent: not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// Time to answer one request.
    pub service_time_us: u64,
    /// Steps below the best variant.
    pub quality_loss: u64,
    /// Whether the instance meets the recommended size.
    pub meets_recommended: bool,
    /// Power drawn.
    pub power_mw: u64,
    /// Own cost in millionths of the currency per month.
    pub cost_micro_per_month: u64,
    /// Whether it writes: it holds the truth, alone or as one of the voters.
    pub truth: bool,
    /// Its part in holding the truth, where a quorum or a standby gives instances different ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// Bytes of the claimed disk that it keeps free for writes while it cannot pass them on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer_bytes: u64,
    /// How its bytes arrive; absent for clients.
    pub clone: Option<CloneSpec>,
    /// SPDX id or name of the licence.
    pub licence: Option<String>,
}

/// What an instance is to the truth of its service.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Custody {
    /// Holds it alone.
    Truth,
    /// Holds it together with others: more than half of them decide.
    Voter,
    /// Takes it over when nobody holds it any more.
    Standby,
    /// Answers reads.
    Clone,
}

/// How the bytes of an instance arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneSpec {
    /// When.
    pub mode: CloneMode,
    /// How much.
    pub bytes: u64,
    /// From whom, best first; empty for the first eager instance or the truth.
    pub sources: Vec<CloneSource>,
}

/// When bytes arrive.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CloneMode {
    /// At boot.
    Eager,
    /// With the first use.
    Lazy,
}

/// A place to take bytes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneSource {
    /// Instance id.
    pub instance: String,
    /// Round trip to it.
    pub rtt_us: u64,
    /// Size / bandwidth + rtt; absent when the bandwidth is not known.
    pub transfer_us: Option<u64>,
    /// Tier of `fetch`, 0 first: nobody of a later one is asked before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tier: u64,
}
