//! Sums of measures, as a requirement bounds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::requirement::Counted;
#[cfg(doc)]
use super::{Plan, device::Resources};

/// A part of a sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weighed {
    /// `"n"` or `"n/d"`.
    pub weight: String,
    /// Times this.
    pub measure: Measure,
}

/// What a bound can speak of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Instances.
    Count(Counted),
    /// The currency per month.
    Cost,
    /// Watts.
    Power,
    /// Claimed memory of all instances in GiB.
    Footprint,
    /// On every device by itself: the share of a resource that is claimed.
    Utilisation(Resource),
    /// Seconds until every device has its eager bytes, when all start at once and each fetches one instance
    /// after the other from the one that all start from: the first that writes, else the first eager one.
    BootTime,
    /// Eager bytes that leave these devices then.
    ClonedFrom(Vec<String>),
    /// The highest share of cpu or memory that is claimed on any device, in percentage points.
    Imbalance,
    /// One of [`Plan::metrics`].
    Own(String),
}

/// What instances claim of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// [`Resources::cpu_mcores`].
    Cpu,
    /// [`Resources::memory_bytes`].
    Memory,
    /// [`Resources::disk_bytes`].
    Disk,
    /// [`Resources::vram_bytes`].
    Vram,
    /// One of [`Resources::own_thousandths`].
    Own(String),
}

/// How two sides compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "==")]
    Eq,
    /// Less.
    #[serde(rename = "<")]
    Lt,
    /// At most.
    #[serde(rename = "<=")]
    Le,
    /// More.
    #[serde(rename = ">")]
    Gt,
    /// At least.
    #[serde(rename = ">=")]
    Ge,
}
