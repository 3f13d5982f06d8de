//! How components stand to each other: `colocate`, `separate`, `one of`, `per n of a at least m of b`.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Severity, Span};

use crate::codes;
use crate::composition::{DeviceIx, Domain, Need, Slot, SlotIx, SlotRole, Wish, WishKind};
use crate::declared::{Body, Clause, Member, RatioClause, Together, TogetherClause};
use crate::domains;
use crate::draft::Draft;
use crate::names::Names;
use crate::spelling;
use crate::wishes::{Ground, hosts};

/// All wishes about several components, in the order of the text.
pub fn wishes(
    program: &Body,
    names: &Names<'_, '_>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let mut stated = Vec::new();
    collect(&names.tree.builder.body, &[], &mut stated);
    for policy in program.of(Member::Policy) {
        collect(&policy.body, &[], &mut stated);
    }
    let mut wishes = Vec::new();
    for (from, clause) in stated {
        match clause {
            Clause::Together(clause) => {
                wishes.extend(together(clause, &from, names, ground, faults));
            }
            Clause::Ratio(clause) => wishes.extend(ratio(clause, &from, names, ground, faults)),
            _ => {}
        }
    }
    faults.extend(contradictions(&wishes, ground));
    wishes
}

fn collect<'a>(body: &'a Body, from: &[String], stated: &mut Vec<(Vec<String>, &'a Clause)>) {
    let about = |clause: &&Clause| matches!(clause, Clause::Together(_) | Clause::Ratio(_));
    stated.extend(
        body.clauses
            .iter()
            .filter(about)
            .map(|clause| (from.to_vec(), clause)),
    );
    for inner in &body.inner {
        let mut path = from.to_vec();
        if inner.keyword == Member::Node {
            path.push(inner.name.value.clone());
        }
        collect(&inner.body, &path, stated);
    }
}

fn together(
    clause: &TogetherClause,
    from: &[String],
    names: &Names<'_, '_>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let across = match &clause.across {
        Some(path) => domains::domain((&path.to_string(), path.span), ground.fleet, faults)?,
        None => Domain::Device,
    };
    let before = faults.len();
    let mut groups: Vec<Vec<SlotIx>> = Vec::new();
    for path in &clause.names {
        let found = names.slots(path, from, faults);
        if let Some(again) = groups.iter().flatten().find(|ix| found.contains(ix)) {
            let message = format!("`{}` is named twice", name(*again, ground));
            faults.push(Diagnostic::error(codes::DECLARED_TWICE, path.span, message));
        }
        groups.push(found);
    }
    let slots: Vec<SlotIx> = groups.concat();
    let word = word(clause.rule);
    if faults.len() == before && clause.names.len() < 2 && slots.len() < 2 {
        let message = format!("`{word}` needs at least two components");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, clause.span, message));
    }
    // What is left out of the selection takes the demand on it along.
    if faults.len() > before
        || slots.len() < 2
        || groups.iter().any(Vec::is_empty) && clause.rule == Together::With
    {
        return None;
    }
    let kind = match clause.rule {
        Together::With => WishKind::Colocate {
            whenever: groups.first()?.clone(),
            then: groups.get(1)?.clone(),
            across,
        },
        Together::Mutual => WishKind::Colocate {
            whenever: slots.clone(),
            then: slots,
            across,
        },
        Together::Separate => WishKind::Separate { slots, across },
        Together::OneOf => WishKind::OneOf { slots },
    };
    let wish = Wish {
        kind,
        span: clause.span,
    };
    faults.extend(impossible(&wish, ground));
    Some(wish)
}

fn word(rule: Together) -> &'static str {
    match rule {
        Together::With | Together::Mutual => "colocate",
        Together::Separate => "separate",
        Together::OneOf => "one of",
    }
}

fn slot<'a>(ix: SlotIx, ground: &Ground<'a>) -> Option<&'a Slot> {
    ground.slots.get(ix.0 as usize)
}

fn name<'a>(ix: SlotIx, ground: &Ground<'a>) -> &'a str {
    slot(ix, ground).map_or("", |slot| &slot.name)
}

fn rows(ix: SlotIx, ground: &Ground<'_>) -> BTreeSet<DeviceIx> {
    slot(ix, ground).map(hosts).unwrap_or_default()
}

/// What counting alone rules out.
fn impossible(wish: &Wish, ground: &Ground<'_>) -> Option<Diagnostic> {
    match &wish.kind {
        WishKind::Colocate {
            whenever,
            then,
            across,
        } => {
            let pairs = whenever
                .iter()
                .flat_map(|a| then.iter().map(move |b| (*a, *b)));
            let mut pairs = pairs.filter(|(a, b)| a != b);
            let (a, b) = pairs.find(|(a, b)| !can_meet(*a, *b, across, ground))?;
            let message = format!(
                "no {} can have both `{}` and `{}`",
                domains::text(across),
                name(a, ground),
                name(b, ground)
            );
            let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, wish.span, message);
            Some(with_places(fault, &[a, b], ground))
        }
        WishKind::Separate { slots, across } => {
            let sure: Vec<SlotIx> = slots
                .iter()
                .copied()
                .filter(|ix| {
                    slot(*ix, ground)
                        .is_some_and(|slot| !slot.if_needed && !slot.options.is_empty())
                })
                .collect();
            let all: BTreeSet<DeviceIx> = sure.iter().flat_map(|ix| rows(*ix, ground)).collect();
            let there = domains::count(across, &all, ground.fleet);
            if !domains::all_parted(across, &all, ground.fleet) || there >= sure.len() as u64 {
                return None;
            }
            let message = format!(
                "`separate` needs {} {}; there is room in {}",
                spelling::number(sure.len() as u64),
                domains::plural(across),
                spelling::number(there)
            );
            let fault = Diagnostic::error(codes::TOO_FEW, wish.span, message);
            Some(with_places(fault, &sure, ground))
        }
        WishKind::OneOf { slots } => one_of(wish.span, slots, ground),
        WishKind::Count { .. }
        | WishKind::Spread { .. }
        | WishKind::Placement { .. }
        | WishKind::Survive { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. }
        | WishKind::Bound { .. }
        | WishKind::Total { .. } => None,
    }
}

fn can_meet(a: SlotIx, b: SlotIx, across: &Domain, ground: &Ground<'_>) -> bool {
    let (left, right) = (rows(a, ground), rows(b, ground));
    let meets = |one: &DeviceIx| {
        let mut others = right.iter();
        others.any(|other| domains::can_meet(across, *one, *other, ground.fleet))
    };
    left.is_empty() || right.is_empty() || left.iter().any(meets)
}

/// Says where each of them may be.
fn with_places(fault: Diagnostic, slots: &[SlotIx], ground: &Ground<'_>) -> Diagnostic {
    slots.iter().fold(fault, |fault, ix| {
        let fault = ground.pins(*ix).iter().fold(fault, |fault, pin| {
            fault.label(*pin, format!("keeps `{}` there", name(*ix, ground)))
        });
        let rows = rows(*ix, ground);
        let rows: Vec<String> = rows
            .iter()
            .map(|row| format!("`{}`", ground.fleet.id(*row)))
            .collect();
        fault.fact(format!(
            "`{}` can be on {}",
            name(*ix, ground),
            spelling::folded(&rows, 5)
        ))
    })
}

/// What cannot run anywhere is no error where another of the same `one of` can.
pub fn spared(
    wishes: &[Wish],
    slots: &[Slot],
    kept: &[(usize, &Draft<'_>)],
    faults: &mut [Diagnostic],
) {
    let runs = |ix: &SlotIx| {
        slots
            .get(ix.0 as usize)
            .is_some_and(|slot| !slot.options.is_empty())
    };
    for wish in wishes {
        let WishKind::OneOf { slots: choice } = &wish.kind else {
            continue;
        };
        if !choice.iter().any(runs) {
            continue;
        }
        let others = choice.iter().filter(|ix| !runs(ix));
        let others = others.filter_map(|ix| kept.get(ix.0 as usize));
        for (_, draft) in others {
            let whole = draft.component.declared.span;
            let about = |fault: &&mut Diagnostic| {
                let here = fault
                    .labels
                    .first()
                    .is_some_and(|label| whole.covers(label.span));
                here && NOWHERE.contains(&fault.code)
            };
            for fault in faults.iter_mut().filter(about) {
                fault.severity = Severity::Warning;
            }
        }
    }
}

/// That something can run nowhere.
const NOWHERE: [&str; 3] = [codes::NOWHERE, codes::NEVER_RUNS, codes::WRONG_ARCH];

fn one_of(span: Span, slots: &[SlotIx], ground: &Ground<'_>) -> Option<Diagnostic> {
    let mut clients = slots.iter().filter_map(|ix| slot(*ix, ground));
    if let Some(client) = clients.find(|slot| slot.role == SlotRole::Client) {
        let message = format!(
            "`{}` is a client, and always there; `one of` chooses among services",
            client.name
        );
        let fault = Diagnostic::error(codes::MISPLACED, span, message);
        return Some(fault.label(client.span, "declared here"));
    }
    let sure = |need: &&Need| {
        let outside = !slots.contains(&need.consumer) && slots.contains(&need.server);
        let always = slot(need.consumer, ground).is_some_and(|slot| !slot.if_needed);
        outside && always && !need.optional && need.variants.is_none()
    };
    let needs: Vec<&Need> = ground.needs.iter().filter(sure).collect();
    let first = *needs.first()?;
    let second = needs.into_iter().find(|need| need.server != first.server)?;
    let (a, b) = (name(first.server, ground), name(second.server, ground));
    let message = format!("`one of` leaves out `{a}` or `{b}`, and both are needed");
    let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, span, message)
        .label(
            first.span,
            format!("`{}` needs `{a}`", name(first.consumer, ground)),
        )
        .label(
            second.span,
            format!("`{}` needs `{b}`", name(second.consumer, ground)),
        );
    Some(fault.help("make these needs `optional`"))
}

fn ratio(
    clause: &RatioClause,
    from: &[String],
    names: &Names<'_, '_>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let of = names.counted(&clause.of, from, ground, faults);
    let then = names.counted(&clause.then, from, ground, faults);
    let (of, then) = (of?, then?);
    if of == then {
        let message = format!("`{}` is compared with itself", clause.of);
        faults.push(Diagnostic::error(
            codes::DECLARED_TWICE,
            clause.then.span,
            message,
        ));
        return None;
    }
    let counted = slot(then.0, ground)?;
    if counted.role == SlotRole::Client {
        let message = format!(
            "`{}` is a client: as many as its devices, never more",
            clause.then
        );
        let fault = Diagnostic::error(codes::MISPLACED, clause.then.span, message);
        faults.push(fault.label(counted.span, "declared here"));
        return None;
    }
    Some(Wish {
        kind: WishKind::Ratio {
            per: clause.per,
            of,
            at_least: clause.at_least,
            then,
        },
        span: clause.span,
    })
}

/// Demands of which each can be met, and not both.
fn contradictions(wishes: &[Wish], ground: &Ground<'_>) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for apart in wishes {
        let WishKind::Separate {
            slots,
            across: wide,
        } = &apart.kind
        else {
            continue;
        };
        for close in wishes {
            let WishKind::Colocate {
                whenever,
                then,
                across,
            } = &close.kind
            else {
                continue;
            };
            let narrow = across == wide || *across == Domain::Device;
            let one = whenever.iter().find(|ix| slots.contains(ix));
            let other = then
                .iter()
                .find(|ix| slots.contains(ix) && Some(*ix) != one);
            if let (true, Some(one), Some(other)) = (narrow, one, other) {
                let (a, b) = (name(*one, ground), name(*other, ground));
                let message = format!("`{a}` and `{b}` must be together and apart");
                let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, apart.span, message);
                faults.push(fault.here("apart here").label(close.span, "together here"));
            }
        }
    }
    faults
}
