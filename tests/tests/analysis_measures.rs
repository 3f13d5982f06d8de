//! Capabilities, metrics, objectives and requirements of a program: what the planner is handed, and
//! what the user reads instead.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use std::fmt::Write as _;

use analysis_fixture::{check, check_with};
use insta::assert_snapshot;
use vn_analysis::{Addend, BigRational, Composition, Linear, Measure, Metric, Over, WishKind};

const FLEET: &str = "unit gram : Mass
unit kg : Mass = 1000 gram
capability carbon : Mass/Time
capability cameras : Count consumable
capability rack : Label
capability sensors : Set(camera, lidar)
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; cameras = 2; power { idle = 3 W; max = 20 W } }
site home {
  device a : box { role = backbone; carbon = 20 kg/month; cost = 2 USD/month + 5 USD/GB/month * used.memory; rack = r1 }
  device b : box * 2 { role = local; sensors = [camera]; cameras = 1 }
  link { rtt = 1 ms }
}
";

const TREE: &str = "builder x {
  service kv {
    variant v { memory = 1 GiB; cameras = 1; requires device.sensors has camera }
    variant w { memory = 3 GiB; cpu = 1 core; capacity = 3 req/s; cost = 1 USD/GiB/month * used.memory }
  }
}
";

fn composed(wishes: &str) -> Composition {
    let text = format!("{FLEET}{TREE}{wishes}");
    let checked = check_with(&text, &[], None);
    let errors: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|f| f.is_error())
        .collect();
    assert!(errors.is_empty(), "{}", checked.report());
    checked.analysis.composition.expect("a composition")
}

fn metric(composition: &Composition, metric: Metric) -> String {
    match metric {
        Metric::Own(at) => format!("own {}", composition.metrics[at as usize].name),
        other => format!("{other:?}"),
    }
}

fn measure(composition: &Composition, of: &Measure) -> String {
    match of {
        Measure::Total(of) => metric(composition, *of),
        other => format!("{other:?}"),
    }
}

fn objective(wishes: &str) -> String {
    let composition = composed(wishes);
    let mut shown = String::new();
    for level in &composition.objective.levels {
        let terms = level.iter();
        let terms = terms.map(|(weight, of)| format!("{weight} {}", metric(&composition, *of)));
        _ = writeln!(shown, "{}", terms.collect::<Vec<_>>().join(" + "));
    }
    shown
}

fn requirements(wishes: &str) -> String {
    let composition = composed(wishes);
    let mut shown = String::new();
    for wish in &composition.wishes {
        match &wish.kind {
            WishKind::Total {
                metric: of,
                at_most,
                message,
            } => {
                _ = writeln!(
                    shown,
                    "{} <= {at_most} {message:?}",
                    metric(&composition, *of)
                );
            }
            WishKind::Bound {
                terms,
                comparison,
                bound,
                message,
            } => {
                let terms = terms.iter();
                let terms =
                    terms.map(|(weight, of)| format!("{weight} {}", measure(&composition, of)));
                let terms = terms.collect::<Vec<_>>().join(" + ");
                _ = writeln!(shown, "{terms} {comparison:?} {bound} {message:?}");
            }
            _ => {}
        }
    }
    shown
}

fn linear(linear: &Linear) -> String {
    let terms = linear
        .terms
        .iter()
        .map(|(of, weight)| format!("{weight} {of:?}"));
    let terms = terms.chain([linear.constant.to_string()]);
    terms.collect::<Vec<_>>().join(" + ")
}

fn addend(addend: &Addend) -> String {
    let excess =
        |(weight, over): &(BigRational, Linear)| format!("{weight} max(0, {})", linear(over));
    let parts = std::iter::once(linear(&addend.linear)).chain(addend.excesses.iter().map(excess));
    parts.collect::<Vec<_>>().join(" + ")
}

#[test]
fn devices_have_capabilities_of_the_programs_own() {
    let composition = composed("");
    let device = |id: &str| {
        composition
            .devices
            .iter()
            .find(|device| device.id == id)
            .expect(id)
    };
    assert_eq!(device("a").labels["rack"], "r1");
    let cameras = |id: &str| device(id).claimable.more["cameras"].to_string();
    assert_eq!((cameras("a"), cameras("b")), ("2".into(), "1".into()));
    let options = composition.slots[0].options.iter();
    let hosts: Vec<(String, u32)> = options
        .map(|choice| {
            (
                composition.devices[choice.device.0 as usize].id.clone(),
                choice.variant,
            )
        })
        .collect();
    let hosts: Vec<(&str, u32)> = hosts
        .iter()
        .map(|(id, variant)| (id.as_str(), *variant))
        .collect();
    assert_eq!(hosts, [("a", 1), ("b", 0), ("b", 1)]);
    assert_eq!(
        composition.slots[0].options[1].claims.more["cameras"].to_string(),
        "1"
    );
}

#[test]
fn a_cost_can_depend_on_what_is_used() {
    let composition = composed("");
    let a = &composition.devices[0];
    assert_eq!(a.cost_per_month.to_string(), "2");
    assert_eq!(a.metered.memory.to_string(), "1/200000000");
    // An instance uses what it claims: 3 GiB at 1 USD each.
    assert_eq!(
        composition.slots[0].options[0].cost_per_month.to_string(),
        "3"
    );
}

#[test]
fn metrics_of_the_programs_own() {
    let composition = composed(
        "metric co2 = sum(device, device.carbon * used.cpu / 4 cores)
metric soft = sum(device, excess(used.memory, 4 GiB) / 1 GiB * 3)
metric memory = sum(instance, instance.memory * 2 - 1 MiB)
metric asked = sum(instance, instance.load * 2)
metric filmed = sum(device, used.cameras)
minimize latency + total(soft) + total(memory) / 1 GiB + total(asked) / 1 req/s + total(co2) / 1 kg/month + total(filmed)
",
    );
    let mut shown = String::new();
    for own in &composition.metrics {
        _ = writeln!(shown, "{} in `{}`", own.name, own.unit);
        let addends = match &own.over {
            Over::Devices(addends) => addends.clone(),
            Over::Instances(slots) => slots.concat(),
        };
        for one in &addends {
            _ = writeln!(shown, "  {}", addend(one));
        }
    }
    assert_snapshot!(shown);
}

#[test]
fn objectives() {
    assert_eq!(
        objective("minimize latency + 2 * cost - -power"),
        "1 Latency + 2 Cost + 1 Power\n"
    );
    assert_eq!(
        objective(
            "minimize total(cost) / 1 USD/month + total(footprint) / 1 MiB + total(latency) / 1 s"
        ),
        "1/1000 Latency + 1 Cost + 1024 Footprint\n"
    );
    assert_eq!(
        objective(
            "minimize lexicographic [quality_loss + 3 * imbalance, total(power) / 1 W + movement]"
        ),
        "1 QualityLoss + 3 Imbalance\n1 Power + 1 Movement\n"
    );
    assert_eq!(
        objective(
            "param fast: Bool = true\nminimize match fast { true => latency; false => cost }"
        ),
        "1 Latency\n"
    );
    assert_eq!(
        objective(
            "metric soft = sum(device, used.memory)\nminimize total(soft) / 1 GiB + clone_bytes"
        ),
        "1 CloneBytes + 1/1073741824 own soft\n"
    );
}

#[test]
fn objectives_that_make_no_sense() {
    assert_snapshot!(check(&format!(
        "{FLEET}{TREE}metric soft = sum(device, used.memory)
minimize lexicographic [
  latency * cost,                              //~ VN0308
  1 / latency,                                 //~ VN0308
  total(cost) + latency,                       //~ VN0303
  total(cost),                                 //~ VN0302
  latensy + 2,                                 //~ VN0202
  soft,                                        //~ VN0302
  total(sofd),                                 //~ VN0202
  3,                                           //~ VN0308
  latency - cost,                              //~ VN0305
  cost / 0                                     //~ VN0305
]
"
    )));
}

#[test]
fn requirements_are_data() {
    assert_snapshot!(requirements(
        "param budget: Money/Time = 12 USD/month
metric soft = sum(device, excess(used.memory, 4 GiB))
require total(cost) <= budget else \"too much\"
require 30 W >= total(power)
require 2 * total(power) <= 30 W
require max(utilisation.memory) <= 80%
require max(utilisation.cameras) <= 50%
require count(kv.w) >= 2
require count(kv) - count(kv.v) == 1
require boot_time <= 60 s and clone_bytes <= 3 GiB else \"a slow start\"
require clone_bytes(backbone) / 1 Gbps <= 10 min
require clone_bytes(b) <= 3 GB
require latency <= 20 ms
require total(soft) <= 1 GiB
"
    ));
}

#[test]
fn requirements_that_make_no_sense() {
    assert_snapshot!(check(&format!(
        "{FLEET}{TREE}metric soft = sum(device, excess(used.memory, 4 GiB))
require max(utilisation.memory) >= 80%         //~ VN0308
require utilisation.memory <= 80%              //~ VN0302
require max(utilisation.memori) <= 80%         //~ VN0202
require boot_time >= 60 s                      //~ VN0308
require boot_time <= 60 MB                     //~ VN0302
require clone_bytes(backbon) <= 3 GB           //~ VN0202
require total(cost) <= 5                       //~ VN0304
require total(cots) <= 5 USD/month             //~ VN0202
require count(kw) >= 1                         //~ VN0202
require count(kv.u) >= 1                       //~ VN0202
require 5 <= 6                                 //~ VN0308
require total(cost)                            //~ VN0302
require latency * cost <= 5                    //~ VN0308
require total(soft) >= 1 GiB                   //~ VN0308
require boot_time <= 3 s or total(cost) <= 5 USD/month   //~ VN0302
require not total(cost) >= 5 USD/month         //~ VN0302
require rtt(app -> kv) <= 3 ms                 //~ VN0302
require served(app) == 100%                    //~ VN0302
"
    )));
}

#[test]
fn metrics_and_capabilities_that_make_no_sense() {
    assert_snapshot!(check(
        "capability memory : Bytes                     //~ VN0203
capability fast : Bool consumable              //~ VN0302
capability cameras : Count consumable
capability cameras : Count                     //~ VN0203
capability sensors : Set(camera, lidar)
capability grade : Grade                       //~ VN0202
capability idle : Count                        //~ VN0205
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device a : box { sensors = [radar]; cameras = 1 GiB }   //~ VN0202 //~ VN0302
  device b : box { sensors = camera; cameras = -1; cost = 3 USD * used.power }   //~ VN0305 //~ VN0413
  device c : box { camera = 1; fast = true; grade = 1 }   //~ VN0201
  link { rtt = 1 ms }
}
metric bad = sum(device, used.memory * used.cpu)   //~ VN0308
metric worse = sum(device, 3 / used.cpu)       //~ VN0308
metric typo = sum(device, used.memori)         //~ VN0406
metric product = product(device, 3)            //~ VN0308
metric less = sum(device, 0 B - excess(used.memory, 4 GiB))   //~ VN0308
metric mixed = sum(device, excess(used.memory, 4 cores))   //~ VN0303
metric cost = sum(device, 1)                   //~ VN0203
metric other = sum(instance, used.memory)      //~ VN0413
builder x {
  service kv { sensors = camera; cameras = 3 }   //~ VN0413
}
minimize total(bad) + total(worse) + total(typo) + total(product) + total(less) + total(mixed) + total(other)
"
    ));
}

#[test]
fn the_programs_of_the_page_are_right() {
    let page = include_str!("../../docs/reference/measures.md");
    let programs: Vec<&str> = page
        .split("```vn\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(programs.len(), page.matches("```vn\n").count());
    for program in programs {
        let checked = check_with(program, &[], None);
        let wrong = checked
            .diagnostics
            .iter()
            .any(vn_syntax::Diagnostic::is_error);
        assert!(!wrong, "{program}\n{}", checked.report());
    }
}

#[test]
fn a_metric_that_cannot_be_read_is_told_of_once() {
    assert_snapshot!(check(&format!(
        "{FLEET}{TREE}metric co2 = power * 2            //~ VN0308
minimize lexicographic [ total(co2) / 1 W, co2 ]
require total(co2) <= 3 W
test \"x\" {{ expect total(co2) <= 4 W }}
"
    )));
}
