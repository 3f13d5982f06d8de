//! Words for people and for programs.

pub mod diagnostics;
pub mod json;
pub mod progress;
pub mod summary;
