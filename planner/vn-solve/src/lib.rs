//! Search for the best plan: the only crate that knows solvers.
//!
//! INVARIANT: a plan leaves [`solve`] only after `vn_problem::verify` has accepted it, and "there is
//! no plan" is only said when every possibility has been refuted.

mod bound;
mod clause;
mod control;
mod flow;
mod found;
mod leaf;
mod level;
mod location;
mod meter;
mod model;
mod options;
mod outcome;
mod presence;
mod propagate;
mod quality;
mod search;
mod shortage;
mod site;
mod solve;
mod table;
mod ties;
mod weights;

pub use control::{Control, Phase, Progress, Silent};
pub use options::Options;
pub use outcome::{Certificate, Limit, Outcome, Reason, Status};
pub use solve::solve;
