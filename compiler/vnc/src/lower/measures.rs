//! Measures that the language leaves to the program, and the imbalance: in whole numbers, over what is
//! open alone.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};
use vn_analysis::{
    Addend, Choice, Comparison, Composition, DeviceIx, Linear, Measure as Asked, Metric, Over,
    OwnMetric, SlotIx, Use, WishKind,
};
use vn_problem::{CandidateId, Excess, Measure, RequirementKind, Share};

use super::bonds::Options;
use super::offers::{self, Machine};
use super::{components, consumables, round};

/// The highest share is counted in hundredths of a percent of a percentage point: millionths of all.
const PER_POINT: u64 = 10_000;

/// What a problem measures beside what every problem does.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// The measures; their positions are those that the problem speaks of.
    pub rows: Vec<Measure>,
    /// Which metric each of them is.
    pub of: Vec<Metric>,
}

impl Measures {
    /// Where a metric is.
    pub fn position(&self, metric: Metric) -> Option<u32> {
        let at = self.of.iter().position(|one| *one == metric)?;
        u32::try_from(at).ok()
    }
}

/// The metrics that a program asks for and that are measured so; `None` where the figures of one are too
/// fine, or speak of what is asked of instances.
pub fn measures(options: Options<'_>) -> Option<Measures> {
    let mut measures = Measures::default();
    for metric in asked(options.composition) {
        let row = match metric {
            Metric::Imbalance => imbalance(options),
            Metric::Own(at) => own(options.composition.metrics.get(at as usize)?, options)?,
            Metric::Latency
            | Metric::Cost
            | Metric::Power
            | Metric::Footprint
            | Metric::QualityLoss
            | Metric::CloneBytes
            | Metric::Movement => continue,
        };
        measures.rows.push(row);
        measures.of.push(metric);
    }
    Some(measures)
}

/// Every metric that the objective or a bound speaks of.
fn asked(composition: &Composition) -> BTreeSet<Metric> {
    let terms = composition.objective.levels.iter().flatten();
    let weighed = terms.filter(|(weight, _)| !weight.is_zero());
    let bounded = composition
        .wishes
        .iter()
        .flat_map(|wish| wish.kind.metrics());
    weighed.map(|(_, metric)| *metric).chain(bounded).collect()
}

/// What may run on each device, in order.
struct On<'a>(BTreeMap<DeviceIx, Vec<(CandidateId, &'a Choice)>>);

impl<'a> On<'a> {
    fn of(options: Options<'a>) -> Self {
        let mut on: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, choice) in options.slots().flat_map(|slot| options.of(slot)) {
            on.entry(choice.device).or_default().push((id, choice));
        }
        for here in on.values_mut() {
            here.sort_unstable_by_key(|(id, _)| *id);
        }
        Self(on)
    }

    fn device(&self, at: DeviceIx) -> &[(CandidateId, &'a Choice)] {
        self.0.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// The highest share of cpu or memory that is claimed on any device.
fn imbalance(options: Options<'_>) -> Measure {
    let on = On::of(options);
    let mut shares = Vec::new();
    for (at, device) in options.composition.devices.iter().enumerate() {
        let capacity = components::capacity(&device.claimable);
        for (resource, of) in capacity.into_iter().enumerate().take(2) {
            let here = on.device(DeviceIx(super::id(at)));
            let claims = here.iter().filter_map(|(id, choice)| {
                let claim = components::claim(&choice.claims).get(resource).copied()?;
                Some((*id, claim)).filter(|_| claim > 0)
            });
            let terms: Vec<(CandidateId, u64)> = claims.collect();
            if of > 0 && !terms.is_empty() {
                shares.push(Share { of, terms });
            }
        }
    }
    Measure {
        per: PER_POINT,
        shares,
        ..Measure::default()
    }
}

/// A weighted sum over open candidates, exactly.
#[derive(Clone, Debug, Default)]
struct Sum {
    fixed: BigRational,
    terms: BTreeMap<CandidateId, BigRational>,
}

impl Sum {
    fn add(&mut self, id: CandidateId, amount: BigRational) {
        *self.terms.entry(id).or_default() += amount;
    }
}

/// A sum, and weighted sums that count where they are positive.
#[derive(Clone, Debug, Default)]
struct Parts {
    sum: Sum,
    excesses: Vec<(BigRational, Sum)>,
}

fn own(metric: &OwnMetric, options: Options<'_>) -> Option<Measure> {
    let mut parts = Parts::default();
    match &metric.over {
        Over::Devices(addends) => {
            let machines = offers::machines(options.composition, options.choices);
            let on = On::of(options);
            for (at, addend) in addends.iter().enumerate() {
                let device = DeviceIx(super::id(at));
                let bought = machines.iter().find(|machine| machine.device == device);
                of_device(addend, bought, on.device(device), &mut parts)?;
            }
        }
        Over::Instances(slots) => {
            for (at, addends) in slots.iter().enumerate() {
                let slot = SlotIx(super::id(at));
                for ((id, _), addend) in options.of(slot).zip(addends) {
                    of_instance(addend, id, &mut parts)?;
                }
            }
        }
    }
    whole(&parts)
}

/// What a device adds: a machine that may be bought adds nothing unless it is.
fn of_device(
    addend: &Addend,
    bought: Option<&Machine>,
    here: &[(CandidateId, &Choice)],
    parts: &mut Parts,
) -> Option<()> {
    let read = |linear: &Linear, into: &mut Sum, weight: &BigRational| {
        match bought {
            Some(machine) => into.add(machine.candidate, &linear.constant * weight),
            None => into.fixed += &linear.constant * weight,
        }
        for (id, choice) in here {
            for (what, by) in &linear.terms {
                into.add(*id, used(what, choice)? * by * weight);
            }
        }
        Some(())
    };
    let one = BigRational::one();
    read(&addend.linear, &mut parts.sum, &one)?;
    for (weight, linear) in &addend.excesses {
        let mut over = Sum::default();
        read(linear, &mut over, &one)?;
        parts.excesses.push((weight.clone(), over));
    }
    Some(())
}

/// What one instance adds; it speaks of nothing but constants, and of what it is asked.
fn of_instance(addend: &Addend, id: CandidateId, parts: &mut Parts) -> Option<()> {
    let constant = |linear: &Linear| linear.terms.is_empty().then(|| linear.constant.clone());
    let mut sum = constant(&addend.linear)?;
    for (weight, linear) in &addend.excesses {
        let over = constant(linear)?;
        if over.is_positive() {
            sum += weight * over;
        }
    }
    parts.sum.add(id, sum);
    Some(())
}

/// How much of a device an instance uses, as the plan counts it: rounded up in the planner's units.
fn used(what: &Use, choice: &Choice) -> Option<BigRational> {
    let claims = components::claim(&choice.claims);
    let over = |amount: u64, by: u64| BigRational::new(amount.into(), by.into());
    let claim = |at: usize, by: u64| claims.get(at).map(|claim| over(*claim, by));
    match what {
        Use::Cpu => claim(0, 1_000),
        Use::Memory => claim(1, 1),
        Use::Disk => claim(2, 1),
        Use::Vram => claim(3, 1),
        Use::Power => Some(over(round::watts(&choice.power).0, 1_000)),
        Use::Own(name) => Some(over(consumables::claim(&choice.claims, name), 1_000)),
        Use::Load => None,
    }
}

/// The same in whole numbers; `None` where these do not fit.
fn whole(parts: &Parts) -> Option<Measure> {
    let mut per = BigInt::one();
    let mut see = |value: &BigRational| per = per.lcm(value.denom());
    see(&parts.sum.fixed);
    parts.sum.terms.values().for_each(&mut see);
    for (weight, sum) in &parts.excesses {
        // The weight stays outside the excess.
        let inner = denominator(sum);
        see(&(weight / BigRational::from_integer(inner)));
    }
    let scale = BigRational::from_integer(per.clone());
    let excess = |(weight, sum): &(BigRational, Sum)| {
        let inner = BigRational::from_integer(denominator(sum));
        let (base, terms) = scaled(sum, &inner)?;
        let weight = (weight / &inner) * &scale;
        Some(Excess {
            weight: weight.to_integer().to_u64()?,
            base,
            terms,
        })
    };
    let (fixed, terms) = scaled(&parts.sum, &scale)?;
    let excesses: Option<Vec<Excess>> = parts.excesses.iter().map(excess).collect();
    let counts = |one: &Excess| one.weight > 0 && (one.base > 0 || !one.terms.is_empty());
    Some(Measure {
        per: per.to_u64()?,
        fixed,
        terms,
        excesses: excesses?.into_iter().filter(counts).collect(),
        shares: Vec::new(),
    })
}

fn denominator(sum: &Sum) -> BigInt {
    let values = sum.terms.values().chain([&sum.fixed]);
    values.fold(BigInt::one(), |all, value| all.lcm(value.denom()))
}

/// The fixed part and the terms, times something that makes them whole.
fn scaled(sum: &Sum, by: &BigRational) -> Option<(i64, Vec<(CandidateId, i64)>)> {
    let scaled = |value: &BigRational| (value * by).to_integer().to_i64();
    let terms = sum.terms.iter().filter(|(_, value)| !value.is_zero());
    let terms = terms.map(|(id, value)| Some((*id, scaled(value)?)));
    Some((scaled(&sum.fixed)?, terms.collect::<Option<Vec<_>>>()?))
}

/// `require total(m) <= bound`, where `m` is measured so; `None` of any other wish.
pub fn bound(wish: &WishKind, measures: &Measures) -> Option<RequirementKind> {
    match wish {
        WishKind::Bound {
            terms,
            comparison,
            bound,
            ..
        } => {
            let [(weight, Asked::Total(metric))] = terms.as_slice() else {
                return None;
            };
            let strictly = match comparison {
                Comparison::Le => false,
                Comparison::Lt => true,
                Comparison::Ge | Comparison::Gt | Comparison::Eq | Comparison::Ne => return None,
            };
            let positive = weight.is_positive();
            positive.then(|| at_most(*metric, &(bound / weight), strictly, measures))?
        }
        WishKind::Total {
            metric, at_most, ..
        } => self::at_most(*metric, at_most, false, measures),
        WishKind::Count { .. }
        | WishKind::Spread { .. }
        | WishKind::Placement { .. }
        | WishKind::Survive { .. }
        | WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. } => None,
    }
}

fn at_most(
    metric: Metric,
    bound: &BigRational,
    strictly: bool,
    measures: &Measures,
) -> Option<RequirementKind> {
    let measure = measures.position(metric)?;
    let per = measures.rows.get(measure as usize)?.per;
    let most = bound * BigRational::from_integer(per.into());
    let amount = if strictly {
        most.ceil().to_integer() - BigInt::one()
    } else {
        most.floor().to_integer()
    };
    Some(RequirementKind::AtMost {
        measure,
        amount: amount.to_i64()?,
    })
}
