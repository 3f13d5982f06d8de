//! The one currency of a program.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::dimension::Dimension;
use crate::dimensions;
use crate::exchange;

/// The first currency met, with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Currency {
    first: Option<(String, Span)>,
    otherwise: Option<String>,
}

impl Currency {
    /// Takes note of an amount; reports a second currency.
    pub fn meet(&mut self, dimension: &Dimension, span: Span, faults: &mut Vec<Diagnostic>) {
        self.note(("add", "to"), dimension, span, faults);
    }

    /// Takes note of a bound on a sum of amounts; reports one in a second currency.
    pub fn compare(&mut self, dimension: &Dimension, span: Span, faults: &mut Vec<Diagnostic>) {
        self.note(("compare", "with"), dimension, span, faults);
    }

    fn note(
        &mut self,
        (verb, preposition): (&str, &str),
        dimension: &Dimension,
        span: Span,
        faults: &mut Vec<Diagnostic>,
    ) {
        let Some(code) = dimensions::currency(dimension) else {
            return;
        };
        match &self.first {
            None => self.first = Some((code.to_owned(), span)),
            Some((known, _)) if known == code => {}
            Some((known, at)) => {
                let words = dimensions::with_currency(dimension);
                let other = words.replace(code, known);
                let message = format!("cannot {verb} {words} {preposition} {other}");
                let fault = Diagnostic::error(codes::MIXED_DIMENSIONS, span, message)
                    .here(format!("in {code}"))
                    .label(*at, format!("in {known}"));
                faults.push(fault.help(exchange::advice(code, known)));
            }
        }
    }

    /// The currency to count in where nothing has a price.
    pub fn set_otherwise(&mut self, code: Option<String>) {
        self.otherwise = code;
    }

    /// Its code; `EUR` where the program speaks of no money.
    pub fn code(&self) -> &str {
        let first = self.first.as_ref().map(|(code, _)| code);
        first
            .or(self.otherwise.as_ref())
            .map_or("EUR", String::as_str)
    }
}
