//! What may be bought or rented: how many of which, at what price, and nothing where nothing is bought.

use std::fmt::Write as _;

use serde_json::Value;
use vn_tests::generator::Random;

use crate::outcome::vnc_in;
use crate::program::{built, run};

fn bought(plan: &Value) -> Vec<&str> {
    let devices = plan["devices"].as_array().unwrap().iter();
    let there = devices.filter(|one| one["offer"]["bought"] == true);
    there.map(|one| one["id"].as_str().unwrap()).collect()
}

fn cost(plan: &Value) -> u64 {
    plan["totals"]["cost_micro_per_month"].as_u64().unwrap()
}

/// Machines of 4 GiB and of 12 GiB, services with so many GiB each.
fn shop(small: (u64, u64), large: (u64, u64), services: &[u64], more: &str) -> String {
    let mut program = format!(
        "\
hardware little {{ arch = x86_64; os = linux; cpu = 8 cores; memory = 4 GiB; disk = nvme(100 GB); power {{ idle = 2 W; max = 6 W }} }}
hardware big : little {{ memory = 12 GiB }}
site cloud {{
  offer vm  : little * 0..{} {{ role = backbone; cost = {} EUR/month }}
  offer box : big * 0..{}    {{ role = backbone; cost = {} EUR/month }}
  link {{ rtt = 1 ms }}
}}
builder b {{
",
        small.0, small.1, large.0, large.1
    );
    for (at, memory) in services.iter().enumerate() {
        _ = writeln!(
            program,
            "  service s{at} {{ memory = {memory} GiB; replicas = 1 }}"
        );
    }
    program + "}\nminimize cost\n" + more
}

/// Whether services fit into what is left of some machines, one after the other.
fn fits(services: &[u64], left: &mut [u64]) -> bool {
    let Some((first, rest)) = services.split_first() else {
        return true;
    };
    (0..left.len()).any(|at| {
        let room = left.get(at).copied().unwrap_or_default();
        if room < *first {
            return false;
        }
        left[at] = room - first;
        let fit = fits(rest, left);
        left[at] = room;
        fit
    })
}

/// The least that must be paid: every number of machines of either kind is tried.
fn least(small: (u64, u64), large: (u64, u64), services: &[u64]) -> Option<u64> {
    let pairs = (0..=small.0).flat_map(|few| (0..=large.0).map(move |many| (few, many)));
    let fitting = pairs.filter(|(few, many)| {
        let mut left: Vec<u64> = (0..*few).map(|_| 4).collect();
        left.extend((0..*many).map(|_| 12));
        fits(services, &mut left)
    });
    fitting
        .map(|(few, many)| few * small.1 + many * large.1)
        .min()
}

#[test]
fn the_cheapest_machines_are_bought() {
    let (_, found) = built(&shop((5, 4), (2, 7), &[3, 3, 3], ""));
    assert_eq!((bought(&found), cost(&found)), (vec!["box[1]"], 7_000_000));
    // The watts of a machine at rest are those of the plan that buys it.
    assert_eq!(found["totals"]["power_mw"], 2_000);

    let (folder, found) = built(&shop((5, 4), (2, 13), &[3, 3, 3], ""));
    let three = vec!["vm[1]", "vm[2]", "vm[3]"];
    assert_eq!((bought(&found), cost(&found)), (three, 12_000_000));
    // What is not bought has no files, and no row in what people read.
    assert!(!folder.path().join("out/devices/vm-4").exists());
    let said = vnc_in(folder.path(), &["plan", "plan.vn"]).stdout;
    assert!(
        said.contains("3 of 5 little at 4 EUR/month each: vm[1], vm[2], vm[3]"),
        "{said}"
    );
    assert!(
        said.contains("3 devices") && !said.contains("vm[4]"),
        "{said}"
    );
}

#[test]
fn the_price_is_the_least_of_all() {
    let mut random = Random::new(1);
    let mut none = 0;
    for _ in 0..40 {
        let small = (random.between(0, 3), random.between(1, 9));
        let large = (random.between(0, 2), random.between(2, 20));
        let services: Vec<u64> = (0..random.between(1, 5))
            .map(|_| random.between(1, 6))
            .collect();
        let text = shop(
            (small.0.max(1), small.1),
            (large.0.max(1), large.1),
            &services,
            "",
        );
        let small = (small.0.max(1), small.1);
        let large = (large.0.max(1), large.1);
        if let Some(expected) = least(small, large, &services) {
            let (_, found) = built(&text);
            assert_eq!(cost(&found), expected * 1_000_000, "{text}");
        } else {
            none += 1;
            let (_, outcome) = run(&["plan", "plan.vn"], &text);
            assert_eq!(outcome.code, 1, "{text}\n{}", outcome.stdout);
        }
    }
    assert!((3..30).contains(&none), "{none}");
}

#[test]
fn at_least_so_many_are_bought() {
    let text = shop((5, 4), (2, 7), &[1], "").replace("little * 0..5", "little * 2..5");
    let (_, found) = built(&text);
    assert_eq!(
        (bought(&found), cost(&found)),
        (vec!["vm[1]", "vm[2]"], 8_000_000)
    );
}

#[test]
fn a_machine_that_a_line_names_is_another_than_its_neighbours() {
    let more = "";
    let text = shop((4, 4), (1, 70), &[1], more);
    let text = text.replace("replicas = 1 }", "replicas = 1; pin on vm[3] }");
    let (_, found) = built(&text);
    assert_eq!(bought(&found), ["vm[3]"]);
}

#[test]
fn what_would_have_to_be_bought_is_too_dear() {
    let more = "require total(cost) <= 6 EUR/month else \"the kitty is empty\"\n";
    let (_, outcome) = run(&["plan", "plan.vn"], &shop((2, 4), (2, 7), &[3, 3], more));
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let said = outcome.stderr + &outcome.stdout;
    assert!(said.contains("the kitty is empty"), "{said}");
}

/// A machine answers nobody, so that it does not matter how little a battery may be asked.
#[test]
fn a_machine_on_a_battery_can_be_bought() {
    let text = shop(
        (2, 4),
        (1, 70),
        &[3],
        "policy { battery { max_duty = 5% } }\n",
    );
    let text = text.replace("arch = x86_64;", "arch = x86_64; battery = 20 Wh;");
    let text = text.replace("replicas = 1 }", "replicas = 1; capacity = 10 req/s }");
    let (_, found) = built(&text);
    assert_eq!(bought(&found), ["vm[1]"]);
}

/// What is bought is new, but nothing that ran has moved for it.
#[test]
fn a_purchase_is_no_move() {
    let text = shop((2, 4), (1, 70), &[3], "");
    let text = text.replace(
        "offer box",
        "device own : little { role = backbone }\n  offer box",
    );
    let text = text.replace("replicas = 1 }", "replicas = 2; currently on [own] }");
    let (folder, found) = built(&text);
    assert_eq!(bought(&found), ["vm[1]"]);
    let steps = found["moves"]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert_eq!(steps[0]["instance"], "s0@vm[1]");
    let one = vnc_in(folder.path(), &["plan", "plan.vn", "--max-moves", "1"]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    let none = vnc_in(folder.path(), &["plan", "plan.vn", "--max-moves", "0"]);
    assert_eq!(none.code, 1, "{}", none.stdout);
}

/// Wrong plans are told from right ones by the plan alone.
#[test]
fn a_plan_that_runs_where_nothing_is_bought_is_refused() {
    let (folder, mut found) = built(&shop((5, 4), (2, 7), &[3], ""));
    let devices = found["devices"].as_array_mut().unwrap();
    for device in devices {
        device["offer"]["bought"] = Value::from(false);
    }
    let path = folder.path().join("out/plan.json");
    std::fs::write(&path, serde_json::to_string(&found).unwrap()).unwrap();
    let outcome = vnc_in(folder.path(), &["verify", "out/plan.json"]);
    assert_ne!(outcome.code, 0);
    let said = outcome.stderr + &outcome.stdout;
    assert!(
        said.contains("`s0@vm[1]` stands on `vm[1]`, which is not bought"),
        "{said}"
    );
    assert!(said.contains("total cost"), "{said}");
}
