//! The plan, its schema, its verification from itself alone, and the failover simulator.
//!
//! INVARIANT: nothing in here knows the language, the planning problem or a solver. What
//! [`verify`] and [`simulate`] say follows from the bytes of the plan.

mod alike;
mod apart;
mod certificate;
mod connections;
mod custody;
mod difference;
mod event;
mod failover;
mod figure;
mod fraction;
mod json;
mod loads;
mod moves;
mod network;
mod outcome;
mod plan;
mod slug;
mod standing;
mod traffic;
mod verify;
mod violation;

pub use alike::{Alike, Ranges};
pub use apart::expanded;
pub use certificate::{CERTIFICATE_FORMAT, Certificate, Status};
pub use difference::{Asks, Changed, Difference, Figure, Moved, Placed};
pub use event::Event;
pub use failover::simulate;
pub use json::{ReadError, digest, from_json, schema, to_json};
pub use moves::{
    Action, Before, Forced, Former, FormerRoute, Gap, Moves, Step, Wait, Waited, arrange,
};
pub use outcome::{Answer, Asked, Flood, Outcome, Overflow, Rtt, Share, Unserved};
pub use plan::*;
pub use slug::slug;
pub use verify::{Slack, Verified, verify};
pub use violation::{Violation, ViolationKind};
