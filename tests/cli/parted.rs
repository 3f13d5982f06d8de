//! The fleet falls apart, and nobody is lost: both sides serve their own clients.

use serde_json::Value;

use crate::program::{built_with, hosts, run};

/// Shops behind headquarters, with the words that a test is about.
fn program(shops: u32, service: &str, tests: &str) -> String {
    format!(
        "\
hardware box {{ arch = x86_64; os = linux; cpu = 8 cores; memory = 16 GiB; disk = nvme(500 GB); power {{ idle = 5 W; max = 30 W }} }}
site hq {{
  device server : box {{ role = backbone }}
  device desk   : box {{ role = local }}
}}
site shop * {shops} {{
  device core : box     {{ role = super }}
  device till : box * 2 {{ role = edge }}
  link {{ rtt = 1 ms }}
}}
link shop <-> hq {{ rtt = 20 ms; private = true }}
builder chain {{
  service kv {{
    memory = 1 GiB
    capacity = 100 req/s
    ports {{ redis = tcp(6379) }}
    forbid on role edge
    {service}
  }}
  client pos    on till {{ demand = 2 req/s; needs kv within 60 ms }}
  client office on desk {{ demand = 2 req/s; needs kv within 60 ms }}
}}
minimize footprint
{tests}
"
    )
}

/// The devices that run the service, and the plan.
fn built(program: &str, options: &[&str]) -> (Vec<String>, Value) {
    let (_folder, plan) = built_with(program, options);
    (hosts(&plan, "kv"), plan)
}

const CUT: &str = "\
test \"WAN cut\" {
  given partition(shop, hq)
  expect served(pos) == 100%
  expect served(office) == 100%
  expect rtt(pos -> kv) <= 1 ms
}
";

#[test]
fn each_side_has_somebody_to_ask() {
    let (before, _) = built(&program(1, "", ""), &[]);
    assert_eq!(before.len(), 1, "{before:?}");
    let survives = program(1, "survive partition(shop, hq)", CUT);
    let (on, plan) = built(&survives, &[]);
    assert_eq!(on.len(), 2, "{on:?}");
    assert!(on.contains(&"shop[1]/core".to_owned()), "{on:?}");
    let requirements = plan["requirements"].as_array().unwrap().iter();
    let cuts = requirements.filter_map(|one| one["kind"]["survive"]["partitions"].as_array());
    assert_eq!(cuts.map(Vec::len).sum::<usize>(), 1);
    let (_folder, tested) = run(&["test", "plan.vn"], &survives);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn a_test_shows_whom_a_cut_leaves_alone() {
    let (_folder, tested) = run(&["test", "plan.vn"], &program(1, "pin on server", CUT));
    assert_eq!(tested.code, 1, "{}", tested.stderr);
    let said = "`pos@shop[1]/till[1]` gets no `kv`: no entry that is alive can be reached";
    assert!(tested.stdout.contains(said), "{}", tested.stdout);
}

/// Shops that only meet at headquarters lose each other too; by classes or one by one.
#[test]
fn shops_that_meet_at_headquarters_are_alone() {
    let survives = program(3, "survive partition(shop, hq)", CUT);
    let (single, _) = built(&survives, &[]);
    assert_eq!(single.len(), 4, "{single:?}");
    let (rows, plan) = built(&survives, &["--by-classes"]);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.contains(&"shop[1..3]/core".to_owned()), "{rows:?}");
    assert!(plan["devices"].as_array().unwrap().len() < 8);
    for options in [
        &["test", "plan.vn"][..],
        &["test", "plan.vn", "--by-classes"],
    ] {
        let (_folder, tested) = run(options, &survives);
        assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    }
}

/// What stands beside a cut keeps what it reached; one shop cut off does not take the others along.
#[test]
fn one_shop_by_name_is_cut_off_alone() {
    let (on, _) = built(&program(3, "survive partition(shop[2], hq)", ""), &[]);
    assert_eq!(on.len(), 2, "{on:?}");
    assert!(on.contains(&"shop[2]/core".to_owned()), "{on:?}");
    let (_folder, planned) = run(
        &["plan", "plan.vn"],
        &program(1, "pin on server; survive partition(shop, hq)", ""),
    );
    assert_eq!(planned.code, 1, "{}{}", planned.stdout, planned.stderr);
}
