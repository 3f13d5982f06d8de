//! What happens to a layout in each failure that somebody must survive: only what changes is looked at.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{Budget, CandidateId, ComponentId, FailureId, NeedId, Route};

use super::{Ground, Layout};

/// Who asks each instance.
type Askers = BTreeMap<CandidateId, Vec<(CandidateId, NeedId)>>;

impl Layout {
    /// The components that do not serve on in some failure, or are asked too much in it.
    pub fn casualties(&self, ground: &Ground<'_>) -> BTreeSet<ComponentId> {
        let mut askers = Askers::new();
        for (&(consumer, need), server) in &self.heads {
            if let Some(server) = server {
                askers.entry(*server).or_default().push((consumer, need));
            }
        }
        let mut found = BTreeSet::new();
        let mut named: BTreeMap<FailureId, Vec<ComponentId>> = BTreeMap::new();
        for (component, failures) in ground.failures.iter() {
            for &failure in failures {
                named.entry(failure).or_default().push(component);
            }
        }
        for (failure, cone) in named {
            let event = Event {
                ground,
                layout: self,
                askers: &askers,
                failure,
                cone: &cone,
            };
            event.play(&mut found);
        }
        found
    }

    /// Whom an instance asks when its head is gone.
    pub fn next<'n>(
        &self,
        ground: &Ground<'n>,
        (consumer, need): (CandidateId, NeedId),
        failure: FailureId,
    ) -> Option<(Budget, &'n Route)> {
        let problem = ground.problem;
        let edge = &problem[need];
        let event = &problem[failure];
        let routes = edge.routes_from(problem[consumer].device).iter();
        let routes = routes.filter(|route| self.is_open(route.to));
        let routes = routes.filter(|route| !event.takes(problem[route.to].device));
        let entry = |route: &'n Route| (edge.budget(problem.time(route)), route);
        routes
            .map(entry)
            .min_by_key(|(budget, route)| (*budget, route.fallback_tier, route.rtt, route.to))
    }
}

/// A failure at work.
struct Event<'e> {
    ground: &'e Ground<'e>,
    layout: &'e Layout,
    askers: &'e Askers,
    failure: FailureId,
    /// Who must survive it, sorted.
    cone: &'e [ComponentId],
}

impl Event<'_> {
    fn play(&self, found: &mut BTreeSet<ComponentId>) {
        let problem = self.ground.problem;
        let event = &problem[self.failure];
        let mut delta: BTreeMap<CandidateId, i128> = BTreeMap::new();
        let mut touched: BTreeSet<CandidateId> = BTreeSet::new();
        for (component, open) in self.layout.open.iter() {
            let dead = |id: &&CandidateId| event.takes(problem[**id].device);
            let lost: Vec<CandidateId> = open.iter().filter(dead).copied().collect();
            let is_bound = self.cone.binary_search(&component).is_ok();
            if is_bound && !open.is_empty() && lost.len() == open.len() {
                found.insert(component);
            }
            for id in lost {
                touched.insert(id);
                let askers = self.askers.get(&id).map_or(&[][..], Vec::as_slice);
                touched.extend(askers.iter().map(|one| one.0));
            }
        }
        for &component in &self.ground.order {
            let open = self.layout.open[component].iter();
            let changed = open.filter(|id| touched.contains(id) || delta.contains_key(id));
            for id in changed.copied().collect::<Vec<_>>() {
                self.pass_on(id, &mut delta, found);
            }
        }
        for (id, more) in delta {
            let component = problem[id].component;
            let load = i128::from(self.layout.load[id]) + more;
            let is_over = more > 0 && load > i128::from(self.ground.capacity(id));
            if is_over && self.cone.binary_search(&component).is_ok() {
                found.insert(component);
            }
        }
    }

    /// Takes away what an instance asked, and adds what it asks now, and whom.
    fn pass_on(
        &self,
        id: CandidateId,
        delta: &mut BTreeMap<CandidateId, i128>,
        found: &mut BTreeSet<ComponentId>,
    ) {
        let (ground, layout) = (self.ground, self.layout);
        let problem = ground.problem;
        let row = &problem[id];
        let event = &problem[self.failure];
        let dead = event.takes(row.device);
        let before = layout.load[id];
        let own = i128::from(before) + delta.get(&id).copied().unwrap_or(0);
        let now = u64::try_from(own.max(0)).unwrap_or(u64::MAX);
        for &need in &ground.asks[row.component] {
            let edge = &problem[need];
            let Some(Some(head)) = layout.heads.get(&(id, need)).copied() else {
                continue;
            };
            let old = ground.load_through(edge, id, before);
            *delta.entry(head).or_default() -= i128::from(old);
            if dead {
                continue;
            }
            let new = i128::from(ground.load_through(edge, id, now));
            if !event.takes(problem[head].device) {
                *delta.entry(head).or_default() += new;
                continue;
            }
            let next = layout.next(ground, (id, need), self.failure);
            let served = next.is_some_and(|(budget, _)| budget != Budget::Over);
            if !served && !edge.optional && self.cone.binary_search(&edge.server).is_ok() {
                found.insert(edge.server);
            }
            if let Some((_, route)) = next {
                *delta.entry(route.to).or_default() += new;
            }
        }
    }
}
