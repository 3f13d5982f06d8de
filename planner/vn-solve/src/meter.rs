//! How much work has been done, and when it is enough.

use std::time::Instant;

use crate::{
    control::{Control, Phase, Progress},
    options::Options,
    outcome::Limit,
};

/// How often progress is told and the caller asked whether to go on.
const STRIDE: u64 = 256;

/// Counts nodes against the limits.
pub struct Meter<'c> {
    control: &'c mut dyn Control,
    options: Options,
    started: Instant,
    nodes: u64,
    phase: Phase,
}

impl<'c> Meter<'c> {
    /// Starts the clock, which is only looked at if the caller set a time limit.
    pub fn new(options: Options, control: &'c mut dyn Control) -> Self {
        Self {
            control,
            options,
            started: Instant::now(),
            nodes: 0,
            phase: Phase::Search,
        }
    }

    /// One more node.
    pub fn node(&mut self) -> Result<(), Limit> {
        self.nodes += 1;
        if self.nodes > self.options.nodes {
            return Err(Limit::Nodes);
        }
        if self.nodes.is_multiple_of(STRIDE) {
            self.control.report(Progress::Nodes {
                phase: self.phase,
                nodes: self.nodes,
            });
            if self.control.is_cancelled() {
                return Err(Limit::Cancelled);
            }
            if self
                .options
                .time
                .is_some_and(|most| self.started.elapsed() > most)
            {
                return Err(Limit::Time);
            }
        }
        Ok(())
    }

    /// Tells something at once.
    pub fn report(&mut self, progress: Progress) {
        self.control.report(progress);
    }

    /// A new phase begins.
    pub fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.control.report(Progress::Nodes {
            phase,
            nodes: self.nodes,
        });
    }

    /// Nodes so far.
    pub const fn nodes(&self) -> u64 {
        self.nodes
    }
}
