//! Tree to [`Model`] to [`Composition`]: names, types, capabilities, context; no solver, no files.

mod analyse;
pub mod codes;
mod composition;
mod declared;
mod dimensions;
mod model;
mod quantity;
mod show;
mod spelling;
mod units;

pub use analyse::{Analysis, Input, Library, analyse};
pub use composition::*;
pub use model::Model;
pub use quantity::{BigRational, Dimension, Quantity};
