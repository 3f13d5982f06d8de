//! The tree after the user's context has flowed down: what is admissible where, and why the rest is not.
//!
//! Absent on purpose: chosen devices, any optimisation. All quantities are exact, in base units
//! (bytes, seconds, requests per second, cores, watts, the program's currency per second).

use std::collections::BTreeMap;

use num_rational::BigRational;
use vn_syntax::Span;

/// A row of [`Composition::devices`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIx(pub u32);

/// A row of [`Composition::slots`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotIx(pub u32);

/// The program as the planner will meet it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    /// Name of the builder.
    pub name: String,
    /// The edition.
    pub edition: u32,
    /// Code of the one currency; `EUR` where the program speaks of no money.
    pub currency: String,
    /// Effective parameters by name, as the language writes values.
    pub parameters: BTreeMap<String, String>,
    /// The effective preference.
    pub preference: Preference,
    /// Every device, template counts expanded, in declared order.
    pub devices: Vec<Device>,
    /// Facts about each ordered pair of devices that can exchange messages; row-major, `devices²` long.
    pub paths: Vec<Option<Path>>,
    /// Selected services and clients in declared order.
    pub slots: Vec<Slot>,
    /// Selected `needs` edges in declared order.
    pub needs: Vec<Need>,
    /// What the user insists on, in declared order.
    pub wishes: Vec<Wish>,
    /// `heal.detect`, in seconds.
    pub detect: Option<BigRational>,
    /// What to minimise.
    pub objective: Objective,
    /// `test` blocks.
    pub tests: Vec<Test>,
    /// Targets of `emit`, in declared order.
    pub emit: Vec<EmitTarget>,
}

/// The user's preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preference {
    /// The default.
    #[default]
    LowResource,
    /// Quality and latency first.
    HighPerformance,
    /// The user's own weights and pins.
    Custom,
}

/// Amounts of the four resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Cores.
    pub cpu: BigRational,
    /// Bytes.
    pub memory: BigRational,
    /// Bytes.
    pub disk: BigRational,
    /// Bytes of video memory; zero where it is shared with `memory`.
    pub vram: BigRational,
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Stable id: `nuc`, `phones[2]`, `store[17]/till[3]`.
    pub id: String,
    /// Declared name of its class: `phones`, `store/till`.
    pub class: String,
    /// Site id.
    pub site: String,
    /// `backbone`, `super`, `local`, `edge`.
    pub role: String,
    /// Hardware profile.
    pub profile: String,
    /// Architecture.
    pub arch: String,
    /// Operating system.
    pub os: String,
    /// IP literal or name.
    pub address: String,
    /// IP literal to bind, if one is known.
    pub bind: Option<String>,
    /// As built.
    pub nominal: Resources,
    /// What instances may claim: nominal × min(usable, 1 − reserve).
    pub claimable: Resources,
    /// Whether it runs on a battery.
    pub battery: bool,
    /// Upper bound on Σ load / capacity from `battery.max_duty`; only on batteries.
    pub max_duty: Option<BigRational>,
    /// Share of the time that it is on, 0..1.
    pub availability: BigRational,
    /// Currency per month (730 h).
    pub cost_per_month: BigRational,
    /// The declaration.
    pub span: Span,
}

/// Between two devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Whole round trip in seconds.
    pub rtt: BigRational,
    /// Bytes per second; unknown where no link states it; absent between a device and itself.
    pub bandwidth: Option<BigRational>,
    /// Every link of it is private.
    pub private: bool,
    /// Share of the time that it works, 0..1.
    pub availability: BigRational,
    /// The links it goes over, in order; empty on one device.
    pub links: Vec<Span>,
}

/// Service or client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotRole {
    /// Placed by the planner.
    Service,
    /// Sits on given devices.
    Client,
}

/// A component: what may run where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Unique short name (`graph`), else the path (`family_cloud.graph`).
    pub name: String,
    /// Nodes from the builder down, without the name itself.
    pub ancestors: Vec<String>,
    /// Service or client.
    pub role: SlotRole,
    /// Kind of a service (`graph_db`).
    pub kind: Option<String>,
    /// Devices of a client.
    pub on: Vec<DeviceIx>,
    /// Requests per second and client device.
    pub demand: BigRational,
    /// How many variants the component has, whether admissible or not.
    pub variants: Vec<String>,
    /// Admissible (device, variant) pairs, by device and then in declared order of variants.
    pub options: Vec<Choice>,
    /// The others, with their reasons, in the same order.
    pub rejected: Vec<Rejection>,
    /// `truth on`: devices that may hold the truth.
    pub truth: Option<TruthOn>,
    /// The declaration (its name).
    pub span: Span,
}

/// `truth on …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthOn {
    /// Devices that may write.
    pub devices: Vec<DeviceIx>,
    /// The clause.
    pub span: Span,
}

/// When the bytes of an instance arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloneMode {
    /// At boot.
    #[default]
    Eager,
    /// With the first use.
    Lazy,
}

/// This variant on that device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where.
    pub device: DeviceIx,
    /// Position in [`Slot::variants`].
    pub variant: u32,
    /// What an instance claims.
    pub claims: Resources,
    /// Requests per second; `None` is not limited.
    pub capacity: Option<BigRational>,
    /// Seconds to answer one request.
    pub service_time: BigRational,
    /// Position in the quality order in the user's context; best 0.
    pub rank: u32,
    /// Whether `claims` meets the recommended needs.
    pub meets_recommended: bool,
    /// Watts.
    pub power: BigRational,
    /// Currency per month for the instance itself.
    pub cost_per_month: BigRational,
    /// Bytes of the data set that a clone carries.
    pub dataset: BigRational,
    /// How they arrive.
    pub clone: CloneMode,
    /// Whether it can hold the truth (on an allowed device, of a variant that provides it).
    pub truth: bool,
    /// How it is run.
    pub software: Software,
    /// Every effective value that was not the kind's default: which line set it.
    pub provenance: Vec<Provenance>,
}

/// Where an effective value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// `memory`, `capacity`, `rank`, `clone`, …
    pub what: String,
    /// The line that set it.
    pub span: Span,
    /// The ancestor it came through (`builder home_lab`), if it was inherited.
    pub through: Option<String>,
}

/// What the stdlib or the user says of a variant's software.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Software {
    /// `memgraph`.
    pub name: String,
    /// Container image; none for what lives inside its consumer.
    pub image: Option<String>,
    /// Command and arguments.
    pub command: Vec<String>,
    /// Environment.
    pub environment: BTreeMap<String, String>,
    /// Name, protocol (`tcp`, `http`, `ws`, `udp`), container port, published port.
    pub ports: Vec<Port>,
    /// How to see whether it is well.
    pub health: Option<Health>,
    /// Path of the data inside the container.
    pub data: Option<String>,
    /// Whether it needs the GPU.
    pub gpu: bool,
    /// Licence.
    pub licence: Option<String>,
}

/// A port of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// `bolt`.
    pub name: String,
    /// `tcp`, `http`, `ws`, `udp`.
    pub protocol: String,
    /// Inside the container.
    pub container: u16,
    /// On the device.
    pub published: u16,
}

/// A health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Command inside the container.
    Command(Vec<String>),
    /// Path of an HTTP GET on the first port.
    Http(String),
    /// TCP connect to the first port.
    Tcp,
}

/// Why a (device, variant) pair is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Where.
    pub device: DeviceIx,
    /// Position in [`Slot::variants`].
    pub variant: u32,
    /// At least one.
    pub reasons: Vec<Reason>,
}

/// One reason, in words and with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `requires device.memory >= 8 GiB: 4 GiB`, `pin on role [backbone, super]: role is local`.
    pub text: String,
    /// The line that says so.
    pub span: Span,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Who needs.
    pub consumer: SlotIx,
    /// Only these variants of the consumer; `None` for all.
    pub variants: Option<Vec<u32>>,
    /// What is needed.
    pub server: SlotIx,
    /// Seconds.
    pub within: Option<BigRational>,
    /// Seconds, after a failure.
    pub degraded: Option<BigRational>,
    /// Requests to the server per request to the consumer.
    pub fanout: BigRational,
    /// Requests per second instead of demand × fanout.
    pub rate: Option<BigRational>,
    /// May stay unserved.
    pub optional: bool,
    /// Names of the tiers of `prefer`; empty without one. Whatever is in none comes last.
    pub tiers: Vec<String>,
    /// Possible connections, by (from, to).
    pub routes: Vec<Route>,
    /// The clause.
    pub span: Span,
}

/// A possible connection: there is a path, in a direction and protocol that work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The consumer's device.
    pub from: DeviceIx,
    /// Position in the server's [`Slot::options`].
    pub to: u32,
    /// Tier of `prefer` (0 first; all 0 without `prefer`).
    pub tier: u32,
    /// Tier among fallbacks: that of `prefer`, else of `heal.order`.
    pub fallback_tier: u32,
}

/// Something insisted on, with the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What.
    pub kind: WishKind,
    /// The clause.
    pub span: Span,
}

/// The kinds of [`Wish`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WishKind {
    /// `replicas`; every service has one (`1..` where nothing is written).
    Count {
        /// Service.
        slot: SlotIx,
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// `spread across D`.
    Spread {
        /// Service.
        slot: SlotIx,
        /// Domain of every device, by device.
        domains: Vec<String>,
        /// Domains with an admissible device (or the k of `at least k`).
        m: u64,
    },
    /// `pin`, `forbid on`: already applied to the options; kept for the plan's own proof.
    Placement {
        /// Component.
        slot: SlotIx,
        /// Where its instances may be.
        devices: Vec<DeviceIx>,
    },
    /// `survive …`.
    Survive {
        /// Service.
        slot: SlotIx,
        /// The service whose clause it follows from.
        inherited_from: Option<SlotIx>,
        /// Devices lost, case by case.
        failures: Vec<Vec<DeviceIx>>,
    },
    /// `require total(m) <= bound else "…"`.
    Total {
        /// Which.
        metric: Metric,
        /// In the metric's base unit (currency per month, watts).
        at_most: BigRational,
        /// The user's words.
        message: Option<String>,
    },
}

/// The measures of the objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Milliseconds.
    Latency,
    /// Currency per month.
    Cost,
    /// Watts.
    Power,
    /// GiB.
    Footprint,
    /// Steps.
    QualityLoss,
    /// GiB.
    CloneBytes,
}

/// Σ weight × metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objective {
    /// The summands.
    pub terms: Vec<(BigRational, Metric)>,
    /// The expression, where there is one.
    pub span: Option<Span>,
}

/// A `test` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// What happens, all at once.
    pub given: Vec<Event>,
    /// What must hold then.
    pub expect: Vec<Expectation>,
    /// The name's place.
    pub span: Span,
}

/// `lost(x)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Devices gone.
    Lost(Vec<DeviceIx>),
}

/// `expect LEFT OP RIGHT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What is measured.
    pub subject: Subject,
    /// How it compares.
    pub comparison: Comparison,
    /// With what; base units (seconds, a share of one, a count).
    pub bound: BigRational,
    /// The clause.
    pub span: Span,
}

/// What a test can ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Share of client devices served (all non-optional needs within budget).
    Served(SlotIx),
    /// Share of client devices whose need of the service is served.
    ServedBy(SlotIx, SlotIx),
    /// Round trip from every client device to whoever answers.
    Rtt(SlotIx, SlotIx),
    /// Instances alive.
    Count(SlotIx, Option<u32>),
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// One target of `emit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitTarget {
    /// `compose`, `haproxy`, `json`.
    pub name: String,
    /// Where it is named.
    pub span: Span,
}
