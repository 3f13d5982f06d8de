//! What must be open somewhere because whoever asks it must be: wherever a consumer runs that serves a client,
//! what it needs is in time from one of the places where that could be.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, ComponentId, DeviceId, NeedId, Role};

use super::{Ground, asked};
use crate::table::Table;

/// Sets of candidates of which one is open.
type Sets = BTreeSet<Vec<CandidateId>>;

/// More sets of a component are not passed on: each is the union of many.
const MOST: usize = 4_096;

/// For each component what the needs of services ask for.
pub fn musts(ground: &Ground<'_>) -> Table<ComponentId, Sets> {
    let problem = ground.problem;
    let mut found = Table::filled(problem.components.len(), Sets::new());
    for &component in &ground.order {
        if problem[component].role == Role::Client {
            continue;
        }
        let mut own: Sets = found[component].clone();
        for (need, device, _) in asked(ground, component) {
            own.insert(reach(ground, need, device));
        }
        for &need in &ground.asks[component] {
            let edge = &problem[need];
            if edge.optional {
                continue;
            }
            let mut reached = BTreeMap::new();
            let all = own.iter().take(MOST);
            let sets = all.filter_map(|any| behind(ground, need, any, &mut reached));
            let sets: Vec<Vec<CandidateId>> = sets.collect();
            found[edge.server].extend(sets);
        }
    }
    found
}

/// Whom a need can ask from a device.
fn reach(ground: &Ground<'_>, need: NeedId, device: DeviceId) -> Vec<CandidateId> {
    let routes = ground.choices(&ground.problem[need], device);
    routes.map(|route| route.to).collect()
}

/// Whom a need can ask from any of some places; `None` if not every variant there has it.
fn behind(
    ground: &Ground<'_>,
    need: NeedId,
    any: &[CandidateId],
    reached: &mut BTreeMap<DeviceId, Vec<CandidateId>>,
) -> Option<Vec<CandidateId>> {
    let edge = &ground.problem[need];
    let mut union = BTreeSet::new();
    let mut last = None;
    for &id in any {
        let row = &ground.problem[id];
        if !edge.applies(row.variant) {
            return None;
        }
        if last.replace(row.device) != Some(row.device) {
            let here = reached.entry(row.device);
            union.extend(
                here.or_insert_with(|| reach(ground, need, row.device))
                    .iter(),
            );
        }
    }
    Some(union.into_iter().collect())
}
