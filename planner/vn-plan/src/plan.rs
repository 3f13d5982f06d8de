//! The plan: decisions by stable names, with the facts and requirements they rest on.
//!
//! The only format promised stable. Units stand in the field names; all numbers are integers.
//! Absent on purpose: spans, solver internals, time stamps.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Alike;
use crate::moves::Moves;

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
    /// Stable id: `graph@nuc`.
    pub id: String,
    /// `family_cloud.graph` shortened to the unique bare name: `graph`.
    pub component: String,
    /// Service or client.
    pub role: Role,
    /// Id of its device.
    pub device: String,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// How an instance is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Container image with tag or digest.
    pub image: Option<String>,
    /// Command and arguments; empty: the image's own.
    pub command: Vec<String>,
    /// Environment.
    pub environment: BTreeMap<String, String>,
    /// Ports, in declared order.
    pub ports: Vec<Port>,
    /// Health check.
    pub health: Option<Health>,
    /// What must have run to its end before the first start; empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub init: Vec<String>,
    /// What runs inside the container before it is stopped; empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// Path inside the container that must outlive it.
    pub data: Option<String>,
    /// Whether it needs the GPU.
    pub gpu: bool,
}

/// A port of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Name in the variant (`bolt`).
    pub name: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// Port inside the container.
    pub container: u16,
    /// Port on the device.
    pub published: u16,
}

/// Protocols that consumers may speak.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Any TCP protocol.
    Tcp,
    /// HTTP or HTTPS.
    Http,
    /// WebSocket.
    Ws,
    /// UDP.
    Udp,
}

/// How to see whether an instance is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Health {
    /// A command inside the container.
    Command(Vec<String>),
    /// A GET on the first port that answers 2xx.
    Http(String),
    /// A connect to the first port.
    Tcp,
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
}

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

const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_one(value: &u64) -> bool {
    *value == 1
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
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

/// Sums over the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Devices, instances and traffic.
    pub cost_micro_per_month: u64,
    /// The part of it that traffic costs, rounded up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub traffic_cost_micro_per_month: u64,
    /// Instances.
    pub power_mw: u64,
    /// Claimed memory of service and client instances.
    pub memory_bytes: u64,
    /// Eager bytes, the truth left out.
    pub clone_bytes: u64,
}

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

/// The levels on which plans are compared, first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// `tiers_skipped`, the user's expression level by level, the tie-break, the moves.
    pub levels: Vec<Level>,
    /// The summands of the user's expression, or of its first level.
    pub terms: Vec<Term>,
    /// Those of its further levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Vec<Term>>,
}

/// One level; values are exact fractions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What is compared.
    pub name: String,
    /// `"n"` or `"n/d"`.
    pub value: String,
}

/// One summand: weight × value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// `latency`, `cost`, …
    pub metric: String,
    /// Exact fraction.
    pub weight: String,
    /// Exact fraction, in the metric's unit.
    pub value: String,
}
