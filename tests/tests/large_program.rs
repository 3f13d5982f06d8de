//! The generated programs are what they promise: long, and clean.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use vn_tests::large;

#[test]
fn a_large_program_checks_clean() {
    let text = large::program(2_000);
    assert_eq!(analysis_fixture::check_with(&text, &[], None).report(), "");
}

#[test]
fn it_has_the_length_asked_for() {
    for lines in [1_000, 10_000, 100_000] {
        let found = large::program(lines).lines().count();
        assert!(found <= lines && found + 100 > lines, "{found} of {lines}");
    }
}
