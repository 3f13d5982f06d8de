//! Who can be asked: every pair of a consumer's device and a server's option that a connection, the
//! need's own words and the server's custody admit.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::composition::{Choice, DeviceIx, Relation, Route, Slot};
use crate::conditions::Condition;
use crate::declared::NeedClause;
use crate::embedding;
use crate::fleet::Fleet;
use crate::needs::Ground;
use crate::tiers::Tiers;

/// One side and the other of a need.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// Who needs.
    pub consumer: &'a Slot,
    /// Only these of its variants.
    pub variants: Option<&'a [u32]>,
    /// What is needed.
    pub server: &'a Slot,
    /// The worst variant that is good enough.
    pub at_least: Option<u32>,
}

impl Ends<'_> {
    /// The devices from which the consumer can ask, in order.
    pub fn asking(&self) -> BTreeSet<DeviceIx> {
        asking(self.consumer, self.variants)
    }

    /// Whether an option of the server may answer, wherever the question comes from.
    pub fn serves(&self, choice: &Choice, write: bool) -> bool {
        let good = self.at_least.is_none_or(|worst| choice.variant <= worst);
        good && (!write || takes_writes(self.server, choice))
    }
}

/// The devices from which a component can ask, in order.
pub fn asking(slot: &Slot, variants: Option<&[u32]>) -> BTreeSet<DeviceIx> {
    let fits = |choice: &&Choice| variants.is_none_or(|only| only.contains(&choice.variant));
    slot.options
        .iter()
        .filter(fits)
        .map(|choice| choice.device)
        .collect()
}

/// Whether an instance can be handed writes: it holds the truth, votes or may come to hold the
/// truth, or passes on what it gets.
fn takes_writes(slot: &Slot, choice: &Choice) -> bool {
    let standby = slot
        .standby
        .as_ref()
        .is_some_and(|standby| standby.devices.contains(&choice.device));
    choice.truth || standby || slot.relay || slot.buffer.is_some()
}

/// All routes of a need, by (from, to).
pub fn routes(
    ends: &Ends<'_>,
    clause: &NeedClause,
    (tiers, condition): (&Tiers, &Condition<'_>),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Route> {
    let fleet = ground.network.fleet;
    let healing = if tiers.is_empty() {
        ground.healing
    } else {
        tiers
    };
    let mut routes = Vec::new();
    for from in ends.asking() {
        for (at, choice) in (0..).zip(&ends.server.options) {
            if !ends.serves(choice, clause.write) {
                continue;
            }
            let embedded = embedding::is_embedded(choice);
            for relation in fleet.relations(from, choice.device) {
                if embedded && !embedding::holds(ends.consumer, from) {
                    continue;
                }
                let open = ground
                    .network
                    .connect(from, choice, relation, clause.insecure)
                    .is_ok();
                if open && condition.accepts(from, choice, relation, faults) {
                    routes.push(Route {
                        from,
                        to: at,
                        relation,
                        tier: tiers.tier(choice.device, relation),
                        fallback_tier: healing.tier(choice.device, relation),
                    });
                }
            }
        }
    }
    routes
}

/// How many devices of a row stand so to one device of another.
pub fn machines(from: DeviceIx, to: DeviceIx, relation: Relation, fleet: &Fleet) -> u64 {
    let (Some(one), Some(other)) = (fleet.device(from), fleet.device(to)) else {
        return 0;
    };
    let here = u64::from(one.site_ix == other.site_ix);
    match relation {
        Relation::Same => 1,
        Relation::Beside => other.numbers.count().saturating_sub(u64::from(from == to)),
        Relation::Apart => other.numbers.count() * other.sites.count().saturating_sub(here),
    }
}
