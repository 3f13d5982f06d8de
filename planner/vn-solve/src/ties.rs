//! Among plans of equal worth the first in declared order, by fixing one decision after another.

use vn_problem::{CandidateId, ComponentId, Head};

use crate::{
    found::{Cutoff, Found},
    leaf,
    meter::Meter,
    model::Model,
    outcome::Limit,
    presence::{DeadEnd, Presence, Status},
    propagate::propagate,
    search::{Goal, search},
    site::Pins,
};

/// Replaces `found` by the first of its equals.
///
/// # Errors
///
/// The limit that struck; `found` is then a plan of the same worth, though maybe not the first.
pub fn settle(
    model: &Model<'_>,
    root: &Presence,
    found: &mut Found,
    meter: &mut Meter<'_>,
) -> Result<(), Limit> {
    let mut ties = Ties {
        model,
        found,
        meter,
    };
    ties.instances(root.clone())?;
    let mut pins = Pins::default();
    ties.heads(&mut pins)?;
    ties.truths(&mut pins)
}

struct Ties<'t, 'c> {
    model: &'t Model<'t>,
    found: &'t mut Found,
    meter: &'t mut Meter<'c>,
}

impl Ties<'_, '_> {
    /// INVARIANT: `known` holds the first instances of `found`, and every candidate before the
    /// last of them that is not among them is closed.
    fn instances(&mut self, mut known: Presence) -> Result<(), Limit> {
        let mut fixed = 0;
        while let Some(&next) = self.found.solution.open.get(fixed) {
            if self.try_below(&only(self.model, &known, &self.found.solution.open, fixed))? {
                // The list ends here, and a list that ends is before all that go on.
                return Ok(());
            }
            let earlier: Vec<CandidateId> = self.earlier(&known, next);
            for id in earlier {
                let mut child = known.clone();
                let opened = child.open(self.model, id);
                if self.try_below(&opened.map(|()| child))? {
                    break;
                }
                // INVARIANT: `found` lies below, so this cannot fail.
                if known.close(self.model, id).is_err() {
                    return Ok(());
                }
            }
            let Some(&next) = self.found.solution.open.get(fixed) else {
                return Ok(());
            };
            if known.open(self.model, next).is_err() || propagate(self.model, &mut known).is_err() {
                return Ok(());
            }
            fixed += 1;
        }
        Ok(())
    }

    /// What could come before the next instance.
    fn earlier(&self, known: &Presence, next: CandidateId) -> Vec<CandidateId> {
        let ids = self
            .model
            .problem
            .candidate_ids()
            .take_while(|&id| id < next);
        ids.filter(|&id| known.status(id) == Status::Undecided)
            .collect()
    }

    /// Whether an equal plan lies below a node; it becomes the plan.
    fn try_below(&mut self, node: &Result<Presence, DeadEnd>) -> Result<bool, Limit> {
        let Ok(node) = node else { return Ok(false) };
        let cutoff = Cutoff::UpTo(self.found.level);
        let searched = search(self.model, node, Goal::Any, cutoff, self.meter);
        match (searched.best, searched.unexplored) {
            (Some(found), _) => {
                *self.found = found;
                Ok(true)
            }
            (None, Some((_, limit))) => Err(limit),
            (None, None) => Ok(false),
        }
    }

    fn heads(&mut self, pins: &mut Pins) -> Result<(), Limit> {
        for at in 0..self.found.solution.heads.len() {
            let Some(&head) = self.found.solution.heads.get(at) else {
                break;
            };
            for server in self.before(head) {
                pins.heads.insert((head.need, head.consumer), Some(server));
                if self.try_pins(pins)? {
                    break;
                }
            }
            if let Some(head) = self.found.solution.heads.get(at) {
                pins.heads.insert((head.need, head.consumer), head.server);
            }
        }
        Ok(())
    }

    /// Servers that come before the one that a consumer asks.
    fn before(&self, head: Head) -> Vec<CandidateId> {
        let links = self.model.links[head.consumer]
            .iter()
            .filter(|link| link.need == head.need);
        let servers = links
            .flat_map(|link| &link.choices)
            .map(|choice| choice.server);
        servers
            .filter(|&id| head.server.is_none_or(|server| id < server))
            .filter(|id| self.found.solution.open.binary_search(id).is_ok())
            .collect()
    }

    fn truths(&mut self, pins: &mut Pins) -> Result<(), Limit> {
        let problem = self.model.problem;
        for component in problem.component_ids() {
            let held = self.held(component);
            if held.is_empty() {
                continue;
            }
            let open = self.found.solution.open.iter().copied();
            let here = open.filter(|&id| problem[id].component == component);
            let here: Vec<CandidateId> = here.collect();
            let ways = leaf::holders(self.model, component, &here).into_iter();
            for way in ways.take_while(|way| *way < held) {
                pins.truths.insert(component, way);
                if self.try_pins(pins)? {
                    break;
                }
            }
            pins.truths.insert(component, self.held(component));
        }
        Ok(())
    }

    fn held(&self, component: ComponentId) -> Vec<CandidateId> {
        let truth = self.found.solution.truth.iter();
        let of = truth.filter(|(of, _)| *of == component);
        of.map(|&(_, holder)| holder).collect()
    }

    fn try_pins(&mut self, pins: &Pins) -> Result<bool, Limit> {
        let open = self.found.solution.open.clone();
        let cutoff = Cutoff::UpTo(self.found.level);
        let found = leaf::complete(self.model, &open, pins, cutoff, self.meter)?;
        Ok(found.map(|found| *self.found = found).is_some())
    }
}

/// The node where nothing but the first `fixed` instances runs.
fn only(
    model: &Model<'_>,
    known: &Presence,
    open: &[CandidateId],
    fixed: usize,
) -> Result<Presence, DeadEnd> {
    let mut node = known.clone();
    let first = open.get(..fixed).unwrap_or_default();
    for id in model
        .problem
        .candidate_ids()
        .filter(|id| first.binary_search(id).is_err())
    {
        node.close(model, id)?;
    }
    Ok(node)
}
