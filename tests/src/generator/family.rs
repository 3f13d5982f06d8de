//! The features that a problem may have, and the same problem without one of them.

use vn_problem::{
    CandidateId, CloneMode, Factor, Measure, Need, NeedLoad, Problem, Requirement, RequirementKind,
    Role,
};

use super::NOWHERE;

/// A family of constraints, or of data that constraints and levels depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `within`.
    Within,
    /// `degraded`.
    Degraded,
    /// Claims on devices.
    Devices,
    /// Throughput of instances.
    Capacities,
    /// `max_duty`.
    Duty,
    /// `Count`; without it a service has `1..`.
    Counts,
    /// `Spread`.
    Spreads,
    /// `Truth`.
    Truths,
    /// `Survive`.
    Survive,
    /// `Uniform`.
    Uniform,
    /// `Total`.
    Totals,
    /// `Implies`.
    Implications,
    /// `Exclusive`.
    Exclusions,
    /// `Linear`.
    Sums,
    /// Components that may be absent.
    Absence,
    /// Lazy clones.
    Lazy,
    /// Refills.
    Refills,
    /// Optional needs.
    Optional,
    /// Needs of some variants only.
    Variants,
    /// `prefer`.
    Tiers,
    /// The order of fallbacks.
    FallbackTiers,
    /// Factors other than one.
    Fanouts,
    /// Fixed loads.
    Rates,
    /// Needs of several servers at once.
    Copies,
    /// Limits of consumers.
    Connections,
    /// What channels carry.
    Channels,
    /// What traffic costs.
    Prices,
    /// `AtMost`.
    Bounds,
    /// Measures, as far as the objective speaks of them.
    Measures,
    /// Cuts of failures.
    Cuts,
    /// Several instances of a service on one device.
    Numbers,
    /// `Arrivals`.
    Arrivals,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 32] = [
        Self::Within,
        Self::Degraded,
        Self::Devices,
        Self::Capacities,
        Self::Duty,
        Self::Counts,
        Self::Spreads,
        Self::Truths,
        Self::Survive,
        Self::Uniform,
        Self::Totals,
        Self::Implications,
        Self::Exclusions,
        Self::Sums,
        Self::Absence,
        Self::Lazy,
        Self::Refills,
        Self::Optional,
        Self::Variants,
        Self::Tiers,
        Self::FallbackTiers,
        Self::Fanouts,
        Self::Rates,
        Self::Copies,
        Self::Connections,
        Self::Channels,
        Self::Prices,
        Self::Bounds,
        Self::Measures,
        Self::Cuts,
        Self::Numbers,
        Self::Arrivals,
    ];
}

impl Family {
    /// Whether it is one of those that only [`held`](super::held) problems have.
    pub const fn holds_more(self) -> bool {
        matches!(self, Self::Copies | Self::Connections)
    }

    /// Whether it is one of those that only [`carried`](super::carried) problems have.
    pub const fn weighs(self) -> bool {
        matches!(self, Self::Channels | Self::Prices)
    }

    /// Whether it is one of those that only [`measured`](super::measured) problems have.
    pub const fn measures(self) -> bool {
        matches!(self, Self::Bounds | Self::Measures)
    }

    /// Whether it is one of those that only [`bonded`](super::bonded) problems have.
    pub const fn binds_presence(self) -> bool {
        matches!(
            self,
            Self::Implications | Self::Exclusions | Self::Sums | Self::Absence
        )
    }
}

/// The same problem without one family.
pub fn without(mut problem: Problem, family: Family) -> Problem {
    match family {
        Family::Devices => {
            let claims = problem.candidates.iter_mut().flat_map(|c| &mut c.claim);
            claims.for_each(|claim| *claim = 0);
        }
        Family::Capacities => free_capacities(&mut problem),
        Family::Duty => problem
            .devices
            .iter_mut()
            .for_each(|device| device.max_duty = None),
        Family::Lazy => problem
            .candidates
            .iter_mut()
            .for_each(|c| c.clone = CloneMode::Eager),
        Family::Refills => problem.refills.clear(),
        Family::Cuts => problem.failures.iter_mut().for_each(|row| row.cut.clear()),
        Family::Numbers => only_the_first(&mut problem),
        Family::Connections => problem
            .candidates
            .iter_mut()
            .for_each(|c| c.connections = None),
        Family::Channels => problem
            .channels
            .iter_mut()
            .for_each(|row| row.capacity = u64::MAX),
        Family::Prices => problem.ways.iter_mut().for_each(|way| way.price = 0),
        Family::Counts => problem.requirements.iter_mut().for_each(any_count),
        Family::Absence => problem
            .components
            .iter_mut()
            .for_each(|row| row.may_be_absent = false),
        Family::Spreads
        | Family::Truths
        | Family::Survive
        | Family::Uniform
        | Family::Totals
        | Family::Implications
        | Family::Exclusions
        | Family::Bounds
        | Family::Arrivals
        | Family::Sums => {
            problem.requirements.retain(|row| of(&row.kind) != family);
        }
        Family::Measures => {
            for measure in &mut problem.measures {
                *measure = Measure {
                    per: 1,
                    ..Measure::default()
                };
            }
            problem
                .requirements
                .retain(|row| of(&row.kind) != Family::Bounds);
        }
        Family::Within
        | Family::Degraded
        | Family::Optional
        | Family::Variants
        | Family::Tiers
        | Family::FallbackTiers
        | Family::Fanouts
        | Family::Rates
        | Family::Copies => problem
            .needs
            .iter_mut()
            .for_each(|need| plain(need, family)),
    }
    problem
}

/// On a device with a duty, instances need one and keep it.
fn free_capacities(problem: &mut Problem) {
    for candidate in &mut problem.candidates {
        let service = problem.components[candidate.component.index()].role == Role::Service;
        let duty = problem.devices[candidate.device.index()].max_duty.is_some();
        if service && !duty {
            candidate.capacity = None;
        }
    }
}

/// No further instance of a service on its device, with all ids as they were.
fn only_the_first(problem: &mut Problem) {
    let further = (0..).map(CandidateId).zip(&problem.candidates);
    let further = further.filter(|(_, row)| row.copy > 0);
    let terms: Vec<_> = further.map(|(id, _)| (id, -1)).collect();
    if !terms.is_empty() {
        problem.requirements.push(Requirement {
            kind: RequirementKind::Linear {
                terms,
                at_least: 0,
                unless_none: None,
            },
            cause: NOWHERE,
        });
    }
}

fn any_count(requirement: &mut Requirement) {
    if let RequirementKind::Count { min, max, .. } = &mut requirement.kind {
        (*min, *max) = (1, None);
    }
}

fn of(kind: &RequirementKind) -> Family {
    match kind {
        RequirementKind::Count { .. } => Family::Counts,
        RequirementKind::Spread { .. } => Family::Spreads,
        RequirementKind::Truth { .. } => Family::Truths,
        RequirementKind::Survive { .. } => Family::Survive,
        RequirementKind::Uniform { .. } => Family::Uniform,
        RequirementKind::Total { .. } => Family::Totals,
        RequirementKind::Implies { .. } => Family::Implications,
        RequirementKind::Exclusive { .. } => Family::Exclusions,
        RequirementKind::Linear { .. } => Family::Sums,
        RequirementKind::AtMost { .. } => Family::Bounds,
        RequirementKind::Arrivals(_) => Family::Arrivals,
    }
}

fn plain(need: &mut Need, family: Family) {
    match (family, need.load) {
        (Family::Within, _) => (need.within, need.degraded) = (None, None),
        (Family::Degraded, _) => need.degraded = None,
        (Family::Optional, _) => need.optional = false,
        (Family::Copies, _) => need.copies = 1,
        (Family::Variants, _) => need.variants = None,
        (Family::Tiers, _) => {
            need.tiers = 1;
            need.routes.iter_mut().for_each(|route| route.tier = 0);
        }
        (Family::FallbackTiers, _) => {
            need.routes
                .iter_mut()
                .for_each(|route| route.fallback_tier = 0);
        }
        (Family::Fanouts, NeedLoad::Fanout(_)) | (Family::Rates, NeedLoad::Rate(_)) => {
            need.load = NeedLoad::Fanout(Factor::ONE);
        }
        _ => {}
    }
}
