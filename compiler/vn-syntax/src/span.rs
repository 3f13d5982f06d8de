//! Where something stands in the sources.

use std::ops::Range;
use std::sync::Arc;

/// A file of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A range of a file.
    pub(crate) fn of(file: FileId, range: Range<u32>) -> Self {
        let Range { start, end } = range;
        Self { file, start, end }
    }

    /// The smallest span that covers both; the other's file must be the same.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether all of another is inside.
    pub fn covers(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The empty span just behind this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            start: self.end,
            ..self
        }
    }
}

/// A value with the place it was written at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As shown to the user (`plan.vn`, `std/hardware.vn`).
    pub name: String,
    /// The text.
    pub text: Arc<str>,
}

impl Source {
    /// Line and column of a byte, both from 1, columns in characters.
    ///
    /// An offset behind the text is its end; one inside a character is that character.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        line_column(&self.text, offset)
    }
}

fn line_column(text: &str, offset: u32) -> (u32, u32) {
    let mut at = text.len().min(offset as usize);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
    let lines = before.bytes().filter(|b| *b == b'\n').count();
    let columns = before.get(start..).unwrap_or_default().chars().count();
    (count(lines), count(columns))
}

/// All texts that were read, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text and says its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source {
            name: name.into(),
            text: text.into(),
        });
        id
    }

    /// The text of an id that this table gave out.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All texts in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text under a span; empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|s| s.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }
}
