//! `vnc show`: what may run where, and which line says so.

use super::vnc;

const PLAN: &str = "examples/home-lab/plan.vn";

fn shown(path: &[&str]) -> String {
    let mut args = vec!["show", PLAN];
    args.extend(path);
    let outcome = vnc(&args);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

#[test]
fn the_whole_program() {
    insta::assert_snapshot!(shown(&[]));
}

#[test]
fn a_component() {
    insta::assert_snapshot!(shown(&["brain"]));
}

#[test]
fn a_device() {
    insta::assert_snapshot!(shown(&["a03"]));
}

#[test]
fn a_variant_on_a_device() {
    insta::assert_snapshot!(shown(&["graph@pi_hub:memgraph"]));
    insta::assert_snapshot!(shown(&["graph@pi_hub:neo4j"]));
}

#[test]
fn a_parameter_that_the_command_line_sets() {
    insta::assert_snapshot!(shown(&["budget", "--set", "budget=9 EUR/month"]));
}

#[test]
fn a_name_that_nothing_has() {
    let outcome = vnc(&["show", PLAN, "grahp"]);
    assert_eq!(outcome.code, 64);
    insta::assert_snapshot!(outcome.stderr);
}

#[test]
fn the_document_says_the_same() {
    let document = vnc(&["show", PLAN, "--json"]).json();
    assert_eq!(document["show"]["format"], "vnc.show/1");
    let components = document["show"]["components"].as_array().unwrap();
    let graph = components
        .iter()
        .find(|one| one["name"] == "graph")
        .unwrap();
    let neo4j = &graph["variants"][0];
    assert_eq!(neo4j["name"], "neo4j");
    assert_eq!(neo4j["runs_on"][0]["class"], "nuc");
    let values = neo4j["admissible"][0]["values"].as_array().unwrap();
    let memory = values
        .iter()
        .find(|value| value["name"] == "memory")
        .unwrap();
    assert_eq!(memory["at"], "std/services/graph_db.vn:18");
}
