//! The planner's boundary: [`Problem`] in, [`Solution`] out, and [`verify`] between them.
//!
//! Absent on purpose: names, spans, the language, solver types, floats.

mod problem;
mod solution;
mod units;

pub use problem::*;
pub use solution::*;
pub use units::*;
