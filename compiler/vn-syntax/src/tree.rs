//! The lossless tree: items in the order of the text, nodes in them; it knows no meaning of names,
//! and no pest types.

use std::sync::Arc;

use crate::item::Item;
use crate::node::{Cursor, Siblings};
use crate::{FileId, ItemRef, Span, SyntaxKind};

/// One parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxTree {
    /// Which file.
    pub file: FileId,
    /// The whole text: tree and text together lose nothing.
    pub text: Arc<str>,
    /// INVARIANT: in the order of the text, without gaps between them.
    pub(crate) items: Vec<Item>,
    /// What the tree is of: a file, or a single value.
    pub(crate) of: Of,
    /// The next id for an item.
    pub(crate) next: u32,
}

/// What a tree is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A file; its node is nowhere, as it would span the items.
    File,
    /// A value: the node with this index of the first item.
    Value(u32),
}

impl SyntaxTree {
    /// The whole file, or the value.
    pub fn root(&self) -> NodeRef<'_> {
        let place = match self.of {
            Of::File => Place::File,
            Of::Value(at) => Place::Node { item: 0, at },
        };
        NodeRef { tree: self, place }
    }

    /// Every node, each before its parts, in the order of the text; that of the file is none of them.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0..).zip(&self.items).flat_map(move |(item, kept)| {
            let all = Cursor::tops(&kept.parsed.nodes).indices();
            all.map(move |at| NodeRef {
                tree: self,
                place: Place::Node { item, at },
            })
        })
    }

    /// The nodes of a kind among them.
    pub fn nodes_of(&self, kind: SyntaxKind) -> impl Iterator<Item = NodeRef<'_>> {
        (0..).zip(&self.items).flat_map(move |(item, kept)| {
            let all = (0..).zip(&kept.parsed.nodes);
            let found = all.filter(move |(_, node)| node.kind == kind);
            found.map(move |(at, _)| NodeRef {
                tree: self,
                place: Place::Node { item, at },
            })
        })
    }

    /// What did not parse, the outermost node of each, in the order of the text.
    pub fn broken(&self) -> impl Iterator<Item = NodeRef<'_>> {
        // What did not parse was reported: where nothing was, nothing has to be looked for.
        let is_sound = self.items.iter().all(|item| item.parsed.found.is_empty());
        let nodes = self.nodes().take_while(move |_| !is_sound);
        let mut until = 0;
        nodes.filter(move |node| {
            let span = node.span();
            let is_outermost = node.kind().is_broken() && span.start >= until;
            if is_outermost {
                until = span.end;
            }
            is_outermost
        })
    }

    /// The items in the order of the text.
    pub fn items(&self) -> impl Iterator<Item = ItemRef<'_>> {
        (0..).zip(&self.items).map(|(at, item)| ItemRef {
            tree: self,
            item,
            at,
        })
    }
}

/// A node together with its tree: the cheap handle that everybody reads through.
#[derive(Clone, Copy)]
pub struct NodeRef<'t> {
    pub(crate) tree: &'t SyntaxTree,
    pub(crate) place: Place,
}

/// Where a node is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Nowhere: it is the file.
    File,
    /// In an item, at an index.
    Node { item: u32, at: u32 },
}

impl std::fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Span { start, end, .. } = self.span();
        write!(f, "{:?}@{start}..{end}", self.kind())
    }
}

impl<'t> NodeRef<'t> {
    fn found(self) -> Option<(&'t Item, Cursor<'t>)> {
        let Place::Node { item, at } = self.place else {
            return None;
        };
        let item = self.tree.items.get(item as usize)?;
        Some((item, Cursor::at(&item.parsed.nodes, at)?))
    }

    /// What it is.
    pub fn kind(self) -> SyntaxKind {
        self.found()
            .map_or(SyntaxKind::File, |(_, node)| node.kind())
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        self.kind() == SyntaxKind::Comment
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        let whole = || 0..u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX);
        let range = self.found().map_or_else(whole, |(item, node)| {
            let range = node.range();
            item.start + range.start..item.start + range.end
        });
        Span {
            file: self.tree.file,
            start: range.start,
            end: range.end,
        }
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        let Span { start, end, .. } = self.span();
        self.tree
            .text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    fn parts(self) -> Parts<'t> {
        let (item, inside) = match self.place {
            Place::File => (0, None),
            Place::Node { item, .. } => {
                let found = self.found();
                (item, found.map(|(_, node)| node.children()))
            }
        };
        Parts {
            tree: self.tree,
            item,
            of_file: matches!(self.place, Place::File),
            inside,
        }
    }

    /// Its parts without comments.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'t>> {
        self.parts()
            .filter(|(kind, _)| *kind != SyntaxKind::Comment)
            .map(|(_, node)| node)
    }

    /// Its first part of a kind.
    pub fn child(self, kind: SyntaxKind) -> Option<NodeRef<'t>> {
        self.children_of(kind).next()
    }

    /// Its parts of a kind.
    pub fn children_of(self, kind: SyntaxKind) -> impl Iterator<Item = NodeRef<'t>> {
        self.children().filter(move |n| n.kind() == kind)
    }

    /// The comments among its parts.
    pub fn comments(self) -> impl Iterator<Item = NodeRef<'t>> {
        self.parts()
            .filter(|(kind, _)| *kind == SyntaxKind::Comment)
            .map(|(_, node)| node)
    }

    /// Its parts and the comments between them, in the order of the text.
    pub fn children_and_comments(self) -> impl Iterator<Item = NodeRef<'t>> {
        self.parts().map(|(_, node)| node)
    }
}

/// The parts of a node; those of a file lie in its items, one after the other.
struct Parts<'t> {
    tree: &'t SyntaxTree,
    item: u32,
    of_file: bool,
    inside: Option<Siblings<'t>>,
}

impl<'t> Iterator for Parts<'t> {
    type Item = (SyntaxKind, NodeRef<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(node) = self.inside.as_mut().and_then(Siblings::next) {
                let place = Place::Node {
                    item: self.item,
                    at: node.index(),
                };
                return Some((
                    node.kind(),
                    NodeRef {
                        tree: self.tree,
                        place,
                    },
                ));
            }
            if !self.of_file {
                return None;
            }
            if self.inside.is_some() {
                self.item += 1;
            }
            let item = self.tree.items.get(self.item as usize)?;
            self.inside = Some(Cursor::tops(&item.parsed.nodes));
        }
    }
}
