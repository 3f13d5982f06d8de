//! What is insisted on.

use num_rational::BigRational;
use vn_syntax::Span;

use super::{Comparison, DeviceIx, Metric, SlotIx};

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
        /// Over what.
        across: Domain,
        /// The k of `at least k`; else the number of domains with an admissible device.
        at_least: Option<u64>,
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
        /// What is survived.
        failure: Failure,
        /// `for T`, in seconds.
        lasting: Option<BigRational>,
    },
    /// `colocate a with b`; `colocate [a, b]`.
    Colocate {
        /// Wherever one of these is …
        whenever: Vec<SlotIx>,
        /// … all of these are.
        then: Vec<SlotIx>,
        /// On one device, in one site, …
        across: Domain,
    },
    /// `separate [a, b]`: never two of these in one domain.
    Separate {
        /// Services.
        slots: Vec<SlotIx>,
        /// On one device, in one site, …
        across: Domain,
    },
    /// `one of [a, b]`: exactly one has instances.
    OneOf {
        /// Services.
        slots: Vec<SlotIx>,
    },
    /// `on every D`.
    OnEvery {
        /// Service.
        slot: SlotIx,
        /// Devices.
        devices: Vec<DeviceIx>,
        /// Only those that run another service.
        in_use: bool,
        /// Not on those that run one of these.
        except_beside: Vec<SlotIx>,
    },
    /// `per n of a at least m of b`: n · count(b) ≥ m · count(a).
    Ratio {
        /// n.
        per: u64,
        /// a, and its variant.
        of: (SlotIx, Option<u32>),
        /// m.
        at_least: u64,
        /// b, and its variant.
        then: (SlotIx, Option<u32>),
    },
    /// Any other `require`: Σ weight × measure, compared with a bound; both in base units.
    Bound {
        /// The measures, each once, with weights that are not zero.
        terms: Vec<(BigRational, Measure)>,
        /// How the sum compares.
        comparison: Comparison,
        /// With what.
        bound: BigRational,
        /// The user's words.
        message: Option<String>,
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

impl WishKind {
    /// The terms of a sum that is compared with a bound; nothing of any other wish.
    pub fn terms(&self) -> Option<&[(BigRational, Measure)]> {
        match self {
            Self::Bound { terms, .. } => Some(terms),
            Self::Count { .. }
            | Self::Spread { .. }
            | Self::Placement { .. }
            | Self::Survive { .. }
            | Self::Colocate { .. }
            | Self::Separate { .. }
            | Self::OneOf { .. }
            | Self::OnEvery { .. }
            | Self::Ratio { .. }
            | Self::Total { .. } => None,
        }
    }

    /// The metrics that it bounds, alone or in a sum.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> {
        let total = if let Self::Total { metric, .. } = self {
            Some(*metric)
        } else {
            None
        };
        let terms = self.terms().into_iter().flatten();
        terms.filter_map(|(_, one)| one.metric()).chain(total)
    }
}

/// What a `require` can speak of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A metric, in the metric's own unit (milliseconds, currency per month, GiB).
    Total(Metric),
    /// `max(utilisation.memory)`: the highest share of a resource, or of a consumable capability, that
    /// is claimed on any device.
    Utilisation(String),
    /// `count(service)`, `count(service.variant)`.
    Count(SlotIx, Option<u32>),
    /// `boot_time`: seconds until every device has its eager bytes, all starting at once.
    BootTime,
    /// `clone_bytes(WHERE)`: eager bytes that leave these devices when everything starts at once.
    ClonedFrom(Vec<DeviceIx>),
}

impl Measure {
    /// The metric that it is.
    pub const fn metric(&self) -> Option<Metric> {
        match self {
            Self::Total(metric) => Some(*metric),
            Self::Utilisation(_) | Self::Count(..) | Self::BootTime | Self::ClonedFrom(_) => None,
        }
    }
}

/// What fails, or is spread over, together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// One device.
    #[default]
    Device,
    /// One site.
    Site,
    /// One region.
    Region,
    /// All devices of one value of a label.
    Label(String),
}

/// What is survived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `any 1 device`, `any 2 site`, `any 1 device per store`.
    Any {
        /// How many at a time.
        count: u64,
        /// Of what.
        of: Domain,
        /// In every site of this name at once.
        per: Option<String>,
    },
    /// All of these at once.
    Lost(Vec<DeviceIx>),
    /// No path between the two; where one is a template, between each of its sites and the other.
    Partition(Vec<DeviceIx>, Vec<DeviceIx>),
}
