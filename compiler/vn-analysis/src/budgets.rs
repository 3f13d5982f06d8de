//! Needs that cannot be met whatever is chosen: nobody there to ask, no way, or none fast enough.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Choice, DeviceIx, Need, Path, Relation, Slot, SlotRole};
use crate::conditions::Condition;
use crate::connection::Network;
use crate::declared::NeedClause;
use crate::exact;
use crate::placement::Allowed;
use crate::quantity::{BigRational, whole};
use crate::routes::{self, Ends};
use crate::show;
use crate::spelling;

/// A need with both its slots.
#[derive(Clone, Copy, Debug)]
pub struct Linked<'a> {
    /// The need.
    pub need: &'a Need,
    /// Its clause.
    pub clause: &'a NeedClause,
    /// Its condition.
    pub condition: Condition<'a>,
    /// Who needs.
    pub consumer: &'a Slot,
    /// What is needed.
    pub server: &'a Slot,
    /// What restricts the server.
    pub pins: &'a Allowed,
}

/// An answer: its time, of which round trip, by whom, over what.
struct Answer<'a> {
    time: BigRational,
    rtt: BigRational,
    choice: &'a Choice,
    path: &'a Path,
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
    if need.write && server.truth.is_none() && server.quorum.is_none() {
        faults.push(nobody_writes(linked));
        return;
    }
    if need.optional || server.options.is_empty() {
        return;
    }
    if let Some(fault) = nobody(linked) {
        faults.push(fault);
        return;
    }
    if need.variants.is_some() {
        return;
    }
    let asking = routes::asking(consumer, None);
    let those = |holds: &dyn Fn(DeviceIx) -> bool| -> Vec<DeviceIx> {
        let found: Vec<DeviceIx> = asking.iter().copied().filter(|from| holds(*from)).collect();
        let enough = match consumer.role {
            SlotRole::Client => !found.is_empty(),
            SlotRole::Service => !found.is_empty() && found.len() == asking.len(),
        };
        if enough { found } else { Vec::new() }
    };
    let unserved = those(&|from| best(linked, from, network).is_none());
    if !unserved.is_empty() {
        faults.extend(unreachable(linked, &unserved, network));
        return;
    }
    let few = those(&|from| reached(linked, from, network) < need.copies);
    if !few.is_empty() {
        faults.extend(too_few(linked, &few, network));
        return;
    }
    let late = those(&|from| is_late(linked, from, network));
    faults.extend(too_late(linked, &late, network));
}

fn nobody_writes(linked: &Linked<'_>) -> Diagnostic {
    let (consumer, server) = (&linked.consumer.name, &linked.server.name);
    let message =
        format!("`{consumer}` writes to `{server}`, which has neither `truth on` nor `quorum`");
    let fault = Diagnostic::error(codes::NOBODY_WRITES, linked.need.span, message);
    fault
        .label(linked.server.span, "nothing here says who takes writes")
        .help(format!(
            "write `truth on DEVICE` in `{server}`, or leave `write` out"
        ))
}

/// Options there are, but none that this need could use from anywhere.
fn nobody(linked: &Linked<'_>) -> Option<Diagnostic> {
    let Linked { need, server, .. } = linked;
    for word in linked.condition.provided() {
        let has = |choice: &Choice| linked.condition.provision.has(choice.variant, &word);
        if !server.options.iter().any(has) {
            return Some(not_provided(linked, &word));
        }
    }
    let worst = need.at_least?;
    if server.options.iter().any(|choice| choice.variant <= worst) {
        return None;
    }
    let name = server
        .variants
        .get(worst as usize)
        .map_or("", String::as_str);
    let message = format!("no device can run `{}` as `{name}` or better", server.name);
    let fault = Diagnostic::error(codes::NOWHERE, need.span, message);
    let runs: BTreeSet<u32> = server.options.iter().map(|choice| choice.variant).collect();
    let runs = runs
        .iter()
        .filter_map(|at| server.variants.get(*at as usize));
    let runs: Vec<String> = runs.map(|name| format!("`{name}`")).collect();
    Some(fault.label(
        server.span,
        format!("it can run as {}", spelling::folded(&runs, 3)),
    ))
}

fn not_provided(linked: &Linked<'_>, word: &str) -> Diagnostic {
    let Linked {
        server, consumer, ..
    } = linked;
    let used: BTreeSet<u32> = server.options.iter().map(|choice| choice.variant).collect();
    let named = |at: &u32| server.variants.get(*at as usize);
    let who = match used.first().and_then(named).filter(|_| used.len() == 1) {
        Some(variant) if variant != "default" => variant,
        _ => &server.name,
    };
    let message = format!(
        "`{who}` does not provide `{word}`, which `{}` needs",
        consumer.name
    );
    let written = linked.clause.condition.as_ref();
    let span = written.map_or(linked.need.span, |written| written.span);
    let fault = Diagnostic::error(codes::NOT_PROVIDED, span, message);
    let fault = fault.label(server.span, "declared here");
    let able: Vec<String> = (0..)
        .zip(&server.variants)
        .filter(|(at, _)| linked.condition.provision.has(*at, word))
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    if able.is_empty() {
        return fault.help(format!(
            "write `provides = [{word}]` in a variant that can do it"
        ));
    }
    fault.help(format!(
        "{} provides it, and can run on no device",
        spelling::folded(&able, 3)
    ))
}

/// The fastest answer to a device.
fn best<'a>(linked: &Linked<'a>, from: DeviceIx, network: &Network<'a>) -> Option<Answer<'a>> {
    let routes = linked.need.routes.iter().filter(|route| route.from == from);
    let timed = routes.filter_map(|route| {
        let choice = linked.server.options.get(route.to as usize)?;
        let path = network.paths.get(from, choice.device, route.relation)?;
        Some(Answer {
            time: exact::sum(&path.rtt, &choice.service_time),
            rtt: path.rtt.clone(),
            choice,
            path,
        })
    });
    timed.min_by(|a, b| exact::order(&a.time, &b.time))
}

/// How many devices with an instance one device can ask.
fn reached(linked: &Linked<'_>, from: DeviceIx, network: &Network<'_>) -> u64 {
    let routes = linked.need.routes.iter().filter(|route| route.from == from);
    let known: BTreeSet<(DeviceIx, Relation)> = routes
        .filter_map(|route| {
            let choice = linked.server.options.get(route.to as usize)?;
            Some((choice.device, route.relation))
        })
        .collect();
    let counts = known
        .into_iter()
        .map(|(to, relation)| routes::machines(from, to, relation, network.fleet));
    counts
        .sum::<u64>()
        .saturating_mul(linked.server.max_per_device)
}

fn is_late(linked: &Linked<'_>, from: DeviceIx, network: &Network<'_>) -> bool {
    let within = linked.need.within.as_ref();
    let fastest = best(linked, from, network);
    within
        .zip(fastest)
        .is_some_and(|(within, answer)| answer.time > *within)
}

fn unreachable(
    linked: &Linked<'_>,
    devices: &[DeviceIx],
    network: &Network<'_>,
) -> Option<Diagnostic> {
    let Linked {
        need,
        consumer,
        server,
        clause,
        ..
    } = linked;
    let names = (consumer.name.as_str(), server.name.as_str(), need.span);
    let ends = Ends {
        consumer,
        variants: None,
        server,
        at_least: need.at_least,
    };
    let able = |choice: &&Choice| ends.serves(choice, need.write);
    let options: Vec<Choice> = server.options.iter().filter(able).cloned().collect();
    let first = *devices.first()?;
    let open = |choice: &Choice| {
        let mut relations = network.fleet.relations(first, choice.device).into_iter();
        relations.any(|relation| {
            network
                .connect(first, choice, relation, clause.insecure)
                .is_ok()
        })
    };
    let fault = match &clause.condition {
        Some(written) if options.iter().any(open) => {
            let (from, to) = (network.fleet.id(first), &server.name);
            let message = format!("`where {written}` leaves `{from}` nobody to ask for `{to}`");
            let fault = Diagnostic::error(codes::NO_CONNECTION, written.span, message);
            let near = options.iter().filter(|choice| open(choice)).take(3);
            near.fold(fault.label(need.span, "needed here"), |fault, choice| {
                fault.fact(seen_from(first, choice, network))
            })
        }
        _ => network.refusal(names, first, &options, clause.insecure)?,
    };
    Some(with_others(fault, devices, network))
}

/// What a condition met.
fn seen_from(from: DeviceIx, choice: &Choice, network: &Network<'_>) -> String {
    let (fleet, there) = (network.fleet, network.fleet.id(choice.device));
    let relations = fleet.relations(from, choice.device);
    let path = relations
        .into_iter()
        .find_map(|relation| network.paths.get(from, choice.device, relation));
    let role = fleet
        .device(choice.device)
        .map_or("", |device| &device.role);
    path.map_or_else(
        || format!("`{there}`: role {role}"),
        |path| format!("`{there}`: role {role}, rtt {}", show::time(&path.rtt)),
    )
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

fn too_few(linked: &Linked<'_>, devices: &[DeviceIx], network: &Network<'_>) -> Option<Diagnostic> {
    let first = *devices.first()?;
    let found = reached(linked, first, network);
    let (server, copies) = (&linked.server.name, linked.need.copies);
    let message = format!(
        "`{}` needs {} instances of `{server}`; `{}` can reach {}",
        linked.consumer.name,
        spelling::number(copies),
        network.fleet.id(first),
        spelling::number(found),
    );
    let fault = Diagnostic::error(codes::TOO_FEW, linked.need.span, message)
        .label(linked.server.span, "declared here");
    let fault = linked.pins.pins().into_iter().fold(fault, |fault, pin| {
        fault.label(pin, format!("keeps `{server}` there"))
    });
    Some(with_others(fault, devices, network))
}

fn too_late(
    linked: &Linked<'_>,
    devices: &[DeviceIx],
    network: &Network<'_>,
) -> Option<Diagnostic> {
    let first = *devices.first()?;
    let answer = best(linked, first, network)?;
    let (consumer, server) = (&linked.consumer.name, &linked.server.name);
    let within = show::time(linked.need.within.as_ref()?);
    let there = network.fleet.id(answer.choice.device);
    let truth = linked.server.truth.as_ref().filter(|_| linked.need.write);
    let pins = linked.pins.pins();
    let nearest = match (truth, pins.as_slice()) {
        (Some(_), _) => "truth is pinned to",
        (None, []) => "the nearest is on",
        (None, _) => "it is pinned to",
    };
    let message = format!(
        "budget impossible: `{consumer} needs {server} within {within}`, but {nearest} `{there}`: \
         rtt {} + service {}",
        show::time(&answer.rtt),
        show::time(&answer.choice.service_time),
    );
    let here = format!(
        "`{}` waits {}",
        network.fleet.id(first),
        show::time(&answer.time)
    );
    let mut fault =
        Diagnostic::error(codes::BUDGET_IMPOSSIBLE, linked.need.span, message).here(here);
    for pin in pins {
        fault = fault.label(pin, format!("keeps `{server}` there"));
    }
    if let Some(truth) = truth {
        fault = fault.label(truth.span, format!("`{server}` is written here"));
    }
    let links = &answer.path.links;
    let part = match links.as_slice() {
        [_] => format!("rtt {}", show::time(&answer.rtt)),
        _ => "a part of the way".to_owned(),
    };
    for link in links {
        fault = fault.label(*link, part.as_str());
    }
    let least = show::time(&((answer.time * whole(1000)).ceil() / whole(1000)));
    Some(with_others(
        fault.help(format!("allow at least `within {least}`")),
        devices,
        network,
    ))
}
