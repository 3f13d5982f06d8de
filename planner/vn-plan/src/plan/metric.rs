//! Measures of the program's own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[cfg(doc)]
use super::{device::Resources, instance::Instance};

/// A measure of the program's own: the sum of what instances add by themselves, and of what is counted on
/// devices. Amounts are exact, `"n"` or `"n/d"`, in its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnMetric {
    /// Its name.
    pub name: String,
    /// The unit of its value: `B`, `EUR/s`; empty for a plain number.
    pub unit: String,
    /// What each instance of the plan adds, by its id; left out where it adds nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances: BTreeMap<String, String>,
    /// What is counted on devices, those that are offered and not bought left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<CountedOn>,
}

/// What a measure counts on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountedOn {
    /// Id of the device.
    pub device: String,
    /// A sum.
    pub adds: Sum,
    /// What counts where it is more than nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excesses: Vec<Excess>,
}

/// `weight` × max(0, `over`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excess {
    /// Times this.
    pub weight: String,
    /// A sum.
    pub over: Sum,
}

/// `fixed` + Σ weight × what the instances on the device use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Whatever runs there.
    pub fixed: String,
    /// Of each use once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<WeighedUse>,
}

/// A part of a sum on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeighedUse {
    /// What.
    pub used: Used,
    /// Times this.
    pub weight: String,
}

/// What instances use of a device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Used {
    /// [`Resources::cpu_mcores`] of their claims.
    CpuMcores,
    /// [`Resources::memory_bytes`] of their claims.
    MemoryBytes,
    /// [`Resources::disk_bytes`] of their claims.
    DiskBytes,
    /// [`Resources::vram_bytes`] of their claims.
    VramBytes,
    /// [`Instance::power_mw`].
    PowerMw,
    /// One of [`Resources::own_thousandths`] of their claims.
    OwnThousandths(String),
}
