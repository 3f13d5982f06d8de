//! The reference is executable: what it says is what the tool does.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test"
)]

use std::path::PathBuf;

fn docs(page: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page)
}

/// Compares a generated page with the committed one; `INSTA_UPDATE=always` writes it.
fn current(page: &str, wanted: &str) {
    let path = docs(page);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/{page} is not current; `INSTA_UPDATE=always cargo test -p vn-tests` writes it"
    );
}

#[test]
fn the_grammar_page_is_the_grammar() {
    current(
        "reference/grammar.md",
        &vn_tests::grammar_page::page(vn_grammar::GRAMMAR),
    );
}
