//! The static check: every expression is typed once, whether or not anything ever evaluates it.

mod infer;
mod matching;
mod names;
mod operation;
pub mod schema;
mod shape;
mod walk;

pub use walk::{Ground, check};
