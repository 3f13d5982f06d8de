//! What runs before the plan does, and what it costs to change that.

use crate::{CandidateId, ComponentId, Problem, Role};

/// The placement that a plan starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Candidates that run, or that would be no change if they did; sorted.
    pub kept: Vec<CandidateId>,
    /// What a move of each component costs, in millionths.
    pub move_cost: Vec<u64>,
}

impl Problem {
    /// Whether to open a candidate is a move: a service's that did not run. Without an earlier
    /// placement nothing moves.
    pub fn is_move(&self, id: CandidateId) -> bool {
        let row = &self[id];
        self.earlier.as_ref().is_some_and(|earlier| {
            self[row.component].role == Role::Service && earlier.kept.binary_search(&id).is_err()
        })
    }

    /// What opening a candidate adds to the movement, in millionths.
    pub fn move_cost(&self, id: CandidateId) -> u64 {
        let ComponentId(component) = self[id].component;
        let costs = self.earlier.as_ref().map(|earlier| &earlier.move_cost);
        let cost = costs.and_then(|costs| costs.get(component as usize));
        cost.copied().filter(|_| self.is_move(id)).unwrap_or(0)
    }

    /// Candidates known, sorted, and a cost for each component.
    pub(crate) fn sound_earlier(&self) -> bool {
        self.earlier.as_ref().is_none_or(|earlier| {
            let known = |id: &CandidateId| id.index() < self.candidates.len();
            earlier.kept.iter().all(known)
                && earlier.kept.is_sorted_by(|a, b| a < b)
                && earlier.move_cost.len() == self.components.len()
        })
    }
}
