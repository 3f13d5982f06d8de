//! One mistake, one message: what only follows from a mistake is not told as another.

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_files};
use insta::assert_snapshot;

/// What `catalogue.vn` brings in all programs of several files here.
const CATALOGUE: &str = "
//- catalogue.vn
unit shelf : Shelves
capability seats : Count consumable
capability fine : Bool
hardware rack { arch = x86_64; os = linux; cpu = 8 cores; memory = 16 GiB }
kind cache {
  param entries: Count = 5
  provides = [cache]
  variant small { memory = 1 GiB }
  variant large { memory = 4 GiB }
}
enum Shop { tiny, huge }
param shop: Shop = tiny
metric full = sum(device, used.power)
site store { device till : rack * 2 { role = super } link { rtt = 1 ms } }
";

/// Uses all that the catalogue brings.
const USES: &str = "
capability width : Shelves
site hall { device nac : rack { role = super; seats = 4; fine = true; width = 3 shelf } link { rtt = 1 ms } }
link hall <-> store { rtt = 3 ms }
builder b {
  decide { when preference == custom => prefer small }
  service kv : cache(entries = 9) {
    replicas = 1
    seats = 1
    requires device.fine
    survive lost(store)
  }
  client c on nac { demand = 1 req/s; needs kv within 9 ms }
}
minimize total(full) / 1 W
";

/// What is said of a program of two files that begins with some lines of imports.
fn imports(lines: &str) -> String {
    check_files(&format!("\n//- plan.vn\n{lines}{USES}{CATALOGUE}"))
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(imports(
        "use \"./catalog.vn\".{rack, cache, shop, full}   //~ VN0207"
    ));
}

#[test]
fn a_module_of_the_library_that_is_not_there() {
    assert_snapshot!(check(
        "use std.hardwar.{rpi5_8g}       //~ VN0202
use std.servces                              //~ VN0202
site home { device pi : rpi5_8g * 2 { role = super } link { rtt = 1 ms } }
builder b {
  decide { when true => prefer one }
  service kv : servces.valkey(entries = 3) { replicas = 2; survive any 1 device }
  client c on pi[1] { demand = 1 req/s; needs kv within 5 ms }
}
"
    ));
}

#[test]
fn a_misspelt_name_in_the_braces() {
    assert_snapshot!(imports(
        "use \"./catalogue.vn\".{rack, cahce, full}   //~ VN0202"
    ));
    assert_snapshot!(imports(
        "use \"./catalogue.vn\".{rakc, cache, full}   //~ VN0202"
    ));
}

#[test]
fn a_kind_that_nothing_has() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box * 3 { role = super } link { rtt = 1 ms } }
builder b {
  decide { when true => prefer small then large }
  service kv : nokind { replicas = 2 }          //~ VN0202
  client c on nuc[1] { demand = 1 req/s; needs kv within 5 ms }
}
"
    ));
}

#[test]
fn lines_that_declare_and_do_not_read() {
    assert_snapshot!(check(
        "capability seats : = Count consumable     //~ VN0101
capability wide : Cuont                                //~ VN0202
unit shelf : = 3                                       //~ VN0101
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box * 3 { role = super; seats = 3; wide = 2 } link { rtt = 1 ms } }
builder b {
  service kv { memory = 1 GiB; seats = 1; requires device.wide >= 1}
}
"
    ));
}

#[test]
fn what_rests_on_a_statement_that_is_wrong() {
    assert_snapshot!(check(
        "metric m = sum(device, devic.power.idle)     //~ VN0202
rate EUR = banana                                      //~ VN0202
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super; cost = 3 EUR/month } }
builder b { service kv { memory = 1 GiB } }
require total(cost) <= 3 USD/month
require total(m) <= 3 W
minimize total(m)
"
    ));
}

#[test]
fn a_port_that_moves_nothing_beside_other_faults() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super } }
builder b {
  service kv { memory = 1 GiB; port = 80 }             //~ VN0306
  service kw { memory = 1 GiB; port = \"443\" }          //~ VN0302
  client c on nux { demand = 1 req/s; needs kv }       //~ VN0202
}
"
    ));
}

#[test]
fn arms_and_ranges_that_are_wrong() {
    assert_snapshot!(check(
        "enum Room { hall, lab }
param room: Room = lab
param n: Count(200..1) = 3                             //~ VN0305
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super } }
builder b {
  select [\"kv\", kw]                                   //~ VN0302
  service kv { memory = match room { hall: 1 GiB; lab => 2 GiB }; replicas = n }  //~ VN0101
  service kw { memory = match room { hall => 1 GiB; else => 2 GiB } }             //~ VN0202
  service kx { service inner { memory = 1 GiB } }      //~ VN0413
}
"
    ));
}

#[test]
fn rules_can_ask_for_the_preference_that_nobody_set() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super } }
builder b {
  decide { when preference == low_resource => prefer big; when preference == custom => prefer small }
  service kv { variant big { memory = 3 GiB } variant small { memory = 1 GiB } }
}
"
    ));
}

#[test]
fn names_of_other_alphabets_and_with_digits_first() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device 2brain : box { role = super }                 //~ VN0101
  device bräin : box { role = super }                  //~ VN0101
  device nuc : box { role = super }
  link { rtt = 1 ms }
}
unit shelf : Shelf
capability wide : Shelf consumable
builder b {
  service kv { memory = 1 GiB; wide = 3 m.shelf }      //~ VN0101
}
"
    ));
}

#[test]
fn a_module_by_another_name() {
    assert_snapshot!(check(
        "use std.services
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super } }
builder b { service kv : s.cache }                     //~ VN0202
"
    ));
}
