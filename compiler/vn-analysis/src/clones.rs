//! `clone …`: how the bytes of an instance arrive.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{CloneMode, DeviceIx, Slot};
use crate::declared::{Body, Clause, CloneClause};
use crate::eval::holds;
use crate::fleet::Fleet;
use crate::scope::Scope;
use crate::selector;
use crate::spelling;
use crate::types::Enums;

/// How the bytes of an instance arrive on a device, and the rule that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// As an instance, in this way.
    Clone(CloneMode, Option<Span>),
    /// No clone here.
    Never(Span),
}

/// `clone …` rules with their devices.
#[derive(Clone, Debug, Default)]
pub struct CloneRules<'a> {
    rules: Vec<CloneRule<'a>>,
}

#[derive(Clone, Debug)]
struct CloneRule<'a> {
    clause: &'a CloneClause,
    on: Option<BTreeSet<DeviceIx>>,
    arrival: Option<Arrival>,
}

impl<'a> CloneRules<'a> {
    /// Reads the rules of a service.
    pub fn of(body: &'a Body, fleet: &Fleet, enums: &Enums, faults: &mut Vec<Diagnostic>) -> Self {
        let mut rules = Vec::new();
        for clause in &body.clauses {
            if let Clause::Clone(rule) = clause {
                let on = rule.on.as_ref();
                let on = on.map(|on| selector::expected(on, fleet, enums, faults));
                let arrival = arrival(rule, faults);
                let on = on.map(|on| on.into_iter().collect());
                rules.push(CloneRule {
                    clause: rule,
                    on,
                    arrival,
                });
            }
        }
        faults.extend(overruled(&rules));
        Self { rules }
    }

    /// Which of the rules have a condition that holds.
    pub fn holding(&self, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Vec<bool> {
        let whens = self.rules.iter().map(|rule| rule.clause.when.as_ref());
        whens
            .map(|when| when.is_none_or(|when| holds(when, scope, faults)))
            .collect()
    }

    /// What applies on a device: the last of the rules that hold.
    pub fn on(&self, device: DeviceIx, holding: &[bool]) -> Arrival {
        let here = |rule: &CloneRule<'_>| rule.on.as_ref().is_none_or(|on| on.contains(&device));
        let applying = self.rules.iter().zip(holding);
        let applying = applying.filter(|(rule, holds)| **holds && here(rule));
        let last = applying.filter_map(|(rule, _)| rule.arrival).next_back();
        last.unwrap_or(Arrival::Clone(CloneMode::Eager, None))
    }
}

fn arrival(rule: &CloneClause, faults: &mut Vec<Diagnostic>) -> Option<Arrival> {
    match rule.mode.value.as_str() {
        "eager" => Some(Arrival::Clone(CloneMode::Eager, Some(rule.span))),
        "lazy" => Some(Arrival::Clone(CloneMode::Lazy, Some(rule.span))),
        "on_demand" => Some(Arrival::Clone(CloneMode::OnDemand, Some(rule.span))),
        "never" => Some(Arrival::Never(rule.span)),
        other => {
            const KNOWN: [&str; 4] = ["eager", "lazy", "on_demand", "never"];
            let near = spelling::nearest(other, KNOWN);
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("no way to clone is called `{other}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, rule.mode.span, message);
            faults.push(match near {
                Some(near) => fault.guess(rule.mode.span, near),
                None => fault.help("one of `eager`, `lazy`, `on_demand`, `never`"),
            });
            None
        }
    }
}

/// Rules that apply nowhere, because a later one says otherwise wherever they would.
fn overruled(rules: &[CloneRule<'_>]) -> Vec<Diagnostic> {
    let covers = |later: &CloneRule<'_>, rule: &CloneRule<'_>| {
        let same = later.clause.when.is_none() || later.clause.when == rule.clause.when;
        same && match (&later.on, &rule.on) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(later), Some(rule)) => rule.is_subset(later),
        }
    };
    let one = |(at, rule): (usize, &CloneRule<'_>)| {
        rule.arrival?;
        let later = rules
            .iter()
            .skip(at + 1)
            .find(|later| covers(later, rule))?;
        let (first, second) = (&rule.clause.mode.value, &later.clause.mode.value);
        let message =
            format!("this `clone {first}` holds nowhere: a later `clone {second}` overrules it");
        let fault = Diagnostic::warning(codes::OVERRULED, rule.clause.span, message);
        Some(fault.label(later.clause.span, "of two that apply, the later holds"))
    };
    rules.iter().enumerate().filter_map(one).collect()
}

/// Sources of bytes that nobody waits for.
pub fn idle_fetch(slot: &Slot, span: Span) -> Option<Diagnostic> {
    let waits = |mode: CloneMode| mode != CloneMode::Eager;
    if slot.options.is_empty() || slot.options.iter().any(|choice| waits(choice.clone)) {
        return None;
    }
    let message = format!(
        "nothing of `{}` is cloned lazily, so that `fetch` has no effect",
        slot.name
    );
    let fault = Diagnostic::warning(codes::OVERRULED, span, message);
    Some(fault.help("write `clone lazy on …`, or take `fetch` out"))
}

/// The truth is always there at boot, whatever a rule says of its one place.
pub fn of_truth(service: &str, device: &str, (rule, truth): (Span, Span)) -> Diagnostic {
    let message = format!("the truth of `{service}` is on `{device}`, and a truth is always eager");
    Diagnostic::warning(codes::OVERRULED, rule, message).label(truth, "the truth is here")
}
