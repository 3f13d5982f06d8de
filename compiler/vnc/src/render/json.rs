//! Diagnostics as one JSON document: `docs/reference/messages.md` says what it holds.

use serde::Serialize;
use vn_syntax::{Diagnostic, Edit, Severity, Sources, Span};

use super::place::place;

/// What the document is; the number rises when a reader of the old one would misread the new one.
pub const FORMAT: &str = "vnc.messages/1";

/// A diagnostic as programs read it.
#[derive(Debug, Serialize)]
pub struct JsonDiagnostic<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    help: Option<&'a str>,
    notes: &'a [String],
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: JsonSpan<'a>,
    text: &'a str,
}

/// A change of a text as programs read it.
#[derive(Debug, Serialize)]
pub struct JsonEdit<'a> {
    #[serde(flatten)]
    place: JsonSpan<'a>,
    replacement: &'a str,
    safe: bool,
}

#[derive(Debug, Serialize)]
struct JsonSpan<'a> {
    file: &'a str,
    /// Byte offsets.
    start: u32,
    end: u32,
    /// One-based, columns in characters; the end is behind the last character.
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// All diagnostics.
pub fn diagnostics<'a>(
    diagnostics: &'a [Diagnostic],
    sources: &'a Sources,
) -> Vec<JsonDiagnostic<'a>> {
    diagnostics
        .iter()
        .map(|diagnostic| one(diagnostic, sources))
        .collect()
}

/// All edits.
pub fn edits<'a>(edits: &'a [Edit], sources: &'a Sources) -> Vec<JsonEdit<'a>> {
    edits.iter().map(|one| edit(one, sources)).collect()
}

fn edit<'a>(edit: &'a Edit, sources: &'a Sources) -> JsonEdit<'a> {
    JsonEdit {
        place: span(edit.span, sources),
        replacement: &edit.text,
        safe: edit.safe,
    }
}

/// `error`, `warning` or `note`: the same word in every format.
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn one<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> JsonDiagnostic<'a> {
    let label = |label: &'a vn_syntax::Label| JsonLabel {
        place: span(label.span, sources),
        text: &label.text,
    };
    JsonDiagnostic {
        code: diagnostic.code,
        severity: severity(diagnostic.severity),
        message: &diagnostic.message,
        labels: diagnostic.labels.iter().map(label).collect(),
        help: diagnostic.help.as_deref(),
        notes: &diagnostic.notes,
        edits: edits(&diagnostic.edits, sources),
    }
}

fn span(span: Span, sources: &Sources) -> JsonSpan<'_> {
    let place = place(span, sources);
    JsonSpan {
        file: place.file,
        start: span.start,
        end: span.end,
        line: place.from.line,
        column: place.from.column,
        end_line: place.to.line,
        end_column: place.to.column,
    }
}
