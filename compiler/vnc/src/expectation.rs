//! `test` blocks held against the emitted plan: nothing is solved again, only the routes are walked.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_rational::BigRational;
use vn_analysis::{Bound, Comparison, Composition, DeviceIx, Expectation, SlotIx, Subject, Test};
use vn_plan::{Answer, Cut, Event, Outcome, Plan, Share, simulate};
use vn_problem::Micros;
use vn_syntax::Sources;

use crate::chances::lost_some;
use crate::figure;
use crate::lower::failures::parted;
use crate::raise;

/// What became of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// One line per expectation that does not hold, with the counter-example.
    pub broken: Vec<String>,
}

impl Verdict {
    /// Whether every expectation holds.
    pub fn holds(&self) -> bool {
        self.broken.is_empty()
    }
}

/// Runs all tests of a program against its plan.
pub fn run(composition: &Composition, plan: &Plan, sources: &Sources) -> Vec<Verdict> {
    composition
        .tests
        .iter()
        .map(|test| one(composition, plan, sources, test))
        .collect()
}

fn one(composition: &Composition, plan: &Plan, sources: &Sources, test: &Test) -> Verdict {
    let mut broken: Vec<String> = Vec::new();
    let mut told = BTreeSet::new();
    for event in events(composition, test).unwrap_or_default() {
        let outcome = simulate(plan, &event);
        let words = Words {
            composition,
            plan,
            outcome: &outcome,
        };
        for expected in &test.expect {
            let Some(fault) = words.fault(expected) else {
                continue;
            };
            // Of all choices the first that breaks it.
            if told.insert(expected.span) {
                let line = sources.slice(expected.span).split_whitespace();
                let line = line.collect::<Vec<_>>().join(" ");
                broken.push(format!("{line}: {fault}"));
            }
        }
    }
    Verdict {
        name: test.name.clone(),
        broken,
    }
}

/// Every way in which what is given can happen; `None` where that cannot be replayed.
///
/// Nothing lasts in a test: whoever keeps writes for a while keeps them.
pub fn events(composition: &Composition, test: &Test) -> Option<Vec<Event>> {
    let mut ways: Vec<(Vec<String>, Vec<Cut>)> = vec![(Vec::new(), Vec::new())];
    for event in &test.given {
        match event {
            vn_analysis::Event::Lost(devices) => {
                let ids = devices.iter();
                let ids: Vec<String> = ids.filter_map(|ix| device_id(composition, *ix)).collect();
                for (lost, _) in &mut ways {
                    lost.extend_from_slice(&ids);
                }
            }
            vn_analysis::Event::Partition(one, other) => {
                let more = raise::cut(composition, &parted(composition, one, other));
                for (_, cut) in &mut ways {
                    cut.extend_from_slice(&more);
                }
            }
            vn_analysis::Event::LostSome {
                devices,
                count,
                in_each,
            } => {
                let choices = lost_some(composition, (devices, *count), in_each.as_deref())?;
                ways = ways
                    .iter()
                    .flat_map(|(lost, cut)| {
                        choices
                            .iter()
                            .map(move |ids| ([lost.as_slice(), ids].concat(), cut.clone()))
                    })
                    .collect();
            }
            vn_analysis::Event::Demand(..) | vn_analysis::Event::Join { .. } => return None,
        }
    }
    let event =
        |(lost, cut): (Vec<String>, Vec<Cut>)| Event::lost(lost).parted(cut).lasting(Some(0));
    Some(ways.into_iter().map(event).collect())
}

fn device_id(composition: &Composition, device: DeviceIx) -> Option<String> {
    composition
        .devices
        .get(device.0 as usize)
        .map(|device| device.id.clone())
}

struct Words<'a> {
    composition: &'a Composition,
    plan: &'a Plan,
    outcome: &'a Outcome,
}

impl Words<'_> {
    /// Why an expectation does not hold; `None` if it does.
    fn fault(&self, expected: &Expectation) -> Option<String> {
        match &expected.subject {
            Subject::Served(client) => {
                let client = self.name(*client);
                let reason = || self.unserved(&client, None);
                share(expected, self.outcome.served(&client), reason)
            }
            Subject::ServedBy(client, service) => {
                let (client, service) = (self.name(*client), self.name(*service));
                let reason = || self.unserved(&client, Some(&service));
                share(expected, self.outcome.served_by(&client, &service), reason)
            }
            Subject::Rtt(client, service) => {
                self.rtt(expected, &self.name(*client), &self.name(*service))
            }
            Subject::Count(service, variant) => self.count(expected, *service, *variant),
            Subject::Variant(component) => self.variant(expected, *component),
            // INVARIANT: `beyond::of_tests` has refused these.
            Subject::Total(_) | Subject::Utilisation(_) | Subject::BootTime => None,
        }
    }

    /// A comparison of variants holds when it holds for every living instance.
    fn variant(&self, expected: &Expectation, component: SlotIx) -> Option<String> {
        let name = self.name(component);
        let Bound::Variant(wanted) = &expected.bound else {
            return None;
        };
        let slot = self.composition.slots.get(component.0 as usize)?;
        let wanted = slot.variants.get(*wanted as usize)?;
        let alive = |id: &String| self.outcome.loads.contains_key(id);
        let mut instances = self.plan.instances.iter();
        let wrong = instances.find(|instance| {
            let same = instance.variant == *wanted;
            let holds = same == (expected.comparison == Comparison::Eq);
            instance.component == name && !holds && alive(&instance.id)
        })?;
        Some(format!("`{}` is `{}`", wrong.id, wrong.variant))
    }

    /// A comparison of round trips holds when it holds for every alive client instance.
    fn rtt(&self, expected: &Expectation, client: &str, service: &str) -> Option<String> {
        let asked = self.outcome.asked.iter();
        let mut of_edge = asked.filter(|a| a.component == client && a.service == service);
        of_edge.find_map(|asked| match &asked.answer {
            Answer::Nobody(why) => Some(format!("nobody answers `{}`: {why}", asked.consumer)),
            Answer::By {
                instance, rtt_us, ..
            } => {
                let measured = BigRational::new((*rtt_us).into(), 1_000_000.into());
                let holds = compare(&measured, expected.comparison, &expected.bound);
                (!holds).then(|| {
                    let time = figure::time(Micros(*rtt_us));
                    format!(
                        "`{}` is answered by `{instance}` after {time}",
                        asked.consumer
                    )
                })
            }
        })
    }

    fn count(
        &self,
        expected: &Expectation,
        service: SlotIx,
        variant: Option<u32>,
    ) -> Option<String> {
        let name = self.name(service);
        let wanted = variant.and_then(|v| {
            self.composition
                .slots
                .get(service.0 as usize)?
                .variants
                .get(v as usize)
                .cloned()
        });
        let alive = match &wanted {
            None => self.outcome.count(&name),
            Some(variant) => {
                let all = self.plan.instances.iter();
                all.filter(|i| i.component == name && i.variant == *variant)
                    .filter(|i| self.outcome.loads.contains_key(&i.id))
                    .count() as u64
            }
        };
        let measured = BigRational::from_integer(BigInt::from(alive));
        let holds = compare(&measured, expected.comparison, &expected.bound);
        (!holds).then(|| format!("{alive} alive"))
    }

    /// Who is not served, and what it is that they do not get.
    fn unserved(&self, client: &str, service: Option<&str>) -> String {
        let asked = self.outcome.asked.iter().find(|asked| {
            asked.component == client
                && service.map_or(!asked.optional, |service| asked.service == service)
                && !self.outcome.is_met(asked)
        });
        let Some(asked) = asked else {
            return format!("no device of `{client}` is alive");
        };
        match &asked.answer {
            Answer::Nobody(why) => {
                format!("`{}` gets no `{}`: {why}", asked.consumer, asked.service)
            }
            Answer::By {
                instance,
                time_us,
                standing,
                ..
            } if !standing.serves() => format!(
                "`{}` gets `{}` from `{instance}` only after {}",
                asked.consumer,
                asked.service,
                figure::time(Micros(*time_us))
            ),
            Answer::By { instance, .. } => format!(
                "`{}` asks `{instance}`, whose own needs are not met",
                asked.consumer
            ),
        }
    }

    fn name(&self, slot: SlotIx) -> String {
        self.composition
            .slots
            .get(slot.0 as usize)
            .map(|s| s.name.clone())
            .unwrap_or_default()
    }
}

fn share(expected: &Expectation, share: Share, reason: impl FnOnce() -> String) -> Option<String> {
    let alive = share.alive.max(1);
    let served = if share.alive == 0 { 1 } else { share.served };
    let measured = BigRational::new(served.into(), alive.into());
    if compare(&measured, expected.comparison, &expected.bound) {
        return None;
    }
    Some(format!(
        "{} of {} served; {}",
        share.served,
        share.alive,
        reason()
    ))
}

fn compare(left: &BigRational, comparison: Comparison, right: &Bound) -> bool {
    // INVARIANT: only variants are compared with variants, and not here.
    let Bound::Amount(right) = right else {
        return false;
    };
    match comparison {
        Comparison::Eq => left == right,
        Comparison::Ne => left != right,
        Comparison::Lt => left < right,
        Comparison::Le => left <= right,
        Comparison::Gt => left > right,
        Comparison::Ge => left >= right,
    }
}
