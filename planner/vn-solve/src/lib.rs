//! Search for the best plan: the only crate that knows solvers.
//!
//! INVARIANT: a plan leaves [`solve`] only after `vn_problem::verify` has accepted it, and "there is
//! no plan" is only said when every possibility has been refuted.

mod table;
mod level;
mod weights;
mod options;
mod control;
mod outcome;
mod meter;
mod model;
mod clause;
mod presence;
mod propagate;
mod bound;
mod found;
mod site;
mod quality;
mod flow;
mod leaf;
mod search;
mod ties;
mod shortage;
mod solve;

pub use control::{Control, Phase, Progress, Silent};
pub use options::Options;
pub use outcome::{Certificate, Limit, Outcome, Reason, Status};
pub use solve::solve;
