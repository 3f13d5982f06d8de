//! A layout: what is written in which order, and where lines may end.

/// A part of a layout.
pub(super) enum Doc<'t> {
    /// Words and signs.
    Text(&'t str),
    /// A blank.
    Blank,
    /// A blank, or the end of a line where the group does not fit.
    Line,
    /// A comment inside a statement: what follows starts a line.
    Comment(Comment<'t>),
    /// One after the other.
    Row(Vec<Doc<'t>>),
    /// On one line if it fits; else every [`Doc::Line`] of it ends a line, and the next is moved in.
    Group(Vec<Doc<'t>>),
    /// Something in brackets.
    Block(Block<'t>),
}

/// A comment.
#[derive(Clone, Copy)]
pub(super) struct Comment<'t> {
    /// Its text.
    pub text: &'t str,
    /// Whether it stands on a line of its own.
    pub alone: bool,
}

/// Entries in brackets: on one line, or a line each.
pub(super) struct Block<'t> {
    /// How it is written.
    pub style: Style,
    /// The comment behind the opening bracket.
    pub head: Option<&'t str>,
    /// What is inside.
    pub entries: Vec<Entry<'t>>,
    /// Whether it must be a line each.
    pub open: bool,
}

/// How entries are enclosed and separated.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// The opening bracket.
    pub open: &'static str,
    /// The closing bracket.
    pub close: &'static str,
    /// What stands inside each bracket on one line.
    pub pad: &'static str,
    /// What separates entries on one line.
    pub between: &'static str,
    /// What ends an entry on a line of its own.
    pub end: &'static str,
}

/// Something on a line of its own.
pub(super) struct Entry<'t> {
    /// Whether a blank line stands before it.
    pub apart: bool,
    /// What it is.
    pub what: What<'t>,
}

impl<'t> Entry<'t> {
    /// The statement, if it is one.
    pub(super) fn statement(&self) -> Option<&Statement<'t>> {
        match &self.what {
            What::Statement(statement) => Some(statement),
            What::Comment(_) => None,
        }
    }
}

/// What stands on a line.
pub(super) enum What<'t> {
    /// A comment alone.
    Comment(&'t str),
    /// A statement, an element or an arm.
    Statement(Statement<'t>),
}

/// A statement as a row of cells, and the comment behind it.
pub(super) struct Statement<'t> {
    /// Only statements of one kind share their columns.
    pub kind: crate::SyntaxKind,
    /// A field's path.
    pub key: Option<&'t str>,
    /// Never empty.
    pub cells: Vec<Cell<'t>>,
    /// The comment behind it.
    pub comment: Option<&'t str>,
}

/// A part of a statement that may stand in a column with those of its neighbours.
pub(super) struct Cell<'t> {
    /// Which column.
    pub slot: Slot,
    /// What is in it.
    pub doc: Doc<'t>,
}

/// The columns, in the order in which they stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// Keyword and name.
    Head,
    /// `: TYPE`, `on DEVICES`.
    Type,
    /// `* 3`.
    Count,
    /// `= VALUE`, `=> RESULT`, `within 3 ms`.
    Value,
    /// `{ … }`.
    Body,
}

impl Slot {
    /// All but the first.
    pub(super) const ALIGNED: [Self; 4] = [Self::Type, Self::Count, Self::Value, Self::Body];
}
