//! Expressions: blanks around operators, and ends of lines behind the weakest of them.

use super::concrete::{Part, Piece};
use super::document::{Comment, Doc};
use super::statement;
use crate::{SyntaxKind, forms};

/// A word of an expression, with how strongly it binds if it is an operator between two values.
struct Word<'t> {
    binds: Option<u8>,
    /// Whether a line may begin with it, were it not for what stands before it.
    starts_line: bool,
    glue: Glue,
    doc: Doc<'t>,
}

/// What stands on both sides of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Glue {
    /// Blanks.
    Loose,
    /// Nothing before it.
    Closing,
    /// Nothing behind it.
    Opening,
    /// Nothing on either side.
    Tight,
}

/// The layout of an expression.
pub(super) fn expression(parts: Vec<Part<'_>>) -> Doc<'_> {
    let mut words = Vec::new();
    let mut alone = false;
    for part in parts {
        let text = match part {
            Part::LineEnd => {
                alone = true;
                continue;
            }
            Part::Comment(text) => {
                words.push(word(Doc::Comment(Comment { text, alone }), Glue::Tight));
                continue;
            }
            Part::Sign(text) => text,
            Part::Piece(piece) => {
                alone = false;
                words.push(operand(piece));
                continue;
            }
        };
        alone = false;
        let glue = if text == "(" {
            Glue::Opening
        } else {
            Glue::Closing
        };
        words.push(word(Doc::Text(text), glue));
    }
    chain(words)
}

fn word(doc: Doc<'_>, glue: Glue) -> Word<'_> {
    Word {
        binds: None,
        starts_line: true,
        glue,
        doc,
    }
}

fn operand(piece: Piece<'_>) -> Word<'_> {
    let binds = binding(piece.kind);
    let starts_line = !looks_like_a_statement(&piece);
    let glue = match piece.kind {
        SyntaxKind::OpNeg => Glue::Opening,
        SyntaxKind::OpRange => Glue::Tight,
        _ => Glue::Loose,
    };
    Word {
        binds,
        starts_line,
        glue,
        doc: statement::doc(piece),
    }
}

/// `a +` and then a line `kind and b` or `kind[1]`: to the grammar, that line is a statement.
fn looks_like_a_statement(piece: &Piece<'_>) -> bool {
    let mut parts = piece.parts.iter();
    let (Some(Part::Piece(first)), next) = (parts.next(), parts.next()) else {
        return false;
    };
    let goes_on = next.is_some_and(|part| part.is_sign("."));
    match piece.kind {
        SyntaxKind::Call => looks_like_a_statement(first),
        SyntaxKind::Path => forms::form(first.text).is_some() && !goes_on,
        _ => false,
    }
}

/// How strongly an operator binds; only the order counts.
fn binding(kind: SyntaxKind) -> Option<u8> {
    match kind {
        SyntaxKind::OpOr => Some(0),
        SyntaxKind::OpAnd => Some(1),
        SyntaxKind::OpCmp | SyntaxKind::OpIn | SyntaxKind::OpHas => Some(2),
        SyntaxKind::OpRange => Some(3),
        SyntaxKind::OpAdd | SyntaxKind::OpSub => Some(4),
        SyntaxKind::OpMul | SyntaxKind::OpDiv => Some(5),
        _ => None,
    }
}

/// Splits at the weakest operators, and what lies between them likewise.
fn chain(words: Vec<Word<'_>>) -> Doc<'_> {
    let weakest = words.iter().filter_map(|word| word.binds).min();
    let Some(weakest) = weakest.filter(|binds| *binds != 3) else {
        return Doc::Row(glued(words));
    };
    let mut docs = Vec::new();
    let mut run: Vec<Word<'_>> = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word.binds != Some(weakest) {
            run.push(word);
            continue;
        }
        docs.push(chain(std::mem::take(&mut run)));
        docs.push(Doc::Blank);
        docs.push(word.doc);
        while let Some(comment) = words.next_if(|next| matches!(next.doc, Doc::Comment(_))) {
            docs.push(comment.doc);
        }
        let breaks = words.peek().is_none_or(|next| next.starts_line);
        docs.push(if breaks { Doc::Line } else { Doc::Blank });
    }
    docs.push(chain(run));
    Doc::Group(docs)
}

fn glued(words: Vec<Word<'_>>) -> Vec<Doc<'_>> {
    let mut docs = Vec::new();
    let mut open = true;
    for word in words {
        if !open && matches!(word.glue, Glue::Loose | Glue::Opening) {
            docs.push(Doc::Blank);
        }
        open = matches!(word.glue, Glue::Opening | Glue::Tight);
        docs.push(word.doc);
    }
    docs
}
