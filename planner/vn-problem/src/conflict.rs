//! Why no plan exists, as data: needs on one side, what there is on the other.

use crate::{CandidateId, Cause, ComponentId, DeviceId, FailureId, NeedId, RequirementId};

/// Why a problem has no solution.
///
/// Each shortage alone proves it, save [`Shortage::Exhausted`], where only the whole search does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflict {
    /// What was found, the plainest first.
    pub shortages: Vec<Shortage>,
}

/// What a component that must exist claims at the very least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which component.
    pub component: ComponentId,
    /// So many instances at least.
    pub instances: u64,
    /// The sum of their cheapest claims.
    pub needed: u128,
    /// A candidate that claims least.
    pub cheapest: CandidateId,
    /// The declaration.
    pub cause: Cause,
}

/// One thing of which there is too little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// A component that must exist has no admissible candidate (on this device, for a client).
    NoCandidate {
        /// Which component.
        component: ComponentId,
        /// The client device.
        device: Option<DeviceId>,
        /// The declaration.
        cause: Cause,
    },
    /// Fewer devices can host a component than it needs instances.
    TooFewDevices {
        /// Which component.
        component: ComponentId,
        /// Instances.
        needed: u64,
        /// Devices.
        available: u64,
        /// The declaration.
        cause: Cause,
    },
    /// A need of a consumer that must exist there reaches no server within its bound.
    NoRoute {
        /// The need.
        need: NeedId,
        /// Where the consumer sits.
        device: DeviceId,
        /// The fastest server, if any can be reached at all.
        fastest: Option<CandidateId>,
        /// Its time in microseconds.
        needed: Option<u64>,
        /// The bound in microseconds.
        available: Option<u64>,
        /// The line of the need.
        cause: Cause,
    },
    /// A failure takes every device that can host a component.
    NoneAlive {
        /// The requirement.
        requirement: RequirementId,
        /// The component.
        component: ComponentId,
        /// The failure.
        failure: FailureId,
        /// The line of the requirement.
        cause: Cause,
    },
    /// After a failure a consumer that must exist there reaches no survivor within its bound.
    LeftAlone {
        /// The requirement.
        requirement: RequirementId,
        /// The failure.
        failure: FailureId,
        /// The need.
        need: NeedId,
        /// Where the consumer sits.
        device: DeviceId,
        /// The line of the requirement.
        cause: Cause,
    },
    /// No admissible candidate may hold the truth.
    NoTruth {
        /// Which component.
        component: ComponentId,
        /// The requirement's line.
        cause: Cause,
    },
    /// The cheapest claims exceed what these devices have together.
    Resource {
        /// Which resource.
        resource: usize,
        /// On which devices, sorted; one, or all that can host anything here.
        devices: Vec<DeviceId>,
        /// Who claims.
        claims: Vec<Claim>,
        /// Sum of the claims.
        needed: u128,
        /// Sum of the capacities.
        available: u128,
    },
    /// The instances that can be open answer fewer requests than must be asked.
    Throughput {
        /// Which component.
        component: ComponentId,
        /// In which failure, if in one.
        failure: Option<FailureId>,
        /// The least load, in millionths of a request per second.
        needed: u128,
        /// The most that its candidates answer together.
        available: u128,
        /// The declaration.
        cause: Cause,
    },
    /// The instances that can be open bear fewer consumers than hold on to them for sure.
    Connections {
        /// Which component.
        component: ComponentId,
        /// The least number of connections.
        needed: u64,
        /// The most that its candidates bear together.
        available: u64,
        /// The declaration.
        cause: Cause,
    },
    /// The cheapest choice exceeds a total.
    Total {
        /// The requirement.
        requirement: RequirementId,
        /// Who costs.
        claims: Vec<Claim>,
        /// The cheapest total, in the metric's unit.
        needed: u128,
        /// The bound.
        available: u64,
        /// The line of the requirement.
        cause: Cause,
    },
    /// No single shortage: every combination was refuted, one by one.
    Exhausted {
        /// What must exist and what it claims at least, by resource.
        claims: Vec<(usize, Claim)>,
        /// What all devices have together, by resource.
        available: Vec<u128>,
    },
}
