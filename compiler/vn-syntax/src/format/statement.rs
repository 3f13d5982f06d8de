//! Statements as rows of cells, and what is written between two words.

use super::concrete::{Part, Piece};
use super::document::{Cell, Comment, Doc, Slot, Statement};
use super::{block, expression};
use crate::SyntaxKind;

/// A statement, an element of a list, or an arm.
pub(super) fn statement(piece: Piece<'_>) -> Statement<'_> {
    let kind = piece.kind;
    let key = match (kind, piece.parts.first()) {
        (SyntaxKind::Field, Some(Part::Piece(path))) => Some(path.text),
        _ => None,
    };
    Statement {
        kind,
        key,
        cells: cells(piece),
        comment: None,
    }
}

fn cells(piece: Piece<'_>) -> Vec<Cell<'_>> {
    let kind = piece.kind;
    let one = |doc| {
        vec![Cell {
            slot: Slot::Head,
            doc,
        }]
    };
    if !has_columns(kind) {
        return one(doc(piece));
    }
    let mut cells: Vec<(Slot, Vec<Part<'_>>)> = vec![(Slot::Head, Vec::new())];
    for part in piece.parts {
        let slot = slot(kind, &part);
        match cells.last_mut() {
            Some((last, parts)) if slot.is_none_or(|slot| slot <= *last) => parts.push(part),
            _ => cells.push((slot.unwrap_or(Slot::Head), vec![part])),
        }
    }
    let cell = |(slot, parts)| Cell {
        slot,
        doc: row(kind, parts),
    };
    cells.into_iter().map(cell).collect()
}

/// Whether neighbouring statements of this kind share columns.
fn has_columns(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Param
            | SyntaxKind::UnitItem
            | SyntaxKind::Capability
            | SyntaxKind::Hardware
            | SyntaxKind::Region
            | SyntaxKind::Site
            | SyntaxKind::Device
            | SyntaxKind::Offer
            | SyntaxKind::Link
            | SyntaxKind::OverrideItem
            | SyntaxKind::Node
            | SyntaxKind::Service
            | SyntaxKind::Client
            | SyntaxKind::Variant
            | SyntaxKind::Block
            | SyntaxKind::Test
            | SyntaxKind::Needs
            | SyntaxKind::Rule
            | SyntaxKind::MatchArm
    )
}

/// The column that begins with this part of a statement.
fn slot(kind: SyntaxKind, part: &Part<'_>) -> Option<Slot> {
    let glued = matches!(kind, SyntaxKind::Param | SyntaxKind::UnitItem);
    match part {
        Part::Sign(":") if !glued => Some(Slot::Type),
        Part::Sign("=" | "=>") => Some(Slot::Value),
        Part::Sign(_) | Part::Comment(_) | Part::LineEnd => None,
        Part::Piece(piece) => match piece.kind {
            SyntaxKind::TypeExpr if glued => Some(Slot::Type),
            SyntaxKind::KwOn if kind == SyntaxKind::Client => Some(Slot::Type),
            SyntaxKind::Count => Some(Slot::Count),
            SyntaxKind::Body => Some(Slot::Body),
            SyntaxKind::AtLeast
            | SyntaxKind::Within
            | SyntaxKind::Degraded
            | SyntaxKind::NeedPrefer
            | SyntaxKind::NeedWhere
            | SyntaxKind::Write
            | SyntaxKind::Balanced
            | SyntaxKind::Deferred
            | SyntaxKind::Optional
            | SyntaxKind::Insecure => Some(Slot::Value),
            _ => None,
        },
    }
}

/// The layout of a node.
pub(super) fn doc(piece: Piece<'_>) -> Doc<'_> {
    let piece = match block::bracketed(piece) {
        Ok(doc) => return doc,
        Err(piece) => piece,
    };
    if piece.parts.is_empty() {
        return Doc::Text(piece.text);
    }
    match piece.kind {
        SyntaxKind::Expr => expression::expression(piece.parts),
        SyntaxKind::MatchExpr | SyntaxKind::EnumItem => braced(piece),
        _ => row(piece.kind, piece.parts),
    }
}

/// `match VALUE { … }` and `enum NAME { … }`.
fn braced(piece: Piece<'_>) -> Doc<'_> {
    let kind = piece.kind;
    let mut head = piece.parts;
    let brace = head.iter().position(|part| part.is_sign("{"));
    let mut inside = head.split_off(brace.unwrap_or(head.len()));
    inside.retain(|part| !part.is_sign("{") && !part.is_sign("}"));
    Doc::Row(vec![
        row(kind, head),
        Doc::Blank,
        block::braced(kind, inside),
    ])
}

/// Parts one after the other, with what belongs between them.
fn row(kind: SyntaxKind, parts: Vec<Part<'_>>) -> Doc<'_> {
    let mut docs = Vec::new();
    let mut ends = false;
    let mut after = Before::Start;
    let mut may_break = false;
    for part in parts {
        let between = gap(kind, &after, &part);
        let next = Before::of(&part);
        let doc = match part {
            Part::LineEnd => {
                ends = true;
                continue;
            }
            Part::Comment(text) => Doc::Comment(Comment { text, alone: ends }),
            Part::Sign(text) => Doc::Text(text),
            Part::Piece(piece) => doc(piece),
        };
        may_break |= matches!(between, Some(Doc::Line));
        docs.extend(between);
        docs.push(doc);
        ends = false;
        after = next;
    }
    match docs.pop() {
        Some(only) if docs.is_empty() => only,
        last => {
            docs.extend(last);
            if may_break {
                Doc::Group(docs)
            } else {
                Doc::Row(docs)
            }
        }
    }
}

/// What the last word was, as far as the gap behind it depends on it.
enum Before<'t> {
    Start,
    Sign(&'t str),
    Other,
}

impl<'t> Before<'t> {
    fn of(part: &Part<'t>) -> Self {
        match part {
            Part::Sign(sign) => Self::Sign(sign),
            Part::Piece(_) | Part::Comment(_) => Self::Other,
            Part::LineEnd => Self::Start,
        }
    }
}

fn gap<'t>(kind: SyntaxKind, before: &Before<'_>, next: &Part<'_>) -> Option<Doc<'t>> {
    if matches!(next, Part::LineEnd | Part::Comment(_)) || matches!(before, Before::Start) {
        return None;
    }
    let after_comma = matches!(before, Before::Sign(","));
    let tail = next.is(SyntaxKind::KwThen)
        || next.is(SyntaxKind::NeedPrefer)
        || next.is(SyntaxKind::KwElse);
    if tail || (after_comma && is_listing(kind)) {
        return Some(Doc::Line);
    }
    (after_comma || !is_tight(kind, before, next)).then_some(Doc::Blank)
}

/// Statements that go on behind a comma.
fn is_listing(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Emit | SyntaxKind::Given | SyntaxKind::Rule
    )
}

fn is_tight(kind: SyntaxKind, before: &Before<'_>, next: &Part<'_>) -> bool {
    let whole = matches!(
        kind,
        SyntaxKind::Path
            | SyntaxKind::Index
            | SyntaxKind::UsePath
            | SyntaxKind::Call
            | SyntaxKind::TypeExpr
            | SyntaxKind::TypeAtom
            | SyntaxKind::Range
    );
    let glued = matches!(kind, SyntaxKind::Param | SyntaxKind::UnitItem) && next.is_sign(":");
    let closes = matches!(next, Part::Sign("," | ")" | "]" | ";"));
    let opened = matches!(before, Before::Sign("(" | "["));
    let sticks = next.is(SyntaxKind::Args) || next.is(SyntaxKind::Percent);
    // `use "./catalogue.vn".{…}`
    let dots = next.is_sign(".") || matches!(before, Before::Sign("."));
    let dotted = kind == SyntaxKind::UseItem && dots;
    whole || glued || closes || opened || sticks || dotted
}
