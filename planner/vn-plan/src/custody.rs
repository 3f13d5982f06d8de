//! Who writes, where, and what is kept meanwhile.

use crate::network::{List, Network};
use crate::{Custody, Event, Instance, RequirementKind, Route};

/// How the truth of a service is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules<'a> {
    pub devices: &'a [String],
    pub holders: u64,
    pub standby: &'a [String],
    pub passes_on: bool,
    pub buffer_s: u64,
}

impl Rules<'_> {
    /// Whether instances have different parts in holding the truth.
    pub fn tells_apart(&self) -> bool {
        self.holders > 1 || !self.standby.is_empty()
    }

    /// Whether an instance may have the part that it is said to have.
    pub fn admit(&self, one: &Instance) -> bool {
        match one.custody {
            None => !self.tells_apart(),
            Some(_) if !self.tells_apart() => false,
            Some(Custody::Truth) => one.truth && self.holders == 1,
            Some(Custody::Voter) => one.truth && self.holders > 1,
            Some(Custody::Standby) => !one.truth && self.standby.contains(&one.device),
            Some(Custody::Clone) => !one.truth,
        }
    }
}

impl<'a> Network<'a> {
    /// The rules of a service; nothing where it has no truth.
    pub fn rules(&self, component: &str) -> Option<Rules<'a>> {
        let mut requirements = self.plan.requirements.iter();
        requirements.find_map(|one| match &one.kind {
            RequirementKind::Truth {
                component: of,
                devices,
                holders,
                standby,
                passes_on,
                buffer_s,
            } if of == component => Some(Rules {
                devices,
                holders: *holders,
                standby,
                passes_on: *passes_on,
                buffer_s: *buffer_s,
            }),
            _ => None,
        })
    }

    /// Whether an instance can be asked first through a route.
    pub fn may_head(&self, route: &Route, one: &Instance) -> bool {
        let rules = self.rules(&route.service);
        !route.write || one.truth || rules.is_some_and(|rules| rules.passes_on)
    }

    /// Whether an instance can be on the list of a route at all.
    pub fn may_answer(&self, route: &Route, one: &Instance) -> bool {
        self.may_head(route, one) || stands_by(one)
    }

    /// Where everything that is written ends up in an event: the holders that are left, else those that
    /// stand by.
    pub fn stored(&self, component: &str, event: &Event) -> Vec<&'a Instance> {
        let alive = |fits: fn(&Instance) -> bool| {
            let all = self.of(component).iter().copied();
            all.filter(move |one| fits(one) && !event.takes(&one.device))
        };
        let holders: Vec<&Instance> = alive(|one| one.truth).collect();
        if holders.is_empty() {
            return alive(stands_by).collect();
        }
        holders
    }

    /// Who decides on writes in an event: holders that reach more than half of all; whoever stands by,
    /// where none is left.
    fn deciding(&self, component: &str, event: &Event) -> Vec<&'a Instance> {
        let stored = self.stored(component, event);
        if !stored.iter().any(|one| one.truth) {
            return stored;
        }
        let all = self.of(component).iter().filter(|one| one.truth).count();
        let reached = |one: &Instance| {
            let others = stored.iter();
            let others = others.filter(|other| !event.parts(&one.device, &other.device));
            others.count()
        };
        stored
            .iter()
            .copied()
            .filter(|one| 2 * reached(one) > all)
            .collect()
    }

    /// Whether what is written to an instance comes to somebody who decides on it.
    pub fn arrives(&self, one: &Instance, event: &Event) -> bool {
        let rules = self.rules(&one.component);
        let passes_on = rules.is_some_and(|rules| rules.passes_on);
        let deciding = self.deciding(&one.component, event);
        deciding.iter().any(|other| {
            other.id == one.id || (passes_on && !event.parts(&one.device, &other.device))
        })
    }

    /// Whether an instance that is reached takes what a list asks of it.
    pub fn accepts(&self, list: &List, one: &Instance, event: &Event) -> bool {
        if !list.route.write {
            return true;
        }
        let rules = self.rules(&one.component);
        let kept = rules.is_some_and(|rules| {
            let lasts = event.lasts_s;
            rules.passes_on && rules.buffer_s > 0 && lasts.is_some_and(|s| s <= rules.buffer_s)
        });
        kept || self.arrives(one, event)
    }
}

/// Whether an instance may take the truth over.
pub fn stands_by(one: &Instance) -> bool {
    one.custody == Some(Custody::Standby)
}
