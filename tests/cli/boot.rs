//! What is fetched when everything starts at once: from text to plan.

use serde_json::Value;
use tempfile::TempDir;

use crate::outcome::{Outcome, vnc_in};
use crate::program::{self, hosts};

/// Bytes come from the hub over 100 MB/s, from one nook to another over 10 MB/s.
const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = nvme(100 GB) }
site home {
  device hub  : box { role = super }
  device nook : box * 3 { role = local }
  link { rtt = 1 ms; bandwidth = 80 Mbps }
  link hub <-> nook { rtt = 1 ms; bandwidth = 800 Mbps }
}
minimize footprint
";

fn run(command: &[&str], program: &str) -> (TempDir, Outcome) {
    program::run(command, &format!("{FLEET}{program}"))
}

fn plan(program: &str) -> Value {
    program::built(&format!("{FLEET}{program}")).1
}

/// A service of 1 GB, which is held on three devices.
fn stored(require: &str) -> String {
    format!(
        "builder b {{
  service store {{
    replicas = 3
    variant one {{ provides = [truth]; memory = 1 GiB; dataset = 1 GB; ports {{ http = http(80) }} }}
  }}
}}
{require}
emit json
"
    )
}

#[test]
fn bytes_come_from_where_they_come_fast() {
    // In declared order, and from each other or from the hub.
    let anywhere = plan(&stored(""));
    assert_eq!(hosts(&anywhere, "store"), ["hub", "nook[1]", "nook[2]"]);
    let elsewhere = "  service web { pin on hub; memory = 7.5 GiB; ports { http = http(81) } }\n";
    let crowded = |require: &str| {
        stored(require).replace("  service store", &format!("{elsewhere}  service store"))
    };
    let slow = plan(&crowded(""));
    assert_eq!(hosts(&slow, "store"), ["nook[1]", "nook[2]", "nook[3]"]);
    // 1 GB over 10 MB/s takes 100 s and one round trip.
    let fits = plan(&crowded("require boot_time <= 100.001 s"));
    assert_eq!(hosts(&fits, "store"), ["nook[1]", "nook[2]", "nook[3]"]);
    let refused = run(&["plan", "plan.vn"], &crowded("require boot_time <= 100 s")).1;
    assert_eq!(refused.code, 1, "{}", refused.stdout);
    assert!(refused.stderr.contains("boot_time"), "{}", refused.stderr);
}

#[test]
fn a_device_fetches_one_after_the_other() {
    let two = |require: &str| {
        stored(require).replace(
            "  service store {",
            "  service index {
    replicas = 2; pin on [hub, nook]
    variant one { memory = 1 GiB; dataset = 1 GB; ports { http = http(82) } }
  }
  service store {",
        )
    };
    let together = plan(&two(""));
    assert_eq!(hosts(&together, "index"), ["hub", "nook[1]"]);
    assert_eq!(hosts(&together, "store"), ["hub", "nook[1]", "nook[2]"]);
    // Each takes 10 s; no device fetches both.
    let apart = plan(&two("require boot_time <= 11 s"));
    let on_index = hosts(&apart, "index");
    let fetches = |of: &str| {
        hosts(&apart, of)
            .into_iter()
            .filter(|one| one != "hub")
            .collect::<Vec<_>>()
    };
    assert!(
        fetches("index")
            .iter()
            .all(|one| !fetches("store").contains(one)),
        "{on_index:?}"
    );
    assert_eq!(
        run(&["plan", "plan.vn"], &two("require boot_time <= 9 s"))
            .1
            .code,
        1
    );
}

#[test]
fn what_is_there_already_takes_no_time() {
    let beside = stored("require boot_time <= 1 s")
        .replace("replicas = 3", "replicas = 2; max_per_device = 2");
    assert_eq!(hosts(&plan(&beside), "store"), ["hub", "hub"]);
    let three = beside.replace("replicas = 2", "replicas = 3");
    assert_eq!(run(&["plan", "plan.vn"], &three).1.code, 1);
}

#[test]
fn what_leaves_a_device_is_bounded() {
    // Both copies come from the hub: 2 GB in 20 s.
    let held = plan(&stored("require clone_bytes(hub) / 800 Mbps <= 20 s"));
    assert_eq!(hosts(&held, "store"), ["hub", "nook[1]", "nook[2]"]);
    let less = plan(&stored("require clone_bytes(hub) / 800 Mbps < 20 s"));
    assert_eq!(hosts(&less, "store"), ["nook[1]", "nook[2]", "nook[3]"]);
    let none = stored("require clone_bytes(hub) <= 1 GB and boot_time <= 50 s");
    assert_eq!(run(&["plan", "plan.vn"], &none).1.code, 1);
}

#[test]
fn a_plan_that_boots_later_than_it_may_is_refused() {
    let program = format!(
        "{FLEET}{}",
        stored("require boot_time <= 20 s and clone_bytes(hub) <= 2 GB")
    );
    let (folder, plan) = program::built(&program);
    let path = folder.path().join("out/plan.json");
    let tampered = |edit: &dyn Fn(&mut vn_plan::Plan)| {
        let mut other = vn_plan::from_json(&plan.to_string()).unwrap();
        edit(&mut other);
        other.digest = vn_plan::digest(&other);
        std::fs::write(&path, vn_plan::to_json(&other)).unwrap();
        let verified = vnc_in(folder.path(), &["verify", "out/plan.json"]);
        assert_eq!(verified.code, 1, "{}", verified.stdout);
        format!("{}{}", verified.stdout, verified.stderr)
    };
    let first = |plan: &mut vn_plan::Plan, to: Option<u64>| {
        let clones = plan
            .instances
            .iter_mut()
            .filter_map(|one| one.clone.as_mut());
        let sources = clones.filter_map(|clone| clone.sources.first_mut());
        sources.for_each(|source| source.transfer_us = to);
    };
    let late = tampered(&|plan| first(plan, Some(20_000_001)));
    assert!(late.contains("it comes to 20000001/1000000"), "{late}");
    let unsaid = tampered(&|plan| first(plan, None));
    assert!(
        unsaid.contains("it is not said how long they take"),
        "{unsaid}"
    );
    let more = tampered(&|plan| {
        let clones = plan
            .instances
            .iter_mut()
            .filter_map(|one| one.clone.as_mut());
        clones.for_each(|clone| clone.bytes += 1);
    });
    assert!(
        more.contains("it comes to 2000000002, the bound is 2000000000"),
        "{more}"
    );
}

#[test]
fn what_nobody_knows_is_refused() {
    let program = format!("{FLEET}{}", stored("require boot_time <= 1 h"));
    let unknown = program.replace("; bandwidth = 80 Mbps", "");
    let refused = program::run(&["plan", "plan.vn"], &unknown).1;
    assert!(
        refused
            .stderr
            .contains("this `require` can be checked, but not planned yet"),
        "{}",
        refused.stderr
    );
    let sum = run(
        &["plan", "plan.vn"],
        &stored("require boot_time + clone_bytes(hub) / 1 Gbps <= 1 h"),
    )
    .1;
    assert!(
        sum.stderr.contains("this `require` can be checked"),
        "{}",
        sum.stderr
    );
    let shops = "site shop * 2 { device till : box { role = edge } link { rtt = 1 ms } }
link shop <-> home { rtt = 20 ms; private = true }
";
    let alike = format!("{shops}{}", stored("require clone_bytes(hub) <= 1 GB"));
    let alike = run(&["plan", "plan.vn", "--by-classes"], &alike).1;
    assert!(
        alike.stderr.contains("`clone_bytes(…)` beside alike sites"),
        "{}",
        alike.stderr
    );
}
