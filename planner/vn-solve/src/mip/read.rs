//! From values of columns back to what is open, who is asked, who holds the truth.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, Head, Solution};

use super::{Mip, sheet::value};
use crate::site::Pins;

/// A plan as the program sees it: to be completed and measured exactly.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What runs, sorted.
    pub open: Vec<CandidateId>,
    /// Its heads and truths.
    pub pins: Pins,
}

impl Reading {
    /// The plan, as it is.
    pub fn solution(&self) -> Solution {
        let heads = self.pins.heads.iter();
        let heads = heads.map(|(&(need, consumer), &server)| Head {
            need,
            consumer,
            server,
        });
        let truth = self.pins.truths.iter();
        Solution {
            open: self.open.clone(),
            heads: heads.collect(),
            truth: truth
                .map(|(&component, &holder)| (component, holder))
                .collect(),
        }
    }
}

impl Mip<'_> {
    /// What runs at least in part.
    pub fn liked(&self, values: &[f64]) -> Vec<CandidateId> {
        let some = |column| value(values, column) > 1e-6;
        let open = self.open.iter();
        let liked = open.filter(|&(_, column)| column.is_some_and(some));
        liked.map(|(id, _)| id).collect()
    }

    /// Reads the values of a solution in which choices are whole.
    pub fn read(&self, values: &[f64]) -> Reading {
        let holds = |column| value(values, column) > 0.5;
        let open: Vec<CandidateId> = self
            .open
            .iter()
            .filter(|&(_, column)| column.is_some_and(holds))
            .map(|(id, _)| id)
            .collect();
        let mut heads = BTreeMap::new();
        for ask in &self.asks {
            let mut consumers = ask.consumers.iter();
            if let Some(&consumer) = consumers.find(|id| open.binary_search(id).is_ok()) {
                let mut choices = ask.heads.iter();
                let head = choices.find(|&&(_, column)| holds(column));
                let server = head.map(|(choice, _)| choice.server);
                heads.insert((ask.need, consumer), server);
            }
        }
        let holders = self.truth.iter().filter(|&(_, &column)| holds(column));
        let truths = holders.map(|(&id, _)| (self.model.problem[id].component, id));
        let pins = Pins {
            heads,
            truths: truths.collect(),
            ..Pins::default()
        };
        Reading { open, pins }
    }
}
