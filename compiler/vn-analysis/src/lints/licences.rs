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
    /// The line that excludes a licence, which is an expression as SPDX has it: of `A OR B` one is enough.
    /// Software without a licence is the user's own.
    fn excludes(&self, licence: &str) -> Option<Span> {
        // What is in brackets is not taken apart: all of it must be allowed.
        let whole = licence.contains('(');
        let choices = licence.split(if whole { "\n" } else { " OR " });
        let lines: Option<Vec<Span>> = choices.map(|choice| self.excludes_one(choice)).collect();
        lines?.first().copied()
    }

    /// The same without a choice.
    fn excludes_one(&self, licence: &str) -> Option<Span> {
        const SIGNS: [char; 3] = ['(', ')', ' '];
        let words = licence.split(SIGNS).filter(|word| !word.is_empty());
        let is_operator = |word: &&str| matches!(*word, "AND" | "OR" | "WITH");
        let parts = || words.clone().filter(|word| !is_operator(word));
        // SPDX, annex D.2: the case of letters does not tell licences apart.
        let named =
            |names: &[String], part: &str| names.iter().any(|one| one.eq_ignore_ascii_case(part));
        let whole = |names: &[String]| named(names, licence);
        let denied = |(names, _): &&(Vec<String>, Span)| {
            whole(names) || parts().any(|part| named(names, part))
        };
        let missing = |(names, _): &&(Vec<String>, Span)| {
            !whole(names) && !parts().all(|part| named(names, part))
        };
        let denied = self.deny.as_ref().filter(denied);
        let missing = self.allow.as_ref().filter(missing);
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
