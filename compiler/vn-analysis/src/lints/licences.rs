//! Variants whose licence the policy excludes: they are no options, and one warning says so.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Choice, Reason, Rejection, Slot};

/// `policy { licence { allow = […]; deny = […] } }`, by SPDX identifier.
#[derive(Clone, Debug, Default)]
pub struct Licences {
    /// Only these, where the line stands that says so.
    pub allow: Option<(Vec<String>, Span)>,
    /// None of these.
    pub deny: Option<(Vec<String>, Span)>,
}

impl Licences {
    /// The line that excludes a licence. Software without one is the user's own.
    fn excludes(&self, licence: &str) -> Option<Span> {
        let named = |names: &[String]| names.iter().any(|name| name == licence);
        let denied = self.deny.as_ref().filter(|(names, _)| named(names));
        let missing = self.allow.as_ref().filter(|(names, _)| !named(names));
        denied.or(missing).map(|(_, span)| *span)
    }
}

/// Takes the excluded variants out of a slot.
pub fn exclude(slot: &mut Slot, licences: &Licences, faults: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    let options = std::mem::take(&mut slot.options);
    for choice in options {
        let Some((licence, line)) = excluded(&choice, licences) else {
            slot.options.push(choice);
            continue;
        };
        let text = format!("its licence {licence} is excluded by the policy");
        if told.insert(choice.variant) {
            let name = slot.variants.get(choice.variant as usize);
            let name = name.map_or("", String::as_str);
            let message = format!("variant `{name}` is left out: {text}");
            let fault = Diagnostic::warning(codes::EXCLUDED_LICENCE, line, message);
            faults.push(fault.label(slot.span, format!("a variant of `{}`", slot.name)));
        }
        slot.rejected.push(Rejection {
            device: choice.device,
            variant: choice.variant,
            reasons: [Reason::new(text, line)].into(),
        });
    }
    slot.rejected.sort_by_key(|one| (one.device, one.variant));
    if slot.options.is_empty() && !told.is_empty() {
        let message = format!("the policy on licences leaves `{}` no variant", slot.name);
        let line = slot
            .rejected
            .iter()
            .flat_map(|one| one.reasons.iter())
            .next_back();
        let fault = Diagnostic::error(codes::NOWHERE, slot.span, message);
        faults.push(match line {
            Some(reason) => fault.label(reason.span, "said here"),
            None => fault,
        });
    }
}

fn excluded(choice: &Choice, licences: &Licences) -> Option<(String, Span)> {
    let licence = choice.software.licence.clone()?;
    let line = licences.excludes(&licence)?;
    Some((licence, line))
}
