//! What is run before a service starts and before it stops: from text to files.

use tempfile::TempDir;

use crate::outcome::{Outcome, vnc_in};

fn build(hooks: &str, emit: &str) -> (TempDir, Outcome) {
    let folder = TempDir::new().unwrap();
    let program = format!(
        "hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }}
site lab {{ device a : box {{ role = super; address = \"10.0.0.1\" }} }}
builder b {{
  service db {{ memory = 64 MiB; image = \"db:1\"; data = \"/data\"; ports {{ sql = tcp(5432) }}; {hooks} }}
}}
emit {emit}
"
    );
    std::fs::write(folder.path().join("plan.vn"), program).unwrap();
    let outcome = vnc_in(folder.path(), &["build", "plan.vn", "--out", "out"]);
    (folder, outcome)
}

#[test]
fn what_prepares_a_service_runs_before_it() {
    let (folder, built) = build("init = command(\"migrate\", \"--up\")", "compose, json");
    assert_eq!(built.code, 0, "{}{}", built.stdout, built.stderr);
    let file = folder.path().join("out/devices/a/compose.yaml");
    let compose = std::fs::read_to_string(file).unwrap();
    assert!(compose.contains("\n  db-init:\n"), "{compose}");
    assert!(
        compose.contains("service_completed_successfully"),
        "{compose}"
    );
    let said = "`db@a` runs its `init` at each `docker compose up`";
    let lost = std::fs::read_to_string(folder.path().join("out/LOSS.md")).unwrap();
    assert!(lost.contains(said), "{lost}");
    let plan = std::fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["instances"][0]["run"]["init"][1], "--up");
}

#[test]
fn what_compose_does_not_run_is_said() {
    let stop = "stop = command(\"flush\")";
    let (_folder, built) = build(stop, "compose");
    assert_eq!(built.code, 1, "{}", built.stdout);
    let said = "`db@a` gets the signal of its";
    assert!(built.stderr.contains(said), "{}", built.stderr);
    let (folder, built) = build(stop, "json");
    assert_eq!(built.code, 0, "{}{}", built.stdout, built.stderr);
    let plan = std::fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["instances"][0]["run"]["stop"][0], "flush");
}
