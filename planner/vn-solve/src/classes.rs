//! Problems whose rows stand for several alike devices: the best plan that treats the members of a
//! class alike, and whether that is the best plan of all.
//!
//! In a plan by classes what stands in one of several alike sites serves nobody outside of it.
//!
//! In a plan of single devices let every member of a class do what the best of them does. Nothing gets
//! worse, but what the members share may not bear it: throughput that several of them ask, totals, and
//! what counts instances. Without these conditions the best plan that treats them alike is therefore
//! a bound on all plans, if it may also use what stands in other sites for nothing; where it keeps them all the same, it is the best of all. See
//! `docs/decisions/0027-alike-sites-are-planned-once.md`.

use std::collections::BTreeSet;

use vn_problem::{
    Candidate, CandidateId, ComponentId, DeviceId, Head, Levels, Load, Micros, NeedId, NeedLoad,
    Problem, RequirementId, RequirementKind, Role, Solution, TotalMetric, Verified, verify,
};

mod phantoms;

use crate::{
    control::Control,
    options::Options,
    outcome::{Certificate, Outcome, Reason, Status},
    solve::solve,
};

/// What a class is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The class of sites that the device stands in.
    pub site: u32,
    /// How many sites that are.
    pub sites: u64,
}

/// A connection of a need into some other member of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The need.
    pub need: NeedId,
    /// Where the consumer sits.
    pub from: DeviceId,
    /// Whole round trip.
    pub rtt: Micros,
    /// Time that the server takes to answer.
    pub service_time: Micros,
    /// Its steps of quality loss.
    pub quality: u64,
    /// Tier of the route.
    pub tier: u32,
    /// Tier among the fallbacks.
    pub fallback_tier: u32,
}

/// What the rows of a problem stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// Per device.
    pub places: Vec<Place>,
    /// Requirements that hold of each member of a class by itself.
    pub each: BTreeSet<RequirementId>,
    /// Connections into other members of a class, which no plan here uses.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether single devices have possibilities that no class has: then nothing is proven.
    pub restricted: bool,
}

/// Finds the best plan that treats the members of each class alike, and says how far it can be from
/// the best of all.
pub fn solve_by_classes(
    problem: &Problem,
    classes: &Classes,
    options: &Options,
    control: &mut dyn Control,
) -> Outcome {
    if problem.check().is_err() {
        return solve(problem, options, control);
    }
    let freed = Freed::of(problem, classes);
    let Some(freed) = freed else {
        return unproven(solve(problem, options, control));
    };
    match solve(&freed.problem, options, control) {
        // What binds less has no plan; then neither has this, and its own tables say why.
        Outcome::Infeasible { certificate, .. } => match solve(problem, options, control) {
            Outcome::Infeasible { conflict, .. } => Outcome::Infeasible {
                conflict,
                certificate,
            },
            other @ (Outcome::Solved { .. } | Outcome::Undecided { .. }) => unproven(other),
        },
        Outcome::Solved {
            solution,
            verified,
            certificate,
        } if is_proven(certificate.status) => {
            let bound = verified.levels;
            let solution = freed.back(&solution);
            match verify(problem, &solution) {
                Ok(verified) if is_worth(&verified.levels, &bound) => Outcome::Solved {
                    solution,
                    certificate: proven(certificate, &verified),
                    verified: Box::new(verified),
                },
                Ok(_) | Err(_) => against(solve(problem, options, control), &bound),
            }
        }
        Outcome::Solved { .. } | Outcome::Undecided { .. } => {
            unproven(solve(problem, options, control))
        }
    }
}

fn is_proven(status: Status) -> bool {
    match status {
        Status::Optimal | Status::OptimalButOrder => true,
        Status::Closed | Status::Feasible | Status::Infeasible | Status::Unknown => false,
    }
}

/// Equal on all levels but the declared order.
fn is_worth(levels: &Levels, bound: &Levels) -> bool {
    let all = |of: &Levels| (of.tiers, of.objective, of.more.clone(), of.then);
    all(levels) == all(bound)
}

/// The order among equals was only compared with plans that treat classes alike.
fn proven(certificate: Certificate, verified: &Verified) -> Certificate {
    Certificate {
        status: Status::OptimalButOrder,
        bound: Some(verified.levels.objective),
        gap: Some(vn_problem::Rational::ZERO),
        ..certificate
    }
}

/// A plan held against a bound on all plans.
fn against(outcome: Outcome, bound: &Levels) -> Outcome {
    let Outcome::Solved {
        solution,
        verified,
        certificate,
    } = outcome
    else {
        return unproven(outcome);
    };
    if is_worth(&verified.levels, bound) {
        return Outcome::Solved {
            certificate: proven(certificate, &verified),
            solution,
            verified,
        };
    }
    let below = Some(bound.objective).filter(|_| bound.tiers == verified.levels.tiers);
    let gap = below.and_then(|below| verified.levels.objective.checked_sub(below));
    Outcome::Solved {
        certificate: Certificate {
            status: Status::Feasible,
            bound: below,
            gap,
            ..certificate
        },
        solution,
        verified,
    }
}

/// What is known of the plans that treat classes alike says nothing about the others.
fn unproven(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Solved {
            solution,
            verified,
            certificate,
        } => Outcome::Solved {
            solution,
            verified,
            certificate: Certificate {
                status: Status::Feasible,
                bound: None,
                gap: None,
                ..certificate
            },
        },
        Outcome::Infeasible { certificate, .. } => Outcome::Undecided {
            reason: Reason::Alike,
            certificate: Certificate {
                status: Status::Unknown,
                ..certificate
            },
        },
        undecided @ Outcome::Undecided { .. } => undecided,
    }
}

/// A problem without the conditions that members of a class share.
struct Freed {
    problem: Problem,
    /// Per candidate, the phantoms last, where it is here.
    new: Vec<CandidateId>,
    /// How many are no phantoms.
    old: usize,
}

impl Freed {
    /// `None` where the bound would not hold.
    fn of(problem: &Problem, classes: &Classes) -> Option<Self> {
        let of = Coupling { problem, classes };
        if classes.restricted || of.is_rounded() || of.is_refilled() {
            return None;
        }
        let mut freed = problem.clone();
        freed.requirements = problem
            .requirement_ids()
            .filter(|&id| of.is_kept(id))
            .map(|id| problem[id].clone())
            .collect();
        for id in problem
            .candidate_ids()
            .filter(|&id| of.is_shared(id) || of.is_written(id))
        {
            let device = problem[id].device;
            if let Some(row) = freed.candidates.get_mut(id.index()) {
                row.capacity = None;
            }
            if let Some(row) = freed.devices.get_mut(device.index()) {
                row.max_duty = None;
            }
        }
        for id in problem.component_ids().filter(|&id| of.is_counted(id)) {
            phantoms::add(&mut freed, id, &classes.elsewhere);
        }
        // Several at once may stand in other sites, all of which are one phantom.
        for far in &classes.elsewhere {
            if let Some(need) = freed.needs.get_mut(far.need.index()) {
                need.copies = 1;
            }
        }
        let new = phantoms::sort(&mut freed);
        Some(Self {
            problem: freed,
            new,
            old: problem.candidates.len(),
        })
    }

    /// The solution as one of the original.
    fn back(&self, solution: &Solution) -> Solution {
        let old = |id: CandidateId| {
            let at = self.new.iter().take(self.old).position(|&new| new == id)?;
            u32::try_from(at).ok().map(CandidateId)
        };
        Solution {
            open: solution.open.iter().filter_map(|&id| old(id)).collect(),
            heads: solution
                .heads
                .iter()
                .filter_map(|head| {
                    Some(Head {
                        consumer: old(head.consumer)?,
                        server: head.server.and_then(old),
                        ..*head
                    })
                })
                .collect(),
            truth: solution
                .truth
                .iter()
                .filter_map(|&(component, id)| Some((component, old(id)?)))
                .collect(),
        }
    }
}

/// What ties the members of a class together.
#[derive(Clone, Copy)]
struct Coupling<'a> {
    problem: &'a Problem,
    classes: &'a Classes,
}

impl Coupling<'_> {
    fn times(self, id: CandidateId) -> u64 {
        self.problem.times(&self.problem[id])
    }

    fn is_single(self, ids: &[CandidateId]) -> bool {
        ids.iter().all(|&id| self.times(id) == 1)
    }

    /// Whether several members of a class ask one instance.
    fn is_shared(self, server: CandidateId) -> bool {
        let own = self.times(server);
        let mut routes = self.problem.needs.iter().flat_map(|need| &need.routes);
        routes.any(|route| route.to == server && self.problem[route.from].count > own)
    }

    /// Whether several members of a class write what one instance bears in the end.
    fn is_written(self, id: CandidateId) -> bool {
        let row = &self.problem[id];
        let mut needs = self.problem.needs.iter();
        (row.truth || row.standby)
            && needs.any(|need| need.write && need.server == row.component)
            && self.times(id) == 1
    }

    /// Whether a component is there in several at once.
    fn is_counted(self, component: ComponentId) -> bool {
        let service = self.problem[component].role == Role::Service;
        let mut all = self.problem.candidates_of(component);
        service && all.any(|(id, _)| self.times(id) > 1)
    }

    /// Whether what members share splits their load into parts that are rounded together.
    fn is_rounded(self) -> bool {
        self.problem.needs.iter().any(|need| {
            let split = match need.load {
                NeedLoad::Fanout(factor) => factor.den > 1,
                NeedLoad::Rate(Load(_)) => false,
            };
            let mut consumers = self.problem.candidates_of(need.consumer);
            split && consumers.any(|(id, _)| self.is_shared(id))
        })
    }

    /// Whether somebody may be filled from one member or another.
    fn is_refilled(self) -> bool {
        let refills = self.problem.refills.iter();
        refills
            .into_iter()
            .any(|one| !self.is_above(one.from, one.to))
    }

    /// Whether the one is there for whatever member the other belongs to: it is the same, stands in the
    /// same site, or in a site of its own.
    fn is_above(self, one: CandidateId, other: CandidateId) -> bool {
        let (a, b) = (&self.problem[one], &self.problem[other]);
        let place = |device: DeviceId| self.classes.places.get(device.index());
        let Some((here, there)) = place(a.device).zip(place(b.device)) else {
            return false;
        };
        // More members than sites: several in each, and the other belongs to one of them.
        let alone = self.times(one) == here.sites;
        a.device == b.device || (alone && (here.sites == 1 || here.site == there.site))
    }

    /// Whether a requirement binds no two members of a class together.
    fn is_kept(self, id: RequirementId) -> bool {
        if self.classes.each.contains(&id) {
            return true;
        }
        match &self.problem[id].kind {
            RequirementKind::Count { component, .. }
            | RequirementKind::Spread { component, .. } => !self.is_counted(*component),
            // Who must be alive is, nowhere; each member finds its own entry.
            RequirementKind::Survive { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Uniform { .. }
            // With fewer open than before.
            | RequirementKind::Exclusive { .. } => true,
            RequirementKind::Implies { when, any } => match when {
                None => self.is_single(any),
                Some(when) => when
                    .iter()
                    .all(|&one| any.iter().all(|&other| self.is_above(other, one))),
            },
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                let terms: Vec<CandidateId> = terms.iter().map(|(id, _)| *id).collect();
                self.is_single(&terms) && unless_none.iter().all(|ids| self.is_single(ids))
            }
            // Not stated of rows that stand for several.
            RequirementKind::Arrivals(_) | RequirementKind::AtMost { .. } => false,
            RequirementKind::Total { metric, .. } => {
                let amount = |row: &Candidate| match metric {
                    TotalMetric::Cost => row.cost.0,
                    TotalMetric::Power => row.power.0,
                };
                let mut several = self.problem.candidates.iter();
                several.all(|row| self.problem.times(row) == 1 || amount(row) == 0)
                    && !self.problem.has_priced_traffic()
            }
        }
    }
}
