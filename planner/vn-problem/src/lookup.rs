//! Reading the tables of a [`Problem`] by id.

use std::ops::Index;

use crate::{
    Candidate, CandidateId, Channel, ChannelId, Component, ComponentId, Cut, Device, DeviceId,
    Failure, FailureId, Load, Measure, Micros, Need, NeedId, NeedLoad, Problem, Requirement,
    RequirementId, Route, Way, WayId,
};

macro_rules! table {
    ($id:ty, $row:ty, $field:ident, $ids:ident) => {
        impl Index<$id> for Problem {
            type Output = $row;

            /// Panics for an id that is not of this problem; `verify` rules those out first.
            #[expect(clippy::indexing_slicing)]
            fn index(&self, id: $id) -> &$row {
                &self.$field[id.index()]
            }
        }

        impl Problem {
            #[doc = concat!("All ids of `", stringify!($field), "`, in declared order.")]
            pub fn $ids(&self) -> impl Iterator<Item = $id> + use<> {
                let rows = u32::try_from(self.$field.len()).unwrap_or(u32::MAX);
                (0..rows).map(<$id>::from_row)
            }
        }
    };
}

table!(DeviceId, Device, devices, device_ids);
table!(ComponentId, Component, components, component_ids);
table!(CandidateId, Candidate, candidates, candidate_ids);
table!(NeedId, Need, needs, need_ids);
table!(FailureId, Failure, failures, failure_ids);
table!(RequirementId, Requirement, requirements, requirement_ids);
table!(ChannelId, Channel, channels, channel_ids);
table!(WayId, Way, ways, way_ids);

/// How a route compares with the bounds of its need, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Budget {
    /// Within `within`, or there is none.
    In,
    /// Over `within`, within `degraded`.
    Degraded,
    /// Over both.
    Over,
}

impl NeedLoad {
    /// Whether it follows from the load of the consumer.
    pub const fn passes_on(self) -> bool {
        match self {
            Self::Fanout(_) => true,
            Self::Rate(_) => false,
        }
    }
}

impl Need {
    /// Whether a variant of the consumer has this need.
    pub fn applies(&self, variant: u32) -> bool {
        self.variants
            .as_ref()
            .is_none_or(|those| those.contains(&variant))
    }

    /// All connections that a consumer on `from` has, by server.
    pub fn routes_from(&self, from: DeviceId) -> &[Route] {
        let start = self.routes.partition_point(|route| route.from < from);
        let end = self.routes.partition_point(|route| route.from <= from);
        self.routes.get(start..end).unwrap_or_default()
    }

    /// The connection from a device to a server.
    pub fn route(&self, from: DeviceId, to: CandidateId) -> Option<&Route> {
        let routes = self.routes_from(from);
        let at = routes.binary_search_by_key(&to, |route| route.to).ok()?;
        routes.get(at)
    }

    /// Where a time stands against the bounds.
    pub fn budget(&self, time: Micros) -> Budget {
        if self.within.is_none_or(|bound| time <= bound) {
            Budget::In
        } else if self.degraded.is_some_and(|bound| time <= bound) {
            Budget::Degraded
        } else {
            Budget::Over
        }
    }

    /// What a consumer instance with this load asks for; `None` if it does not fit.
    pub fn load_from(&self, consumer: Load) -> Option<Load> {
        match self.load {
            NeedLoad::Rate(rate) => Some(rate),
            NeedLoad::Fanout(factor) => {
                let product = u128::from(consumer.0).checked_mul(u128::from(factor.num))?;
                let split = product.checked_next_multiple_of(u128::from(factor.den))?
                    / u128::from(factor.den);
                u64::try_from(split).ok().map(Load)
            }
        }
    }
}

impl Problem {
    /// The measure at a position.
    pub fn measure(&self, at: u32) -> Option<&Measure> {
        self.measures.get(usize::try_from(at).ok()?)
    }

    /// Round trip plus service time; saturates, so that nonsense is over every budget.
    pub fn time(&self, route: &Route) -> Micros {
        Micros(route.rtt.0.saturating_add(self[route.to].service_time.0))
    }

    /// The connections of a need that are in budget, from a device.
    pub fn in_budget(&self, need: NeedId, from: DeviceId) -> impl Iterator<Item = &Route> {
        let row = &self[need];
        let routes = row.routes_from(from).iter();
        routes.filter(move |route| row.budget(self.time(route)) == Budget::In)
    }

    /// The candidates of one component, in declared order.
    pub fn candidates_of(
        &self,
        component: ComponentId,
    ) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        let start = self
            .candidates
            .partition_point(|row| row.component < component);
        let ids = self.candidate_ids().skip(start);
        ids.zip(self.candidates.iter().skip(start))
            .take_while(move |(_, row)| row.component == component)
    }
}

impl Failure {
    /// Whether a device is gone.
    pub fn takes(&self, device: DeviceId) -> bool {
        self.down.contains(&device)
    }

    /// Whether whoever lives on `from` does not reach `to`: that is gone, or behind a cut.
    pub fn parts(&self, from: DeviceId, to: DeviceId) -> bool {
        self.takes(to) || self.cut.iter().any(|cut| cut.parts(from, to))
    }
}

impl Cut {
    /// Whether the two devices stand on different sides.
    pub fn parts(&self, a: DeviceId, b: DeviceId) -> bool {
        (self.one.contains(&a) && self.other.contains(&b))
            || (self.one.contains(&b) && self.other.contains(&a))
    }
}
