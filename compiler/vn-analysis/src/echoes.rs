//! What is said of a statement is not said again of whatever rests on it.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::broken::words;
use crate::codes;

/// What was reported where it is declared, and is therefore of no known type where it is used.
#[derive(Default)]
pub struct Echoes<'t> {
    metrics: BTreeSet<&'t str>,
    /// Statements that say what is measured, and matches that did not parse.
    places: Vec<Span>,
    /// Currencies that no rate says anything of that makes sense.
    rates: BTreeSet<&'t str>,
}

impl<'t> Echoes<'t> {
    /// What was reported so far, where it concerns statements that others rest on.
    pub fn of(trees: &[&'t SyntaxTree], faults: &[Diagnostic]) -> Self {
        let errors = faults.iter().filter(|fault| fault.is_error());
        let places = errors.filter_map(|fault| Some(fault.labels.first()?.span));
        let broken = trees.iter().flat_map(|tree| tree.broken());
        let places: Vec<Span> = places.chain(broken.map(NodeRef::span)).collect();
        let is_wrong = |span: Span| places.iter().any(|place| span.covers(*place));
        let mut echoes = Self::default();
        if places.is_empty() {
            return echoes;
        }
        let mut sound = BTreeSet::new();
        for item in trees.iter().flat_map(|tree| tree.root().children()) {
            let name = item.child(SyntaxKind::Name).map(NodeRef::text);
            let names = match item.kind() {
                SyntaxKind::Metric => &mut echoes.metrics,
                SyntaxKind::RateItem => &mut echoes.rates,
                _ => continue,
            };
            if is_wrong(item.span()) {
                names.extend(name);
                echoes.places.push(item.span());
            } else {
                sound.extend(name);
            }
        }
        echoes.rates.retain(|name| !sound.contains(name));
        echoes
    }

    /// Whether a message says nothing but that what was reported has no type.
    pub fn explains(&self, fault: &Diagnostic) -> bool {
        let Some(at) = fault.labels.first().map(|label| label.span) else {
            return false;
        };
        if self.places.iter().any(|place| place.covers(at)) {
            return false;
        }
        let mut quoted = fault.message.split('`').skip(1).step_by(2);
        match fault.code {
            codes::WRONG_TYPE | codes::MIXED_DIMENSIONS => {
                quoted.any(|part| words(part).any(|word| self.metrics.contains(word)))
                    || words(&fault.message).any(|word| self.rates.contains(word))
            }
            _ => false,
        }
    }
}
