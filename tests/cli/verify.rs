//! `vnc verify` on the home lab's plan, as it is and after edits by hand.

use std::fs;

use serde_json::Value;

use super::{outcome, vnc};

fn plan() -> Value {
    let path = outcome::root().join("examples/home-lab/out/plan.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Writes the plan with a correct digest, so that only the edit itself can be what is wrong.
fn verified(plan: &Value) -> super::Outcome {
    let mut typed: vn_plan::Plan = serde_json::from_value(plan.clone()).unwrap();
    typed.digest = vn_plan::digest(&typed);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    fs::write(&file, vn_plan::to_json(&typed)).unwrap();
    vnc(&["verify", file.to_str().unwrap()])
}

fn rejected(edit: impl FnOnce(&mut Value), because: &str) {
    let mut plan = plan();
    let before = plan.clone();
    edit(&mut plan);
    assert_ne!(plan, before, "the edit changes nothing");
    let outcome = verified(&plan);
    assert_eq!(outcome.code, 1, "accepted: {because}");
    assert!(outcome.stderr.contains(because), "expected `{because}` in\n{}", outcome.stderr);
}

fn row<'a>(rows: &'a mut Value, is: impl Fn(&Value) -> bool) -> &'a mut Value {
    rows.as_array_mut().unwrap().iter_mut().find(|row| is(row)).expect("there is such a row")
}

#[test]
fn accepts_the_plan_as_it_is() {
    let outcome = verified(&plan());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("the plan holds"));
}

#[test]
fn rejects_a_wrong_digest() {
    let mut plan = plan();
    plan["digest"] = "0".repeat(64).into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    fs::write(&file, plan.to_string()).unwrap();
    let outcome = vnc(&["verify", file.to_str().unwrap()]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("digest"), "{}", outcome.stderr);
}

#[test]
fn rejects_what_is_no_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    for text in ["", "{}", "[1, 2]", "{\"format\": \"vnc.plan/9\"}", "\u{0}"] {
        fs::write(&file, text).unwrap();
        assert_eq!(vnc(&["verify", file.to_str().unwrap()]).code, 1, "{text}");
    }
    assert_eq!(vnc(&["verify", "no/such/file.json"]).code, 64);
}
