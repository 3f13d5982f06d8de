//! The items of a file: what is parsed on its own, kept over an edit, and named by an id.

use std::ops::Range;
use std::sync::Arc;

use crate::memo::Memo;
use crate::nesting::State;
use crate::node::{Cursor, Node};
use crate::split::Piece;
use crate::tree::Place;
use crate::{Diagnostic, FileId, NodeRef, Span, SyntaxTree};

/// An item of a tree; the same one after an edit elsewhere, even if it has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u32);

/// A part of the text that was parsed on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Unique in its tree.
    pub id: ItemId,
    /// Its first byte in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What stands in it.
    pub parsed: Arc<Parsed>,
}

/// What stands in an item, by places from the item's start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// What held of its brackets, which says with its text how it was parsed.
    pub state: State,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// What is wrong in it, by place.
    pub found: Vec<Diagnostic>,
    /// What somebody made of it.
    pub memo: Memo,
}

impl Item {
    /// Where it was cut.
    pub(crate) fn piece(&self) -> Piece {
        let (start, end) = (self.start as usize, self.end as usize);
        Piece {
            start,
            end,
            state: self.parsed.state,
        }
    }

    /// What is wrong in it, with places in the text of a file.
    pub(crate) fn found(&self, file: FileId) -> impl Iterator<Item = Diagnostic> {
        self.parsed.found.iter().map(move |diagnostic| {
            let mut moved = diagnostic.clone();
            moved.each_span(|span| {
                *span = Span {
                    file,
                    start: span.start + self.start,
                    end: span.end + self.start,
                };
            });
            moved
        })
    }
}

/// An item together with its tree.
///
/// Mostly one statement with the comments and blank lines before it, up to the end of its line. Two
/// statements that share a line share an item, and the comments at the end of a file have one for
/// themselves.
#[derive(Clone, Copy, Debug)]
pub struct ItemRef<'t> {
    pub(crate) tree: &'t SyntaxTree,
    pub(crate) item: &'t Item,
    pub(crate) at: u32,
}

impl<'t> ItemRef<'t> {
    /// Its name over edits.
    pub fn id(self) -> ItemId {
        self.item.id
    }

    /// Where it begins in the text: what places in it count from.
    pub fn base(self) -> u32 {
        self.item.start
    }

    /// Where it stands, with the comments and blank lines before it.
    pub fn span(self) -> Span {
        let Item { start, end, .. } = *self.item;
        Span {
            file: self.tree.file,
            start,
            end,
        }
    }

    /// Its text, with the comments and blank lines before it.
    pub fn text(self) -> &'t str {
        let Span { start, end, .. } = self.span();
        let text = self.tree.text.get(start as usize..end as usize);
        text.unwrap_or_default()
    }

    /// Takes out what was last left with it, if it is of this type; an item is left what was made of
    /// it over edits elsewhere, even where they move it.
    pub fn take<T: std::any::Any>(self) -> Option<T> {
        self.item.parsed.memo.take()
    }

    /// Leaves something with it for whoever reads it next.
    pub fn leave<T: std::any::Any + Send>(self, made: T) {
        self.item.parsed.memo.put(made);
    }

    /// Whether something was left with it.
    pub fn is_known(self) -> bool {
        self.item.parsed.memo.is_some()
    }

    /// Its statements and the comments between them.
    pub fn nodes(self) -> impl Iterator<Item = NodeRef<'t>> {
        let Self { tree, item, at } = self;
        Cursor::tops(&item.parsed.nodes).map(move |node| NodeRef {
            tree,
            place: Place::Node {
                item: at,
                at: node.index(),
            },
        })
    }
}

impl SyntaxTree {
    /// The item of an id.
    pub fn item(&self, id: ItemId) -> Option<ItemRef<'_>> {
        self.items().find(|item| item.id() == id)
    }

    /// The item that a place lies in, and the place from its start.
    pub fn locate(&self, span: Span) -> Option<(ItemId, Range<u32>)> {
        let after = self.items.partition_point(|item| item.start <= span.start);
        let item = self.items.get(after.checked_sub(1)?)?;
        let inside = span.file == self.file && span.start <= span.end && span.end <= item.end;
        inside.then(|| (item.id, span.start - item.start..span.end - item.start))
    }

    /// Where a place from an item's start stands now.
    pub fn place(&self, id: ItemId, range: Range<u32>) -> Option<Span> {
        let Span { file, start, end } = self.item(id)?.span();
        let inside = range.start <= range.end && range.end <= end - start;
        inside.then(|| Span {
            file,
            start: start + range.start,
            end: start + range.end,
        })
    }
}
