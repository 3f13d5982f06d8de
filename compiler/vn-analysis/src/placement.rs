//! Where instances may be: `pin`, `forbid on`, `truth on`.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Reason, TruthOn};
use crate::declared::{Body, Clause, Placement, Selector, twice};
use crate::fleet::Fleet;
use crate::selector;
use crate::types::Enums;

/// What pins and bans leave.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// The placements exclude each other, which has been reported.
    pub conflicting: bool,
    lines: Vec<Line>,
}

/// A `pin` or `forbid` with its devices.
#[derive(Clone, Debug)]
struct Line {
    is_pin: bool,
    text: String,
    span: Span,
    devices: BTreeSet<DeviceIx>,
    /// The roles it names, where it speaks of roles.
    roles: Vec<String>,
    /// Why a device is out, where it does not speak of roles.
    reason: Reason,
}

impl Line {
    fn admits(&self, device: DeviceIx) -> bool {
        self.devices.contains(&device) == self.is_pin
    }
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
        let mut lines = Vec::new();
        for (is_pin, placement) in placements {
            let before = faults.len();
            let devices = selector::devices(&placement.on, fleet, enums, faults);
            if selector::failed(before, faults) {
                continue;
            }
            let roles = roles(&placement.on);
            let barred = |ix: &DeviceIx| {
                let of = fleet.device(*ix).map_or(&[][..], |device| &device.roles);
                roles.is_empty() || of.iter().all(|role| roles.contains(role))
            };
            let word = placement.on.word.as_deref().unwrap_or_default();
            let devices = devices.into_iter();
            let devices = devices.filter(|ix| *is_pin || (barred(ix) && !fleet.doubts(*ix, word)));
            let devices = devices.collect();
            let verb = if *is_pin { "pin" } else { "forbid" };
            let text = match &placement.subject {
                Some(subject) => format!("{verb} {subject} on {}", placement.on),
                None => format!("{verb} on {}", placement.on),
            };
            let reason = Reason::about(format!("`{text}` rules out `"), "`", placement.span);
            lines.push(Line {
                is_pin: *is_pin,
                reason,
                text,
                span: placement.span,
                devices,
                roles,
            });
        }
        let allowed = Self {
            conflicting: false,
            lines,
        };
        let conflict = allowed.conflict(component, fleet);
        let conflicting = conflict.is_some();
        faults.extend(conflict);
        Self {
            conflicting,
            ..allowed
        }
    }

    /// Which of the roles that a device may take are left.
    pub fn roles(&self, of: &[String]) -> Vec<String> {
        let speaking = || self.lines.iter().filter(|line| !line.roles.is_empty());
        let left = |role: &&String| speaking().all(|line| line.roles.contains(role) == line.is_pin);
        of.iter().filter(left).cloned().collect()
    }

    /// The first line that pins or bans.
    pub fn span(&self) -> Option<Span> {
        self.lines.first().map(|line| line.span)
    }

    /// Where the pins stand.
    pub fn pins(&self) -> Vec<Span> {
        let pins = self.lines.iter().filter(|line| line.is_pin);
        pins.map(|line| line.span).collect()
    }

    /// The devices left.
    pub fn devices(&self, fleet: &Fleet) -> Vec<DeviceIx> {
        let all = fleet.all().into_iter();
        all.filter(|ix| self.admits(*ix)).collect()
    }

    /// Whether a device is left.
    pub fn admits(&self, device: DeviceIx) -> bool {
        self.lines.iter().all(|line| line.admits(device))
    }

    /// The lines that keep a device out.
    pub fn against(&self, device: DeviceIx) -> Vec<usize> {
        let lines = self.lines.iter().enumerate();
        let against = lines.filter(|(_, line)| !line.admits(device));
        against.map(|(at, _)| at).collect()
    }

    /// Why devices of a role are out that some lines keep out.
    pub fn reasons(&self, against: &[usize], role: &str) -> Vec<Reason> {
        let lines = against.iter().filter_map(|at| self.lines.get(*at));
        let reason = |line: &Line| {
            if line.roles.is_empty() {
                return line.reason.clone();
            }
            let after = format!("` has role {role}");
            Reason::about(format!("`{}`: `", line.text), after, line.span)
        };
        lines.map(reason).collect()
    }

    /// Two lines that together leave no device.
    pub fn conflict(&self, component: &str, fleet: &Fleet) -> Option<Diagnostic> {
        let (last, rest) = self.lines.split_last()?;
        let bans_all = !last.is_pin && last.devices.len() == fleet.devices.len();
        if (rest.is_empty() && !bans_all) || !self.devices(fleet).is_empty() {
            return None;
        }
        if rest.is_empty() {
            let message = format!("`{}` leaves no device for `{component}`", last.text);
            let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, last.span, message);
            return Some(fault.here("rules out every device there is"));
        }
        let (first, second) = self.pair().unwrap_or((last, rest.last().unwrap_or(last)));
        let message = format!("`{}` conflicts with `{}`", first.text, second.text);
        let fault = Diagnostic::error(codes::PLACEMENT_CONFLICT, first.span, message)
            .here(format!("no device is left for `{component}`"));
        Some(fault.label(second.span, "and this"))
    }

    /// Two lines that exclude each other on their own.
    fn pair(&self) -> Option<(&Line, &Line)> {
        let pins = self.lines.iter().filter(|line| line.is_pin);
        let mut pairs = pins.flat_map(|pin| self.lines.iter().map(move |other| (pin, other)));
        pairs.find(|(pin, other)| {
            if other.is_pin {
                pin.devices.is_disjoint(&other.devices)
            } else {
                pin.devices.is_subset(&other.devices)
            }
        })
    }
}

/// The roles that a selector names.
fn roles(on: &Selector) -> Vec<String> {
    match on.word.as_deref() {
        Some("role") => on.targets.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
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
            found = Some(TruthOn {
                devices,
                span: *span,
            });
        }
    }
    found
}
