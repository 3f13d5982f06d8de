//! What the user insists on, survival apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::custody::{Rules, stands_by};
use crate::figure::{Unit, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{Instance, RequirementKind, TotalMetric};

pub fn check(network: &Network, found: &mut Findings) {
    one_truth(network, found);
    for requirement in &network.plan.requirements {
        let mut check = Check {
            network,
            text: &requirement.text,
            found,
        };
        check.kind(&requirement.kind);
    }
}

/// Never two that do not vote, required or not: they would drift apart.
fn one_truth(network: &Network, found: &mut Findings) {
    let mut writers: BTreeMap<&str, &Instance> = BTreeMap::new();
    for one in network.plan.instances.iter().filter(|one| one.truth) {
        if network.times(one) > 1 {
            let message = format!("`{}` writes, and stands for several", one.id);
            found.add(ViolationKind::Truth, &[&one.id], message);
        }
        let alone = network.rules(&one.component);
        if alone.is_some_and(|rules| rules.holders > 1) {
            continue;
        }
        if let Some(other) = writers.insert(&one.component, one) {
            let message = format!("`{}` and `{}` both write", other.id, one.id);
            found.add(ViolationKind::Truth, &[&one.id, &other.id], message);
        }
    }
}

pub(super) struct Check<'n, 'a, 'f> {
    pub(super) network: &'n Network<'a>,
    text: &'n str,
    found: &'f mut Findings,
}

impl<'a> Check<'_, 'a, '_> {
    pub(super) fn say(&mut self, kind: ViolationKind, about: &[&str], what: &str) {
        let message = format!("`{}`: {what}", self.text);
        self.found.add(kind, about, message);
    }

    pub(super) fn of(&self, component: &str) -> Vec<&'a Instance> {
        self.network.of(component).to_vec()
    }

    fn kind(&mut self, kind: &RequirementKind) {
        match kind {
            RequirementKind::Count {
                component,
                min,
                max,
                or_none,
            } => {
                if !(*or_none && self.of(component).is_empty()) {
                    self.count(component, *min, *max);
                }
            }
            RequirementKind::Spread {
                component,
                domains,
                m,
            } => self.spread(component, domains, *m),
            RequirementKind::Placement { component, devices } => {
                self.placement(component, devices);
            }
            RequirementKind::Truth {
                component, devices, ..
            } => self.truth(component, devices),
            RequirementKind::Uniform { component, devices } => self.uniform(component, devices),
            RequirementKind::Colocate {
                whenever,
                then,
                domains,
            } => self.colocate(whenever, then, domains),
            RequirementKind::Separate {
                components,
                domains,
            } => self.separate(components, domains),
            RequirementKind::OneOf { components } => self.one_of(components),
            RequirementKind::OnEvery {
                component,
                devices,
                in_use,
                except_beside,
            } => self.on_every(component, devices, *in_use, except_beside),
            RequirementKind::Ratio {
                per,
                of,
                at_least,
                then,
            } => self.ratio((*per, of), (*at_least, then)),
            RequirementKind::Bound {
                terms,
                comparison,
                bound,
            } => self.bound(terms, *comparison, bound),
            RequirementKind::Bought { devices, at_least } => self.bought(devices, *at_least),
            RequirementKind::Total { metric, at_most } => self.total(*metric, *at_most),
            // The first with the shape of instances, the second replayed together, in `survival`.
            RequirementKind::PerDevice { .. } | RequirementKind::Survive { .. } => {}
        }
    }

    fn count(&mut self, component: &str, min: u64, max: Option<u64>) {
        let is = self.network.count(component);
        let wanted = match max {
            _ if is < min => format!("at least {min}"),
            Some(max) if is > max => format!("at most {max}"),
            _ => return,
        };
        let what = format!("`{component}` has {is} instances, {wanted} are wanted");
        self.say(ViolationKind::Count, &[component], &what);
    }

    fn spread(&mut self, component: &str, domains: &BTreeMap<String, String>, m: u64) {
        let instances = self.of(component);
        let mut held: BTreeMap<&str, u64> = BTreeMap::new();
        for one in &instances {
            if let Some(domain) = domains.get(&one.device) {
                *held.entry(domain).or_default() += self.within(one, domain);
            } else {
                let what = format!("`{}` stands in no domain", one.device);
                self.say(ViolationKind::Spread, &[&one.id, &one.device], &what);
            }
        }
        let all = self.network.count(component);
        // No domain at all admits no instance: then none is the most.
        let most = if m == 0 { 0 } else { all.div_ceil(m) };
        for (domain, count) in held.into_iter().filter(|(_, count)| *count > most) {
            let what = format!(
                "`{domain}` holds {count} of {all} instances of `{component}`, at most {most} \
                 are wanted"
            );
            self.say(ViolationKind::Spread, &[component, domain], &what);
        }
    }

    /// How many of a row's instances stand in one domain; a row's device or site is one for each.
    fn within(&self, one: &Instance, domain: &str) -> u64 {
        let Some(device) = self.network.device(one) else {
            return 1;
        };
        match domain {
            own if own == device.id => 1,
            site if site == device.site => device.in_each_site(),
            _ => device.count(),
        }
    }

    fn placement(&mut self, component: &str, devices: &[String]) {
        for one in self.of(component) {
            if !devices.contains(&one.device) {
                let what = format!("`{}` must not stand on `{}`", one.id, one.device);
                self.say(ViolationKind::Placement, &[&one.id, &one.device], &what);
            }
        }
    }

    fn truth(&mut self, component: &str, devices: &[String]) {
        let writers: Vec<&Instance> = self.of(component).into_iter().filter(|i| i.truth).collect();
        if writers.is_empty() && !self.network.is_absent(component) {
            let what = format!("no instance of `{component}` writes, one is wanted");
            self.say(ViolationKind::Truth, &[component], &what);
        }
        for one in writers.iter().filter(|one| !devices.contains(&one.device)) {
            let what = format!("`{}` writes on `{}`, where it must not", one.id, one.device);
            self.say(ViolationKind::Truth, &[&one.id, &one.device], &what);
        }
        let mut places = BTreeSet::new();
        for one in &writers {
            if !places.insert(&one.device) {
                let what = format!("`{}` votes on `{}`, where another does", one.id, one.device);
                self.say(ViolationKind::Truth, &[&one.id, &one.device], &what);
            }
        }
        let Some(rules) = self.network.rules(component) else {
            return;
        };
        let is = writers.len() as u64;
        if is != rules.holders && is > 0 && rules.holders > 1 {
            let wanted = rules.holders;
            let what = format!("{is} instances of `{component}` vote, {wanted} are wanted");
            self.say(ViolationKind::Truth, &[component], &what);
        }
        self.parts(component, rules);
    }

    /// Everybody has a part in holding the truth that fits who writes, and where.
    fn parts(&mut self, component: &str, rules: Rules<'_>) {
        let all = self.of(component);
        for one in &all {
            if !rules.admit(one) {
                let what = format!("`{}` is not what it is said to be", one.id);
                self.say(ViolationKind::Truth, &[&one.id], &what);
            }
        }
        let mut others = all.iter();
        if !rules.standby.is_empty() && !others.any(|one| stands_by(one)) && !all.is_empty() {
            let what = format!("no instance of `{component}` stands by");
            self.say(ViolationKind::Truth, &[component], &what);
        }
    }

    fn uniform(&mut self, component: &str, devices: &[String]) {
        let instances = self.of(component);
        let mut variants: BTreeSet<&str> = BTreeSet::new();
        for device in devices {
            if let Some(one) = instances.iter().find(|one| one.device == *device) {
                variants.insert(&one.variant);
            } else {
                let what = format!("`{device}` does not run `{component}`");
                self.say(ViolationKind::Uniform, &[component, device], &what);
            }
        }
        if variants.len() > 1 {
            let names: Vec<&str> = variants.into_iter().collect();
            let names = names.join("`, `");
            let what = format!("devices of one class run `{names}` of `{component}`");
            self.say(ViolationKind::Uniform, &[component], &what);
        }
    }

    fn bought(&mut self, devices: &[String], at_least: u64) {
        let offered = self.network.plan.devices.iter();
        let there = offered.filter(|one| devices.contains(&one.id) && !one.is_left_out());
        let is = there.count() as u64;
        if is < at_least {
            let what = format!("{is} are bought, at least {at_least} are wanted");
            self.say(ViolationKind::Offer, &[], &what);
        }
    }

    fn total(&mut self, metric: TotalMetric, at_most: u64) {
        let totals = &self.network.plan.totals;
        let (is, unit, name) = match metric {
            TotalMetric::Cost => {
                let unit = Unit::MicroMoney(&self.network.plan.program.currency);
                (totals.cost_micro_per_month, unit, "cost")
            }
            TotalMetric::Power => (totals.power_mw, Unit::MilliWatts, "power"),
        };
        if is > at_most {
            let (is, most) = pair(unit, is, at_most);
            let what = format!("the {name} is {is}, at most {most} is wanted");
            self.say(ViolationKind::Total, &[], &what);
        }
    }
}
