//! What has been found, and what is still worth finding.

use vn_problem::Solution;

use crate::level::Level;

/// A plan with its exact levels.
#[derive(Clone, Debug)]
pub struct Found {
    /// How good it is.
    pub level: Level,
    /// The plan.
    pub solution: Solution,
}

/// Which levels are of interest.
#[derive(Clone, Copy, Debug)]
pub enum Cutoff {
    /// All.
    Open,
    /// Only better ones.
    Below(Level),
    /// Equal ones too.
    UpTo(Level),
}

impl Cutoff {
    /// Whether a plan of this level is of interest.
    pub fn admits(self, level: Level) -> bool {
        match self {
            Self::Open => true,
            Self::Below(most) => level < most,
            Self::UpTo(most) => level <= most,
        }
    }
}
