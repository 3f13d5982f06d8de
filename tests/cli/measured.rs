//! Measures of the program's own, and the imbalance: from text to plan, and back from the plan alone.

use std::fmt::Write as _;

use serde_json::Value;
use vn_tests::generator::Random;

use crate::outcome::vnc_in;
use crate::program::{built, run};

fn places(plan: &Value) -> Vec<String> {
    let instances = plan["instances"].as_array().unwrap().iter();
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    instances.map(id).collect()
}

/// The value of the objective.
fn worth(plan: &Value) -> &str {
    plan["objective"]["levels"][1]["value"].as_str().unwrap()
}

const FLEET: &str = "\
unit gram : Mass
unit kg : Mass = 1000 gram
capability carbon : Mass/Time
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home {
  device coal : box { carbon = 20 kg/month }
  device sun  : box { carbon = 4 kg/month }
  link { rtt = 1 ms }
}
";

const TWO: &str = "\
builder b {
  service db { memory = 3 GiB; cpu = 1 cores }
  service kv { memory = 3 GiB; cpu = 1 cores }
}
";

#[test]
fn carbon_and_crowding_are_weighed() {
    let clean = "\
metric co2 = sum(device, device.carbon * used.cpu / 4 cores)
minimize total(co2) / 1 kg/month
";
    let (_, found) = built(&format!("{FLEET}{TWO}{clean}"));
    assert_eq!(places(&found), ["db@sun", "kv@sun"]);
    assert_eq!(worth(&found), "2");
    let (_, found) = built(&format!(
        "{FLEET}{TWO}metric crowded = sum(device, excess(used.memory, 4 GiB))
{clean}require total(crowded) <= 1 GiB\n"
    ));
    assert_eq!(places(&found), ["db@coal", "kv@sun"]);
    assert_eq!(worth(&found), "6");
}

#[test]
fn instances_add_what_they_cost_elsewhere() {
    let licences = "\
metric fees = sum(instance, instance.memory / 1 GiB)
minimize total(fees)
";
    let (_, found) = built(&format!("{FLEET}{TWO}{licences}"));
    assert_eq!(worth(&found), "6");
    assert_eq!(found["metrics"][0]["instances"]["kv@coal"], "3");
}

#[test]
fn the_imbalance_is_the_highest_share() {
    let (folder, found) = built(&format!("{FLEET}{TWO}minimize imbalance\n"));
    assert_eq!(places(&found), ["db@coal", "kv@sun"]);
    // 3 of 8 GiB, against 1 of 4 cores.
    assert_eq!(worth(&found), "75/2");
    let said = vnc_in(folder.path(), &["plan", "plan.vn"]).stdout;
    assert!(said.contains("imbalance 37.5"), "{said}");
    let (_, outcome) = run(
        &["plan", "plan.vn"],
        &format!("{FLEET}{TWO}require total(imbalance) <= 37%\n"),
    );
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("plan.vn:14"), "{}", outcome.stderr);
}

#[test]
fn a_plan_that_measures_wrong_is_refused() {
    let text = format!(
        "{FLEET}{TWO}metric crowded = sum(device, excess(used.memory, 4 GiB))
minimize total(crowded) / 1 GiB + imbalance
require total(crowded) <= 1 GiB\n"
    );
    let (folder, found) = built(&text);
    let path = folder.path().join("out/plan.json");
    let refused = |wrong: &Value, complaint: &str| {
        std::fs::write(&path, serde_json::to_string(wrong).unwrap()).unwrap();
        let outcome = vnc_in(folder.path(), &["verify", "out/plan.json"]);
        assert_ne!(outcome.code, 0);
        let said = outcome.stderr + &outcome.stdout;
        assert!(said.contains(complaint), "{complaint}: {said}");
    };
    let mut wrong = found.clone();
    wrong["objective"]["terms"][0]["value"] = Value::from("30");
    refused(&wrong, "term `imbalance`: the plan says 30, it is 75/2");
    let mut wrong = found.clone();
    wrong["instances"][0]["claims"]["memory_bytes"] = Value::from(6_u64 << 30);
    refused(&wrong, "term `crowded`: the plan says 0, it is 2147483648");
    refused(&wrong, "the bound is 1073741824");
    let mut wrong = found;
    wrong["metrics"] = serde_json::json!([]);
    refused(&wrong, "no such metric");
}

#[test]
fn what_depends_on_the_load_is_refused_with_its_line() {
    let text = format!(
        "{FLEET}{TWO}metric busy = sum(device, used.load)\nminimize total(busy) / 1 req/s\n"
    );
    let (_, outcome) = run(&["plan", "plan.vn"], &text);
    assert!(outcome.stderr.contains("VN0901"), "{}", outcome.stderr);
}

/// The least of a weighted sum of the imbalance and an excess, over every way to place services.
fn least(capacity: &[u64], services: &[u64], (above, weight): (u64, u64)) -> u64 {
    let ways = u32::try_from(capacity.len()).unwrap();
    let count = u32::try_from(services.len()).unwrap();
    let worth = |mut way: u32| {
        let mut used = vec![0; capacity.len()];
        for memory in services {
            used[(way % ways) as usize] += memory;
            way /= ways;
        }
        let fits = used.iter().zip(capacity).all(|(used, all)| used <= all);
        let share = |(used, all): (&u64, &u64)| (used * 1_000_000).div_ceil(*all);
        let highest = used.iter().zip(capacity).map(share).max().unwrap();
        let excess: u64 = used.iter().map(|used| used.saturating_sub(above)).sum();
        fits.then_some(highest + 10_000 * weight * excess)
    };
    (0..ways.pow(count)).filter_map(worth).min().unwrap()
}

#[test]
fn the_best_balance_is_found() {
    let mut random = Random::new(5);
    for _ in 0..25 {
        let capacity: Vec<u64> = (0..random.between(1, 3))
            .map(|_| random.between(12, 20))
            .collect();
        let services: Vec<u64> = (0..random.between(1, 4))
            .map(|_| random.between(1, 3))
            .collect();
        let (above, weight) = (random.between(1, 6), random.between(0, 9));
        let mut text = "site home {\n".to_owned();
        for (at, memory) in capacity.iter().enumerate() {
            _ = writeln!(
                text,
                "  device d{at} {{ arch = x86_64; os = linux; cpu = 4 cores; memory = {memory} GiB; disk = nvme(100 GB) }}"
            );
        }
        text += "  link { rtt = 1 ms }\n}\nbuilder b {\n";
        for (at, memory) in services.iter().enumerate() {
            _ = writeln!(
                text,
                "  service s{at} {{ replicas = 1; memory = {memory} GiB }}"
            );
        }
        _ = writeln!(
            text,
            "}}\nmetric crowded = sum(device, excess(used.memory, {above} GiB))
minimize imbalance + {weight} * total(crowded) / 1 GiB"
        );
        let (_, found) = built(&text);
        let value = worth(&found);
        let (num, den) = value.split_once('/').unwrap_or((value, "1"));
        let (num, den): (u64, u64) = (num.parse().unwrap(), den.parse().unwrap());
        let expected = least(&capacity, &services, (above, weight));
        assert_eq!(num * 10_000, expected * den, "{text}");
    }
}
