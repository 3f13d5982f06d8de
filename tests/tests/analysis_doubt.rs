//! One mistake, one message: what follows from something that was reported is not said.

#![allow(missing_docs, reason = "a test")]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_all};

const FLEET: &str = "
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device nuc : box * 3 { role = super }
  device old : box     { role = edge }
  link { rtt = 1 ms }
}";

/// A fleet without mistakes and a tree.
fn tree(tree: &str) -> String {
    check(&format!("{FLEET}\nbuilder b {{\n{tree}\n}}"))
}

#[test]
fn a_condition_that_makes_no_sense_rules_nothing_out() {
    tree("service s { memory = 1 GiB; requires device.role == supr } //~ VN0202");
    tree("service s { variant v { requires device.roel == super } } //~ VN0406");
    tree("decide { when 3 => forbid default } //~ VN0302\n service s { memory = 1 GiB }");
    tree(
        "decide { when device.role == supper => memory = 2 GiB } //~ VN0202\n service s { memory = 1 GiB }",
    );
    tree(
        "decide { when device.role == supper => forbid v } //~ VN0202\n service s { variant v { memory = 1 GiB } }",
    );
}

#[test]
fn a_port_that_makes_no_sense_is_no_missing_port() {
    tree(
        "service s { memory = 1 GiB; ports { h = htp(80) } } //~ VN0202
client c on old { demand = 1 req/s; needs s within 9 ms }",
    );
}

#[test]
fn other_mistakes_are_still_said() {
    tree(
        "service s { memory = 1 GiB; requires device.role == supr } //~ VN0202
service u { memory = 64 GiB } //~ VN0403",
    );
}

#[test]
fn what_is_not_known_of_a_device_it_has() {
    let with = |device: &str, tree: &str| {
        check(&format!(
            "hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }}
capability rack : Label
site home {{
  device pi  : box {{ role = edge; rack = r1 }}
{device}
  link {{ rtt = 1 ms }}
}}
builder b {{
{tree}
}}"
        ))
    };
    let nuc = "  device nuc : nukk { role = super } //~ VN0202";
    with(nuc, "service s { memory = 64 GiB; cpu = 30 cores }");
    with(
        nuc,
        "service s { memory = 1 GiB * (1 / device.cpu * 1 cores); pin on role super }",
    );
    with(
        nuc,
        "service s { requires device.gpu.kind == cuda; pin on nuc; image = \"x\" }",
    );
    with(
        nuc,
        "service s { memory = 1 GiB; replicas = 2; spread across rack; survive any 1 rack }",
    );
    let nuc = "  device nuc : box { role = supr; rack = r2 } //~ VN0202";
    with(nuc, "service s { memory = 1 GiB; pin on role super }");
    with(
        nuc,
        "service s { memory = 1 GiB; forbid on role super; pin on nuc }",
    );
    with(
        nuc,
        "service s { memory = 1 GiB; truth on role super; provides = [truth] }",
    );
    let nuc = "  device nuc : box { memory = 16 TX; rack = r2 } //~ VN0301";
    with(
        nuc,
        "service s { memory = 10 GiB; requires device.memory >= 10 GiB }",
    );
    let nuc = "  device nuc : box { disk = nvme(1 TX); rack = r2 } //~ VN0301";
    with(nuc, "service s { disk = 10 GiB }");
    let nuc = "  device nuc : box { speaks = [htp]; rack = r2 } //~ VN0202";
    with(
        nuc,
        "service s { pin on pi; ports { h = http(80) } }
client c on nuc { demand = 1 req/s; needs s }",
    );
}

#[test]
fn a_parameter_that_was_reported_rules_nothing_out() {
    let text = format!(
        "{FLEET}
param n: Count = 2 GiB //~ VN0302
builder b {{
  service s {{ memory = 1 GiB; ports {{ h = http(n) }} }}
  service t {{ variant v {{ requires device.memory >= n * 1 GiB; memory = 1 GiB }} }}
  client c on old {{ demand = 1 req/s; needs s }}
}}"
    );
    check(&text);
}

#[test]
fn a_fleet_without_devices_is_told_once() {
    check("builder b { service s { memory = 1 GiB } service t { memory = 1 GiB } } //~ VN0403");
    check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box * 0 }
builder b { service s { variant v { memory = 1 GiB } pin on nuc } } //~ VN0403",
    );
}

#[test]
fn an_enum_of_the_language_keeps_its_values() {
    let report = check(&format!(
        "{FLEET}\nenum Role {{ a }} //~ VN0203\nbuilder b {{ service s {{ memory = 1 GiB }} }}"
    ));
    assert!(
        report.contains("`Role` is an enum of the language already"),
        "{report}"
    );
}

/// The codes of a home lab in which something is replaced.
fn home_lab(from: &str, to: &str) -> Vec<&'static str> {
    let text = include_str!("../../examples/home-lab/plan.vn");
    assert!(text.contains(from), "the home lab has no {from}");
    let checked = check_all(&text.replacen(from, to, 1), &[], &[], None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    errors.map(|fault| fault.code).collect()
}

#[test]
fn one_slip_in_an_import_is_one_error() {
    assert_eq!(
        home_lab("rpi5_8g, nuc_n100_16g", "rpi5_8g nuc_n100_16g"),
        ["VN0101"]
    );
    assert_eq!(home_lab("use std.hardware", "us std.hardware"), ["VN0201"]);
    assert_eq!(home_lab("use std.hardware", "use std.hardwere"), ["VN0202"]);
    assert_eq!(home_lab("use std.services", "use std.servces"), ["VN0202"]);
    assert_eq!(
        home_lab("{graph_db, vector_db", "{graph_bd, vector_db"),
        ["VN0202"]
    );
}

/// The codes of errors of a program on two machines.
fn told(builder: &str) -> Vec<(&'static str, bool)> {
    let text = format!(
        "hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }}
site home {{ device nuc : box * 2 {{ role = super }} link {{ rtt = 1 ms; private = true }} }}
policy p {{ licence {{ deny = [\"gpl-3.0-only\"] }} }}
builder b {{ {builder} }}
"
    );
    let checked = check_all(&text, &[], &[], None);
    let faults = checked.diagnostics.iter();
    faults.map(|fault| (fault.code, fault.is_error())).collect()
}

#[test]
fn one_of_several_may_find_no_place() {
    let too_large = "service a { memory = 100 GiB } service b { memory = 1 GiB }";
    assert_eq!(told(too_large), [("VN0403", true)]);
    let either = format!("{too_large} one of [a, b]");
    assert_eq!(told(&either), [("VN0403", false)]);
    let neither = "service a { memory = 100 GiB } service b { memory = 90 GiB } one of [a, b]";
    assert_eq!(told(neither), [("VN0403", true), ("VN0403", true)]);
}

#[test]
fn variants_with_ports_of_their_own_are_not_the_same() {
    let variant = |name: &str, port: u16| {
        format!("variant {name} {{ memory = 1 GiB; ports {{ m = tcp({port}) }} }} ")
    };
    let service = |one, other| {
        let (one, other) = (variant("one", one), variant("other", other));
        told(&format!("service a {{ image = \"a:1\"; {one}{other} }}"))
    };
    assert_eq!(service(80, 80), [("VN0404", false)]);
    assert_eq!(service(80, 81), []);
}

#[test]
fn one_licence_of_several_is_enough() {
    let service = |licence: &str| told(&format!("service a {{ licence = \"{licence}\" }}"));
    assert_eq!(service("GPL-3.0-only OR MIT"), []);
    let excluded = [("VN0419", false), ("VN0403", true)];
    assert_eq!(service("GPL-3.0-only"), excluded);
    assert_eq!(service("GPL-3.0-only AND MIT"), excluded);
    assert_eq!(service("(GPL-3.0-only OR MIT) AND Zlib"), excluded);
}

#[test]
fn words_that_mean_nothing_are_said() {
    assert_eq!(told("service a { status = archvied }"), [("VN0202", true)]);
    assert_eq!(told("service a { status = maintenance }"), []);
    assert_eq!(
        told("select []; service a { cpu = 1 cores }"),
        [("VN0306", true)]
    );
}
