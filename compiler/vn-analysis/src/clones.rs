//! `clone …`: how the bytes of an instance arrive.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{CloneMode, DeviceIx};
use crate::declared::{Body, Clause, CloneClause, unsupported};
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
                let on = on.map(|on| selector::devices(on, fleet, enums, faults));
                let arrival = arrival(rule, faults);
                let on = on.map(|on| on.into_iter().collect());
                rules.push(CloneRule {
                    clause: rule,
                    on,
                    arrival,
                });
            }
        }
        Self { rules }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What holds on a device: the last rule that applies.
    pub fn on(&self, device: DeviceIx, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Arrival {
        let mut result = Arrival::Clone(CloneMode::Eager, None);
        for CloneRule {
            clause,
            on,
            arrival,
        } in &self.rules
        {
            let here = on.as_ref().is_none_or(|on| on.contains(&device));
            let when = clause.when.as_ref();
            let applies = here && when.is_none_or(|when| holds(when, scope, faults));
            if let (true, Some(arrival)) = (applies, arrival) {
                result = *arrival;
            }
        }
        result
    }
}

fn arrival(rule: &CloneClause, faults: &mut Vec<Diagnostic>) -> Option<Arrival> {
    match rule.mode.value.as_str() {
        "eager" => Some(Arrival::Clone(CloneMode::Eager, Some(rule.span))),
        "lazy" => Some(Arrival::Clone(CloneMode::Lazy, Some(rule.span))),
        "never" => Some(Arrival::Never(rule.span)),
        "on_demand" => {
            faults.push(unsupported(rule.mode.span, "clone on_demand"));
            None
        }
        other => {
            let hint = spelling::hint(other, ["eager", "lazy", "never"]);
            let message = format!("no way to clone is called `{other}`{hint}");
            faults.push(Diagnostic::error(
                codes::UNKNOWN_NAME,
                rule.mode.span,
                message,
            ));
            None
        }
    }
}
