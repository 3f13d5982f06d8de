//! Recorded loads are those that the lists cause.

use crate::failover::Scenario;
use crate::figure::{Unit, pair};
use crate::violation::{Findings, ViolationKind};

pub fn check(calm: &Scenario, found: &mut Findings) {
    if !calm.loads.circle.is_empty() {
        let ids = calm.loads.circle.join("`, `");
        let message = format!("requests go in a circle through or before `{ids}`");
        found.add(ViolationKind::Circle, &calm.loads.circle, message);
        return;
    }
    for one in calm.alive() {
        let load = calm.load(&one.id);
        if one.load_ureqs != load {
            let (says, is) = pair(Unit::MicroRequests, one.load_ureqs, load);
            let message = format!(
                "`{}` is said to be asked {says}, the lists cause {is}",
                one.id
            );
            found.add(ViolationKind::Load, &[&one.id], message);
        }
    }
}
