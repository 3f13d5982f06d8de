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
                    let many = amount(problem[*component].custody.holders);
                    if problem[*component].may_be_absent {
                        self.sheet.at_most(terms.clone(), many);
                        self.wherever(*component, &terms);
                    } else {
                        self.sheet.equal(terms, many);
                    }
                }
                RequirementKind::Implies { when, any } => self.implies(when.as_deref(), any),
                RequirementKind::Exclusive { sets } => self.exclude(sets),
                RequirementKind::Linear {
                    terms,
                    at_least,
                    unless_none: None,
                } => self.weigh(terms, *at_least),
                RequirementKind::Uniform { component, devices } => {
                    self.uniform(*component, devices);
                }
                RequirementKind::Total {
                    metric,
                    at_most,
                    fixed,
                } => self.total(*metric, at_most.checked_sub(*fixed)),
                // A sum that may be void is left out: what binds less relaxes all the same.
                RequirementKind::Linear { .. }
                | RequirementKind::Count { .. }
                // With the columns of its measure.
                | RequirementKind::Arrivals(_)
                | RequirementKind::AtMost { .. }
                | RequirementKind::Survive { .. } => {}
            }
        }
    }

    /// What is open of a component, if anything is, is at most what these sum up to.
    pub(super) fn wherever(&mut self, component: ComponentId, terms: &[(Column, f64)]) {
        for group in self.model.of_component[component].clone() {
            let here = self.group(group);
            let terms = terms.iter().copied().chain(negated(here));
            self.sheet.at_least(terms.collect::<Vec<_>>(), 0.0);
        }
    }

    fn implies(&mut self, when: Option<&[CandidateId]>, any: &[CandidateId]) {
        let any = self.presence(any.iter().copied());
        let Some(when) = when else {
            self.sheet.at_least(any, 1.0);
            return;
        };
        for here in self.by_group(when) {
            let terms = any.iter().copied().chain(negated(here));
            self.sheet.at_least(terms.collect::<Vec<_>>(), 0.0);
        }
    }

    /// The open candidates of each place, at most one of which can be.
    fn by_group(&self, ids: &[CandidateId]) -> Vec<Vec<(Column, f64)>> {
        let mut groups: BTreeMap<_, Vec<CandidateId>> = BTreeMap::new();
        for &id in ids {
            groups.entry(self.model.group_of[id]).or_default().push(id);
        }
        let groups = groups.into_values();
        groups.map(|ids| self.presence(ids)).collect()
    }

    fn exclude(&mut self, sets: &[Vec<CandidateId>]) {
        let sets: Vec<_> = sets.iter().map(|set| self.by_group(set)).collect();
        for (at, one) in sets.iter().enumerate() {
            for other in sets.iter().skip(at + 1) {
                for here in one {
                    for there in other {
                        let terms = [here.as_slice(), there.as_slice()].concat();
                        self.sheet.at_most(terms, 1.0);
                    }
                }
            }
        }
    }

    fn weigh(&mut self, terms: &[(CandidateId, i64)], at_least: i64) {
        let largest = terms.iter().map(|(_, weight)| weight.unsigned_abs()).max();
        let scale = amount(largest.unwrap_or(0).max(1));
        let signed = |value: i64| {
            let size = amount(value.unsigned_abs()) / scale;
            if value < 0 { -size } else { size }
        };
        let columns = terms.iter();
        let columns = columns.filter_map(|(id, weight)| Some((self.open[*id]?, signed(*weight))));
        let columns: Vec<_> = columns.collect();
        // A hair less, so that rounding refuses nobody.
        self.sheet.at_least(columns, signed(at_least) - 1e-9);
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
        let traffic = match metric {
            TotalMetric::Cost => self.bills(),
            TotalMetric::Power => Vec::new(),
        };
        let traffic = traffic.into_iter().map(|(column, by)| (column, by / scale));
        let terms = terms.chain(traffic);
        let bound = match room {
            None => -1.0,
            Some(0) => 0.0,
            Some(_) => 1.0,
        };
        self.sheet.at_most(terms.collect::<Vec<_>>(), bound);
    }
}
