//! The same problem with its tables in another order.
#![allow(
    clippy::indexing_slicing,
    reason = "ids of the problem's own tables; a mistake here may panic"
)]

use vn_problem::{
    Candidate, CandidateId, ComponentId, DeviceId, Measure, Need, Problem, RequirementKind, Route,
};

use crate::generator::Random;

/// Devices and components in another order, and thus candidates.
pub fn permuted(problem: &Problem, random: &mut Random) -> Problem {
    let renamed = Renamed::of(problem, random);
    let mut other = problem.clone();
    for (old, row) in problem.devices.iter().enumerate() {
        other.devices[renamed.devices[old].index()] = row.clone();
    }
    for (old, row) in problem.components.iter().enumerate() {
        let new = renamed.components[old].index();
        other.components[new] = row.clone();
        renamed.devices(&mut other.components[new].on);
    }
    for (old, row) in problem.candidates.iter().enumerate() {
        other.candidates[renamed.candidates[old].index()] = Candidate {
            component: renamed.component(row.component),
            device: renamed.device(row.device),
            ..row.clone()
        };
    }
    for need in &mut other.needs {
        renamed.need(need);
    }
    for failure in &mut other.failures {
        renamed.devices(&mut failure.down);
        for cut in &mut failure.cut {
            renamed.devices(&mut cut.one);
            renamed.devices(&mut cut.other);
        }
        for id in &mut failure.kept {
            *id = renamed.component(*id);
        }
        failure.kept.sort_unstable();
    }
    for refill in &mut other.refills {
        refill.to = renamed.candidate(refill.to);
        refill.from = renamed.candidate(refill.from);
    }
    for row in &mut other.requirements {
        renamed.requirement(&mut row.kind);
    }
    for measure in &mut other.measures {
        renamed.measure(measure);
    }
    if let Some(earlier) = &mut other.earlier {
        renamed.set(&mut earlier.kept);
        let costs = earlier.move_cost.clone();
        for (old, cost) in costs.into_iter().enumerate() {
            earlier.move_cost[renamed.components[old].index()] = cost;
        }
    }
    other
}

/// The new id of each old one.
struct Renamed {
    devices: Vec<DeviceId>,
    components: Vec<ComponentId>,
    candidates: Vec<CandidateId>,
}

impl Renamed {
    fn of(problem: &Problem, random: &mut Random) -> Self {
        let mut shuffled = |count: usize| -> Vec<u32> {
            let ids: Vec<u32> = (0..).take(count).collect();
            random.shuffled(&ids)
        };
        let devices = shuffled(problem.devices.len());
        let components = shuffled(problem.components.len());
        let mut renamed = Self {
            devices: devices.into_iter().map(DeviceId).collect(),
            components: components.into_iter().map(ComponentId).collect(),
            candidates: vec![CandidateId(0); problem.candidates.len()],
        };
        let mut order: Vec<usize> = (0..problem.candidates.len()).collect();
        order.sort_by_key(|&at| {
            let row = &problem.candidates[at];
            let (component, device) =
                (renamed.component(row.component), renamed.device(row.device));
            (component, device, row.copy, row.variant)
        });
        for (new, old) in (0..).zip(order) {
            renamed.candidates[old] = CandidateId(new);
        }
        renamed
    }

    fn device(&self, id: DeviceId) -> DeviceId {
        self.devices[id.index()]
    }

    fn component(&self, id: ComponentId) -> ComponentId {
        self.components[id.index()]
    }

    fn candidate(&self, id: CandidateId) -> CandidateId {
        self.candidates[id.index()]
    }

    fn devices(&self, ids: &mut [DeviceId]) {
        for id in &mut *ids {
            *id = self.device(*id);
        }
        ids.sort_unstable();
    }

    fn set(&self, ids: &mut [CandidateId]) {
        for id in &mut *ids {
            *id = self.candidate(*id);
        }
        ids.sort_unstable();
    }

    fn terms<T: Ord>(&self, terms: &mut [(CandidateId, T)]) {
        for (id, _) in &mut *terms {
            *id = self.candidate(*id);
        }
        terms.sort_unstable();
    }

    fn need(&self, need: &mut Need) {
        need.consumer = self.component(need.consumer);
        need.server = self.component(need.server);
        for route in &mut need.routes {
            *route = Route {
                from: self.device(route.from),
                to: self.candidate(route.to),
                ..*route
            };
        }
        need.routes.sort_by_key(|route| (route.from, route.to));
    }

    fn requirement(&self, kind: &mut RequirementKind) {
        match kind {
            RequirementKind::Count { component, .. }
            | RequirementKind::Truth { component }
            | RequirementKind::Survive { component, .. } => *component = self.component(*component),
            RequirementKind::Spread {
                component, domain, ..
            } => {
                *component = self.component(*component);
                let old = domain.clone();
                for (at, one) in old.into_iter().enumerate() {
                    domain[self.devices[at].index()] = one;
                }
            }
            RequirementKind::Uniform { component, devices } => {
                *component = self.component(*component);
                self.devices(devices);
            }
            RequirementKind::Implies { when, any } => {
                for ids in when.iter_mut().chain([any]) {
                    self.set(ids);
                }
            }
            RequirementKind::Exclusive { sets } => {
                for ids in sets {
                    self.set(ids);
                }
            }
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                self.terms(terms);
                if let Some(ids) = unless_none {
                    self.set(ids);
                }
            }
            RequirementKind::Arrivals(row) => {
                for one in &mut row.pairs {
                    one.to = self.candidate(one.to);
                    one.from = self.candidate(one.from);
                }
                row.pairs.sort_unstable();
            }
            RequirementKind::AtMost { .. } | RequirementKind::Total { .. } => {}
        }
    }

    fn measure(&self, measure: &mut Measure) {
        self.terms(&mut measure.terms);
        for excess in &mut measure.excesses {
            self.terms(&mut excess.terms);
        }
        for share in &mut measure.shares {
            self.terms(&mut share.terms);
        }
    }
}
