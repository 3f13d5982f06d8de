//! What a solve returns.

use crate::{CandidateId, ComponentId, NeedId};

/// Who serves a consumer instance's need first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head {
    /// The need.
    pub need: NeedId,
    /// The consumer instance, an open candidate.
    pub consumer: CandidateId,
    /// The first entry of its list; `None` only for an unserved optional need.
    pub server: Option<CandidateId>,
}

/// A full assignment: what is open, who is asked first, who holds the truth.
///
/// Everything else (the rest of every list, loads, totals) follows from these three and the problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solution {
    /// The instances, sorted.
    pub open: Vec<CandidateId>,
    /// One entry per need of every open consumer instance, sorted by (need, consumer).
    pub heads: Vec<Head>,
    /// Who holds the truth of each component that has one, sorted.
    pub truth: Vec<(ComponentId, CandidateId)>,
}
