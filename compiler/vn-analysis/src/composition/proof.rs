//! What is proven and what is written.

use std::collections::BTreeMap;

use num_rational::BigRational;
use vn_syntax::Span;

use super::{DeviceIx, Metric, SiteIx, SlotIx};

/// A `test` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// `given replan`: solved anew; else the emitted routes alone must do.
    pub replan: bool,
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
    /// `lost(x, n, in_each = site)`: every choice of n of these, in each site of a name if one is given.
    LostSome {
        /// Among these.
        devices: Vec<DeviceIx>,
        /// So many.
        count: u64,
        /// In each site of this name.
        in_each: Option<String>,
    },
    /// No path between the two.
    Partition(Vec<DeviceIx>, Vec<DeviceIx>),
    /// `demand(app) * 2`.
    Demand(SlotIx, BigRational),
    /// `join(profile * n, site)`: machines that come, as rows beyond the fleet.
    Join {
        /// Hardware profile.
        profile: String,
        /// How many.
        count: u64,
        /// Where.
        site: SiteIx,
    },
}

/// `expect LEFT OP RIGHT`; `and` makes several of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What is measured.
    pub subject: Subject,
    /// How it compares.
    pub comparison: Comparison,
    /// With what.
    pub bound: Bound,
    /// The clause.
    pub span: Span,
}

/// What a measure is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Base units (seconds, a share of one, a count); of a [`Subject::Total`] the metric's.
    Amount(BigRational),
    /// A position in [`Slot::variants`](super::Slot::variants).
    Variant(u32),
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
    /// The variant of every instance that serves.
    Variant(SlotIx),
    /// `total(cost)`.
    Total(Metric),
    /// `max(utilisation.memory)`: the highest share of any device that is in use.
    Utilisation(String),
    /// `boot_time`: seconds until the first service, on the slowest device.
    BootTime,
}

impl Subject {
    /// Whether it is between 0% and 100%.
    pub fn is_share(&self) -> bool {
        match self {
            Self::Served(_) | Self::ServedBy(..) | Self::Utilisation(_) => true,
            Self::Rtt(..)
            | Self::Count(..)
            | Self::Variant(_)
            | Self::Total(_)
            | Self::BootTime => false,
        }
    }
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

impl Comparison {
    /// The same with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Eq | Self::Ne => self,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }
}

/// One target of `emit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitTarget {
    /// `compose`, `haproxy`, `json`.
    pub name: String,
    /// `kubernetes(flavor = "k3s")`: its options, as text.
    pub options: BTreeMap<String, String>,
    /// Where it is named.
    pub span: Span,
}
