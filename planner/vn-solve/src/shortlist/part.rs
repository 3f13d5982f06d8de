//! A problem without some devices' candidates: its plans are those in which none of them is open.

use std::collections::BTreeSet;

use vn_problem::{
    CandidateId, DeviceId, Excess, Head, Measure, Problem, RequirementKind, Share, Solution,
};

/// A part of a problem.
#[derive(Debug)]
pub struct Part {
    /// The problem.
    pub problem: Problem,
    /// What every plan pays at least that is left out.
    pub beyond: i128,
    /// Which candidates they are.
    old: Vec<CandidateId>,
}

impl Part {
    /// What is left where nothing runs on some devices.
    pub fn of(problem: &Problem, out: &BTreeSet<DeviceId>, beyond: i128) -> Self {
        let ids = problem.candidate_ids();
        let old: Vec<CandidateId> = ids
            .filter(|&id| !out.contains(&problem[id].device))
            .collect();
        let mut new = vec![None; problem.candidates.len()];
        for (at, id) in (0..).map(CandidateId).zip(&old) {
            if let Some(place) = new.get_mut(id.index()) {
                *place = Some(at);
            }
        }
        let new = |id: CandidateId| new.get(id.index()).copied().flatten();
        Self {
            problem: kept(problem, &old, &new),
            beyond,
            old,
        }
    }

    /// A solution as one of the whole.
    pub fn back(&self, solution: &Solution) -> Solution {
        let old = |id: CandidateId| self.old.get(id.index()).copied();
        let heads = solution.heads.iter().filter_map(|head| {
            Some(Head {
                consumer: old(head.consumer)?,
                server: head.server.and_then(old),
                ..*head
            })
        });
        let truth = solution.truth.iter();
        Solution {
            open: solution.open.iter().filter_map(|&id| old(id)).collect(),
            heads: heads.collect(),
            truth: truth
                .filter_map(|&(component, id)| Some((component, old(id)?)))
                .collect(),
        }
    }
}

type New<'a> = &'a dyn Fn(CandidateId) -> Option<CandidateId>;

fn kept(problem: &Problem, old: &[CandidateId], new: New<'_>) -> Problem {
    let mut part = Problem {
        devices: problem.devices.clone(),
        resources: problem.resources,
        components: problem.components.clone(),
        candidates: old.iter().map(|&id| problem[id].clone()).collect(),
        needs: problem.needs.clone(),
        channels: problem.channels.clone(),
        ways: problem.ways.clone(),
        failures: problem.failures.clone(),
        refills: problem.refills.clone(),
        requirements: problem.requirements.clone(),
        measures: problem
            .measures
            .iter()
            .map(|one| measure(one, new))
            .collect(),
        objective: problem.objective.clone(),
        earlier: problem.earlier.clone(),
    };
    for need in &mut part.needs {
        need.routes
            .retain_mut(|route| new(route.to).is_some_and(|to| keep(&mut route.to, to)));
    }
    part.refills.retain_mut(|refill| {
        let moved = new(refill.to).zip(new(refill.from));
        moved.is_some_and(|(to, from)| keep(&mut refill.to, to) && keep(&mut refill.from, from))
    });
    if let Some(earlier) = &mut part.earlier {
        earlier.kept = ids(&earlier.kept, new);
    }
    part.requirements
        .retain_mut(|row| is_kept(&mut row.kind, new));
    part
}

fn keep(place: &mut CandidateId, id: CandidateId) -> bool {
    *place = id;
    true
}

fn ids(ids: &[CandidateId], new: New<'_>) -> Vec<CandidateId> {
    ids.iter().filter_map(|&id| new(id)).collect()
}

fn terms<T: Copy>(terms: &[(CandidateId, T)], new: New<'_>) -> Vec<(CandidateId, T)> {
    let terms = terms.iter();
    terms
        .filter_map(|&(id, weight)| Some((new(id)?, weight)))
        .collect()
}

/// Brings a requirement into the part; whether it says anything there.
fn is_kept(kind: &mut RequirementKind, new: New<'_>) -> bool {
    match kind {
        RequirementKind::Implies { when, any } => {
            *any = ids(any, new);
            let Some(when) = when else { return true };
            *when = ids(when, new);
            !when.is_empty()
        }
        RequirementKind::Exclusive { sets } => {
            for set in sets {
                *set = ids(set, new);
            }
            true
        }
        RequirementKind::Linear {
            terms: weighed,
            unless_none,
            ..
        } => {
            *weighed = terms(weighed, new);
            if let Some(some) = unless_none {
                *some = ids(some, new);
            }
            true
        }
        RequirementKind::Count { .. }
        | RequirementKind::Spread { .. }
        | RequirementKind::Truth { .. }
        | RequirementKind::Survive { .. }
        | RequirementKind::Uniform { .. }
        | RequirementKind::Arrivals(_)
        | RequirementKind::AtMost { .. }
        | RequirementKind::Total { .. } => true,
    }
}

fn measure(measure: &Measure, new: New<'_>) -> Measure {
    let excess = |excess: &Excess| Excess {
        terms: terms(&excess.terms, new),
        ..*excess
    };
    let share = |share: &Share| Share {
        of: share.of,
        terms: terms(&share.terms, new),
    };
    Measure {
        per: measure.per,
        fixed: measure.fixed,
        terms: terms(&measure.terms, new),
        excesses: measure.excesses.iter().map(excess).collect(),
        shares: measure.shares.iter().map(share).collect(),
    }
}
