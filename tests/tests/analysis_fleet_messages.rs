//! What is said about a fleet: the right devices, by the right names, as often as it has to be.

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_all};

/// Hardware and a component, so that there is a composition.
const FRAME: &str = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
builder b { service kv { variant v { memory = 1 GiB; capacity = 10 req/s } } }
";

#[test]
fn an_idle_device_is_named_alone() {
    let text = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 64 GiB }
site pop * 4 { device edge : box * 2 //~ VN0418
  link { rtt = 1 ms } }
site home { device nuc : box * 3 //~ VN0418
  device small { arch = x86_64; os = linux; cpu = 4 cores; memory = 4 GiB } //~ VN0418
  link { rtt = 1 ms } }
link home <-> pop { rtt = 9 ms; private = true }
override pop[2].edge[1] { memory = 32 GiB }
override nuc[2] { memory = 16 GiB }
builder b { service s { memory = 40 GiB; capacity = 10 req/s } }";
    let report = check(text);
    for names in ["`pop[2]/edge[1]`", "`nuc[2]`", "`small`"] {
        let message = format!("no service can run on {names}, and no client is on it");
        assert!(report.contains(&message), "{message}\n{report}");
    }
}

/// A report with a tree on two machines in one rack and four others.
fn racks(tree: &str) -> String {
    check(&format!(
        "capability rack : Label
hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }}
site home {{
  device a : box {{ rack = r1 }}
  device b : box {{ rack = r1 }}
  device till : box * 3
  link {{ rtt = 1 ms }}
}}
builder x {{
{tree}
}}"
    ))
}

#[test]
fn what_is_left_is_named_as_it_is_counted() {
    let report =
        racks("service s { memory = 1 GiB; pin on [a, b]; survive any 1 rack } //~ VN0501");
    assert!(report.contains("the pins leave only `r1`"), "{report}");
    let report = racks("service s { memory = 1 GiB; survive any 9 device } //~ VN0501");
    assert!(
        report.contains("there is only `a`, `b`, `till` * 3"),
        "{report}"
    );
    let report = racks("service s { memory = 1 GiB } forbid s on home //~ VN0504");
    assert!(
        report.contains("`forbid s on home` leaves no device for `s`"),
        "{report}"
    );
}

#[test]
fn a_count_that_changes_nothing_is_noted() {
    let with = |overrides: &str| {
        check(&format!(
            "{FRAME}
site home {{ device nuc : box * 2; link {{ rtt = 1 ms }} }}
site store * 3 {{ device till : box; link {{ rtt = 1 ms }} }}
link home <-> store {{ rtt = 9 ms; private = true }}
{overrides}"
        ))
    };
    let report = with("override store[3] { device till * 1 } //~ VN0411");
    assert!(
        report.contains("this override of the count changes nothing"),
        "{report}"
    );
    let report = with(
        "override store[1] { device till * 4 } //~ VN0411
override store[1] { device till * 2 }",
    );
    assert!(
        report.contains("no device ever uses this count"),
        "{report}"
    );
    with("override store { device till * 3 }\noverride store[1] { device till * 2 }");
}

#[test]
fn facts_that_no_machine_has() {
    let report = check(&format!(
        "{FRAME}
site home {{
  device a : box {{ address = \"not an ip!\" }} //~ VN0302
  device b : box {{ speaks = [tcp, htpp] }} //~ VN0202
  device c : box {{ power {{ idle = 30 W; max = 10 W }} }} //~ VN0305
  device d : box {{ battery = true }} //~ VN0302
  device e : box {{ availability = 95 }} //~ VN0304
  device f : box {{ address = \"fe80::1\" }}
  device g : box {{ address = \"nuc-2.example_net.\" }}
  link {{ rtt = 1 ms }}
}}
policy {{ reserve {{ cpu = 15 }} }} //~ VN0304"
    ));
    for text in [
        "no protocol `htpp`; did you mean `http`?",
        "`power.idle` 30 W is more than `power.max` 10 W",
        "`battery` needs energy, in Wh say; `true` is true or false",
        "write `15%`",
    ] {
        assert!(report.contains(text), "{text}\n{report}");
    }
}

#[test]
fn an_inventory_has_the_names_of_the_file_that_asks_for_it() {
    let rows = |hardware: &str| {
        format!("site,name,hardware\nhome,a,{hardware}\nhome,b,{hardware}\nhome,c,{hardware}\n")
    };
    let text = "use std.hardware as hw
use std.hardware.{nuc_n100_16g}
inventory \"f.csv\"
site home { device first : hw.nuc_n100_16g; link { rtt = 1 ms } }
builder b { service s { memory = 1 GiB } }";
    for name in ["nuc_n100_16g", "hw.nuc_n100_16g"] {
        let rows = rows(name);
        let checked = check_all(text, &[("f.csv", &rows)], &[], None);
        let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
        assert_eq!(errors.count(), 0, "{}", checked.report());
    }
    let rows = rows("nuk");
    let checked = check_all(text, &[("f.csv", &rows)], &[], None);
    let report = checked.report();
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    assert_eq!(errors.count(), 1, "{report}");
    assert!(report.contains("the same in 2 more rows"), "{report}");
}
