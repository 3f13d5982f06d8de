//! What did not parse has been reported by the syntax: names inside it exist, for all we know.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxTree};

use crate::codes;

/// Messages about something that is not written: it may well be what did not parse.
const LACKING: [&str; 3] = [
    codes::NOT_PROVIDED,
    codes::NOBODY_WRITES,
    codes::WRITES_LOST,
];

/// Drops messages about missing names that stand in something that did not parse.
pub fn silence(tree: &SyntaxTree, faults: &mut Vec<Diagnostic>) {
    let mut words = BTreeSet::new();
    collect(tree.root(), &mut words);
    if words.is_empty() {
        return;
    }
    let slice = |span: Span| tree.text.get(span.start as usize..span.end as usize);
    let named = |span: Span| {
        let text = slice(span)
            .filter(|_| span.file == tree.file)
            .unwrap_or_default();
        text.split(|letter| !is_letter(letter))
            .any(|word| words.contains(word))
    };
    let missing = |code| code == codes::UNKNOWN_NAME || code == codes::MISSING_VALUE;
    faults.retain(|fault| {
        let place = fault.labels.first().map(|label| label.span);
        let follows = missing(fault.code) && place.is_some_and(named);
        !follows && !LACKING.contains(&fault.code)
    });
}

fn collect<'t>(node: NodeRef<'t>, words: &mut BTreeSet<&'t str>) {
    if node.kind().name().starts_with("bad_") {
        let parts = node.text().split(|letter| !is_letter(letter));
        words.extend(parts.filter(|word| !word.is_empty()));
        return;
    }
    node.children().for_each(|child| collect(child, words));
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
