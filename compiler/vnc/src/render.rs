//! Words for people and for programs.

pub mod diagnostics;
pub mod difference;
pub mod escape;
pub mod github;
pub mod json;
pub mod page;
pub mod place;
pub mod progress;
pub mod sarif;
pub mod sheet;
pub mod solution;
pub mod summary;
