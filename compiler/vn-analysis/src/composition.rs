//! The tree after the user's context has flowed down: what is admissible where, and why the rest is not.
//!
//! Absent on purpose: chosen devices, any optimisation. All quantities are exact, in base units
//! (bytes, seconds, requests per second, cores, watts, the program's currency per second).

mod fetch;
mod fleet;
mod metric;
mod need;
mod objective;
mod proof;
mod slot;
mod software;
mod wish;

use std::collections::BTreeMap;

use num_rational::BigRational;

pub use fetch::Fetch;
pub(crate) use fleet::Stand;
pub use fleet::{
    Device, DeviceIx, Hop, Line, Metered, Numbers, Offer, Path, Paths, Relation, Resources, Site,
    SiteIx,
};
pub use metric::{Addend, Linear, Over, OwnMetric, Use};
pub use need::{Elsewhere, Need, Route};
pub use objective::{Metric, Objective};
pub use proof::{Bound, Comparison, EmitTarget, Event, Expectation, Subject, Test};
pub use slot::{
    Choice, CloneMode, Provenance, Quorum, Reason, Rejection, Slot, SlotIx, SlotRole, TruthOn,
};
pub use software::{Health, Port, Software};
pub use wish::{Domain, Failure, Measure, Wish, WishKind};

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
    /// Which line set each parameter, in declared order.
    pub origins: Vec<Provenance>,
    /// The builder's preference; that of a component is in [`Slot::preference`].
    pub preference: Preference,
    /// Sites that nothing tells apart, one row each, in declared order.
    pub sites: Vec<Site>,
    /// Devices that nothing tells apart, one row each, in declared order. In an
    /// [expanded](Composition::expanded) composition every row is one device.
    pub devices: Vec<Device>,
    /// What lies between each two devices.
    pub paths: Paths,
    /// Selected services and clients in declared order.
    pub slots: Vec<Slot>,
    /// Selected `needs` edges in declared order.
    pub needs: Vec<Need>,
    /// Connections that were left out in setting out [by classes](Composition::by_classes).
    pub elsewhere: Vec<Elsewhere>,
    /// What the user insists on, in declared order.
    pub wishes: Vec<Wish>,
    /// How services are found: `static`, `consul`, `libp2p`.
    pub directory: String,
    /// `heal.detect`, in seconds.
    pub detect: Option<BigRational>,
    /// Measures of the program's own.
    pub metrics: Vec<OwnMetric>,
    /// What to minimise.
    pub objective: Objective,
    /// `test` blocks.
    pub tests: Vec<Test>,
    /// Targets of `emit`, in declared order.
    pub emit: Vec<EmitTarget>,
}

impl Composition {
    /// How the devices of two rows stand to each other where every row is one device.
    pub fn relation(&self, from: DeviceIx, to: DeviceIx) -> Relation {
        let site = |ix: DeviceIx| self.devices.get(ix.0 as usize).map(|d| d.site_ix);
        if from == to {
            Relation::Same
        } else if site(from) == site(to) {
            Relation::Beside
        } else {
            Relation::Apart
        }
    }
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

impl Preference {
    /// As the language writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::LowResource => "low_resource",
            Self::HighPerformance => "high_performance",
            Self::Custom => "custom",
        }
    }

    /// Whether defaults are generous: instances take what is recommended, larger variants come
    /// first. `custom` changes what the user states; what they leave open is as under
    /// `low_resource`.
    pub fn is_generous(self) -> bool {
        match self {
            Self::HighPerformance => true,
            Self::LowResource | Self::Custom => false,
        }
    }
}
