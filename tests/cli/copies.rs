//! Several instances of a service on one device: from text to plan, files and what is asked of them.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::{Outcome, vnc_in};
use crate::program;

const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home {
  device nuc : box { role = super; address = \"10.0.0.1\" }
  device pi  : box { role = local; address = \"10.0.0.2\" }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
}
minimize footprint
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{FLEET}{program}"))
}

fn built(program: &str) -> (TempDir, Value) {
    program::built(&format!("{FLEET}{program}"))
}

/// A service of which one instance answers 2 req/s, and a client that asks `demand`.
fn asked(service: &str, demand: u64, emit: &str) -> String {
    format!(
        "builder b {{
  service kv {{
    {service}
    image = \"kv:1\"; memory = 256 MiB; capacity = 2 req/s; ports {{ redis = tcp(6379) }}
  }}
  client one on nuc {{ demand = {demand} req/s; needs kv within 10 ms }}
  client two on pi {{ demand = {demand} req/s; needs kv within 10 ms }}
}}
emit {emit}
"
    )
}

fn ids(plan: &Value) -> Vec<&str> {
    let instances = plan["instances"].as_array().unwrap().iter();
    let of = instances.filter(|one| one["component"] == "kv");
    of.map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn what_one_cannot_answer_two_beside_each_other_do() {
    let one = run(&["plan", "plan.vn"], &asked("pin on nuc", 2, "json")).1;
    assert_eq!(one.code, 1, "{}", one.stdout);
    let two = asked("pin on nuc; max_per_device = 2", 2, "json");
    let (_folder, plan) = built(&two);
    assert_eq!(ids(&plan), ["kv@nuc", "kv@nuc#2"]);
    let ports: Vec<&Value> = plan["instances"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["component"] == "kv")
        .map(|one| &one["run"]["ports"][0]["published"])
        .collect();
    assert_eq!(ports, [6379, 6380]);
    // Each of the two clients has its own.
    let first = |at: usize| plan["routes"][at]["entries"][0]["instance"].as_str();
    assert_ne!(first(0), first(1));
    for route in plan["routes"].as_array().unwrap() {
        assert_eq!(route["entries"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn no_more_of_them_than_the_load_asks_for() {
    let few = asked("max_per_device = 4", 1, "json");
    assert_eq!(ids(&built(&few).1), ["kv@nuc"]);
    // Ties go to the declared order: the second on the first device before the first on the second.
    let exact = asked("replicas = 3; max_per_device = 2", 1, "json");
    assert_eq!(ids(&built(&exact).1), ["kv@nuc", "kv@nuc#2", "kv@pi"]);
    let none = asked("replicas = 5; max_per_device = 2", 1, "json");
    let refused = run(&["check", "plan.vn"], &none).1;
    let said = "with 2 per device there is room for 4";
    assert!(refused.stderr.contains(said) || refused.stdout.contains(said));
}

#[test]
fn the_loss_of_a_device_takes_all_of_them() {
    let together = asked(
        "pin on nuc; replicas = 2; max_per_device = 2; survive lost(nuc)",
        1,
        "json",
    );
    assert_eq!(run(&["plan", "plan.vn"], &together).1.code, 1);
    let program = asked(
        "replicas = 3; max_per_device = 2; spread across device; survive any 1 device",
        1,
        "json",
    );
    let (_folder, plan) = built(&program);
    assert_eq!(ids(&plan), ["kv@nuc", "kv@nuc#2", "kv@pi"]);
}

#[test]
fn voters_stand_on_devices_of_their_own() {
    let program = "site shed { device box1 : box { role = local } link { rtt = 1 ms } }
link home <-> shed { rtt = 2 ms; private = true }
builder b {
  service kv {
    quorum 3 on role [super, local]; replicas = 4; max_per_device = 2
    variant one { provides = [quorum]; memory = 64 MiB; ports { redis = tcp(6379) } }
  }
}
emit json
";
    let (_folder, plan) = built(program);
    let instances = plan["instances"].as_array().unwrap().iter();
    let voters: Vec<&str> = instances
        .filter(|one| one["custody"] == "voter")
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids(&plan), ["kv@nuc", "kv@nuc#2", "kv@pi", "kv@box1"]);
    assert_eq!(voters, ["kv@nuc", "kv@pi", "kv@box1"]);
}

#[test]
fn ports_that_others_publish_are_left_to_them() {
    // The second instance would publish what `web` does on the same device.
    let program = asked("pin on nuc; replicas = 2; max_per_device = 2", 1, "json").replace(
        "  client one",
        "  service web { image = \"web:1\"; memory = 64 MiB; ports { http = http(6380) } }
  client one",
    );
    let (_folder, plan) = built(&program);
    assert_eq!(program::hosts(&plan, "web"), ["pi"]);
}

#[test]
fn each_is_a_container_behind_the_proxy() {
    let program = asked(
        "pin on nuc; max_per_device = 2",
        2,
        "compose, haproxy, json",
    );
    let (folder, _) = built(&program);
    let read = |path: &str| std::fs::read_to_string(folder.path().join("out").join(path)).unwrap();
    let compose = read("devices/nuc/compose.yaml");
    for line in ["  kv:", "  kv-2:", "6379:6379", "6380:6379"] {
        assert!(compose.contains(line), "{line}\n{compose}");
    }
    let proxy = read("devices/pi/haproxy.cfg");
    for server in ["10.0.0.1:6379", "10.0.0.1:6380"] {
        assert!(proxy.contains(server), "{server}\n{proxy}");
    }
}

#[test]
fn each_can_be_asked_for() {
    let program = asked("pin on nuc; max_per_device = 2", 2, "json");
    let first = run(&["show", "plan.vn", "kv@nuc"], &program).1;
    let second = run(&["show", "plan.vn", "kv@nuc#2"], &program).1;
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert_eq!(first.stdout, second.stdout);
}

#[test]
fn what_runs_stays_which_it_is() {
    let (folder, before) = built(&asked("pin on nuc; max_per_device = 2", 2, "json"));
    assert_eq!(ids(&before).len(), 2);
    let more = format!(
        "{FLEET}{}",
        asked("pin on nuc; max_per_device = 3; replicas = 3", 2, "json")
    );
    std::fs::write(folder.path().join("plan.vn"), more).unwrap();
    let command = [
        "build",
        "plan.vn",
        "--from",
        "out/plan.json",
        "--out",
        "next",
    ];
    let built = vnc_in(folder.path(), &command);
    assert_eq!(built.code, 0, "{}{}", built.stdout, built.stderr);
    let text = std::fs::read_to_string(folder.path().join("next/plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let steps = plan["moves"]["steps"].as_array().unwrap();
    let started: Vec<&Value> = steps.iter().map(|step| &step["instance"]).collect();
    assert_eq!(started, ["kv@nuc#3"]);
    let against = ["verify", "next/plan.json", "--against", "plan.vn"];
    let verified = vnc_in(folder.path(), &against);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn a_plan_with_one_more_than_its_program_allows_is_refused() {
    let (folder, plan) = built(&asked("pin on nuc; max_per_device = 2", 2, "json"));
    let path = folder.path().join("out/plan.json");
    let tampered = |from: &str, to: &str| {
        let text = serde_json::to_string(&plan).unwrap();
        assert!(text.contains(from), "{from}");
        let mut other = vn_plan::from_json(&text.replace(from, to)).unwrap();
        other.digest = vn_plan::digest(&other);
        std::fs::write(&path, vn_plan::to_json(&other)).unwrap();
        let verified = vnc_in(folder.path(), &["verify", "out/plan.json"]);
        assert_eq!(verified.code, 1, "{}", verified.stdout);
        format!("{}{}", verified.stdout, verified.stderr)
    };
    let said = tampered("\"at_most\":2", "\"at_most\":1");
    assert!(said.contains("`kv@nuc#2` is number 2 on `nuc`"), "{said}");
    let said = tampered("\"copy\":2", "\"copy\":1");
    assert!(said.contains("`kv` stands twice on `nuc`"), "{said}");
}

#[test]
fn alike_sites_and_crowds_are_refused() {
    let many = run(
        &["plan", "plan.vn"],
        &asked("max_per_device = 17", 1, "json"),
    )
    .1;
    assert!(
        many.stderr
            .contains("`max_per_device` of more than 16 can be checked, but not planned yet")
    );
    let shops = "site shop * 2 { device till : box { role = edge } link { rtt = 1 ms } }
link shop <-> home { rtt = 20 ms; private = true }
";
    let program = format!("{shops}{}", asked("max_per_device = 2", 1, "json"));
    let alike = run(&["plan", "plan.vn", "--by-classes"], &program).1;
    let said = "`max_per_device` beside alike sites";
    assert!(alike.stderr.contains(said), "{}", alike.stderr);
}
