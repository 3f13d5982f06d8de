//! `boot_time` and `clone_bytes(D)`: what is fetched when everything starts at once.

use num_rational::BigRational;
use num_traits::{Signed as _, ToPrimitive as _};
use vn_analysis::{Choice, CloneMode, Comparison, DeviceIx, Measure, SlotIx, SlotRole, WishKind};
use vn_problem::{Arrival, Arrivals, CandidateId, RequirementKind};

use super::bonds::Options;
use super::{round, routes};

/// Microseconds of a second.
const MICROS: u64 = 1_000_000;

/// A bound on the time until every device has its eager bytes, or on the eager bytes that leave some;
/// nothing of any other wish, and where bytes would come over a path of which no bandwidth is stated.
pub fn bound(wish: &WishKind, options: Options<'_>) -> Option<RequirementKind> {
    let WishKind::Bound {
        terms,
        comparison,
        bound,
        ..
    } = wish
    else {
        return None;
    };
    let [(weight, measure)] = terms.as_slice() else {
        return None;
    };
    let strictly = match comparison {
        Comparison::Le => false,
        Comparison::Lt => true,
        Comparison::Ge | Comparison::Gt | Comparison::Eq | Comparison::Ne => return None,
    };
    if !weight.is_positive() {
        return None;
    }
    let (what, per, each_device) = match measure {
        Measure::BootTime => (What::Time, MICROS, true),
        Measure::ClonedFrom(devices) => (What::From(devices), 1, false),
        Measure::Total(_) | Measure::Utilisation(_) | Measure::Count(..) => return None,
    };
    let most = bound / weight * BigRational::from_integer(per.into());
    let most = if strictly {
        most.ceil() - BigRational::from_integer(1.into())
    } else {
        most.floor()
    };
    Some(RequirementKind::Arrivals(Arrivals {
        pairs: pairs(options, what)?,
        each_device,
        at_most: most.to_integer().to_u64()?,
    }))
}

/// What is added up.
#[derive(Clone, Copy)]
enum What<'a> {
    /// Microseconds until the bytes are there.
    Time,
    /// Bytes that leave one of these devices.
    From(&'a [DeviceIx]),
}

/// What each instance adds, by whom the others of its service start from.
fn pairs(options: Options<'_>, what: What<'_>) -> Option<Vec<Arrival>> {
    let composition = options.composition;
    let services = options.slots().filter(|slot| {
        let row = composition.slots.get(slot.0 as usize);
        row.is_some_and(|row| row.role == SlotRole::Service)
    });
    let mut pairs = Vec::new();
    for slot in services {
        let fetching = eager(options, slot).filter(|(_, choice)| choice.dataset.is_positive());
        for (to, choice) in fetching {
            for (from, other) in eager(options, slot).filter(|(from, _)| *from != to) {
                let bytes = &choice.dataset;
                let amount = match what {
                    What::Time => {
                        let (at, here) = (other.device, choice.device);
                        if routes::path(composition, at, here).is_none() {
                            continue;
                        }
                        round::duration(&routes::transfer(composition, bytes, at, here)?).0
                    }
                    What::From(devices) if devices.contains(&other.device) => round::up(bytes),
                    What::From(_) => 0,
                };
                pairs.push(Arrival { to, from, amount });
            }
        }
    }
    Some(pairs)
}

/// Whoever has its bytes at boot, as it is or because it holds the truth.
fn eager(options: Options<'_>, slot: SlotIx) -> impl Iterator<Item = (CandidateId, &Choice)> {
    options
        .of(slot)
        .filter(|(_, choice)| choice.clone == CloneMode::Eager || choice.truth)
}
