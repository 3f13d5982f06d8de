//! Capabilities of the program's own that instances use up: one more resource for each.

use std::collections::BTreeSet;

use num_rational::BigRational;
use vn_analysis::{Choice, Composition, Resources, SlotIx};
use vn_problem::Problem;

use super::round;

/// What they are counted in: thousandths, so that half a licence is an amount too.
const PARTS: u64 = 1_000;

/// The names of those that some option claims.
fn names(composition: &Composition) -> Vec<String> {
    let options = composition.slots.iter().flat_map(|slot| &slot.options);
    let claimed = options.flat_map(|choice| &choice.claims.more);
    let claimed = claimed.filter(|(_, amount)| **amount > BigRational::default());
    let names: BTreeSet<&String> = claimed.map(|(name, _)| name).collect();
    names.into_iter().cloned().collect()
}

/// What an instance claims of one.
pub fn claim(claims: &Resources, name: &str) -> u64 {
    let amount = claims.more.get(name);
    amount.map_or(0, |amount| round::up_by(amount, PARTS))
}

/// What a device offers of one.
pub fn capacity(offered: &Resources, name: &str) -> u64 {
    let amount = offered.more.get(name);
    amount.map_or(0, |amount| round::down_by(amount, PARTS))
}

/// Adds one resource for each; says what they are called.
pub fn add(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    problem: &mut Problem,
) -> Vec<String> {
    let names = names(composition);
    problem.resources += names.len();
    for (row, device) in problem.devices.iter_mut().zip(&composition.devices) {
        let own = names.iter().map(|name| capacity(&device.claimable, name));
        row.capacity.extend(own);
    }
    for (row, &(slot, option)) in problem.candidates.iter_mut().zip(choices) {
        let slot = composition.slots.get(slot.0 as usize);
        let choice: Option<&Choice> = slot.and_then(|slot| slot.options.get(option));
        let own = names
            .iter()
            .map(|name| choice.map_or(0, |choice| claim(&choice.claims, name)));
        row.claim.extend(own);
    }
    names
}
