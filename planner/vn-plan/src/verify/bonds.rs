//! How components stand to each other, and what sums up.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::Zero as _;

use super::boot;
use super::capacity::claimed;
use super::own::{imbalance, own};
use super::requirements::Check;
use crate::fraction::{parse, ratio};
use crate::violation::ViolationKind;
use crate::{Comparison, Counted, Instance, Measure, Resource, Resources, Role, Weighed};

type Domains = BTreeMap<String, String>;

impl Check<'_, '_, '_> {
    /// The domains in which a component has instances.
    fn held<'d>(&self, component: &str, domains: &'d Domains) -> BTreeSet<&'d str> {
        let of = self.of(component);
        let domains = of.iter().filter_map(|one| domains.get(&one.device));
        domains.map(String::as_str).collect()
    }

    pub(super) fn colocate(&mut self, whenever: &[String], then: &[String], domains: &Domains) {
        for one in whenever {
            for other in then.iter().filter(|other| *other != one) {
                let there = self.held(other, domains);
                for domain in self.held(one, domains).difference(&there) {
                    let what = format!("`{one}` is on `{domain}` without `{other}`");
                    self.say(ViolationKind::Company, &[one, other], &what);
                }
            }
        }
    }

    pub(super) fn separate(&mut self, components: &[String], domains: &Domains) {
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for component in components {
            for domain in self.held(component, domains) {
                if let Some(other) = first.get(domain) {
                    let what = format!("`{component}` and `{other}` are both on `{domain}`");
                    self.say(ViolationKind::Company, &[component, other], &what);
                } else {
                    first.insert(domain, component);
                }
            }
        }
    }

    pub(super) fn one_of(&mut self, components: &[String]) {
        let some = components.iter().filter(|one| !self.of(one).is_empty());
        let some: Vec<&str> = some.map(String::as_str).collect();
        if some.len() != 1 {
            let what = format!("{} of them have instances, one must", some.len());
            self.say(ViolationKind::Company, &some, &what);
        }
    }

    pub(super) fn on_every(
        &mut self,
        component: &str,
        devices: &[String],
        in_use: bool,
        except_beside: &[String],
    ) {
        for device in devices {
            let here = self.network.on(device).to_vec();
            let runs = |name: &str| here.iter().any(|one| one.component == name);
            let (own, beside) = (runs(component), except_beside.iter().any(|one| runs(one)));
            let other = |one: &&Instance| one.role == Role::Service && one.component != component;
            let wanted = !in_use || here.iter().any(other);
            let what = match (own, beside) {
                (true, true) => "beside what it must not stand beside",
                (false, false) if wanted => "missing",
                _ => continue,
            };
            let what = format!("on `{device}` `{component}` is {what}");
            self.say(ViolationKind::Company, &[component, device], &what);
        }
    }

    fn counted(&self, counted: &Counted) -> u64 {
        let of = self.of(&counted.component);
        let fits = |one: &&&Instance| {
            let variant = counted.variant.as_ref();
            variant.is_none_or(|variant| *variant == one.variant)
        };
        of.iter()
            .filter(fits)
            .map(|one| self.network.times(one))
            .sum()
    }

    pub(super) fn ratio(&mut self, (n, a): (u64, &Counted), (m, b): (u64, &Counted)) {
        let (of, then) = (self.counted(a), self.counted(b));
        let enough = u128::from(n) * u128::from(then) >= u128::from(m) * u128::from(of);
        if !enough && !self.network.is_absent(&b.component) {
            let what = format!(
                "there are {of} of `{}` and {then} of `{}`",
                a.component, b.component
            );
            self.say(ViolationKind::Company, &[&a.component, &b.component], &what);
        }
    }

    pub(super) fn bound(&mut self, terms: &[Weighed], comparison: Comparison, bound: &str) {
        let weights: Option<Vec<BigRational>> =
            terms.iter().map(|term| parse(&term.weight)).collect();
        let (Some(weights), Some(bound)) = (weights, parse(bound)) else {
            self.say(
                ViolationKind::Shape,
                &[],
                "a weight or the bound is no fraction",
            );
            return;
        };
        let boots = |term: &Weighed| term.measure == Measure::BootTime;
        if terms.iter().any(boots) && boot::longest(self.network).is_none() {
            let what = "of a source of bytes it is not said how long they take";
            self.say(ViolationKind::Total, &[], what);
        }
        let mut sums = vec![(None, BigRational::zero())];
        for (term, weight) in terms.iter().zip(weights) {
            match &term.measure {
                Measure::Utilisation(resource) => {
                    let base = sums.first().map(|one| one.1.clone()).unwrap_or_default();
                    let shares = self.shares(resource);
                    let shares = shares.into_iter();
                    sums.extend(shares.map(|(id, share)| (Some(id), &base + &weight * share)));
                }
                other => {
                    let part = weight * self.measured(other);
                    for (_, sum) in &mut sums {
                        *sum += &part;
                    }
                }
            }
        }
        for (device, sum) in sums {
            let holds = match comparison {
                Comparison::Eq => sum == bound,
                Comparison::Lt => sum < bound,
                Comparison::Le => sum <= bound,
                Comparison::Gt => sum > bound,
                Comparison::Ge => sum >= bound,
            };
            // Where shares of devices are asked for, the sum without any is none.
            let is_one = device.is_some() || !terms.iter().any(|one| is_share(&one.measure));
            if !holds && is_one {
                let about: Vec<&str> = device.iter().map(String::as_str).collect();
                let on = device
                    .as_ref()
                    .map_or(String::new(), |id| format!(" on `{id}`"));
                let what = format!("it comes to {sum}{on}, the bound is {bound}");
                self.say(ViolationKind::Total, &about, &what);
            }
        }
    }

    fn measured(&self, measure: &Measure) -> BigRational {
        let totals = &self.network.plan.totals;
        match measure {
            Measure::Count(counted) => ratio(self.counted(counted), 1),
            Measure::Cost => ratio(totals.cost_micro_per_month, 1_000_000),
            Measure::Power => ratio(totals.power_mw, 1_000),
            Measure::Footprint => ratio(totals.memory_bytes, 1_u64 << 30),
            Measure::BootTime => boot::longest(self.network).unwrap_or_else(BigRational::zero),
            Measure::ClonedFrom(devices) => boot::sent(self.network, devices),
            Measure::Imbalance => imbalance(self.network),
            // What is not in the plan has been reported.
            Measure::Own(name) => own(self.network, name).unwrap_or_else(BigRational::zero),
            Measure::Utilisation(_) => BigRational::zero(),
        }
    }

    /// What share of a resource is claimed on each device that has instances.
    fn shares(&self, resource: &Resource) -> Vec<(String, BigRational)> {
        let amount = |of: &Resources| match resource {
            Resource::Cpu => of.cpu_mcores,
            Resource::Memory => of.memory_bytes,
            Resource::Disk => of.disk_bytes,
            Resource::Vram => of.vram_bytes,
            Resource::Own(name) => of.own_thousandths.get(name).copied().unwrap_or(0),
        };
        let devices = self.network.plan.devices.iter();
        let share = |device: &crate::Device| {
            let (is, has) = (
                amount(&claimed(self.network, device)),
                amount(&device.capacity),
            );
            (is > 0).then(|| (device.id.clone(), ratio(is, has)))
        };
        devices.filter_map(share).collect()
    }
}

fn is_share(measure: &Measure) -> bool {
    matches!(measure, Measure::Utilisation(_))
}
