//! A source as it is shown, of which only the lines around a place are read again and again.

use std::collections::BTreeMap;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use vn_syntax::{FileId, Sources};

use super::escape::{self, Shown};

/// Lines on each side beyond those that are asked for: miette looks for their ends.
const MARGIN: usize = 2;

/// The sources that messages point into, each escaped once.
#[derive(Default)]
pub struct Sheets(BTreeMap<FileId, Arc<Sheet>>);

impl Sheets {
    /// The sheet of a file.
    pub fn of(&mut self, file: FileId, sources: &Sources) -> Option<Arc<Sheet>> {
        if let Some(known) = self.0.get(&file) {
            return Some(Arc::clone(known));
        }
        let source = sources.get(file)?;
        let sheet = Arc::new(Sheet::new(&source.name, &source.text));
        self.0.insert(file, Arc::clone(&sheet));
        Some(sheet)
    }
}

/// An escaped source with its name.
#[derive(Debug)]
pub struct Sheet {
    name: String,
    /// The text, and where its places have gone.
    pub shown: Shown,
    /// Where its lines begin.
    lines: Vec<usize>,
}

impl Sheet {
    fn new(name: &str, text: &str) -> Self {
        let shown = Shown::of(text);
        let ends = shown.text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            name: escape::escape(name).into_owned(),
            lines: std::iter::once(0).chain(ends).collect(),
            shown,
        }
    }

    /// The number of the line in which a byte stands, from 0.
    fn line(&self, at: usize) -> usize {
        self.lines
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }

    fn start(&self, line: usize) -> usize {
        self.lines
            .get(line)
            .copied()
            .unwrap_or(self.shown.text.len())
    }
}

impl SourceCode for Sheet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let first = self.line(span.offset()).saturating_sub(before + MARGIN);
        let last = self.line(span.offset() + span.len()) + after + MARGIN;
        let (start, end) = (self.start(first), self.start(last + 1));
        let window = self
            .shown
            .text
            .get(start..end)
            .ok_or(MietteError::OutOfBounds)?;
        let inside = SourceSpan::from((span.offset() - start, span.len()));
        let read = window.read_span(&inside, before, after)?;
        let from = start + read.span().offset();
        let length = read.span().len();
        let data = self.shown.text.as_bytes().get(from..from + length);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            SourceSpan::from((from, length)),
            first + read.line(),
            read.column(),
            read.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use miette::SourceCode as _;

    use super::Sheet;

    #[test]
    fn a_part_is_read_as_the_whole_is() {
        let text = "one\ntwo\r\n\nthree four\nfive\n\nsix\nseven\neight";
        let sheet = Sheet::new("plan.vn", text);
        for (before, after) in [(0, 0), (1, 1), (2, 3)] {
            for start in 0..text.len() {
                for length in 0..=(text.len() - start) {
                    let span = (start, length).into();
                    let (part, whole) = (
                        sheet.read_span(&span, before, after).unwrap(),
                        text.read_span(&span, before, after).unwrap(),
                    );
                    let at = format!("{start}+{length}, {before} and {after} lines");
                    assert_eq!(part.data(), whole.data(), "{at}");
                    assert_eq!(part.span(), whole.span(), "{at}");
                    let place = (part.line(), part.column());
                    assert_eq!(place, (whole.line(), whole.column()), "{at}");
                }
            }
        }
    }
}
