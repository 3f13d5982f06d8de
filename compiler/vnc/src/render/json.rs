//! One JSON document on standard output.

use serde::Serialize;
use vn_syntax::{Diagnostic, Severity, Sources, Span};

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

#[derive(Debug, Serialize)]
struct JsonEdit<'a> {
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
    /// One-based, columns in characters.
    line: usize,
    column: usize,
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

fn one<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> JsonDiagnostic<'a> {
    let label = |label: &'a vn_syntax::Label| JsonLabel {
        place: span(label.span, sources),
        text: &label.text,
    };
    let edit = |edit: &'a vn_syntax::Edit| JsonEdit {
        place: span(edit.span, sources),
        replacement: &edit.text,
        safe: edit.safe,
    };
    JsonDiagnostic {
        code: diagnostic.code,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: &diagnostic.message,
        labels: diagnostic.labels.iter().map(label).collect(),
        help: diagnostic.help.as_deref(),
        notes: &diagnostic.notes,
        edits: diagnostic.edits.iter().map(edit).collect(),
    }
}

fn span(span: Span, sources: &Sources) -> JsonSpan<'_> {
    let source = sources.get(span.file);
    let before = source
        .and_then(|s| s.text.get(..span.start as usize))
        .unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    JsonSpan {
        file: source.map_or("", |source| &source.name),
        start: span.start,
        end: span.end,
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}
