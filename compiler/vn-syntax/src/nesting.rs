//! Brackets and strings, settled before the grammar reads a text.
//!
//! The grammar may then rely on both being closed and on a bounded depth, which is what makes its
//! recovery local and its stack safe. A text without a fault is not touched and costs one scan.

mod openers;
mod repair;
mod state;

use std::borrow::Cow;

pub(crate) use repair::is_indented;
pub(crate) use state::{Nesting, State, state};

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
pub(crate) fn settle(
    file: FileId,
    text: &str,
    state: State,
) -> Result<Settled<'_>, Vec<Diagnostic>> {
    match state {
        State::Sound => Ok(Settled {
            text: Cow::Borrowed(text),
            inserted: Vec::new(),
            diagnostics: Vec::new(),
            faulty_lines: Vec::new(),
        }),
        State::TooDeep(at) => Err(vec![too_deep(file, at)]),
        State::Faulty { indented } => {
            let settled = repair::repair(file, text, indented)?;
            match state::state(&settled.text) {
                State::Sound => Ok(settled),
                State::Faulty { .. } => Err(settled.diagnostics),
                State::TooDeep(at) => {
                    let at = settled.original(u32::try_from(at).unwrap_or(u32::MAX));
                    Err(vec![too_deep(file, at as usize)])
                }
            }
        }
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
