//! Who needs whom, and who can be asked.

use num_rational::BigRational;
use vn_syntax::Span;

use super::{DeviceIx, Relation, SlotIx};

/// An edge.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a word of the clause"
)]
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
    /// Distinct instances that each consumer needs.
    pub copies: u64,
    /// The worst variant (position in [`Slot::variants`](super::Slot::variants)) that is good enough.
    pub at_least: Option<u32>,
    /// Whether it writes.
    pub write: bool,
    /// Whether its load may be split.
    pub balanced: bool,
    /// Whether it binds without ordering the start.
    pub deferred: bool,
    /// Bytes per request.
    pub payload: Option<BigRational>,
    /// May stay unserved.
    pub optional: bool,
    /// Names of the tiers of `prefer`; empty without one. Whatever is in none comes last.
    pub tiers: Vec<String>,
    /// Possible connections, by (from, to).
    pub routes: Vec<Route>,
    /// The clause.
    pub span: Span,
}

/// A possible connection that a plan by classes leaves out: into one of several sites of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// A row of [`Composition::needs`](super::Composition::needs).
    pub need: usize,
    /// The consumer's device.
    pub from: DeviceIx,
    /// Seconds that the server takes to answer.
    pub service_time: BigRational,
    /// Position of its variant in the quality order.
    pub rank: u32,
    /// Whether it meets the recommended needs.
    pub meets_recommended: bool,
    /// Whole round trip in seconds.
    pub rtt: BigRational,
    /// Tier of `prefer`.
    pub tier: u32,
    /// Tier among fallbacks.
    pub fallback_tier: u32,
}

/// A possible connection: there is a path, in a direction and protocol that work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The consumer's device.
    pub from: DeviceIx,
    /// Position in the server's [`Slot::options`](super::Slot::options).
    pub to: u32,
    /// How the two devices stand to each other.
    pub relation: Relation,
    /// Tier of `prefer` (0 first; all 0 without `prefer`).
    pub tier: u32,
    /// Tier among fallbacks: that of `prefer`, else of `heal.order`.
    pub fallback_tier: u32,
}
