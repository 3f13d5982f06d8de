//! Did you mean: the keywords of each place, and the nearest of them.

use crate::SyntaxKind;

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

/// Whether a word begins a statement somewhere.
pub(crate) fn is_statement(word: &str) -> bool {
    [ITEMS, TREE, TEST].iter().any(|list| list.contains(&word))
}

/// Whether a word begins a statement of a file.
pub(crate) fn is_item(word: &str) -> bool {
    ITEMS.contains(&word)
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
