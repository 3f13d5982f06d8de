//! Lines and columns, as other programs count them.

use vn_syntax::{Sources, Span};

/// A span with its lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// As shown to the user.
    pub file: &'a str,
    /// Where it begins.
    pub from: Point,
    /// Behind its last character.
    pub to: Point,
}

/// A place between two characters, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The line.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
    /// The column in UTF-16 code units.
    pub utf16: usize,
}

/// Where a span stands.
pub fn place(span: Span, sources: &Sources) -> Place<'_> {
    let source = sources.get(span.file);
    let text = source.map_or("", |source| &*source.text);
    Place {
        file: source.map_or("", |source| &source.name),
        from: point(text, span.start),
        to: point(text, span.end.max(span.start)),
    }
}

fn point(text: &str, offset: u32) -> Point {
    let mut at = text.len().min(offset as usize);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.get(start..).unwrap_or_default();
    Point {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        utf16: line.encode_utf16().count() + 1,
    }
}
