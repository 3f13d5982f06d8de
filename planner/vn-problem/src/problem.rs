//! The optimization problem: dense ids and integers, every requirement tagged with its [`Cause`].

use crate::{
    Arrivals, CandidateId, Cause, Channel, ComponentId, DeviceId, Earlier, Factor, FailureId, Load,
    Measure, MicroMoney, Micros, MilliWatts, Way, WayId,
};

/// One whole planning problem.
///
/// INVARIANT: everything that can be decided without a solver (capabilities, architectures, pins,
/// reach, protocols) has been decided: what is not a [`Candidate`] or a [`Route`] cannot be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The machines, in declared order.
    pub devices: Vec<Device>,
    /// How many resource dimensions each device and each claim has (cpu, memory, disk, …).
    pub resources: usize,
    /// Services and clients, in declared order.
    pub components: Vec<Component>,
    /// Every admissible (component, device, copy, variant), sorted by exactly that declared order.
    pub candidates: Vec<Candidate>,
    /// Who needs what from whom.
    pub needs: Vec<Need>,
    /// What carries traffic, where that is limited.
    pub channels: Vec<Channel>,
    /// What routes go over, each once.
    pub ways: Vec<Way>,
    /// Named failures that some requirement speaks of.
    pub failures: Vec<Failure>,
    /// From where a lazy candidate can take its bytes in time to stand in after a failure.
    pub refills: Vec<Refill>,
    /// What must hold beyond capacities and budgets, which always hold.
    pub requirements: Vec<Requirement>,
    /// Measures that the objective and requirements speak of by their positions.
    pub measures: Vec<Measure>,
    /// What to minimise.
    pub objective: Objective,
    /// What runs before the plan does, where that is known.
    pub earlier: Option<Earlier>,
}

/// A machine as the planner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What instances may claim, per resource, after the reserve.
    pub capacity: Vec<u64>,
    /// Upper bound, in millionths, of the sum of load / capacity over the services here (battery).
    pub max_duty: Option<u64>,
    /// How many alike machines the row stands for, at least one; see [`Problem::times`].
    pub count: u64,
    /// The line that states the duty or the reserve.
    pub cause: Cause,
}

/// Whether a component is placed by the planner or sits on given devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Placed freely: on each device at most one candidate of each copy is open.
    Service,
    /// Sits on given devices: on each of them exactly one candidate (its app variant) is open.
    Client,
}

/// A service, or a client with all its devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Service or client.
    pub role: Role,
    /// Client devices, in declared order; empty for services.
    pub on: Vec<DeviceId>,
    /// Request rate per client device, of each machine that its row stands for; zero for services.
    pub demand: Load,
    /// Quality steps counted when a component has no instance at all.
    pub absent_quality: u64,
    /// Whether it may have no instance at all, and then no count, truth or failure binds it.
    pub may_be_absent: bool,
    /// How its truth is held, where it has one.
    pub custody: Custody,
    /// The declaration.
    pub cause: Cause,
}

/// How many hold a truth, and how writes come to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Custody {
    /// So many instances hold the truth together (voters); more than half of them write. At least one.
    pub holders: u64,
    /// Whether one more stands by, to hold it when nobody else is left.
    pub standby: bool,
    /// Whether every instance takes writes and passes them on.
    pub passes_on: bool,
}

impl Default for Custody {
    fn default() -> Self {
        Self {
            holders: 1,
            standby: false,
            passes_on: false,
        }
    }
}

/// How the bytes of an instance arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloneMode {
    /// At boot.
    Eager,
    /// With the first use, from an eager instance.
    Lazy,
}

/// One admissible way to run a component: this variant on that device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Of which component.
    pub component: ComponentId,
    /// On which device.
    pub device: DeviceId,
    /// Which of the instances that its component may have there; 0 where there is one, and for clients.
    pub copy: u32,
    /// Position of the variant in declared order; only its identity matters here.
    pub variant: u32,
    /// What an instance claims of the device, per resource, busy or idle.
    pub claim: Vec<u64>,
    /// Claimed memory in bytes, as the footprint metric counts it.
    pub footprint: u64,
    /// Requests per second that one instance can answer; `None` is unlimited.
    pub capacity: Option<Load>,
    /// So many consumer instances may hold on to one instance; `None` is unlimited.
    pub connections: Option<u64>,
    /// Time to answer one request.
    pub service_time: Micros,
    /// Steps of quality loss (rank of the variant, plus one below the recommended size when that counts).
    pub quality: u64,
    /// Power drawn by the instance.
    pub power: MilliWatts,
    /// Money per month for the instance itself.
    pub cost: MicroMoney,
    /// Bytes cloned to the device.
    pub clone_bytes: u64,
    /// When they arrive; the truth of a component is eager whatever this says.
    pub clone: CloneMode,
    /// Whether this candidate may hold the truth of its component.
    pub truth: bool,
    /// Whether it may take the truth over when nobody holds it any more.
    pub standby: bool,
}

impl Component {
    /// A service that asks nothing, is asked nothing, and has to be there.
    pub fn service(cause: Cause) -> Self {
        Self {
            role: Role::Service,
            on: Vec::new(),
            demand: Load(0),
            absent_quality: 0,
            may_be_absent: false,
            custody: Custody::default(),
            cause,
        }
    }
}

impl Candidate {
    /// One that claims nothing, answers at once without limit, and costs nothing.
    pub const fn idle(component: ComponentId, device: DeviceId, variant: u32) -> Self {
        Self {
            component,
            device,
            copy: 0,
            variant,
            claim: Vec::new(),
            footprint: 0,
            capacity: None,
            connections: None,
            service_time: Micros(0),
            quality: 0,
            power: MilliWatts(0),
            cost: MicroMoney(0),
            clone_bytes: 0,
            clone: CloneMode::Eager,
            truth: false,
            standby: false,
        }
    }

    /// One that stands for a decision: as [`idle`](Self::idle), but nobody may ask it, so that it can be
    /// open where duty is bounded.
    pub const fn silent(component: ComponentId, device: DeviceId, variant: u32) -> Self {
        let mut row = Self::idle(component, device, variant);
        row.capacity = Some(Load(0));
        row
    }
}

/// How much load a need puts on its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedLoad {
    /// The consumer's own load times this factor, rounded up per instance.
    Fanout(Factor),
    /// Fixed, per consumer instance.
    Rate(Load),
}

/// An edge `consumer → server` of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Who needs.
    pub consumer: ComponentId,
    /// Which variants of the consumer have this need; `None` means all.
    pub variants: Option<Vec<u32>>,
    /// What is needed.
    pub server: ComponentId,
    /// Bound on round trip plus service time.
    pub within: Option<Micros>,
    /// Bound that holds instead of `within` after a failure.
    pub degraded: Option<Micros>,
    /// Load put on the server.
    pub load: NeedLoad,
    /// May stay unserved.
    pub optional: bool,
    /// Whether it writes: whoever holds the truth bears its load too.
    pub write: bool,
    /// So many distinct servers in budget, if it is served; the first takes all its load. At least one.
    pub copies: u64,
    /// Bytes that one request moves, with its answer.
    pub payload: u64,
    /// How many tiers `prefer` makes (at least one).
    pub tiers: u32,
    /// Who can be asked, from which device; sorted by (from, to).
    pub routes: Vec<Route>,
    /// The line of the need.
    pub cause: Cause,
}

/// A possible connection of a [`Need`]: reachable, in a protocol that the consumer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where the consumer instance sits.
    pub from: DeviceId,
    /// Who answers.
    pub to: CandidateId,
    /// Whole round trip.
    pub rtt: Micros,
    /// Tier of `prefer`; 0 is tried first, always below [`Need::tiers`].
    pub tier: u32,
    /// Tier among the fallbacks (that of `prefer`, else of the policy's `heal.order`).
    pub fallback_tier: u32,
    /// What the payload goes over, where that is limited or costs money.
    pub way: Option<WayId>,
}

/// What goes wrong at once: devices that are gone, and devices that do not reach each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The devices lost; sorted.
    pub down: Vec<DeviceId>,
    /// Between whom no message passes.
    pub cut: Vec<Cut>,
    /// Components that keep what is written to them until it is over; sorted.
    pub kept: Vec<ComponentId>,
    /// The event as declared.
    pub cause: Cause,
}

/// No message passes between a device of one side and a device of the other, either way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// One side; sorted.
    pub one: Vec<DeviceId>,
    /// The other; sorted.
    pub other: Vec<DeviceId>,
}

/// Lazy candidate `to` can be filled from an eager `from` within the detection time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refill {
    /// The lazy candidate.
    pub to: CandidateId,
    /// A candidate of the same component on another device.
    pub from: CandidateId,
}

/// Something the user insists on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What.
    pub kind: RequirementKind,
    /// Which line.
    pub cause: Cause,
}

/// The kinds of [`Requirement`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// `min ≤ instances ≤ max` (a service without `replicas` has `1..`).
    Count {
        /// Which service.
        component: ComponentId,
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// Of `n` instances no domain holds more than `⌈n / m⌉`.
    Spread {
        /// Which service.
        component: ComponentId,
        /// Domain of each device, by device id.
        domain: Vec<u32>,
        /// How many domains have an admissible device.
        m: u64,
    },
    /// As many open candidates that may hold the truth do hold it as its [`Custody`] says.
    Truth {
        /// Which service.
        component: ComponentId,
    },
    /// The service serves on in each of these failures.
    Survive {
        /// Which service.
        component: ComponentId,
        /// One at a time.
        failures: Vec<FailureId>,
    },
    /// On these devices (one class) the client runs the same variant.
    Uniform {
        /// Which client.
        component: ComponentId,
        /// The devices of one class.
        devices: Vec<DeviceId>,
    },
    /// Where something of `when` is open, at least one of `any` is.
    Implies {
        /// One of these; always, where there is none named. Sorted.
        when: Option<Vec<CandidateId>>,
        /// Candidates, sorted.
        any: Vec<CandidateId>,
    },
    /// Of these sets at most one has open candidates.
    Exclusive {
        /// Sets without a common candidate, each sorted.
        sets: Vec<Vec<CandidateId>>,
    },
    /// Σ weight over all open candidates is at least the bound.
    Linear {
        /// Weights that are not zero, sorted by candidate, each once.
        terms: Vec<(CandidateId, i64)>,
        /// The bound.
        at_least: i64,
        /// Unless none of these is open; always, where there is none named. Sorted.
        unless_none: Option<Vec<CandidateId>>,
    },
    /// A bound on a total.
    Total {
        /// Of what.
        metric: TotalMetric,
        /// In the metric's unit.
        at_most: u64,
        /// The part that no decision changes, in the same unit.
        fixed: u64,
    },
    /// What is fetched at boot comes to at most so much.
    Arrivals(Arrivals),
    /// A measure comes to at most so much.
    AtMost {
        /// Its position in [`Problem::measures`].
        measure: u32,
        /// Before it is divided.
        amount: i64,
    },
}

/// What `require total(…)` can bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TotalMetric {
    /// [`MicroMoney`] per month.
    Cost,
    /// [`MilliWatts`].
    Power,
}

/// A summand of the objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What is measured.
    pub metric: Metric,
    /// Times this.
    pub weight: Factor,
}

/// The measures of the objective; each is a pure number in the unit given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Σ load · (rtt + service time) of first entries / Σ client load, in ms.
    Latency,
    /// Money per month.
    Cost,
    /// Watts.
    Power,
    /// Claimed memory of all instances in GiB.
    Footprint,
    /// Per component the worst quality among first entries (among instances where nobody consumes).
    QualityLoss,
    /// Eagerly cloned GiB, the truth left out.
    CloneBytes,
    /// Moves × what a move of the component costs.
    Movement,
    /// The measure at this position of [`Problem::measures`].
    Own(u32),
}

/// What to minimise, level by level: tiers skipped, `terms`, `more`, `then`, moves, declared order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objective {
    /// The user's expression.
    pub terms: Vec<Term>,
    /// What decides among equals after it, level by level.
    pub more: Vec<Vec<Term>>,
    /// Fixed cost of everything owned, so that the cost metric is a total.
    pub fixed_cost: MicroMoney,
    /// The level after the user's expression.
    pub then: Option<Metric>,
}

impl Objective {
    /// The sums of the user's expression, level by level; the first even where it is empty.
    pub fn sums(&self) -> impl Iterator<Item = &[Term]> {
        let more = self.more.iter().map(Vec::as_slice);
        std::iter::once(self.terms.as_slice()).chain(more)
    }

    /// The levels after the first sum, up to the moves: `more`, then the metric after it.
    pub fn later(&self) -> Vec<Vec<Term>> {
        let weight = Factor { num: 1, den: 1 };
        let then = self.then.map(|metric| vec![Term { metric, weight }]);
        self.more.iter().cloned().chain(then).collect()
    }
}
