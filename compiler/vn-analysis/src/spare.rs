//! Failures that leave nobody, whatever is chosen: what counting alone can tell.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{
    DeviceIx, Domain, Failure, Need, Relation, Slot, SlotRole, Wish, WishKind,
};
use crate::domains;
use crate::fleet::Fleet;
use crate::routes;
use crate::show;
use crate::spelling;
use crate::survival::Demand;
use crate::wishes::{Ground, hosts};

/// A failure that takes every candidate with it: of all, or of one client.
pub fn check(demand: &Demand<'_>, ground: &Ground<'_>) -> Option<Diagnostic> {
    let slot = ground.slots.get(demand.slot.0 as usize)?;
    let hosts = hosts(slot);
    if hosts.is_empty() {
        return None;
    }
    if !some_left(&demand.survival.failure, &hosts, ground.fleet) {
        return Some(nobody_left(demand, slot, &hosts, ground));
    }
    let of_slot = ground
        .needs
        .iter()
        .filter(|need| need.server == demand.slot);
    of_slot
        .filter(|need| !need.optional && !need.write && need.variants.is_none())
        .find_map(|need| stranded(demand, need, slot, ground))
}

/// A failure that takes every instance that there may be, wherever they run.
pub fn too_few(demand: &Demand<'_>, wishes: &[Wish], ground: &Ground<'_>) -> Option<Diagnostic> {
    let survival = demand.survival;
    let Failure::Any {
        count,
        of,
        per: None,
    } = &survival.failure
    else {
        return None;
    };
    let slot = ground.slots.get(demand.slot.0 as usize)?;
    if slot.if_needed || !domains::all_parted(of, &hosts(slot), ground.fleet) {
        return None;
    }
    let (max, line) = wishes.iter().find_map(|wish| match wish.kind {
        WishKind::Count { slot, max, .. } if slot == demand.slot => Some((max?, wish.span)),
        _ => None,
    })?;
    if max > *count {
        return None;
    }
    let message = format!(
        "`{}` needs {} instances of `{}`; there may be {}",
        survival.text,
        spelling::number(count.saturating_add(1)),
        slot.name,
        spelling::number(max),
    );
    let fault = Diagnostic::error(codes::NO_SPARE, survival.span, message);
    Some(traced(
        fault.label(line, "no more than this"),
        demand,
        slot,
        ground,
    ))
}

/// Whether the worst case leaves one of these devices.
fn some_left(failure: &Failure, hosts: &BTreeSet<DeviceIx>, fleet: &Fleet) -> bool {
    match failure {
        Failure::Any { count, of, per } => {
            if !domains::all_parted(of, hosts, fleet) {
                return true;
            }
            let Some(site) = per else {
                return domains::count(of, hosts, fleet) > *count;
            };
            let outside =
                |ix: &DeviceIx| fleet.device(*ix).is_some_and(|d| domains::site(d) != site);
            let sites = domains::by_site(hosts, fleet);
            let enough = |rows: &BTreeSet<DeviceIx>| domains::in_one_site(of, rows, fleet) > *count;
            hosts.iter().any(outside) || sites.iter().any(enough)
        }
        Failure::Lost(lost) => hosts.iter().any(|host| !lost.contains(host)),
        Failure::Partition(..) => true,
    }
}

fn nobody_left(
    demand: &Demand<'_>,
    slot: &Slot,
    hosts: &BTreeSet<DeviceIx>,
    ground: &Ground<'_>,
) -> Diagnostic {
    let survival = demand.survival;
    let pins = ground.pins(demand.slot);
    if let (Failure::Lost(_), []) = (&survival.failure, pins) {
        return no_variant_elsewhere(demand, slot, hosts, ground);
    }
    let left = if pins.is_empty() {
        "there is only"
    } else {
        "the pins leave only"
    };
    let there = match &survival.failure {
        Failure::Any { of, per, .. } => domains::named(of, hosts, per.is_some(), ground.fleet),
        Failure::Lost(_) | Failure::Partition(..) => named(hosts, ground.fleet),
    };
    let message = format!(
        "`{}` needs {} for `{}`; {left} {there}",
        survival.text,
        wanted(&survival.failure),
        slot.name,
    );
    let fault = Diagnostic::error(codes::NO_SPARE, survival.span, message);
    let fault = pins.iter().fold(fault, |fault, pin| {
        fault.label(*pin, format!("keeps `{}` there", slot.name))
    });
    traced(fault, demand, slot, ground)
}

fn wanted(failure: &Failure) -> String {
    match failure {
        Failure::Any { count, of, per } => {
            let number = spelling::number(count.saturating_add(1));
            let what = match of {
                Domain::Device => "candidate devices".to_owned(),
                Domain::Site | Domain::Region | Domain::Label(_) => {
                    format!("candidate {}", domains::plural(of))
                }
            };
            match per {
                Some(site) => format!("{number} {what} in a `{site}`"),
                None => format!("{number} {what}"),
            }
        }
        Failure::Lost(_) | Failure::Partition(..) => "another candidate device".to_owned(),
    }
}

fn named(devices: &BTreeSet<DeviceIx>, fleet: &Fleet) -> String {
    let names: Vec<String> = devices
        .iter()
        .map(|ix| format!("`{}`", fleet.id(*ix)))
        .collect();
    spelling::folded(&names, 3)
}

/// Says why a service must survive what another one's clause names.
fn traced(fault: Diagnostic, demand: &Demand<'_>, slot: &Slot, ground: &Ground<'_>) -> Diagnostic {
    let Some(via) = demand.via else {
        return fault;
    };
    let name = |ix: crate::composition::SlotIx| {
        ground
            .slots
            .get(ix.0 as usize)
            .map_or("", |slot| slot.name.as_str())
    };
    let owner = name(demand.survival.slot);
    let direct = via.consumer == demand.survival.slot;
    let through = if direct {
        String::new()
    } else {
        format!(", on which `{owner}` relies,")
    };
    fault
        .label(
            via.span,
            format!(
                "`{}`{through} needs `{}`, so that it must survive too",
                name(via.consumer),
                slot.name
            ),
        )
        .label(slot.span, "declared here")
}

/// What hardware alone rules out.
fn no_variant_elsewhere(
    demand: &Demand<'_>,
    slot: &Slot,
    hosts: &BTreeSet<DeviceIx>,
    ground: &Ground<'_>,
) -> Diagnostic {
    let message = format!(
        "`{}` has no variant for any device but {}, and `{}` needs one",
        slot.name,
        named(hosts, ground.fleet),
        demand.survival.text
    );
    let fault = Diagnostic::error(codes::NOWHERE, demand.survival.span, message);
    let fault = traced(
        fault.label(slot.span, "declared here"),
        demand,
        slot,
        ground,
    );
    let rejected: Vec<_> = slot
        .rejected
        .iter()
        .filter(|r| !hosts.contains(&r.device))
        .collect();
    crate::impossible::closest(fault, slot, &rejected, ground.fleet)
}

/// A client that is left without anybody to ask.
fn stranded(
    demand: &Demand<'_>,
    need: &Need,
    server: &Slot,
    ground: &Ground<'_>,
) -> Option<Diagnostic> {
    let client = ground.slots.get(need.consumer.0 as usize)?;
    if client.role != SlotRole::Client {
        return None;
    }
    let failure = &demand.survival.failure;
    let asking = routes::asking(client, None);
    let (from, reached) = asking.into_iter().find_map(|from| {
        let reached = candidates(from, need, server, ground);
        let alone = !reached.is_empty() && !served(failure, from, &reached, ground.fleet);
        alone.then_some((from, reached))
    })?;
    let fleet = ground.fleet;
    let here = fleet.id(from);
    let who: BTreeSet<DeviceIx> = reached.iter().map(|(device, _)| *device).collect();
    let in_time = need
        .degraded
        .as_ref()
        .or(need.within.as_ref())
        .map_or_else(String::new, |time| format!(" within {}", show::time(time)));
    let side = match failure {
        Failure::Partition(..) => " on its side",
        Failure::Any { .. } | Failure::Lost(_) => " left",
    };
    let message = format!(
        "`{}`: `{}` on `{here}` has no candidate for `{}`{side}",
        demand.survival.text, client.name, server.name
    );
    let fault = Diagnostic::error(codes::NO_SPARE, demand.survival.span, message).label(
        need.span,
        format!("it reaches only {}{in_time}", named(&who, fleet)),
    );
    let fault = ground.pins(demand.slot).iter().fold(fault, |fault, pin| {
        fault.label(*pin, format!("keeps `{}` there", server.name))
    });
    Some(traced(fault, demand, server, ground))
}

/// Whom a device can ask in time, in a failure.
fn candidates(
    from: DeviceIx,
    need: &Need,
    server: &Slot,
    ground: &Ground<'_>,
) -> BTreeSet<(DeviceIx, Relation)> {
    let limit = need.degraded.as_ref().or(need.within.as_ref());
    let routes = need.routes.iter().filter(|route| route.from == from);
    let fitting = routes.filter_map(|route| {
        let choice = server.options.get(route.to as usize)?;
        let path = ground.paths.get(from, choice.device, route.relation)?;
        let time = &path.rtt + &choice.service_time;
        let fits = limit.is_none_or(|limit| time <= *limit);
        fits.then_some((choice.device, route.relation))
    });
    fitting.collect()
}

/// Whether a client that lives on has somebody left in the worst case.
fn served(
    failure: &Failure,
    from: DeviceIx,
    reached: &BTreeSet<(DeviceIx, Relation)>,
    fleet: &Fleet,
) -> bool {
    let rows = |holds: &dyn Fn(DeviceIx, Relation) -> bool| -> BTreeSet<DeviceIx> {
        let some = reached
            .iter()
            .filter(|(to, relation)| holds(*to, *relation));
        some.map(|(to, _)| *to).collect()
    };
    match failure {
        Failure::Lost(lost) => {
            lost.contains(&from) || reached.iter().any(|(to, _)| !lost.contains(to))
        }
        Failure::Partition(one, other) => {
            let opposite = match (one.contains(&from), other.contains(&from)) {
                (true, false) => other,
                (false, true) => one,
                (true, true) | (false, false) => return true,
            };
            reached.iter().any(|(to, _)| !opposite.contains(to))
        }
        Failure::Any { count, of, per } => {
            // What shares the client's own domain falls only with the client.
            let own = |to: DeviceIx, relation: Relation| {
                relation == Relation::Same
                    || (*of != Domain::Device
                        && relation == Relation::Beside
                        && domains::can_meet(of, from, to, fleet))
                    || (matches!(of, Domain::Region | Domain::Label(_))
                        && domains::can_meet(of, from, to, fleet))
            };
            let all = rows(&|_, _| true);
            if !rows(&own).is_empty() || !domains::all_parted(of, &all, fleet) {
                return true;
            }
            let Some(site) = per else {
                return apart(of, from, reached, fleet) > *count;
            };
            let outside = |to: DeviceIx| fleet.device(to).is_some_and(|d| domains::site(d) != site);
            let beside = |(to, relation): &(DeviceIx, Relation)| match relation {
                Relation::Same => 1,
                Relation::Beside => routes::machines(from, *to, *relation, fleet),
                Relation::Apart => 0,
            };
            let elsewhere = rows(&|_, relation| relation == Relation::Apart);
            let sites = domains::by_site(&elsewhere, fleet);
            let enough = |rows: &BTreeSet<DeviceIx>| domains::in_one_site(of, rows, fleet) > *count;
            let near: u64 = match of {
                Domain::Device => reached.iter().map(beside).sum(),
                Domain::Site | Domain::Region | Domain::Label(_) => {
                    let near = rows(&|_, relation| relation == Relation::Beside);
                    domains::count(of, &near, fleet)
                }
            };
            all.into_iter().any(outside) || sites.iter().any(enough) || near > *count
        }
    }
}

/// In how many domains that are not its own a client finds somebody.
fn apart(
    of: &Domain,
    from: DeviceIx,
    reached: &BTreeSet<(DeviceIx, Relation)>,
    fleet: &Fleet,
) -> u64 {
    let rows: BTreeSet<DeviceIx> = reached.iter().map(|(to, _)| *to).collect();
    match of {
        Domain::Device => reached
            .iter()
            .map(|(to, relation)| routes::machines(from, *to, *relation, fleet))
            .sum(),
        Domain::Site => {
            let here = fleet.device(from).map(|device| device.site_ix);
            let shares = rows
                .iter()
                .any(|ix| fleet.device(*ix).map(|d| d.site_ix) == here);
            domains::count(of, &rows, fleet).saturating_sub(u64::from(shares))
        }
        Domain::Region | Domain::Label(_) => domains::count(of, &rows, fleet),
    }
}
