//! Components and what may run where.

use std::sync::Arc;

use num_rational::BigRational;
use vn_syntax::Span;

use super::{DeviceIx, Fetch, Preference, Resources, Software};
use crate::show;
use crate::value::Value;

/// A row of [`Composition::slots`](super::Composition::slots).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotIx(pub u32);

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
    /// The preference that holds for it.
    pub preference: Preference,
    /// Devices of a client.
    pub on: Vec<DeviceIx>,
    /// Requests per second and client device.
    pub demand: BigRational,
    /// How many variants the component has, whether admissible or not.
    pub variants: Vec<String>,
    /// Admissible (device, variant) pairs, by device and then in declared order of variants.
    pub options: Vec<Choice>,
    /// The others, with their reasons, in the same order; where placements exclude a device, only if
    /// that is wanted or there is something to report.
    pub rejected: Vec<Rejection>,
    /// `truth on`: devices that may hold the truth.
    pub truth: Option<TruthOn>,
    /// `standby truth on`: devices that may take it over, with a variant that provides truth.
    pub standby: Option<TruthOn>,
    /// `quorum n on`.
    pub quorum: Option<Quorum>,
    /// `buffer T`: seconds of writes that are kept while nobody takes them.
    pub buffer: Option<(BigRational, Span)>,
    /// Writes may be handed to a clone, which passes them on.
    pub relay: bool,
    /// Seconds that a clone may lag behind.
    pub staleness: Option<BigRational>,
    /// Most instances on one device.
    pub max_per_device: u64,
    /// Present only where a chosen variant needs it.
    pub if_needed: bool,
    /// Where it runs today.
    pub currently: Vec<(DeviceIx, Option<u32>)>,
    /// What moving one instance costs in the objective's `movement`.
    pub move_cost: BigRational,
    /// `fetch …`: sources of lazy bytes in order; without it all, the nearest first.
    pub fetch: Option<Fetch>,
    /// Which line set what holds for all its variants: its context, `replicas`, `demand`, …
    pub provenance: Vec<Provenance>,
    /// The declaration (its name).
    pub span: Span,
}

/// `quorum 3 on role backbone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Voters.
    pub voters: u64,
    /// Devices that may vote: named ones, with a variant that provides it.
    pub devices: Vec<DeviceIx>,
    /// The clause.
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
    /// With the first use, nothing reserved; may be evicted.
    OnDemand,
}

impl CloneMode {
    /// As the language writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::Lazy => "lazy",
            Self::OnDemand => "on_demand",
        }
    }
}

/// This variant on that device.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where.
    pub device: DeviceIx,
    /// Which of the instances that may stand there: always the first, 0, where a row is a group of devices.
    pub copy: u32,
    /// Position in [`Slot::variants`].
    pub variant: u32,
    /// What an instance claims.
    pub claims: Resources,
    /// Requests per second; `None` is not limited.
    pub capacity: Option<BigRational>,
    /// Most consumers of one instance.
    pub connections: Option<u64>,
    /// Only if the device takes one of these roles; empty where it does not matter.
    pub roles: Vec<String>,
    /// Whether what it is, beside where it may run, depends on the role that the planner picks.
    pub by_role: bool,
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
    /// Whether it can hold the truth, or vote where there is a quorum (on an allowed device, of a
    /// variant that provides it).
    pub truth: bool,
    /// Whether it may take the truth over.
    pub standby: bool,
    /// How it is run.
    pub software: Software,
    /// Every effective value: which line set it; empty where that was not asked for.
    pub provenance: Arc<[Provenance]>,
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
    pub(crate) value: Value,
    /// Whether it is a share of one, which reads as a percentage.
    pub(crate) is_share: bool,
    /// The weaker lines that it overrode, nearest first.
    pub overrode: Vec<Span>,
}

impl Provenance {
    /// The effective value, as the language writes it.
    pub fn value(&self) -> String {
        match &self.value {
            Value::Quantity(share) if self.is_share && share.dimension.is_pure() => {
                show::percent(&share.value)
            }
            other => other.show(),
        }
    }
}

/// Why a (device, variant) pair is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Where.
    pub device: DeviceIx,
    /// Position in [`Slot::variants`].
    pub variant: u32,
    /// At least one.
    pub reasons: Arc<[Reason]>,
}

/// One reason, in words and with its line; devices that nothing tells apart share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    before: Arc<str>,
    /// What follows the device's id, where the words name the device.
    after: Option<Arc<str>>,
    /// The line that says so.
    pub span: Span,
}

impl Reason {
    /// A reason that names no device.
    pub fn new(text: impl Into<Arc<str>>, span: Span) -> Self {
        Self {
            before: text.into(),
            after: None,
            span,
        }
    }

    /// A reason that names the device between its two parts.
    pub fn about(before: impl Into<Arc<str>>, after: impl Into<Arc<str>>, span: Span) -> Self {
        Self {
            before: before.into(),
            after: Some(after.into()),
            span,
        }
    }

    /// `` `device.memory >= 8 GiB`: `pi` has 4 GiB ``, said of the device of that id.
    pub fn text(&self, device: &str) -> String {
        match &self.after {
            Some(after) => format!("{}{device}{after}", self.before),
            None => self.before.to_string(),
        }
    }

    /// How it begins, up to the name of the device.
    pub fn start(&self) -> &str {
        &self.before
    }
}
