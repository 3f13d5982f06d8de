//! Inventories: what is wrong with a file is said where it stands, once, and nothing follows from it.

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::check_files;

/// Checks a program that reads `f.csv`, and that its report says all of some texts.
fn csv(program: &str, rows: &str, says: &[&str]) {
    files(
        &format!("inventory \"f.csv\"\n{program}"),
        "f.csv",
        rows,
        says,
    );
}

/// The same for `f.toml`.
fn toml(program: &str, rows: &str, says: &[&str]) {
    files(
        &format!("inventory \"f.toml\"\n{program}"),
        "f.toml",
        rows,
        says,
    );
}

fn files(program: &str, name: &str, rows: &str, says: &[&str]) {
    let service = "builder b { service kv { memory = 512 MiB } }";
    let report = check_files(&format!(
        "//- plan.vn\n{program}\n{service}\n//- {name}\n{rows}"
    ));
    for text in says {
        assert!(report.contains(text), "{text}\n{report}");
    }
}

/// The columns of a machine, and what stands in them.
const HEAD: &str = "site,name,role,arch,os,cpu,memory";
const BOX: &str = "super,x86_64,linux,4 cores,16 GiB";

/// The same in TOML, at the end of a row.
const MACHINE: &str = "role = \"super\"
arch = \"x86_64\"
os = \"linux\"
cpu = \"4 cores\"
memory = \"16 GiB\"
";

#[test]
fn a_cell_knows_what_the_program_declares() {
    let program = "param size : Bytes = 16 GiB
unit tray : Trays
unit crate_ : Bytes = 4 GiB
capability trays : Trays
site home { link { rtt = 1 ms } }";
    csv(
        program,
        &format!(
            "{HEAD},trays\nhome,a,super,x86_64,linux,4 cores,size,2 tray\nhome,b,super,x86_64,linux,4 cores,2 crate_,\n"
        ),
        &[],
    );
    let row = "[[device]]\nsite = \"home\"\nname = \"a\"\nrole = \"super\"\narch = \"x86_64\"\nos = \"linux\"\ncpu = \"4 cores\"\nmemory = \"4 crate_\"\ntrays = \"2 tray\"\n";
    toml(
        "unit tray : Trays
unit crate_ : Bytes = 4 GiB
capability trays : Trays
site home { link { rtt = 1 ms } }",
        row,
        &[],
    );
}

#[test]
fn a_site_has_no_other_keys() {
    toml(
        "",
        &format!(
            "[[site]]\nname = \"home\"\nregoin = \"eu\" #//~ VN0201\n[[device]]\nsite = \"home\"\nname = \"a\"\n{MACHINE}"
        ),
        &["did you mean `region`?"],
    );
}

#[test]
fn a_site_is_named_once() {
    toml(
        "",
        &format!(
            "[[site]]\nname = \"home\"\n[[site]]\nname = \"home\" #//~ VN0203\n[[device]]\nsite = \"home\"\nname = \"a\"\n{MACHINE}"
        ),
        &["first here", "again here"],
    );
}

#[test]
fn a_device_stands_in_no_site() {
    toml(
        "",
        &format!(
            "[[site]]\nname = \"home\"\n[[site.device]] #//~ VN0211\nname = \"b\"\n[[device]]\nsite = \"home\"\nname = \"a\"\n{MACHINE}"
        ),
        &["write `[[device]]` with `site = \"…\"`"],
    );
}

#[test]
fn a_link_makes_no_site() {
    toml(
        "",
        &format!(
            "[[device]]\nsite = \"home\"\nname = \"a\"\n{MACHINE}[[link]]\nsite = \"hom\" #//~ VN0211\nrtt = \"1 ms\"\n"
        ),
        &["no site `hom` has a device; did you mean `home`?"],
    );
}

#[test]
fn numbers_of_sites_are_those_that_there_are() {
    let rows = |site: &str, code: &str| {
        format!(
            "[[site]]\nname = \"home\"\ncount = 3\n[[device]]\nsite = \"home\"\nname = \"a\"\n{MACHINE}[[device]]\nsite = \"{site}\" #//~ {code}\nname = \"a\"\nmemory = \"4 GiB\"\n[[link]]\nfrom = \"home\"\nto = \"home\"\nrtt = \"9 ms\"\n"
        )
    };
    toml(
        "",
        &rows("home[2..9]", "VN0202"),
        &["there is no `home[2..9]`", "its numbers are 1..3"],
    );
    toml(
        "",
        &rows("home[2..1]", "VN0211"),
        &["`home[2..1]` ends before it begins"],
    );
}

#[test]
fn the_name_of_a_column_is_wrong_where_it_stands() {
    csv(
        "site home { link { rtt = 1 ms } }",
        &format!("{HEAD},batery\n#//~^ VN0201\nhome,a,{BOX},9 Wh\nhome,b,{BOX},9 Wh\n"),
        &["did you mean `battery`?"],
    );
}

#[test]
fn a_quote_is_closed() {
    csv(
        "site home { link { rtt = 1 ms } }",
        &format!("{HEAD}\nhome,\"a,{BOX}\n#//~^ VN0211\n"),
        &["this quote is never closed"],
    );
}

#[test]
fn words_of_spreadsheets() {
    csv(
        "site home { link { rtt = 1 ms } }",
        &format!("{HEAD},on\nhome,a,super,x86-64,linux,4 cores,16 GiB,\n#//~^ VN0211\n"),
        &["`x86-64` is `x86_64` here"],
    );
}

#[test]
fn a_cell_that_cannot_be_read_is_there() {
    csv(
        "site home { link { rtt = 1 ms } }",
        &format!("{HEAD}\nhome,a,super,x86_64,linux,(,16 GiB\n#//~^ VN0102\nhome,b,{BOX}\n"),
        &[],
    );
}

#[test]
fn a_column_is_named_once() {
    csv(
        "site home { link { rtt = 1 ms } }",
        &format!("{HEAD},memory\n#//~^ VN0211\nhome,a,{BOX},8 GiB\nhome,b,{BOX},8 GiB\n"),
        &["two columns are called `memory`"],
    );
}

#[test]
fn a_table_of_round_trips() {
    let trips = |corner: &str, cells: &str| {
        check_files(&format!(
            "//- plan.vn
inventory \"f.csv\"
inventory \"r.csv\"
builder b {{ service kv {{ memory = 512 MiB }} }}
//- f.csv
{HEAD}
home,a,{BOX}
away,b,{BOX}
//- r.csv
{corner},home,away
{cells}
"
        ))
    };
    let report = trips("RTT", "#//~^ VN0211\nhome,,12 ms");
    assert!(report.contains("edit: `RTT` → `rtt`"), "{report}");
    let report = trips("rtt (ms)", "#//~^ VN0211\nhome,,12 ms");
    assert!(report.contains("each cell says its unit"), "{report}");
    let report = trips("rtt", "home,,12 ms,7 ms\n#//~^ VN0211");
    assert!(report.contains("4 cells under 3 columns"), "{report}");
}

#[test]
fn a_file_is_read_once() {
    check_files(&format!(
        "//- plan.vn
inventory \"f.csv\"
inventory \"f.csv\" //~ VN0203
site home {{ link {{ rtt = 1 ms }} }}
builder b {{ service kv {{ memory = 512 MiB }} }}
//- f.csv
{HEAD}
home,a,{BOX}
"
    ));
}

#[test]
fn nothing_follows_from_a_file_that_is_not_there() {
    check_files(
        "//- plan.vn
inventory \"f.csv\" //~ VN0207
site home { link { rtt = 1 ms } }
link home <-> cloud { rtt = 30 ms }
builder b { service kv { memory = 512 MiB; pin on nuc } }
",
    );
}

#[test]
fn nothing_follows_from_a_row_that_does_not_read() {
    csv(
        "site home { link { rtt = 1 ms } }\nlink home <-> cloud { rtt = 30 ms }",
        &format!("{HEAD}\nhome,a,{BOX}\ncloud,v m,{BOX}\n#//~^ VN0211\n"),
        &["`v m` is no name"],
    );
}

#[test]
fn a_program_has_the_numbers_that_there_are() {
    let report = check_files(
        "//- plan.vn
site home * 3 { device nuc { role = super; arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB } link { rtt = 1 ms } }
override home[2..9] { device nuc { memory = 4 GiB } } //~ VN0202
override home[3..] { device nuc { memory = 3 GiB } }
link home <-> home { rtt = 9 ms }
link home[2..9] <-> home[1] { rtt = 8 ms } //~ VN0202
builder b { service kv { memory = 512 MiB } }
",
    );
    for text in [
        "there is no `home[2..9]`",
        "its numbers are 1..3",
        "`home` has 3 sites",
    ] {
        assert!(report.contains(text), "{text}\n{report}");
    }
}

#[test]
fn an_address_is_that_of_one_device() {
    let device = |address: &str| {
        csv(
            "site home { link { rtt = 1 ms } }",
            &format!("{HEAD},address\nhome,a,{BOX},{address}\n#//~^ VN0305\n"),
            &[&format!("{address} is ")],
        );
    };
    for address in [
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
    ] {
        device(address);
    }
}

#[test]
fn files_are_written_into_the_project() {
    let report = check_files(
        "//- plan.vn
site home { device nuc { role = super; arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB } }
builder b { service kv { memory = 512 MiB } }
//- vn.toml
[emit]
out = \"../elsewhere\" #//~ VN0208
targets = [\"composse\"] #//~ VN0209
",
    );
    for text in ["leads out of the project", "did you mean `compose`?"] {
        assert!(report.contains(text), "{text}\n{report}");
    }
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_not_read() {
    use vnc::host::{Disk, Host as _};

    let error = Disk
        .read(std::path::Path::new("/dev/zero"))
        .expect_err("a device");
    assert_eq!(error.to_string(), "it is a pipe or a device, not a file");
}

#[test]
fn between_sites_a_round_trip_is_not_left_out() {
    let report = check_files(
        "//- plan.vn
site home { device nuc { role = super; arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB } link { rtt = 1 ms } }
site away { device vm { role = super; arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB } link { rtt = 1 ms } }
link home <-> away { rtt = 0 ms } //~ VN0305
builder b { service kv { memory = 512 MiB } }
",
    );
    assert!(
        report.contains("write the round trip that was measured"),
        "{report}"
    );
    assert!(!report.contains("leave it out"), "{report}");
}

#[test]
fn a_list_has_brackets() {
    for cell in ["\"tcp,http\"", "tcp;http", "[tcp;http]"] {
        let rows = format!("{HEAD},speaks\nhome,a,{BOX},{cell}\n#//~^ VN0211\n");
        csv("", &rows, &["write `[tcp, http]`, in quotes"]);
    }
}

#[test]
fn a_quote_stands_right_behind_its_comma() {
    let rows = format!("{HEAD},speaks\nhome,a,{BOX}, \"[tcp, http]\"\n#//~^ VN0211\n");
    csv("", &rows, &["remove the blank before it"]);
}

#[test]
fn a_thousand_machines_may_each_have_an_address() {
    let row = |n: u32| format!("home,a{n},{BOX},10.0.{}.{}\n", n / 250, n % 250 + 1);
    let rows: String = (0..1500).map(row).collect();
    let program = "site home { link { rtt = 1 ms } }";
    csv(program, &format!("{HEAD},address\n{rows}"), &[]);
}

#[test]
fn what_lies_beyond_the_largest_network_is_said_once() {
    let row = |n: u32| format!("s{n},a{n},{BOX}\n");
    let rows: String = (0..1022).map(row).collect();
    let mark = "#//~^ VN0901\n";
    let rest: String = (1023..1200).map(row).collect();
    let far = "site far { device x { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; role = super } }
site near { device y { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; role = super } }";
    csv(
        far,
        &format!("{HEAD}\n{rows}s1022,a1022,{BOX}\n{mark}{rest}"),
        &["1024 places"],
    );
}
