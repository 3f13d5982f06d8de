//! What did not parse has been reported by the syntax: names inside it exist, for all we know.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, FileId, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::echoes::Echoes;
use crate::modules::Unresolved;
use crate::{Input, codes};

/// Messages about something that is not written: it may well be what did not parse.
const LACKING: [&str; 3] = [
    codes::NOT_PROVIDED,
    codes::NOBODY_WRITES,
    codes::WRITES_LOST,
];

/// Messages about a name that nothing has.
const UNKNOWN: [&str; 4] = [
    codes::UNKNOWN_NAME,
    codes::UNKNOWN_ITEM,
    codes::UNKNOWN_UNIT,
    codes::UNKNOWN_CAPABILITY,
];

/// Drops messages about missing names that stand in something that did not parse, or in a file that
/// could not be read.
pub fn silence(input: &Input<'_>, unresolved: &Unresolved, faults: &mut Vec<Diagnostic>) {
    let trees: Vec<&SyntaxTree> = std::iter::once(input.entry)
        .chain(input.modules.iter().map(|module| module.tree))
        .collect();
    let mut lost: BTreeSet<&str> = unresolved.words.iter().map(String::as_str).collect();
    for node in trees.iter().flat_map(|tree| tree.broken()) {
        lost.extend(words(node.text()).filter(|word| !word.is_empty()));
    }
    let is_open = unresolved.is_open || trees.iter().any(|tree| takes_all(tree));
    let doubtful = Echoes::of(&trees, faults);
    faults.retain(|fault| !doubtful.explains(fault));
    if lost.is_empty() && !is_open {
        return;
    }
    let imports: BTreeSet<Span> = trees
        .iter()
        .flat_map(|tree| names_of_imports(tree))
        .collect();
    let text = |span: Span| {
        let tree = trees.iter().find(|tree| tree.file == span.file)?;
        tree.text.get(span.start as usize..span.end as usize)
    };
    // The place of a field is sometimes that of its value too, which may be named anywhere.
    let named = |span: Span, is_whole: bool| {
        let text = text(span).unwrap_or_default();
        words(text).any(|word| lost.contains(word) && (!is_whole || word == text))
    };
    let missing = |code| UNKNOWN.contains(&code) || code == codes::MISSING_VALUE;
    let elsewhere =
        |fault: &Diagnostic| is_open && UNKNOWN.contains(&fault.code) && is_guess(fault);
    let broken: BTreeSet<Span> = trees
        .iter()
        .flat_map(|tree| tree.broken().map(NodeRef::span))
        .collect();
    let whole = trees
        .iter()
        .flat_map(|tree| tree.nodes_of(SyntaxKind::Test));
    let tests: Vec<Span> = whole
        .map(NodeRef::span)
        .filter(|test| from(test.file, test.start, &broken).is_some_and(|one| test.covers(one)))
        .collect();
    faults.retain(|fault| {
        let place = fault.labels.first().map(|label| label.span);
        let has_broken = |place: Span| {
            from(place.file, place.start, &broken).is_some_and(|one| place.covers(one))
        };
        if fault.code == codes::MISSING_ARM && place.is_some_and(has_broken) {
            return false; // It may be the one that did not parse.
        }
        let between = place.and_then(|place| between(place, &broken, text));
        if between.is_some_and(|between| is_cut(fault, between)) {
            return false;
        }
        let is_same_line = |between: &str| !between.contains('\n');
        if fault.code == codes::MISSING_VALUE && between.is_some_and(is_same_line) {
            return false; // What did not parse may well give it.
        }
        let is_told = |place: Span| tests.iter().any(|test| test.covers(place));
        if fault.code == codes::EMPTY && place.is_some_and(is_told) {
            return false; // So may what it expects.
        }
        let place = place.filter(|place| !imports.contains(place));
        let is_whole = matches!(fault.code, codes::UNKNOWN_ITEM | codes::UNKNOWN_UNIT);
        let follows = |at| elsewhere(fault) || (missing(fault.code) && named(at, is_whole));
        let follows = place.is_some_and(follows);
        !follows && !LACKING.contains(&fault.code)
    });
}

/// Whether nothing is known that a name could be meant for. A slip in a name that is known is one whatever
/// else there is; units are short, and all alike.
fn is_guess(fault: &Diagnostic) -> bool {
    fault.edits.is_empty() || fault.code == codes::UNKNOWN_UNIT
}

/// Whether a place is cut short: what did not parse begins right behind it, or in the same line where nothing
/// else is known of it. What stands there is half of something, and makes no sense alone.
fn is_cut(fault: &Diagnostic, between: &str) -> bool {
    let is_blank = between.chars().all(|c| c == ' ' || c == '\t');
    between.is_empty() || is_blank && is_guess(fault)
}

/// What stands between a place and what did not parse behind it.
fn between<'t>(
    place: Span,
    broken: &BTreeSet<Span>,
    text: impl Fn(Span) -> Option<&'t str>,
) -> Option<&'t str> {
    let next = from(place.file, place.end, broken)?;
    text(Span {
        start: place.end,
        end: next.start,
        ..place
    })
}

/// The first of them that begins at a byte or behind it.
fn from(file: FileId, start: u32, broken: &BTreeSet<Span>) -> Option<Span> {
    let end = start;
    let mut behind = broken.range(Span { file, start, end }..);
    behind.next().copied().filter(|one| one.file == file)
}

/// `use std.services.*`, which is no import: whatever is named may have been meant to come with it.
fn takes_all(tree: &SyntaxTree) -> bool {
    tree.broken().any(|node| {
        let span = node.span();
        let before = tree.text.get(..span.start as usize).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let is_import = line.starts_with("use ") || node.text().starts_with("use ");
        is_import && node.text().contains('*')
    })
}

/// The names in a text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_letter(letter))
}

/// What is wrong with an import itself is always said.
fn names_of_imports(tree: &SyntaxTree) -> Vec<Span> {
    let mut spans = Vec::new();
    for used in tree.root().children_of(SyntaxKind::UseItem) {
        let lists = [
            used.child(SyntaxKind::UseNames),
            used.child(SyntaxKind::UsePath),
        ];
        for list in lists.into_iter().flatten() {
            spans.push(list.span());
            spans.extend(list.children().map(NodeRef::span));
            let inner = list.child(SyntaxKind::UseNames);
            spans.extend(
                inner
                    .into_iter()
                    .flat_map(NodeRef::children)
                    .map(NodeRef::span),
            );
        }
    }
    spans
}

/// Whether some of a file did not parse.
pub fn is_broken(tree: &SyntaxTree) -> bool {
    tree.broken().next().is_some()
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
