//! How many may stand together, what runs already, when it is present, where lazy bytes come from.

use vn_syntax::Diagnostic;

use crate::clones;
use crate::codes;
use crate::composition::{DeviceIx, Fetch, Slot};
use crate::custody::Ground;
use crate::declared::{Clause, FetchClause, Fields, Path, twice};
use crate::dimensions;
use crate::names::no_variant;
use crate::needs;
use crate::selector;
use crate::tiers::Tiers;
use crate::typed::Typed;

/// Fills in what a service says of its instances.
pub fn fill(
    slot: &mut Slot,
    (fields, clauses): (&Fields, &[Clause]),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    let typed = Typed {
        fields,
        scope: ground.scope,
    };
    if let Some(most) = whole(&typed, "max_per_device", faults) {
        slot.max_per_device = most;
    }
    if let Some(cost) = typed.amount("move_cost", &dimensions::pure(), faults) {
        slot.move_cost = cost;
    }
    let deployed = ["always".to_owned(), "if_needed".to_owned()];
    slot.if_needed = typed.word("deploy", &deployed, faults).as_deref() == Some("if_needed");
    for clause in clauses {
        match clause {
            Clause::Currently(places, _) => {
                for path in places {
                    let found = place(path, slot, ground, faults);
                    slot.currently.extend(found);
                }
            }
            Clause::Fetch(fetch) => {
                if let Some(first) = &slot.fetch {
                    faults.push(twice("fetch", fetch.span, first.span));
                }
                slot.fetch = Some(sources(fetch, ground, faults));
                faults.extend(clones::idle_fetch(slot, fetch.span));
            }
            _ => {}
        }
    }
    slot.currently.sort_unstable();
    slot.currently.dedup();
}

/// A whole number of at least 1.
pub fn whole(typed: &Typed<'_>, name: &str, faults: &mut Vec<Diagnostic>) -> Option<u64> {
    use num_traits::ToPrimitive as _;
    let value = typed.amount(name, &dimensions::pure(), faults)?;
    let whole = value
        .is_integer()
        .then(|| value.to_integer().to_u64())
        .flatten();
    let fits = whole.filter(|number| *number > 0);
    if fits.is_none() {
        let field = typed.field(name)?;
        let message = format!(
            "`{name}` needs a count of at least 1; `{}` is none",
            field.value
        );
        faults.push(Diagnostic::error(
            codes::OUT_OF_RANGE,
            field.value.span,
            message,
        ));
    }
    fits
}

/// `nuc`, `store[17].core[1]`, or with the variant that runs there: `nuc.full`.
fn place(
    path: &Path,
    slot: &Slot,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<(DeviceIx, Option<u32>)> {
    if let Some((_, devices)) = selector::named(path, ground.fleet) {
        return devices.into_iter().map(|device| (device, None)).collect();
    }
    let Some((last, rest)) = path
        .segments
        .split_last()
        .filter(|(_, rest)| !rest.is_empty())
    else {
        faults.push(*selector::no_device(path, ground.fleet));
        return Vec::new();
    };
    let shorter = Path {
        segments: rest.to_vec(),
        span: path.span,
    };
    let Some((_, devices)) = selector::named(&shorter, ground.fleet) else {
        faults.push(*selector::no_device(path, ground.fleet));
        return Vec::new();
    };
    let Some(variant) = slot
        .variants
        .iter()
        .position(|variant| *variant == last.name)
    else {
        let fault = no_variant(slot, (&last.name, path));
        faults.push(fault.label(slot.span, "declared here"));
        return Vec::new();
    };
    let variant = u32::try_from(variant).ok();
    devices
        .into_iter()
        .map(|device| (device, variant))
        .collect()
}

fn sources(clause: &FetchClause, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Fetch {
    let mut fetch = Fetch::new(clause.span);
    for (selector, within) in &clause.tiers {
        let read = Tiers::of(
            std::slice::from_ref(selector),
            ground.fleet,
            ground.enums,
            faults,
        );
        let Some(name) = read.names().pop() else {
            continue;
        };
        if fetch.tiers().any(|(other, _)| other == name) {
            let message = format!("`fetch` names `{name}` twice");
            faults.push(Diagnostic::error(
                codes::DECLARED_TWICE,
                selector.span,
                message,
            ));
        }
        let within = within.as_ref();
        let within =
            within.and_then(|within| needs::duration("within", within, ground.scope, faults));
        fetch.then(read, within);
    }
    fetch
}
