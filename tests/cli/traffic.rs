//! What requests weigh on links, and what that costs: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::{Outcome, vnc_in};
use crate::program::{self, hosts};

const HARDWARE: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{HARDWARE}{program}"))
}

fn built(program: &str) -> (TempDir, Value) {
    program::built(&format!("{HARDWARE}{program}"))
}

/// Three phones at home read from a service that may run on a box at home or on one far away.
fn two_sites(link: &str, wishes: &str, needs: &str) -> String {
    format!(
        "site home {{
  device phone : box * 3 {{ role = edge }}
  device nuc : box {{ role = super }}
  link {{ rtt = 9 ms; bandwidth = 1 Gbps }}
}}
site cloud {{ device vps : box * 2 {{ role = backbone }} link {{ rtt = 1 ms }} }}
link home <-> cloud {{ rtt = 5 ms; private = true; {link} }}
builder b {{
  service kv {{ memory = 64 MiB; image = \"kv:1\"; ports {{ redis = tcp(6379) }}; forbid on role edge; {wishes} }}
  client app on phone {{ demand = 10 req/s; {needs} }}
}}
minimize latency
emit json
"
    )
}

fn link<'p>(plan: &'p Value, id: &str) -> &'p Value {
    let links = plan["links"].as_array().unwrap().iter();
    let mut of = links.filter(|link| link["id"] == id);
    of.next()
        .unwrap_or_else(|| panic!("no `{id}` in {}", plan["links"]))
}

const READS: &str = "needs kv within 100 ms { payload = 25 kB }";

#[test]
fn all_who_share_a_link_share_what_it_carries() {
    // 3 phones × 10 req/s × 25 kB = 6 Mbps from the cloud.
    let (_folder, plan) = built(&two_sites("bandwidth = 6 Mbps", "", READS));
    assert!(
        hosts(&plan, "kv")
            .iter()
            .all(|host| host.starts_with("vps"))
    );
    let down = link(&plan, "cloud > home");
    assert_eq!(down["traffic_ubytes_per_s"], 750_000_000_000_u64);
    assert_eq!(down["capacity_ubytes_per_s"], 750_000_000_000_u64);
    let links = plan["links"].as_array().unwrap().iter();
    let up = links.filter(|link| link["id"] == "home > cloud").count();
    assert_eq!(up, 0, "answers weigh, requests do not");

    // A byte less, and one of the phones has to ask at home.
    let (_folder, plan) = built(&two_sites("bandwidth = 5999992 bps", "", READS));
    assert!(hosts(&plan, "kv").contains(&"nuc".to_owned()));
    let down = link(&plan, "cloud > home");
    assert_eq!(down["traffic_ubytes_per_s"], 500_000_000_000_u64);
}

#[test]
fn the_summary_says_what_traffic_takes_and_costs() {
    let priced = two_sites("bandwidth = 40 Mbps; cost = 0.09 EUR/GB", "", READS);
    let (_folder, planned) = run(&["plan", "plan.vn"], &priced);
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    // 750 kB/s × 2 628 000 s = 1971 GB.
    let said = "traffic    177.39 EUR/month of it; fullest: cloud > home with 6 Mbps of 40 Mbps";
    assert!(planned.stdout.contains(said), "{}", planned.stdout);
    assert!(planned.stdout.contains("costs      177.39 EUR/month"));
}

#[test]
fn what_traffic_costs_is_weighed_and_bounded() {
    let priced = |more: &str| {
        let text = two_sites("bandwidth = 40 Mbps; cost = 0.09 EUR/GB", "", READS);
        text.replace("minimize latency", more)
    };
    let (_folder, plan) = built(&priced("minimize latency"));
    assert!(
        hosts(&plan, "kv")
            .iter()
            .all(|host| host.starts_with("vps"))
    );
    assert_eq!(plan["totals"]["traffic_cost_micro_per_month"], 177_390_000);
    let (_folder, plan) = built(&priced("minimize latency + cost"));
    assert_eq!(hosts(&plan, "kv"), ["nuc"]);
    assert_eq!(plan["totals"]["cost_micro_per_month"], 0);
    // Two of the three phones may ask far away.
    let bound = "minimize latency\nrequire total(cost) <= 118.26 EUR/month";
    let (_folder, plan) = built(&priced(bound));
    assert_eq!(plan["totals"]["cost_micro_per_month"], 118_260_000);
    let bound = "minimize latency\nrequire total(cost) <= 118.25 EUR/month";
    let (_folder, plan) = built(&priced(bound));
    assert_eq!(plan["totals"]["cost_micro_per_month"], 59_130_000);
}

#[test]
fn requests_cost_without_a_payload_too() {
    let text = two_sites(
        "cost = 0.000001 EUR/req",
        "pin on vps",
        "needs kv within 100 ms",
    );
    let (_folder, plan) = built(&text);
    // 30 req/s × 2 628 000 s.
    assert_eq!(plan["totals"]["traffic_cost_micro_per_month"], 78_840_000);
    assert!(plan.get("links").is_none());
}

#[test]
fn moved_traffic_counts() {
    let wishes = "survive any 1 device";
    let fits = two_sites("bandwidth = 6 Mbps", wishes, READS);
    let (_folder, plan) = built(&fits.replace(
        "device nuc",
        "device nuc2 : box { role = super }\n  device nuc",
    ));
    assert!(plan["requirements"].as_array().unwrap().len() > 1);
    // With the one box at home, all of it would have to go far once that is lost.
    let near = "survive lost(nuc)\n  pin on [nuc, vps]";
    let text = two_sites("bandwidth = 5 Mbps", near, READS);
    let (_folder, failed) = run(&["plan", "plan.vn"], &text);
    assert_eq!(failed.code, 1, "{}", failed.stdout);
    let said = "with more bandwidth there is a plan";
    assert!(failed.stderr.contains(said), "{}", failed.stderr);
    let text = two_sites("bandwidth = 6 Mbps", near, READS);
    let (folder, mut plan) = built(&text);
    // A plan that says that less is enough is not believed.
    let links = plan["links"].as_array_mut().unwrap();
    for link in links {
        if link["id"] == "cloud > home" {
            link["capacity_ubytes_per_s"] = Value::from(700_000_000_000_u64);
        }
    }
    let refused = tampered(&folder, plan);
    let said = "with `nuc` lost, 6 Mbps go over `cloud > home`, it carries 5.6 Mbps";
    assert!(refused.contains(said), "{refused}");
}

/// What `vnc verify` says of a plan that somebody changed, digest and all.
fn tampered(folder: &TempDir, plan: Value) -> String {
    let mut plan: vn_plan::Plan = serde_json::from_value(plan).unwrap();
    plan.digest = vn_plan::digest(&plan);
    let file = folder.path().join("tampered.json");
    std::fs::write(&file, vn_plan::to_json(&plan)).unwrap();
    let verified = vnc_in(folder.path(), &["verify", "tampered.json"]);
    assert_eq!(verified.code, 1, "{}", verified.stdout);
    format!("{}{}", verified.stdout, verified.stderr)
}

#[test]
fn a_plan_that_hides_traffic_is_refused() {
    let priced = two_sites("bandwidth = 40 Mbps; cost = 0.09 EUR/GB", "", READS);
    let (folder, plan) = built(&priced);
    let mut hidden = plan.clone();
    hidden["routes"][0]["entries"][0]["over"] = Value::Array(Vec::new());
    let refused = tampered(&folder, hidden);
    let said = "`cloud > home` is said to carry 6 Mbps, the lists cause 4 Mbps";
    assert!(refused.contains(said), "{refused}");
    let mut cheap = plan.clone();
    for route in cheap["routes"].as_array_mut().unwrap() {
        for entry in route["entries"].as_array_mut().unwrap() {
            let entry = entry.as_object_mut().unwrap();
            entry.remove("price_pico_per_month");
        }
    }
    let refused = tampered(&folder, cheap);
    let said = "traffic costs 0 EUR/month, the plan says 177.4 EUR/month";
    assert!(refused.contains(said), "{refused}");
}

#[test]
fn each_link_on_the_way_is_used_and_paid() {
    let text = "site home { device phone : box { role = edge } }
site hub { device relay : box { role = local } }
site cloud { device vps : box { role = backbone } }
link home <-> hub  { rtt = 5 ms; bandwidth = 10 Mbps; cost = 1 EUR/GB; private = true }
link hub <-> cloud { rtt = 5 ms; bandwidth = 20 Mbps; cost = 2 EUR/GB; private = true }
builder b {
  service kv { memory = 64 MiB; image = \"kv:1\"; ports { redis = tcp(6379) }; pin on vps }
  client app on phone { demand = 1 req/s; needs kv within 100 ms { payload = 1 kB } }
}
emit json
";
    let (_folder, plan) = built(text);
    let entry = &plan["routes"][0]["entries"][0];
    let mut over: Vec<&str> = entry["over"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link.as_str().unwrap())
        .collect();
    over.sort_unstable();
    assert_eq!(over, ["cloud > hub", "hub > home"]);
    // 1 kB/s × 2 628 000 s × 3 EUR/GB.
    assert_eq!(plan["totals"]["traffic_cost_micro_per_month"], 7_884_000);
}

#[test]
fn an_uplink_bounds_all_that_a_device_sends() {
    let text = |uplink: &str| {
        format!(
            "site home {{
  device phone : box * 3 {{ role = edge }}
  device nuc : box * 2 {{ role = super; uplink = {uplink} }}
  link {{ rtt = 1 ms }}
}}
builder b {{
  service kv {{ memory = 64 MiB; image = \"kv:1\"; ports {{ redis = tcp(6379) }}; pin on nuc }}
  client app on phone {{ demand = 10 req/s; needs kv within 100 ms {{ payload = 25 kB }} }}
}}
minimize footprint
emit json
"
        )
    };
    let (_folder, plan) = built(&text("6 Mbps"));
    assert_eq!(hosts(&plan, "kv").len(), 1);
    let (_folder, plan) = built(&text("5 Mbps"));
    assert_eq!(hosts(&plan, "kv").len(), 2);
    let (_folder, failed) = run(&["plan", "plan.vn"], &text("1 Mbps"));
    assert_eq!(failed.code, 1, "{}", failed.stdout);
}

#[test]
fn two_devices_of_a_site_have_a_link_of_their_own() {
    let text = "site home {
  device phone : box * 3 { role = edge }
  device nuc : box { role = super }
  link { rtt = 1 ms; bandwidth = 2 Mbps }
}
builder b {
  service kv { memory = 64 MiB; image = \"kv:1\"; ports { redis = tcp(6379) }; pin on nuc }
  client app on phone { demand = 10 req/s; needs kv within 100 ms { payload = 25 kB } }
}
emit json
";
    let (_folder, plan) = built(text);
    for phone in 1..=3 {
        let id = format!("nuc > phone[{phone}]");
        assert_eq!(
            link(&plan, &id)["traffic_ubytes_per_s"],
            250_000_000_000_u64
        );
    }
}
