//! What stands together, what fails together, and what is paid by use: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::Outcome;
use crate::program::{self, hosts};

const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home { region = north; device nuc : box * 2 { role = super } link { rtt = 1 ms; bandwidth = 1 Gbps } }
site shed { region = south; device pi : box * 2 { role = local } link { rtt = 1 ms; bandwidth = 1 Gbps } }
link home <-> shed { rtt = 4 ms; bandwidth = 1 Gbps; private = true }
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{FLEET}{program}"))
}

fn plan(program: &str) -> Value {
    program::built(&format!("{FLEET}{program}")).1
}

/// The failures that are survived, as their sizes.
fn failures(plan: &Value) -> Vec<usize> {
    let requirements = plan["requirements"].as_array().unwrap().iter();
    let survive = requirements.filter_map(|one| one["kind"]["survive"]["failures"].as_array());
    let sizes = survive.flatten().map(|lost| lost.as_array().unwrap().len());
    let mut sizes: Vec<usize> = sizes.collect();
    sizes.sort_unstable();
    sizes
}

#[test]
fn what_fails_together_is_survived() {
    let survive = |event: &str| {
        plan(&format!(
            "builder b {{ service kv {{ memory = 64 MiB; survive {event} }} }}\nminimize footprint\n"
        ))
    };
    let found = survive("any 1 site");
    assert_eq!(failures(&found), [2, 2]);
    assert_eq!(hosts(&found, "kv").len(), 2);
    let found = survive("any 1 region");
    assert_eq!((failures(&found).len(), hosts(&found, "kv").len()), (2, 2));
    // Four devices: each alone, and six pairs.
    let found = survive("any 2 device");
    assert_eq!(failures(&found), [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    assert_eq!(hosts(&found, "kv").len(), 3);
    // In the one site of that name, each of its two.
    let found = survive("any 1 device per shed");
    assert_eq!(failures(&found), [1, 1]);
}

#[test]
fn in_every_site_of_a_kind_at_once() {
    let found = plan(
        "site store * 2 { device till : box * 2 { role = local } link { rtt = 1 ms; bandwidth = 1 Gbps } }
link store <-> home { rtt = 9 ms; bandwidth = 1 Gbps; private = true }
builder b { service kv { pin on store; memory = 64 MiB; survive any 1 device per store } }
minimize footprint
",
    );
    // One of two or none in each of both, but not none in both.
    assert_eq!(failures(&found), [1, 1, 1, 1, 2, 2, 2, 2]);
    let hosts = hosts(&found, "kv");
    assert_eq!(hosts.len(), 2, "{hosts:?}");
    let site = |id: &String| id.split('/').next().unwrap().to_owned();
    assert_eq!(
        site(&hosts[0]),
        site(&hosts[1]),
        "one in each site could be lost at once"
    );
}

#[test]
fn spread_across_regions() {
    let found = plan(
        "builder b { service kv { memory = 64 MiB; replicas = 2; spread across region } }\nminimize footprint\n",
    );
    let hosts = hosts(&found, "kv");
    assert!(hosts.iter().any(|id| id.starts_with("nuc")), "{hosts:?}");
    assert!(hosts.iter().any(|id| id.starts_with("pi")), "{hosts:?}");
}

#[test]
fn what_is_only_there_if_needed() {
    let program = |needs: &str| {
        format!(
            "builder b {{
  service sidecar {{ memory = 8 MiB; deploy = if_needed }}
  service kv {{ memory = 64 MiB {needs} }}
}}
minimize footprint
"
        )
    };
    assert!(hosts(&plan(&program("")), "sidecar").is_empty());
    assert_eq!(
        hosts(&plan(&program("; needs sidecar")), "sidecar").len(),
        1
    );
}

#[test]
fn use_is_paid_for() {
    let found = plan(
        "site cloud { device vm : box { role = backbone; cost = 2 EUR/month + 4 EUR/GiB/month * used.memory } }
link cloud <-> home { rtt = 9 ms; bandwidth = 1 Gbps; private = true }
builder b { service kv { pin on vm; memory = 512 MiB; cost = 1 EUR/month } }
require total(cost) <= 5 EUR/month
minimize cost
",
    );
    assert_eq!(found["totals"]["cost_micro_per_month"], 5_000_000);
}

/// The lines that stand in the way are named.
fn refusal(program: &str) -> String {
    let (_folder, outcome) = run(&["plan", "plan.vn"], program);
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    outcome.stderr
}

#[test]
fn bonds_that_cannot_hold_are_told_by_their_lines() {
    let text = refusal(
        "builder b {
  service red { memory = 64 MiB; replicas = 3 }
  service blue { memory = 64 MiB; replicas = 2 }
  separate [red, blue]
}
minimize footprint
",
    );
    assert!(text.contains("separate [red, blue]"), "{text}");
    let text = refusal(
        "builder b { service red { memory = 5 GiB } }
require max(utilisation.memory) <= 50% else \"room for tomorrow\"
minimize footprint
",
    );
    assert!(text.contains("utilisation.memory"), "{text}");
    assert!(
        text.contains("room for tomorrow; without this there is a plan"),
        "{text}"
    );
    let text = refusal(
        "builder b { service red { memory = 64 MiB; survive any 4 device } }
minimize footprint
",
    );
    assert!(text.contains("survive any 4 device"), "{text}");
}
