//! Measures of the program's own, and the imbalance, from what the plan's instances claim.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Zero as _};

use crate::fraction::{parse, ratio};
use crate::network::Network;
use crate::verify::capacity::claimed;
use crate::{Device, Instance, OwnMetric, Resources, Sum, Used};

/// The value of the program's own metric of a name; `None` where the plan has none, or one that says
/// nothing that can be counted.
pub fn own(network: &Network, name: &str) -> Option<BigRational> {
    let metric = network.plan.metrics.iter().find(|one| one.name == name)?;
    Some(instances(network, metric)? + devices(network, metric)?)
}

fn instances(network: &Network, metric: &OwnMetric) -> Option<BigRational> {
    let there = network.plan.instances.iter();
    let added = there.filter_map(|one| metric.instances.get(&one.id));
    added
        .map(|amount| parse(amount))
        .try_fold(BigRational::zero(), |sum, one| Some(sum + one?))
}

fn devices(network: &Network, metric: &OwnMetric) -> Option<BigRational> {
    let mut sum = BigRational::zero();
    for row in &metric.devices {
        let mut all = network.plan.devices.iter();
        let device = all.find(|device| device.id == row.device)?;
        if device.is_left_out() {
            continue;
        }
        let here = network.plan.instances.iter();
        let here: Vec<&Instance> = here.filter(|one| one.device == device.id).collect();
        sum += row.adds.of(&here)?;
        for excess in &row.excesses {
            let over = excess.over.of(&here)?;
            sum += parse(&excess.weight)? * over.max(BigRational::zero());
        }
    }
    Some(sum)
}

impl Sum {
    fn of(&self, here: &[&Instance]) -> Option<BigRational> {
        let mut sum = parse(&self.fixed)?;
        for weighed in &self.terms {
            let used: u128 = here
                .iter()
                .map(|one| u128::from(amount(one, &weighed.used)))
                .sum();
            sum += parse(&weighed.weight)? * ratio(used, 1);
        }
        Some(sum)
    }
}

fn amount(one: &Instance, used: &Used) -> u64 {
    match used {
        Used::CpuMcores => one.claims.cpu_mcores,
        Used::MemoryBytes => one.claims.memory_bytes,
        Used::DiskBytes => one.claims.disk_bytes,
        Used::VramBytes => one.claims.vram_bytes,
        Used::PowerMw => one.power_mw,
        Used::OwnThousandths(name) => one.claims.own_thousandths.get(name).copied().unwrap_or(0),
    }
}

/// The highest share of cpu or memory that is claimed on any device, rounded up to millionths, in
/// percentage points.
pub fn imbalance(network: &Network) -> BigRational {
    let million = BigRational::from_integer(BigInt::from(1_000_000));
    let share = |is: u64, has: u64| (ratio(is, has) * &million).ceil();
    let highest = |device: &Device| {
        let is: Resources = claimed(network, device);
        share(is.cpu_mcores, device.capacity.cpu_mcores)
            .max(share(is.memory_bytes, device.capacity.memory_bytes))
    };
    let devices = network.plan.devices.iter().map(highest);
    let highest = devices.max().unwrap_or_else(BigRational::zero);
    highest / (BigRational::one() * BigInt::from(10_000))
}
