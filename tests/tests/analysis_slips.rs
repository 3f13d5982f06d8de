//! Slips of the pen: each is said once, as what it is, with the edit that mends it.

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_files};
use insta::assert_snapshot;

/// Hardware and a site, on one line each.
const FRAME: &str = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box * 3 { role = super } link { rtt = 1 ms } }
";

/// What is said of a program that begins with the frame.
fn framed(text: &str) -> String {
    check(&format!("{FRAME}{text}"))
}

#[test]
fn counts_that_are_out_of_range() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
param stores: Count = -3                                        //~ VN0305
param shelves: Count = 2
site home { device nuc : box * (shelves - 5) { role = super } link { rtt = 1 ms } }   //~ VN0305
builder b { service kv { memory = 1 GiB; replicas = 2 GiB } }   //~ VN0302
require stores >= 1 else \"none\"
"
    ));
}

#[test]
fn a_parameter_of_a_kind_without_a_value() {
    assert_snapshot!(framed(
        "kind k { param n: Count; max_per_device = n; memory = 1 GiB }
builder b { service kv : k { } }   //~ VN0306
"
    ));
}

#[test]
fn words_of_statements() {
    assert_snapshot!(framed(
        "builder b {
  service kv { memory = 1 GiB; capacity = 5 req/s }
  service other { memory = 1 GiB; capacity = 5 req/s }
  client c on nuc[1] { demand = 1 req/s; needs kv prefr local }            //~ VN0201
  client d on nuc[2] { demand = 1 req/s; needs kv thn other }              //~ VN0201
  client e on nuc[3] { demand = 1 req/s; needs kv optionl }                //~ VN0201
  client f on nuc[1] { demand = 1 req/s; needs kv within 3 ms degraed 9 ms }   //~ VN0201
}
"
    ));
}

#[test]
fn arms_of_a_match() {
    assert_snapshot!(framed(
        "builder b {
  context { preference = low_resource }
  service kv { memory = match preference { low_resorce => 1 GiB; high_performance => 2 GiB; custom => 1 GiB } }   //~ VN0202
}
"
    ));
}

#[test]
fn names_of_failures() {
    assert_snapshot!(framed(
        "site tower { device nac : box { role = super } link { rtt = 1 ms } }
link home <-> tower { rtt = 3 ms }
builder b {
  service kv {
    memory = 1 GiB; replicas = 2
    survive lost(towr)        //~ VN0202
    survive any one device    //~ VN0101
    survive any 1 devic       //~ VN0202
  }
}
"
    ));
}

#[test]
fn what_is_declared_twice() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
enum Color { red, red, blue }                                   //~ VN0203
param tint: Color = red
site home { device nuc : box { role = [edge, edge] } link { rtt = 1 ms } }   //~ VN0203
builder b { service kv { memory = 1 GiB; replicas = match tint { red => 1; blue => 1 } } }
test \"x\" { expect total(cost) == 0 EUR/month }
test \"x\" { expect total(cost) == 0 EUR/month }                //~ VN0203
"
    ));
}

#[test]
fn addresses_that_are_none() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device a : box { role = super; address = \"300.1.2.3\" }      //~ VN0302
  device b : box { role = super; address = \"10.0.0\" }         //~ VN0302
  device c : box { role = super; address = \"nuc..local\" }     //~ VN0302
  device d : box { role = super; address = \"nuc.local\" }
  link { rtt = 1 ms }
}
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn a_character_that_nobody_sees() {
    assert_snapshot!(check(
        "hardware box { arch =\u{1} x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }   //~ VN0101
site home { device nuc : box { role = super } link { rtt = 1 ms } }
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn a_file_that_is_no_program() {
    let report = check(
        "root:x:0:0:root:/root:/bin/bash   //~ VN0101
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
",
    );
    assert_snapshot!(report);
}

#[test]
fn circles_and_missing_bases_are_said_at_the_profile() {
    assert_snapshot!(check(
        "hardware h : h { arch = x86_64 }          //~ VN0307
hardware i : j { arch = x86_64 }          //~ VN0307
hardware j : i { arch = x86_64 }
hardware k : nonesuch { arch = x86_64; os = linux; cpu = 1 core; memory = 2 GiB }   //~ VN0202
site home { device a : h; device b : i; device c : k; link { rtt = 1 ms } }
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn names_of_the_library_that_are_not_imported() {
    assert_snapshot!(check(
        "site home { device nuc : rpi5_8g { role = super } link { rtt = 1 ms } }   //~ VN0202
builder b {
  service kv : cach { memory = 1 GiB }     //~ VN0202
  service kw : cache { memory = 1 GiB }    //~ VN0202
}
"
    ));
}

#[test]
fn one_slip_does_not_hide_or_raise_another() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 coers; memory = 8 GiB }   //~ VN0301
site home { device nuc : box { role = super; turbo = tru } link { rtt = 1 mss } }   //~ VN0202 //~ VN0301
site store * 3 { device till : box { role = super } link { rtt = 1 ms } }
override store[2017].till { memory = 16 GiB }                                    //~ VN0202
capability turbo: Bool
builder b { service kv { memory = 1 GiBs; requires device.turbo } }              //~ VN0301
"
    ));
}

#[test]
fn a_module_that_is_misspelt_is_not_unused() {
    assert_snapshot!(check(
        "use std.hardwares.{rpi5_8g}    //~ VN0202
site home { device pi : rpi5_8g { role = super } link { rtt = 1 ms } }
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn columns_of_an_inventory() {
    assert_snapshot!(check_files(
        "//- plan.vn
inventory \"a.csv\"
inventory \"b.csv\"
inventory \"c.csv\"
inventory \"d.csv\"   //~ VN0211
builder lab { service notes { memory = 512 MiB } }
//- a.csv
site,nme,role,arch,os,cpu,memory   //~ VN0211
home,nuc,super,x86_64,linux,4 cores,16 GiB
home,box,super,x86_64,linux,4 cores,16 GiB
//- d.csv
//- b.csv
site;name;role        //~ VN0211
home;nuc;super
//- c.csv
site,name,role,arch,os,cpu,memory
home,nuc nuc,super,x86_64,linux,4 cores,16 GiB   //~ VN0211
"
    ));
}

#[test]
fn what_a_kind_cannot_say() {
    assert_snapshot!(framed(
        "kind k { param n: Count; replicas = n; demand = 3 req/s; memory = 1 GiB; max_per_device = n }   //~ VN0201
builder b { service kv : k(n = 2) { } }
"
    ));
}

#[test]
fn a_kind_without_variants_is_a_plain_one() {
    assert_snapshot!(framed(
        "kind k { param size: Bytes; memory = 2 * size }
builder b { service kv : k(size = 1 GiB) { } }
"
    ));
}

#[test]
fn an_if_of_other_languages() {
    assert_snapshot!(framed(
        "param n: Count = 3
builder b { service kv { memory = 1 GiB; replicas = if n > 2 then 3 else 1 } }   //~ VN0101
"
    ));
}

#[test]
fn units_of_other_tools() {
    assert_snapshot!(check(
        "unit g : Mass
unit kg = 1000 g
param weight: Mass = 2 gg                //~ VN0301
param load: Mass/Time = 2 kgs/month      //~ VN0301
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 Gi }   //~ VN0301
site home { device nuc : box { role = super; uplink = 1 Gb/s } link { rtt = 1 ms } }   //~ VN0301
builder b { service kv { memory = 64 G; capacity = 3 x } }   //~ VN0301
minimize weight / 1 g + load * 1 month / 1 g
"
    ));
}

#[test]
fn names_of_other_tools() {
    assert_snapshot!(check(
        "hardware pi { arch = arm64; os = linux; cpu = 4 cores; memory = 8 GiB }   //~ VN0202
hardware pc { arch = amd64; os = Darwin; cpu = 4 cores; memory = 8 GiB }  //~ VN0202
site home { device a : pi { role = super } device b : pc { role = super } link { rtt = 1 ms } }
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn a_kind_is_no_hardware() {
    assert_snapshot!(framed(
        "kind quiz { memory = 1 GiB }
site hall { device b : quiz { role = super } link { rtt = 1 ms } }   //~ VN0202
builder b { service kv : box { memory = 1 GiB } }                    //~ VN0202
"
    ));
}

#[test]
fn a_group_is_no_value() {
    assert_snapshot!(framed(
        "builder b { service kv { memory = 1 GiB; requires device.gpu } }   //~ VN0406
"
    ));
}

#[test]
fn a_text_that_no_arm_has() {
    assert_snapshot!(framed(
        "param model: Text = \"llama3.1:8b\"
builder b {
  service kv { memory = match model { \"llama3.1:8b-q4\" => 1 GiB; \"other\" => 2 GiB } }   //~ VN0310
}
"
    ));
}

#[test]
fn a_share_without_its_sign() {
    assert_snapshot!(framed(
        "builder b { service kv { memory = 1 GiB } }
require max(utilisation.memory) <= 80     //~ VN0304
require 0.8 >= max(utilisation.cpu)
"
    ));
}

#[test]
fn an_event_without_its_brackets() {
    assert_snapshot!(framed(
        "builder b { service kv { memory = 1 GiB } }
test \"x\" { given lost; expect total(cost) == 0 EUR/month }   //~ VN0202
"
    ));
}

#[test]
fn the_first_word_of_a_path_in_a_metric() {
    assert_snapshot!(framed(
        "metric heat = sum(device, devic.power.idle)           //~ VN0202
metric held = sum(instance, instanc.memory)           //~ VN0202
builder b { service kv { memory = 1 GiB } }
minimize heat + held
"
    ));
}

#[test]
fn names_of_a_module_without_a_dot() {
    assert_snapshot!(framed(
        "use std.hardware { rpi5_8g }                           //~ VN0101
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn a_preference_beside_the_context() {
    assert_snapshot!(framed(
        "builder b {
  preference = custom                                  //~ VN0413
  service kv { memory = 1 GiB }
}
"
    ));
}

#[test]
fn a_name_before_a_sign_that_is_none() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : bxo && { role = super } }     //~ VN0101 //~ VN0202
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn names_that_resemble_nothing_are_answered_with_what_there_is() {
    assert_snapshot!(framed(
        "use std.hardware.{ferrari}                            //~ VN0202
builder b {
  decide { when true => prefer glimmering }               //~ VN0202
  service kv { memory = 1 GiB; variant big { memory = 4 GiB } variant small { memory = 1 GiB } }
}
require count(kv.glimmering) >= 1                         //~ VN0202
require count(kv.smal) >= 1                               //~ VN0202
"
    ));
}
