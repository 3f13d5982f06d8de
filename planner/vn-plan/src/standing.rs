//! Budgets: how long an answer takes, and whether that is good enough.

use crate::{Entry, Instance, Route, Standing};

/// Round trip plus service time, in microseconds.
pub fn time_us(entry: &Entry, instance: &Instance) -> u64 {
    entry.rtt_us.saturating_add(instance.service_time_us)
}

impl Route {
    /// How a time, in microseconds, compares with the budgets of this need.
    pub fn standing_of(&self, time_us: u64) -> Standing {
        let over = |budget: u64| time_us > budget;
        match (self.within_us, self.degraded_us) {
            (None, _) => Standing::Within,
            (Some(within), _) if !over(within) => Standing::Within,
            (_, Some(degraded)) if !over(degraded) => Standing::Degraded,
            _ => Standing::Over,
        }
    }
}

impl Standing {
    /// Whether an answer so placed counts as served. A degraded one can only exist where the need
    /// has a degraded budget.
    pub const fn serves(self) -> bool {
        match self {
            Self::Within | Self::Degraded => true,
            Self::Over => false,
        }
    }
}
