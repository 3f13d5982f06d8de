//! The words of the instance file: what a field may say other than a number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fraction::Fraction;

/// Whether a component is placed freely or sits on given devices.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Placed freely: on each device at most one candidate is open.
    Service,
    /// Sits on given devices: on each of them exactly one candidate is open.
    Client,
}

/// How the bytes of an instance arrive.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloneMode {
    /// At boot.
    Eager,
    /// With the first use, from an eager instance.
    Lazy,
}

/// How much load a need puts on its server.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NeedLoad {
    /// The consumer's own load times this factor, rounded up per instance.
    Fanout(Fraction),
    /// Fixed, per consumer instance, in millionths of a request per second.
    RateUreqs(u64),
}

/// The kinds of requirements.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// At least `min` and at most `max` instances.
    Count {
        /// Which component.
        component: u32,
        /// At least.
        min: u64,
        /// At most; absent: any number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// Of n instances no domain holds more than n / m, rounded up.
    Spread {
        /// Which component.
        component: u32,
        /// The domain of each device, by device.
        domain: Vec<u32>,
        /// How many domains have an admissible device, at least 1.
        m: u64,
    },
    /// Exactly one open candidate that may hold the truth does hold it.
    Truth {
        /// Which component.
        component: u32,
    },
    /// The component serves on in each of these failures, one at a time.
    Survive {
        /// Which component.
        component: u32,
        /// The failures.
        failures: Vec<u32>,
    },
    /// On these devices the component runs the same variant.
    Uniform {
        /// Which component.
        component: u32,
        /// The devices of one class.
        devices: Vec<u32>,
    },
    /// If a candidate of `when` is open, one of `any` is.
    Implies {
        /// Candidates, ascending; absent: one of `any` is open in any case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Vec<u32>>,
        /// Candidates, ascending.
        any: Vec<u32>,
    },
    /// At most one of these sets has an open candidate.
    Exclusive {
        /// Sets of candidates, each ascending, without a common one.
        sets: Vec<Vec<u32>>,
    },
    /// The weights of the open candidates sum up to at least `at_least`.
    Linear {
        /// Weights other than zero, ascending by candidate.
        terms: Vec<WeightedCandidate>,
        /// The bound.
        at_least: i64,
        /// Void if none of these candidates is open; absent: never void. Ascending.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unless_none: Option<Vec<u32>>,
    },
    /// A bound on a total.
    Total {
        /// Of what.
        metric: TotalMetric,
        /// The bound: millionths of the currency per month, or milliwatts.
        at_most: u64,
        /// The part of it that no decision changes, in the same unit.
        fixed: u64,
    },
    /// What is fetched at boot comes to at most so much.
    Arrivals {
        /// What each adds, by whom it fetches from; ascending.
        pairs: Vec<Arrival>,
        /// Whether the bound is for each device by itself.
        each_device: bool,
        /// The bound.
        at_most: u64,
    },
    /// A measure comes to at most so much.
    AtMost {
        /// Its position in `measures`.
        measure: u32,
        /// Before it is divided.
        amount: i64,
    },
}

/// From whom a candidate fetches its bytes at boot, and what that adds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// Who fetches.
    pub to: u32,
    /// Another candidate of the same component.
    pub from: u32,
    /// What it adds where the others of its component start from that one.
    pub amount: u64,
}

/// A candidate that counts so much.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightedCandidate {
    /// Which.
    pub candidate: u32,
    /// Not zero.
    pub weight: i64,
}

/// A candidate that claims so much.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimingCandidate {
    /// Which.
    pub candidate: u32,
    /// Not zero.
    pub claim: u64,
}

/// What can be bounded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TotalMetric {
    /// Millionths of the currency per month.
    Cost,
    /// Milliwatts.
    Power,
}

/// The measures of the objective.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Mean time of a client's request, in milliseconds.
    Latency,
    /// Money per month, in the currency.
    Cost,
    /// Watts.
    Power,
    /// Claimed memory in GiB.
    Footprint,
    /// Steps of quality.
    QualityLoss,
    /// Eagerly cloned GiB, the truth left out.
    CloneBytes,
    /// Moves × what a move costs.
    Movement,
    /// The value of the measure at this position of `measures`.
    Own(u32),
}
