//! What consumers hold on to and what instances bear: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::Outcome;
use crate::program::{self, hosts};

const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home { device nuc : box * 2 { role = super } link { rtt = 1 ms; bandwidth = 1 Gbps } }
site shed { device pi : box * 2 { role = local } link { rtt = 1 ms; bandwidth = 1 Gbps } }
link home <-> shed { rtt = 4 ms; bandwidth = 1 Gbps; private = true }
minimize footprint
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{FLEET}{program}"))
}

fn plan(program: &str) -> Value {
    program::built(&format!("{FLEET}{program}")).1
}

fn holders(needs: &str) -> String {
    format!(
        "builder b {{
  service kv {{ memory = 64 MiB; capacity = 5 req/s; image = \"kv:1\"; ports {{ redis = tcp(6379) }} }}
  client app on pi {{ demand = 1 req/s; {needs} }}
}}
emit json
"
    )
}

#[test]
fn several_servers_at_once() {
    let found = plan(&holders("needs kv * 3 within 10 ms"));
    assert_eq!(hosts(&found, "kv").len(), 3);
    for route in found["routes"].as_array().unwrap() {
        assert_eq!(route["copies"], 3);
        assert_eq!(route["entries"].as_array().unwrap().len(), 3);
        // The first takes all the load.
        let first = &route["entries"][0]["instance"];
        let instances = found["instances"].as_array().unwrap().iter();
        let asked = instances.filter(|one| one["id"] == *first);
        assert!(asked.clone().count() == 1 && asked.into_iter().all(|one| one["load_ureqs"] != 0));
    }
    // Only two of them are near enough for each of the clients.
    let found = plan(&holders("needs kv * 2 within 2 ms"));
    assert_eq!(hosts(&found, "kv"), ["pi[1]", "pi[2]"]);
}

#[test]
fn a_proxy_does_not_hold_several_servers() {
    let program = "site lab {
  device a : box { role = super; address = \"10.0.0.1\" }
  device b : box { role = super; address = \"10.0.0.2\" }
  device c : box { role = local; address = \"10.0.0.3\" }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
}
builder b {
  service kv { pin on lab; memory = 64 MiB; image = \"kv:1\"; ports { redis = tcp(6379) } }
  client app on c { demand = 1 req/s; needs kv * 2 within 10 ms }
}
emit compose, haproxy
";
    let (_folder, built) = run(&["build", "plan.vn", "--out", "out"], program);
    assert_eq!(built.code, 1, "{}", built.stdout);
    let lost = "the proxy asks one at a time";
    assert!(built.stderr.contains(lost), "{}", built.stderr);
}

#[test]
fn what_may_stay_unserved_asks_for_several_or_none() {
    let near = "  service kv2 { memory = 64 MiB; pin on nuc; ports { redis = tcp(6380) } }\n";
    let program = holders("needs kv2 * 2 within 10 ms optional")
        .replace("  client", &format!("{near}  client"));
    let found = plan(&program);
    assert_eq!(hosts(&found, "kv2").len(), 2, "served before the objective");
}

/// A fleet with three licences, two of them in one place.
fn licensed(replicas: u32, each: &str, more: &str) -> String {
    format!(
        "capability licences : Count consumable
site dc {{
  device a : box {{ role = super; licences = 2 }}
  device b : box {{ role = super; licences = 1 }}
  link {{ rtt = 1 ms; bandwidth = 1 Gbps }}
}}
builder b {{
  service db   {{ memory = 64 MiB; licences = {each}; pin on dc; replicas = {replicas} }}
  service index {{ memory = 64 MiB; licences = 1; pin on dc }}
}}
{more}
emit json
"
    )
}

#[test]
fn what_instances_use_up() {
    let found = plan(&licensed(2, "1", ""));
    assert_eq!(hosts(&found, "db"), ["a", "b"]);
    assert_eq!(hosts(&found, "index"), ["a"], "the only one left is there");
    let devices = found["devices"].as_array().unwrap().iter();
    let offered = devices.filter_map(|one| one["capacity"]["own_thousandths"]["licences"].as_u64());
    assert_eq!(offered.collect::<Vec<_>>(), [2_000, 1_000]);
    let claims = &found["instances"][0]["claims"]["own_thousandths"];
    assert_eq!(claims["licences"], 1_000);
    // Half of what `a` has is for one of the two.
    let share = "require max(utilisation.licences) <= 50%";
    let (_folder, outcome) = run(&["plan", "plan.vn"], &licensed(1, "1", share));
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let (_folder, outcome) = run(&["plan", "plan.vn"], &licensed(2, "2", ""));
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let (_folder, outcome) = run(&["plan", "plan.vn"], &licensed(1, "2", ""));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn an_instance_bears_so_many_consumers() {
    let program = |connections: u32, more: &str| {
        format!(
            "builder b {{
  service kv {{
    memory = 64 MiB; connections = {connections}; ports {{ redis = tcp(6379) }} {more}
  }}
  client app on pi {{ demand = 1 req/s; needs kv within 10 ms }}
  client web on pi {{ demand = 1 req/s; needs kv within 10 ms }}
}}
emit json
"
        )
    };
    for (connections, instances) in [(4, 1), (3, 2), (2, 2), (1, 4)] {
        let found = plan(&program(connections, ""));
        assert_eq!(hosts(&found, "kv").len(), instances, "{connections}");
        let kv = &found["instances"][0];
        assert_eq!(kv["connections"], connections);
    }
    // Whoever is left must bear those that move: two that bear two do not bear four, nor do three
    // if one of the two that are left is asked by all who lost theirs.
    let found = plan(&program(3, "; survive lost(nuc)"));
    let left = hosts(&found, "kv");
    assert!(
        left.iter().filter(|id| id.starts_with("pi")).count() >= 2,
        "{left:?}"
    );
}

fn refusal(program: &str) -> String {
    let (_folder, outcome) = run(&["plan", "plan.vn"], program);
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    outcome.stderr
}

#[test]
fn what_cannot_be_held_is_told_by_its_lines() {
    let program = |kv: &str, needs: &str| {
        format!(
            "builder b {{
  service kv {{ {kv}; ports {{ redis = tcp(6379) }} }}
  client app on [nuc, pi] {{ demand = 1 req/s; needs kv {needs} within 10 ms }}
}}
"
        )
    };
    let text = refusal(&program("memory = 64 MiB; connections = 1; pin on nuc", ""));
    let said = "connections of `kv`: clients hold 4, all instances together bear 2";
    assert!(text.contains(said), "{text}");
    let text = refusal(&program(
        "memory = 64 MiB; connections = 3; replicas = 1",
        "",
    ));
    assert!(text.contains("replicas = 1"), "{text}");
    let text = refusal(&program("memory = 3 GiB; replicas = 1", "* 2"));
    assert!(text.contains("* 2"), "{text}");
}
