//! Devices that are alike: of all plans that differ only in who is who, one is enough.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, Cut, DeviceId, FailureId, Problem, RequirementKind, Route};

use crate::{
    model::Model,
    own,
    presence::{DeadEnd, Presence},
    table::GroupId,
};

/// Neighbouring pairs of alike devices, each smaller one first.
///
/// INVARIANT: nobody on another device can ask what runs on either of them. Otherwise the declared
/// order inside a list would tell them apart.
pub fn twins(problem: &Problem) -> Vec<(DeviceId, DeviceId)> {
    let private: Vec<DeviceId> = problem
        .device_ids()
        .filter(|&device| is_private(problem, device))
        .collect();
    let mut pairs = Vec::new();
    for (at, &first) in private.iter().enumerate() {
        let behind = private.get(at + 1..).unwrap_or_default();
        let twin = behind.iter().find(|&&second| {
            Swap {
                problem,
                first,
                second,
            }
            .changes_nothing()
        });
        pairs.extend(twin.map(|&second| (first, second)));
    }
    pairs
}

fn is_private(problem: &Problem, device: DeviceId) -> bool {
    let mut routes = problem.needs.iter().flat_map(|need| &need.routes);
    routes.all(|route| problem[route.to].device != device || route.from == device)
}

/// Two devices that change places.
#[derive(Clone, Copy)]
struct Swap<'a> {
    problem: &'a Problem,
    first: DeviceId,
    second: DeviceId,
}

impl Swap<'_> {
    fn changes_nothing(self) -> bool {
        let (a, b) = (&self.problem[self.first], &self.problem[self.second]);
        if (&a.capacity, a.max_duty, a.count) != (&b.capacity, b.max_duty, b.count) {
            return false;
        }
        let Some(other) = self.candidates() else {
            return false;
        };
        self.keeps_clients()
            && self.keeps_routes(&other)
            && self.keeps_refills(&other)
            && self.keeps_requirements(&other)
            && self.keeps_earlier(&other)
            && self.keeps_measures(&other)
    }

    fn device(self, device: DeviceId) -> DeviceId {
        match device {
            device if device == self.first => self.second,
            device if device == self.second => self.first,
            device => device,
        }
    }

    /// Who takes whose place; `None` unless they are the same in all but the device.
    fn candidates(self) -> Option<BTreeMap<CandidateId, CandidateId>> {
        let on = |device| {
            let ids = self.problem.candidate_ids();
            ids.filter(move |&id| self.problem[id].device == device)
                .collect::<Vec<_>>()
        };
        let (first, second) = (on(self.first), on(self.second));
        let alike = |(&a, &b): (&CandidateId, &CandidateId)| {
            let moved = vn_problem::Candidate {
                device: self.second,
                ..self.problem[a].clone()
            };
            moved == self.problem[b]
        };
        if first.len() != second.len() || !first.iter().zip(&second).all(alike) {
            return None;
        }
        let forth = first.iter().copied().zip(second.iter().copied());
        let back = second.iter().copied().zip(first.iter().copied());
        Some(forth.chain(back).collect())
    }

    /// What runs before tells the two apart, unless it runs on both.
    fn keeps_earlier(self, other: &BTreeMap<CandidateId, CandidateId>) -> bool {
        let moves = |id: CandidateId| self.problem.is_move(id);
        other.iter().all(|(&a, &b)| moves(a) == moves(b))
    }

    fn keeps_measures(self, other: &BTreeMap<CandidateId, CandidateId>) -> bool {
        let there = |id: CandidateId| other.get(&id).copied().unwrap_or(id);
        let mut measures = self.problem.measures.iter();
        measures.all(|one| own::moved(one, there) == own::moved(one, |id| id))
    }

    fn keeps_clients(self) -> bool {
        let both = |on: &[DeviceId]| on.contains(&self.first) == on.contains(&self.second);
        self.problem.components.iter().all(|row| both(&row.on))
    }

    fn keeps_routes(self, other: &BTreeMap<CandidateId, CandidateId>) -> bool {
        let moved = |route: &Route| Route {
            from: self.device(route.from),
            to: other.get(&route.to).copied().unwrap_or(route.to),
            ..*route
        };
        let key = |route: &Route| {
            (
                route.from,
                route.to,
                route.rtt,
                route.tier,
                route.fallback_tier,
                route.way,
            )
        };
        self.problem.needs.iter().all(|need| {
            let before: BTreeSet<_> = need.routes.iter().map(key).collect();
            need.routes
                .iter()
                .all(|route| before.contains(&key(&moved(route))))
        })
    }

    fn keeps_refills(self, other: &BTreeMap<CandidateId, CandidateId>) -> bool {
        let moved = |id: CandidateId| other.get(&id).copied().unwrap_or(id);
        let refills = &self.problem.refills;
        let before: BTreeSet<_> = refills
            .iter()
            .map(|refill| (refill.to, refill.from))
            .collect();
        before
            .iter()
            .all(|&(to, from)| before.contains(&(moved(to), moved(from))))
    }

    fn keeps_requirements(self, other: &BTreeMap<CandidateId, CandidateId>) -> bool {
        self.problem.requirements.iter().all(|row| match &row.kind {
            RequirementKind::Survive { failures, .. } => self.keeps_failures(failures),
            RequirementKind::Spread { domain, .. } => self.keeps_domains(domain),
            RequirementKind::Uniform { devices, .. } => {
                devices.contains(&self.first) == devices.contains(&self.second)
            }
            RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. } => self.keeps_bond(&row.kind, other),
            // Sources have an order, which tells devices apart.
            RequirementKind::Arrivals(_) => false,
            RequirementKind::Count { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => true,
        })
    }

    /// With the two exchanged, what binds presence is required all the same.
    fn keeps_bond(
        self,
        kind: &RequirementKind,
        other: &BTreeMap<CandidateId, CandidateId>,
    ) -> bool {
        let moved = |ids: &[CandidateId]| {
            let ids = ids.iter().map(|id| other.get(id).copied().unwrap_or(*id));
            let mut ids: Vec<CandidateId> = ids.collect();
            ids.sort_unstable();
            ids
        };
        let moved = match kind {
            RequirementKind::Implies { when, any } => RequirementKind::Implies {
                when: when.as_deref().map(moved),
                any: moved(any),
            },
            RequirementKind::Exclusive { sets } => RequirementKind::Exclusive {
                sets: sets.iter().map(|set| moved(set)).collect(),
            },
            RequirementKind::Linear {
                terms,
                at_least,
                unless_none,
            } => {
                let terms = terms.iter();
                let terms = terms.map(|(id, by)| (other.get(id).copied().unwrap_or(*id), *by));
                let mut terms: Vec<(CandidateId, i64)> = terms.collect();
                terms.sort_unstable();
                RequirementKind::Linear {
                    terms,
                    at_least: *at_least,
                    unless_none: unless_none.as_deref().map(moved),
                }
            }
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => return true,
        };
        moved == *kind
            || self
                .problem
                .requirements
                .iter()
                .any(|row| row.kind == moved)
    }

    fn keeps_failures(self, failures: &[FailureId]) -> bool {
        type Sides = BTreeSet<BTreeSet<DeviceId>>;
        let event = |id: FailureId, place: &dyn Fn(DeviceId) -> DeviceId| {
            let row = &self.problem[id];
            let set = |ids: &[DeviceId]| ids.iter().map(|&one| place(one)).collect();
            let sides = |cut: &Cut| -> Sides { [set(&cut.one), set(&cut.other)].into() };
            let cut: BTreeSet<Sides> = row.cut.iter().map(sides).collect();
            let down: BTreeSet<DeviceId> = set(&row.down);
            (down, cut, &row.kept)
        };
        let before: BTreeSet<_> = failures.iter().map(|&id| event(id, &|one| one)).collect();
        failures
            .iter()
            .all(|&id| before.contains(&event(id, &|one| self.device(one))))
    }

    /// Either they share a domain, or each is alone in its own.
    fn keeps_domains(self, domain: &[u32]) -> bool {
        let of = |device: DeviceId| domain.get(device.index());
        let alone = |device| domain.iter().filter(|&d| Some(d) == of(device)).count() == 1;
        of(self.first) == of(self.second) || (alone(self.first) && alone(self.second))
    }
}

/// Of two alike devices the first runs what comes first in declared order.
pub fn order(model: &Model<'_>, presence: &mut Presence) -> Result<(), DeadEnd> {
    for &(first, second) in &model.twins {
        for (&a, &b) in model.on_device[first].iter().zip(&model.on_device[second]) {
            if !settle(model, presence, a, b)? {
                break;
            }
        }
    }
    Ok(())
}

/// Whether the two are known to run the same here, so that the next component decides.
fn settle(
    model: &Model<'_>,
    presence: &mut Presence,
    a: GroupId,
    b: GroupId,
) -> Result<bool, DeadEnd> {
    let rank = |presence: &Presence, group: GroupId| {
        let mut possible = presence.members(model, group);
        let first = possible.next();
        let known = first.filter(|_| presence.is_present(group) && possible.next().is_none());
        (first, known.map(|id| model.problem[id].variant))
    };
    // What is present in the second must be in the first; what the first cannot run, nor can it.
    if presence.is_present(b) {
        presence.demand(model, a)?;
    }
    if rank(presence, a).0.is_none() {
        presence.vacate(model, b)?;
        return Ok(true);
    }
    let least = rank(presence, a)
        .0
        .map_or(0, |id| model.problem[id].variant);
    let early: Vec<CandidateId> = presence
        .members(model, b)
        .filter(|&id| model.problem[id].variant < least)
        .collect();
    for id in early {
        presence.close(model, id)?;
    }
    let (a, b) = (rank(presence, a).1, rank(presence, b).1);
    Ok(a.is_some() && a == b)
}
