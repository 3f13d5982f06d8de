//! From values of columns back to what is open, who is asked, who holds the truth.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, Head, Solution};

use super::{
    Mip,
    sheet::{Column, value},
};
use crate::site::{Pins, Truths};

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
                .flat_map(|(&component, ids)| ids.iter().map(move |&id| (component, id)))
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

    /// What a plan says of columns: where an engine may begin.
    pub fn start(&self, plan: &Solution) -> Vec<(usize, f64)> {
        let mut start = Vec::new();
        let mut tell = |column: Column, holds: bool| {
            start.push((column.position(), if holds { 1.0 } else { 0.0 }));
        };
        let runs = |id: CandidateId| plan.open.binary_search(&id).is_ok();
        for (id, column) in self.open.iter() {
            if let Some(column) = *column {
                tell(column, runs(id));
            }
        }
        for (&id, &column) in &self.truth {
            let component = self.model.problem[id].component;
            tell(column, plan.truth.contains(&(component, id)));
        }
        let heads: BTreeMap<_, _> = plan
            .heads
            .iter()
            .map(|head| ((head.need, head.consumer), head.server))
            .collect();
        for ask in &self.asks {
            let mut consumers = ask.consumers.iter();
            let consumer = consumers.find(|&&id| runs(id));
            let head = consumer.and_then(|&id| heads.get(&(ask.need, id)).copied());
            for (choice, column) in &ask.heads {
                tell(*column, head == Some(Some(choice.server)));
            }
            if let Some(column) = ask.unserved {
                tell(column, head == Some(None));
            }
        }
        start
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
        let mut truths = Truths::new();
        for (&id, _) in holders {
            let component = self.model.problem[id].component;
            truths.entry(component).or_default().push(id);
        }
        let pins = Pins {
            heads,
            truths,
            ..Pins::default()
        };
        Reading { open, pins }
    }
}
