//! Units, money, types and constant expressions: what each comes to, or what the user reads instead.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_with};
use insta::assert_snapshot;

const DECLARED: &str = "
enum Tier { gold, silver, bronze }
unit metre : Length
unit furlong : Length = 201.168 metre
unit bunch = 6 banana
unit banana
rate EUR = 1.08 USD
rate GBP = 1.25 EUR
param tier: Tier = silver
param wage: Money/Time = 730 EUR/h
";

/// The value of a parameter, or the codes of what is wrong with it.
fn value(kind: &str, expression: &str) -> String {
    let text = format!("{DECLARED}param x: {kind} = {expression}\n");
    let checked = check_with(&text, &[], None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    let codes: Vec<&str> = errors.map(|fault| fault.code).collect();
    let parameters = &checked.analysis.model.parameters;
    let shown = parameters.iter().find(|parameter| parameter.name == "x");
    if codes.is_empty() {
        shown.map_or_else(String::new, |parameter| parameter.value.clone())
    } else {
        codes.join(" ")
    }
}

#[test]
fn expressions_come_to_these_values() {
    let table = [
        ("Time", "1 GB / 8 Gbps", "1 s"),
        ("Energy", "3 W * 4 h", "12 Wh"),
        ("Rate", "10 MB / 1 s", "80 Mbps"),
        ("Bytes", "4 * 512 MiB", "2 GiB"),
        ("Bytes", "1 GB - 1 MB * 500", "500 MB"),
        ("Number", "1 month / 1 h", "730"),
        ("Number", "3 furlong / 1 metre", "603.5"),
        ("Length", "2 furlong", "402.34 metre"),
        ("Money/Length", "603.504 EUR / 3 furlong", "1 EUR/metre"),
        ("banana", "2 bunch + 1 banana", "13 banana"),
        ("Number", "7 banana / 1 bunch", "1.17"),
        // What is in pounds and dollars is counted in the first currency of the text.
        ("Money", "1 GBP", "1.25 EUR"),
        ("Money", "1 GBP + 1 EUR - 0.54 USD", "1.75 EUR"),
        ("Money/Time", "wage / 730 * 1", "730 EUR/month"),
        (
            "Number",
            "match tier { gold => 3; silver => 2; bronze => 1 }",
            "2",
        ),
        (
            "Tier",
            "match tier { gold => silver; _ => bronze }",
            "bronze",
        ),
        ("Bool", "tier == silver and 3 GiB > 3 GB", "true"),
        ("Bool", "1 EUR == 1.08 USD", "true"),
        ("Bool", "tier in [gold, bronze]", "false"),
        ("Bool", "not (1 h in 30 min..50 min)", "true"),
        ("Number", "match 1 < 2 { true => 4; false => 5 }", "4"),
        ("Count(1..50)", "50", "50"),
        ("Percent(0..100)", "100%", "1"),
        ("Bytes(1 MiB..1 GiB)", "512 MiB", "512 MiB"),
        ("[Tier]", "[gold, silver]", "[gold, silver]"),
        ("Set(camera, lidar)", "[camera]", "[camera]"),
        ("Time", "min(3 s, 2000 ms) + max(1 s, 1 min)", "1.03 min"),
    ];
    for (kind, expression, expected) in table {
        assert_eq!(value(kind, expression), expected, "{kind} = {expression}");
    }
}

#[test]
fn expressions_that_make_no_sense_have_these_codes() {
    let table = [
        ("Bytes", "50 ms", "VN0302"),
        ("Bytes", "8", "VN0304"),
        ("Money", "1 USD + 1 JPY", "VN0303"),
        ("Bytes", "1 GiB + 1 s", "VN0303"),
        ("Bool", "1 GiB == 1 s", "VN0303"),
        ("Bool", "tier == 3", "VN0303"),
        ("Bool", "tier == goldd", "VN0202"),
        ("Bool", "tier in [gold, platinum]", "VN0202"),
        ("Bool", "tiger == gold", "VN0202"),
        ("Bool", "tier and true", "VN0302"),
        ("Number", "-tier", "VN0302"),
        ("Number", "1 / 0", "VN0305"),
        ("Number", "1 / (1 - 1)", "VN0305"),
        ("Number", "match tier { gold => 3 }", "VN0310"),
        (
            "Number",
            "match tier { gold => 3; gold => 4; _ => 1 }",
            "VN0203",
        ),
        ("Number", "match tier { gould => 3; _ => 1 }", "VN0202"),
        ("Number", "match 3 { a => 1 }", "VN0302"),
        ("Bytes", "match tier { gold => 1 s; _ => 1 B }", "VN0302"),
        ("Count", "1.5", "VN0302"),
        ("Count(1..50)", "51", "VN0305"),
        ("Count(9..3)", "4", "VN0305"),
        ("Percent(0..100)", "101%", "VN0305"),
        ("Text", "3", "VN0302"),
        ("Set(camera, lidar)", "[camera, radar]", "VN0202"),
        ("Lenght", "3 metre", "VN0202"),
        ("Text/Time", "3 s", "VN0302"),
        ("Length", "3 furlongs", "VN0301"),
        ("Bytes", "device.memory", "VN0406"),
        ("Bytes", "used.memory", "VN0413"),
        // What is not evaluated is typed all the same.
        ("Bool", "true or 1 GiB < 1 s", "VN0303"),
        (
            "Number",
            "match tier { silver => 1; _ => 2 * nothing }",
            "VN0202",
        ),
    ];
    for (kind, expression, expected) in table {
        assert_eq!(value(kind, expression), expected, "{kind} = {expression}");
    }
}

#[test]
fn units_that_do_not_exist() {
    assert_snapshot!(check(
        "param members: Count = 4
unit furlong : Length = 201.168 metre
unit metre : Length
param a: Bytes = 3 Gib                        //~ VN0301
param b: Bytes = 3 kb                         //~ VN0301
param c: Bytes = 3 KB                         //~ VN0301
param d: Bytes = 3 Mb                         //~ VN0301
param e: Rate = 3 mbps                        //~ VN0301
param f: Time = 3 sec                         //~ VN0301
param g: Length = 3 furlung                   //~ VN0301
param h: Money/Length = 3 EUR/furlog          //~ VN0301
param i: Money/Time = 12 EUR/month/members    //~ VN0301
param j: Bytes = 3 frobs                      //~ VN0301
minimize latency * (a + b + c + d) / 1 B * (e + 1 bps) * f * g * h * i * j / 1 B
"
    ));
}

#[test]
fn declarations_of_units_and_rates() {
    assert_snapshot!(check(
        "unit shelf : Shelves
unit rack : Shelves = 12 shelf
unit row : Shelves                            //~ VN0306
unit span : Time = 4 shelf                    //~ VN0302
unit chicken = 2 egg                          //~ VN0307
unit egg = 3 chicken                          //~ VN0307
unit GB = 4 B                                 //~ VN0203
unit rack = 3 shelf                           //~ VN0203
unit hole = 0 shelf                           //~ VN0305
unit size = 3 * racks                         //~ VN0202 //~ VN0205
unit spare                                    //~ VN0205
rate EUR = 1.08 USD
rate GBP = 1.25 USD
rate GBP = 1.2 EUR                            //~ VN0309
rate XYZ = 2 USD                              //~ VN0301
rate CHF = 3 s                                //~ VN0302
rate SEK = 3 SEK                              //~ VN0307
rate NOK = 0 SEK                              //~ VN0305
param all: Shelves = 3 rack + 1 row + 1 shelf
param long: Time = 1 span + 1 s + 1 hole      //~ VN0303
param price: Money/Shelves = 3 EUR/rack + 1 GBP/shelf
minimize latency * (all / 1 egg + long / 1 s + price * 1 shelf / 1 EUR)   //~ VN0303
"
    ));
}

#[test]
fn two_currencies_without_a_rate() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device a : box { cost = 3 USD/month }
  device b : box { cost = 3 EUR/month }       //~ VN0303
  link { rtt = 1 ms }
}
builder x { service kv { variant v { memory = 1 GiB } } }
require total(cost) <= 3 USD/month + 1 EUR/month   //~ VN0303
"
    ));
}

#[test]
fn what_nobody_evaluates_is_typed() {
    assert_snapshot!(check(
        "enum Tier { gold, silver }
capability sensors : Set(camera, lidar)
capability grade : Tier
param tier: Tier = gold
param n: Count = 3
param budget: Money/Time = 12 EUR/month
kind store {
  param size: Bytes = 3 ms                    //~ VN0302
  variant v {
    memory = size * 2 s                       //~ VN0302
    dataset = size + sise                     //~ VN0202
    cost = 1 EUR/month + budget * 2 * used.memory   //~ VN0303
    capacity = 3 req/s * (1 + device.memory)  //~ VN0303
    power = -tier                             //~ VN0302
    service_time = 1 s / 0                    //~ VN0305
    requires device.memory > 3 ms or device.os == linx   //~ VN0303 //~ VN0202
    requires device.role == device.os         //~ VN0303
    requires device.grade == gould            //~ VN0202
    requires device.sensors has radar         //~ VN0202
    requires device.role in [supper, edge]    //~ VN0202
    requires device.gpu.vrm >= 3 GiB          //~ VN0406
    requires device.memory                    //~ VN0302
    requires device.speaks has http and device.cores in 2..5 and device.perf > 1
    environment { A = \"${tierr}\" }          //~ VN0202
  }
}
builder b {
  decide {
    when budget * 2 > 3 GiB => prefer v       //~ VN0303
    when preference == custm => prefer v      //~ VN0202
    when n > 3 and membrs > 3 => prefer v     //~ VN0202
  }
}
"
    ));
}

#[test]
fn a_long_chain_of_references_is_followed() {
    let links = (0..2_000).map(|n| format!("E{n} = environment.E{}\n", n + 1));
    let text = format!(
        "site home {{ device a {{ role = local; arch = x86_64; os = linux; cpu = 4 cores; memory = 3 GiB }} link {{ rtt = 1 ms }} }}
builder b {{ service s {{ variant v {{ memory = 1 GiB; environment {{\n{}E2000 = \"end\"\nC1 = environment.C2\nC2 = environment.C1\n}} }} }} }}\n",
        links.collect::<String>()
    );
    let checked = check_with(&text, &[], None);
    let codes: Vec<&str> = checked.diagnostics.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["VN0307"], "only the circle is wrong");
    let composition = checked.analysis.composition.expect("a composition");
    let choice = &composition.slots[0].options[0];
    assert_eq!(choice.software.environment["E0"], "end");
}

#[test]
fn parameters_stand_in_any_order() {
    let text = "param x: Bytes = y * 2
param y: Bytes = z + 1 GiB
param z: Bytes = 1 GiB
param w: Text = \"${v}!\"
param v: Text = \"a\"
";
    let checked = check_with(text, &[], None);
    let values: Vec<&str> = checked
        .analysis
        .model
        .parameters
        .iter()
        .map(|parameter| parameter.value.as_str())
        .collect();
    assert_eq!(values, ["4 GiB", "2 GiB", "1 GiB", "\"a!\"", "\"a\""]);
    let checked = check_with(text, &["y=3 GiB"], None);
    assert_eq!(checked.analysis.model.parameters[0].value, "6 GiB");
    let report = check(
        "param a: Count = c
param b: Count = a + 1 //~ VN0307
param c: Count = b
param d: Count = d //~ VN0307
param e: Count = a * 2
kind k { param n: Count = n //~ VN0307
  param m: Count = l * 2
  param l: Count = 2
  variant v { memory = m * 1 MiB } }
builder x { service s : k { memory = e * 1 GiB } }",
    );
    assert!(report.contains("`a` depends on itself"), "{report}");
}

#[test]
fn a_long_line_of_parameters_is_read_in_no_time() {
    use std::fmt::Write as _;
    const MANY: usize = 5_000;
    let mut text = String::new();
    for at in 0..MANY {
        _ = writeln!(text, "param p{at}: Count = p{} + 1", at + 1);
    }
    _ = writeln!(text, "param p{MANY}: Count = 0");
    let checked = check_with(&text, &[], None);
    assert_eq!(checked.analysis.model.parameters[0].value, MANY.to_string());
}

#[test]
fn a_percentage_has_its_sign() {
    assert_eq!(value("Percent", "5"), "VN0304");
    assert_eq!(value("Percent(0..100)", "50"), "VN0304");
    assert_eq!(value("Percent", "150%"), "1.5");
    assert_eq!(value("Percent", "0.25"), "0.25");
    assert_eq!(value("Percent", "1"), "1");
}
