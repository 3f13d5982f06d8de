//! What is measured: the same programs that the tests hold to be clean.

#[path = "../../tests/src/large.rs"]
pub mod large;
pub mod shop;
