//! Search for the best plan: the only crate that knows solvers.
//!
//! INVARIANT: a plan leaves [`solve`] only after `vn_problem::verify` has accepted it, and "there is
//! no plan" is only said when every possibility has been refuted.

mod bond;
mod bound;
mod classes;
mod clause;
mod connections;
mod control;
mod copies;
mod dominance;
mod engine;
mod flow;
mod found;
pub mod highs;
mod layout;
mod leaf;
mod level;
mod location;
mod meter;
mod mip;
mod model;
mod neighbourhood;
mod options;
mod outcome;
mod own;
mod pattern;
mod presence;
mod program;
mod propagate;
mod purchase;
mod quality;
mod rank;
mod relaxation;
mod room;
mod search;
mod shortage;
mod shortlist;
mod site;
mod solve;
mod symmetry;
mod table;
mod throughput;
mod ties;
mod traffic;
mod weights;

pub use classes::{Classes, Elsewhere, Place, solve_by_classes};
pub use control::{Control, Phase, Progress, Silent};
pub use engine::EMBEDDED;
pub use options::{Options, Solver};
pub use outcome::{Certificate, Limit, Outcome, Reason, Relaxed, Status};
pub use relaxation::{Branched, branch_and_bound};
pub use solve::{lay_out, solve};
