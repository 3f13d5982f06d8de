//! The quality order of a component's variants before anybody decides.

use crate::blueprint::Variant;
use crate::composition::Preference;

/// Names of variants that say for which tier of hardware they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Low,
    Unnamed,
    High,
}

fn tier(name: &str) -> Tier {
    match name {
        "low_end" | "low_resource" => Tier::Low,
        "high_end" | "high_resource" => Tier::High,
        _ => Tier::Unnamed,
    }
}

/// Positions of the variants, best first: as declared, but for the names that are reserved. The
/// high tier comes first under `high_performance`, the low tier otherwise; `custom` changes what
/// the user states, and what they leave open is as under `low_resource`.
pub fn order(variants: &[Variant<'_>], preference: Preference) -> Vec<usize> {
    let mut order: Vec<usize> = (0..variants.len()).collect();
    let of = |at: &usize| {
        variants
            .get(*at)
            .map_or(Tier::Unnamed, |one| tier(&one.name))
    };
    if preference.is_generous() {
        order.sort_by_key(|at| std::cmp::Reverse(of(at)));
    } else {
        order.sort_by_key(of);
    }
    order
}
