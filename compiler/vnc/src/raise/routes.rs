//! Whom each consumer instance asks, first to last.

use vn_plan::{Entry, Route, RouteLoad, Standing};
use vn_problem::{Budget, CandidateId, Head, Need, NeedLoad, fallback_list};

use super::Raise;

/// One route per need of every open consumer instance.
pub fn routes(from: &Raise<'_>) -> Vec<Route> {
    from.solution
        .heads
        .iter()
        .filter_map(|head| route(from, head))
        .collect()
}

fn route(from: &Raise<'_>, head: &Head) -> Option<Route> {
    let need = from.lowered.problem.needs.get(head.need.index())?;
    let entries = fallback_list(
        &from.lowered.problem,
        from.solution,
        head.need,
        head.consumer,
    );
    Some(Route {
        consumer: from.instance_id(head.consumer),
        service: from.slot(need.server)?.name.clone(),
        load: match need.load {
            NeedLoad::Fanout(factor) => RouteLoad::Fanout {
                num: factor.num,
                den: factor.den,
            },
            NeedLoad::Rate(load) => RouteLoad::RateUreqs(load.0),
        },
        within_us: need.within.map(|bound| bound.0),
        degraded_us: need.degraded.map(|bound| bound.0),
        optional: need.optional,
        write: need.write,
        deferred: from.is_deferred(head.need),
        copies: need.copies,
        payload_bytes: need.payload,
        tiers: need.tiers,
        entries: entries
            .iter()
            .map(|e| entry(from, need, head.consumer, e))
            .collect(),
        unreachable: unreachable(from, need, head.consumer, &entries),
    })
}

/// Open instances of the service that the consumer has no route to, in declared order.
fn unreachable(
    from: &Raise<'_>,
    need: &Need,
    consumer: CandidateId,
    entries: &[vn_problem::Entry],
) -> Vec<String> {
    let device = from.candidate(consumer).map(|candidate| candidate.device);
    let serves = |id: &CandidateId| {
        from.candidate(*id)
            .is_some_and(|candidate| candidate.component == need.server)
    };
    let reached = |id: CandidateId| {
        let listed = entries.iter().any(|entry| entry.server == id);
        let route = device.and_then(|device| need.route(device, id));
        // Of those with a route only who takes no writes is left out.
        listed || (route.is_some() && (!need.write || entries.is_empty()))
    };
    let open = from.open().filter(serves).filter(|&id| !reached(id));
    open.map(|id| from.instance_id(id)).collect()
}

fn entry(from: &Raise<'_>, need: &Need, consumer: CandidateId, entry: &vn_problem::Entry) -> Entry {
    let device = from.candidate(consumer).map(|candidate| candidate.device);
    let route = device.and_then(|device| need.route(device, entry.server));
    let way = route.and_then(|route| from.lowered.problem.way(route));
    Entry {
        instance: from.instance_id(entry.server),
        rtt_us: entry.rtt.0,
        tier: route.map_or(0, |route| route.tier),
        fallback_tier: route.map_or(0, |route| route.fallback_tier),
        standing: match entry.budget {
            Budget::In => Standing::Within,
            Budget::Degraded => Standing::Degraded,
            Budget::Over => Standing::Over,
        },
        over: way.map_or_else(Vec::new, |way| super::traffic::names(from, way)),
        price_pico_per_month: way.map_or(0, |way| way.price),
    }
}
