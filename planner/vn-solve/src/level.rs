//! The levels of a plan's worth as scaled integers, so that search needs no fractions.

use std::ops::{Add, AddAssign, Mul, Sub};

/// Tiers skipped, objective, what comes after it in two numbers; compared in this order.
///
/// INVARIANT: all sums of one search fit, because `Weights` refuses a problem whose largest
/// conceivable value comes near the end of the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level {
    /// Load times tiers.
    pub tiers: i128,
    /// The user's expression, or its first level.
    pub objective: i128,
    /// Its further levels, as far as they do not fit into the next.
    pub then: i128,
    /// The metric after it and the moves, and further levels before them.
    pub last: i128,
}

impl Level {
    /// Nothing at all.
    pub const ZERO: Self = Self {
        tiers: 0,
        objective: 0,
        then: 0,
        last: 0,
    };

    fn zip(self, other: Self, op: impl Fn(i128, i128) -> i128) -> Self {
        Self {
            tiers: op(self.tiers, other.tiers),
            objective: op(self.objective, other.objective),
            then: op(self.then, other.then),
            last: op(self.last, other.last),
        }
    }

    /// Times a whole number.
    pub fn times(self, times: i128) -> Self {
        let times = Self {
            tiers: times,
            objective: times,
            then: times,
            last: times,
        };
        self.zip(times, |a, b| a * b)
    }

    /// Times `num / den`, each part rounded down: still a lower bound.
    pub fn share(self, num: u64, den: u64) -> Self {
        let (num, den) = (i128::from(num), i128::from(den));
        let part = |value: i128| (value * num).div_euclid(den);
        Self {
            tiers: part(self.tiers),
            objective: part(self.objective),
            then: part(self.then),
            last: part(self.last),
        }
    }
}

impl Add for Level {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl AddAssign for Level {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Level {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul<u64> for Level {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        self.times(i128::from(times))
    }
}
