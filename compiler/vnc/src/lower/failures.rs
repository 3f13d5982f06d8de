//! The named failures of a `survive`, case by case.

use std::collections::BTreeSet;

use vn_analysis::{Composition, DeviceIx, Domain, Failure, SlotRole};

/// Devices lost, case by case; a device that hosts no service is left out: losing it only takes load
/// away.
pub fn cases(composition: &Composition, failure: &Failure) -> Vec<Vec<DeviceIx>> {
    match failure {
        Failure::Lost(devices) => vec![devices.clone()],
        Failure::Any {
            count: 1,
            of: Domain::Device,
            per: None,
        } => hosts(composition).into_iter().map(|d| vec![d]).collect(),
        // INVARIANT: `beyond` has refused these.
        Failure::Any { .. } | Failure::Partition(..) => Vec::new(),
    }
}

fn hosts(composition: &Composition) -> BTreeSet<DeviceIx> {
    let services = composition.slots.iter();
    let services = services.filter(|slot| slot.role == SlotRole::Service);
    services
        .flat_map(|slot| slot.options.iter().map(|choice| choice.device))
        .collect()
}
