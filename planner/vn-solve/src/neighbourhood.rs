//! Where good plans are likely: exact searches of small parts, for a better plan to beat.

use vn_problem::{CandidateId, ComponentId, Role};

use crate::{
    found::{Cutoff, Found},
    meter::Meter,
    model::Model,
    presence::{DeadEnd, Presence},
    search::{Goal, search},
};

/// Of so many nodes, one is for the part that the relaxation points at.
const NEAR: u64 = 100;

/// Of so many nodes, one is for each component.
const AROUND: u64 = 600;

/// How often all components get their turn at most.
const ROUNDS: usize = 3;

/// Only what is better.
pub fn cutoff(best: Option<&Found>) -> Cutoff {
    best.map_or(Cutoff::Open, |found| Cutoff::Below(found.level))
}

/// A plan close to what runs before: nothing moves, or only what belongs to services that have fewer
/// instances left than they need.
pub fn resume(model: &Model<'_>, root: &Presence, meter: &mut Meter<'_>) -> Option<Found> {
    model.problem.earlier.as_ref()?;
    let is_client = |id: CandidateId| {
        let component = model.problem[id].component;
        model.problem[component].role == Role::Client
    };
    let stays = |id: CandidateId| is_client(id) || !model.problem.is_move(id);
    let lacks = |component: ComponentId| {
        let groups = model.of_component[component].iter();
        let kept = groups.filter(|&&group| {
            let members = root.members(model, group);
            members.into_iter().any(&stays)
        });
        (kept.count() as u64) < model.count[component].min.max(1)
    };
    let nodes = meter.limit() / NEAR;
    let found = look(model, root, None, nodes, meter, &stays);
    let found = found.or_else(|| {
        let components = model.problem.component_ids();
        let lacking: Vec<ComponentId> = components.filter(|&one| lacks(one)).collect();
        let let_in = |id: CandidateId| stays(id) || lacking.contains(&model.problem[id].component);
        look(model, root, None, nodes, meter, &let_in)
    });
    improve(model, root, &[], found, meter)
}

/// A plan that buys the cheapest machines for what must be somewhere.
pub fn packed(model: &Model<'_>, root: &Presence, meter: &mut Meter<'_>) -> Option<Found> {
    let node = model.purchases.packed(model, root)?;
    meter.allow(meter.nodes() + meter.limit() / NEAR);
    let found = search(model, &node, Goal::Best, Cutoff::Open, meter).best;
    meter.allow(meter.limit());
    found
}

/// Improves a plan, or finds one, among what the relaxation likes; then component by component.
pub fn improve(
    model: &Model<'_>,
    root: &Presence,
    liked: &[CandidateId],
    mut best: Option<Found>,
    meter: &mut Meter<'_>,
) -> Option<Found> {
    if !liked.is_empty() {
        let nodes = meter.limit() / NEAR;
        best = look(model, root, best, nodes, meter, &|id| {
            liked.binary_search(&id).is_ok()
        });
    }
    for _ in 0..ROUNDS {
        let before = best.as_ref()?.level;
        for component in services(model) {
            let nodes = meter.limit() / AROUND;
            best = look(model, root, best, nodes, meter, &|id| {
                model.problem[id].component == component
            });
        }
        if best.as_ref().is_none_or(|found| found.level == before) {
            break;
        }
    }
    best
}

fn services(model: &Model<'_>) -> impl Iterator<Item = ComponentId> {
    let ids = model.problem.component_ids();
    ids.filter(|&component| model.problem[component].role == Role::Service)
}

/// Searches where only the best plan's instances may run, and those that are let in.
fn look(
    model: &Model<'_>,
    root: &Presence,
    best: Option<Found>,
    nodes: u64,
    meter: &mut Meter<'_>,
    let_in: &dyn Fn(CandidateId) -> bool,
) -> Option<Found> {
    let kept = best.as_ref().map_or(&[][..], |found| &found.solution.open);
    let only = |id: CandidateId| let_in(id) || kept.binary_search(&id).is_ok();
    let Ok(node) = part(model, root, &only) else {
        return best;
    };
    meter.allow(meter.nodes() + nodes);
    let found = search(model, &node, Goal::Best, cutoff(best.as_ref()), meter).best;
    meter.allow(meter.limit());
    found.or(best)
}

fn part(
    model: &Model<'_>,
    root: &Presence,
    only: &dyn Fn(CandidateId) -> bool,
) -> Result<Presence, DeadEnd> {
    let mut node = root.clone();
    for id in model.problem.candidate_ids() {
        if root.is_possible(id) && !only(id) {
            node.close(model, id)?;
        }
    }
    Ok(node)
}
