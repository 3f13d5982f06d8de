//! What a user reads when a program does not make sense: SOURCE, then REPORT.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::check;
use insta::assert_snapshot;

/// A program that is right, to put one mistake into.
fn program(site: &str, tree: &str) -> String {
    format!(
        "edition 2026
use std.hardware.{{rpi5_8g, nuc_n100_16g, hetzner_cx23, pixel_8, browser}}
use std.services.{{cache, graph_db}}
site home {{
  device pi : rpi5_8g {{ role = local }}
  device nuc : nuc_n100_16g {{ role = super }}
  device phones : pixel_8 * 2 {{ role = edge }}
  device tablet : browser {{ role = edge }}
  link {{ rtt = 1 ms; bandwidth = 940 Mbps }}
}}
site cloud {{ device vps : hetzner_cx23 {{ role = backbone; cost = 4 EUR/month }} }}
{site}
builder b {{
{tree}
}}
"
    )
}

const LINK: &str = "link home <-> cloud { rtt = 24 ms; private = true }";

/// The right half around a tree with the mistake.
fn tree(tree: &str) -> String {
    check(&program(
        LINK,
        &format!("  service spare : graph_db\n{tree}"),
    ))
}

#[test]
fn imports() {
    assert_snapshot!(check(
        "edition 2026
use std.hardware.{rpi5_8h, cache, nuc_n100_16g}   //~ VN0202 //~ VN0205
use std.hardwear.{rpi5_8g}                        //~ VN0202
use std.services.{cache}                          //~ VN0205
param unused_one: Count = 3                       //~ VN0205
site home {
  device a : rpi5_8g { role = local }
}
"
    ));
}

#[test]
fn names_in_the_tree() {
    assert_snapshot!(tree(
        "  service kv : cache
  service kv : cache { }                   //~ VN0203
  service other : cash                     //~ VN0202
  service third : cache(entrees = 5)       //~ VN0202
  service fourth : cache { variants [valky] }  //~ VN0202
  service fifth : cache { memry = 4 MiB }  //~ VN0201
  service graph : graph_db {
    needs thrid within 5 ms                //~ VN0202
    pin on role [supper]                   //~ VN0202
    clone lasy                             //~ VN0202
  }
  client app on phnes { demand = 1 req/s } //~ VN0202"
    ));
}

#[test]
fn units_and_types() {
    assert_snapshot!(check(
        "edition 2026
param budget: Money/Time = 12 EUR/month
param members: Count(1..50) = 60             //~ VN0305
param mode: Preference = low_resourse        //~ VN0202
hardware box {
  arch = x86_64; os = linux
  cpu = 4 cores
  memory = 8                                 //~ VN0304
}
site home {
  device a : box { role = local; memory = 8 Gib; availability = 350% }  //~ VN0301 //~ VN0305
  device b : box { role = suepr; memory = 50 ms }     //~ VN0202 //~ VN0302
  device c { role = local; arch = x86_64; os = linux; cpu = 1 core }    //~ VN0306
  device d : box { role = local; memory = 4 GiB + 2 s; cost = 3 USD/month }  //~ VN0303
  device e : box { role = local; memory = 4 GiB; cost = 2 EUR/month }   //~ VN0303
  device f : box { role = local; memory = budgt * 2; disk = 50 GB }     //~ VN0202 //~ VN0302
  device g : box { role = local }
  link { rtt = 1 ms }
}
builder b { }
minimize members * budget / 1 EUR/month * latency + modde   //~ VN0202
require total(cost) <= 5 req/s                       //~ VN0302
"
    ));
}

#[test]
fn capabilities() {
    assert_snapshot!(tree(
        "  service kv : cache {
    variant a : valkey { requires device.gpu.vrm >= 8 GiB }      //~ VN0406
    variant b : valkey { requires device.memori >= 8 GiB }       //~ VN0406
    variant c : valkey { requires device.memory >= 128 GiB }     //~ VN0402
    variant d : valkey { requires device.memory >= 10 ms }       //~ VN0303
  }"
    ));
}

#[test]
fn nowhere() {
    assert_snapshot!(tree(
        "  service kv : cache { pin on phones; variants [valkey, redis] }     //~ VN0403
  service g : graph_db { truth on role edge }                          //~ VN0403
  service many : cache { variants [valkey]; replicas = 9 }             //~ VN0403
  client app on [phones, tablet] {                                     //~ VN0403
    variant full { requires device.memory >= 6 GiB }
  }"
    ));
}

#[test]
fn placements_that_exclude_each_other() {
    assert_snapshot!(check(&program(
        LINK,
        "  pin kv on vps                       //~ VN0504
  forbid kv on role backbone
  service kv : cache
  service lone : cache { pin on vps; survive any 1 device }   //~ VN0501
  service top : graph_db { survive lost(nuc); needs held within 1 s }   //~ VN0501
  service held : cache { pin on nuc }"
    )));
}

#[test]
fn circles_and_selections() {
    assert_snapshot!(tree(
        "  select [a, c]                     //~ VN0410
  service a : cache { needs b within 1 s }
  service b : cache
  service c : cache { needs d within 1 s; needs a within 1 s }
  service d : cache"
    ));
    assert_snapshot!(tree(
        "  service a : cache { needs b within 1 s }     //~ VN0407
  service b : cache { needs c within 1 s }
  service c : cache { needs a within 1 s }
  service e : cache { needs e within 1 s }     //~ VN0407"
    ));
}

#[test]
fn budgets_that_no_link_meets() {
    assert_snapshot!(tree(
        "  service kv : cache { pin on vps }
  client app on phones { needs kv within 20 ms }   //~ VN0408
  client web on tablet { needs kv within 1 s }     //~ VN0412"
    ));
}

#[test]
fn connections() {
    assert_snapshot!(check(&program(
        "",
        "  service spare : graph_db
  service kv : cache { pin on vps }
  client app on phones { needs kv within 20 ms }   //~ VN0409"
    )));
    assert_snapshot!(check(&program(
        "link home <-> cloud { rtt = 24 ms }",
        "  service spare : graph_db
  service kv : cache { pin on vps }
  client app on phones { needs kv within 50 ms }   //~ VN0412
  client more on phones { needs kv within 50 ms insecure }"
    )));
}

#[test]
fn behind_nat() {
    let site = "site hut { device shy : rpi5_8g { role = local; reach = outbound } }
link hut <-> home { rtt = 9 ms; private = true }
link home <-> cloud { rtt = 24 ms; private = true }";
    assert_snapshot!(check(&program(
        site,
        "  service spare : graph_db
  service kv : cache { pin on shy }
  client app on phones { needs kv within 50 ms }   //~ VN0412
  client far on phones { needs other within 100 ms }
  service other : cache { pin on vps }"
    )));
}

#[test]
fn what_is_not_supported_is_refused() {
    assert_snapshot!(tree(
        "  service kv : cache
  node inner { context { preference = custom } }   //~ VN0430
  node deep { truth on pi }                    //~ VN0413 //~ VN0430"
    ));
    assert_snapshot!(check(
        "edition 2027                             //~ VN0219
site store { device a { role = edge; arch = x86_64; os = linux; cpu = 1 core; memory = 1 GiB } }
builder b { }
minimize lexicographic [latency, cost]
require max(utilisation.memory) <= 80%
test \"t\" { given partition(a, b); expect variant(x) == y }  //~ VN0202
emit kubernetes, compsoe                         //~ VN0202
rate EUR = 1.08 USD
"
    ));
}

#[test]
fn objectives() {
    let objective = |text: &str| {
        check(
            &program(LINK, "  service spare : graph_db\n  service kv : cache")
                .replace("edition 2026", text),
        )
    };
    assert_snapshot!(objective("minimize latency * cost   //~ VN0308"));
    assert_snapshot!(objective("minimize latensy + 2 * cost   //~ VN0202"));
    assert_snapshot!(objective("minimize total(cost) + latency   //~ VN0303"));
    assert_snapshot!(objective(
        "minimize total(cost) / 1 EUR/month + 3 * (latency - power / 2)  //~ VN0305"
    ));
    assert_snapshot!(objective("minimize maximum(latency)   //~ VN0202"));
}

#[test]
fn decisions_of_parents() {
    assert_snapshot!(tree(
        "  context { preference = custom }
  decide { when preference == custom => prefer redis; when device.os == android => forbid nothing }  //~ VN0202
  service kv : cache"
    ));
}

#[test]
fn broken_text_does_not_cascade() {
    assert_snapshot!(tree(
        "  servce kv : cache { }                 //~ VN0201
  service g : graph_db { needs kv within 10 ms }"
    ));
}

#[test]
fn a_site_without_a_link_is_noted() {
    let text = program(LINK, "  service spare : graph_db\n  service kv : cache");
    let text = text.replace("site home {", "site home {   //~ VN0414");
    let tablet = "device tablet : browser { role = edge }";
    let text = text.replace(tablet, &format!("{tablet}   //~ VN0418"));
    assert_snapshot!(check(
        &text.replace("  link { rtt = 1 ms; bandwidth = 940 Mbps }\n", "")
    ));
}

#[test]
fn no_text_makes_it_panic() {
    let whole = include_str!("../../examples/home-lab/plan.vn");
    let cuts = (0..whole.len())
        .step_by(397)
        .filter(|at| whole.is_char_boundary(*at));
    for at in cuts {
        let (head, tail) = whole.split_at(at);
        analysis_fixture::check_with(head, &[], None);
        let mutilated = format!("{head}{}", tail.get(40..).unwrap_or_default());
        analysis_fixture::check_with(&mutilated, &[], None);
    }
}

#[test]
fn the_whole_library_is_understood() {
    let names = |module: &str, keyword: &str| -> Vec<&str> {
        let files = vn_stdlib::FILES.iter().filter(|file| file.module == module);
        let lines = files.flat_map(|file| file.text.lines());
        lines
            .filter_map(|line| line.strip_prefix(keyword)?.split([' ', '{']).next())
            .collect()
    };
    let (hardware, kinds) = (
        names("std.hardware", "hardware "),
        names("std.services", "kind "),
    );
    let device = |(at, name): (usize, &&str)| format!("  device d{at} : {name}\n");
    let service = |(at, name): (usize, &&str)| format!("  service s{at} : {name}\n");
    let text = format!(
        "edition 2026\nuse std.hardware.{{{}}}\nuse std.services.{{{}}}\nsite all {{\n{}  link {{ rtt = 1 ms }}\n}}\nbuilder b {{\n{}}}\n",
        hardware.join(", "),
        kinds.join(", "),
        hardware
            .iter()
            .enumerate()
            .map(device)
            .collect::<Vec<_>>()
            .concat(),
        kinds
            .iter()
            .enumerate()
            .map(service)
            .collect::<Vec<_>>()
            .concat(),
    );
    let report = analysis_fixture::check_with(&text, &[], None).report();
    // A browser is for clients.
    let findings: Vec<&str> = report.lines().filter(|line| line.contains("[VN")).collect();
    assert!(
        findings.iter().all(|one| one.contains("VN0418")),
        "{report}"
    );
}

#[test]
fn nothing_grows_without_end() {
    let squares = (1..64)
        .map(|n| format!("param a{n}: Number = a{0} * a{0}\n", n - 1))
        .collect::<Vec<_>>()
        .concat();
    let texts = (1..64)
        .map(|n| format!("param t{n}: Text = \"${{t{0}}}${{t{0}}}\"\n", n - 1))
        .collect::<Vec<_>>()
        .concat();
    let text = format!(
        "param a0: Number = 1_000_000\nparam t0: Text = \"ab\"\n{squares}{texts}site s {{ device d * 99_999 {{ role = edge; arch = x86_64; os = linux; cpu = 1 core; memory = 1 GiB }} link {{ rtt = 1 ms }} }}\n"
    );
    let checked = analysis_fixture::check_with(&text, &[], None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    let codes: Vec<&str> = errors.map(|fault| fault.code).collect();
    assert_eq!(codes, ["VN0305", "VN0305"]);
}

#[test]
fn a_value_of_too_many_operators_is_refused() {
    let codes = |text: &str| -> Vec<&str> {
        let checked = analysis_fixture::check_with(text, &[], None);
        let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
        errors.map(|fault| fault.code).collect()
    };
    let prefixes = format!("minimize {}latency\n", "-".repeat(50_000));
    assert_eq!(codes(&prefixes), ["VN0105"]);
    let sum = format!("minimize 3 * power{}\n", " + 0 * power".repeat(20_000));
    assert_eq!(codes(&sum), ["VN0105"]);
    let nested = (0..100).fold("1".to_owned(), |inner, _| {
        format!("({inner}{})", " + 1".repeat(100))
    });
    assert_eq!(codes(&format!("param p: Number = {nested}\n")), ["VN0105"]);
    let longest = format!(
        "minimize 3 * power{}\nparam p: Number = {}1{}\n",
        " + power".repeat(255),
        "(".repeat(100),
        " + 1)".repeat(100)
    );
    let tree = format!(
        "  service kv : cache {{ requires {}device.memory >= 1 GiB }}",
        "not not ".repeat(127)
    );
    assert_eq!(codes(&program(&longest, &tree)), [""; 0]);
    let digits = format!("param p: Number = {}\n", "9".repeat(5_000));
    assert_eq!(codes(&digits), ["VN0109"]);
}

#[test]
fn one_place_under_two_names() {
    assert_snapshot!(check(
        "edition 99999999999999999999999           //~ VN0219
use std.hardware.{rpi5_8g}
use std.services.{cache}
site home {
  device a : rpi5_8g { address = \"10.0.0.1\" }
  device b : rpi5_8g { address = \"10.0.0.1\" }   //~ VN0203
  device pi : rpi5_8g * 2 { address = \"10.0.0.2\" }   //~ VN0203
  device c : rpi5_8g { bind = \"10.0.0.3\" }
  device d : rpi5_8g { bind = \"10.0.0.3\" }   //~ VN0203
  device e : rpi5_8g { bind = \"0.0.0.0\" }
  device f : rpi5_8g { bind = \"0.0.0.0\" }
  device pi_dns : rpi5_8g
  device PI_DNS : rpi5_8g                   //~ VN0203
  device _ : rpi5_8g                        //~ VN0203
  link { rtt = 1 ms }
  link { rtt = 2 ms }                       //~ VN0203
}
site cloud { device v : rpi5_8g { disk = sd(-64 GB) } link { rtt = 1 ms } }   //~ VN0305
link home <-> cloud { rtt = 20 ms; bandwidth = 0 Mbps }   //~ VN0305
link cloud <-> home { rtt = 30 ms }         //~ VN0203
link v <-> v { rtt = 1 ms }                 //~ VN0203
builder b {
  context { prefrence = custom }            //~ VN0201
  service kv : cache { replicas = 99999999999999999999 }   //~ VN0305
  service KV : cache                        //~ VN0203
}
"
    ));
}

#[test]
fn fields_of_later_versions() {
    assert_snapshot!(tree(
        "  service kv : cache {
    cost = used.memory * 2                   //~ VN0302
  }
  service two {
    variant v {
      ports { a = tcp(8080); b = tcp(80) }
      port = 80                              //~ VN0203
    }
    needs kv within 20 ms degraded 5 ms      //~ VN0305
  }"
    ));
    assert_snapshot!(check(&program(
        "link home <-> cloud { rtt = 24 ms; private = true }
minimize 0 - power                           //~ VN0305
require total(cost) <= 12 USD/month          //~ VN0303
emit quadlet, envoy, json",
        "  service spare : graph_db\n  service kv : cache"
    )));
}
