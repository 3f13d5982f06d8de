//! How much work has been done, and when it is enough.

use std::time::{Duration, Instant};

use crate::{
    control::{Control, Phase, Progress},
    options::{Options, Solver},
    outcome::Limit,
};

/// How often progress is told and the caller asked whether to go on, on small problems.
const STRIDE: u64 = 256;

/// Nodes times candidates between two questions, on large ones.
const WORK: u64 = 1 << 14;

/// Counts nodes against the limits.
pub struct Meter<'c> {
    control: &'c mut dyn Control,
    options: Options,
    started: Instant,
    nodes: u64,
    /// Nodes of the phase that runs: never more than all.
    allowed: u64,
    /// Where the leaf at work is given up.
    fence: Option<u64>,
    struck: bool,
    stride: u64,
    phase: Phase,
}

impl<'c> Meter<'c> {
    /// Starts the clock, which is only looked at if the caller set a time limit.
    pub fn new(options: Options, candidates: usize, control: &'c mut dyn Control) -> Self {
        Self {
            control,
            options,
            started: Instant::now(),
            nodes: 0,
            allowed: options.nodes,
            fence: None,
            struck: false,
            stride: (WORK / (candidates as u64).max(1)).clamp(1, STRIDE),
            phase: Phase::Search,
        }
    }

    /// One more node.
    pub fn node(&mut self) -> Result<(), Limit> {
        self.nodes += 1;
        if self.nodes > self.allowed {
            return Err(Limit::Nodes);
        }
        if self.fence.is_some_and(|fence| self.nodes > fence) {
            self.struck = true;
            return Err(Limit::Nodes);
        }
        if self.nodes.is_multiple_of(self.stride) {
            self.control.report(Progress::Nodes {
                phase: self.phase,
                nodes: self.nodes,
            });
            return self.may_go_on();
        }
        Ok(())
    }

    /// Asks the caller and, if there is a time limit, the clock.
    pub fn may_go_on(&mut self) -> Result<(), Limit> {
        if self.control.is_cancelled() {
            return Err(Limit::Cancelled);
        }
        if self.time_left().is_some_and(|left| left.is_zero()) {
            return Err(Limit::Time);
        }
        Ok(())
    }

    /// What is left of the time limit, if there is one.
    pub fn time_left(&self) -> Option<Duration> {
        let most = self.options.time?;
        Some(most.saturating_sub(self.started.elapsed()))
    }

    /// How many nodes all phases together may take.
    pub const fn limit(&self) -> u64 {
        self.options.nodes
    }

    /// Who solves the mixed-integer program.
    pub const fn solver(&self) -> Solver {
        self.options.solver
    }

    /// Lets the next phase go on until so many nodes, counted from the start.
    pub const fn allow(&mut self, nodes: u64) {
        self.allowed = if nodes < self.options.nodes {
            nodes
        } else {
            self.options.nodes
        };
    }

    /// Counts nodes from the start again: the problem before was only a part of the one that follows.
    ///
    /// # Errors
    ///
    /// Why nothing may follow.
    pub fn again(&mut self) -> Result<(), Limit> {
        self.nodes = 0;
        self.allowed = self.options.nodes;
        self.phase = Phase::Search;
        self.may_go_on()
    }

    /// Gives a leaf its share of what the phase has left.
    pub fn fence(&mut self) {
        let left = self.allowed.saturating_sub(self.nodes);
        self.struck = false;
        self.fence = Some(self.nodes + (left / 8).max(256));
    }

    /// The leaf is done; whether it was given up.
    pub const fn lift(&mut self) -> bool {
        self.fence = None;
        self.struck
    }

    /// A leaf that is given up keeps what it found; every other limit stands.
    pub fn forgive<T>(&self, end: Result<Option<T>, Limit>) -> Result<Option<T>, Limit> {
        match end {
            Err(_) if self.struck && self.fence.is_some() => Ok(None),
            Ok(_) | Err(_) => end,
        }
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
