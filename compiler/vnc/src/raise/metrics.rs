//! Measures of the program's own, by what the plan says of devices and instances.

use num_rational::BigRational;
use num_traits::Zero as _;
use vn_analysis::{Addend, Linear, Metric, Over, OwnMetric as Declared, Use};
use vn_plan::{CountedOn, Excess, OwnMetric, Sum, Used, WeighedUse};

use super::Raise;

/// Those that the planner was asked for.
pub fn metrics(from: &Raise<'_>) -> Vec<OwnMetric> {
    let asked = from.lowered.measures.iter();
    let own = asked.filter_map(|metric| match metric {
        Metric::Own(at) => from.composition.metrics.get(*at as usize),
        Metric::Latency
        | Metric::Cost
        | Metric::Power
        | Metric::Footprint
        | Metric::QualityLoss
        | Metric::Imbalance
        | Metric::CloneBytes
        | Metric::Movement => None,
    });
    own.map(|declared| metric(from, declared)).collect()
}

fn metric(from: &Raise<'_>, declared: &Declared) -> OwnMetric {
    let mut metric = OwnMetric {
        name: declared.name.clone(),
        unit: declared.unit.clone(),
        instances: std::collections::BTreeMap::new(),
        devices: Vec::new(),
    };
    match &declared.over {
        Over::Devices(addends) => {
            let rows = from.composition.devices.iter().zip(addends);
            let counted = rows.filter(|(_, addend)| !is_nothing(addend));
            metric.devices = counted
                .map(|(device, addend)| CountedOn {
                    device: device.id.clone(),
                    adds: sum(&addend.linear),
                    excesses: addend.excesses.iter().map(excess).collect(),
                })
                .collect();
        }
        Over::Instances(slots) => {
            for id in from.open() {
                let at = from.lowered.choices.get(id.index());
                let addend = at.and_then(|(slot, option)| slots.get(slot.0 as usize)?.get(*option));
                // INVARIANT: the planner has refused those that are no constants.
                let adds = addend.map(alone).filter(|adds| !adds.is_zero());
                if let Some(adds) = adds {
                    metric
                        .instances
                        .insert(from.instance_id(id), adds.to_string());
                }
            }
        }
    }
    metric
}

fn is_nothing(addend: &Addend) -> bool {
    let empty = |linear: &Linear| linear.terms.is_empty() && linear.constant.is_zero();
    empty(&addend.linear) && addend.excesses.iter().all(|(_, over)| empty(over))
}

fn alone(addend: &Addend) -> BigRational {
    let excesses = addend.excesses.iter();
    let excesses =
        excesses.map(|(weight, over)| weight * over.constant.clone().max(BigRational::zero()));
    excesses.fold(addend.linear.constant.clone(), |sum, one| sum + one)
}

fn excess((weight, over): &(BigRational, Linear)) -> Excess {
    Excess {
        weight: weight.to_string(),
        over: sum(over),
    }
}

fn sum(linear: &Linear) -> Sum {
    let term = |(what, weight): (&Use, &BigRational)| {
        let (used, by) = match what {
            Use::Cpu => (Used::CpuMcores, 1_000),
            Use::Memory => (Used::MemoryBytes, 1),
            Use::Disk => (Used::DiskBytes, 1),
            Use::Vram => (Used::VramBytes, 1),
            Use::Power => (Used::PowerMw, 1_000),
            Use::Own(name) => (Used::OwnThousandths(name.clone()), 1_000),
            // INVARIANT: the planner has refused it.
            Use::Load => return None,
        };
        let weight = weight / BigRational::from_integer(by.into());
        let weight = weight.to_string();
        Some(WeighedUse { used, weight })
    };
    Sum {
        fixed: linear.constant.to_string(),
        terms: linear.terms.iter().filter_map(term).collect(),
    }
}
