//! Layouts to text.

use super::document::{Block, Comment, Doc, Entry};
use super::{COMMENT_COLUMN, COMMENT_GAP, INDENT, WIDTH, align};

/// The text of a whole file.
pub(super) fn file(block: &Block<'_>) -> String {
    let mut text = String::new();
    for line in align::lines(&block.entries, 0, block.style.end) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// The column of a comment behind a line that starts at `indent` and ends at `column`.
pub(super) fn comment_column(indent: usize, column: usize) -> usize {
    (indent + COMMENT_COLUMN).max(column + COMMENT_GAP)
}

/// A layout on one line, if it is one and takes no more than `room`.
pub(super) fn flat(doc: &Doc<'_>, room: usize) -> Option<String> {
    let mut text = String::new();
    push_flat(doc, room, &mut text)?;
    (width(&text) <= room).then_some(text)
}

fn push_flat(doc: &Doc<'_>, room: usize, text: &mut String) -> Option<()> {
    match doc {
        Doc::Text(word) => text.push_str(word),
        Doc::Blank | Doc::Line => text.push(' '),
        Doc::Comment(_) => return None,
        Doc::Row(docs) | Doc::Group(docs) => {
            for doc in docs {
                push_flat(doc, room, text)?;
            }
        }
        Doc::Block(block) => push_flat_block(block, room, text)?,
    }
    // No column takes more than four bytes.
    (text.len() <= room.saturating_mul(4)).then_some(())
}

fn push_flat_block(block: &Block<'_>, room: usize, text: &mut String) -> Option<()> {
    if block.open {
        return None;
    }
    let style = block.style;
    text.push_str(style.open);
    let pad = if block.entries.is_empty() {
        ""
    } else {
        style.pad
    };
    text.push_str(pad);
    for (at, entry) in block.entries.iter().enumerate() {
        if at > 0 {
            text.push_str(style.between);
        }
        push_flat_entry(entry, room, text)?;
    }
    text.push_str(pad);
    text.push_str(style.close);
    Some(())
}

/// A statement on one line; nothing for a comment.
pub(super) fn push_flat_entry(entry: &Entry<'_>, room: usize, text: &mut String) -> Option<()> {
    let statement = entry.statement()?;
    if statement.comment.is_some() {
        return None;
    }
    for (at, cell) in statement.cells.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        push_flat(&cell.doc, room, text)?;
    }
    Some(())
}

/// What a layout takes of its line at least, and whether the line may end behind that.
pub(super) fn lead(docs: &[Doc<'_>]) -> (usize, bool) {
    let mut taken = 0;
    for doc in docs {
        let (more, ends) = match doc {
            Doc::Text(text) => (width(text), false),
            Doc::Blank => (1, false),
            Doc::Line | Doc::Comment(_) => (0, true),
            Doc::Row(docs) | Doc::Group(docs) => lead(docs),
            Doc::Block(block) => (width(block.style.open), true),
        };
        taken += more;
        if ends {
            return (taken, true);
        }
    }
    (taken, false)
}

/// Writes layouts that take more than a line.
pub(super) struct Printer {
    /// What has been written.
    pub text: String,
    column: usize,
    /// The first column of the current line.
    indent: usize,
    /// Where the statement began.
    base: usize,
    /// Whether a comment has ended the line, so that the next word starts one.
    ended: bool,
}

impl Printer {
    /// Begins a statement at a column.
    pub(super) fn at(base: usize) -> Self {
        Self {
            text: String::new(),
            column: base,
            indent: base,
            base,
            ended: false,
        }
    }

    /// Writes a word.
    pub(super) fn word(&mut self, text: &str) {
        if self.ended {
            self.end_line(self.indent.max(self.base + INDENT));
        }
        self.text.push_str(text);
        self.column += width(text);
    }

    fn end_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.push_str(&" ".repeat(indent));
        self.column = indent;
        self.indent = indent;
        self.ended = false;
    }

    fn comment(&mut self, comment: Comment<'_>) {
        if comment.alone || self.ended {
            self.end_line(self.indent.max(self.base + INDENT));
        } else {
            let column = comment_column(self.indent, self.column);
            let blanks = column.saturating_sub(self.column);
            self.text.push_str(&" ".repeat(blanks));
        }
        self.text.push_str(comment.text);
        self.ended = true;
    }

    /// Writes layouts in a row; `tail` is what must follow on the last line.
    pub(super) fn row(&mut self, docs: &[Doc<'_>], indent: usize, broken: bool, tail: usize) {
        let mut rest = docs;
        while let Some((doc, behind)) = rest.split_first() {
            let (follows, ends) = lead(behind);
            let follows = if ends { follows } else { follows + tail };
            self.doc(doc, indent, broken, follows);
            rest = behind;
        }
    }

    fn doc(&mut self, doc: &Doc<'_>, indent: usize, broken: bool, tail: usize) {
        match doc {
            Doc::Text(text) => self.word(text),
            Doc::Line if broken => self.end_line(indent),
            Doc::Blank | Doc::Line if self.ended => {}
            Doc::Blank | Doc::Line => self.word(" "),
            Doc::Comment(comment) => self.comment(*comment),
            Doc::Row(docs) => self.row(docs, indent, broken, tail),
            Doc::Group(docs) => {
                if !self.fitting(doc, tail) {
                    self.row(docs, indent + INDENT, true, tail);
                }
            }
            Doc::Block(block) => {
                if !self.fitting(doc, tail) {
                    self.block(block, indent);
                }
            }
        }
    }

    /// Writes a layout on the line if it fits.
    fn fitting(&mut self, doc: &Doc<'_>, tail: usize) -> bool {
        let column = if self.ended {
            self.indent.max(self.base + INDENT)
        } else {
            self.column
        };
        match flat(doc, WIDTH.saturating_sub(column + tail)) {
            Some(text) => {
                self.word(&text);
                true
            }
            None => false,
        }
    }

    fn block(&mut self, block: &Block<'_>, indent: usize) {
        self.word(block.style.open);
        if let Some(text) = block.head {
            self.comment(Comment { text, alone: false });
        }
        for line in align::lines(&block.entries, indent + INDENT, block.style.end) {
            self.text.push('\n');
            self.text.push_str(&line);
        }
        self.end_line(indent);
        self.word(block.style.close);
    }
}
