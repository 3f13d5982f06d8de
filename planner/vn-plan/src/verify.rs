//! Holds the plan against its own requirements, without a solver and without the program.

mod alike;
mod bonds;
mod boot;
pub mod capacity;
mod clones;
mod identity;
mod lists;
mod loads;
mod moves;
mod needs;
mod objective;
mod own;
mod requirements;
mod rtt;
mod shape;
mod slack;
mod sockets;
mod starts;
mod survival;
mod totals;
mod traffic;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failover::Scenario;
use crate::network::Network;
use crate::violation::{Findings, Violation, ViolationKind};
use crate::{Event, Plan};

/// What a plan that holds has to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Distinct failures that were replayed.
    pub failures_replayed: u64,
    /// The tightest capacity when nothing has failed; absent when nothing is limited.
    pub smallest_slack: Option<Slack>,
}

/// How much room is left.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// In millionths of the capacity.
    pub ppm: u64,
    /// Of what (`nuc memory`, `graph@nuc throughput`).
    pub of: String,
}

/// Checks everything that can be known from the plan alone.
///
/// Facts (round trips, capacities, service times) are taken as written, where they do not contradict
/// each other; decisions, sums and the objective are checked in full. That no better plan exists is
/// the engine's claim and not checked.
///
/// # Errors
/// All that does not hold. Where ids do not resolve, only that is reported: everything else would
/// speak of a plan with holes.
pub fn verify(plan: &Plan) -> Result<Verified, Vec<Violation>> {
    let mut found = Findings::default();
    identity::check(plan, &mut found);
    if found.has(ViolationKind::Id) || found.has(ViolationKind::Reference) {
        return Err(found.0);
    }
    let network = Network::new(plan);
    let nothing = Event::none();
    let calm = Scenario::new(&network, &nothing);
    shape::check(&network, &mut found);
    alike::check(&network, &mut found);
    sockets::check(plan, &mut found);
    capacity::check(&network, &calm, &mut found);
    capacity::connections(&calm, &mut found);
    traffic::check(&network, &calm, &mut found);
    loads::check(&calm, &mut found);
    starts::check(plan, &mut found);
    lists::check(&network, &mut found);
    rtt::check(&network, &mut found);
    needs::check(&network, &mut found);
    requirements::check(&network, &mut found);
    totals::check(&network, &mut found);
    clones::check(&network, &mut found);
    moves::check(plan, &mut found);
    objective::check(&network, &calm, &mut found);
    let failures_replayed = survival::check(&network, &mut found);
    if !found.0.is_empty() {
        return Err(found.0);
    }
    Ok(Verified {
        failures_replayed,
        smallest_slack: slack::smallest(&network, &calm),
    })
}
