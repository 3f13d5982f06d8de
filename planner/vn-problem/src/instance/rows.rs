//! The rows of the instance file. The comments are the descriptions in its JSON Schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fraction::Fraction;
use super::kinds::{ClaimingCandidate, CloneMode, Kind, Metric, NeedLoad, Role, WeightedCandidate};

/// A planning problem of vnc: docs/model.md says what it means. An id is the position of a row in its
/// table, from 0.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Instance")]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of the format: 1.
    pub instance: u32,
    /// What each resource is called; every claim and every capacity has one number for each.
    pub resources: Vec<String>,
    /// What each cause points at, in plain words.
    pub causes: Vec<String>,
    /// The machines, in declared order.
    pub devices: Vec<Device>,
    /// Services and clients, in declared order.
    pub components: Vec<Component>,
    /// Every admissible (component, device, copy, variant), sorted by exactly these.
    pub candidates: Vec<Candidate>,
    /// Who needs what from whom; those with a fanout form no circle.
    pub needs: Vec<Need>,
    /// What carries traffic, where that is limited; absent: nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// What routes go over; absent: nothing that counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
    /// Named failures that some requirement speaks of.
    pub failures: Vec<Failure>,
    /// From where a lazy candidate can take its bytes in time to stand in after a failure.
    pub refills: Vec<Refill>,
    /// What must hold beyond capacities and budgets, which always hold.
    pub requirements: Vec<Requirement>,
    /// Measures of the program's own, which the objective and requirements name by position; absent: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// What to minimise.
    pub objective: Objective,
    /// What runs before the plan does; absent: nothing is known, and nothing is a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Earlier>,
}

/// The placement that a plan starts from.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Candidates of services whose opening is no move, ascending.
    pub kept: Vec<u32>,
    /// What a move of each component costs, in millionths.
    pub move_cost_millionths: Vec<u64>,
}

/// A machine.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What instances may claim, per resource, in the resource's own unit.
    pub capacity: Vec<u64>,
    /// Upper bound, in millionths, of the sum of load / capacity over the services here; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duty_ppm: Option<u64>,
    /// How many alike machines the row stands for.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1))]
    pub count: u64,
    /// Position in `causes`.
    pub cause: u32,
}

const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_one(count: &u64) -> bool {
    *count == 1
}

/// A service, or a client with all its devices.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Service or client.
    pub role: Role,
    /// The client's devices, ascending; empty for services.
    pub on: Vec<u32>,
    /// Request rate per client device, in millionths of a request per second; 0 for services.
    pub demand_ureqs: u64,
    /// Quality steps counted when the component has no instance at all.
    pub absent_quality: u64,
    /// Whether it may have no instance at all, and then no count, truth or failure binds it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_be_absent: bool,
    /// So many instances hold its truth together, where it has one; at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1))]
    pub holders: u64,
    /// Whether one more that may stands by.
    #[serde(default, skip_serializing_if = "is_false")]
    pub standby: bool,
    /// Whether every instance takes writes and passes them on.
    #[serde(default, skip_serializing_if = "is_false")]
    pub passes_on: bool,
    /// Position in `causes`.
    pub cause: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_nothing(number: &u32) -> bool {
    *number == 0
}

/// One admissible way to run a component: this variant on that device.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Of which component.
    pub component: u32,
    /// On which device; one of the client's where the component is a client.
    pub device: u32,
    /// Which of the instances that the component may have there, from 0; absent: the first.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub copy: u32,
    /// Which variant, from 0 in declared order.
    pub variant: u32,
    /// What an instance claims of the device, per resource, in the resource's own unit.
    pub claim: Vec<u64>,
    /// Claimed memory in bytes, as the footprint metric counts it.
    pub footprint_bytes: u64,
    /// What one instance can answer, in millionths of a request per second; absent: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_ureqs: Option<u64>,
    /// So many consumer instances may hold on to one instance; absent: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// Time to answer one request, in microseconds.
    pub service_time_us: u64,
    /// Steps of quality loss.
    pub quality: u64,
    /// Power drawn by the instance, in milliwatts.
    pub power_mw: u64,
    /// Money for the instance, in millionths of the currency per month.
    pub cost_micro_per_month: u64,
    /// Bytes cloned to the device.
    pub clone_bytes: u64,
    /// When they arrive.
    pub clone: CloneMode,
    /// Whether this candidate may hold the truth of its component.
    pub truth: bool,
    /// Whether it may take the truth over when no holder is left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub standby: bool,
}

/// An edge from a consumer to a server.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The component that needs.
    pub consumer: u32,
    /// Which variants of the consumer have this need; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variants: Option<Vec<u32>>,
    /// The service that is needed.
    pub server: u32,
    /// Bound on round trip plus service time, in microseconds; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_us: Option<u64>,
    /// Bound that holds instead after a failure, in microseconds; absent: `within_us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degraded_us: Option<u64>,
    /// Load put on the server.
    pub load: NeedLoad,
    /// May stay unserved.
    pub optional: bool,
    /// Whether it writes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub write: bool,
    /// So many distinct servers in budget, if it is served; at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u64,
    /// Bytes that one request moves, with its answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub payload_bytes: u64,
    /// How many tiers there are, at least 1.
    pub tiers: u32,
    /// Who can be asked, from which device; ascending by (`from`, `to`).
    pub routes: Vec<Route>,
    /// Position in `causes`.
    pub cause: u32,
}

/// A possible connection of a need.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The device of the consumer's instance.
    pub from: u32,
    /// The candidate that answers, one of the need's server.
    pub to: u32,
    /// Whole round trip, in microseconds.
    pub rtt_us: u64,
    /// Tier; 0 is tried first, always below the need's `tiers`.
    pub tier: u32,
    /// Tier among the fallbacks; smaller is asked first.
    pub fallback_tier: u32,
    /// What the payload goes over, a position in `ways`; absent: nothing that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<u32>,
}

/// One direction of a link, or what a device sends or receives in all.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// What it carries, in millionths of a byte per second.
    pub capacity_ubytes_per_s: u64,
    /// Position in `causes`.
    pub cause: u32,
}

/// What the payload of a route goes over.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Positions in `channels`, ascending.
    pub channels: Vec<u32>,
    /// What each millionth of a request per second costs, in 10⁻¹² of the currency per month.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub price_pico_per_month: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// Devices that are gone at once, and devices that do not reach each other.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The devices lost.
    pub down: Vec<u32>,
    /// Between whom no message passes; absent: everybody who is left reaches everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<Cut>,
    /// Components that keep what is written to them until it is over, ascending; absent: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<u32>,
    /// Position in `causes`.
    pub cause: u32,
}

/// No message passes between a device of one side and one of the other.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Devices of one side.
    pub one: Vec<u32>,
    /// Devices of the other; none is in both.
    pub other: Vec<u32>,
}

/// Lazy candidate `to` can be filled from an eager `from` in time.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refill {
    /// The lazy candidate.
    pub to: u32,
    /// A candidate of the same component.
    pub from: u32,
}

/// Something that is insisted on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// What.
    pub kind: Kind,
    /// Position in `causes`.
    pub cause: u32,
}

/// A whole number that depends on what is open alone. Its value is (`fixed` + the weights of open
/// candidates + all excesses + the highest of all shares) / `per`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Not zero.
    pub per: u64,
    /// Whatever is open.
    pub fixed: i64,
    /// Weights other than zero, ascending by candidate.
    pub terms: Vec<WeightedCandidate>,
    /// What is added where it is more than nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excesses: Vec<Excess>,
    /// Of which the highest alone is added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
}

/// `weight` · max(0, `base` + the weights of open candidates).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excess {
    /// How often it counts.
    pub weight: u64,
    /// Whatever is open.
    pub base: i64,
    /// Weights other than zero, ascending by candidate.
    pub terms: Vec<WeightedCandidate>,
}

/// ⌈1 000 000 · the claims of open candidates / `of`⌉.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// All that there is; not zero.
    pub of: u64,
    /// Claims other than zero, ascending by candidate.
    pub terms: Vec<ClaimingCandidate>,
}

/// What to minimise.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// The summands of the second level.
    pub terms: Vec<Term>,
    /// The summands of further levels, right after the second; absent: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Vec<Term>>,
    /// What the cost metric starts from, in millionths of the currency per month.
    pub fixed_cost_micro_per_month: u64,
    /// The level after those; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Metric>,
}

/// A summand of the objective.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What is measured.
    pub metric: Metric,
    /// Times this.
    pub weight: Fraction,
}
