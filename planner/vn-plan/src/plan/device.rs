//! Machines, and what they have.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Alike;

/// Amounts of the resources that instances claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu_mcores: u64,
    /// Memory.
    pub memory_bytes: u64,
    /// Disk.
    pub disk_bytes: u64,
    /// Video memory (0 where it is shared with `memory_bytes`).
    pub vram_bytes: u64,
    /// Thousandths of the program's own consumable capabilities (`licences`), by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own_thousandths: BTreeMap<String, u64>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Stable id (`store[17]/till[3]`, `nuc`); of several alike ones `store[1..16, 18..20]/till[1..6]`.
    pub id: String,
    /// Where the row stands for several alike devices, which; all other fields are of each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<Alike>,
    /// Folder-safe, unique form of the id: `[a-z0-9-]`.
    pub slug: String,
    /// Site it stands in.
    pub site: String,
    /// `backbone`, `super`, `local` or `edge`.
    pub role: String,
    /// The roles among which the planner picked, in the order written; absent where the program says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Hardware profile.
    pub profile: String,
    /// `x86_64`, `aarch64`, …
    pub arch: String,
    /// Operating system (`linux`, `android`, `browser`, …).
    pub os: String,
    /// How others reach it: an IP literal or a name. Of several alike ones the name with `{site}` and
    /// `{device}` where the numbers belong.
    pub address: String,
    /// The IP literal that ports bind to; absent when the address is a name and none was given.
    pub bind: Option<String>,
    /// Nominal resources.
    pub nominal: Resources,
    /// What instances may claim, after reserve and usable share.
    pub capacity: Resources,
    /// Upper bound of Σ load / capacity in millionths (battery); absent on mains power.
    pub max_duty_ppm: Option<u64>,
    /// Share of time that the device is on, in millionths.
    pub availability_ppm: u64,
    /// Millionths of the currency per month; of an offer what it costs if it is bought.
    pub cost_micro_per_month: u64,
    /// Whether it is bought or rented with this plan; absent for what is owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
}

/// A machine that may be bought or rented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Whether this plan buys it.
    pub bought: bool,
    /// Thousandths of a watt that it draws at rest.
    pub idle_power_mw: u64,
}

impl Device {
    /// Whether there is no such machine: it is offered, and the plan does not buy it.
    pub fn is_left_out(&self) -> bool {
        self.offer.is_some_and(|offer| !offer.bought)
    }
}
