//! How components stand to each other, as conditions on what is open.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::{One as _, ToPrimitive as _, Zero as _};
use vn_analysis::{
    Choice, Comparison, Composition, DeviceIx, Domain, Measure, Metric, SlotIx, SlotRole, WishKind,
};
use vn_problem::{CandidateId, RequirementKind};

use super::offers::{self, Machine};
use super::requirements::domains;
use super::{candidate, components, consumables, fixed_cost, round};

/// The options of a composition under their candidates' names.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The composition.
    pub composition: &'a Composition,
    /// Per candidate its slot and its position among the slot's options.
    pub choices: &'a [(SlotIx, usize)],
}

/// A sum of measures: what a bound speaks of.
pub type Sum = [(BigRational, Measure)];

impl<'a> Options<'a> {
    /// How many instances an option stands for.
    pub fn times(self, choice: &Choice) -> u64 {
        let device = self.composition.devices.get(choice.device.0 as usize);
        device.map_or(1, vn_analysis::Device::count)
    }

    /// The options of a slot, with their candidates.
    pub fn of(self, slot: SlotIx) -> impl Iterator<Item = (CandidateId, &'a Choice)> {
        let row = self.composition.slots.get(slot.0 as usize);
        let options = row.map_or(&[][..], |row| &row.options);
        let numbered = options.iter().enumerate();
        numbered.filter_map(move |(at, choice)| Some((candidate(self.choices, slot, at)?, choice)))
    }

    /// All candidates of a slot.
    pub fn all(self, slot: SlotIx) -> Vec<CandidateId> {
        self.of(slot).map(|(id, _)| id).collect()
    }

    fn on(self, slot: SlotIx, device: DeviceIx) -> Vec<CandidateId> {
        let here = self.of(slot).filter(|(_, choice)| choice.device == device);
        here.map(|(id, _)| id).collect()
    }

    /// All slots.
    pub fn slots(self) -> impl Iterator<Item = SlotIx> {
        let count = u32::try_from(self.composition.slots.len()).unwrap_or(u32::MAX);
        (0..count).map(SlotIx)
    }

    /// The candidates of a slot by the domain that they stand in.
    fn by_domain(self, slot: SlotIx, names: &[String]) -> BTreeMap<String, Vec<CandidateId>> {
        let mut found: BTreeMap<String, Vec<CandidateId>> = BTreeMap::new();
        for (id, choice) in self.of(slot) {
            if let Some(name) = names.get(choice.device.0 as usize) {
                found.entry(name.clone()).or_default().push(id);
            }
        }
        found
    }
}

/// What a wish about several components comes to; nothing of any other wish.
pub fn bonds(kind: &WishKind, options: Options<'_>) -> Vec<RequirementKind> {
    match kind {
        WishKind::Colocate {
            whenever,
            then,
            across,
        } => colocate(whenever, then, across, options),
        WishKind::Separate { slots, across } => separate(slots, across, options),
        WishKind::OneOf { slots } => one_of(slots, options),
        WishKind::OnEvery {
            slot,
            devices,
            in_use,
            except_beside,
        } => {
            let one = |device: &DeviceIx| on_one(*slot, *device, *in_use, except_beside, options);
            devices.iter().flat_map(one).collect()
        }
        WishKind::Ratio {
            per,
            of,
            at_least,
            then,
        } => vec![ratio((*per, *of), (*at_least, *then), options)],
        WishKind::Bound {
            terms,
            comparison,
            bound,
            ..
        } => bounded(terms, *comparison, bound, options).unwrap_or_default(),
        WishKind::Total {
            metric: Metric::Footprint,
            at_most,
            ..
        } => {
            let terms = [(BigRational::one(), Measure::Total(Metric::Footprint))];
            bounded(&terms, Comparison::Le, at_most, options).unwrap_or_default()
        }
        WishKind::Total { .. }
        | WishKind::Count { .. }
        | WishKind::Spread { .. }
        | WishKind::Placement { .. }
        | WishKind::Survive { .. } => Vec::new(),
    }
}

fn colocate(
    whenever: &[SlotIx],
    then: &[SlotIx],
    across: &Domain,
    options: Options<'_>,
) -> Vec<RequirementKind> {
    let names = domains(options.composition, across);
    let mut found = Vec::new();
    for &one in whenever {
        for &other in then.iter().filter(|other| **other != one) {
            let there = options.by_domain(other, &names);
            for (domain, when) in options.by_domain(one, &names) {
                found.push(RequirementKind::Implies {
                    when: Some(when),
                    any: there.get(&domain).cloned().unwrap_or_default(),
                });
            }
        }
    }
    found
}

fn separate(slots: &[SlotIx], across: &Domain, options: Options<'_>) -> Vec<RequirementKind> {
    let names = domains(options.composition, across);
    let mut sets: BTreeMap<String, Vec<Vec<CandidateId>>> = BTreeMap::new();
    for &slot in slots {
        for (domain, ids) in options.by_domain(slot, &names) {
            sets.entry(domain).or_default().push(ids);
        }
    }
    let several = sets.into_values().filter(|sets| sets.len() > 1);
    several
        .map(|sets| RequirementKind::Exclusive { sets })
        .collect()
}

fn one_of(slots: &[SlotIx], options: Options<'_>) -> Vec<RequirementKind> {
    let sets: Vec<Vec<CandidateId>> = slots.iter().map(|slot| options.all(*slot)).collect();
    let mut any = sets.concat();
    any.sort_unstable();
    vec![
        RequirementKind::Implies { when: None, any },
        RequirementKind::Exclusive { sets },
    ]
}

/// `on every D`, on one of them.
fn on_one(
    slot: SlotIx,
    device: DeviceIx,
    in_use: bool,
    except_beside: &[SlotIx],
    options: Options<'_>,
) -> Vec<RequirementKind> {
    let own = options.on(slot, device);
    let mut beside: Vec<CandidateId> = except_beside
        .iter()
        .flat_map(|slot| options.on(*slot, device))
        .collect();
    beside.sort_unstable();
    let mut any = [own.clone(), beside.clone()].concat();
    any.sort_unstable();
    let others = options.slots().filter(|other| {
        let row = options.composition.slots.get(other.0 as usize);
        *other != slot && row.is_some_and(|row| row.role == SlotRole::Service)
    });
    let when = in_use.then(|| others.flat_map(|other| options.on(other, device)).collect());
    let mut found = vec![RequirementKind::Implies { when, any }];
    if !own.is_empty() && !beside.is_empty() {
        let sets = vec![own, beside];
        found.push(RequirementKind::Exclusive { sets });
    }
    found
}

/// `per n of a at least m of b`: void where the planner may leave b out, and does.
fn ratio(
    (n, a): (u64, (SlotIx, Option<u32>)),
    (m, b): (u64, (SlotIx, Option<u32>)),
    options: Options<'_>,
) -> RequirementKind {
    let factor = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut weights: BTreeMap<CandidateId, i64> = BTreeMap::new();
    let mut add = |(slot, variant): (SlotIx, Option<u32>), by: i64| {
        for (id, choice) in options.of(slot) {
            if variant.is_none_or(|variant| variant == choice.variant) {
                let weight = weights.entry(id).or_default();
                let times = factor(options.times(choice));
                *weight = weight.saturating_add(by.saturating_mul(times));
            }
        }
    };
    add(b, factor(n));
    add(a, factor(m).saturating_neg());
    weights.retain(|_, weight| *weight != 0);
    let void = may_be_absent(options.composition, b.0);
    RequirementKind::Linear {
        terms: weights.into_iter().collect(),
        at_least: 0,
        unless_none: void.then(|| options.all(b.0)),
    }
}

/// Whether a service may have no instance: it is an alternative, or only there for who needs it.
pub fn may_be_absent(composition: &Composition, slot: SlotIx) -> bool {
    let row = composition.slots.get(slot.0 as usize);
    let is_service = row.is_some_and(|row| row.role == SlotRole::Service);
    let alternative = composition.wishes.iter().any(|wish| match &wish.kind {
        WishKind::OneOf { slots } => slots.contains(&slot),
        _ => false,
    });
    is_service && (alternative || row.is_some_and(|row| row.if_needed))
}

/// `deploy = if_needed`: where anything of it runs, something runs that needs it.
pub fn only_if_needed(slot: SlotIx, options: Options<'_>) -> Option<RequirementKind> {
    let row = options.composition.slots.get(slot.0 as usize)?;
    if !row.if_needed {
        return None;
    }
    let mut any: BTreeSet<CandidateId> = BTreeSet::new();
    for need in &options.composition.needs {
        if need.server == slot {
            let asks = |choice: &Choice| {
                let some = need.variants.as_ref();
                some.is_none_or(|variants| variants.contains(&choice.variant))
            };
            let of = options.of(need.consumer);
            any.extend(of.filter(|(_, choice)| asks(choice)).map(|(id, _)| id));
        }
    }
    Some(RequirementKind::Implies {
        when: Some(options.all(slot)),
        any: any.into_iter().collect(),
    })
}

/// A bound on a sum, as rows over candidates; `None` where it is no such sum, or its figures are too
/// fine.
pub fn bounded(
    terms: &Sum,
    comparison: Comparison,
    bound: &BigRational,
    options: Options<'_>,
) -> Option<Vec<RequirementKind>> {
    if let [(weight, Measure::Utilisation(resource))] = terms {
        return utilisation(weight, resource, comparison, bound, options);
    }
    let mut sum: BTreeMap<CandidateId, BigRational> = BTreeMap::new();
    let mut fixed = BigRational::zero();
    for (weight, measure) in terms {
        if let Measure::Total(Metric::Cost) = measure {
            let cost = BigRational::new(fixed_cost(options.composition).into(), MILLION.into());
            fixed += weight * cost;
        }
        for machine in offers::machines(options.composition, options.choices) {
            let part = weight * idle(measure, &machine);
            *sum.entry(machine.candidate).or_default() += part;
        }
        for slot in options.slots() {
            for (id, choice) in options.of(slot) {
                let times = BigRational::from_integer(options.times(choice).into());
                let part = weight * part(measure, slot, choice, options)?;
                *sum.entry(id).or_default() += part * times;
            }
        }
    }
    sum.retain(|_, weight| !weight.is_zero());
    rows(&sum, comparison, &(bound - fixed))
}

const MILLION: u64 = 1_000_000;

/// What a machine adds to a measure where it is bought, whatever runs on it.
fn idle(measure: &Measure, machine: &Machine) -> BigRational {
    match measure {
        Measure::Total(Metric::Cost) => BigRational::new(machine.cost.0.into(), MILLION.into()),
        Measure::Total(Metric::Power) => BigRational::new(machine.power.0.into(), 1_000.into()),
        Measure::Total(_)
        | Measure::Count(..)
        | Measure::Utilisation(_)
        | Measure::BootTime
        | Measure::ClonedFrom(_) => BigRational::zero(),
    }
}

/// What one instance adds to a measure, in the measure's own unit; `None` where that is not a matter
/// of single instances.
fn part(
    measure: &Measure,
    slot: SlotIx,
    choice: &Choice,
    options: Options<'_>,
) -> Option<BigRational> {
    let over = |value: u64, by: u64| BigRational::new(value.into(), by.into());
    match measure {
        Measure::Count(of, variant) => {
            let counts = *of == slot && variant.is_none_or(|variant| variant == choice.variant);
            Some(over(counts.into(), 1))
        }
        Measure::Total(Metric::Cost) => Some(over(
            components::cost(options.composition, choice).0,
            MILLION,
        )),
        Measure::Total(Metric::Power) => Some(over(round::watts(&choice.power).0, 1_000)),
        Measure::Total(Metric::Footprint) => Some(over(round::up(&choice.claims.memory), 1 << 30)),
        Measure::Total(
            Metric::Latency
            | Metric::QualityLoss
            | Metric::Imbalance
            | Metric::CloneBytes
            | Metric::Movement
            | Metric::Own(_),
        )
        | Measure::Utilisation(_)
        | Measure::BootTime
        | Measure::ClonedFrom(_) => None,
    }
}

/// `max(utilisation.memory) <= 80%`: on each device what is claimed is at most that share.
fn utilisation(
    weight: &BigRational,
    resource: &str,
    comparison: Comparison,
    bound: &BigRational,
    options: Options<'_>,
) -> Option<Vec<RequirementKind>> {
    let most = bound / weight;
    let is_upper = match comparison {
        Comparison::Le | Comparison::Lt => *weight > BigRational::zero(),
        Comparison::Ge | Comparison::Gt | Comparison::Eq | Comparison::Ne => false,
    };
    if !is_upper {
        return None;
    }
    let devices = options.composition.devices.iter().enumerate();
    let mut found = Vec::new();
    for (at, device) in devices {
        let room = amount(&components::capacity(&device.claimable), resource);
        let own = || whole(consumables::capacity(&device.claimable, resource));
        let room = room.unwrap_or_else(own) * &most;
        let here = DeviceIx(u32::try_from(at).ok()?);
        let mut sum: BTreeMap<CandidateId, BigRational> = BTreeMap::new();
        for slot in options.slots() {
            for (id, choice) in options.of(slot).filter(|(_, one)| one.device == here) {
                let claim = amount(&components::claim(&choice.claims), resource);
                let own = || whole(consumables::claim(&choice.claims, resource));
                sum.insert(id, claim.unwrap_or_else(own));
            }
        }
        sum.retain(|_, claim| !claim.is_zero());
        if !sum.is_empty() {
            found.extend(rows(&sum, comparison, &room)?);
        }
    }
    Some(found)
}

fn whole(amount: u64) -> BigRational {
    BigRational::from_integer(amount.into())
}

/// One of [`super::RESOURCES`], in the planner's units; `None` for a capability of the program's own.
fn amount(resources: &[u64], name: &str) -> Option<BigRational> {
    let at = match name {
        "cpu" => 0,
        "memory" => 1,
        "disk" => 2,
        "vram" => 3,
        _ => return None,
    };
    let amount = resources.get(at).copied()?;
    Some(whole(amount))
}

/// `Σ weight ⋈ bound` with whole weights.
fn rows(
    sum: &BTreeMap<CandidateId, BigRational>,
    comparison: Comparison,
    bound: &BigRational,
) -> Option<Vec<RequirementKind>> {
    let scale = sum
        .values()
        .fold(BigInt::one(), |scale, weight| scale.lcm(weight.denom()));
    let scale = BigRational::from_integer(scale);
    let whole = |weight: &BigRational| (weight * &scale).to_integer().to_i64();
    let terms: Option<Vec<(CandidateId, i64)>> = sum
        .iter()
        .map(|(id, weight)| Some((*id, whole(weight)?)))
        .collect();
    let (terms, bound) = (terms?, bound * scale);
    let at_least = |least: BigInt| {
        Some(RequirementKind::Linear {
            terms: terms.clone(),
            at_least: least.to_i64()?,
            unless_none: None,
        })
    };
    let at_most = |most: BigInt| {
        let terms = terms.iter().map(|(id, by)| Some((*id, by.checked_neg()?)));
        Some(RequirementKind::Linear {
            terms: terms.collect::<Option<Vec<_>>>()?,
            at_least: (-most).to_i64()?,
            unless_none: None,
        })
    };
    let (up, down) = (bound.ceil().to_integer(), bound.floor().to_integer());
    Some(match comparison {
        Comparison::Ge => vec![at_least(up)?],
        Comparison::Gt => vec![at_least(down + 1)?],
        Comparison::Le => vec![at_most(down)?],
        Comparison::Lt => vec![at_most(up - 1)?],
        Comparison::Eq => vec![at_least(up)?, at_most(down)?],
        Comparison::Ne => return None,
    })
}
