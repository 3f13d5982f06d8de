//! `survive …`: what fails, and who must live on because somebody that survives needs them.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Domain, Failure, Need, SlotIx, Wish, WishKind};
use crate::declared::{self, Body, Clause, Name, Path, SurviveClause};
use crate::domains;
use crate::fleet::Fleet;
use crate::needs;
use crate::quantity::BigRational;
use crate::selector;
use crate::spare;
use crate::spelling;
use crate::wishes::Ground;
use crate::writes;

/// A `survive` clause, names resolved.
#[derive(Clone, Debug)]
pub struct Survival {
    /// The service that has it.
    pub slot: SlotIx,
    /// What fails.
    pub failure: Failure,
    /// `for T`, in seconds.
    pub lasting: Option<BigRational>,
    /// The clause.
    pub span: Span,
    /// As it is written.
    pub text: String,
}

/// Who must survive what, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// The clause.
    pub survival: &'a Survival,
    /// Who must survive.
    pub slot: SlotIx,
    /// The need that it follows from, where the clause is another service's.
    pub via: Option<&'a Need>,
}

/// Survival, inherited along what is needed and not optional.
pub fn survivals<'a>(
    bodies: impl Iterator<Item = (SlotIx, &'a Body)>,
    (ground, counts): (&Ground<'_>, &[Wish]),
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let mut reported = BTreeSet::new();
    for (slot, body) in bodies {
        for clause in &body.clauses {
            let Clause::Survive(clause) = clause else {
                continue;
            };
            let Some(survival) = survival(slot, clause, ground, faults) else {
                continue;
            };
            for demand in inherited(&survival, ground.needs) {
                if !reported.contains(&demand.slot) {
                    let fault = spare::check(&demand, ground)
                        .or_else(|| spare::too_few(&demand, counts, ground));
                    reported.extend(fault.is_some().then_some(demand.slot));
                    faults.extend(fault);
                }
                writes::check(&demand, ground, faults);
                wishes.push(wish(&demand));
            }
        }
    }
    wishes
}

fn wish(demand: &Demand<'_>) -> Wish {
    let survival = demand.survival;
    Wish {
        kind: WishKind::Survive {
            slot: demand.slot,
            inherited_from: demand.via.map(|_| survival.slot),
            failure: survival.failure.clone(),
            lasting: survival.lasting.clone(),
        },
        span: survival.span,
    }
}

/// Whoever the clause is about: its own service first, then what that needs.
fn inherited<'a>(survival: &'a Survival, needs: &'a [Need]) -> Vec<Demand<'a>> {
    let mut edges: BTreeMap<SlotIx, Vec<&Need>> = BTreeMap::new();
    for need in needs.iter().filter(|need| !need.optional) {
        edges.entry(need.consumer).or_default().push(need);
    }
    let mut order = vec![Demand {
        survival,
        slot: survival.slot,
        via: None,
    }];
    let mut at = 0;
    while let Some(demand) = order.get(at).copied() {
        for need in edges.get(&demand.slot).into_iter().flatten() {
            if !order.iter().any(|known| known.slot == need.server) {
                order.push(Demand {
                    survival,
                    slot: need.server,
                    via: Some(need),
                });
            }
        }
        at += 1;
    }
    order
}

fn survival(
    slot: SlotIx,
    clause: &SurviveClause,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Survival> {
    let lasting = clause.lasting.as_ref();
    let lasting = lasting.and_then(|time| needs::duration("for", time, ground.scope, faults));
    let words: Vec<&str> = clause.text.split_whitespace().collect();
    Some(Survival {
        slot,
        failure: failure(&clause.failure, ground.fleet, faults)?,
        lasting,
        span: clause.span,
        text: words.join(" "),
    })
}

/// What fails, as rows; nothing where a name is unknown, which is reported.
fn failure(
    failure: &declared::Failure,
    fleet: &Fleet,
    faults: &mut Vec<Diagnostic>,
) -> Option<Failure> {
    match failure {
        declared::Failure::Any { count, of, per } => any(*count, of, per.as_ref(), fleet, faults),
        declared::Failure::Lost(paths) => {
            let before = faults.len();
            let lost = lost(paths, fleet, faults);
            (faults.len() == before).then_some(Failure::Lost(lost))
        }
        declared::Failure::Partition(from, to) => {
            let before = faults.len();
            let one = lost(std::slice::from_ref(from), fleet, faults);
            let other = lost(std::slice::from_ref(to), fleet, faults);
            if let Some(both) = one.iter().find(|ix| other.contains(ix)) {
                let message = format!(
                    "`{from}` and `{to}` cannot be parted: `{}` is in both",
                    fleet.id(*both)
                );
                let span = from.span.to(to.span);
                faults.push(Diagnostic::error(codes::OUT_OF_RANGE, span, message));
            }
            (faults.len() == before).then_some(Failure::Partition(one, other))
        }
    }
}

fn any(
    count: u64,
    of: &Name,
    per: Option<&Path>,
    fleet: &Fleet,
    faults: &mut Vec<Diagnostic>,
) -> Option<Failure> {
    let domain = domains::domain((&of.value, of.span), fleet, faults)?;
    let Some(per) = per else {
        return Some(Failure::Any {
            count,
            of: domain,
            per: None,
        });
    };
    if matches!(domain, Domain::Site | Domain::Region) {
        let message = format!(
            "`any {count} {} per {per}`: a site holds devices, no {}",
            of.value,
            domains::plural(&domain)
        );
        let fault = Diagnostic::error(codes::WRONG_TYPE, of.span.to(per.span), message);
        faults.push(fault.help(format!("write `any {count} device per {per}`")));
        return None;
    }
    let site = per.single().and_then(|site| site_of(site, fleet));
    if site.is_none() {
        let names: BTreeSet<&str> = fleet.devices.iter().map(domains::site).collect();
        let word = per.to_string();
        faults.push(spelling::unknown(
            ("no site", ""),
            (&word, per.span),
            names.into_iter(),
        ));
    }
    Some(Failure::Any {
        count,
        of: domain,
        per: Some(site?),
    })
}

fn site_of(name: &str, fleet: &Fleet) -> Option<String> {
    let mut sites = fleet.devices.iter().map(domains::site);
    sites.find(|site| *site == name).map(str::to_owned)
}

/// The devices of `lost(x)`.
pub fn lost(paths: &[Path], fleet: &Fleet, faults: &mut Vec<Diagnostic>) -> Vec<DeviceIx> {
    let mut devices = BTreeSet::new();
    for path in paths {
        match selector::named(path, fleet) {
            Some((_, found)) => devices.extend(found),
            None => faults.push(*selector::no_device(path, fleet)),
        }
    }
    devices.into_iter().collect()
}
