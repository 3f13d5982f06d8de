//! What the user insists on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bound::{Comparison, Weighed};
#[cfg(doc)]
use super::objective::Totals;
use super::unsaid::{is_false, is_one, is_zero, one};

/// Something the user insists on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// As the user wrote it, on one line (`survive any 1 device`).
    pub text: String,
    /// What it means.
    pub kind: RequirementKind,
}

/// The kinds of requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RequirementKind {
    /// Number of instances.
    Count {
        /// Service.
        component: String,
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
        /// Or none at all: then nothing else binds it either.
        #[serde(default, skip_serializing_if = "is_false")]
        or_none: bool,
    },
    /// At most so many instances on one device; without it one.
    PerDevice {
        /// Service.
        component: String,
        /// How many.
        at_most: u64,
    },
    /// Of `n` instances no domain holds more than `⌈n / m⌉`.
    Spread {
        /// Service.
        component: String,
        /// Domain of each device id.
        domains: BTreeMap<String, String>,
        /// How many domains have an admissible device.
        m: u64,
    },
    /// All instances stand on these devices (`pin`, `forbid`).
    Placement {
        /// Component.
        component: String,
        /// Device ids.
        devices: Vec<String>,
    },
    /// So many instances write, one without more words, and they stand on these devices.
    Truth {
        /// Service.
        component: String,
        /// Device ids.
        devices: Vec<String>,
        /// How many hold the truth together.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        holders: u64,
        /// Devices on one of which another instance stands by; empty where none has to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        standby: Vec<String>,
        /// Whether every instance takes writes and passes them on.
        #[serde(default, skip_serializing_if = "is_false")]
        passes_on: bool,
        /// For so many seconds an instance keeps writes that it cannot pass on.
        #[serde(default, skip_serializing_if = "is_zero")]
        buffer_s: u64,
    },
    /// Served on in each of these failures, from the emitted lists alone.
    Survive {
        /// Service.
        component: String,
        /// The service whose clause this follows from, when it is inherited.
        inherited_from: Option<String>,
        /// Ids of the devices lost, case by case.
        failures: Vec<Vec<String>>,
        /// Who is cut off from whom, case by case.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        partitions: Vec<Partition>,
        /// How many seconds each of them lasts; absent: until somebody mends it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lasts_s: Option<u64>,
    },
    /// These devices run the same variant of the client.
    Uniform {
        /// Client.
        component: String,
        /// Device ids.
        devices: Vec<String>,
    },
    /// Wherever one of these is, all of those are (`colocate`).
    Colocate {
        /// Components.
        whenever: Vec<String>,
        /// Components.
        then: Vec<String>,
        /// Domain of each device id.
        domains: BTreeMap<String, String>,
    },
    /// Never two of these in one domain (`separate`).
    Separate {
        /// Components.
        components: Vec<String>,
        /// Domain of each device id.
        domains: BTreeMap<String, String>,
    },
    /// Exactly one of these has instances.
    OneOf {
        /// Components.
        components: Vec<String>,
    },
    /// On each of these devices (`on every`).
    OnEvery {
        /// Service.
        component: String,
        /// Device ids.
        devices: Vec<String>,
        /// Only on those that run another service.
        in_use: bool,
        /// Not on those that run one of these.
        except_beside: Vec<String>,
    },
    /// `per n of a at least m of b`: n · count(b) ≥ m · count(a); void while b may be absent and is.
    Ratio {
        /// n.
        per: u64,
        /// a.
        of: Counted,
        /// m.
        at_least: u64,
        /// b.
        then: Counted,
    },
    /// Σ weight × measure, compared with a bound.
    Bound {
        /// What is summed up.
        terms: Vec<Weighed>,
        /// How the sum compares.
        comparison: Comparison,
        /// With what: `"n"` or `"n/d"`.
        bound: String,
    },
    /// Of some machines that are offered at least so many are bought.
    Bought {
        /// Which are offered.
        devices: Vec<String>,
        /// How many.
        at_least: u64,
    },
    /// A bound on a total.
    Total {
        /// Which.
        metric: TotalMetric,
        /// In the unit of the metric in [`Totals`].
        at_most: u64,
    },
}

/// Nobody is lost, but no message passes where the fleet is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Partition {
    /// All at once.
    pub cut: Vec<Cut>,
}

/// No message passes between a device of one side and one of the other, either way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Device ids.
    pub one: Vec<String>,
    /// Device ids.
    pub other: Vec<String>,
}

impl Cut {
    /// Whether two devices stand on different sides.
    pub fn parts(&self, a: &str, b: &str) -> bool {
        let holds = |side: &[String], id: &str| side.iter().any(|one| one == id);
        (holds(&self.one, a) && holds(&self.other, b))
            || (holds(&self.one, b) && holds(&self.other, a))
    }
}

/// The instances of a component, or those of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Component.
    pub component: String,
    /// Only of this variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// What can be bounded.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TotalMetric {
    /// [`Totals::cost_micro_per_month`].
    Cost,
    /// [`Totals::power_mw`].
    Power,
}
