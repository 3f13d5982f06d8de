//! The home lab, from text to files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{outcome, vnc};

const PLAN: &str = "examples/home-lab/plan.vn";

/// All files below a folder but the certificate, which differs from run to run.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .file_name()
                .is_some_and(|name| name != "certificate.json")
            {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

fn build(out: &Path, extra: &[&str]) {
    let mut args = vec!["build", PLAN, "-o", out.to_str().unwrap()];
    args.extend(extra);
    let outcome = vnc(&args);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

fn plan(extra: &[&str]) -> serde_json::Value {
    let mut args = vec!["plan", PLAN, "--json"];
    args.extend(extra);
    let outcome = vnc(&args);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    outcome.json()
}

/// `graph@nuc (memgraph)` …, the services only.
fn placed(document: &serde_json::Value) -> Vec<String> {
    let instances = document["plan"]["instances"].as_array().unwrap();
    let services = instances.iter().filter(|i| i["role"] == "service");
    let text = |i: &serde_json::Value, key: &str| i[key].as_str().unwrap().to_owned();
    services
        .map(|i| format!("{} ({})", text(i, "id"), text(i, "variant")))
        .collect()
}

#[test]
fn the_committed_output_is_what_the_build_writes() {
    let out = tempfile::tempdir().unwrap();
    build(out.path(), &[]);
    let committed = files(&outcome::root().join("examples/home-lab/out"));
    let built = files(out.path());
    assert_eq!(
        built.keys().collect::<Vec<_>>(),
        committed.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &built {
        assert_eq!(
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(&committed[path]),
            "{path}"
        );
    }
}

#[test]
fn there_and_back_gives_the_same_bytes() {
    let out = tempfile::tempdir().unwrap();
    build(out.path(), &[]);
    let first = files(out.path());
    build(out.path(), &[]);
    assert_eq!(files(out.path()), first);
    build(out.path(), &["--set", "preference=high_performance"]);
    assert_ne!(files(out.path()), first);
    build(out.path(), &[]);
    assert_eq!(files(out.path()), first);
}

#[test]
fn it_is_proven_optimal_with_every_tie_resolved() {
    for preference in ["low_resource", "high_performance", "custom"] {
        let document = plan(&["--set", &format!("preference={preference}")]);
        let certificate = &document["certificate"];
        assert_eq!(certificate["status"], "optimal", "{preference}");
        assert_eq!(certificate["tie_break_proven"], true, "{preference}");
        assert_eq!(certificate["plan"], document["plan"]["digest"]);
    }
}

#[test]
fn the_preference_chooses_variants() {
    let low = placed(&plan(&["--set", "preference=low_resource"]));
    let high = placed(&plan(&["--set", "preference=high_performance"]));
    insta::assert_snapshot!("low_resource", low.join("\n"));
    insta::assert_snapshot!("high_performance", high.join("\n"));
    assert_ne!(low, high);
}

#[test]
fn its_own_test_passes() {
    let outcome = vnc(&["test", PLAN]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    insta::assert_snapshot!("test", outcome.stdout);
}

#[test]
fn a_changed_program_makes_the_output_stale() {
    let out = tempfile::tempdir().unwrap();
    let at = out.path().to_str().unwrap();
    build(out.path(), &[]);
    assert_eq!(vnc(&["build", PLAN, "-o", at, "--check"]).code, 0);
    let stale = vnc(&[
        "build",
        PLAN,
        "-o",
        at,
        "--check",
        "--set",
        "budget=13 EUR/month",
    ]);
    assert_eq!(stale.code, 2, "{}{}", stale.stdout, stale.stderr);
    assert!(stale.stdout.contains("stale: "), "{}", stale.stdout);
}

#[test]
fn an_edit_by_hand_is_not_lost() {
    let out = tempfile::tempdir().unwrap();
    build(out.path(), &[]);
    let edited = out.path().join("plan.json");
    fs::write(&edited, "mine").unwrap();
    let at = out.path().to_str().unwrap();
    let refused = vnc(&["build", PLAN, "-o", at]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("plan.json"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&edited).unwrap(), "mine");
    build(out.path(), &["--force"]);
    assert_ne!(fs::read_to_string(&edited).unwrap(), "mine");
}

#[test]
fn colour_only_where_it_is_asked_for() {
    assert!(!vnc(&["plan", PLAN]).stdout.contains('\u{1b}'));
    assert!(
        vnc(&["plan", PLAN, "--color", "always"])
            .stdout
            .contains('\u{1b}')
    );
}
