//! What no builder of problems should ever hand over.

use crate::{
    Arrival, Arrivals, CandidateId, ComponentId, Cut, DeviceId, Failure, FailureId, Measure,
    Metric, NeedId, NeedLoad, Problem, RequirementId, RequirementKind, Role, Route, Share, WayId,
};

/// A fault of the tables themselves: a mistake of whoever built the problem, not of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Capacities do not cover each resource, or it stands for no machine.
    Device(DeviceId),
    /// A client device is unknown, a service has some, a client may be absent, or nobody holds a truth.
    Component(ComponentId),
    /// Unknown ids, not sorted, a claim that does not cover each resource, or a client more than once.
    Candidate(CandidateId),
    /// Unknown ids, a server that is a client, a zero denominator, no copies, unsorted or
    /// strange routes.
    Need(NeedId),
    /// Unknown or unsorted channels.
    Way(WayId),
    /// An unknown device or component, or a device on both sides of a cut.
    Failure(FailureId),
    /// The refill at this position has unknown candidates, or of different components.
    Refill(usize),
    /// Unknown ids, sets that are not sorted, or domains that do not cover the devices.
    Requirement(RequirementId),
    /// Unsorted terms, a zero divisor, or nothing to have a share of.
    Measure(u32),
    /// A weight of the objective has a zero denominator, or it speaks of an unknown measure.
    Objective,
    /// Unknown or unsorted candidates run before, or the costs of a move do not cover the components.
    Earlier,
    /// Needs that pass load on form a circle.
    Circle,
}

impl Problem {
    /// Whether every id is in range, tables are sorted as promised, and needs form no circle.
    ///
    /// # Errors
    ///
    /// The first fault found.
    pub fn check(&self) -> Result<(), Malformed> {
        first(self.device_ids(), |id| {
            self[id].capacity.len() == self.resources && self[id].count > 0
        })
        .map_err(Malformed::Device)?;
        first(self.component_ids(), |id| self.sound_component(id)).map_err(Malformed::Component)?;
        first(self.candidate_ids(), |id| self.sound_candidate(id)).map_err(Malformed::Candidate)?;
        if let Some(at) = self
            .candidates
            .windows(2)
            .position(|pair| !increasing(pair))
        {
            let late = u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX);
            return Err(Malformed::Candidate(CandidateId(late)));
        }
        first(self.need_ids(), |id| self.sound_need(id)).map_err(Malformed::Need)?;
        first(self.way_ids(), |id| self.sound_way(id)).map_err(Malformed::Way)?;
        first(self.failure_ids(), |id| self.sound_failure(&self[id]))
            .map_err(Malformed::Failure)?;
        first(0..self.refills.len(), |at| self.sound_refill(at)).map_err(Malformed::Refill)?;
        first(self.requirement_ids(), |id| {
            self.sound_requirement(&self[id].kind)
        })
        .map_err(Malformed::Requirement)?;
        let measures = (0..).zip(&self.measures);
        let mut unsound = measures.filter(|(_, one)| !self.sound_measure(one));
        if let Some((at, _)) = unsound.next() {
            return Err(Malformed::Measure(at));
        }
        let mut terms = self.objective.sums().flatten();
        if terms.any(|term| term.weight.den == 0) || !self.knows_metrics() {
            return Err(Malformed::Objective);
        }
        if !self.sound_earlier() {
            return Err(Malformed::Earlier);
        }
        self.consumers_first().map(|_| ()).ok_or(Malformed::Circle)
    }

    fn has_devices(&self, devices: &[DeviceId]) -> bool {
        devices
            .iter()
            .all(|device| device.index() < self.devices.len())
    }

    fn sound_failure(&self, row: &Failure) -> bool {
        let kept = row.kept.iter().all(|&id| self.has_component(id));
        let apart = |cut: &Cut| cut.one.iter().all(|device| !cut.other.contains(device));
        let known = |cut: &Cut| self.has_devices(&cut.one) && self.has_devices(&cut.other);
        kept && self.has_devices(&row.down) && row.cut.iter().all(|cut| known(cut) && apart(cut))
    }

    fn has_component(&self, component: ComponentId) -> bool {
        component.index() < self.components.len()
    }

    fn sound_component(&self, id: ComponentId) -> bool {
        let row = &self[id];
        if row.custody.holders == 0 {
            return false;
        }
        match row.role {
            Role::Service => row.on.is_empty(),
            Role::Client => {
                let sorted = row.on.is_sorted_by(|a, b| a < b);
                self.has_devices(&row.on) && sorted && !row.may_be_absent
            }
        }
    }

    fn sound_candidate(&self, id: CandidateId) -> bool {
        let row = &self[id];
        self.has_component(row.component)
            && row.device.index() < self.devices.len()
            && row.claim.len() == self.resources
            && (self[row.component].role == Role::Service
                || row.copy == 0 && self[row.component].on.contains(&row.device))
    }

    fn sound_need(&self, id: NeedId) -> bool {
        let row = &self[id];
        let load = match row.load {
            NeedLoad::Fanout(factor) => factor.den > 0,
            NeedLoad::Rate(_) => true,
        };
        load && row.tiers > 0
            && row.copies > 0
            && self.has_component(row.consumer)
            && self.has_component(row.server)
            && self[row.server].role == Role::Service
            && row
                .routes
                .is_sorted_by(|a, b| (a.from, a.to) < (b.from, b.to))
            && row
                .routes
                .iter()
                .all(|route| self.sound_route(route, row.server, row.tiers))
    }

    fn sound_route(&self, route: &Route, server: ComponentId, tiers: u32) -> bool {
        route.from.index() < self.devices.len()
            && self
                .candidates
                .get(route.to.index())
                .is_some_and(|to| to.component == server)
            && route.tier < tiers
            && route.way.is_none_or(|way| way.index() < self.ways.len())
    }

    fn sound_refill(&self, at: usize) -> bool {
        let component = |id: CandidateId| self.candidates.get(id.index()).map(|row| row.component);
        self.refills.get(at).is_some_and(|refill| {
            component(refill.to).is_some() && component(refill.to) == component(refill.from)
        })
    }

    /// Every metric of the objective is one that there is.
    fn knows_metrics(&self) -> bool {
        let terms = self.objective.sums().flatten().map(|term| term.metric);
        let mut all = terms.chain(self.objective.then);
        all.all(|metric| match metric {
            Metric::Own(at) => self.measure(at).is_some(),
            Metric::Latency
            | Metric::Cost
            | Metric::Power
            | Metric::Footprint
            | Metric::QualityLoss
            | Metric::CloneBytes
            | Metric::Movement => true,
        })
    }

    fn sound_measure(&self, measure: &Measure) -> bool {
        let signed = |terms: &[(CandidateId, i64)]| {
            let ids: Vec<CandidateId> = terms.iter().map(|(id, _)| *id).collect();
            self.is_set(&ids) && terms.iter().all(|(_, weight)| *weight != 0)
        };
        let share = |share: &Share| {
            let ids: Vec<CandidateId> = share.terms.iter().map(|(id, _)| *id).collect();
            share.of > 0 && self.is_set(&ids) && share.terms.iter().all(|(_, claim)| *claim != 0)
        };
        measure.per > 0
            && signed(&measure.terms)
            && measure.excesses.iter().all(|one| signed(&one.terms))
            && measure.shares.iter().all(share)
    }

    fn is_set(&self, ids: &[CandidateId]) -> bool {
        ids.iter().all(|id| id.index() < self.candidates.len()) && ids.is_sorted_by(|a, b| a < b)
    }

    fn sound_arrivals(&self, row: &Arrivals) -> bool {
        let known = |id: CandidateId| id.index() < self.candidates.len();
        let fits = |one: &Arrival| {
            known(one.to)
                && known(one.from)
                && one.to != one.from
                && self[one.to].component == self[one.from].component
        };
        row.pairs.iter().all(fits)
            && row
                .pairs
                .is_sorted_by(|a, b| (a.to, a.from) < (b.to, b.from))
    }

    fn sound_requirement(&self, kind: &RequirementKind) -> bool {
        match kind {
            RequirementKind::Count { component, .. } | RequirementKind::Truth { component } => {
                self.has_component(*component)
            }
            RequirementKind::Spread {
                component,
                domain,
                m,
            } => self.has_component(*component) && domain.len() == self.devices.len() && *m > 0,
            RequirementKind::Survive {
                component,
                failures,
            } => {
                self.has_component(*component)
                    && failures
                        .iter()
                        .all(|failure| failure.index() < self.failures.len())
            }
            RequirementKind::Uniform { component, devices } => {
                self.has_component(*component) && self.has_devices(devices)
            }
            RequirementKind::Implies { when, any } => {
                when.iter().all(|ids| self.is_set(ids)) && self.is_set(any)
            }
            RequirementKind::Exclusive { sets } => {
                let mut all: Vec<CandidateId> = sets.iter().flatten().copied().collect();
                all.sort_unstable();
                self.is_set(&all) && sets.iter().all(|ids| self.is_set(ids))
            }
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                let ids: Vec<CandidateId> = terms.iter().map(|(id, _)| *id).collect();
                self.is_set(&ids)
                    && terms.iter().all(|(_, weight)| *weight != 0)
                    && unless_none.iter().all(|ids| self.is_set(ids))
            }
            RequirementKind::Arrivals(row) => self.sound_arrivals(row),
            RequirementKind::AtMost { measure, .. } => self.measure(*measure).is_some(),
            RequirementKind::Total { .. } => true,
        }
    }
}

fn first<T: Copy>(ids: impl Iterator<Item = T>, sound: impl Fn(T) -> bool) -> Result<(), T> {
    ids.into_iter().find(|&id| !sound(id)).map_or(Ok(()), Err)
}

fn increasing(pair: &[crate::Candidate]) -> bool {
    pair.is_sorted_by(|a, b| {
        (a.component, a.device, a.copy, a.variant) < (b.component, b.device, b.copy, b.variant)
    })
}
