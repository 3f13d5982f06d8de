//! `provides`: what the variants of a component can do for those that need it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::draft::Draft;
use crate::eval::eval;
use crate::scope::Scope;

/// The words that each variant provides, in declared order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provision(Vec<(String, BTreeSet<String>)>);

impl Provision {
    /// Of a component.
    pub fn of(draft: &Draft<'_>, scope: &Scope<'_>) -> Self {
        let variants = draft.blueprint.variants.iter().map(|variant| {
            let scope = Scope {
                values: Cow::Borrowed(&variant.values),
                outer: Some(scope),
                ..Scope::default()
            };
            let words = variant.provides.iter().flat_map(|list| {
                let value = eval(list, &scope, &mut Vec::new());
                let items = value.items().iter();
                items
                    .filter_map(|item| item.word().map(str::to_owned))
                    .collect::<Vec<_>>()
            });
            (variant.name.clone(), words.collect())
        });
        Self(variants.collect())
    }

    /// What a variant provides.
    pub fn words(&self, variant: u32) -> impl Iterator<Item = &str> {
        let words = self.0.get(variant as usize).map(|(_, words)| words);
        words.into_iter().flatten().map(String::as_str)
    }

    /// Whether a variant provides something.
    pub fn has(&self, variant: u32, word: &str) -> bool {
        self.words(variant).any(|provided| provided == word)
    }

    /// Whether every variant does, and there is one.
    pub fn all_have(&self, word: &str) -> bool {
        !self.0.is_empty() && self.0.iter().all(|(_, words)| words.contains(word))
    }

    /// The message for a clause whose word no variant provides.
    pub fn missing(
        &self,
        word: &str,
        (name, declared): (&str, Span),
        span: Span,
    ) -> Option<Diagnostic> {
        if self.0.is_empty() || self.0.iter().any(|(_, words)| words.contains(word)) {
            return None;
        }
        let message = match self.0.as_slice() {
            [(variant, _)] if variant != "default" => {
                format!("`{variant}` does not provide `{word}`, which `{name}` asks for here")
            }
            _ => format!("no variant of `{name}` provides `{word}`"),
        };
        let fault = Diagnostic::error(codes::NOT_PROVIDED, span, message);
        Some(fault.label(declared, "declared here").help(format!(
            "use a kind that has it, or write `provides = [{word}]` in a variant that can do it"
        )))
    }
}
