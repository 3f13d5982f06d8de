//! Somebody to take over: for every customer of a component that must survive failures, and every failure that
//! takes its head, an instance that is still in time.

use std::collections::BTreeMap;

use vn_problem::{Budget, CandidateId, ComponentId, FailureId, NeedId, Route};

use super::{Ground, Layout, build::Tuning, star::Customer};

/// What falls to whom in which failure.
type Fallen = BTreeMap<(FailureId, CandidateId), u64>;

impl Layout {
    /// Opens who takes over where nobody does.
    pub fn protect(
        &mut self,
        ground: &Ground<'_>,
        component: ComponentId,
        customers: &[Customer],
        tuning: &Tuning,
    ) {
        if ground.failures[component].is_empty() {
            return;
        }
        let mut fallen: Fallen = BTreeMap::new();
        for customer in customers {
            let asked = (customer.consumer, customer.need);
            let Some(Some(head)) = self.heads.get(&asked).copied() else {
                continue;
            };
            for failure in ground.lost_in(component, head) {
                let event = &ground.problem[failure];
                let is_alive = !event.takes(ground.problem[customer.consumer].device);
                if !is_alive || ground.problem[customer.need].optional {
                    continue;
                }
                let next = self.next(ground, asked, failure);
                if !self.bears(ground, next, (failure, customer.load), &fallen) {
                    let before = next.filter(|(budget, _)| *budget != Budget::Over);
                    self.cover(ground, asked, (failure, self.load[head]), before, tuning);
                }
                if let Some((_, route)) = self.next(ground, asked, failure) {
                    *fallen.entry((failure, route.to)).or_default() += customer.load;
                }
            }
        }
    }

    /// Whether whoever is next is in time and has throughput for what falls to it.
    fn bears(
        &self,
        ground: &Ground<'_>,
        next: Option<(Budget, &Route)>,
        (failure, more): (FailureId, u64),
        fallen: &Fallen,
    ) -> bool {
        next.is_some_and(|(budget, route)| {
            let has = fallen.get(&(failure, route.to)).copied().unwrap_or(0);
            let load = self.load[route.to].saturating_add(has).saturating_add(more);
            budget != Budget::Over && load <= ground.capacity(route.to)
        })
    }

    /// Opens one more where a failure takes all there are.
    pub fn outlive(&mut self, ground: &Ground<'_>, component: ComponentId, tuning: &Tuning) {
        let Some(&first) = self.open[component].first() else {
            return;
        };
        for failure in ground.lost_in(component, first) {
            let event = &ground.problem[failure];
            let lives = |id: &CandidateId| !event.takes(ground.problem[*id].device);
            if self.open[component].iter().any(lives) {
                continue;
            }
            let fits = ground.rows[component].iter().copied();
            let fits = fits.filter(|id| lives(id) && self.fits(ground, *id));
            if let Some(id) = fits.min_by_key(|&id| (tuning.standing(ground, id), id)) {
                self.start(ground, id);
            }
        }
    }

    fn is_covered(
        &self,
        ground: &Ground<'_>,
        asked: (CandidateId, NeedId),
        failure: FailureId,
    ) -> bool {
        let next = self.next(ground, asked, failure);
        next.is_some_and(|(budget, _)| budget != Budget::Over)
    }

    /// Opens the cheapest that is in time after a failure and bears what its head bore, if one does; asked
    /// before whoever is next now and cannot bear it.
    fn cover(
        &mut self,
        ground: &Ground<'_>,
        (consumer, need): (CandidateId, NeedId),
        (failure, load): (FailureId, u64),
        next: Option<(Budget, &Route)>,
        tuning: &Tuning,
    ) {
        let problem = ground.problem;
        let edge = &problem[need];
        let rank = |route: &Route| {
            let budget = edge.budget(problem.time(route));
            (budget, route.fallback_tier, route.rtt, route.to)
        };
        let routes = edge.routes_from(problem[consumer].device).iter();
        let in_time = routes.filter(|route| edge.budget(problem.time(route)) != Budget::Over);
        let alive = in_time.filter(|route| !problem[failure].takes(problem[route.to].device));
        let first = alive.filter(|route| next.is_none_or(|next| rank(route) < rank(next.1)));
        let fits = first.filter(|route| ground.opens(route.to) && self.fits(ground, route.to));
        let best = fits.min_by_key(|route| {
            let is_weak = ground.capacity(route.to) < load;
            (
                is_weak,
                tuning.standing(ground, route.to),
                route.rtt,
                route.to,
            )
        });
        if let Some(route) = best {
            self.start(ground, route.to);
        }
    }
}

impl Ground<'_> {
    /// The failures that a component must survive and that take an instance.
    fn lost_in(&self, component: ComponentId, id: CandidateId) -> Vec<FailureId> {
        let takers = self.takers[self.problem[id].device].iter().copied();
        let named = &self.failures[component];
        takers
            .filter(|one| named.binary_search(one).is_ok())
            .collect()
    }
}

impl Layout {
    /// Whether somebody takes over from each head of some customers, throughput left aside.
    pub fn takes_over(
        &self,
        ground: &Ground<'_>,
        component: ComponentId,
        customers: &[Customer],
    ) -> bool {
        ground.failures[component].is_empty()
            || customers.iter().all(|customer| {
                let asked = (customer.consumer, customer.need);
                let head = self.heads.get(&asked).copied().flatten();
                let lost = head.map_or_else(Vec::new, |head| ground.lost_in(component, head));
                let device = ground.problem[customer.consumer].device;
                ground.problem[customer.need].optional
                    || lost.into_iter().all(|failure| {
                        ground.problem[failure].takes(device)
                            || self.is_covered(ground, asked, failure)
                    })
            })
    }
}
