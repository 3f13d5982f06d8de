//! What is wrong with a plan, as data.

use std::fmt;

use serde::Serialize;

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which rule.
    pub kind: ViolationKind,
    /// Ids of the devices, instances and components that it is about, the nearest first.
    pub about: Vec<String>,
    /// One sentence that names the ids and both figures; lower case, no full stop.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Violation {}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings(pub Vec<Violation>);

impl Findings {
    pub fn add(&mut self, kind: ViolationKind, about: &[&str], message: String) {
        self.0.push(Violation {
            kind,
            about: about.iter().map(ToString::to_string).collect(),
            message,
        });
    }

    pub fn has(&self, kind: ViolationKind) -> bool {
        self.0.iter().any(|violation| violation.kind == kind)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// The rules of a plan; the names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum ViolationKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl ViolationKind {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable name, in snake case.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// The document is of another format.
    Format = "format",
    /// The digest is not that of the document.
    Digest = "digest",
    /// An id is empty or given twice.
    Id = "id",
    /// A device's slug is not unique or not made of `[a-z0-9-]`.
    Slug = "slug",
    /// An address or a port that is had twice.
    Socket = "socket",
    /// An id that nothing bears.
    Reference = "reference",
    /// Fields that contradict each other.
    Shape = "shape",
    /// A component stands twice on one device.
    Twice = "twice",
    /// Instances claim more than a device has.
    Capacity = "capacity",
    /// A device offers more than it has.
    Nominal = "nominal",
    /// An instance is asked more than it can answer.
    Throughput = "throughput",
    /// More consumers hold on to an instance than it bears.
    Connections = "connections",
    /// More goes over a link than it carries, or not what is written.
    Bandwidth = "bandwidth",
    /// A device on battery works more than it may.
    Duty = "duty",
    /// A recorded load is not the one that follows from the lists.
    Load = "load",
    /// Instances ask each other in a circle.
    Circle = "circle",
    /// A need that is not optional has an empty list.
    Unserved = "unserved",
    /// A first entry is over its budget.
    Budget = "budget",
    /// Fewer instances are within the budget than a consumer needs at once.
    Copies = "copies",
    /// A recorded standing is not the one that follows from the times.
    Standing = "standing",
    /// Fallbacks are not in order.
    Order = "order",
    /// An instance is neither listed nor named unreachable.
    Incomplete = "incomplete",
    /// A tier that the need does not have.
    Tier = "tier",
    /// Round trips contradict each other.
    Rtt = "rtt",
    /// Instances of one variant do not have the same needs.
    Needs = "needs",
    /// Too few or too many instances.
    Count = "count",
    /// Too many instances in one domain.
    Spread = "spread",
    /// An instance stands where it must not.
    Placement = "placement",
    /// Not exactly one instance writes, or not there.
    Truth = "truth",
    /// A service does not survive a failure that it must.
    Survive = "survive",
    /// A service that another relies on need not survive what that one must.
    Inherited = "inherited",
    /// Devices of one class run different variants.
    Uniform = "uniform",
    /// Something stands on a machine that is not bought, or too few are.
    Offer = "offer",
    /// A device takes a role that it may not take, or that something on it does not run in.
    Role = "role",
    /// Components stand together, apart or in numbers as they must not.
    Company = "company",
    /// A total exceeds its bound.
    Total = "total",
    /// A recorded total is not the sum.
    Totals = "totals",
    /// Bytes cannot arrive as written.
    Clone = "clone",
    /// A term or level of the objective has another value.
    Objective = "objective",
    /// The steps from what ran before do not lead to the plan, or not safely.
    Moves = "moves",
}
