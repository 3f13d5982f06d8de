//! What is measured: the same programs and problems that the tests use.

#[path = "../../tests/src/large.rs"]
pub mod large;
#[expect(clippy::indexing_slicing, reason = "below a length")]
#[path = "../../tests/src/generator/random.rs"]
pub mod random;
#[path = "../../tests/src/regional.rs"]
pub mod regional;
pub mod shop;

/// Where the tests keep what they draw from.
pub mod generator {
    pub use crate::random::Random;
}
