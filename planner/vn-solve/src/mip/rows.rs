//! What must hold always: places, resources, counts, spread, truth, sources, totals.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{
    CandidateId, CloneMode, ComponentId, DeviceId, RequirementKind, Role, TotalMetric,
};

use super::{
    Mip, amount,
    sheet::{Column, negated},
};
use crate::{
    presence::Presence,
    propagate::{claim, price},
};

impl Mip<'_> {
    /// One variant per place, within the resources of each device.
    pub(super) fn add_placement(&mut self, root: &Presence) {
        for group in self.model.groups.keys() {
            let terms = self.group(group);
            let component = self.model.groups[group].component;
            if self.model.problem[component].role == Role::Client || root.is_present(group) {
                self.sheet.equal(terms, 1.0);
            } else if terms.len() > 1 {
                self.sheet.at_most(terms, 1.0);
            }
        }
        for device in self.model.problem.device_ids() {
            for resource in 0..self.model.problem.resources {
                self.stock(device, resource);
            }
        }
    }

    fn stock(&mut self, device: DeviceId, resource: usize) {
        let problem = self.model.problem;
        let capacity = problem[device].capacity.get(resource).copied().unwrap_or(0);
        let (mut most, mut terms) = (0_u128, Vec::new());
        for &group in &self.model.on_device[device] {
            let mut heaviest = 0;
            for &id in &self.model.groups[group].members {
                if let Some(open) = self.open[id] {
                    let claimed = claim(problem, id, resource);
                    heaviest = heaviest.max(claimed);
                    terms.push((open, amount(claimed) / amount(capacity.max(1))));
                }
            }
            most += u128::from(heaviest);
        }
        if most > u128::from(capacity) {
            self.sheet
                .at_most(terms, if capacity == 0 { 0.0 } else { 1.0 });
        }
    }

    /// Everything that the user insists on, failures apart.
    pub(super) fn add_requirements(&mut self) {
        let problem = self.model.problem;
        for component in problem.component_ids() {
            self.count(component);
            self.sources(component);
        }
        for row in &problem.requirements {
            match &row.kind {
                RequirementKind::Spread {
                    component,
                    domain,
                    m,
                } => self.spread(*component, domain, *m),
                RequirementKind::Truth { component } => {
                    let of =
                        |&(&id, _): &(&CandidateId, &Column)| problem[id].component == *component;
                    let holders = self.truth.iter().filter(of);
                    let terms: Vec<_> = holders.map(|(_, &holder)| (holder, 1.0)).collect();
                    self.sheet.equal(terms, 1.0);
                }
                RequirementKind::Uniform { component, devices } => {
                    self.uniform(*component, devices);
                }
                RequirementKind::Total {
                    metric,
                    at_most,
                    fixed,
                } => self.total(*metric, at_most.checked_sub(*fixed)),
                RequirementKind::Count { .. } | RequirementKind::Survive { .. } => {}
            }
        }
    }

    fn all(&self, component: ComponentId) -> Vec<(Column, f64)> {
        let ids = self.model.problem.candidates_of(component);
        self.presence(ids.map(|(id, _)| id))
    }

    fn count(&mut self, component: ComponentId) {
        let bounds = self.model.count[component];
        let terms = self.all(component);
        if bounds.max < terms.len() as u64 {
            self.sheet.at_most(terms.clone(), amount(bounds.max));
        }
        if bounds.min > 0 {
            self.sheet.at_least(terms, amount(bounds.min));
        }
    }

    /// The column that says whether the bytes of a candidate are there from the start.
    pub(super) fn eager(&self, id: CandidateId) -> Option<Column> {
        match self.model.problem[id].clone {
            CloneMode::Eager => self.open[id],
            CloneMode::Lazy => self.truth.get(&id).copied(),
        }
    }

    fn sources(&mut self, component: ComponentId) {
        let problem = self.model.problem;
        let ids = problem.candidates_of(component);
        let eager = ids.filter_map(|(id, _)| self.eager(id));
        let eager: Vec<_> = eager.map(|column| (column, 1.0)).collect();
        for (id, row) in problem.candidates_of(component) {
            if let (CloneMode::Lazy, Some(open)) = (row.clone, self.open[id]) {
                let terms = negated(eager.iter().copied()).chain([(open, 1.0)]);
                self.sheet.at_most(terms.collect::<Vec<_>>(), 0.0);
            }
        }
    }

    fn spread(&mut self, component: ComponentId, domain: &[u32], m: u64) {
        let problem = self.model.problem;
        let place = |id: CandidateId| domain.get(problem[id].device.index()).copied();
        let ids: Vec<CandidateId> = problem.candidates_of(component).map(|(id, _)| id).collect();
        let places: BTreeSet<u32> = ids.iter().filter_map(|&id| place(id)).collect();
        let all = self.all(component);
        for one in places {
            let here = ids.iter().copied().filter(|&id| place(id) == Some(one));
            let held = self.presence(here).into_iter();
            let held = held.map(|(column, _)| (column, amount(m)));
            let terms = held.chain(negated(all.iter().copied()));
            self.sheet
                .at_most(terms.collect::<Vec<_>>(), amount(m) - 1.0);
        }
    }

    fn uniform(&mut self, component: ComponentId, devices: &[DeviceId]) {
        let groups = self.model.of_component[component].iter().copied();
        let groups: Vec<_> = groups
            .filter(|&group| devices.contains(&self.model.groups[group].device))
            .collect();
        let problem = self.model.problem;
        let mut variants: BTreeMap<u32, Vec<CandidateId>> = BTreeMap::new();
        for &group in &groups {
            for &id in &self.model.groups[group].members {
                variants.entry(problem[id].variant).or_default().push(id);
            }
        }
        for members in variants.values() {
            let on = |device: DeviceId| {
                members
                    .iter()
                    .copied()
                    .filter(move |&id| problem[id].device == device)
            };
            for pair in groups.windows(2) {
                if let &[a, b] = pair {
                    let (a, b) = (self.model.groups[a].device, self.model.groups[b].device);
                    let (here, there) = (self.presence(on(a)), self.presence(on(b)));
                    self.sheet.equal(
                        here.into_iter().chain(negated(there)).collect::<Vec<_>>(),
                        0.0,
                    );
                }
            }
        }
    }

    fn total(&mut self, metric: TotalMetric, room: Option<u64>) {
        let problem = self.model.problem;
        let scale = amount(room.unwrap_or(0).max(1));
        let ids = problem.candidate_ids();
        let terms =
            ids.filter_map(|id| Some((self.open[id]?, amount(price(problem, metric, id)) / scale)));
        let bound = match room {
            None => -1.0,
            Some(0) => 0.0,
            Some(_) => 1.0,
        };
        self.sheet.at_most(terms.collect::<Vec<_>>(), bound);
    }
}
