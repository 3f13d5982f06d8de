//! What the plan says it is worth is what it is worth.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero as _;

use crate::failover::Scenario;
use crate::fraction::{parse, ratio};
use crate::network::Network;
use crate::verify::own::{imbalance, own};
use crate::verify::totals::totals;
use crate::violation::{Findings, ViolationKind};
use crate::{Action, Level, RequirementKind, Role, Step, Term, Totals};

const GIB: u64 = 1 << 30;

pub fn check(network: &Network, calm: &Scenario, found: &mut Findings) {
    let worth = Worth { network, calm };
    let objective = &network.plan.objective;
    let mut sums = Vec::new();
    for terms in std::iter::once(&objective.terms).chain(&objective.more) {
        let values = terms
            .iter()
            .filter_map(|term| term_value(&worth, term, found));
        sums.push(values.fold(ratio(0, 1), |sum, value| sum + value));
    }
    let mut levels = objective.levels.iter();
    if let Some(level) = levels.next() {
        compare(
            &level.name,
            &level.value,
            &Value::Exactly(worth.tiers()),
            found,
        );
    }
    let many = sums.len();
    for (sum, level) in sums.into_iter().zip(levels.by_ref().take(many)) {
        compare(&level.name, &level.value, &Value::Exactly(sum), found);
    }
    for level in levels {
        tie_break(&worth, level, found);
    }
    if objective.levels.len() < 1 + many {
        let message = "the levels `tiers skipped` and the objective are missing".to_owned();
        found.add(ViolationKind::Objective, &[], message);
    }
}

/// What can be said about a value from the plan alone.
enum Value {
    Exactly(BigRational),
    AtLeast(BigRational),
}

/// Weight × recorded value, the recorded value having been checked.
fn term_value(worth: &Worth, term: &Term, found: &mut Findings) -> Option<BigRational> {
    let name = format!("term `{}`", term.metric);
    let Some(is) = worth.metric(&term.metric) else {
        let message = format!("{name}: no such metric");
        found.add(ViolationKind::Objective, &[], message);
        return None;
    };
    let Some(weight) = parse(&term.weight) else {
        let message = format!("{name}: the weight `{}` is no fraction", term.weight);
        found.add(ViolationKind::Objective, &[], message);
        return None;
    };
    // A term without weight decides nothing; whoever wrote the plan need not have measured it.
    if !weight.is_zero() {
        compare(&name, &term.value, &is, found);
    }
    Some(weight * parse(&term.value)?)
}

fn tie_break(worth: &Worth, level: &Level, found: &mut Findings) {
    if let Some(is) = worth.metric(&level.name.replace(' ', "_")) {
        compare(&level.name, &level.value, &is, found);
    } else {
        let message = format!("level `{}`: no such metric", level.name);
        found.add(ViolationKind::Objective, &[], message);
    }
}

fn compare(name: &str, says: &str, is: &Value, found: &mut Findings) {
    let message = match (parse(says), is) {
        (None, _) => format!("{name}: `{says}` is no fraction"),
        (Some(value), Value::Exactly(is)) if value != *is => {
            format!("{name}: the plan says {says}, it is {is}")
        }
        (Some(value), Value::AtLeast(least)) if value < *least => {
            format!("{name}: the plan says {says}, it is at least {least}")
        }
        (Some(_), Value::Exactly(_) | Value::AtLeast(_)) => return,
    };
    found.add(ViolationKind::Objective, &[], message);
}

/// The metrics of a plan when nothing has failed.
struct Worth<'w, 'n, 'a> {
    network: &'w Network<'a>,
    calm: &'w Scenario<'n, 'a>,
}

impl Worth<'_, '_, '_> {
    fn metric(&self, name: &str) -> Option<Value> {
        let totals = totals(self.network);
        Some(match name {
            "latency" => Value::Exactly(self.latency()),
            "cost" => Value::Exactly(self.cost(&totals)),
            "power" => Value::Exactly(ratio(totals.power_mw, 1000)),
            "footprint" => Value::Exactly(ratio(totals.memory_bytes, GIB)),
            "clone_bytes" => Value::Exactly(ratio(totals.clone_bytes, GIB)),
            "movement" => Value::Exactly(self.movement()),
            "moves" => Value::Exactly(ratio(self.moves().count(), 1)),
            "quality_loss" => self.quality_loss(),
            "imbalance" => Value::Exactly(imbalance(self.network)),
            name => Value::Exactly(own(self.network, name)?),
        })
    }

    /// Traffic counts exactly, not as it is rounded in the totals.
    fn cost(&self, totals: &Totals) -> BigRational {
        let rounded = totals.traffic_cost_micro_per_month;
        let standing = totals.cost_micro_per_month.saturating_sub(rounded);
        let traffic = BigInt::from(self.calm.traffic_cost());
        ratio(standing, 1_000_000) + ratio(traffic, 1_000_000_000_000_u64)
    }

    /// The steps that are moves.
    fn moves(&self) -> impl Iterator<Item = &Step> {
        let steps = self
            .network
            .plan
            .moves
            .iter()
            .flat_map(|moves| &moves.steps);
        steps.filter(|step| step.action != Action::Stop)
    }

    /// Moves × what each costs.
    fn movement(&self) -> BigRational {
        let costs = self.moves().map(|step| BigInt::from(step.cost_millionths));
        ratio(costs.sum::<BigInt>(), 1_000_000)
    }

    /// Σ load × tiers skipped, in 10⁻⁶ req/s.
    fn tiers(&self) -> BigRational {
        let mut sum = BigInt::from(0);
        for walk in &self.calm.walks {
            let route = walk.list.route;
            let skipped = match walk.end {
                Ok(hop) => u64::from(hop.entry.tier),
                Err(_) => u64::from(route.tiers) + 1,
            };
            let load = route.load.of(self.calm.load(&route.consumer));
            sum += BigInt::from(load) * skipped * self.network.times(walk.list.consumer);
        }
        ratio(sum, 1)
    }

    /// Σ load × time of first entries / Σ client demand, in ms.
    fn latency(&self) -> BigRational {
        let mut sum = BigInt::from(0);
        for walk in &self.calm.walks {
            if let Ok(hop) = walk.end {
                let load = walk
                    .list
                    .route
                    .load
                    .of(self.calm.load(&walk.list.consumer.id));
                let times = self.network.times(walk.list.consumer);
                sum += BigInt::from(load) * hop.time_us * times;
            }
        }
        let clients = self.calm.alive().filter(|one| one.role == Role::Client);
        let demand = |one| BigInt::from(self.network.times(one)) * one.demand_ureqs;
        let demand: BigInt = clients.map(demand).sum();
        ratio(sum, demand * 1000)
    }

    /// Per component the worst variant among first entries, else among its instances. What a
    /// component without any instance counts is not in the plan: then only a bound is known.
    fn quality_loss(&self) -> Value {
        let heads = self.calm.walks.iter().filter_map(|walk| walk.end.ok());
        let heads: BTreeSet<&str> = heads.map(|hop| hop.instance.id.as_str()).collect();
        let mut asked: BTreeMap<&str, u64> = BTreeMap::new();
        let mut all: BTreeMap<&str, u64> = BTreeMap::new();
        for one in self.calm.alive() {
            let mut worst = vec![&mut all];
            if heads.contains(one.id.as_str()) {
                worst.push(&mut asked);
            }
            for map in worst {
                let loss = map.entry(&one.component).or_default();
                *loss = one.quality_loss.max(*loss);
            }
        }
        let present: BTreeSet<&str> = all.keys().copied().collect();
        all.extend(asked);
        let sum = ratio(all.into_values().map(BigInt::from).sum::<BigInt>(), 1);
        if self.components().is_subset(&present) {
            Value::Exactly(sum)
        } else {
            Value::AtLeast(sum)
        }
    }

    /// Every component that the plan names anywhere.
    fn components(&self) -> BTreeSet<&str> {
        let plan = self.network.plan;
        let needed = plan.routes.iter().map(|route| route.service.as_str());
        let required = plan.requirements.iter().filter_map(|one| match &one.kind {
            RequirementKind::Count { component, .. }
            | RequirementKind::PerDevice { component, .. }
            | RequirementKind::Spread { component, .. }
            | RequirementKind::Placement { component, .. }
            | RequirementKind::Truth { component, .. }
            | RequirementKind::Survive { component, .. }
            | RequirementKind::OnEvery { component, .. }
            | RequirementKind::Uniform { component, .. } => Some(component.as_str()),
            RequirementKind::Colocate { .. }
            | RequirementKind::Separate { .. }
            | RequirementKind::OneOf { .. }
            | RequirementKind::Ratio { .. }
            | RequirementKind::Bound { .. }
            | RequirementKind::Bought { .. }
            | RequirementKind::Total { .. } => None,
        });
        needed.chain(required).collect()
    }
}
