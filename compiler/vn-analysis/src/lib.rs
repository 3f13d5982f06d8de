//! Tree to `Model` to [`Composition`]: names, types, capabilities, context; no solver, no files.

mod composition;
mod quantity;

pub use composition::*;
pub use quantity::{BigRational, Dimension, Quantity};
