//! A program in a folder of its own, from text to a plan that holds.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::{Outcome, vnc_in};

/// Runs `vnc` beside a program, which is called `plan.vn`.
pub fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("plan.vn"), program).unwrap();
    let outcome = vnc_in(folder.path(), command);
    (folder, outcome)
}

/// Builds a program into `out`; its plan, which `vnc verify` accepts.
pub fn built(program: &str) -> (TempDir, Value) {
    built_with(program, &[])
}

/// As [`built`], with more options.
pub fn built_with(program: &str, options: &[&str]) -> (TempDir, Value) {
    let command = [&["build", "plan.vn", "--out", "out"], options].concat();
    let (folder, built) = run(&command, program);
    assert_eq!(built.code, 0, "{program}\n{}{}", built.stdout, built.stderr);
    let verified = vnc_in(folder.path(), &["verify", "out/plan.json"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
    let text = std::fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    (folder, serde_json::from_str(&text).unwrap())
}

/// Where the instances of a component stand.
pub fn hosts(plan: &Value, component: &str) -> Vec<String> {
    let instances = plan["instances"].as_array().unwrap().iter();
    let of = instances.filter(|one| one["component"] == component);
    of.map(|one| one["device"].as_str().unwrap().to_owned())
        .collect()
}
