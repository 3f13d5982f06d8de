//! The planner's boundary: [`Problem`] in, [`Solution`] out, and [`verify`] between them.
//!
//! Absent on purpose: names, spans, the language, solver types, floats.

mod units;
mod rational;
mod problem;
mod solution;
mod lookup;
mod order;
mod malformed;
mod placement;
mod fallback;
mod loads;
mod violation;
mod structure;
mod capacity;
mod requirement;
mod survival;
mod metric;
mod levels;
mod verify;
mod conflict;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use conflict::{Claim, Conflict, Shortage};
pub use fallback::{Entry, fallback_list};
pub use levels::{DeclaredOrder, Levels};
pub use loads::{loads, loads_after};
pub use lookup::Budget;
pub use malformed::Malformed;
pub use problem::*;
pub use rational::Rational;
pub use solution::*;
pub use units::*;
pub use verify::{Verified, verify};
pub use violation::Violation;
