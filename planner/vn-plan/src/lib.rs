//! The plan, its schema, its verification from itself alone, and the failover simulator.

mod plan;

pub use plan::*;
