//! Programs of several files: what an import brings, and what is wrong with it.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analysis_fixture::{check_files, files};
use insta::assert_snapshot;
use vn_analysis::{Composition, Role, Symbol, SymbolKind};
use vnc::host::{Host, Memory, Overlay};
use vnc::session::{self, Checked, Request, Session};

/// A program without any message.
fn clean(text: &str) -> Composition {
    let host = Memory(
        files(text)
            .into_iter()
            .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
            .collect(),
    );
    let entry = PathBuf::from(files(text)[0].0);
    let request = Request {
        entry,
        ..Request::default()
    };
    let checked = session::check(&host, &request).expect("the program can be read");
    assert_eq!(checked.diagnostics, []);
    checked.composition.expect("there is a builder")
}

/// The catalogue that most programs here import.
const CATALOGUE: &str = "
//- catalogue.vn
use std.hardware.{rpi5_8g}
enum Shop { small, large }
param size: Shop = small
param entries: Count = 5_000
hardware shop_pi : rpi5_8g { usable = 50% }
kind store_cache {
  param shop: Shop = size
  provides = [cache]
  variant one {
    memory = entries * 1 KiB
    image = \"cache:${entries}\"
    ports { resp = tcp(6379) }
  }
}
";

/// The part of a program that uses it, under the names that it is given.
fn using(imports: &str, hardware: &str, kind: &str, rest: &str) -> String {
    format!(
        "//- plan.vn
edition 2026
{imports}
site home {{
  device pi : {hardware} {{ role = local }}
  device second : {hardware} {{ role = local }}
  link {{ rtt = 1 ms }}
}}
builder b {{
  service kv : {kind}
  client app on second {{ demand = 1 req/s; needs kv within 10 ms }}
}}
{rest}{CATALOGUE}"
    )
}

/// What the plan would rest on: the image names the parameter, the memory is its product.
fn facts(composition: &Composition) -> String {
    let slot = &composition.slots[0];
    let option = &slot.options[0];
    format!("{} {}", composition.devices[0].id, option.claims.memory)
}

#[test]
fn the_same_program_under_every_form_of_import() {
    let forms = [
        using(
            "use \"./catalogue.vn\"",
            "catalogue.shop_pi",
            "catalogue.store_cache",
            "",
        ),
        using(
            "use \"./catalogue.vn\" as cat",
            "cat.shop_pi",
            "cat.store_cache",
            "",
        ),
        using(
            "use \"catalogue.vn\".{shop_pi, store_cache as kv_kind}",
            "shop_pi",
            "kv_kind",
            "",
        ),
        using(
            "use \"./catalogue.vn\" as cat\nuse \"./sub/../catalogue.vn\".{shop_pi as pi_profile}",
            "pi_profile",
            "cat.store_cache",
            "",
        ),
    ];
    for form in &forms {
        assert_eq!(facts(&clean(form)), "pi 5120000", "{form}");
    }
}

#[test]
fn a_module_does_not_see_what_the_program_declares() {
    let text = using(
        "use \"./catalogue.vn\" as cat\nparam entries: Count = 7",
        "cat.shop_pi",
        "cat.store_cache",
        "require total(cost) <= entries * 1 EUR/month",
    );
    assert_eq!(facts(&clean(&text)), "pi 5120000");
}

#[test]
fn the_library_under_an_alias() {
    let composition = clean(
        "//- plan.vn
use std.hardware as hw
use std.services
use std.hardware.{hetzner_cx23 as cloud_box}
site home {
  device pi : hw.rpi5_8g { role = local }
  device vps : cloud_box { role = backbone }
  link { rtt = 1 ms }
}
builder b {
  service kv : services.cache(entries = 5)
  client app on pi { demand = 1 req/s; needs kv within 10 ms }
}
",
    );
    assert_eq!(composition.slots.len(), 2);
}

#[test]
fn a_fleet_in_a_file_of_its_own() {
    let composition = clean(
        "//- plan.vn
use \"./fleet/all.vn\"
builder b {
  service kv { pin on nuc; variant v { image = \"kv:1\"; ports { main = tcp(1) } } }
  client app on home.pi { demand = 1 req/s; needs kv within 50 ms }
}
//- fleet/all.vn
use \"home.vn\"
use \"../links.vn\"
param office_cost: Money/Time = 3 EUR/month
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site office { device nuc : box { role = super; cost = office_cost } link { rtt = 1 ms } }
//- fleet/home.vn
use std.hardware as hw
site home { device pi : hw.rpi5_8g { role = local } link { rtt = 1 ms } }
//- links.vn
link home <-> office { rtt = 20 ms; private = true }
",
    );
    let ids: Vec<&str> = composition
        .devices
        .iter()
        .map(|device| device.id.as_str())
        .collect();
    assert_eq!(ids, ["pi", "nuc"]);
}

#[test]
fn imports_go_in_a_circle() {
    assert_snapshot!(check_files(
        "//- a.vn
use \"./b.vn\"
//- b.vn
use \"sub/c.vn\"
//- sub/c.vn
use \"../a.vn\"             //~ VN0204
use \"c.vn\" as me          //~ VN0204
"
    ));
}

#[test]
fn files_that_cannot_be_read() {
    assert_snapshot!(check_files(
        "//- plan.vn
use \"./catalog.vn\"          //~ VN0207
use \"./catalogue\" as cat    //~ VN0207
use \"./sub\"                 //~ VN0207
use \"nowhere/at/all.vn\"     //~ VN0207
use \"https://example.org/x.vn\" as net  //~ VN0207
use \"../../elsewhere.vn\".{box}         //~ VN0207
site home { device a : cat.rack { role = local } device b : box { role = net.role } link { rtt = 1 ms } }
//- catalogue.vn
//- sub/x.vn
"
    ));
}

#[test]
fn files_outside_the_project() {
    assert_snapshot!(check_files(
        "//- project/plan.vn
use \"../shared.vn\"          //~ VN0208
//- shared.vn
"
    ));
    let text = "//- project/plans/plan.vn\nuse \"../shared.vn\"\n//- project/vn.toml\n//- project/shared.vn\nsite s { }\n";
    check_files(text);
}

#[test]
fn names_that_an_import_does_not_bring() {
    assert_snapshot!(check_files(
        "//- plan.vn
use \"./cat.vn\" as cat
use \"./cat.vn\".{rock, rack as shelf}       //~ VN0202 //~ VN0205
use std.hardware.{rpi5_8g as cat}            //~ VN0203
use std.hardware.{rpi5_8g} as pi             //~ VN0413
use std.hardwares as hw                      //~ VN0202
use \"./unused.vn\"                          //~ VN0205
site home {
  device a : cat.rakc { role = local }       //~ VN0202
  device b : rack     { role = local }
  device c : hw.rpi5_8g { role = local }
  link { rtt = 1 ms }
}
//- cat.vn
hardware rack { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
//- unused.vn
param never: Count = 3
"
    ));
}

#[test]
fn what_a_module_may_not_say() {
    assert_snapshot!(check_files(
        "//- plan.vn
use \"./all.vn\"
site home { device d { arch = x86_64; os = linux; cpu = 1 cores; memory = 1 GiB; role = local } }    //~ VN0203
//- all.vn
site home { device e { arch = x86_64; os = linux; cpu = 1 cores; memory = 1 GiB; role = local } link { rtt = 1 ms } }
builder b { }       //~ VN0413
minimize cost       //~ VN0413
emit json           //~ VN0413
"
    ));
}

#[test]
fn faults_of_a_module_point_into_it() {
    assert_snapshot!(check_files(
        "//- plan.vn
use \"./cat.vn\" as cat
param size: cat.Size = hugh                  //~ VN0202 //~ VN0205
site home { device a : cat.box { role = local } link { rtt = 1 ms } }
//- cat.vn
enum Size { small, large }
param size: Size = smal                      //~ VN0202
hardware box { arch = x86_64; os = linux; cpu = size; memory = 8 Gib }  //~ VN0301
hardware = nonsense                          //~ VN0101
"
    ));
}

fn memory(text: &str) -> Memory {
    let files = files(text).into_iter();
    Memory(
        files
            .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
            .collect(),
    )
}

fn asked(host: &dyn Host, entry: &str) -> Checked {
    let request = Request {
        entry: PathBuf::from(entry),
        names: true,
        origins: true,
        ..Request::default()
    };
    session::check(host, &request).expect("the program can be read")
}

/// Every place where a symbol stands, by file.
fn places(checked: &Checked, symbol: &Symbol) -> Vec<(PathBuf, std::ops::Range<usize>)> {
    let of = checked.analysis.references(symbol);
    of.map(|one| {
        let file = checked.sources.get(one.span.file).expect("it was read");
        (
            PathBuf::from(&file.name),
            one.span.start as usize..one.span.end as usize,
        )
    })
    .collect()
}

#[test]
fn a_symbol_is_renamed_in_all_files() {
    let text = using(
        "use \"./catalogue.vn\" as cat\nuse \"./catalogue.vn\".{size as own_size, Shop}\nparam all: Shop = own_size",
        "cat.shop_pi",
        "cat.store_cache(shop = all)",
        "require total(cost) <= cat.entries * 1 EUR/month",
    );
    clean(&text);
    let host = memory(&text);
    let before = asked(&host, "plan.vn");
    let defined = before.analysis.occurrences.iter();
    let defined =
        defined.filter(|one| one.role == Role::Definition && one.symbol.kind != SymbolKind::Module);
    let symbols: BTreeSet<Symbol> = defined.map(|one| one.symbol.clone()).collect();
    let own = symbols
        .iter()
        .filter(|symbol| !symbol.path.starts_with("std."));
    let mut renamed = 0;
    for symbol in own {
        let mut after = host.clone();
        for (file, range) in places(&before, symbol).into_iter().rev() {
            let text = after.0.get_mut(&file).expect("it is a file of the program");
            let name = text[range.clone()].to_owned();
            text.replace_range(range, &format!("{name}_x"));
        }
        assert_ne!(after.0, host.0, "{symbol}");
        let after = asked(&after, "plan.vn");
        assert_eq!(after.diagnostics, [], "{symbol}");
        let count = |checked: &Checked| checked.analysis.occurrences.len();
        assert_eq!(count(&after), count(&before), "{symbol}");
        renamed += 1;
    }
    assert!(renamed > 15, "{renamed}");
}

#[test]
fn an_open_file_hides_the_one_below() {
    let below = memory(&using(
        "use \"./catalogue.vn\" as cat",
        "cat.shop_pi",
        "cat.store_cache",
        "",
    ));
    assert_eq!(asked(&below, "plan.vn").diagnostics, []);
    let catalogue = PathBuf::from("catalogue.vn");
    let text = below.0[&catalogue].replace("kind store_cache", "kind stock_cache");
    let open = Overlay {
        below: &below,
        texts: BTreeMap::from([(catalogue, text)]),
    };
    let found = asked(&open, "plan.vn").diagnostics;
    let messages: Vec<&str> = found.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        ["no kind `cat.store_cache`; did you mean `cat.stock_cache`?"]
    );
}

#[test]
fn a_session_answers_what_a_fresh_one_would() {
    let host = memory(&using(
        "use \"./catalogue.vn\" as cat",
        "cat.shop_pi",
        "cat.store_cache",
        "",
    ));
    let request = Request {
        entry: PathBuf::from("plan.vn"),
        ..Request::default()
    };
    let text = host.read(Path::new("catalogue.vn")).unwrap();
    let mut edits: Vec<Memory> = vec![host.clone()];
    for word in ["entries", "shop_pi", "variant one {"] {
        let mut edited = host.clone();
        edited
            .0
            .insert("catalogue.vn".into(), text.replacen(word, "zzz", 1));
        edits.extend([edited, host.clone()]);
    }
    let shared = std::cell::RefCell::new(host.clone());
    let host = Changing(&shared);
    let mut session = Session::new(&host);
    for edit in edits {
        *shared.borrow_mut() = edit.clone();
        let kept = session.check(&request).unwrap();
        let fresh = session::check(&edit, &request).unwrap();
        assert_eq!(kept.diagnostics, fresh.diagnostics);
        assert_eq!(kept.analysis, fresh.analysis);
        assert_eq!(kept.composition, fresh.composition);
    }
}

/// Files that change between two questions.
struct Changing<'a>(&'a std::cell::RefCell<Memory>);

impl Host for Changing<'_> {
    fn read(&self, path: &Path) -> std::io::Result<String> {
        self.0.borrow().read(path)
    }

    fn resolve(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.0.borrow().resolve(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.0.borrow().names(folder)
    }
}

#[test]
fn a_metric_is_reached_through_its_import() {
    let with = |imports: &str, objective: &str| {
        check_files(&format!(
            "//- plan.vn
{imports}
hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }}
site home {{ device nuc : box {{ role = super }}; link {{ rtt = 1 ms }} }}
builder b {{ service s {{ memory = 1 GiB; capacity = 1 req/s }} }}
{objective}
//- cat.vn
metric mem = sum(device, used.memory)
"
        ))
    };
    with("use \"./cat.vn\" as cat", "minimize total(cat.mem) / 1 GiB");
    with("use \"./cat.vn\" as cat", "require cat.mem <= 4 GiB");
    with("use \"./cat.vn\".{mem}", "minimize total(mem) / 1 GiB");
    with("use \"./cat.vn\".{mem as m}", "require total(m) <= 4 GiB");
    with(
        "use \"./cat.vn\" as cat\nuse \"./cat.vn\".{mem}",
        "minimize total(mem) / 1 GiB\nrequire total(cat.mem) <= 4 GiB",
    );
    with(
        "use \"./cat.vn\" as cat",
        "minimize total(mem) / 1 GiB + total(cat.mem) / 1 GiB //~ VN0202",
    );
}
