//! What a program declares, names resolved, quantities exact.

/// What a program declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {}
