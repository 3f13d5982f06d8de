//! Tests and targets of a program: what can be asked, and what cannot.

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

const PROGRAM: &str = "edition 2026
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; speaks = [tcp, http] }
site home {
  device nuc : box     { role = super }
  device pis : box * 3 { role = edge }
  link { rtt = 1 ms; private = true }
}
site cloud { device vps : box { role = backbone } link { rtt = 1 ms } }
link home <-> cloud { rtt = 20 ms; private = true }
builder lab {
  service kv {
    variant big   { memory = 1 GiB; ports { p = tcp(1) } }
    variant small { memory = 1 MiB; ports { p = tcp(1) } }
  }
  client app on pis { demand = 1 req/s; needs kv within 50 ms }
}
";

fn program(rest: &str) -> String {
    format!("{PROGRAM}{rest}\n")
}

/// Everything that tests and targets come to.
fn proofs(rest: &str) -> String {
    let checked = check_with(&program(rest), &[], None);
    assert_eq!(checked.report(), "");
    let composition = checked.analysis.composition.expect("a builder");
    let mut table = String::new();
    for test in &composition.tests {
        let replan = if test.replan { " (replan)" } else { "" };
        _ = writeln!(table, "{}{replan}", test.name);
        for event in &test.given {
            _ = writeln!(table, "  given {event:?}");
        }
        for expected in &test.expect {
            let (subject, bound) = (&expected.subject, &expected.bound);
            _ = writeln!(
                table,
                "  expect {subject:?} {:?} {bound:?}",
                expected.comparison
            );
        }
    }
    for target in &composition.emit {
        _ = writeln!(table, "emit {} {:?}", target.name, target.options);
    }
    table
}

#[test]
fn every_event() {
    assert_snapshot!(proofs(
        "test \"a\" { given lost(nuc), lost([vps, pis]), lost(home); expect served(app) == 100% }
test \"b\" { given lost(pis, 2), lost(pis, 1, in_each = home); expect served(app) >= 50% }
test \"c\" { given partition(home, cloud), partition(nuc, pis); given replan; expect count(kv) > 0 }
test \"d\" { given join(box * 2, home), join(box, cloud), join(3 * box, home); expect count(kv) > 0 }
test \"e\" { given demand(app) * 2, 0.5 * demand(app); expect count(kv) > 0 }"
    ));
}

#[test]
fn every_measure_on_either_side() {
    assert_snapshot!(proofs(
        "test \"a\" {
  expect served(app) == 100% and served(app -> kv) == 100% and rtt(app -> kv) <= 25 ms
  expect 1 <= count(kv) and count(kv.small) != 3
  expect variant(kv) == small
  expect big != variant(lab_kv)
  expect total(cost) <= 12 EUR/month
  expect total(footprint) < 2 GiB and total(latency) < 1 s and total(imbalance) <= 20%
  expect 80% >= max(utilisation.memory)
  expect boot_time <= 60 s
}"
        .replace("lab_kv", "kv")
        .as_str()
    ));
}

#[test]
fn misuse_of_events() {
    assert_snapshot!(check(&program(
        "test \"t\" {
  given lsot(nuc)                              //~ VN0202
  given lost(nic)                              //~ VN0202
  given lost(pis, 4)                           //~ VN0305
  given lost(pis, 1, in_eech = home)           //~ VN0202
  given lost(pis, 1, in_each = hme)            //~ VN0202
  given lost(3)                                //~ VN0302
  given lost(pis, 1, 2)                        //~ VN0302
  given partition(home)                        //~ VN0302
  given partition(home, nuc)                   //~ VN0302
  given join(bix * 2, home)                    //~ VN0202
  given join(box * 0, home)                    //~ VN0305
  given join(box, nuc)                         //~ VN0202
  given demand(kv) * 2                         //~ VN0202
  given demand(app)                            //~ VN0302
  given demand(app) * 2 s                      //~ VN0302
  given replann                                //~ VN0202
  expect served(app) == 100%
}
test \"nothing is expected\" { given lost(nuc) }   //~ VN0430"
    )));
}

#[test]
fn misuse_of_measures() {
    assert_snapshot!(check(&program(
        "test \"t\" {
  expect served(app)                           //~ VN0302
  expect served(app) == 100% or count(kv) > 1  //~ VN0302
  expect serverd(app) == 100%                  //~ VN0202
  expect served(kv) == 100%                    //~ VN0202
  expect served(app) == 2 s                    //~ VN0302
  expect rtt(app) <= 2 s                       //~ VN0202
  expect rtt(app -> kb) <= 2 s                 //~ VN0202
  expect count(kv.smal) > 1                    //~ VN0202
  expect variant(kv) == smal                   //~ VN0202
  expect variant(kv) > small                   //~ VN0302
  expect variant(kv) == 3                      //~ VN0302
  expect total(costs) <= 3                     //~ VN0202
  expect total(cost) <= 3 W                    //~ VN0302
  expect max(utilisation.memry) <= 80%         //~ VN0202
  expect boot_time <= 3                        //~ VN0304
}"
    )));
}

#[test]
fn a_route_that_nobody_takes_and_a_share_that_is_none() {
    assert_snapshot!(check(&program(
        "test \"t\" {
  expect rtt(kv -> app) <= 2 s                 //~ VN0202
  expect served(app -> app) == 100%            //~ VN0202
  expect served(app) > 100%                    //~ VN0305
  expect served(app) >= 101%                   //~ VN0305
  expect served(app) < 0%                      //~ VN0305
  expect served(app) == 100                    //~ VN0304
  expect served(app -> kv) >= 0.5              //~ VN0304
  expect max(utilisation.memory) <= 80         //~ VN0304
  expect served(app) > 0 and served(app) <= 100%
}"
    )));
}

#[test]
fn targets_and_their_options() {
    assert_snapshot!(proofs(
        "emit kubernetes(flavor = \"k3s\", split = home, mode = policy, namespace = \"lab\"), nomad(mode = pin)
emit compose, haproxy, json, systemd, quadlet, envoy, nginx, caddy, traefik, ansible, terraform
emit dns(zone = \"home.arpa\"), nftables, prometheus, nats, mosquitto, redis, consul, client_sdk, mermaid, html"
    ));
    assert_snapshot!(check(&program(
        "emit kubernets                                //~ VN0202
emit kubernetes(flavour = \"k3s\", split = \"hom\", mode = soft)   //~ VN0202 //~ VN0202 //~ VN0202
emit compose(version = 3), compose             //~ VN0202 //~ VN0203
emit dns(\"home.arpa\"), nomad(mode = 3)         //~ VN0302 //~ VN0302"
    )));
}
