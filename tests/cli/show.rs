//! `vnc show`: what may run where, and which line says so.

use std::fs;

use super::{outcome, vnc};

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

/// What a folder's program shows, for each path.
fn shown_of(program: &str, paths: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.vn"), program).unwrap();
    let one = |path: &&str| {
        let args: Vec<&str> = ["show"]
            .into_iter()
            .chain(path.split_whitespace())
            .collect();
        let met = outcome::vnc_in(folder.path(), &args);
        let told = if met.code == 0 {
            met.stdout
        } else {
            met.stderr
        };
        format!("$ vnc show {path}\n{told}")
    };
    paths.iter().map(one).collect::<Vec<_>>().join("\n")
}

const CHAIN: &str = r"
hardware box { arch = x86_64; os = linux; cpu = 16 cores; memory = 64 GiB; usable = 0.5 }
site shop * 4 { device till : box * 2 { role = super }; link { rtt = 8 ms } }
site home {
  device nuc : box * 3 { role = super }      // the middle one is small
  device old : box { role = edge; availability = 0.25; cost = 3 EUR/month }
  link { rtt = 1 ms }
}
link shop <-> home { rtt = 3 ms; private = true }
override shop[2].till[1] { memory = 32 GiB }
override nuc[2] { memory = 16 GiB }
param price: Money/Bytes = 0.09 EUR/GB
param share: Percent = 0.6
param some: Percent = 5%
builder b {
  policy { heal { order = [same_site] } }
  node data {
    decide {
      when device.memory < 20 GiB => capacity = 5 req/s
    }
    service s : store {
      replicas = 2..
      survive any 1 device   // any
      colocate [
        s, kv
      ]
      pin on role super
    }
    service kv { replicas = 1..2; max_per_device = 1; memory = 1 GiB; ports { main = tcp(1) } }
  }
  client app on old { needs kv within 9 ms { rate = 1 req/s } }
}
kind store { needs kv; variant big { memory = 20 GiB; requires device.memory > 1 GiB } }
";

#[test]
fn devices_that_differ_are_not_told_as_one() {
    insta::assert_snapshot!(shown_of(CHAIN, &["", "nuc", "nuc[2]"]));
}

#[test]
fn names_of_the_language_are_understood() {
    let paths = [
        "kv",
        "plan.vn kv",
        "b.data.kv",
        "data",
        "b.data",
        "shop[2].till[1]",
        "shop[2]/till[1]",
        "shop.till",
        "shop/till",
        "till",
        "home",
        "shop[2]",
        "s@nuc[2]",
        "s@home:big",
        "s.big",
        "nuc[1]/kv",
        "price",
    ];
    for path in paths {
        let shown = shown_of(CHAIN, &[path]);
        assert!(!shown.contains("error"), "{shown}");
    }
    let paths = [
        "b.data.kv",
        "shop[2].till[1]",
        "home",
        "nuc[1]/s",
        "nuc[4]",
        "k",
        "s@nuk",
        "s@nuc:bgi",
    ];
    insta::assert_snapshot!(shown_of(CHAIN, &paths));
}
