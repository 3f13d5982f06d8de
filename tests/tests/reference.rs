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

use std::fmt::Write as _;
use std::path::PathBuf;

use vn_analysis::{TARGETS, TargetRow};
use vn_emit::Target;

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

const TARGETS_PREFACE: &str = "\
# The targets of `emit`

This page is generated from the table by which the compiler reads `emit`.

`emit kubernetes(flavor = k3s, split = store), json`: options stand in parentheses, each with its name.
A target that is not written yet is part of the language: `vnc check` knows it and its options, and
`vnc build` says that it cannot write it.

| Target | What it writes | Options | Written |
|---|---|---|---|
";

fn targets_page() -> String {
    let mut text = TARGETS_PREFACE.to_owned();
    for row in &TARGETS {
        let written = Target::ALL.iter().any(|target| target.name() == row.name);
        let written = if written { "yes" } else { "not yet" };
        let (name, what) = (row.name, row.what);
        let _ = writeln!(
            text,
            "| `{name}` | {what} | {} | {written} |",
            options_of(row)
        );
    }
    text
}

fn options_of(row: &TargetRow) -> String {
    let options = row.options().into_iter();
    let options = options.map(|(name, values)| format!("`{name}`: {values}"));
    options.collect::<Vec<_>>().join("; ")
}

#[test]
fn the_page_of_targets_is_their_table() {
    current("reference/targets.md", &targets_page());
}

#[test]
fn the_grammar_page_is_the_grammar() {
    current(
        "reference/grammar.md",
        &vn_tests::grammar_page::page(vn_grammar::GRAMMAR),
    );
}
