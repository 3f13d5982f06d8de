//! `vnc verify` on the home lab's plan, as it is and after edits by hand.

use std::fs;

use serde_json::Value;

use super::outcome::{root, vnc_in};
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
    assert!(
        outcome.stderr.contains(because),
        "expected `{because}` in\n{}",
        outcome.stderr
    );
}

fn row(rows: &mut Value, is: impl Fn(&Value) -> bool) -> &mut Value {
    rows.as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|row| is(row))
        .expect("there is such a row")
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

/// An instance by id.
fn instance<'a>(plan: &'a mut Value, id: &str) -> &'a mut Value {
    row(&mut plan["instances"], |row| row["id"] == id)
}

/// The route of a consumer instance to a service.
fn route<'a>(plan: &'a mut Value, consumer: &str, service: &str) -> &'a mut Value {
    row(&mut plan["routes"], |row| {
        row["consumer"] == consumer && row["service"] == service
    })
}

/// What a requirement of a kind on a component says.
fn requirement<'a>(plan: &'a mut Value, kind: &str, component: &str) -> &'a mut Value {
    let row = row(&mut plan["requirements"], |row| {
        row["kind"][kind]["component"] == component
    });
    &mut row["kind"][kind]
}

#[test]
fn rejects_a_device_that_is_too_small() {
    rejected(
        |plan| {
            let nuc = row(&mut plan["devices"], |row| row["id"] == "nuc");
            nuc["capacity"]["memory_bytes"] = 1_000_000.into();
        },
        "`nuc` memory",
    );
}

#[test]
fn rejects_a_budget_that_is_missed() {
    rejected(
        |plan| route(plan, "app@phones[1]", "kv")["within_us"] = 900.into(),
        "app@phones[1]",
    );
}

#[test]
fn rejects_a_wrong_number_of_instances() {
    rejected(
        |plan| requirement(plan, "count", "kv")["min"] = 3.into(),
        "`kv`",
    );
}

#[test]
fn rejects_fallbacks_out_of_order() {
    rejected(
        |plan| {
            let route = route(plan, "app@phones[1]", "vectors");
            route["entries"].as_array_mut().unwrap().reverse();
        },
        "tiers_skipped",
    );
}

#[test]
fn rejects_a_fallback_that_is_left_out() {
    rejected(
        |plan| {
            route(plan, "app@a03", "kv")["entries"]
                .as_array_mut()
                .unwrap()
                .pop();
        },
        "app@a03",
    );
}

#[test]
fn rejects_a_failure_that_nobody_survives() {
    rejected(
        |plan| {
            let failures = &mut requirement(plan, "survive", "kv")["failures"];
            failures
                .as_array_mut()
                .unwrap()
                .push(serde_json::json!(["pi_dns", "nuc"]));
        },
        "survive",
    );
}

#[test]
fn rejects_a_truth_that_is_lazy() {
    rejected(
        |plan| instance(plan, "graph@nuc")["clone"]["mode"] = "lazy".into(),
        "graph@nuc",
    );
}

#[test]
fn rejects_a_source_that_does_not_exist() {
    rejected(
        |plan| {
            let sources = &mut instance(plan, "graph@pi_dns")["clone"]["sources"];
            sources[0]["instance"] = "graph@tower".into();
        },
        "graph@tower",
    );
}

#[test]
fn rejects_a_second_truth() {
    rejected(
        |plan| instance(plan, "graph@pi_dns")["truth"] = true.into(),
        "both write",
    );
}

#[test]
fn rejects_a_wrong_sum() {
    rejected(
        |plan| plan["totals"]["cost_micro_per_month"] = 1.into(),
        "cost",
    );
}

#[test]
fn rejects_a_total_over_its_bound() {
    rejected(
        |plan| {
            let total = row(&mut plan["requirements"], |row| {
                !row["kind"]["total"].is_null()
            });
            total["kind"]["total"]["at_most"] = 1_000_000.into();
        },
        "cost",
    );
}

#[test]
fn rejects_everything_in_one_domain() {
    rejected(
        |plan| requirement(plan, "spread", "vectors")["domains"]["vps"] = "home".into(),
        "`vectors`",
    );
}

#[test]
fn rejects_a_port_that_is_taken() {
    rejected(
        |plan| {
            let port = instance(plan, "graph@nuc")["run"]["ports"][0]["published"].clone();
            instance(plan, "kv@nuc")["run"]["ports"][0]["published"] = port;
        },
        "published twice",
    );
}

#[test]
fn rejects_an_address_that_is_shared() {
    rejected(
        |plan| {
            row(&mut plan["devices"], |row| row["id"] == "nuc")["address"] = "192.168.1.2".into();
        },
        "same address",
    );
}

#[test]
fn rejects_a_wrong_load() {
    rejected(
        |plan| instance(plan, "kv@nuc")["load_ureqs"] = 1.into(),
        "kv@nuc",
    );
}

#[test]
fn rejects_a_better_objective_than_the_plan_has() {
    rejected(
        |plan| plan["objective"]["levels"][1]["value"] = "1".into(),
        "objective",
    );
}

/// The plan of the home lab against a program that is another in one place.
fn against(edit: impl Fn(String) -> String) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = std::fs::read_to_string(root().join("examples/home-lab/plan.vn")).unwrap();
    std::fs::write(folder.path().join("plan.vn"), edit(program)).unwrap();
    let plan = root().join("examples/home-lab/out/plan.json");
    let plan = plan.to_str().unwrap();
    let outcome = vnc_in(folder.path(), &["verify", plan, "--against", "plan.vn"]);
    (outcome.code, outcome.stdout + &outcome.stderr)
}

#[test]
fn says_what_its_program_says() {
    let (code, said) = against(|program| program);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("and says what `plan.vn` says"), "{said}");
    // A comment is no other program.
    let (code, said) = against(|program| format!("// mine\n{program}"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn says_how_its_program_has_changed() {
    let (code, said) = against(|program| program.replacen("replicas = 2", "replicas = 3", 1));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("replicas = 3): 2 instances"), "{said}");
    let (code, said) = against(|program| program.replace("within 20 ms", "within 21 ms"));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("within_us`: the plan says 20000, the program 21000"),
        "{said}"
    );
    let (code, said) = against(|program| program.replace("site home", "site house"));
    assert_eq!(code, 1, "{said}");
}

/// What holds by itself need not be true.
#[test]
fn tells_a_plan_of_its_own_making() {
    let folder = tempfile::tempdir().unwrap();
    let path = root().join("examples/home-lab/out/plan.json");
    let mut plan = vn_plan::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    plan.devices[0].capacity.memory_bytes -= 1;
    plan.digest = vn_plan::digest(&plan);
    std::fs::write(folder.path().join("plan.json"), vn_plan::to_json(&plan)).unwrap();
    let alone = vnc_in(folder.path(), &["verify", "plan.json"]);
    assert_eq!(alone.code, 0, "{}", alone.stderr);
    let program = root().join("examples/home-lab/plan.vn");
    let program = program.to_str().unwrap();
    let outcome = vnc_in(
        folder.path(),
        &["verify", "plan.json", "--against", program],
    );
    assert_eq!(outcome.code, 1);
    assert!(
        outcome
            .stderr
            .contains(".capacity.memory_bytes`: the plan says"),
        "{}",
        outcome.stderr
    );
}
