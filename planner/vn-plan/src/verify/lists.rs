//! Every list: its head within the budget, everybody on it, in the one right order.

use std::collections::BTreeSet;

use crate::Standing;
use crate::figure::{Unit, one, pair};
use crate::network::{Hop, List, Network};
use crate::violation::{Findings, ViolationKind};

pub fn check(network: &Network, found: &mut Findings) {
    for list in &network.lists {
        let mut check = Check {
            network,
            list,
            found,
        };
        check.served();
        check.copies();
        check.entries();
        check.complete(network);
        check.order(network);
    }
}

struct Check<'l, 'a, 'f> {
    network: &'l Network<'a>,
    list: &'l List<'a>,
    found: &'f mut Findings,
}

impl Check<'_, '_, '_> {
    fn say(&mut self, kind: ViolationKind, other: Option<&str>, what: &str) {
        let (consumer, service) = (&self.list.route.consumer, &self.list.route.service);
        let about: Vec<&str> = [consumer.as_str(), service]
            .into_iter()
            .chain(other)
            .collect();
        let message = format!("`{consumer}` -> `{service}`: {what}");
        self.found.add(kind, &about, message);
    }

    fn served(&mut self) {
        let route = self.list.route;
        let Some(head) = self.list.hops.first() else {
            if !route.optional {
                self.say(
                    ViolationKind::Unserved,
                    None,
                    "nobody is listed, and it is not optional",
                );
            }
            return;
        };
        if let Some(first) = self.list.hops.first().filter(|_| route.write)
            && !self.network.may_head(route, first.instance)
        {
            let id = first.instance.id.as_str();
            let what = format!("`{id}`, asked first, neither writes nor passes writes on");
            self.say(ViolationKind::Truth, Some(id), &what);
        }
        if let Some(within) = route.within_us.filter(|within| head.time_us > *within) {
            let (time, within) = pair(Unit::Micros, head.time_us, within);
            let id = head.instance.id.as_str();
            let what = format!("`{id}`, asked first, answers in {time}, the budget is {within}");
            self.say(ViolationKind::Budget, Some(id), &what);
        }
    }

    /// Whoever needs several instances at once has as many within the budget.
    fn copies(&mut self) {
        let needed = self.list.route.copies;
        let in_time = self.list.hops.iter();
        let in_time = in_time.filter(|hop| hop.standing == Standing::Within);
        let has = in_time.count() as u64;
        if has < needed && !self.list.hops.is_empty() {
            let what = format!("{has} instances are within the budget, {needed} are needed");
            self.say(ViolationKind::Copies, None, &what);
        }
    }

    fn entries(&mut self) {
        let route = self.list.route;
        for hop in &self.list.hops {
            let id = hop.instance.id.as_str();
            if hop.entry.standing != hop.standing {
                let what = format!(
                    "`{id}` answers in {}, which is {}, not {}",
                    one(Unit::Micros, hop.time_us),
                    name(hop.standing),
                    name(hop.entry.standing)
                );
                self.say(ViolationKind::Standing, Some(id), &what);
            }
            if !self.network.may_answer(route, hop.instance) {
                let what = format!("`{id}` is listed, but never takes writes");
                self.say(ViolationKind::Truth, Some(id), &what);
            }
            if hop.entry.tier >= route.tiers {
                let what = format!("`{id}` is in tier {} of {}", hop.entry.tier, route.tiers);
                self.say(ViolationKind::Tier, Some(id), &what);
            }
        }
    }

    /// Everybody who is not listed is named unreachable: a fallback cannot get lost silently.
    fn complete(&mut self, network: &Network) {
        let route = self.list.route;
        let mut seen = BTreeSet::new();
        for hop in &self.list.hops {
            let id = hop.instance.id.as_str();
            if !seen.insert(id) {
                self.say(
                    ViolationKind::Incomplete,
                    Some(id),
                    &format!("`{id}` is listed twice"),
                );
            }
        }
        for id in &route.unreachable {
            if seen.contains(id.as_str()) {
                let what = format!("`{id}` is listed and named unreachable");
                self.say(ViolationKind::Incomplete, Some(id), &what);
            }
        }
        // An optional need may be left unserved as a whole.
        if self.list.hops.is_empty() {
            return;
        }
        for instance in network.of(&route.service) {
            if !seen.contains(instance.id.as_str()) && !route.unreachable.contains(&instance.id) {
                let id = instance.id.as_str();
                let what = format!("`{id}` is neither listed nor named unreachable");
                self.say(ViolationKind::Incomplete, Some(id), &what);
            }
        }
    }

    fn order(&mut self, network: &Network) {
        let rank = |hop: &&Hop| {
            let (entry, instance) = (hop.entry, hop.instance);
            let declared = network.declared(&instance.id);
            (
                hop.standing,
                instance.is_lazy(),
                entry.fallback_tier,
                entry.rtt_us,
                declared,
            )
        };
        let is: Vec<&Hop> = self.list.hops.iter().skip(1).collect();
        let mut should = is.clone();
        should.sort_by_key(rank);
        let ids = |hops: &[&Hop]| {
            let ids: Vec<String> = hops
                .iter()
                .map(|h| format!("`{}`", h.instance.id))
                .collect();
            ids.join(", ")
        };
        let (is, should) = (ids(&is), ids(&should));
        if is != should {
            let what = format!("the fallbacks are {is}; in order they are {should}");
            self.say(ViolationKind::Order, None, &what);
        }
    }
}

const fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "within the budget",
        Standing::Degraded => "within the degraded budget",
        Standing::Over => "over the budget",
    }
}
