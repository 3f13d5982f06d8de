//! Makes a counter-example small: greedily, one thing less at a time.
#![allow(
    clippy::indexing_slicing,
    reason = "an id that points nowhere is a mistake in the test itself and may panic"
)]

use vn_problem::{
    Candidate, CandidateId, CloneMode, ComponentId, DeviceId, Factor, FailureId, MicroMoney,
    Micros, MilliWatts, Need, NeedLoad, Problem, RequirementKind,
};

/// A smaller problem that is still like this, from which nothing more can be taken.
pub fn shrunk(mut problem: Problem, still: &mut dyn FnMut(&Problem) -> bool) -> Problem {
    while let Some(smaller) = smaller(&problem).into_iter().find(|smaller| still(smaller)) {
        problem = smaller;
    }
    problem
}

/// All problems that have one thing less, those that lose much first.
fn smaller(problem: &Problem) -> Vec<Problem> {
    let mut out = Vec::new();
    rows(problem, &mut out);
    requirement_parts(problem, &mut out);
    need_parts(problem, &mut out);
    candidate_parts(problem, &mut out);
    objective_parts(problem, &mut out);
    device_parts(problem, &mut out);
    out.retain(|smaller| smaller != problem);
    out
}

/// Pushes the problem after a change.
fn push(problem: &Problem, out: &mut Vec<Problem>, change: impl FnOnce(&mut Problem)) {
    let mut smaller = problem.clone();
    change(&mut smaller);
    out.push(smaller);
}

fn rows(problem: &Problem, out: &mut Vec<Problem>) {
    for at in 0..problem.requirements.len() {
        push(problem, out, |p| drop(p.requirements.remove(at)));
    }
    for at in 0..problem.needs.len() {
        push(problem, out, |p| drop(p.needs.remove(at)));
    }
    for id in (0..).map(CandidateId).take(problem.candidates.len()) {
        push(problem, out, |p| remove_candidate(p, id));
    }
    for id in (0..).map(ComponentId).take(problem.components.len()) {
        push(problem, out, |p| remove_component(p, id));
    }
    for id in (0..).map(FailureId).take(problem.failures.len()) {
        push(problem, out, |p| remove_failure(p, id));
    }
    for id in (0..).map(DeviceId).take(problem.devices.len()) {
        if problem.candidates.iter().all(|c| c.device != id) {
            push(problem, out, |p| remove_device(p, id));
        }
    }
    for at in 0..problem.refills.len() {
        push(problem, out, |p| _ = p.refills.remove(at));
    }
}

fn remove_candidate(problem: &mut Problem, gone: CandidateId) {
    let renamed = |id: &mut CandidateId| id.0 -= u32::from(*id > gone);
    problem.candidates.remove(gone.index());
    for need in &mut problem.needs {
        need.routes.retain(|route| route.to != gone);
        need.routes
            .iter_mut()
            .for_each(|route| renamed(&mut route.to));
    }
    problem
        .refills
        .retain(|refill| refill.from != gone && refill.to != gone);
    for refill in &mut problem.refills {
        renamed(&mut refill.from);
        renamed(&mut refill.to);
    }
    let left = |ids: &mut Vec<CandidateId>| {
        ids.retain(|id| *id != gone);
        ids.iter_mut().for_each(renamed);
    };
    if let Some(earlier) = &mut problem.earlier {
        left(&mut earlier.kept);
    }
    for measure in &mut problem.measures {
        let excesses = measure.excesses.iter_mut().map(|one| &mut one.terms);
        for terms in excesses.chain([&mut measure.terms]) {
            terms.retain(|(id, _)| *id != gone);
            for (id, _) in terms {
                renamed(id);
            }
        }
        for share in &mut measure.shares {
            share.terms.retain(|(id, _)| *id != gone);
            for (id, _) in &mut share.terms {
                renamed(id);
            }
        }
    }
    for requirement in &mut problem.requirements {
        match &mut requirement.kind {
            RequirementKind::Implies { when, any } => {
                when.iter_mut().for_each(left);
                left(any);
            }
            RequirementKind::Exclusive { sets } => sets.iter_mut().for_each(left),
            RequirementKind::Arrivals(row) => {
                row.pairs.retain(|one| one.to != gone && one.from != gone);
                for one in &mut row.pairs {
                    renamed(&mut one.to);
                    renamed(&mut one.from);
                }
            }
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                terms.retain(|(id, _)| *id != gone);
                for (id, _) in terms {
                    renamed(id);
                }
                unless_none.iter_mut().for_each(left);
            }
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => {}
        }
    }
}

fn remove_component(problem: &mut Problem, gone: ComponentId) {
    let ids = (0..).map(CandidateId).zip(&problem.candidates);
    let of_gone = ids
        .filter(|(_, row)| row.component == gone)
        .map(|(id, _)| id);
    for id in of_gone.collect::<Vec<_>>().into_iter().rev() {
        remove_candidate(problem, id);
    }
    problem.components.remove(gone.index());
    if let Some(earlier) = &mut problem.earlier {
        earlier.move_cost.remove(gone.index());
    }
    problem
        .needs
        .retain(|need| need.consumer != gone && need.server != gone);
    problem
        .requirements
        .retain(|row| component(&row.kind) != Some(gone));
    let renamed = |id: &mut ComponentId| id.0 -= u32::from(*id > gone);
    problem
        .candidates
        .iter_mut()
        .for_each(|row| renamed(&mut row.component));
    for need in &mut problem.needs {
        renamed(&mut need.consumer);
        renamed(&mut need.server);
    }
    for requirement in &mut problem.requirements {
        match &mut requirement.kind {
            RequirementKind::Count { component, .. }
            | RequirementKind::Spread { component, .. }
            | RequirementKind::Truth { component }
            | RequirementKind::Survive { component, .. }
            | RequirementKind::Uniform { component, .. } => renamed(component),
            RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => {}
        }
    }
}

fn component(kind: &RequirementKind) -> Option<ComponentId> {
    match kind {
        RequirementKind::Count { component, .. }
        | RequirementKind::Spread { component, .. }
        | RequirementKind::Truth { component }
        | RequirementKind::Survive { component, .. }
        | RequirementKind::Uniform { component, .. } => Some(*component),
        RequirementKind::Implies { .. }
        | RequirementKind::Exclusive { .. }
        | RequirementKind::Linear { .. }
        | RequirementKind::Arrivals(_)
        | RequirementKind::AtMost { .. }
        | RequirementKind::Total { .. } => None,
    }
}

fn remove_failure(problem: &mut Problem, gone: FailureId) {
    problem.failures.remove(gone.index());
    for requirement in &mut problem.requirements {
        if let RequirementKind::Survive { failures, .. } = &mut requirement.kind {
            failures.retain(|id| *id != gone);
            for id in failures {
                id.0 -= u32::from(*id > gone);
            }
        }
    }
    problem.requirements.retain(|row| {
        !matches!(&row.kind, RequirementKind::Survive { failures, .. } if failures.is_empty())
    });
}

fn remove_device(problem: &mut Problem, gone: DeviceId) {
    let renamed = |id: &mut DeviceId| id.0 -= u32::from(*id > gone);
    let left = |ids: &mut Vec<DeviceId>| {
        ids.retain(|id| *id != gone);
        ids.iter_mut().for_each(renamed);
    };
    problem.devices.remove(gone.index());
    problem
        .components
        .iter_mut()
        .for_each(|row| left(&mut row.on));
    for row in &mut problem.failures {
        left(&mut row.down);
        for cut in &mut row.cut {
            left(&mut cut.one);
            left(&mut cut.other);
        }
    }
    problem
        .candidates
        .iter_mut()
        .for_each(|row| renamed(&mut row.device));
    for need in &mut problem.needs {
        need.routes.retain(|route| route.from != gone);
        need.routes
            .iter_mut()
            .for_each(|route| renamed(&mut route.from));
    }
    for requirement in &mut problem.requirements {
        match &mut requirement.kind {
            RequirementKind::Spread { domain, .. } => drop(domain.remove(gone.index())),
            RequirementKind::Uniform { devices, .. } => left(devices),
            RequirementKind::Count { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => {}
        }
    }
}

fn requirement_parts(problem: &Problem, out: &mut Vec<Problem>) {
    for (at, requirement) in problem.requirements.iter().enumerate() {
        match &requirement.kind {
            RequirementKind::Survive { failures, .. } if failures.len() > 1 => {
                for gone in 0..failures.len() {
                    push(problem, out, |p| {
                        if let RequirementKind::Survive { failures, .. } =
                            &mut p.requirements[at].kind
                        {
                            failures.remove(gone);
                        }
                    });
                }
            }
            _ => {}
        }
    }
}

fn need_parts(problem: &Problem, out: &mut Vec<Problem>) {
    for (at, need) in problem.needs.iter().enumerate() {
        for gone in 0..need.routes.len() {
            push(problem, out, |p| _ = p.needs[at].routes.remove(gone));
        }
        let mut push = |change: fn(&mut Need)| push(problem, out, |p| change(&mut p.needs[at]));
        push(|need| need.degraded = None);
        push(|need| (need.within, need.degraded) = (None, None));
        push(|need| need.variants = None);
        push(|need| need.optional = false);
        push(|need| need.copies = 1);
        push(|need| need.payload = 0);
        push(|need| need.routes.iter_mut().for_each(|route| route.way = None));
        push(|need| need.load = NeedLoad::Fanout(Factor::ONE));
        push(|need| {
            need.routes
                .iter_mut()
                .for_each(|route| route.fallback_tier = 0);
        });
        push(|need| {
            need.routes
                .iter_mut()
                .for_each(|route| route.rtt = Micros(0));
        });
        push(|need| {
            need.tiers = 1;
            need.routes.iter_mut().for_each(|route| route.tier = 0);
        });
    }
}

fn candidate_parts(problem: &Problem, out: &mut Vec<Problem>) {
    for (at, candidate) in problem.candidates.iter().enumerate() {
        let mut push = |change: fn(&mut Candidate)| {
            push(problem, out, |p| change(&mut p.candidates[at]));
        };
        if problem.devices[candidate.device.index()].max_duty.is_none() {
            push(|row| row.capacity = None);
        }
        push(|row| row.connections = None);
        push(|row| row.claim.fill(0));
        push(|row| row.clone = CloneMode::Eager);
        push(|row| row.quality = 0);
        push(|row| row.service_time = Micros(0));
        push(|row| row.power = MilliWatts(0));
        push(|row| row.cost = MicroMoney(0));
        push(|row| row.footprint = 0);
        push(|row| row.clone_bytes = 0);
    }
}

fn objective_parts(problem: &Problem, out: &mut Vec<Problem>) {
    for at in 0..problem.objective.terms.len() {
        push(problem, out, |p| _ = p.objective.terms.remove(at));
        push(problem, out, |p| p.objective.terms[at].weight = Factor::ONE);
    }
    push(problem, out, |p| p.objective.fixed_cost = MicroMoney(0));
    push(problem, out, |p| p.objective.then = None);
    push(problem, out, |p| _ = p.objective.more.pop());
    push(problem, out, |p| p.earlier = None);
    for at in 0..problem.ways.len() {
        push(problem, out, |p| p.ways[at].price = 0);
        push(problem, out, |p| p.ways[at].channels.clear());
    }
}

fn device_parts(problem: &Problem, out: &mut Vec<Problem>) {
    for at in 0..problem.devices.len() {
        push(problem, out, |p| p.devices[at].max_duty = None);
    }
}
