//! Why there is no plan, summed up for whoever writes the report.
//!
//! Everything here looks at the problem alone, not at the search: each shortage but the last kind
//! is a proof by itself.

use vn_problem::{
    Budget, CandidateId, Claim, ComponentId, Conflict, DeviceId, FailureId, Need, NeedId,
    RequirementId, RequirementKind, Role, Shortage, TotalMetric,
};

use crate::{
    clause::When,
    model::{Model, counts},
    presence::Presence,
    propagate::{claim, place, price},
    table::GroupId,
};

/// The shortages that each prove it alone, or what claims what when none does.
pub fn explain(model: &Model<'_>) -> Conflict {
    let scene = Scene {
        model,
        wanted: wanted(model),
        placed: placed(model),
    };
    let mut shortages = Vec::new();
    scene.candidates(&mut shortages);
    scene.routes(&mut shortages);
    scene.failures(&mut shortages);
    scene.throughput(&mut shortages);
    scene.connections(&mut shortages);
    scene.resources(&mut shortages);
    scene.totals(&mut shortages);
    if shortages.is_empty() {
        shortages.push(scene.exhausted());
    }
    Conflict { shortages }
}

/// Which components must exist, and with how many instances at least.
///
/// Whoever is needed, and not optionally, by all variants of something that exists, exists.
fn wanted(model: &Model<'_>) -> Vec<u64> {
    let problem = model.problem;
    let required = counts(problem);
    let mut wanted: Vec<u64> = problem
        .component_ids()
        .map(|component| match problem[component].role {
            Role::Client => problem[component].on.len() as u64,
            Role::Service => always(model, component).max(required[component].min),
        })
        .collect();
    for &consumer in &model.order {
        if wanted.get(consumer.index()).is_none_or(|&count| count == 0) {
            continue;
        }
        for need in problem
            .needs
            .iter()
            .filter(|need| need.consumer == consumer)
        {
            let all = problem
                .candidates_of(consumer)
                .all(|(_, row)| need.applies(row.variant));
            if let Some(count) = wanted
                .get_mut(need.server.index())
                .filter(|_| all && !need.optional)
            {
                *count = (*count).max(need.copies);
            }
        }
    }
    wanted
}

/// Instances that clauses without a condition ask for: two, if no device meets all of them.
fn always(model: &Model<'_>, component: ComponentId) -> u64 {
    let mut clauses = model
        .clauses
        .iter()
        .filter(|clause| clause.component == component && clause.when == When::Always)
        .peekable();
    if clauses.peek().is_none() {
        return 0;
    }
    let clauses: Vec<_> = clauses.collect();
    let meets_all = |group: &GroupId| {
        clauses
            .iter()
            .all(|clause| clause.any.iter().any(|&id| model.group_of[id] == *group))
    };
    if model.of_component[component].iter().any(meets_all) {
        1
    } else {
        2
    }
}

struct Scene<'a> {
    model: &'a Model<'a>,
    wanted: Vec<u64>,
    /// Where things must and can stand by counts and needs; nothing if those contradict each other.
    placed: Option<Presence>,
}

fn placed(model: &Model<'_>) -> Option<Presence> {
    let mut presence = Presence::root(model).ok()?;
    place(model, &mut presence).ok()?;
    Some(presence)
}

impl Scene<'_> {
    fn wanted(&self, component: ComponentId) -> u64 {
        self.wanted.get(component.index()).copied().unwrap_or(0)
    }

    /// The components that must exist.
    fn required(&self) -> impl Iterator<Item = ComponentId> {
        self.model
            .problem
            .component_ids()
            .filter(|&component| self.wanted(component) > 0)
    }

    /// The groups in which a consumer is for sure: where a client sits, or the only one.
    fn settled(&self, component: ComponentId) -> &[GroupId] {
        let groups = &self.model.of_component[component];
        let all = groups.len() as u64 <= self.wanted(component);
        if all { groups } else { &[] }
    }

    fn candidates(&self, found: &mut Vec<Shortage>) {
        let problem = self.model.problem;
        for component in self.required() {
            let row = &problem[component];
            let cause = row.cause;
            let groups = &self.model.of_component[component];
            let empty = row.on.iter().copied().filter(|&device| {
                groups
                    .iter()
                    .all(|&group| self.model.groups[group].device != device)
            });
            found.extend(empty.map(|device| Shortage::NoCandidate {
                component,
                device: Some(device),
                cause,
            }));
            let (needed, available) = (self.wanted(component), groups.len() as u64);
            if row.role == Role::Service && available == 0 {
                found.push(Shortage::NoCandidate {
                    component,
                    device: None,
                    cause,
                });
            } else if row.role == Role::Service && available < needed {
                found.push(Shortage::TooFewDevices {
                    component,
                    needed,
                    available,
                    cause,
                });
            }
        }
        for row in &problem.requirements {
            if let RequirementKind::Truth { component } = row.kind
                && !problem.candidates_of(component).any(|(_, one)| one.truth)
            {
                found.push(Shortage::NoTruth {
                    component,
                    cause: row.cause,
                });
            }
        }
    }

    fn routes(&self, found: &mut Vec<Shortage>) {
        let problem = self.model.problem;
        for need in problem.need_ids().filter(|&need| !problem[need].optional) {
            let row = &problem[need];
            for &group in self.settled(row.consumer) {
                let device = self.model.groups[group].device;
                if self.all_have(group, row) && !self.reaches(row, device, |_| true, within) {
                    found.push(self.no_route(need, device));
                }
            }
        }
    }

    fn all_have(&self, group: GroupId, need: &Need) -> bool {
        let members = &self.model.groups[group].members;
        members
            .iter()
            .all(|&id| need.applies(self.model.problem[id].variant))
    }

    fn reaches(
        &self,
        need: &Need,
        from: DeviceId,
        alive: impl Fn(DeviceId) -> bool,
        fits: fn(Budget) -> bool,
    ) -> bool {
        let problem = self.model.problem;
        need.routes_from(from)
            .iter()
            .any(|route| alive(problem[route.to].device) && fits(need.budget(problem.time(route))))
    }

    fn no_route(&self, need: NeedId, device: DeviceId) -> Shortage {
        let problem = self.model.problem;
        let row = &problem[need];
        let routes = row.routes_from(device).iter();
        let fastest = routes.min_by_key(|route| (problem.time(route), route.to));
        Shortage::NoRoute {
            need,
            device,
            fastest: fastest.map(|route| route.to),
            needed: fastest.map(|route| problem.time(route).0),
            available: row.within.map(|bound| bound.0),
            cause: row.cause,
        }
    }

    fn failures(&self, found: &mut Vec<Shortage>) {
        let problem = self.model.problem;
        for requirement in problem.requirement_ids() {
            let row = &problem[requirement];
            if let RequirementKind::Survive {
                component,
                failures,
            } = &row.kind
            {
                for &failure in failures {
                    self.failure((requirement, *component, failure), found);
                }
            }
        }
    }

    fn failure(
        &self,
        (requirement, component, failure): (RequirementId, ComponentId, FailureId),
        found: &mut Vec<Shortage>,
    ) {
        let problem = self.model.problem;
        let event = &problem[failure];
        let cause = problem[requirement].cause;
        let alive = |device: DeviceId| !event.takes(device);
        if !problem
            .candidates_of(component)
            .any(|(_, row)| alive(row.device))
        {
            found.push(Shortage::NoneAlive {
                requirement,
                component,
                failure,
                cause,
            });
            return;
        }
        for need in problem.need_ids() {
            let row = &problem[need];
            if row.server != component || row.optional {
                continue;
            }
            for &group in self.settled(row.consumer) {
                let device = self.model.groups[group].device;
                let left = alive(device) && self.all_have(group, row);
                let reached = |to: DeviceId| !event.parts(device, to);
                if left && !self.reaches(row, device, reached, within_degraded) {
                    found.push(Shortage::LeftAlone {
                        requirement,
                        failure,
                        need,
                        device,
                        cause,
                    });
                }
            }
        }
    }

    /// Where a component can stand.
    fn possible(&self, component: ComponentId) -> Vec<GroupId> {
        let groups = self.model.of_component[component].iter().copied();
        let can = |group: GroupId| self.members(group).next().is_some();
        groups.filter(|&group| can(group)).collect()
    }

    fn must(&self, group: GroupId) -> bool {
        self.placed
            .as_ref()
            .is_some_and(|placed| placed.is_present(group))
    }

    fn members(&self, group: GroupId) -> impl Iterator<Item = CandidateId> {
        let all = self.model.groups[group].members.iter().copied();
        all.filter(|&id| {
            self.placed
                .as_ref()
                .is_none_or(|placed| placed.is_possible(id))
        })
    }

    /// What a component claims at least: where it must stand, then its cheapest groups, as many as
    /// must exist.
    fn least(
        &self,
        component: ComponentId,
        groups: &[GroupId],
        of: impl Fn(CandidateId) -> u64,
    ) -> Option<Claim> {
        let mut offers: Vec<(bool, u64, CandidateId)> = groups
            .iter()
            .filter_map(|&group| {
                let (amount, id) = self.members(group).map(|id| (of(id), id)).min()?;
                Some((!self.must(group), amount, id))
            })
            .collect();
        offers.sort_unstable();
        let settled = offers.iter().filter(|offer| !offer.0).count() as u64;
        let instances = self.wanted(component).max(settled).min(offers.len() as u64);
        offers.truncate(usize::try_from(instances).ok()?);
        let cheapest = offers.iter().map(|offer| (offer.1, offer.2)).min()?.1;
        let needed = offers.iter().map(|offer| u128::from(offer.1)).sum();
        let cause = self.model.problem[component].cause;
        Some(Claim {
            component,
            instances,
            needed,
            cheapest,
            cause,
        })
    }

    fn claims(&self, of: impl Fn(CandidateId) -> u64 + Copy) -> Vec<Claim> {
        let claims = self
            .required()
            .filter_map(|one| self.least(one, &self.possible(one), of));
        claims.filter(|claim| claim.needed > 0).collect()
    }

    fn throughput(&self, found: &mut Vec<Shortage>) {
        for rush in &self.model.rushes {
            let (component, failure) = (rush.component, rush.failure);
            let Some(available) = self.model.strength(rush) else {
                continue;
            };
            let needed = u128::from(rush.load);
            if needed > available {
                let cause = self.model.problem[component].cause;
                found.push(Shortage::Throughput {
                    component,
                    failure,
                    needed,
                    available,
                    cause,
                });
            }
        }
    }

    fn connections(&self, found: &mut Vec<Shortage>) {
        for component in self.required() {
            let Some(bears) = self.model.bears(component) else {
                continue;
            };
            let needed = self.model.holders(component);
            let available = bears.into_iter().fold(0, u64::saturating_add);
            if needed > available {
                let cause = self.model.problem[component].cause;
                found.push(Shortage::Connections {
                    component,
                    needed,
                    available,
                    cause,
                });
            }
        }
    }

    fn resources(&self, found: &mut Vec<Shortage>) {
        let problem = self.model.problem;
        let sets = self.device_sets();
        for resource in 0..problem.resources {
            let of = |id: CandidateId| claim(problem, id, resource);
            // The fewer devices, the plainer: what is said of some is not said of more.
            let mut said: Vec<&[DeviceId]> = Vec::new();
            for devices in &sets {
                if said
                    .iter()
                    .any(|less| less.iter().all(|one| devices.contains(one)))
                {
                    continue;
                }
                let claims = self
                    .required()
                    .filter_map(|one| self.held(one, devices, of));
                if let Some(short) = self.short(resource, devices.clone(), claims.collect()) {
                    found.push(short);
                    said.push(devices);
                }
            }
        }
    }

    /// Single devices, then where each component can stand, then all of these; smaller sets first.
    fn device_sets(&self) -> Vec<Vec<DeviceId>> {
        let problem = self.model.problem;
        let device = |&group: &GroupId| self.model.groups[group].device;
        let hosts = self.required().map(|component| {
            let mut devices: Vec<DeviceId> = self.possible(component).iter().map(device).collect();
            devices.sort_unstable();
            devices.dedup();
            devices
        });
        let hosts: Vec<Vec<DeviceId>> = hosts.collect();
        let mut all: Vec<DeviceId> = hosts.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut sets: Vec<Vec<DeviceId>> = problem.device_ids().map(|one| vec![one]).collect();
        sets.extend(hosts);
        sets.push(all);
        sets.sort_by_key(|set| (set.len(), set.clone()));
        sets.dedup();
        sets
    }

    /// What a component claims on some devices at least: where it must stand there, or everything if
    /// it can stand nowhere else.
    fn held(
        &self,
        component: ComponentId,
        devices: &[DeviceId],
        of: impl Fn(CandidateId) -> u64 + Copy,
    ) -> Option<Claim> {
        let possible = self.possible(component);
        let inside = |group: &GroupId| devices.contains(&self.model.groups[*group].device);
        let claim = if possible.iter().all(inside) {
            self.least(component, &possible, of)?
        } else {
            let forced = possible
                .into_iter()
                .filter(|group| inside(group) && self.must(*group));
            let forced: Vec<GroupId> = forced.collect();
            let mut claim = self.least(component, &forced, of)?;
            claim.instances = forced.len() as u64;
            claim
        };
        (claim.needed > 0).then_some(claim)
    }

    fn short(
        &self,
        resource: usize,
        devices: Vec<DeviceId>,
        claims: Vec<Claim>,
    ) -> Option<Shortage> {
        let capacity = |&device: &DeviceId| self.model.problem[device].capacity.get(resource);
        let available = devices
            .iter()
            .filter_map(capacity)
            .map(|&one| u128::from(one))
            .sum();
        let needed = claims.iter().map(|claim| claim.needed).sum();
        (needed > available).then_some(Shortage::Resource {
            resource,
            devices,
            claims,
            needed,
            available,
        })
    }

    fn totals(&self, found: &mut Vec<Shortage>) {
        let problem = self.model.problem;
        for requirement in problem.requirement_ids() {
            let row = &problem[requirement];
            let RequirementKind::Total {
                metric,
                at_most,
                fixed,
            } = row.kind
            else {
                continue;
            };
            let claims = self.priced(metric);
            let sum: u128 = claims.iter().map(|claim| claim.needed).sum();
            let needed = sum + u128::from(fixed);
            if needed > u128::from(at_most) {
                let (available, cause) = (at_most, row.cause);
                found.push(Shortage::Total {
                    requirement,
                    claims,
                    needed,
                    available,
                    cause,
                });
            }
        }
    }

    fn priced(&self, metric: TotalMetric) -> Vec<Claim> {
        self.claims(|id| price(self.model.problem, metric, id))
    }

    fn exhausted(&self) -> Shortage {
        let problem = self.model.problem;
        let resources = 0..problem.resources;
        let claims = resources.clone().flat_map(|resource| {
            let claims = self.claims(move |id| claim(problem, id, resource));
            claims.into_iter().map(move |claim| (resource, claim))
        });
        let available = resources.clone().map(|resource| {
            let capacity = problem
                .devices
                .iter()
                .filter_map(|row| row.capacity.get(resource));
            capacity.map(|&one| u128::from(one)).sum()
        });
        Shortage::Exhausted {
            claims: claims.collect(),
            available: available.collect(),
        }
    }
}

fn within(budget: Budget) -> bool {
    match budget {
        Budget::In => true,
        Budget::Degraded | Budget::Over => false,
    }
}

fn within_degraded(budget: Budget) -> bool {
    match budget {
        Budget::In | Budget::Degraded => true,
        Budget::Over => false,
    }
}
