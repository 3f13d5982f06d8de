//! The tree with everything that was written: words, signs, comments and line ends.

use crate::token::{TokenKind, Tokens};
use crate::{NodeRef, SyntaxKind, SyntaxTree};

/// A node with all its parts in order.
pub(super) struct Piece<'t> {
    /// What it is.
    pub kind: SyntaxKind,
    /// Its text as written.
    pub text: &'t str,
    /// Its parts; none for a word, which is its text.
    pub parts: Vec<Part<'t>>,
}

/// A part of a node.
pub(super) enum Part<'t> {
    /// A node.
    Piece(Piece<'t>),
    /// A sign, or a word that is no node.
    Sign(&'t str),
    /// `// …`.
    Comment(&'t str),
    /// The end of a line.
    LineEnd,
}

impl Part<'_> {
    /// Whether it is a certain sign.
    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(text) if *text == sign)
    }

    /// Whether it is a node of a kind.
    pub(super) fn is(&self, kind: SyntaxKind) -> bool {
        matches!(self, Self::Piece(piece) if piece.kind == kind)
    }
}

/// The whole of a file; nothing where parts of it are missing or wrong.
pub(super) fn file(tree: &SyntaxTree) -> Option<Piece<'_>> {
    piece(tree.root(), &tree.text)
}

fn piece<'t>(node: NodeRef<'t>, text: &'t str) -> Option<Piece<'t>> {
    let kind = node.kind();
    if matches!(
        kind,
        SyntaxKind::BadArm
            | SyntaxKind::BadColon
            | SyntaxKind::BadHead
            | SyntaxKind::BadItem
            | SyntaxKind::BadMember
            | SyntaxKind::BadModifier
            | SyntaxKind::BadWord
    ) {
        return None;
    }
    let mut inner: Vec<NodeRef<'t>> = node.children().chain(node.comments()).collect();
    inner.sort_by_key(|part| part.span().start);
    // An expression that was cut for its length has lost its parts.
    if inner.is_empty() && kind == SyntaxKind::Expr {
        return None;
    }
    let mut parts = Vec::new();
    let mut at = node.span().start;
    if !is_word(kind, inner.is_empty()) {
        for part in inner {
            signs(
                text.get(at as usize..part.span().start as usize)?,
                &mut parts,
            );
            parts.push(match part.kind() {
                SyntaxKind::Comment => Part::Comment(part.text()),
                _ => Part::Piece(piece(part, text)?),
            });
            at = part.span().end;
        }
        signs(text.get(at as usize..node.span().end as usize)?, &mut parts);
    }
    let text = node.text();
    Some(Piece { kind, text, parts })
}

/// Whether the text of a node is one word, whatever stands in it.
fn is_word(kind: SyntaxKind, empty: bool) -> bool {
    let bracketed = matches!(
        kind,
        SyntaxKind::Body
            | SyntaxKind::List
            | SyntaxKind::Args
            | SyntaxKind::UseNames
            | SyntaxKind::MatchExpr
            | SyntaxKind::TypeAtom
            | SyntaxKind::File
    );
    kind == SyntaxKind::String || (empty && !bracketed)
}

fn signs<'t>(gap: &'t str, parts: &mut Vec<Part<'t>>) {
    for token in Tokens::from(gap, 0) {
        let text = gap.get(token.start..token.end).unwrap_or_default();
        parts.push(match token.kind {
            TokenKind::Newline => Part::LineEnd,
            TokenKind::Comment => Part::Comment(text.trim_end()),
            TokenKind::String
            | TokenKind::OpenString
            | TokenKind::Open(_)
            | TokenKind::Close(_)
            | TokenKind::Word
            | TokenKind::Number
            | TokenKind::Symbol => {
                if text == "\u{FEFF}" {
                    continue;
                }
                Part::Sign(text)
            }
        });
    }
}
