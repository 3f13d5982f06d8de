//! Whom lazy bytes come from: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::Outcome;
use crate::program::{self, hosts};

/// A nook is 1 ms from the next, 2 ms from the hub and 20 ms from the tower.
const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home {
  device hub   : box { role = super }
  device nook  : box * 2 { role = local }
  link { rtt = 1 ms; bandwidth = 80 Mbps }
  link hub <-> nook { rtt = 2 ms; bandwidth = 800 Mbps }
}
site far {
  device tower : box { role = backbone }
  link { rtt = 1 ms; bandwidth = 80 Mbps }
}
link home <-> far { rtt = 20 ms; bandwidth = 800 Mbps; private = true }
policy { heal { detect = 2 s } }
minimize footprint
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{FLEET}{program}"))
}

fn plan(program: &str) -> (TempDir, Value) {
    program::built(&format!("{FLEET}{program}"))
}

/// 100 MB on the hub, the tower and a nook, whose copy is lazy; it takes a second from either.
fn stored(fetch: &str, more: &str) -> String {
    format!(
        "builder b {{
  service store {{
    {more}
    pin on [hub, tower, nook[1]]
    clone lazy on nook
    {fetch}
    variant one {{ memory = 1 GiB; dataset = 100 MB; ports {{ http = http(80) }} }}
  }}
  client desk on nook {{ demand = 1 req/s; needs store within 5 ms }}
}}
emit json
"
    )
}

fn sources(plan: &Value, on: &str) -> Vec<String> {
    let mut instances = plan["instances"].as_array().unwrap().iter();
    let one = instances
        .find(|one| one["id"] == format!("store@{on}"))
        .unwrap();
    let sources = one["clone"]["sources"].as_array().unwrap().iter();
    let name = |source: &Value| source["instance"].as_str().unwrap().to_owned();
    sources.map(name).collect()
}

#[test]
fn lazy_bytes_come_from_whom_fetch_names_in_its_order() {
    let from = |fetch: &str| sources(&plan(&stored(fetch, "replicas = 3")).1, "nook[1]");
    assert_eq!(from(""), ["store@hub", "store@tower"]);
    let far = from("fetch backbone then nearest");
    assert_eq!(far, ["store@tower", "store@hub"]);
    assert_eq!(from("fetch same_site"), ["store@hub"]);
    assert_eq!(
        from("fetch nearest within 20 ms"),
        ["store@hub", "store@tower"]
    );
    assert_eq!(from("fetch nearest within 19.9 ms"), ["store@hub"]);
    // Out of time as one of the site, it is one of the others that are named.
    let late = from("fetch same_site within 1 ms then backbone then hub");
    assert_eq!(late, ["store@tower", "store@hub"]);
}

/// Nothing tells one nook from the other here, and the tower stands behind them.
#[test]
fn devices_that_are_named_beside_several_alike_are_the_sources() {
    let text = stored("fetch backbone", "replicas = 4").replace("nook[1]", "nook");
    let found = plan(&text).1;
    for nook in ["nook[1]", "nook[2]"] {
        assert_eq!(sources(&found, nook), ["store@tower"]);
    }
}

#[test]
fn a_lazy_copy_is_only_where_somebody_is_to_fetch_from() {
    // Any two would do.
    let two = |fetch: &str| {
        hosts(
            &plan(&stored(fetch, "replicas = 2; forbid on hub")).1,
            "store",
        )
    };
    assert_eq!(two("fetch backbone"), ["nook[1]", "tower"]);
    let two = stored("fetch same_site", "replicas = 2; forbid on hub");
    let refused = run(&["plan", "plan.vn"], &two).1;
    assert_eq!(refused.code, 1, "{}", refused.stdout);
    assert!(
        refused.stderr.contains("fetch same_site"),
        "{}",
        refused.stderr
    );
}

/// Whom the desks ask first.
fn first(plan: &Value) -> Vec<&str> {
    let routes = plan["routes"].as_array().unwrap().iter();
    let first = routes.map(|route| route["entries"][0]["instance"].as_str().unwrap());
    first.collect()
}

#[test]
fn a_failure_is_survived_with_bytes_from_those_that_fetch_names() {
    let prefers = |fetch: &str| {
        let text = stored(fetch, "replicas = 3; survive lost(hub)");
        plan(&text.replace("within 5 ms", "within 5 ms prefer hub")).1
    };
    // Once the hub is lost, the tower fills the nook.
    let filled = prefers("fetch hub then tower");
    assert_eq!(first(&filled), ["store@hub", "store@hub"]);
    // Nobody does, so that its bytes must have come with the first use.
    let alone = prefers("fetch hub");
    assert_eq!(first(&alone), ["store@nook[1]", "store@nook[1]"]);
}

#[test]
fn a_plan_that_asks_a_later_source_first_does_not_hold() {
    let (_, plan) = plan(&stored("fetch backbone then nearest", "replicas = 3"));
    let mut plan = vn_plan::from_json(&plan.to_string()).unwrap();
    for one in &mut plan.instances {
        if let Some(clone) = one.clone.as_mut().filter(|_| one.id == "store@nook[1]") {
            clone.sources.reverse();
        }
    }
    plan.digest = vn_plan::digest(&plan);
    let found = vn_plan::verify(&plan).unwrap_err();
    let said = "`store@nook[1]` tries `store@hub` before `store@tower`, which `fetch` names first";
    assert!(found.iter().any(|one| one.message == said), "{found:?}");
}

#[test]
fn a_lazy_instance_that_may_hold_the_truth_is_refused_with_fetch() {
    let text = stored("fetch nearest", "replicas = 2; truth on [hub, nook[1]]")
        .replace("{ memory", "{ provides = [truth]; memory");
    let refused = run(&["plan", "plan.vn"], &text).1;
    assert_eq!(refused.code, 1, "{}", refused.stdout);
    let said =
        "`fetch` where a lazy instance may hold the truth can be checked, but not planned yet";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
}
