//! What a program may say and the planner cannot decide yet: refused with its line, never ignored.

use num_traits::Zero as _;
use vn_analysis::{
    Choice, CloneMode, Composition, EmitTarget, Event, Failure, MOST_COPIES, Measure, Metric, Need,
    Slot, Subject, Test, Wish, WishKind,
};
use vn_syntax::{Diagnostic, Span};

use super::bonds::{self, Options};
use super::boot;
use super::measures::{self, Measures};
use super::{classes, components, custody, failures, fetch, traffic};
use crate::expectation;

/// A part of the language that the planner does not support yet.
const UNSUPPORTED: &str = vn_analysis::codes::UNSUPPORTED;

/// One message per line of the program that the planner cannot decide.
pub fn beyond(composition: &Composition) -> Vec<Diagnostic> {
    let mut found: Vec<(Span, String)> = Vec::new();
    found.extend(composition.slots.iter().flat_map(of_slot));
    found.extend(composition.needs.iter().flat_map(of_need));
    let (_, choices) = components::candidates(composition);
    let options = Options {
        composition,
        choices: &choices,
    };
    let wishes = composition.wishes.iter();
    let measures = measures::measures(options);
    let measures = measures.as_ref();
    found.extend(wishes.filter_map(|wish| of_wish(options, measures, wish)));
    found.extend(of_objective(composition, measures));
    if classes::any(composition) {
        found.extend(of_classes(composition, measures));
    }
    found.extend(traffic::beyond(composition));
    found.sort();
    found.dedup();
    found.into_iter().map(refusal).collect()
}

fn refusal((span, what): (Span, String)) -> Diagnostic {
    let message = format!("{what} can be checked, but not planned yet");
    Diagnostic::error(UNSUPPORTED, span, message)
}

/// The rows of a table whose condition holds.
fn said<const N: usize>(span: Span, rows: [(bool, &str); N]) -> Vec<(Span, String)> {
    let said = rows.into_iter().filter(|(holds, _)| *holds);
    said.map(|(_, what)| (span, what.to_owned())).collect()
}

/// What is planned for single devices alone, not for rows that stand for several.
fn of_classes(composition: &Composition, measures: Option<&Measures>) -> Vec<(Span, String)> {
    let devices = composition.devices.iter();
    let offers = devices.filter(|device| device.offer.is_some());
    let mut found: Vec<(Span, String)> = offers
        .map(|device| (device.span, "`offer` beside alike sites".to_owned()))
        .collect();
    for slot in &composition.slots {
        if slot.max_per_device > 1 {
            found.push((slot.span, "`max_per_device` beside alike sites".to_owned()));
        }
        if slot.options.iter().any(|one| one.connections.is_some()) {
            found.push((slot.span, "`connections` beside alike sites".to_owned()));
        }
        if !slot.currently.is_empty() {
            found.push((slot.span, "`currently on` beside alike sites".to_owned()));
        }
    }
    for metric in measures.iter().flat_map(|measures| &measures.of) {
        let (span, what) = if let Metric::Own(at) = metric {
            let own = composition.metrics.get(*at as usize);
            (own.map(|own| own.span), "`metric` beside alike sites")
        } else {
            let span = composition.objective.span;
            (span, "`imbalance` beside alike sites")
        };
        found.extend(span.map(|span| (span, what.to_owned())));
    }
    for wish in &composition.wishes {
        let boots = |(_, measure): &(_, Measure)| {
            matches!(measure, Measure::BootTime | Measure::ClonedFrom(_))
        };
        if wish
            .kind
            .terms()
            .is_some_and(|terms| terms.iter().any(boots))
        {
            let what = "`boot_time` or `clone_bytes(…)` beside alike sites";
            found.push((wish.span, what.to_owned()));
        }
    }
    found
}

fn of_slot(slot: &Slot) -> Vec<(Span, String)> {
    let chosen = |holds: fn(&Choice) -> bool| slot.options.iter().any(holds);
    let mut found = said(
        slot.span,
        [
            (
                slot.max_per_device > MOST_COPIES,
                "`max_per_device` of more than 16",
            ),
            (
                slot.fetch.is_some() && fetch::may_turn_eager(slot),
                "`fetch` where a lazy instance may hold the truth",
            ),
            (
                chosen(|c| c.by_role),
                "a variant that is another in another role, where the planner picks the role,",
            ),
            (
                chosen(|c| c.clone == CloneMode::OnDemand),
                "`clone on_demand`",
            ),
        ],
    );
    let buffer = slot.buffer.as_ref().map(|(_, span)| *span);
    let alone = buffer.filter(|_| custody::span(slot).is_none());
    found.extend(alone.map(|span| (span, "`buffer` without a truth".to_owned())));
    found
}

fn of_need(need: &Need) -> Vec<(Span, String)> {
    let rows = [(need.balanced, "`balanced`")];
    said(need.span, rows)
}

fn of_wish(
    options: Options<'_>,
    measures: Option<&Measures>,
    wish: &Wish,
) -> Option<(Span, String)> {
    let what = match &wish.kind {
        WishKind::Total { metric, .. } => match metric {
            Metric::Cost | Metric::Power | Metric::Footprint => None,
            Metric::Imbalance | Metric::Own(_) if measures.is_some() => None,
            Metric::Latency
            | Metric::QualityLoss
            | Metric::Imbalance
            | Metric::CloneBytes
            | Metric::Movement
            | Metric::Own(_) => Some("this `require`"),
        },
        WishKind::Bound {
            terms,
            comparison,
            bound,
            ..
        } => {
            let rows = bonds::bounded(terms, *comparison, bound, options);
            let own = measures.and_then(|measures| measures::bound(&wish.kind, measures));
            let boot = boot::bound(&wish.kind, options);
            let none = rows.is_none() && own.is_none() && boot.is_none();
            none.then_some("this `require`")
        }
        WishKind::Survive { failure, .. } => match failure {
            failure if failures::is_beyond(options.composition, failure) => {
                Some("a `survive` of more than 4096 cases")
            }
            Failure::Lost(_) | Failure::Any { .. } | Failure::Partition(..) => None,
        },
        WishKind::Count { .. }
        | WishKind::Placement { .. }
        | WishKind::Spread { .. }
        | WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. } => None,
    };
    what.map(|what| (wish.span, what.to_owned()))
}

fn of_objective(composition: &Composition, measures: Option<&Measures>) -> Option<(Span, String)> {
    let objective = &composition.objective;
    let known = |(weight, measure): &(num_rational::BigRational, _)| {
        let known = measures.and_then(|measures| super::metric(*measure, measures));
        known.is_some() || weight.is_zero()
    };
    let plain = objective.levels.iter().flatten().all(known);
    let span = objective.span.filter(|_| !plain)?;
    Some((span, "this objective".to_owned()))
}

/// What `vnc test` cannot replay yet.
pub fn of_tests(composition: &Composition) -> Vec<Diagnostic> {
    let mut found: Vec<(Span, String)> = Vec::new();
    for test in &composition.tests {
        if let Some(what) = of_given(composition, test) {
            found.push((test.span, what.to_owned()));
        }
        let expected = test.expect.iter();
        found.extend(expected.filter_map(|expected| {
            Some((expected.span, of_subject(&expected.subject)?.to_owned()))
        }));
    }
    found.dedup();
    found.into_iter().map(unproven).collect()
}

fn unproven((span, what): (Span, String)) -> Diagnostic {
    let message = format!("{what} can be checked, but not replayed yet");
    Diagnostic::error(UNSUPPORTED, span, message)
}

fn of_given(composition: &Composition, test: &Test) -> Option<&'static str> {
    if test.replan {
        return Some("`given replan`");
    }
    if expectation::events(composition, test).is_some() {
        return None;
    }
    test.given.iter().find_map(|event| match event {
        Event::Lost(_) | Event::Partition(..) => None,
        Event::LostSome { .. } => {
            Some("`lost(x, n)` of more than 4096 choices, or of alike devices,")
        }
        Event::Demand(..) => Some("`demand(app) * n`"),
        Event::Join { .. } => Some("`join(profile * n, site)`"),
    })
}

fn of_subject(subject: &Subject) -> Option<&'static str> {
    match subject {
        Subject::Served(_)
        | Subject::ServedBy(..)
        | Subject::Rtt(..)
        | Subject::Count(..)
        | Subject::Variant(_) => None,
        Subject::Total(_) => Some("`total(…)` in a test"),
        Subject::Utilisation(_) => Some("`max(utilisation.…)` in a test"),
        Subject::BootTime => Some("`boot_time` in a test"),
    }
}

/// The targets of `emit` that are not written yet, and options that nothing reads.
pub fn of_targets(composition: &Composition) -> Vec<Diagnostic> {
    let one = |target: &EmitTarget| {
        let name = &target.name;
        let message = if name.parse::<vn_emit::Target>().is_err() {
            format!("target `{name}` can be checked, but not built yet")
        } else {
            let option = target.options.keys().next()?;
            format!("option `{option}` of `{name}` can be checked, but not built yet")
        };
        let built: Vec<&str> = vn_emit::Target::ALL
            .iter()
            .map(|target| target.name())
            .collect();
        let fault = Diagnostic::error(UNSUPPORTED, target.span, message);
        Some(fault.help(format!("the targets so far are {}", built.join(", "))))
    };
    composition.emit.iter().filter_map(one).collect()
}
