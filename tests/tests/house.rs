//! The picture in ARCHITECTURE.md, held against the code.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Every edge that may exist between our crates. A new one is a decision, not an accident.
const EDGES: &[(&str, &[&str])] = &[
    ("vn-grammar", &[]),
    ("vn-stdlib", &[]),
    ("vn-syntax", &["vn-grammar"]),
    ("vn-analysis", &["vn-syntax"]),
    ("vn-emit", &["vn-plan"]),
    (
        "vnc",
        &[
            "vn-analysis",
            "vn-emit",
            "vn-plan",
            "vn-problem",
            "vn-solve",
            "vn-stdlib",
            "vn-syntax",
        ],
    ),
    ("vn-problem", &[]),
    ("vn-solve", &["vn-problem"]),
    ("vn-plan", &[]),
    ("vn-benches", &["vn-problem"]),
];

/// The tests may use everything.
const TESTS: &str = "vn-tests";

fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata runs");
    let ours: BTreeSet<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let of = |package: &cargo_metadata::Package| {
        let all = package.dependencies.iter();
        all.filter(|d| d.kind == DependencyKind::Normal && ours.contains(&d.name))
            .map(|d| d.name.clone())
            .collect()
    };
    metadata
        .packages
        .iter()
        .map(|package| (package.name.to_string(), of(package)))
        .collect()
}

#[test]
fn crates_know_only_whom_they_may() {
    let allowed: BTreeMap<String, BTreeSet<String>> = EDGES
        .iter()
        .map(|(from, to)| {
            (
                (*from).to_owned(),
                to.iter().map(|t| (*t).to_owned()).collect(),
            )
        })
        .collect();
    let mut found = edges();
    found.remove(TESTS);
    assert_eq!(found, allowed);
}

#[test]
fn the_problem_needs_nobody_but_to_be_written() {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata runs");
    let problem = metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == "vn-problem")
        .unwrap();
    let normal = problem
        .dependencies
        .iter()
        .filter(|d| d.kind == DependencyKind::Normal);
    let (written, always): (Vec<_>, Vec<_>) = normal.partition(|d| d.optional);
    assert_eq!(always.len(), 0);
    // All that is optional belongs to one feature, which nobody has who does not ask for it.
    let feature: BTreeSet<String> = problem.features["instance"].iter().cloned().collect();
    let written: BTreeSet<String> = written.iter().map(|d| format!("dep:{}", d.name)).collect();
    assert_eq!(feature, written);
    assert_eq!(problem.features.len(), 1);
}
