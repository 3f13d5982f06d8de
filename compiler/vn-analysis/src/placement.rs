//! Where instances may be: `pin`, `forbid on`, `truth on`, `clone`.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{CloneMode, DeviceIx, Reason, TruthOn};
use crate::declared::{Body, Clause, CloneClause, Placement, twice, unsupported};
use crate::eval::holds;
use crate::fleet::Fleet;
use crate::scope::Scope;
use crate::selector;
use crate::spelling;
use crate::types::Enums;

/// What pins and bans leave.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    clauses: Vec<(bool, String, Span, BTreeSet<DeviceIx>)>,
}

impl Allowed {
    /// The placements of a component with their devices; reports those that exclude each other.
    pub fn of(
        component: &str,
        placements: &[(bool, &Placement)],
        fleet: &Fleet,
        enums: &Enums,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut clauses = Vec::new();
        for (is_pin, placement) in placements {
            let before = faults.len();
            let devices = selector::devices(&placement.on, fleet, enums, faults);
            if faults.len() > before {
                continue;
            }
            let verb = if *is_pin { "pin" } else { "forbid" };
            let text = match &placement.subject {
                Some(subject) => format!("{verb} {subject} on {}", placement.on),
                None => format!("{verb} on {}", placement.on),
            };
            clauses.push((*is_pin, text, placement.span, devices.into_iter().collect()));
        }
        let allowed = Self { clauses };
        faults.extend(allowed.conflict(component, fleet));
        allowed
    }

    /// Whether anything is pinned or banned, and the first line that does.
    pub fn span(&self) -> Option<Span> {
        self.clauses.first().map(|(_, _, span, _)| *span)
    }

    /// The pins, in words.
    pub fn pins(&self) -> Vec<Span> {
        self.clauses.iter().filter(|clause| clause.0).map(|clause| clause.2).collect()
    }

    /// The devices left.
    pub fn devices(&self, fleet: &Fleet) -> Vec<DeviceIx> {
        fleet.all().into_iter().filter(|ix| self.admits(*ix)).collect()
    }

    fn admits(&self, device: DeviceIx) -> bool {
        self.clauses.iter().all(|(is_pin, _, _, devices)| devices.contains(&device) == *is_pin)
    }

    /// Why a device is out.
    pub fn reasons(&self, device: DeviceIx, fleet: &Fleet) -> Vec<Reason> {
        let against = self
            .clauses
            .iter()
            .filter(|(is_pin, _, _, devices)| devices.contains(&device) != *is_pin);
        let role = fleet.device(device).map_or("", |device| &device.role);
        let reason = |(_, text, span, _): &(bool, String, Span, BTreeSet<DeviceIx>)| Reason {
            text: format!("`{text}`: `{}` has role {role}", fleet.id(device)),
            span: *span,
        };
        against.map(reason).collect()
    }

    fn conflict(&self, component: &str, fleet: &Fleet) -> Option<Diagnostic> {
        let (last, rest) = self.clauses.split_last()?;
        if rest.is_empty() && (last.0 || last.3.len() < fleet.devices.len()) {
            return None;
        }
        if !self.devices(fleet).is_empty() {
            return None;
        }
        let (first, second) = self.pair().unwrap_or((last, rest.last().unwrap_or(last)));
        let message = format!("`{}` conflicts with `{}`", first.1, second.1);
        let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, first.2, message);
        Some(fault.here(format!("no device is left for `{component}`")).label(second.2, "and this"))
    }

    /// Two clauses that exclude each other on their own.
    #[allow(clippy::type_complexity, reason = "a pair of rows of the table above")]
    fn pair(
        &self,
    ) -> Option<(
        &(bool, String, Span, BTreeSet<DeviceIx>),
        &(bool, String, Span, BTreeSet<DeviceIx>),
    )> {
        let pins = self.clauses.iter().filter(|clause| clause.0);
        let mut pairs = pins.flat_map(|pin| self.clauses.iter().map(move |other| (pin, other)));
        pairs.find(|(pin, other)| match other.0 {
            true => pin.3.is_disjoint(&other.3),
            false => pin.3.is_subset(&other.3),
        })
    }
}

/// `truth on …` of a service.
pub fn truth(
    body: &Body,
    fleet: &Fleet,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Option<TruthOn> {
    let mut found: Option<TruthOn> = None;
    for clause in &body.clauses {
        if let Clause::Truth(on, span) = clause {
            if let Some(first) = &found {
                faults.push(twice("truth", *span, first.span));
            }
            let devices = selector::devices(on, fleet, enums, faults);
            found = Some(TruthOn { devices, span: *span });
        }
    }
    found
}

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
    rules: Vec<(&'a CloneClause, Option<BTreeSet<DeviceIx>>, Option<Arrival>)>,
}

impl<'a> CloneRules<'a> {
    /// Reads the rules of a service.
    pub fn of(
        body: &'a Body,
        fleet: &Fleet,
        enums: &Enums,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut rules = Vec::new();
        for clause in &body.clauses {
            if let Clause::Clone(rule) = clause {
                let on = rule.on.as_ref();
                let on = on.map(|on| selector::devices(on, fleet, enums, faults));
                let arrival = arrival(rule, faults);
                rules.push((rule, on.map(|on| on.into_iter().collect()), arrival));
            }
        }
        Self { rules }
    }

    /// What holds on a device: the last rule that applies.
    pub fn on(&self, device: DeviceIx, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Arrival {
        let mut result = Arrival::Clone(CloneMode::Eager, None);
        for (rule, on, arrival) in &self.rules {
            let here = on.as_ref().is_none_or(|on| on.contains(&device));
            let applies = here && rule.when.as_ref().is_none_or(|when| holds(when, scope, faults));
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
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, rule.mode.span, message));
            None
        }
    }
}
