//! A plan in the making: what is open, who is asked first, what is used.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, ComponentId, DeviceId, Head, NeedId, Solution};

use super::Ground;
use crate::table::Table;

/// A plan in the making.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Per component what is open, sorted.
    pub open: Table<ComponentId, Vec<CandidateId>>,
    is_open: Table<CandidateId, bool>,
    /// Whom each need of each open instance asks first.
    pub heads: BTreeMap<(CandidateId, NeedId), Option<CandidateId>>,
    used: Table<DeviceId, Vec<u64>>,
    /// What each open instance is asked.
    pub load: Table<CandidateId, u64>,
}

impl Layout {
    /// Nothing runs.
    pub fn empty(ground: &Ground<'_>) -> Self {
        let problem = ground.problem;
        Self {
            open: Table::filled(problem.components.len(), Vec::new()),
            is_open: Table::filled(problem.candidates.len(), false),
            heads: BTreeMap::new(),
            used: Table::filled(problem.devices.len(), vec![0; problem.resources]),
            load: Table::filled(problem.candidates.len(), 0),
        }
    }

    /// Whether a candidate runs.
    pub fn is_open(&self, id: CandidateId) -> bool {
        self.is_open[id]
    }

    /// Whether there is room for a candidate, and no other variant in its place.
    pub fn fits(&self, ground: &Ground<'_>, id: CandidateId) -> bool {
        self.fits_without(ground, id, None)
    }

    /// The same, as if one that runs did not.
    pub fn fits_without(
        &self,
        ground: &Ground<'_>,
        id: CandidateId,
        gone: Option<CandidateId>,
    ) -> bool {
        let row = &ground.problem[id];
        let gone = gone.map(|gone| (gone, &ground.problem[gone]));
        let same = |&other: &CandidateId| {
            let it = &ground.problem[other];
            (it.device, it.copy) == (row.device, row.copy)
                && gone.is_none_or(|(gone, _)| gone != other)
        };
        let back = gone
            .filter(|(_, it)| it.device == row.device)
            .map(|(_, it)| it.claim.as_slice())
            .unwrap_or_default();
        let back = back.iter().copied().chain(std::iter::repeat(0));
        let room = &ground.problem[row.device].capacity;
        let mut all = self.used[row.device]
            .iter()
            .zip(&row.claim)
            .zip(room)
            .zip(back);
        all.all(|(((used, claim), room), back)| used - back + claim <= *room)
            && !self.open[row.component].iter().any(same)
    }

    /// Runs a candidate.
    pub fn start(&mut self, ground: &Ground<'_>, id: CandidateId) {
        let row = &ground.problem[id];
        let open = &mut self.open[row.component];
        let at = open.partition_point(|&one| one < id);
        open.insert(at, id);
        self.is_open[id] = true;
        for (used, claim) in self.used[row.device].iter_mut().zip(&row.claim) {
            *used += claim;
        }
    }

    /// Ends a candidate; whoever asked it is left without a head.
    pub fn stop(&mut self, ground: &Ground<'_>, id: CandidateId) {
        let row = &ground.problem[id];
        self.open[row.component].retain(|&one| one != id);
        self.is_open[id] = false;
        self.load[id] = 0;
        for (used, claim) in self.used[row.device].iter_mut().zip(&row.claim) {
            *used -= claim;
        }
        for &need in &ground.asks[row.component] {
            self.heads.remove(&(id, need));
        }
    }

    /// As the judge reads it.
    pub fn solution(&self, ground: &Ground<'_>) -> Solution {
        let mut open: Vec<CandidateId> =
            self.open.iter().flat_map(|(_, ids)| ids).copied().collect();
        open.sort_unstable();
        let heads = self.heads.iter();
        let mut heads: Vec<Head> = heads
            .map(|(&(consumer, need), &server)| Head {
                need,
                consumer,
                server,
            })
            .collect();
        heads.sort_unstable();
        let holder = |component: ComponentId| {
            let mut open = self.open[component].iter().copied();
            let holder = open.find(|&id| ground.problem[id].truth)?;
            ground.truth[component].then_some((component, holder))
        };
        Solution {
            open,
            heads,
            truth: ground.problem.component_ids().filter_map(holder).collect(),
        }
    }
}
