//! Variants that are never the better choice.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Choice, DeviceIx, Resources, Slot};

/// Where a variant is declared, and whether the program declares it.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// Its name's place.
    pub span: Span,
    /// Declared by the program, not by the library.
    pub own: bool,
    /// Needs something itself, or lends itself to more than its figures say.
    pub needy: bool,
}

/// Reports the program's own variants that another one beats on every device: it runs wherever they do,
/// needs no more, gives no less, and is listed before it, which is the order of quality.
pub fn dominated(slot: &Slot, declared: &[Declared], faults: &mut Vec<Diagnostic>) {
    let by_variant = (0..).map(|at| options(slot, at)).take(declared.len());
    let options: Vec<_> = by_variant.collect();
    for (worse, place) in declared
        .iter()
        .enumerate()
        .filter(|(_, d)| d.own && !d.needy)
    {
        let beats = |better: &usize| {
            let needy = declared.get(*better).is_none_or(|better| better.needy);
            let pair = (options.get(*better), options.get(worse));
            let (Some(a), Some(b)) = pair else {
                return false;
            };
            !needy && *better < worse && beats(a, b)
        };
        let Some(better) = (0..declared.len()).find(beats) else {
            continue;
        };
        faults.extend(message(slot, (worse, better), (place, declared), &options));
    }
}

type Options<'a> = BTreeMap<DeviceIx, &'a Choice>;

fn options(slot: &Slot, variant: u32) -> Options<'_> {
    let of = slot.options.iter().filter(|c| c.variant == variant);
    of.map(|choice| (choice.device, choice)).collect()
}

/// Whether one is at least as good as the other wherever that one can run; it must run somewhere.
fn beats(better: &Options<'_>, worse: &Options<'_>) -> bool {
    let at_least = |(device, worse): (&DeviceIx, &&Choice)| {
        better
            .get(device)
            .is_some_and(|better| complaints(better, worse).is_some())
    };
    !worse.is_empty() && worse.iter().all(at_least)
}

/// In what the second is worse; `None` if it is better in something.
fn complaints(better: &Choice, worse: &Choice) -> Option<Vec<&'static str>> {
    let claims = |of: fn(&Resources) -> &BigRational| (of(&better.claims), of(&worse.claims));
    let no_limit = |choice: &Choice| choice.capacity.is_none();
    let capacity = match (&better.capacity, &worse.capacity) {
        (Some(a), Some(b)) => (b.clone(), a.clone()),
        _ => (
            BigRational::from_integer(u8::from(no_limit(worse)).into()),
            BigRational::from_integer(u8::from(no_limit(better)).into()),
        ),
    };
    let ordered = [
        (claims(|r| &r.cpu), "more cpu"),
        (claims(|r| &r.memory), "more memory"),
        (claims(|r| &r.disk), "more disk"),
        (claims(|r| &r.vram), "more video memory"),
        ((&capacity.0, &capacity.1), "less capacity"),
        (
            (&better.service_time, &worse.service_time),
            "a longer service time",
        ),
        ((&better.power, &worse.power), "more power"),
        ((&better.cost_per_month, &worse.cost_per_month), "more cost"),
        ((&better.dataset, &worse.dataset), "more bytes to clone"),
    ];
    let counted = (better.meets_recommended || !worse.meets_recommended)
        && (better.truth || !worse.truth)
        && better.clone <= worse.clone
        && better.connections == worse.connections
        && better.claims.more == worse.claims.more
        && sockets(better) == sockets(worse);
    let fits = counted && ordered.iter().all(|((better, worse), _)| better <= worse);
    let less = ordered.iter().filter(|((better, worse), _)| better < worse);
    fits.then(|| less.map(|(_, what)| *what).collect())
}

/// Where it can be asked: another port may be free where this one is taken.
fn sockets(choice: &Choice) -> BTreeSet<(&str, u16)> {
    let ports = choice.software.ports.iter();
    ports
        .map(|port| (port.protocol.as_str(), port.published))
        .collect()
}

fn message(
    slot: &Slot,
    (worse, better): (usize, usize),
    (place, declared): (&Declared, &[Declared]),
    options: &[Options<'_>],
) -> Option<Diagnostic> {
    let (light, full) = (slot.variants.get(worse)?, slot.variants.get(better)?);
    let (better_on, worse_on) = (options.get(better)?, options.get(worse)?);
    let mut what: Vec<&str> = Vec::new();
    for (device, choice) in worse_on {
        for complaint in complaints(better_on.get(device)?, choice)? {
            if !what.contains(&complaint) {
                what.push(complaint);
            }
        }
    }
    let claims = ["more cpu", "more memory", "more disk", "more video memory"];
    let same_needs = !what.iter().any(|what| claims.contains(what));
    let what = match what.as_slice() {
        [] => "the same in everything, and later in the list".to_owned(),
        some if same_needs => format!("same needs, {}", some.join(", ")),
        some => some.join(", "),
    };
    let message = format!("variant `{light}` is never better than `{full}`: {what}");
    let fault = Diagnostic::warning(codes::NEVER_BETTER, place.span, message);
    let fault = match declared.get(better).filter(|d| d.own) {
        Some(full_place) => fault.label(full_place.span, format!("`{full}` is declared here")),
        None => fault,
    };
    Some(fault.help(format!("leave `{light}` out, or make it need less")))
}
