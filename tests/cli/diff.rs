//! `vnc diff`: what one plan says otherwise than another.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::outcome::{Outcome, root, vnc_in};

/// The home lab's plan under this name, built with these options.
fn built(folder: &Path, name: &str, options: &[&str]) {
    let program = root().join("examples/home-lab/plan.vn");
    let out = folder.join(name);
    let command = [
        &[
            "build",
            program.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ],
        options,
    ];
    let outcome = vnc_in(folder, &command.concat());
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

fn diff(folder: &Path, options: &[&str]) -> Outcome {
    vnc_in(folder, &[&["diff"], options].concat())
}

#[test]
fn a_plan_says_what_it_says_itself() {
    let out = root().join("examples/home-lab/out");
    let same = diff(&out, &["plan.json", "."]);
    assert_eq!((same.code, same.stderr.as_str()), (0, ""));
    assert_eq!(same.stdout, "the plans say the same\n");
    let same = diff(&out, &["plan.json", "plan.json", "--json"]).json();
    assert_eq!(same["same"], true);
    assert_eq!(same["steps"], Value::Array(Vec::new()));
}

#[test]
fn another_preference_is_another_plan() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path(), "low", &[]);
    built(
        folder.path(),
        "high",
        &["--set", "preference=high_performance"],
    );
    let there = diff(folder.path(), &["low", "high"]);
    assert_eq!((there.code, there.stderr.as_str()), (2, ""));
    assert_snapshot!(there.stdout);
    // The way back is the same way.
    let there = diff(folder.path(), &["low", "high", "--json"]).json();
    let back = diff(
        folder.path(),
        &["high/plan.json", "low/plan.json", "--json"],
    )
    .json();
    let (there, back) = (&there["changes"], &back["changes"]);
    for (one, other) in [
        ("started", "stopped"),
        ("new_requirements", "lost_requirements"),
    ] {
        assert_eq!(there[one], back[other]);
        assert_eq!(there[other], back[one]);
    }
    let turned = |rows: &Value| -> Vec<(Value, Value)> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| (row["to"].clone(), row["from"].clone()))
            .collect()
    };
    let straight = |rows: &Value| -> Vec<(Value, Value)> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| (row["from"].clone(), row["to"].clone()))
            .collect()
    };
    for what in ["changed", "totals", "parameters", "routes"] {
        assert_eq!(turned(&there[what]), straight(&back[what]), "{what}");
    }
    let count = |of: &Value, what: &str| of[what].as_array().unwrap().len();
    assert_eq!(count(there, "moved"), count(back, "moved"));
    assert!(count(there, "totals") > 0);
}

#[test]
fn the_steps_are_those_of_planning_anew_from_it() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path(), "low", &[]);
    let high = [
        "--set",
        "preference=high_performance",
        "--from",
        "low/plan.json",
    ];
    built(folder.path(), "high", &high);
    let text = fs::read_to_string(folder.path().join("high/plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let found = diff(folder.path(), &["low", "high", "--json"]).json();
    assert_eq!(found["steps"], plan["moves"]["steps"]);
}

#[test]
fn what_is_no_plan_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path(), "low", &[]);
    fs::write(folder.path().join("text.json"), "{}").unwrap();
    let missing = diff(folder.path(), &["low", "none.json"]);
    assert_eq!(missing.code, 64);
    assert!(
        missing
            .stderr
            .starts_with("error: cannot read `none.json`: "),
        "{}",
        missing.stderr
    );
    let empty = diff(folder.path(), &["low", "."]);
    assert_eq!(empty.code, 64);
    assert_eq!(empty.stderr, "error: there is no `plan.json` in `.`\n");
    let program = root().join("examples/home-lab/plan.vn");
    let program = diff(folder.path(), &[program.to_str().unwrap(), "low"]);
    assert_eq!(program.code, 1);
    assert!(
        program.stderr.contains("is a program and no plan"),
        "{}",
        program.stderr
    );
    let wrong = diff(folder.path(), &["text.json", "low"]);
    assert_eq!(wrong.code, 1);
    assert!(
        wrong.stderr.starts_with("error: `text.json` is no plan: "),
        "{}",
        wrong.stderr
    );
}
