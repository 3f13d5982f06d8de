//! Depth-first branch and bound over presence, first answers first.

use std::collections::BTreeMap;

use vn_problem::{CandidateId, ComponentId};

use crate::{
    bound::{Branch, bound},
    control::Progress,
    found::{Cutoff, Found},
    leaf,
    level::Level,
    meter::Meter,
    model::Model,
    outcome::Limit,
    presence::{DeadEnd, Presence},
    propagate::propagate,
    site::Pins,
};

/// What a search is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The best plan.
    Best,
    /// Any plan that the cutoff admits.
    Any,
}

/// A search and what it came to.
pub struct Search<'s, 'c> {
    model: &'s Model<'s>,
    goal: Goal,
    cutoff: Cutoff,
    best: Option<Found>,
    /// The least bound of what a limit left unexplored.
    unexplored: Option<Level>,
    /// Whether a leaf was given up.
    skipped: bool,
    meter: &'s mut Meter<'c>,
}

/// How a search ended.
#[derive(Debug)]
pub struct Searched {
    /// The best plan that was found.
    pub best: Option<Found>,
    /// A lower bound of what was not looked at, and the limit that kept it so.
    pub unexplored: Option<(Level, Limit)>,
}

/// Searches everything below a node.
pub fn search(
    model: &Model<'_>,
    root: &Presence,
    goal: Goal,
    cutoff: Cutoff,
    meter: &mut Meter<'_>,
) -> Searched {
    let mut search = Search {
        model,
        goal,
        cutoff,
        best: None,
        unexplored: None,
        skipped: false,
        meter,
    };
    let end = search.explore(root.clone(), Level::ZERO, None);
    let least = search.unexplored.unwrap_or(Level::ZERO);
    let limit = end.err().or(search.skipped.then_some(Limit::Nodes));
    // What could not be better than the best is as good as explored.
    let limit = limit.filter(|_| search.cutoff.admits(least));
    Searched {
        best: search.best,
        unexplored: limit.map(|limit| (least, limit)),
    }
}

impl Search<'_, '_> {
    fn explore(
        &mut self,
        mut node: Presence,
        above: Level,
        tried: Option<&[CandidateId]>,
    ) -> Result<(), Limit> {
        if self.is_done() || propagate(self.model, &mut node).is_err() {
            return Ok(());
        }
        let bound = bound(self.model, &node);
        let level = bound.level.max(above);
        if !self.cutoff.admits(level) {
            return Ok(());
        }
        let entered = self.meter.node();
        self.or_unexplored(level, entered)?;
        if let Some(branch) = bound.branch {
            let tried = tried.filter(|_| !matches!(branch, Branch::Loss(..)));
            return self.split(&node, branch, level, tried);
        }
        let open = opened(self.model, &node);
        if tried != Some(open.as_slice()) {
            let closed = self.close_rest(&node);
            if closed.is_ok_and(|leaf| opened(self.model, &leaf) == open) {
                let pins = Pins {
                    losses: self.losses(&node),
                    ..Pins::default()
                };
                self.meter.fence();
                let found = leaf::complete(self.model, &open, &pins, self.cutoff, self.meter);
                if self.meter.lift() {
                    self.skipped = true;
                    self.leave(level);
                }
                let found = self.or_unexplored(level, found)?;
                self.keep(found);
            }
        }
        match bound.wish.or_else(|| self.any_undecided(&node)) {
            Some(branch) if self.cutoff.admits(level) => {
                self.split(&node, branch, level, Some(&open))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn split(
        &mut self,
        node: &Presence,
        branch: Branch,
        level: Level,
        tried: Option<&[CandidateId]>,
    ) -> Result<(), Limit> {
        for yes in [true, false] {
            let mut child = node.clone();
            if answer(self.model, &mut child, branch, yes).is_ok() {
                let end = self.explore(child, level, tried);
                if yes {
                    // The other answer stays unexplored when a limit strikes below this one.
                    self.or_unexplored(level, end)?;
                } else {
                    end?;
                }
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.goal == Goal::Any && self.best.is_some()
    }

    fn or_unexplored<T>(&mut self, level: Level, end: Result<T, Limit>) -> Result<T, Limit> {
        if end.is_err() {
            self.leave(level);
        }
        end
    }

    fn leave(&mut self, level: Level) {
        self.unexplored = Some(self.unexplored.map_or(level, |least| least.min(level)));
    }

    fn keep(&mut self, found: Option<Found>) {
        let Some(found) = found else { return };
        self.cutoff = Cutoff::Below(found.level);
        if let Some(objective) = self.model.weights.objective(found.level) {
            self.meter.report(Progress::Incumbent { objective });
        }
        self.best = Some(found);
    }

    fn losses(&self, node: &Presence) -> BTreeMap<ComponentId, u64> {
        let components = self.model.problem.component_ids();
        components
            .map(|component| (component, node.loss(component).1))
            .collect()
    }

    fn close_rest(&self, node: &Presence) -> Result<Presence, DeadEnd> {
        let mut leaf = node.clone();
        for group in self
            .model
            .groups
            .keys()
            .filter(|&group| node.is_undecided(group))
        {
            leaf.vacate(self.model, group)?;
        }
        propagate(self.model, &mut leaf)?;
        Ok(leaf)
    }

    fn any_undecided(&self, node: &Presence) -> Option<Branch> {
        let mut groups = self.model.groups.keys();
        let group = groups.find(|&group| {
            node.is_undecided(group) || node.members(self.model, group).nth(1).is_some()
        })?;
        if node.is_undecided(group) {
            return Some(Branch::Group(group));
        }
        node.members(self.model, group)
            .next()
            .map(Branch::Candidate)
    }
}

fn opened(model: &Model<'_>, node: &Presence) -> Vec<CandidateId> {
    model
        .problem
        .candidate_ids()
        .filter(|&id| node.is_open(id))
        .collect()
}

/// The node with a question answered.
fn answer(
    model: &Model<'_>,
    node: &mut Presence,
    branch: Branch,
    yes: bool,
) -> Result<(), DeadEnd> {
    match (branch, yes) {
        (Branch::Group(group), true) => node.demand(model, group),
        (Branch::Group(group), false) => node.vacate(model, group),
        (Branch::Candidate(id), true) => node.open(model, id),
        (Branch::Candidate(id), false) => node.close(model, id),
        (Branch::Loss(component, least, _), true) => node.hold_loss(model, component, least),
        (Branch::Loss(component, _, above), false) => {
            node.raise_loss(component, above);
            Ok(())
        }
    }
}
