//! The fleet by groups: what is told apart, what lies between, and the same with every device by
//! itself.

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

use analysis_fixture::{Checked, check, check_all, check_with};
use insta::assert_snapshot;
use vn_analysis::{BigRational, Composition, Device, DeviceIx, Numbers, Relation};

const RETAIL: &str = include_str!("../../examples/retail/plan.vn");

/// Hardware and a component, so that there is a composition.
const FRAME: &str = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
builder b { service kv { variant v { memory = 1 GiB; capacity = 10 req/s } } }
";

fn composition(checked: &Checked) -> &Composition {
    checked.analysis.composition.as_ref().expect("a builder")
}

/// The fleet of a program and what is said about it.
fn fleet(text: &str) -> String {
    fleet_of(text, &[])
}

fn fleet_of(text: &str, files: &[(&str, &str)]) -> String {
    let checked = check_all(&format!("{text}\n{FRAME}"), files, &[], None);
    format!("{}\n{}", checked.report(), groups(composition(&checked)))
}

fn groups(composition: &Composition) -> String {
    let mut table = String::new();
    for site in &composition.sites {
        let region = site.region.as_deref().unwrap_or("-");
        let numbers = numbers(&site.numbers);
        _ = writeln!(table, "site {} {numbers} region {region}", site.name);
    }
    for device in &composition.devices {
        _ = writeln!(table, "{}", row(device));
    }
    table
}

fn row(device: &Device) -> String {
    let mut row = format!(
        "{} ({}, site {}): {} of {} = {}; {} {} cores {} B, {}",
        device.id,
        device.class,
        device.site,
        numbers(&device.numbers),
        numbers(&device.sites),
        device.count(),
        device.role,
        device.nominal.cpu,
        device.nominal.memory,
        if device.address.is_empty() {
            "-"
        } else {
            &device.address
        },
    );
    if !device.roles.is_empty() {
        _ = write!(row, ", one of {}", device.roles.join(" "));
    }
    if let Some(offer) = &device.offer {
        _ = write!(row, ", {} to {} may be bought", offer.min, offer.max);
    }
    row
}

fn numbers(numbers: &Numbers) -> String {
    match numbers {
        Numbers::Plain => "one".to_owned(),
        Numbers::Some(ranges) => format!("{ranges:?}"),
    }
}

/// What lies between any two groups.
fn paths(composition: &Composition) -> String {
    let mut table = String::new();
    let all = || (0..).map(DeviceIx).zip(&composition.devices);
    for (from, a) in all() {
        for (to, b) in all() {
            for relation in [Relation::Beside, Relation::Apart] {
                let Some(path) = composition.paths.get(from, to, relation) else {
                    continue;
                };
                let rtt = &path.rtt * BigRational::from_integer(1000.into());
                let bandwidth = path
                    .bandwidth
                    .as_ref()
                    .map_or("-".to_owned(), ToString::to_string);
                _ = writeln!(
                    table,
                    "{} -> {} {relation:?}: {rtt} ms, {bandwidth} B/s, loss {}, works {}, {} per B, {} per req, {}{} links",
                    a.id,
                    b.id,
                    path.loss,
                    path.availability,
                    path.cost_per_byte,
                    path.cost_per_request,
                    if path.private { "private, " } else { "" },
                    path.links.len(),
                );
            }
        }
    }
    table
}

fn paths_of(text: &str) -> String {
    let checked = check_with(&format!("{text}\n{FRAME}"), &[], None);
    format!("{}\n{}", checked.report(), paths(composition(&checked)))
}

#[test]
fn the_retail_chain_is_nine_groups() {
    let checked = check_with(RETAIL, &[], None);
    let composition = composition(&checked);
    assert_eq!(composition.device_count(), 38_002);
    assert_snapshot!(format!("{}\n{}", groups(composition), paths(composition)));
}

/// Ten times the stores change numbers and nothing else.
#[test]
fn no_structure_grows_with_the_stores() {
    let sizes = |stores: &str| {
        let checked = check_with(RETAIL, &[&format!("stores = {stores}")], None);
        let composition = composition(&checked);
        let slots = composition.slots.iter();
        let of_slots: Vec<(usize, usize, usize)> = slots
            .map(|slot| (slot.on.len(), slot.options.len(), slot.rejected.len()))
            .collect();
        let needs = composition.needs.iter();
        let routes: Vec<usize> = needs.map(|need| need.routes.len()).collect();
        (composition.devices.len(), of_slots, routes)
    };
    assert_eq!(sizes("2_000"), sizes("20_000"));
    assert_eq!(sizes("2_000"), sizes("18"));
}

#[test]
fn what_is_named_by_number_stands_apart() {
    assert_snapshot!(fleet(
        "param n: Count = 4
site shop * 10 {
  device core : box * 2 { role = super }
  device till : box * n { role = edge }
  device spare : box * 0
  link { rtt = 1 ms }
  link core <-> till { rtt = 2 ms }
}
site home { device nuc : box { role = local }; device phones : box * 5 { role = edge }; link { rtt = 1 ms } }
override shop[3] { device core * 1; device till : box * 2 { memory = 4 GiB } }
override shop[5..7] { device extra : box { role = local }; link { rtt = 4 ms } }
override shop[9].till[2] { memory = 2 GiB }
override phones[2] { memory = 16 GiB }
link shop <-> home { rtt = 20 ms; private = true }
link home <-> shop[8].core[2] { rtt = 9 ms }
policy { pin kv on [phones[4..5], shop[1]] }"
    ));
}

#[test]
fn overrides_that_are_wrong() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site shop * 3 {
  device till : box * 2 { role = edge }
  link { rtt = 1 ms }
}
override shop[4] { device till * 1 }            //~ VN0202
override shap[1] { device till * 1 }            //~ VN0202
override shop[1] { device tlil * 1 }            //~ VN0202
override shop[2].till[3] { memory = 4 GiB }     //~ VN0202
override shop[two] { device till * 1 }          //~ VN0302
override shop[3].till { memory = 8 GiB }        //~ VN0411
override shop[1..2].till { perf = 2 }
override shop[1].till { cpu = 2 cores }         //~ VN0411
override shop[1].till { cpu = 3 cores }
override shop[2].till { memorry = 1 GiB }       //~ VN0201
link shop[7] <-> shop[1] { rtt = 1 ms }         //~ VN0202
site home { device nuc : box { role = local } }
link home <-> nuc[1] { rtt = 1 ms }             //~ VN0202
link home <-> shop.tlil { rtt = 1 ms }          //~ VN0202"
    ));
}

#[test]
fn counts_that_are_wrong() {
    assert_snapshot!(check(
        "param stores : Count = 3
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site store * stors {                    //~ VN0202
  device a : box * sto                  //~ VN0202
  device b : box { role = [] }          //~ VN0305
  link { rtt = 1 ms }
}
override store[2] { device a * 1 }
builder lab {
  service kv { memory = 1 GiB; replicas = storse }   //~ VN0202
  service db { memory = 1 GiB; replicas = 5..2 }     //~ VN0305
}
"
    ));
}

#[test]
fn links_of_every_kind() {
    assert_snapshot!(paths_of(
        "site hq {
  device root : box * 2 { role = backbone; uplink = 1 Gbps }
  device mail : box { role = super }
}
site shop * 3 {
  device core : box * 2 { role = super }
  device till : box { role = edge }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
  link core <-> till { rtt = 3 ms; loss = 10% }
}
site depot { device gate : box { role = local } }
override shop[2] { link { rtt = 2 ms } }
link shop <-> hq { rtt = 45 ms; bandwidth = 20 Mbps; availability = 90%; private = true; loss = 10%; cost = 0.09 EUR/GB }
link depot <-> hq { rtt = 10 ms; cost = [0.001 EUR/req, 1 EUR/GB]; availability = 50% }
link root <-> mail { rtt = 0.2 ms }
link shop[3].core[1] <-> shop[2].till { rtt = 7 ms }
link mail <-> shop.core { rtt = 30 ms }"
    ));
}

#[test]
fn devices_that_forward() {
    assert_snapshot!(paths_of(
        "site a {
  device x : box { role = local }
  device gate : box { role = local; forwards = true }
  link { rtt = 1 ms }
}
site b * 2 {
  device way : box { role = local; forwards = true; uplink = 8 Mbps }
  device y : box { role = local }
  link { rtt = 2 ms }
}
site c { device z : box { role = local } }
link gate <-> way { rtt = 10 ms; bandwidth = 1 Gbps }
link c <-> b[2].y { rtt = 1 ms }"
    ));
}

#[test]
fn links_that_are_wrong() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site a { device x : box { role = local; uplink = 0 Mbps }; device w : box; link { rtt = 0 ms } }  //~ VN0305 //~ VN0305
site b { device y : box { role = local; availability = 0% }; device v : box; link x <-> y { rtt = 1 ms } }  //~ VN0305 //~ VN0413 //~ VN0414
link a <-> b { rtt = 1 ms; loss = 100% }          //~ VN0305
link b <-> a { rtt = 2 ms }                       //~ VN0203
link x <-> b { rtt = -1 ms; bandwidth = 0 bps }   //~ VN0305 //~ VN0305
link a <-> a { rtt = 1 ms }                       //~ VN0203
link a <-> y { rtt = 1 ms; cost = 3 EUR }         //~ VN0302
link x <-> y { rtt = 1 ms; cost = -1 EUR/GB; availability = 0% }  //~ VN0305 //~ VN0305"
    ));
}

#[test]
fn regions_offers_roles_and_prices() {
    assert_snapshot!(fleet(
        "region eu {
  site north { device a : box { role = auto; cost = 2 EUR/month + 5 EUR/GB/month * used.memory } }
}
region us { }
site south { region = us; device c : box { role = [super, local] }; offer rented : box * 1..20 { cost = 4 EUR/month; role = super } }
site west { offer spare : box { role = edge } }
link eu <-> us { rtt = 90 ms; private = true }
link eu <-> west { rtt = 10 ms; private = true }
policy { pin kv on region us; forbid kv on class rented }"
    ));
}

#[test]
fn facts_that_are_wrong() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site a {
  region = eu                                       //~ VN0202
  regoin = us                                       //~ VN0201
  device x : box { role = [super, lokal] }          //~ VN0202
  device y { role = local; arch = x86_64; os = linux; cpu = 1 core; memory = unknown }  //~ VN0306
  device z : box { role = local; memory = unknown; gpu { vram = unknown } }  //~ VN0306 //~ VN0306
  device q : box { role = local; cost = used.memory * used.memory * 1 EUR/GB/GB/month }  //~ VN0308
  device r : box { role = local; cost = 5 EUR/GB * used.memory }  //~ VN0302
  device t : box { role = local; availability = 350% }  //~ VN0305
  offer o : box * 3..1 { role = local }             //~ VN0305
  offer p : box * 2.. { role = local }              //~ VN0306
  link { rtt = 1 ms }
}
region north { site b { device u : box { role = local } } }
site c { region = nroth; device v : box { role = local } }  //~ VN0202
builder d { service s { pin on region sooth; variant w { memory = 1 GiB } } }  //~ VN0202"
    ));
}

const TOML: &str = r#"
[[site]]
name = "home"
region = "eu"

[[device]]
site = "home"
name = "nuc"
hardware = "box"
role = "local"
address = "192.168.1.4"

[[device]]
site = "home"
name = "phones"
hardware = "box"
count = 3
role = "edge"
memory = "4 GiB"

[[device]]
site = "home"
name = "phones"
hardware = "box"
role = "edge"
memory = "6 GiB"

[[device]]
site = "shop[1..3]"
name = "till"
hardware = "box"
role = "edge"

[[device]]
site = "shop[2]"
name = "till"
hardware = "box"
role = "edge"

[[link]]
site = "home"
rtt = "1 ms"

[[link]]
from = "home"
to = "shop"
rtt = "20 ms"
private = true
"#;

#[test]
fn an_inventory_of_tables() {
    let text = "inventory \"fleet.toml\"\npolicy { pin kv on phones[4] }";
    assert_snapshot!(fleet_of(text, &[("fleet.toml", TOML)]));
}

#[test]
fn an_inventory_of_lines() {
    let devices = "site,name,hardware,role,memory,disk\n\
                   home,nuc,box,local,16 GiB,nvme(1 TB)\n\
                   home,pi,box,local,4 GiB,\n\
                   home,pi,box,local,4 GiB,\n\
                   cloud, vps, box, backbone, 2 GiB, \"nvme(40 GB)\"\n";
    let links = "rtt,nuc,pi,vps\nnuc,,1 ms,24 ms\npi,1 ms,,25 ms\n";
    let text = "inventory \"devices.csv\"\ninventory \"links.csv\"";
    let files = [("devices.csv", devices), ("links.csv", links)];
    assert_snapshot!(fleet_of(text, &files));
}

#[test]
fn a_wrong_inventory_points_into_its_file() {
    let toml = "[[device]]\nsite = \"home\"\nname = \"nuc\"\nhardware = \"bxo\"\nrole = \"lcoal\"\nmemory = \"4 Gib\"\n\
                [[device]]\nname = \"pi\"\n[[devcie]]\n[[link]]\nfrom = \"home\"\n";
    let csv = "site,name,hardware,count\nhome,pi,box,many\nhome,pad,box,1,2\nhome,mini,box,2\nhome,mini,bix,2\n";
    let text = "inventory \"a.toml\"\ninventory \"b.csv\"\ninventory \"c.toml\"\ninventory \"d.ini\"\nsite home { link { rtt = 1 ms } }";
    let broken = "[[device]\n";
    assert_snapshot!(fleet_of(
        text,
        &[("a.toml", toml), ("b.csv", csv), ("c.toml", broken)]
    ));
}

/// A template of n sites, and the same sites by hand.
fn twins(n: u32) -> (String, String) {
    let site = |head: &str, at: &str| {
        format!(
            "site {head} {{
  device core{at} : box * 2 {{ role = super }}
  device till{at} : box * 3 {{ role = edge; memory = 2 GiB }}
  device pad{at} : box {{ role = edge }}
  link {{ rtt = 1 ms; bandwidth = 1 Gbps }}
  link core{at} <-> till{at} {{ rtt = 3 ms }}
}}
"
        )
    };
    let rest = "site hq { device root : box * 2 { role = backbone }; link { rtt = 0.5 ms } }
builder b {
  service kv { survive lost(root[1]); variant v { memory = 1 GiB; capacity = 10 req/s; ports { main = tcp(6379) } } variant w { requires device.memory >= 4 GiB; memory = 2 GiB; ports { main = tcp(6379) } } }
  client app on CLIENTS { demand = 1 req/s; variant a { memory = 1 MiB } needs kv within 60 ms prefer same_device then same_site }
}
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
";
    let template = format!(
        "{}link s <-> hq {{ rtt = 45 ms; private = true }}\n{}",
        site(&format!("s * {n}"), ""),
        rest.replace("CLIENTS", "[s.till, s.pad]")
    );
    let mut by_hand = String::new();
    let mut clients = Vec::new();
    for at in 1..=n {
        by_hand += &site(&format!("s_{at}"), &format!("_{at}"));
        by_hand += &format!("link s_{at} <-> hq {{ rtt = 45 ms; private = true }}\n");
        clients.push(format!("till_{at}, pad_{at}"));
    }
    by_hand += &rest.replace("CLIENTS", &format!("[{}]", clients.join(", ")));
    (template, by_hand)
}

/// All that a planner sees but for names and places in the text.
fn nameless(composition: &Composition) -> String {
    let mut text = String::new();
    let expanded = composition.expanded(100).expect("few devices");
    for device in &expanded.devices {
        _ = writeln!(
            text,
            "{:?} {} {:?} {:?}",
            device.site_ix, device.role, device.numbers, device.claimable
        );
    }
    let all = || (0..).map(DeviceIx).take(expanded.devices.len());
    for (from, to) in all().flat_map(|from| all().map(move |to| (from, to))) {
        let path = expanded.paths.get(from, to, expanded.relation(from, to));
        let path = path.map(|path| (&path.rtt, &path.bandwidth, path.private, path.links.len()));
        _ = writeln!(text, "{from:?} {to:?} {path:?}");
    }
    for slot in &expanded.slots {
        _ = writeln!(text, "{:?}", slot.on);
        for choice in &slot.options {
            _ = writeln!(
                text,
                "{:?} {} {:?}",
                choice.device, choice.variant, choice.claims
            );
        }
        for rejection in &slot.rejected {
            _ = writeln!(text, "not {:?} {}", rejection.device, rejection.variant);
        }
    }
    for need in &expanded.needs {
        _ = writeln!(text, "{:?}", need.routes);
    }
    for wish in &expanded.wishes {
        _ = writeln!(text, "{:?}", wish.kind);
    }
    text
}

#[test]
fn a_template_is_its_sites_by_hand() {
    for n in 1..=3 {
        let (template, by_hand) = twins(n);
        let (a, b) = (
            check_with(&template, &[], None),
            check_with(&by_hand, &[], None),
        );
        assert_eq!((a.report(), b.report()), (String::new(), String::new()));
        let (a, b) = (composition(&a), composition(&b));
        assert!(n == 1 || a.devices.len() < b.devices.len());
        pretty_eq(&nameless(a), &nameless(b));
    }
}

fn pretty_eq(a: &str, b: &str) {
    for (a, b) in a.lines().zip(b.lines()) {
        assert_eq!(a, b);
    }
    assert_eq!(a.lines().count(), b.lines().count());
}

#[test]
fn too_many_are_counted() {
    let checked = check_with(RETAIL, &[], None);
    let refused = composition(&checked).expanded(512).unwrap_err();
    assert_eq!((refused.devices, refused.most), (38_002, 512));
}

#[test]
fn every_device_has_its_own_id_and_address() {
    let text = format!(
        "site shop * 2 {{ device till : box * 2 {{ role = edge }}; device core : box {{ role = super }}; link {{ rtt = 1 ms }} }}
link shop[2] <-> shop[1] {{ rtt = 5 ms }}\n{FRAME}"
    );
    let checked = check_with(&text, &[], None);
    let expanded = composition(&checked).expanded(6).unwrap();
    let rows: Vec<String> = expanded.devices.iter().map(row).collect();
    assert_snapshot!(rows.join("\n"));
}
