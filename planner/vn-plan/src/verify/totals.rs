//! Recorded sums are the sums.

use crate::figure::{Unit, pair};
use crate::violation::{Findings, ViolationKind};
use crate::{CloneMode, Instance, Plan, Totals};

/// The sums over a plan; what does not fit is the largest number.
pub fn totals(plan: &Plan) -> Totals {
    let there = || plan.devices.iter().filter(|one| !one.is_left_out());
    let devices = there().map(|one| one.cost_micro_per_month);
    let idle = there().filter_map(|one| Some(one.offer?.idle_power_mw));
    let instances = || plan.instances.iter();
    Totals {
        cost_micro_per_month: sum(devices.chain(instances().map(|i| i.cost_micro_per_month))),
        power_mw: sum(idle.chain(instances().map(|one| one.power_mw))),
        memory_bytes: sum(instances().map(|one| one.claims.memory_bytes)),
        clone_bytes: sum(instances().filter_map(cloned_ahead)),
    }
}

fn sum(amounts: impl Iterator<Item = u64>) -> u64 {
    amounts.fold(0, u64::saturating_add)
}

fn cloned_ahead(one: &Instance) -> Option<u64> {
    let clone = one.clone.as_ref()?;
    (clone.mode == CloneMode::Eager && !one.truth).then_some(clone.bytes)
}

pub fn check(plan: &Plan, found: &mut Findings) {
    let (says, is) = (&plan.totals, totals(plan));
    let cost = Unit::MicroMoney(&plan.program.currency);
    let rows = [
        (
            "cost",
            cost,
            says.cost_micro_per_month,
            is.cost_micro_per_month,
        ),
        ("power", Unit::MilliWatts, says.power_mw, is.power_mw),
        ("memory", Unit::Bytes, says.memory_bytes, is.memory_bytes),
        (
            "cloned bytes",
            Unit::Bytes,
            says.clone_bytes,
            is.clone_bytes,
        ),
    ];
    for (name, unit, says, is) in rows {
        if says != is {
            let (says, is) = pair(unit, says, is);
            let message = format!("total {name}: the plan says {says}, the sum is {is}");
            found.add(ViolationKind::Totals, &[], message);
        }
    }
}
