//! Did you mean: the keywords of each place, and the nearest of them.

use crate::SyntaxKind;
use crate::token::{Token, TokenKind};

const ITEMS: &[&str] = &[
    "edition",
    "use",
    "param",
    "enum",
    "unit",
    "rate",
    "metric",
    "hardware",
    "capability",
    "kind",
    "target",
    "region",
    "site",
    "device",
    "link",
    "offer",
    "override",
    "inventory",
    "builder",
    "policy",
    "minimize",
    "require",
    "test",
    "emit",
];
const FLEET: &[&str] = &[
    "device",
    "link",
    "offer",
    "site",
    "region",
    "inventory",
    "override",
];
const TREE: &[&str] = &[
    "service",
    "client",
    "node",
    "context",
    "select",
    "decide",
    "policy",
    "colocate",
    "separate",
    "one",
    "per",
    "require",
    "param",
    "variant",
    "variants",
    "needs",
    "survive",
    "clone",
    "fetch",
    "truth",
    "standby",
    "quorum",
    "buffer",
    "spread",
    "pin",
    "forbid",
    "on",
    "requires",
    "currently",
    "prefer",
    "when",
    "minimize",
    "metric",
];
const TEST: &[&str] = &["given", "expect"];

/// The words that may follow the service of `needs`.
pub(crate) const NEED: &[&str] = &[
    "within", "degraded", "prefer", "where", "write", "balanced", "deferred", "optional",
    "insecure", "at",
];

/// The words that begin a statement inside `parent`, likely ones first.
pub(crate) fn candidates(parent: SyntaxKind) -> Vec<&'static str> {
    let lists = match parent {
        SyntaxKind::File => [ITEMS, TREE, TEST],
        SyntaxKind::Site | SyntaxKind::Region => [FLEET, TREE, ITEMS],
        SyntaxKind::Test => [TEST, TREE, ITEMS],
        _ => [TREE, ITEMS, TEST],
    };
    lists.concat()
}

/// Whether a word begins a statement somewhere: `survive`, `device`.
#[must_use]
pub fn is_statement(word: &str) -> bool {
    [ITEMS, TREE, TEST].iter().any(|list| list.contains(&word))
}

/// Whether a word begins a statement of a file.
pub(crate) fn is_item(word: &str) -> bool {
    ITEMS.contains(&word)
}

/// Whether a word begins a statement when something other than an operator follows: the grammar's
/// `statement_ahead`.
pub(crate) fn begins_statement(word: &str) -> bool {
    matches!(
        word,
        "param"
            | "enum"
            | "hardware"
            | "capability"
            | "kind"
            | "region"
            | "site"
            | "device"
            | "link"
            | "offer"
            | "override"
            | "inventory"
            | "builder"
            | "node"
            | "service"
            | "client"
            | "variants"
            | "variant"
            | "context"
            | "select"
            | "decide"
            | "policy"
            | "minimize"
            | "test"
            | "emit"
            | "needs"
            | "survive"
            | "clone"
            | "fetch"
            | "truth"
            | "standby"
            | "quorum"
            | "buffer"
            | "spread"
            | "pin"
            | "forbid"
            | "colocate"
            | "separate"
            | "currently"
            | "requires"
            | "require"
            | "given"
            | "expect"
            | "when"
            | "use"
            | "edition"
    )
}

/// Whether a word at the left edge begins an item even in a file without indentation.
pub(crate) fn opens_file_part(word: &str) -> bool {
    matches!(
        word,
        "edition" | "use" | "builder" | "minimize" | "emit" | "region" | "kind" | "test"
    )
}

/// Whether a word stands between values, or in front of one.
pub(crate) fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "not" | "in" | "has" | "then" | "else" | "prefer" | "match"
    )
}

/// Whether a value or a statement may end with a token.
pub(crate) fn ends_operand(text: &str, token: Token) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    match token.kind {
        TokenKind::Word => !is_operator(word),
        TokenKind::Number | TokenKind::String | TokenKind::Close(_) => true,
        TokenKind::Symbol => word == "%",
        TokenKind::Newline | TokenKind::Comment | TokenKind::OpenString | TokenKind::Open(_) => {
            false
        }
    }
}

/// The candidates that `word` may be a slip for, nearest first, then in their own order.
pub(crate) fn near<'c>(word: &str, candidates: &[&'c str]) -> Vec<&'c str> {
    let length = word.chars().count();
    if !(2..=24).contains(&length) {
        return Vec::new();
    }
    let mut found: Vec<(usize, &str)> = candidates
        .iter()
        .map(|c| (distance(word, c), *c))
        .filter(|(d, c)| *d > 0 && *d <= slack(length.min(c.len())))
        .collect();
    found.sort_by_key(|(d, _)| *d);
    found.into_iter().map(|(_, c)| c).collect()
}

fn distance(word: &str, candidate: &str) -> usize {
    strsim::damerau_levenshtein(&word.to_ascii_lowercase(), candidate)
        .max(usize::from(word != candidate))
}

fn slack(length: usize) -> usize {
    match length {
        0..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}
