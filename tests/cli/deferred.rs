//! Needs that bind without ordering the start: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::vnc_in;
use crate::program::{built, run};

/// Two services that need each other, and a phone that needs the first.
fn circle(first: &str, back: &str) -> String {
    format!(
        "hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }}
site home {{
  device phone : box {{ role = edge }}
  device nuc : box * 2 {{ role = super }}
  link {{ rtt = 1 ms; bandwidth = 1 Gbps }}
}}
builder lab {{
  service front {{ memory = 64 MiB; pin on nuc; capacity = 9 req/s; image = \"f:1\"; ports {{ http = http(80) }}; {first} }}
  service back  {{ memory = 64 MiB; pin on nuc; capacity = 9 req/s; image = \"b:1\"; ports {{ web = http(8080) }}; {back} }}
  client app on phone {{ demand = 2 req/s; needs front within 50 ms }}
}}
emit json
"
    )
}

const FORTH: &str = "needs back within 20 ms";
const BACK: &str = "replicas = 2; needs front within 20 ms deferred { rate = 3 req/s }";

fn load(plan: &Value, component: &str) -> u64 {
    let instances = plan["instances"].as_array().unwrap().iter();
    let of = instances.filter(|one| one["component"] == component);
    of.map(|one| one["load_ureqs"].as_u64().unwrap()).sum()
}

#[test]
fn a_rate_closes_a_circle() {
    let (_folder, plan) = built(&circle(FORTH, BACK));
    // 2 req/s of the phone, and 3 req/s of each `back`; all of it goes on to one of them.
    assert_eq!(load(&plan, "front"), 8_000_000);
    assert_eq!(load(&plan, "back"), 8_000_000);
}

#[test]
fn a_deferred_need_orders_no_start() {
    let folder = TempDir::new().unwrap();
    let front = "service other { memory = 64 MiB; pin on nuc; ports { old = tcp(81) } }";
    let text = circle("", "").replace("needs front within 50 ms", "needs other within 50 ms");
    let start = text.find("  service front").unwrap();
    let end = text.find("  client app").unwrap();
    let before = format!("{}  {front}\n{}", &text[..start], &text[end..]);
    std::fs::write(folder.path().join("plan.vn"), before).unwrap();
    let built = vnc_in(folder.path(), &["build", "plan.vn", "--out", "out"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    // Now two that need each other: `back` starts first, and does without `front` for a while.
    std::fs::write(folder.path().join("plan.vn"), circle(FORTH, BACK)).unwrap();
    let planned = vnc_in(
        folder.path(),
        &["plan", "plan.vn", "--from", "out/plan.json", "--json"],
    );
    assert_eq!(planned.code, 0, "{}{}", planned.stdout, planned.stderr);
    let steps = planned.json()["plan"]["moves"]["steps"].clone();
    let steps = steps.as_array().unwrap();
    assert!(steps.iter().all(|step| step.get("forced").is_none()));
    let starts = |name: &str| {
        let mut all = steps.iter().filter(|step| step["action"] == "start");
        let of = |step: &Value| step["instance"].as_str().unwrap().starts_with(name);
        all.position(of)
            .unwrap_or_else(|| panic!("{name}: {steps:?}"))
    };
    assert!(starts("back@") < starts("front@"), "{steps:?}");
}

#[test]
fn circles_that_nothing_breaks_are_refused_with_all_their_lines() {
    let (_folder, checked) = run(
        &["check", "plan.vn"],
        &circle("needs back", "needs front { rate = 1 req/s }"),
    );
    assert_eq!(checked.code, 1);
    let said = "start-up goes in a circle: front → back → front; mark one `needs` deferred";
    assert!(checked.stderr.contains(said), "{}", checked.stderr);
    // Half of each request comes back: still a load that feeds itself.
    let feeds = "needs front deferred { fanout = 0.5 }";
    let (_folder, checked) = run(&["check", "plan.vn"], &circle("needs back", feeds));
    assert_eq!(checked.code, 1);
    let said = "load goes in a circle without end: front → back → front";
    assert!(checked.stderr.contains(said), "{}", checked.stderr);
    assert!(
        checked.stderr.contains("`back` needs it here"),
        "{}",
        checked.stderr
    );
    assert!(
        checked
            .stderr
            .contains("give one of them a rate of its own")
    );
}

#[test]
fn a_plan_whose_start_goes_in_a_circle_is_refused() {
    let (folder, mut plan) = built(&circle(FORTH, BACK));
    for route in plan["routes"].as_array_mut().unwrap() {
        route.as_object_mut().unwrap().remove("deferred");
    }
    let mut plan: vn_plan::Plan = serde_json::from_value(plan).unwrap();
    plan.digest = vn_plan::digest(&plan);
    std::fs::write(folder.path().join("waits.json"), vn_plan::to_json(&plan)).unwrap();
    let verified = vnc_in(folder.path(), &["verify", "waits.json"]);
    assert_eq!(verified.code, 1, "{}", verified.stdout);
    let said = "start-up goes in a circle through `back`, `front`: a need must be deferred";
    let all = format!("{}{}", verified.stdout, verified.stderr);
    assert!(all.contains(said), "{all}");
}
