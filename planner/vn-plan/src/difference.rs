//! What one plan says otherwise than another: placements, variants, routes, requirements, totals.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{Instance, Plan, RequirementKind, Role};

/// What changes from one plan to another. Everything is in the order of the plans: what is gone in that of the
/// old one, all else in that of the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Ids of devices that only the new plan has.
    pub new_devices: Vec<String>,
    /// Ids of devices that only the old plan has.
    pub lost_devices: Vec<String>,
    /// Instances that stand on another device.
    pub moved: Vec<Moved>,
    /// Instances that there are besides.
    pub started: Vec<Placed>,
    /// Instances that there are no longer.
    pub stopped: Vec<Placed>,
    /// Instances that run where they did, in another variant.
    pub changed: Vec<Changed>,
    /// Whom consumers of both plans ask in another order, or whom else they ask.
    pub routes: Vec<Asks>,
    /// What only the new plan was made to keep, as written: `kv: survive any 1 device`.
    pub new_requirements: Vec<String>,
    /// What only the old plan was made to keep.
    pub lost_requirements: Vec<String>,
    /// Values of the program's parameters that are not the same.
    pub parameters: Vec<Figure<String>>,
    /// Totals that are not the same, by their names in [`Totals`](crate::Totals).
    pub totals: Vec<Figure<u64>>,
}

/// An instance on its device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// Its id.
    pub instance: String,
    /// Its component.
    pub component: String,
    /// Id of its device.
    pub device: String,
    /// Its variant.
    pub variant: String,
}

/// One instance of a component less here, and one more there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Where it was.
    pub from: Placed,
    /// Where it is.
    pub to: Placed,
}

/// Another variant on the same device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Id of the instance.
    pub instance: String,
    /// Variant that ran.
    pub from: String,
    /// Variant that runs.
    pub to: String,
}

/// Whom a consumer asks, ids first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asks {
    /// Id of the consumer instance.
    pub consumer: String,
    /// Name of the service.
    pub service: String,
    /// Whom it asked.
    pub from: Vec<String>,
    /// Whom it asks.
    pub to: Vec<String>,
}

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure<T> {
    /// Its name.
    pub name: String,
    /// What it was; absent where the old plan has none.
    pub from: Option<T>,
    /// What it is; absent where the new plan has none.
    pub to: Option<T>,
}

impl Difference {
    /// From an old plan to a new one.
    pub fn between(old: &Plan, new: &Plan) -> Self {
        let (mut started, mut stopped) = (only(new, old), only(old, new));
        let moved = paired(&mut stopped, &mut started);
        let ids = |plan: &Plan| -> Vec<String> {
            plan.devices
                .iter()
                .map(|device| device.id.clone())
                .collect()
        };
        Self {
            new_devices: without(ids(new), &ids(old)),
            lost_devices: without(ids(old), &ids(new)),
            moved,
            started,
            stopped,
            changed: changed(old, new),
            routes: routes(old, new),
            new_requirements: without(insisted(new), &insisted(old)),
            lost_requirements: without(insisted(old), &insisted(new)),
            parameters: figures(&old.program.parameters, &new.program.parameters),
            totals: figures(&totals(old), &totals(new)),
        }
    }

    /// Whether the plans say the same.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Placed {
    fn of(one: &Instance) -> Self {
        Self {
            instance: one.id.clone(),
            component: one.component.clone(),
            device: one.device.clone(),
            variant: one.variant.clone(),
        }
    }
}

/// What is in a list more often than in another.
fn without(all: Vec<String>, others: &[String]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    let is_other = |one: &String| match left.get_mut(one.as_str()) {
        Some(times) if *times > 0 => {
            *times -= 1;
            true
        }
        _ => false,
    };
    let mut is_other = is_other;
    all.into_iter().filter(|one| !is_other(one)).collect()
}

/// Instances that the other plan has no instance with the id of.
fn only(of: &Plan, other: &Plan) -> Vec<Placed> {
    let known: BTreeSet<&str> = other.instances.iter().map(|one| one.id.as_str()).collect();
    let all = of.instances.iter();
    all.filter(|one| !known.contains(one.id.as_str()))
        .map(Placed::of)
        .collect()
}

/// Takes what stopped and what started of one component for a move, in their order.
fn paired(stopped: &mut Vec<Placed>, started: &mut Vec<Placed>) -> Vec<Moved> {
    let mut moved = Vec::new();
    started.retain(|to| {
        let from = stopped
            .iter()
            .position(|from| from.component == to.component);
        let Some(from) = from else {
            return true;
        };
        moved.push(Moved {
            from: stopped.remove(from),
            to: to.clone(),
        });
        false
    });
    moved
}

fn changed(old: &Plan, new: &Plan) -> Vec<Changed> {
    let was: BTreeMap<&str, &Instance> = old
        .instances
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let change = |one: &Instance| {
        let from = was
            .get(one.id.as_str())
            .filter(|from| from.variant != one.variant)?;
        Some(Changed {
            instance: one.id.clone(),
            from: from.variant.clone(),
            to: one.variant.clone(),
        })
    };
    new.instances.iter().filter_map(change).collect()
}

/// By consumer, service, and which of its needs of that service.
type Lists<'a> = BTreeMap<(&'a str, &'a str, usize), Vec<&'a str>>;

fn lists(plan: &Plan) -> Lists<'_> {
    let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut lists: Lists<'_> = BTreeMap::new();
    for route in &plan.routes {
        let (consumer, service) = (route.consumer.as_str(), route.service.as_str());
        let nth = times.entry((consumer, service)).or_default();
        *nth += 1;
        let entries = route.entries.iter();
        lists.insert(
            (consumer, service, *nth),
            entries.map(|entry| entry.instance.as_str()).collect(),
        );
    }
    lists
}

fn routes(old: &Plan, new: &Plan) -> Vec<Asks> {
    let (was, is) = (lists(old), lists(new));
    let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    let asks = |((consumer, service, nth), to): (&(&str, &str, usize), &Vec<&str>)| {
        let from = was
            .get(&(*consumer, *service, *nth))
            .filter(|from| *from != to)?;
        Some(Asks {
            consumer: (*consumer).to_owned(),
            service: (*service).to_owned(),
            from: owned(from),
            to: owned(to),
        })
    };
    is.iter().filter_map(asks).collect()
}

/// What a plan was made to keep; what follows from other requirements is not repeated.
fn insisted(plan: &Plan) -> Vec<String> {
    let own = plan.requirements.iter().filter(|one| {
        !matches!(
            one.kind,
            RequirementKind::Survive {
                inherited_from: Some(_),
                ..
            }
        )
    });
    own.map(|one| match subject(&one.kind) {
        Some(component) => format!("{component}: {}", one.text),
        None => one.text.clone(),
    })
    .collect()
}

/// The component that says it.
fn subject(kind: &RequirementKind) -> Option<&str> {
    match kind {
        RequirementKind::Count { component, .. }
        | RequirementKind::PerDevice { component, .. }
        | RequirementKind::Spread { component, .. }
        | RequirementKind::Placement { component, .. }
        | RequirementKind::Truth { component, .. }
        | RequirementKind::Survive { component, .. }
        | RequirementKind::Uniform { component, .. }
        | RequirementKind::OnEvery { component, .. } => Some(component),
        RequirementKind::Colocate { .. }
        | RequirementKind::Separate { .. }
        | RequirementKind::OneOf { .. }
        | RequirementKind::Ratio { .. }
        | RequirementKind::Bound { .. }
        | RequirementKind::Bought { .. }
        | RequirementKind::Total { .. } => None,
    }
}

fn totals(plan: &Plan) -> BTreeMap<String, u64> {
    let totals = &plan.totals;
    let services = plan
        .instances
        .iter()
        .filter(|one| one.role == Role::Service);
    [
        ("cost_micro_per_month", totals.cost_micro_per_month),
        (
            "traffic_cost_micro_per_month",
            totals.traffic_cost_micro_per_month,
        ),
        ("power_mw", totals.power_mw),
        ("memory_bytes", totals.memory_bytes),
        ("clone_bytes", totals.clone_bytes),
        ("service_instances", services.count() as u64),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn figures<T: Clone + PartialEq>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
) -> Vec<Figure<T>> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let figure = |name: &String| Figure {
        name: name.clone(),
        from: old.get(name).cloned(),
        to: new.get(name).cloned(),
    };
    let all = names.into_iter().map(figure);
    all.filter(|figure| figure.from != figure.to).collect()
}
