//! A node of the search: what is open, what is closed, and where something must be.

use vn_problem::{CandidateId, ComponentId};

use crate::{
    model::Model,
    table::{GroupId, Table},
};

/// What is known of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing yet.
    Undecided,
    /// It runs.
    Open,
    /// It does not.
    Closed,
}

/// No plan is left below this node.
#[derive(Clone, Copy, Debug)]
pub struct DeadEnd;

/// What is known at a node.
#[derive(Clone, Debug)]
pub struct Presence {
    status: Table<CandidateId, Status>,
    must: Table<GroupId, bool>,
    left: Table<GroupId, usize>,
    /// What a head of each component may lose in quality, and what the component loses at least.
    loss: Table<ComponentId, (u64, u64)>,
    changes: u64,
}

impl Presence {
    /// Nothing known; candidates that can never run are closed.
    pub fn root(model: &Model<'_>) -> Result<Self, DeadEnd> {
        let left: Vec<usize> = model
            .groups
            .iter()
            .map(|(_, group)| group.members.len())
            .collect();
        let mut presence = Self {
            status: Table::filled(model.problem.candidates.len(), Status::Undecided),
            must: Table::filled(model.groups.len(), false),
            left: left.into(),
            loss: Table::filled(model.problem.components.len(), (0, u64::MAX)),
            changes: 0,
        };
        for id in model.problem.candidate_ids().filter(|&id| model.barred(id)) {
            presence.close(model, id)?;
        }
        for &id in &model.dominated {
            presence.close(model, id)?;
        }
        for component in model.problem.component_ids() {
            for device in &model.problem[component].on {
                let mut groups = model.of_component[component].iter().copied();
                let group = groups.find(|&group| model.groups[group].device == *device);
                presence.demand(model, group.ok_or(DeadEnd)?)?;
            }
        }
        Ok(presence)
    }

    /// How often something became known.
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// What is known of a candidate.
    pub fn status(&self, id: CandidateId) -> Status {
        self.status[id]
    }

    /// Whether a candidate may still be somebody's head.
    pub fn is_askable(&self, model: &Model<'_>, id: CandidateId) -> bool {
        let row = &model.problem[id];
        self.is_possible(id) && row.quality <= self.loss[row.component].1
    }

    /// The least and the greatest quality loss that is of interest here.
    pub fn loss(&self, component: ComponentId) -> (u64, u64) {
        self.loss[component]
    }

    /// The component loses no more than this.
    ///
    /// Heads are held to it, and what runs where nobody can ask.
    pub fn hold_loss(
        &mut self,
        model: &Model<'_>,
        component: ComponentId,
        most: u64,
    ) -> Result<(), DeadEnd> {
        self.loss[component].1 = most;
        if model
            .problem
            .needs
            .iter()
            .any(|need| need.server == component)
        {
            return Ok(());
        }
        for (id, _) in model
            .problem
            .candidates_of(component)
            .filter(|(_, row)| row.quality > most)
        {
            self.close(model, id)?;
        }
        Ok(())
    }

    /// The component loses at least this.
    pub fn raise_loss(&mut self, component: ComponentId, least: u64) {
        self.loss[component].0 = least;
    }

    /// Whether a candidate runs for sure.
    pub fn is_open(&self, id: CandidateId) -> bool {
        self.status[id] == Status::Open
    }

    /// Whether a candidate may still run.
    pub fn is_possible(&self, id: CandidateId) -> bool {
        self.status[id] != Status::Closed
    }

    /// Whether some candidate of the group runs for sure.
    pub fn is_present(&self, group: GroupId) -> bool {
        self.must[group]
    }

    /// Whether presence in the group is still open to choice.
    pub fn is_undecided(&self, group: GroupId) -> bool {
        !self.must[group] && self.left[group] > 0
    }

    /// The candidates of a group that may still run.
    pub fn members<'m>(
        &'m self,
        model: &'m Model<'_>,
        group: GroupId,
    ) -> impl Iterator<Item = CandidateId> + 'm {
        model.groups[group]
            .members
            .iter()
            .copied()
            .filter(|&id| self.is_possible(id))
    }

    /// The groups of a component where something runs for sure.
    pub fn present<'m>(
        &'m self,
        model: &'m Model<'_>,
        component: ComponentId,
    ) -> impl Iterator<Item = GroupId> + 'm {
        model.of_component[component]
            .iter()
            .copied()
            .filter(|&group| self.must[group])
    }

    /// The groups of a component where something may still run or not.
    pub fn undecided<'m>(
        &'m self,
        model: &'m Model<'_>,
        component: ComponentId,
    ) -> impl Iterator<Item = GroupId> + 'm {
        model.of_component[component]
            .iter()
            .copied()
            .filter(|&group| self.is_undecided(group))
    }

    /// Something of this group runs.
    pub fn demand(&mut self, model: &Model<'_>, group: GroupId) -> Result<(), DeadEnd> {
        if !self.must[group] {
            self.must[group] = true;
            self.changes += 1;
        }
        self.settle(model, group)
    }

    /// Nothing of this group runs.
    pub fn vacate(&mut self, model: &Model<'_>, group: GroupId) -> Result<(), DeadEnd> {
        for &id in &model.groups[group].members {
            self.close(model, id)?;
        }
        Ok(())
    }

    /// The candidate runs, so its siblings do not.
    pub fn open(&mut self, model: &Model<'_>, id: CandidateId) -> Result<(), DeadEnd> {
        match self.status[id] {
            Status::Open => return Ok(()),
            Status::Closed => return Err(DeadEnd),
            Status::Undecided => {}
        }
        self.status[id] = Status::Open;
        self.changes += 1;
        let group = model.group_of[id];
        for &other in model.groups[group]
            .members
            .iter()
            .filter(|&&other| other != id)
        {
            self.close(model, other)?;
        }
        self.demand(model, group)
    }

    /// The candidate does not run.
    pub fn close(&mut self, model: &Model<'_>, id: CandidateId) -> Result<(), DeadEnd> {
        match self.status[id] {
            Status::Closed => return Ok(()),
            Status::Open => return Err(DeadEnd),
            Status::Undecided => {}
        }
        self.status[id] = Status::Closed;
        self.changes += 1;
        let group = model.group_of[id];
        self.left[group] -= 1;
        if self.must[group] {
            self.settle(model, group)
        } else {
            Ok(())
        }
    }

    fn settle(&mut self, model: &Model<'_>, group: GroupId) -> Result<(), DeadEnd> {
        let mut members = model.groups[group].members.iter().copied();
        match self.left[group] {
            0 => Err(DeadEnd),
            1 => {
                let last = members.find(|&id| self.is_possible(id)).ok_or(DeadEnd)?;
                self.open(model, last)
            }
            _ => Ok(()),
        }
    }
}
