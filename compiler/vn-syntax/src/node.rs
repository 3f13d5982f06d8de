//! The nodes of one item, packed.

use std::ops::Range;

use crate::SyntaxKind;

/// A node in a row of nodes.
///
/// INVARIANT: its descendants stand directly behind it, in the order of the text, up to `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// What it is.
    pub kind: SyntaxKind,
    /// Its first byte, from the start of its item.
    pub start: u32,
    /// One past its last byte, blanks left out.
    pub end: u32,
    /// The index behind its last descendant.
    pub until: u32,
}

/// A node together with its row.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'n> {
    nodes: &'n [Node],
    node: Node,
    at: u32,
}

impl<'n> Cursor<'n> {
    /// The nodes of a row that lie in no other one.
    pub(crate) fn tops(nodes: &'n [Node]) -> Siblings<'n> {
        let until = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        Siblings {
            nodes,
            at: 0,
            until,
        }
    }

    /// The node at an index of a row.
    pub(crate) fn at(nodes: &'n [Node], at: u32) -> Option<Self> {
        let node = *nodes.get(at as usize)?;
        Some(Self { nodes, node, at })
    }

    /// Its index in the row.
    pub(crate) fn index(self) -> u32 {
        self.at
    }

    /// What it is.
    pub(crate) fn kind(self) -> SyntaxKind {
        self.node.kind
    }

    /// Its bytes, from the start of the item.
    pub(crate) fn range(self) -> Range<u32> {
        self.node.start..self.node.end
    }

    /// Its parts, comments included.
    pub(crate) fn children(self) -> Siblings<'n> {
        Siblings {
            nodes: self.nodes,
            at: self.at + 1,
            until: self.node.until,
        }
    }
}

/// Nodes with the same parent, in the order of the text.
#[derive(Clone)]
pub(crate) struct Siblings<'n> {
    nodes: &'n [Node],
    at: u32,
    until: u32,
}

impl Siblings<'_> {
    /// The indices of these nodes and all inside them.
    pub(crate) fn indices(&self) -> Range<u32> {
        self.at..self.until
    }
}

impl<'n> Iterator for Siblings<'n> {
    type Item = Cursor<'n>;

    fn next(&mut self) -> Option<Cursor<'n>> {
        if self.at >= self.until {
            return None;
        }
        let next = Cursor::at(self.nodes, self.at)?;
        self.at = next.node.until;
        Some(next)
    }
}
