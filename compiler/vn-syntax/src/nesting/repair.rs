//! Mends a faulty text so that the grammar can read the rest, and says what was mended.

use std::borrow::Cow;

use super::Settled;
use super::openers::{Fault, MAX_FAULTS, faults};
use crate::{Diagnostic, FileId, Span, codes};

/// A copy of the text with every bracket and string closed; `Err` if it has too many faults.
pub(super) fn repair(
    file: FileId,
    text: &str,
    indented: bool,
) -> Result<Settled<'_>, Vec<Diagnostic>> {
    let found = faults(text, indented);
    let diagnostics = found.iter().map(|fault| report(file, *fault)).collect();
    if found.len() > MAX_FAULTS {
        return Err(diagnostics);
    }
    let (mended, inserted) = mend(text, &found);
    let faulty_lines = found
        .iter()
        .flat_map(places)
        .map(|at| line_start(text, at))
        .collect();
    Ok(Settled {
        text: Cow::Owned(mended),
        inserted,
        diagnostics,
        faulty_lines,
    })
}

/// Whether nearly every body is deeper than its head, so that the indentation tells what belongs
/// together; a text that is not indented would be all faults by it.
pub(crate) fn is_indented(text: &str) -> bool {
    let code = |line: &'_ str| line.split("//").next().unwrap_or_default().trim_end().len();
    let lines: Vec<&str> = text
        .lines()
        .map(|l| l.get(..code(l)).unwrap_or(l))
        .collect();
    let lines: Vec<&str> = lines.into_iter().filter(|l| !l.is_empty()).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let heads = lines.windows(2).filter_map(|pair| match pair {
        // A next line that is less deep says that the body was not closed, no more.
        [head, next]
            if head.ends_with('{')
                && !next.trim_start().starts_with('}')
                && indent(next) >= indent(head) =>
        {
            Some(indent(next) > indent(head))
        }
        _ => None,
    });
    let (deeper, flat): (Vec<bool>, Vec<bool>) = heads.partition(|deeper| *deeper);
    deeper.len() >= 4 * flat.len()
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

fn places(fault: &Fault) -> [usize; 2] {
    match *fault {
        Fault::Unclosed { open, at, .. } | Fault::String { open, at } => [open, at],
        Fault::Unopened { at, .. } | Fault::Stray { at, .. } => [at, at],
    }
}

/// What a fault puts into the text: a character, instead of one that is there or in between.
fn change(fault: &Fault) -> (usize, char, bool) {
    match *fault {
        Fault::Unclosed { bracket, at, .. } => (at, bracket.close(), true),
        Fault::Unopened { at, .. } => (at, '{', true),
        Fault::Stray { at, .. } => (at, ' ', false),
        Fault::String { at, .. } => (at, '"', true),
    }
}

fn mend(text: &str, found: &[Fault]) -> (String, Vec<usize>) {
    let mut changes: Vec<_> = found.iter().map(change).collect();
    changes.sort_by_key(|(at, ..)| *at);
    let mut mended = String::with_capacity(text.len() + changes.len());
    let mut inserted = Vec::new();
    let mut copied = 0;
    for (at, character, new) in changes {
        mended.push_str(text.get(copied..at).unwrap_or_default());
        copied = at;
        if new {
            inserted.push(mended.len());
        } else {
            copied += 1;
        }
        mended.push(character);
    }
    mended.push_str(text.get(copied..).unwrap_or_default());
    (mended, inserted)
}

fn report(file: FileId, fault: Fault) -> Diagnostic {
    let span = |start: usize, end: usize| {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file,
            start: offset(start),
            end: offset(end),
        }
    };
    match fault {
        Fault::Unclosed { bracket, open, at } => {
            let (opens, closes) = (bracket.open(), bracket.close());
            let message = format!("`{opens}` is never closed");
            Diagnostic::error(codes::UNCLOSED, span(open, open + 1), message)
                .here("opened here")
                .label(span(at, at), format!("`{closes}` is missing here"))
                .help(format!("add `{closes}`"))
                .guess(span(at, at), closes)
        }
        Fault::Unopened { at, close } => {
            Diagnostic::error(codes::SYNTAX, span(at, at), "expected `{`")
                .here("a body begins on the next line")
                .label(span(close, close + 1), "and ends here")
                .help("add `{`")
                .guess(span(at, at), " {")
        }
        Fault::Stray { bracket, at } => {
            let message = format!("`{}` closes nothing", bracket.close());
            Diagnostic::error(codes::STRAY, span(at, at + 1), message)
                .help("remove it, or open it before")
                .guess(span(at, at + 1), "")
        }
        Fault::String { open, at } => Diagnostic::error(
            codes::UNCLOSED_STRING,
            span(open, at),
            "the string is never closed",
        )
        .here("a string ends on its line")
        .help("add `\"`")
        .guess(span(at, at), '"'),
    }
}
