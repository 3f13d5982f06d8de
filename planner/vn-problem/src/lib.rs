//! The planner's boundary: [`Problem`] in, [`Solution`] out, and [`verify`] between them.
//!
//! Absent on purpose: names, spans, the language, solver types, floats.

mod arrival;
mod capacity;
mod classes;
mod conflict;
mod connections;
mod custody;
mod earlier;
mod fallback;
#[cfg(feature = "instance")]
pub mod instance;
mod levels;
mod loads;
mod lookup;
mod malformed;
mod measure;
mod metric;
mod order;
mod placement;
mod problem;
mod rational;
mod requirement;
mod solution;
mod structure;
mod survival;
mod traffic;
mod units;
mod verify;
mod violation;

pub use arrival::{Arrival, Arrivals, TooMuch};
pub use conflict::{Claim, Conflict, Shortage};
pub use earlier::Earlier;
pub use fallback::{Entry, fallback_list};
pub use levels::{DeclaredOrder, Levels};
pub use loads::{loads, loads_after};
pub use lookup::Budget;
pub use malformed::Malformed;
pub use measure::{Excess, Measure, Share};
pub use problem::*;
pub use rational::Rational;
pub use solution::*;
pub use traffic::{Channel, Way};
pub use units::*;
pub use verify::{Verified, verify};
pub use violation::Violation;
