//! What ran before, in the words of the plan, and the steps from there.

use vn_analysis::{Slot, SlotRole};
use vn_plan::{Before, Former, FormerRoute, Moves, Plan, Role, arrange};
use vn_problem::{Candidate, CandidateId, ComponentId, DeviceId, Need};

use super::{Raise, instances};

/// The moves; nothing where it is not known what ran before.
pub fn moves(from: &Raise<'_>, plan: &Plan) -> Option<Moves> {
    let earlier = from.lowered.problem.earlier.as_ref()?;
    let kept = from.open().filter(|id| {
        let service = from
            .choice(*id)
            .is_some_and(|(slot, _)| slot.role == SlotRole::Service);
        service && earlier.kept.binary_search(id).is_ok()
    });
    let kept: Vec<String> = kept.map(|id| from.instance_id(id)).collect();
    let before = match from.replan.earlier.as_deref() {
        Some(old) => Before::of_plan(old, plan, kept),
        None => of_program(from, plan, kept),
    };
    let cost = |component: &str| {
        let slots = from.composition.slots.iter();
        let slot = slots
            .zip(&earlier.move_cost)
            .find(|(slot, _)| slot.name == component);
        slot.map_or(0, |(_, cost)| *cost)
    };
    Some(arrange(plan, before, from.replan.max_moves, &cost))
}

/// Something that runs as the program says.
struct Ran {
    /// Its id.
    name: String,
    component: ComponentId,
    /// What could run just so: nothing where the program no longer admits it there.
    id: Option<CandidateId>,
    former: Former,
}

/// What the program says: `currently on`. Where it names no variant, the one of the plan is taken to run
/// there, else the largest that could; whom an instance could ask is what the program's paths allow, and
/// what no longer may run where it does is taken to serve everybody who needs it.
fn of_program(from: &Raise<'_>, plan: &Plan, kept: Vec<String>) -> Before {
    let mut ran: Vec<Ran> = Vec::new();
    for (slot, at) in from.composition.slots.iter().zip(0..) {
        for &(device, variant) in &slot.currently {
            let one = running(from, (slot, ComponentId(at)), (DeviceId(device.0), variant));
            ran.extend(one.filter(|one| ran.iter().all(|other| other.name != one.name)));
        }
    }
    let gone = ran.iter().filter(|one| !kept.contains(&one.name));
    Before {
        plan: None,
        gone: gone.map(|one| one.former.clone()).collect(),
        routes: routes_of_program(from, plan, &ran),
        kept,
    }
}

fn running(
    from: &Raise<'_>,
    (slot, component): (&Slot, ComponentId),
    (device, variant): (DeviceId, Option<u32>),
) -> Option<Ran> {
    let options = from.lowered.problem.candidates_of(component);
    let fits = |row: &Candidate| variant.is_none_or(|one| one == row.variant);
    let options: Vec<(CandidateId, &Candidate)> = options.filter(|(_, row)| fits(row)).collect();
    let here = || {
        options
            .iter()
            .filter(|(_, row)| (row.device, row.copy) == (device, 0))
    };
    let size = |(_, row): &&(CandidateId, &Candidate)| (row.footprint, row.claim.clone());
    let open = here().find(|(id, _)| from.solution.open.contains(id));
    let id = open.or_else(|| here().max_by_key(size)).map(|(id, _)| *id);
    let like = id.or_else(|| options.iter().max_by_key(size).map(|(id, _)| *id))?;
    let name = format!("{}@{}", slot.name, from.device_id(device));
    let named = variant.and_then(|one| slot.variants.get(one as usize));
    let former = Former {
        id: name.clone(),
        device: from.device_id(device),
        variant: named.cloned(),
        ..Former::of(&instances::of_candidate(from, like)?)
    };
    Some(Ran {
        name,
        component,
        id,
        former,
    })
}

/// Clients and whatever ran ask whatever ran, where a path allows it in time.
fn routes_of_program(from: &Raise<'_>, plan: &Plan, ran: &[Ran]) -> Vec<FormerRoute> {
    let problem = &from.lowered.problem;
    let client = |id: &CandidateId| {
        let name = from.instance_id(*id);
        let mut clients = plan.instances.iter();
        clients.any(|one| one.id == name && one.role == Role::Client)
    };
    let clients = from.open().filter(client);
    let consumers = clients.chain(ran.iter().filter_map(|one| one.id));
    let mut routes = Vec::new();
    for id in consumers {
        let Some(row) = from.candidate(id) else {
            continue;
        };
        let asks = |need: &&Need| need.consumer == row.component && need.applies(row.variant);
        for need in problem.needs.iter().filter(asks) {
            let most = need.degraded.max(need.within);
            let in_time = |to: CandidateId| {
                let route = need.route(row.device, to);
                route.is_some_and(|route| most.is_none_or(|most| problem.time(route) <= most))
            };
            let serves = |one: &&Ran| one.component == need.server && one.id.is_none_or(in_time);
            let entries = ran.iter().filter(serves).map(|one| one.name.clone());
            let service = from.slot(need.server);
            routes.extend(service.map(|service| FormerRoute {
                consumer: from.instance_id(id),
                service: service.name.clone(),
                optional: need.optional,
                entries: entries.collect(),
            }));
        }
    }
    routes
}
