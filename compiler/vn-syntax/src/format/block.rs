//! Everything in brackets, and a file, as entries with their comments and blank lines.

use super::concrete::{Part, Piece};
use super::document::{Block, Doc, Entry, Statement, Style, What};
use super::statement;
use crate::SyntaxKind;

const FILE: Style = style("", "", "", "", "");
const BODY: Style = style("{", "}", " ", "; ", "");
const MATCH: Style = style("{", "}", " ", ", ", "");
const ENUM: Style = style("{", "}", " ", ", ", ",");
const LIST: Style = style("[", "]", "", ", ", ",");
const ARGS: Style = style("(", ")", "", ", ", ",");
const NAMES: Style = style("{", "}", "", ", ", ",");

const fn style(
    open: &'static str,
    close: &'static str,
    pad: &'static str,
    between: &'static str,
    end: &'static str,
) -> Style {
    Style {
        open,
        close,
        pad,
        between,
        end,
    }
}

/// A whole file.
pub(super) fn file(piece: Piece<'_>) -> Block<'_> {
    block(FILE, piece.parts)
}

/// What a bracketed node is; a node of another kind is handed back.
pub(super) fn bracketed(piece: Piece<'_>) -> Result<Doc<'_>, Piece<'_>> {
    let style = match piece.kind {
        SyntaxKind::Body => BODY,
        SyntaxKind::List => LIST,
        SyntaxKind::Args => ARGS,
        SyntaxKind::UseNames => NAMES,
        _ => return Err(piece),
    };
    let brackets = |part: &Part<'_>| part.is_sign(style.open) || part.is_sign(style.close);
    let inside = piece.parts.into_iter().filter(|part| !brackets(part));
    let inside: Vec<Part<'_>> = inside.collect();
    let inside = if piece.kind == SyntaxKind::UseNames {
        renamed(inside)
    } else {
        inside
    };
    Ok(Doc::Block(block(style, inside)))
}

/// The three words of `name as other` as one entry.
fn renamed(parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let mut entries: Vec<Part<'_>> = Vec::new();
    for part in parts {
        let goes_on = match (entries.last(), &part) {
            (Some(Part::Piece(_)), Part::Piece(next)) if next.kind == SyntaxKind::KwAs => true,
            (Some(Part::Piece(last)), Part::Piece(_)) => last.parts.len() == 2,
            _ => false,
        };
        match (goes_on, entries.pop()) {
            (true, Some(Part::Piece(last))) => {
                let mut words = if last.parts.is_empty() {
                    vec![Part::Piece(last)]
                } else {
                    last.parts
                };
                words.push(part);
                entries.push(Part::Piece(Piece {
                    kind: SyntaxKind::UseItem,
                    text: "",
                    parts: words,
                }));
            }
            (_, last) => {
                entries.extend(last);
                entries.push(part);
            }
        }
    }
    entries
}

/// The arms of `match` and the names of `enum`, whose brackets stand among other parts.
pub(super) fn braced(kind: SyntaxKind, parts: Vec<Part<'_>>) -> Doc<'_> {
    let style = if kind == SyntaxKind::MatchExpr {
        MATCH
    } else {
        ENUM
    };
    Doc::Block(block(style, parts))
}

fn block(style: Style, parts: Vec<Part<'_>>) -> Block<'_> {
    let mut block = Block {
        style,
        head: None,
        entries: Vec::new(),
        open: false,
    };
    let mut ends = 0;
    let mut any_end = false;
    for part in parts {
        match part {
            Part::LineEnd => {
                ends += 1;
                any_end = true;
            }
            // Commas and semicolons: the style knows where they stand.
            Part::Sign(_) => {}
            Part::Comment(text) => {
                comment(&mut block, text, ends);
                ends = 0;
            }
            Part::Piece(piece) => {
                let what = What::Statement(statement::statement(piece));
                let apart = ends > 1 && !block.entries.is_empty();
                block.entries.push(Entry { apart, what });
                ends = 0;
            }
        }
    }
    let empty = block.entries.is_empty();
    block.open = block.head.is_some() || (any_end && !empty);
    block
}

/// Puts a comment behind the bracket or the statement whose line it stands on, or on a line of its own.
fn comment<'t>(block: &mut Block<'t>, text: &'t str, ends: usize) {
    let last = block.entries.last_mut().map(|entry| &mut entry.what);
    match last {
        // A file opens with no bracket behind which a comment could stand.
        None if ends == 0 && block.head.is_none() && !block.style.open.is_empty() => {
            block.head = Some(text);
        }
        Some(What::Statement(Statement { comment, .. })) if ends == 0 && comment.is_none() => {
            *comment = Some(text);
        }
        None | Some(What::Statement(_) | What::Comment(_)) => {
            let apart = ends > 1 && !block.entries.is_empty();
            block.entries.push(Entry {
                apart,
                what: What::Comment(text),
            });
        }
    }
}
