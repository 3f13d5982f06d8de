//! Text to tree, item by item.

use std::collections::HashMap;
use std::sync::Arc;

use vn_grammar::Rule;

use crate::item::{Item, Parsed};
use crate::memo::Memo;
use crate::split::{self, Piece};
use crate::tree::Of;
use crate::{
    Diagnostic, FileId, ItemId, Span, SyntaxKind, SyntaxTree, bidi, breaks, codes, heads, nesting,
    piece, shares,
};

/// Larger files are data, and data has `inventory`.
const MAX_FILE: usize = 64 << 20;

/// Larger items too; the parser needs up to a hundred times the bytes of an item while it reads it.
const MAX_ITEM: usize = 4 << 20;

/// More messages than this about one file help nobody.
const MAX_DIAGNOSTICS: usize = 100;

/// Parses one text; never fails: what does not parse is reported, and the rest is in the tree.
pub fn parse(file: FileId, text: impl Into<Arc<str>>) -> (SyntaxTree, Vec<Diagnostic>) {
    let old = SyntaxTree {
        file,
        text: "".into(),
        items: Vec::new(),
        of: Of::File,
        next: 0,
    };
    reparse(&old, text)
}

/// Parses a text that was another one before: what [`parse`] gives for it, but items with the text of
/// old ones are those, with their ids, wherever they stand now; only the others are parsed.
pub fn reparse(old: &SyntaxTree, text: impl Into<Arc<str>>) -> (SyntaxTree, Vec<Diagnostic>) {
    let (file, text) = (old.file, text.into());
    if text.len() > MAX_FILE {
        let tree = SyntaxTree {
            file,
            text,
            items: Vec::new(),
            of: Of::File,
            next: old.next,
        };
        return (tree, vec![too_large(file, "file", MAX_FILE)]);
    }
    let mut next = old.next;
    let was: Vec<Piece> = old.items.iter().map(Item::piece).collect();
    let pieces = split::split_again(&text, &old.text, &was);
    let kept = kept(old, &text, &pieces);
    let new: Vec<Piece> = std::iter::zip(&kept, &pieces)
        .filter(|(kept, _)| kept.is_none())
        .map(|(_, piece)| *piece)
        .collect();
    let mut new = all_fresh(file, &text, &new).into_iter();
    let items = std::iter::zip(&pieces, kept).filter_map(|(piece, kept)| {
        let (id, parsed) = kept.or_else(|| {
            next += 1;
            Some((ItemId(next - 1), Arc::new(new.next()?)))
        })?;
        Some(Item {
            id,
            start: offset(piece.start),
            end: offset(piece.end),
            parsed,
        })
    });
    let items: Vec<Item> = items.collect();
    let found = heads::found(file, &text, &items);
    let mut found = limited(of_a_program(&items, found));
    found.extend(bidi::warnings(file, &text));
    found.extend(breaks::report(file, &text));
    (
        SyntaxTree {
            file,
            text,
            items,
            of: Of::File,
            next,
        },
        found,
    )
}

/// Parses one value, as in `--set name=<value>`; the root of the tree is of kind [`SyntaxKind::Expr`].
///
/// There is a tree exactly if there is no error.
pub fn parse_expr(
    file: FileId,
    text: impl Into<Arc<str>>,
) -> (Option<SyntaxTree>, Vec<Diagnostic>) {
    let text = text.into();
    if text.len() > MAX_ITEM {
        return (None, vec![too_large(file, "value", MAX_ITEM)]);
    }
    let parsed = piece::parse(Rule::only_expr, file, &text, nesting::state(&text));
    let found = limited(parsed.found.clone());
    let root = parsed
        .nodes
        .iter()
        .position(|node| node.kind == SyntaxKind::Expr);
    let root = root.filter(|_| !found.iter().any(Diagnostic::is_error));
    let tree = root.map(|root| SyntaxTree {
        file,
        items: vec![Item {
            id: ItemId(0),
            start: 0,
            end: offset(text.len()),
            parsed: Arc::new(parsed),
        }],
        text,
        of: Of::Value(offset(root)),
        next: 1,
    });
    (tree, found)
}

/// Parses pieces; what one of them comes to depends on nothing else.
fn all_fresh(file: FileId, text: &str, pieces: &[Piece]) -> Vec<Parsed> {
    let weight = |piece: &Piece| piece.end - piece.start;
    let parsed = shares::work(pieces, weight, |pieces| {
        let parsed = pieces.iter().map(|piece| fresh(file, text, *piece));
        parsed.collect::<Vec<_>>()
    });
    parsed.into_iter().flatten().collect()
}

fn fresh(file: FileId, text: &str, Piece { start, end, state }: Piece) -> Parsed {
    if end - start > MAX_ITEM {
        let found = vec![too_large(file, "item", MAX_ITEM)];
        return Parsed {
            state,
            nodes: Vec::new(),
            found,
            memo: Memo::default(),
        };
    }
    let text = text.get(start..end).unwrap_or_default();
    piece::parse(Rule::only_items, file, text, state.from(start))
}

type Kept = Option<(ItemId, Arc<Parsed>)>;

/// For each piece the old item that it is.
///
/// INVARIANT: what an item parses to depends on its text and its state alone; so where either end of
/// two texts is the same, their pieces are, and in between equal pieces may stand for each other.
fn kept(old: &SyntaxTree, text: &str, pieces: &[Piece]) -> Vec<Kept> {
    let mut kept: Vec<Kept> = vec![None; pieces.len()];
    let same = |item: &Item, piece: &Piece| {
        let was = old.text.get(item.start as usize..item.end as usize);
        item.parsed.state == piece.state.from(piece.start)
            && was == text.get(piece.start..piece.end)
    };
    let take = |item: &Item| Some((item.id, Arc::clone(&item.parsed)));
    let front = old
        .items
        .iter()
        .zip(pieces)
        .take_while(|(item, piece)| same(item, piece))
        .count();
    for (slot, item) in kept.iter_mut().zip(&old.items).take(front) {
        *slot = take(item);
    }
    let old_rest = old.items.get(front..).unwrap_or_default();
    let new_rest = pieces.get(front..).unwrap_or_default();
    let back = old_rest.iter().rev().zip(new_rest.iter().rev());
    let back = back.take_while(|(item, piece)| same(item, piece)).count();
    for (slot, item) in kept.iter_mut().rev().zip(old_rest.iter().rev()).take(back) {
        *slot = take(item);
    }
    let old_middle = old_rest.get(..old_rest.len() - back).unwrap_or_default();
    let mut by_text: HashMap<&str, Vec<&Item>> = HashMap::new();
    for item in old_middle.iter().rev() {
        let was = old.text.get(item.start as usize..item.end as usize);
        by_text
            .entry(was.unwrap_or_default())
            .or_default()
            .push(item);
    }
    let middle = pieces
        .iter()
        .zip(&mut kept)
        .take(pieces.len() - back)
        .skip(front);
    for (piece, slot) in middle {
        let now = text.get(piece.start..piece.end).unwrap_or_default();
        let found = by_text
            .get_mut(now)
            .and_then(|items| items.pop_if(|item| same(item, piece)));
        *slot = found.and_then(take);
    }
    kept
}

/// INVARIANT: every offset here is at most [`MAX_FILE`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What was found in a text; one message is enough where nothing in it is an item of a program.
fn of_a_program(items: &[Item], mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    const STRANGE: usize = 5;
    let is_strange = |item: &Item| item.parsed.nodes.first().is_none_or(|n| n.kind.is_broken());
    if items.len() < STRANGE || !items.iter().all(is_strange) {
        return found;
    }
    found.truncate(1);
    let first = found.into_iter();
    let said = first.map(|fault| fault.fact("nothing in this file is an item of a program"));
    said.collect()
}

fn limited(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    diagnostics.truncate(MAX_DIAGNOSTICS);
    if more > 0
        && let Some(last) = diagnostics.last_mut()
    {
        last.notes.push(format!(
            "{more} further messages about this file are left out"
        ));
    }
    diagnostics
}

fn too_large(file: FileId, what: &str, limit: usize) -> Diagnostic {
    let message = format!("the {what} is larger than {} MiB", limit >> 20);
    let start = Span {
        file,
        start: 0,
        end: 0,
    };
    Diagnostic::error(codes::TOO_LARGE, start, message).help(
        "move lists of devices to a file read by `inventory`, and the rest to files read by `use`",
    )
}
