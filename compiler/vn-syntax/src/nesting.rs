//! Brackets and strings, settled before the grammar reads a text.
//!
//! The grammar may then rely on both being closed and on a bounded depth, which is what makes its
//! recovery local and its stack safe. A text without a fault is not touched and costs one scan.

mod openers;
mod repair;

use std::borrow::Cow;

use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::{Diagnostic, FileId, Span, codes};

/// How deep brackets may nest.
pub(crate) const MAX_DEPTH: usize = 128;

/// A text whose brackets and strings are closed.
pub(crate) struct Settled<'t> {
    /// The text to parse: the original, or a repaired copy.
    pub text: Cow<'t, str>,
    /// Where, in `text`, one character stands that the user did not write; ascending.
    pub inserted: Vec<usize>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Starts of the lines, in the original, on which something was wrong.
    pub faulty_lines: Vec<usize>,
}

impl Settled<'_> {
    /// Where an offset of `text` stands in the original.
    pub(crate) fn original(&self, offset: u32) -> u32 {
        let before = self.inserted.partition_point(|at| *at < offset as usize);
        offset.saturating_sub(u32::try_from(before).unwrap_or(u32::MAX))
    }
}

/// Closes what is open; `Err` where that is hopeless, with the reason.
pub(crate) fn settle(file: FileId, text: &str) -> Result<Settled<'_>, Vec<Diagnostic>> {
    match check(text) {
        Verdict::Sound => Ok(Settled {
            text: Cow::Borrowed(text),
            inserted: Vec::new(),
            diagnostics: Vec::new(),
            faulty_lines: Vec::new(),
        }),
        Verdict::TooDeep(at) => Err(vec![too_deep(file, at)]),
        Verdict::Faulty => {
            let settled = repair::repair(file, text)?;
            match check(&settled.text) {
                Verdict::Sound => Ok(settled),
                Verdict::Faulty => Err(settled.diagnostics),
                Verdict::TooDeep(at) => {
                    let at = settled.original(u32::try_from(at).unwrap_or(u32::MAX));
                    Err(vec![too_deep(file, at as usize)])
                }
            }
        }
    }
}

enum Verdict {
    Sound,
    Faulty,
    TooDeep(usize),
}

fn check(text: &str) -> Verdict {
    let mut open: Vec<Bracket> = Vec::new();
    let mut faulty = false;
    // `match` takes a value before its brace, so that a row of them nests without brackets.
    let mut matches = 0;
    for Token { kind, start, end } in Tokens::from(text, 0) {
        match kind {
            TokenKind::Open(bracket) => {
                if bracket == Bracket::Brace {
                    matches = 0;
                }
                open.push(bracket);
            }
            TokenKind::Close(bracket) => faulty |= open.pop() != Some(bracket),
            TokenKind::OpenString => faulty = true,
            TokenKind::Word if end - start == 5 && text.get(start..end) == Some("match") => {
                matches += 1;
            }
            TokenKind::Symbol if text.get(start..end) == Some(";") => matches = 0,
            TokenKind::Symbol
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::Word
            | TokenKind::Number => {}
        }
        if open.len() + matches > MAX_DEPTH {
            return Verdict::TooDeep(start);
        }
    }
    if faulty || !open.is_empty() {
        Verdict::Faulty
    } else {
        Verdict::Sound
    }
}

fn too_deep(file: FileId, at: usize) -> Diagnostic {
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span {
        file,
        start,
        end: start.saturating_add(1),
    };
    Diagnostic::error(
        codes::TOO_DEEP,
        span,
        format!("nested more than {MAX_DEPTH} levels deep"),
    )
    .here("the first level too many")
    .help("split it: name the inner part with `param`, `metric` or a `node` of its own")
}
