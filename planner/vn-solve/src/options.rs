//! Limits of a solve.

use std::time::Duration;

/// How long to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// At most so many nodes, counted alike on every machine.
    pub nodes: u64,
    /// At most this long. With a time limit that strikes, a result cannot be reproduced.
    pub time: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: 300_000,
            time: None,
        }
    }
}
