//! What is wrong with a solution, as data; whoever knows the names writes the sentence.

use crate::{
    CandidateId, ChannelId, ComponentId, DeviceId, FailureId, Load, Malformed, Micros, NeedId,
    RequirementId,
};

/// One rule of `docs/model.md` that a solution breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The problem itself is broken.
    Malformed(Malformed),
    /// A list of the solution is not sorted, names something twice, or names what does not exist.
    NotCanonical,
    /// Two instances of a service share a device.
    Crowded {
        /// Which service.
        component: ComponentId,
        /// Where.
        device: DeviceId,
    },
    /// A client has not exactly one variant on one of its devices.
    ClientVariants {
        /// Which client.
        component: ComponentId,
        /// Where.
        device: DeviceId,
        /// So many.
        found: usize,
    },
    /// A need of an open instance has no line.
    HeadMissing {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
    },
    /// A line speaks of an instance that is not open or does not have this need.
    HeadUnasked {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
    },
    /// The server is not an open instance with a route.
    HeadUnreachable {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
        /// Who should answer.
        server: CandidateId,
    },
    /// A need that is not optional is not served.
    Unserved {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
    },
    /// A head takes too long.
    OverBudget {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
        /// Who answers.
        server: CandidateId,
        /// Round trip plus service time.
        needed: Micros,
        /// The bound.
        available: Micros,
    },
    /// Fewer servers are in budget than a need asks for.
    Copies {
        /// The need.
        need: NeedId,
        /// The instance.
        consumer: CandidateId,
        /// So many.
        needed: u64,
        /// Open ones in budget.
        available: u64,
    },
    /// A device has too little of a resource.
    Resource {
        /// Which device.
        device: DeviceId,
        /// Which resource.
        resource: usize,
        /// Sum of the claims.
        needed: u128,
        /// The capacity.
        available: u64,
    },
    /// An instance is asked more than it can answer.
    Throughput {
        /// Which instance.
        candidate: CandidateId,
        /// In which failure; `None` is the normal case.
        failure: Option<FailureId>,
        /// Its load.
        needed: Load,
        /// Its capacity.
        available: Load,
    },
    /// More consumers hold on to an instance than it bears.
    Connections {
        /// Which instance.
        candidate: CandidateId,
        /// In which failure; `None` is the normal case.
        failure: Option<FailureId>,
        /// So many consumers.
        needed: u64,
        /// So many at most.
        available: u64,
    },
    /// More goes over a channel than it carries.
    Traffic {
        /// Which channel.
        channel: ChannelId,
        /// In which failure; `None` is the normal case.
        failure: Option<FailureId>,
        /// In 10⁻⁶ bytes per second.
        needed: u128,
        /// What it carries.
        available: u64,
    },
    /// The services of a device with a duty are busy for too long, or one is without a capacity.
    Duty {
        /// Which device.
        device: DeviceId,
    },
    /// Too few or too many instances.
    Count {
        /// The requirement.
        requirement: RequirementId,
        /// How many there are.
        found: usize,
    },
    /// A domain holds more than its share.
    Spread {
        /// The requirement.
        requirement: RequirementId,
        /// The domain.
        domain: u32,
        /// How many it holds.
        found: usize,
        /// How many it may hold.
        available: u64,
    },
    /// Not as many open candidates hold the truth as should, one that may not does, or nobody stands by.
    Truth {
        /// Which component.
        component: ComponentId,
    },
    /// A component has lazy instances and nobody to take the bytes from.
    NoSource {
        /// Which component.
        component: ComponentId,
    },
    /// A failure leaves no instance.
    NoneAlive {
        /// The requirement.
        requirement: RequirementId,
        /// The failure.
        failure: FailureId,
    },
    /// After a failure a consumer finds no entry, or one that takes too long.
    LeftAlone {
        /// The requirement.
        requirement: RequirementId,
        /// The failure.
        failure: FailureId,
        /// The need.
        need: NeedId,
        /// The consumer.
        consumer: CandidateId,
        /// The entry that it finds.
        found: Option<CandidateId>,
    },
    /// Devices of one class run different variants.
    Uneven {
        /// The requirement.
        requirement: RequirementId,
    },
    /// Something is open without what it brings along.
    Implied {
        /// The requirement.
        requirement: RequirementId,
        /// What is open; `None` where something must be in any case.
        found: Option<CandidateId>,
    },
    /// Two sets that exclude each other have open candidates.
    Exclusive {
        /// The requirement.
        requirement: RequirementId,
        /// One of each.
        found: [CandidateId; 2],
    },
    /// A weighted sum of what is open is too small.
    Linear {
        /// The requirement.
        requirement: RequirementId,
        /// The sum.
        found: i128,
        /// The bound.
        at_least: i64,
    },
    /// A total is over its bound.
    Total {
        /// The requirement.
        requirement: RequirementId,
        /// The total.
        needed: u128,
        /// The bound.
        available: u64,
    },
    /// More is fetched at boot than may be.
    Arrivals {
        /// The requirement.
        requirement: RequirementId,
        /// Where, if each device is bound by itself.
        device: Option<DeviceId>,
        /// How much; nothing where somebody cannot fetch from whom it has to.
        found: Option<u128>,
        /// The bound.
        at_most: u64,
    },
    /// A measure comes to more than its bound.
    AtMost {
        /// The requirement.
        requirement: RequirementId,
        /// What it comes to, before it is divided; nothing where that does not fit.
        found: Option<i128>,
        /// The bound.
        at_most: i64,
    },
    /// A sum does not fit; nothing is claimed about the solution.
    Overflow,
}
