//! Needs with their routes, and the budgets that no route can meet.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Choice, DeviceIx, Need, Path, Relation, Route, Slot, SlotIx, SlotRole};
use crate::connection::Network;
use crate::declared::{Expr, Field, Fields, NeedClause, unsupported};
use crate::dimensions;
use crate::edges::Edge;
use crate::embedding;
use crate::placement::Allowed;
use crate::quantity::{BigRational, Dimension, whole};
use crate::scope::Scope;
use crate::show;
use crate::spelling;
use crate::tiers::Tiers;
use crate::typed::{self, Typed};
use crate::types::Enums;

/// What needs are made against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices and paths.
    pub network: Network<'a>,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
    /// `heal.order`.
    pub healing: &'a Tiers,
}

/// Makes a need between two slots.
pub fn need(
    edge: &Edge<'_>,
    (consumer, from): (SlotIx, &Slot),
    (server, to): (SlotIx, &Slot),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Need {
    let clause = edge.clause;
    let tiers = Tiers::of(&clause.tiers, ground.network.fleet, ground.enums, faults);
    let typed = Typed {
        fields: &clause.body.fields,
        scope: ground.scope,
    };
    typed::only(typed.fields, &["rate", "fanout", "payload"], "need", faults);
    if let Some(payload) = typed.field("payload") {
        faults.push(unsupported(payload.span, "payload"));
    }
    let within = bound("within", clause.within.as_ref(), ground.scope, faults);
    let degraded = bound("degraded", clause.degraded.as_ref(), ground.scope, faults);
    faults.extend(upside_down(clause, within.as_ref(), degraded.as_ref()));
    let named = |name: &str| from.variants.iter().position(|variant| variant == name);
    let variant = edge
        .variant
        .and_then(named)
        .and_then(|at| u32::try_from(at).ok());
    Need {
        consumer,
        variants: edge.variant.map(|_| variant.into_iter().collect()),
        server,
        within,
        degraded,
        fanout: typed
            .amount("fanout", &dimensions::pure(), faults)
            .unwrap_or_else(|| whole(1)),
        rate: typed.amount("rate", &dimensions::throughput(), faults),
        copies: 1,
        at_least: None,
        write: false,
        balanced: false,
        deferred: false,
        payload: None,
        optional: clause.optional,
        routes: routes((from, &asking(from, variant)), to, clause, &tiers, ground),
        tiers: tiers.names(),
        span: clause.span,
    }
}

/// What is allowed after a failure cannot be less than what is allowed before it.
fn upside_down(
    clause: &NeedClause,
    within: Option<&BigRational>,
    degraded: Option<&BigRational>,
) -> Option<Diagnostic> {
    let (within, degraded) = within.zip(degraded)?;
    if degraded >= within {
        return None;
    }
    let (first, second) = (clause.within.as_ref()?, clause.degraded.as_ref()?);
    let message = format!(
        "`degraded {second}` is less than `within {first}`: a failure makes nothing faster"
    );
    let fault = Diagnostic::error(codes::OUT_OF_RANGE, second.span, message);
    Some(
        fault
            .label(first.span, "without a failure")
            .help("write the longer time after `degraded`"),
    )
}

fn bound(
    name: &str,
    written: Option<&Expr>,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<BigRational> {
    let value = written?.clone();
    let field = Field {
        name: name.to_owned(),
        span: value.span,
        value,
    };
    let fields = Fields(vec![field]);
    Typed {
        fields: &fields,
        scope,
    }
    .amount(name, &time(), faults)
}

fn time() -> Dimension {
    dimensions::time()
}

/// The devices from which a component can ask, in order.
fn asking(slot: &Slot, variant: Option<u32>) -> Vec<DeviceIx> {
    let fits = |choice: &&Choice| variant.is_none_or(|variant| choice.variant == variant);
    let mut devices: Vec<DeviceIx> = slot.options.iter().filter(fits).map(|c| c.device).collect();
    devices.dedup();
    devices
}

fn routes(
    (consumer, asking): (&Slot, &[DeviceIx]),
    to: &Slot,
    clause: &NeedClause,
    tiers: &Tiers,
    ground: &Ground<'_>,
) -> Vec<Route> {
    let fleet = ground.network.fleet;
    let mut routes = Vec::new();
    for from in asking.iter().copied() {
        for (at, choice) in (0..).zip(&to.options) {
            if embedding::is_embedded(choice) && !embedding::holds(consumer, from) {
                continue;
            }
            for relation in fleet.relations(from, choice.device) {
                let route = (from, at, relation);
                routes.extend(possible(route, choice, clause, tiers, ground));
            }
        }
    }
    routes
}

fn possible(
    (from, to, relation): (DeviceIx, u32, Relation),
    choice: &Choice,
    clause: &NeedClause,
    tiers: &Tiers,
    ground: &Ground<'_>,
) -> Option<Route> {
    let network = &ground.network;
    let connected = network.connect(from, choice, relation, clause.insecure);
    let healing = if tiers.is_empty() {
        ground.healing
    } else {
        tiers
    };
    connected.is_ok().then(|| Route {
        from,
        to,
        relation,
        tier: tiers.tier(choice.device, relation),
        fallback_tier: healing.tier(choice.device, relation),
    })
}

/// A need with both its slots.
#[derive(Clone, Copy, Debug)]
pub struct Linked<'a> {
    /// The need.
    pub need: &'a Need,
    /// Its clause.
    pub clause: &'a NeedClause,
    /// Who needs.
    pub consumer: &'a Slot,
    /// What is needed.
    pub server: &'a Slot,
    /// What restricts the server.
    pub pins: &'a Allowed,
}

/// Reports a need that cannot be met whatever is chosen: a client's on any of its devices, a
/// service's on all that suit it.
pub fn check(linked: &Linked<'_>, network: &Network<'_>, faults: &mut Vec<Diagnostic>) {
    let Linked {
        need,
        consumer,
        server,
        ..
    } = linked;
    if need.optional || server.options.is_empty() {
        return;
    }
    let variant = need
        .variants
        .as_ref()
        .and_then(|variants| variants.first().copied());
    let asking = asking(consumer, variant);
    let unserved: Vec<DeviceIx> = asking
        .iter()
        .copied()
        .filter(|from| best(linked, *from, network).is_none())
        .collect();
    let late: Vec<DeviceIx> = asking
        .iter()
        .copied()
        .filter(|from| is_late(linked, *from, network))
        .collect();
    let enough = |bad: usize| match consumer.role {
        SlotRole::Client => bad > 0 && need.variants.is_none(),
        SlotRole::Service => bad > 0 && bad == asking.len() && need.variants.is_none(),
    };
    if enough(unserved.len()) {
        faults.extend(unreachable(linked, &unserved, network));
    } else if enough(late.len()) {
        faults.extend(too_late(linked, &late, network));
    }
}

/// The fastest answer to a device: its time, path and option.
fn best<'a>(
    linked: &Linked<'a>,
    from: DeviceIx,
    network: &Network<'a>,
) -> Option<(BigRational, &'a Path, &'a Choice)> {
    let routes = linked.need.routes.iter().filter(|route| route.from == from);
    let timed = routes.filter_map(|route| {
        let choice = linked.server.options.get(route.to as usize)?;
        let path = network.path(from, choice.device, route.relation)?;
        Some((&path.rtt + &choice.service_time, path, choice))
    });
    timed.min_by(|a, b| a.0.cmp(&b.0))
}

fn is_late(linked: &Linked<'_>, from: DeviceIx, network: &Network<'_>) -> bool {
    let within = linked.need.within.as_ref();
    let fastest = best(linked, from, network);
    within
        .zip(fastest)
        .is_some_and(|(within, (time, ..))| time > *within)
}

fn unreachable(
    linked: &Linked<'_>,
    devices: &[DeviceIx],
    network: &Network<'_>,
) -> Option<Diagnostic> {
    let names = (
        linked.consumer.name.as_str(),
        linked.server.name.as_str(),
        linked.need.span,
    );
    let options = &linked.server.options;
    let first = *devices.first()?;
    let fault = network.refusal(names, first, options, linked.clause.insecure)?;
    Some(with_others(fault, devices, network))
}

fn with_others(fault: Diagnostic, devices: &[DeviceIx], network: &Network<'_>) -> Diagnostic {
    let rest: Vec<String> = devices
        .iter()
        .skip(1)
        .map(|ix| format!("`{}`", network.fleet.id(*ix)))
        .collect();
    if rest.is_empty() {
        return fault;
    }
    fault.fact(format!("the same holds for {}", spelling::folded(&rest, 3)))
}

fn too_late(
    linked: &Linked<'_>,
    devices: &[DeviceIx],
    network: &Network<'_>,
) -> Option<Diagnostic> {
    let first = *devices.first()?;
    let (time, path, choice) = best(linked, first, network)?;
    let rtt = &path.rtt;
    let (consumer, server) = (&linked.consumer.name, &linked.server.name);
    let within = show::time(linked.need.within.as_ref()?);
    let there = network.fleet.id(choice.device);
    let pins = linked.pins.pins();
    let nearest = if pins.is_empty() {
        "the nearest is on"
    } else {
        "it is pinned to"
    };
    let message = format!(
        "budget impossible: `{consumer} needs {server} within {within}`, but {nearest} `{there}`: \
         rtt {} + service {}",
        show::time(rtt),
        show::time(&choice.service_time),
    );
    let here = format!("`{}` waits {}", network.fleet.id(first), show::time(&time));
    let mut fault =
        Diagnostic::error(codes::BUDGET_IMPOSSIBLE, linked.need.span, message).here(here);
    for pin in pins {
        fault = fault.label(pin, format!("keeps `{server}` there"));
    }
    for link in &path.links {
        fault = fault.label(*link, format!("rtt {}", show::time(rtt)));
    }
    let least = show::time(&((time * whole(1000)).ceil() / whole(1000)));
    Some(with_others(
        fault.help(format!("allow at least `within {least}`")),
        devices,
        network,
    ))
}
