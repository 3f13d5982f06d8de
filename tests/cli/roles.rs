//! Roles that the planner picks: one for each device, in which all that is placed on it runs.

use std::fmt::Write as _;

use serde_json::Value;
use vn_tests::generator::Random;

use crate::outcome::vnc_in;
use crate::program::{built, run};

const ROLES: [&str; 4] = ["backbone", "super", "local", "edge"];

fn roles(plan: &Value) -> Vec<&str> {
    let devices = plan["devices"].as_array().unwrap().iter();
    devices.map(|one| one["role"].as_str().unwrap()).collect()
}

/// Devices with the roles that each may take, and what the builder holds.
fn fleet(devices: &[&str], builder: &str) -> String {
    let mut program = "\
hardware box { arch = x86_64; os = linux; cpu = 8 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home {
"
    .to_owned();
    for (at, role) in devices.iter().enumerate() {
        _ = writeln!(program, "  device d{at} : box {{ role = {role} }}");
    }
    program + "  link { rtt = 1 ms }\n}\nbuilder b {\n" + builder + "\n}\n"
}

#[test]
fn a_device_takes_the_role_of_what_runs_on_it() {
    let hub = "service hub { memory = 1 GiB; requires device.role == super }";
    let (folder, found) = built(&fleet(&["auto"], hub));
    assert_eq!(roles(&found), ["super"]);
    assert_eq!(found["instances"][0]["roles"], serde_json::json!(["super"]));
    let said = vnc_in(folder.path(), &["plan", "plan.vn"]).stdout;
    assert!(said.contains("super"), "{said}");
    // Where nothing depends on it: the first in the order written, of `auto` the usual one.
    let kv = "service kv { memory = 1 GiB }";
    let (_, found) = built(&fleet(&["auto", "[edge, super]", "super"], kv));
    assert_eq!(roles(&found), ["local", "edge", "super"]);
}

/// A role answers nobody, so that it does not matter how little a battery may be asked.
#[test]
fn a_device_on_a_battery_takes_a_role() {
    let hub = "service hub { memory = 1 GiB; capacity = 10 req/s; requires device.role == super }";
    let text = fleet(&["auto"], hub) + "policy { battery { max_duty = 5% } }\n";
    let (_, found) = built(&text.replace("arch = x86_64;", "arch = x86_64; battery = 20 Wh;"));
    assert_eq!(roles(&found), ["super"]);
}

#[test]
fn one_device_takes_one_role() {
    let two = "\
service hub { memory = 1 GiB; pin on role super }
service cam { memory = 1 GiB; forbid on role super }";
    let (_, found) = built(&fleet(&["[edge, super]", "[edge, super]"], two));
    let mut picked = roles(&found);
    picked.sort_unstable();
    assert_eq!(picked, ["edge", "super"]);
    let (_, outcome) = run(&["plan", "plan.vn"], &fleet(&["[edge, super]"], two));
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let said = outcome.stderr + &outcome.stdout;
    assert!(said.contains("role = [edge, super]"), "{said}");
}

#[test]
fn a_plan_in_the_wrong_role_is_refused() {
    let hub = "service hub { memory = 1 GiB; requires device.role == super }";
    let (folder, found) = built(&fleet(&["[edge, super]"], hub));
    let path = folder.path().join("out/plan.json");
    for (role, complaint) in [
        ("edge", "`hub@d0` runs on super, `d0` is edge"),
        ("backbone", "`d0` is backbone, but may be edge, super"),
    ] {
        let mut wrong = found.clone();
        wrong["devices"][0]["role"] = Value::from(role);
        std::fs::write(&path, serde_json::to_string(&wrong).unwrap()).unwrap();
        let outcome = vnc_in(folder.path(), &["verify", "out/plan.json"]);
        assert_ne!(outcome.code, 0);
        let said = outcome.stderr + &outcome.stdout;
        assert!(said.contains(complaint), "{said}");
    }
}

#[test]
fn what_is_another_in_another_role_is_refused_with_its_line() {
    let kv = "\
service kv {
  variant v { memory = 1 GiB }
  decide { when device.role == super => capacity = 9 req/s }
}";
    let (_, outcome) = run(&["plan", "plan.vn"], &fleet(&["[edge, super]"], kv));
    let said = outcome.stderr + &outcome.stdout;
    assert!(
        said.contains("is another in another role") && said.contains("plan.vn:7"),
        "{said}"
    );
}

/// A replan does not call it a move that a device takes another role.
#[test]
fn another_role_is_no_move() {
    let hub = "service hub { memory = 1 GiB; pin on role super; currently on [d0] }";
    let (_, found) = built(&fleet(&["[edge, super]", "[edge, super]"], hub));
    assert_eq!(roles(&found), ["super", "edge"]);
    assert_eq!(found["moves"]["steps"], serde_json::json!([]), "{found}");
}

/// What a service is in a random program: its memory, and in which roles its two variants run.
struct Service {
    memory: u64,
    variants: [(Vec<usize>, u64); 2],
}

/// The least power of all: every device in each of its roles, every service everywhere.
fn least(devices: &[Vec<usize>], services: &[Service]) -> Option<u64> {
    let Some((first, rest)) = devices.split_first() else {
        return Some(0).filter(|_| services.is_empty());
    };
    let chosen = 0..1_u32 << services.len();
    let here = |set: u32, at: usize| set >> at & 1 == 1;
    let best = chosen.filter_map(|set| {
        let all = || services.iter().enumerate();
        let on: Vec<&Service> = all()
            .filter(|(at, _)| here(set, *at))
            .map(|(_, s)| s)
            .collect();
        if on.iter().map(|one| one.memory).sum::<u64>() > 8 {
            return None;
        }
        let power = first.iter().filter_map(|role| {
            let each = on.iter().map(|one| {
                let fits = one
                    .variants
                    .iter()
                    .filter(|(roles, _)| roles.contains(role));
                fits.map(|(_, watts)| *watts).min()
            });
            each.sum::<Option<u64>>()
        });
        let left: Vec<Service> = all()
            .filter(|(at, _)| !here(set, *at))
            .map(|(_, one)| Service {
                memory: one.memory,
                variants: one.variants.clone(),
            })
            .collect();
        Some(power.min()? + least(rest, &left)?)
    });
    best.min()
}

fn some_roles(random: &mut Random) -> Vec<usize> {
    let mask = random.between(1, 15);
    (0..4).filter(|at| mask >> at & 1 == 1).collect()
}

fn words(roles: &[usize]) -> String {
    let words: Vec<&str> = roles.iter().map(|at| ROLES[*at]).collect();
    format!("[{}]", words.join(", "))
}

#[test]
fn the_best_roles_are_picked() {
    let mut random = Random::new(7);
    let mut none = 0;
    for _ in 0..40 {
        let fleets: Vec<Vec<usize>> = (0..random.between(1, 3))
            .map(|_| some_roles(&mut random))
            .collect();
        let services: Vec<Service> = (0..random.between(1, 4))
            .map(|_| Service {
                memory: random.between(1, 5),
                variants: [
                    (some_roles(&mut random), random.between(1, 9)),
                    (some_roles(&mut random), random.between(1, 9)),
                ],
            })
            .collect();
        let devices: Vec<String> = fleets.iter().map(|roles| words(roles)).collect();
        let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
        let mut builder = String::new();
        for (at, one) in services.iter().enumerate() {
            _ = writeln!(builder, "  service s{at} {{ replicas = 1");
            for (name, (roles, watts)) in ["v", "w"].iter().zip(&one.variants) {
                let (memory, roles) = (one.memory, words(roles));
                _ = writeln!(
                    builder,
                    "    variant {name} {{ memory = {memory} GiB; power = {watts} W; requires device.role in {roles} }}"
                );
            }
            builder += "  }\n";
        }
        let text = fleet(&devices, &builder) + "minimize power\n";
        if let Some(watts) = least(&fleets, &services) {
            let (_, found) = built(&text);
            assert_eq!(found["totals"]["power_mw"], watts * 1_000, "{text}");
        } else {
            none += 1;
            let (_, outcome) = run(&["plan", "plan.vn"], &text);
            assert_eq!(outcome.code, 1, "{text}\n{}", outcome.stdout);
        }
    }
    assert!((3..35).contains(&none), "{none}");
}
