//! What did not parse has been reported by the syntax: names inside it exist, for all we know.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::{Input, codes};

/// Messages about something that is not written: it may well be what did not parse.
const LACKING: [&str; 3] = [
    codes::NOT_PROVIDED,
    codes::NOBODY_WRITES,
    codes::WRITES_LOST,
];

/// Drops messages about missing names that stand in something that did not parse, or in a file that
/// could not be read.
pub fn silence(input: &Input<'_>, unresolved: &[String], faults: &mut Vec<Diagnostic>) {
    let trees: Vec<&SyntaxTree> = std::iter::once(input.entry)
        .chain(input.modules.iter().map(|module| module.tree))
        .collect();
    let mut words: BTreeSet<&str> = unresolved.iter().map(String::as_str).collect();
    for node in trees.iter().flat_map(|tree| tree.broken()) {
        let parts = node.text().split(|letter| !is_letter(letter));
        words.extend(parts.filter(|word| !word.is_empty()));
    }
    if words.is_empty() {
        return;
    }
    let imports: BTreeSet<Span> = trees
        .iter()
        .flat_map(|tree| names_of_imports(tree))
        .collect();
    let named = |span: Span| {
        let tree = trees.iter().find(|tree| tree.file == span.file);
        let text = tree.and_then(|tree| tree.text.get(span.start as usize..span.end as usize));
        text.unwrap_or_default()
            .split(|letter| !is_letter(letter))
            .any(|word| words.contains(word))
    };
    let missing = |code| code == codes::UNKNOWN_NAME || code == codes::MISSING_VALUE;
    faults.retain(|fault| {
        let place = fault.labels.first().map(|label| label.span);
        let place = place.filter(|place| !imports.contains(place));
        let follows = missing(fault.code) && place.is_some_and(named);
        !follows && !LACKING.contains(&fault.code)
    });
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
