//! `vnc check --fix`: what is mended, what is left, and that nothing is lost.

use std::fs;

use super::{Outcome, vnc};

fn fixed(text: &str, flags: &[&str]) -> (Outcome, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.vn");
    fs::write(&file, text).unwrap();
    let mut args = vec!["check", file.to_str().unwrap()];
    args.extend(flags);
    let mut met = vnc(&args);
    let cut = format!("{}/", folder.path().display());
    met.stdout = met.stdout.replace(&cut, "");
    met.stderr = met.stderr.replace(&cut, "");
    (met, fs::read_to_string(file).unwrap())
}

const SAFE: &str = "site home {\n  link { rtt = 1 ms bandwidth = 2 Mbps }\n}\n// 0\u{202e}2\n";
const MENDED: &str = "site home {\n  link { rtt = 1 ms; bandwidth = 2 Mbps }\n}\n// 02\n";
const GUESS: &str = "servce kv\nsite home { link { rtt = 1 ms bandwidth = 2 Mbps } }\n";

#[test]
fn what_can_only_mean_one_thing_is_mended() {
    let (met, text) = fixed(SAFE, &["--fix"]);
    assert_eq!(text, MENDED);
    assert_eq!(met.code, 0, "{}", met.stderr);
    insta::assert_snapshot!(met.stdout);
    let (again, same) = fixed(MENDED, &["--fix"]);
    assert_eq!((same.as_str(), again.code), (MENDED, 0));
}

#[test]
fn guesses_are_made_only_when_asked_for() {
    let text = "site home { device a : box { rol = local } }\nhardware box { arch = x86_64; os = linux; cpu = 1 core; memory = 1 GiB }\n";
    let (met, same) = fixed(text, &["--fix"]);
    assert_eq!((met.code, same.as_str()), (1, text));
    let (met, mended) = fixed(text, &["--fix", "--unsafe-fixes"]);
    assert_eq!(mended, text.replace("rol ", "role "));
    assert_eq!(met.code, 0, "{}", met.stderr);
}

/// The nearest name is a guess wherever a name can stand.
#[test]
fn no_name_is_chosen_unasked() {
    let head = "edition 2026\nhardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }\n\
        site stores { device a : box * 2 { role = super }; link { rtt = 1 ms } }\n\
        site store * 2 { device core : box * 2 { role = edge }; link { rtt = 1 ms } }\n\
        link store <-> stores { rtt = 1 ms; private = true }\n";
    let wrong = [
        "survive any 1 device per stor",
        "survive any 1 divice",
        "spread across sitee",
        "clone lazi",
        "pin on cor",
        "needs db at least ful",
        "context { preferense = custom }",
        "memori = 1 GiB",
    ];
    let db =
        "service db { variants [full]; variant full { memory = 1 GiB; ports { main = tcp(1) } } }";
    let mut programs: Vec<String> = wrong
        .iter()
        .map(|wrong| {
            format!("{head}builder b {{ {db}; service s {{ memory = 1 GiB; {wrong} }} }}\n")
        })
        .collect();
    let s = "builder b { service s { memory = 1 GiB } }\n";
    programs.push(format!(
        "{head}{s}override stor[1] {{ core.memory = 9 GiB }}\n"
    ));
    programs.push(format!("{head}{s}emit compos\n"));
    programs.push(format!("{head}{s}emit kubernetes(flavour = \"k3s\")\n"));
    programs.push(format!("{head}{s}minimize total(cots) / 1 EUR/month\n"));
    programs.push(format!("{}{s}", head.replace("2026", "2027")));
    for program in programs {
        let (met, same) = fixed(&program, &["--fix"]);
        assert_eq!((met.code, same.as_str()), (1, program.as_str()));
    }
}

#[test]
fn a_diff_changes_nothing() {
    for flag in ["--diff", "--dry-run"] {
        let (met, text) = fixed(SAFE, &["--fix", flag]);
        assert_eq!((text.as_str(), met.code), (SAFE, 2));
        insta::assert_snapshot!("a_diff", met.stdout);
    }
    let (met, _) = fixed(MENDED, &["--diff"]);
    assert_eq!((met.stdout.as_str(), met.code), ("", 0));
}

#[test]
fn what_is_left_is_reported_and_decides() {
    let (met, text) = fixed(GUESS, &["--fix"]);
    assert_eq!(text, GUESS.replace("ms band", "ms; band"));
    assert_eq!(met.code, 1);
    assert!(met.stderr.contains("VN0201"), "{}", met.stderr);
    let (met, _) = fixed(GUESS, &["--fix", "--json"]);
    let document = met.json();
    assert_eq!(document["fixed"][0]["code"], "VN0106");
    assert_eq!(document["diagnostics"][0]["code"], "VN0201");
}

#[test]
fn the_rights_of_a_file_and_what_a_link_leads_to_are_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("real.vn"), folder.path().join("plan.vn"));
    fs::write(&file, SAFE).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&file, &link).unwrap();
    let met = vnc(&["check", "--fix", link.to_str().unwrap()]);
    assert_eq!(met.code, 0, "{}", met.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), MENDED);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

/// One wrong word for another is no progress, though the message is another.
#[test]
fn a_guess_that_puts_an_error_for_an_error_is_not_made() {
    let text = "hardware box { arch = x86_64; os = linux; cpu = 1 core; memory = 1 GiB }\nsite home { device a : box { rolle = edje } }\n";
    let (met, same) = fixed(text, &["--fix", "--unsafe-fixes"]);
    assert_eq!((met.code, same.as_str()), (1, text), "{}", met.stdout);
}

/// A name that is as long as the difference is no neighbour.
#[test]
fn a_word_that_shares_half_its_letters_is_not_meant() {
    let text = "hardware box { arch = x86_64; os = linux; cpu = 1 core; memory = 1 GiB }\nsite home { device a : box { role = edge; rack = attic } }\n";
    let (met, same) = fixed(text, &["--fix", "--unsafe-fixes"]);
    assert_eq!((met.code, same.as_str()), (1, text), "{}", met.stdout);
    assert!(!met.stderr.contains("arch`?"), "{}", met.stderr);
}

/// What people write who come from elsewhere, and what `--fix --unsafe-fixes` makes of it.
const SLIPS: [(&str, &str); 42] = [
    ("truth on nuc, pi", "truth on [nuc, pi]"),
    ("truth on [nuc pi]", "truth on [nuc, pi]"),
    ("truth = nuc", "truth on nuc"),
    ("pin = nuc", "pin on nuc"),
    ("spread = device", "spread across device"),
    ("survive: any 1 device", "survive any 1 device"),
    ("needs: other", "needs other"),
    ("needs = [other, third]", "needs other; needs third"),
    ("needs other < 20 ms", "needs other within 20 ms"),
    (
        "replicas = 2, survive any 1 device",
        "replicas = 2; survive any 1 device",
    ),
    ("replicas < 2", "replicas = 2"),
    ("memory = 1,5 GiB", "memory = 1.5 GiB"),
    ("memory = \"1 GiB\"", "memory = 1 GiB"),
    ("client a on nuc, pi { }", "client a on [nuc, pi] { }"),
    (
        "service x : sized(n: 3, m: 4) { }",
        "service x : sized(n = 3, m = 4) { }",
    ),
    (
        "service x : sized(n = 3 m = 4) { }",
        "service x : sized(n = 3, m = 4) { }",
    ),
    ("service x-1 : sized { }", "service x_1 : sized { }"),
    (
        "device d : box x 3 { role = edge }",
        "device d : box * 3 { role = edge }",
    ),
    (
        "device d : box[3] { role = edge }",
        "device d : box * 3 { role = edge }",
    ),
    (
        "device d : box { role = edge; disk = nvme 1 TB }",
        "device d : box { role = edge; disk = nvme(1 TB) }",
    ),
    (
        "device d : box { role = edge; address = 192.168.1.4 }",
        "device d : box { role = edge; address = \"192.168.1.4\" }",
    ),
    (
        "device d : box { role = edge; cost = €3.99/month }",
        "device d : box { role = edge; cost = 3.99 EUR/month }",
    ),
    (
        "context { preference = low-resource }",
        "context { preference = low_resource }",
    ),
    (
        "context { preference = \"low_resource\" }",
        "context { preference = low_resource }",
    ),
    ("minimize 3 power", "minimize 3 * power"),
    (
        "minimize lexicographic [latency; cost]",
        "minimize lexicographic [latency, cost]",
    ),
    (
        "test \"t\" { when lost(nuc); expect count(other) >= 1 }",
        "test \"t\" { given lost(nuc); expect count(other) >= 1 }",
    ),
    ("use std::services::{cache}", "use std.services.{cache}"),
    ("edition \"2026\"", "edition 2026"),
    ("size: Count = 3", "param size: Count = 3"),
    (
        "variant w { memory = 1 MiB; provides truth, x }",
        "variant w { memory = 1 MiB; provides = [truth, x] }",
    ),
    (
        "variant w { memory = 1 MiB; cpu = 500m }",
        "variant w { memory = 1 MiB; cpu = 500mcores }",
    ),
    ("variant w { memory 1 MiB }", "variant w { memory = 1 MiB }"),
    ("pin to nuc", "pin on nuc"),
    ("on nuc", "pin on nuc"),
    ("on nuc, pi", "pin on [nuc, pi]"),
    ("not on pi", "forbid on pi"),
    ("service a : sized(n: 3)", "service a : sized(n = 3)"),
    (
        "service a : sized(n: 3, m: 4)",
        "service a : sized(n = 3, m = 4)",
    ),
    (
        "client c at nuc { needs kv }",
        "client c on nuc { needs kv }",
    ),
    (
        "variant w { memory = 1 MiB; require device.memory >= 1 GiB }",
        "variant w { memory = 1 MiB; requires device.memory >= 1 GiB }",
    ),
    (
        "offer o : box * 0-5 { role = backbone; cost = 3 EUR/month }",
        "offer o : box * 0..5 { role = backbone; cost = 3 EUR/month }",
    ),
];

/// A program with a line where it belongs.
fn with(line: &str) -> String {
    let head = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }\n\
        kind sized { param n: Count = 1; param m: Count = 1; memory = 1 MiB }\n";
    let [mut top, mut site, mut tree, mut service] = [""; 4];
    let first = line.split_whitespace().next().unwrap_or_default();
    match first {
        "edition" | "use" | "size:" | "param" | "minimize" | "test" | "emit" | "policy" => {
            top = line;
        }
        "device" | "offer" => site = line,
        "client" | "service" | "context" => tree = line,
        _ => service = line,
    }
    format!(
        "{top}\n{head}site home {{\n  device nuc : box {{ role = super }}\n  device pi : box {{ role = local }}\n  {site}\n  \
         link {{ rtt = 1 ms }}\n}}\nbuilder b {{\n  {tree}\n  service other {{ memory = 1 MiB }}\n  \
         service third {{ memory = 1 MiB }}\n  service kv {{\n    variant v {{ memory = 1 MiB; provides = [truth] }}\n    {service}\n  }}\n}}\n"
    )
}

#[test]
fn a_brace_below_its_head_moves_up() {
    for head in ["site home", "builder b", "hardware box"] {
        let right = with("");
        let wrong = right.replacen(&format!("{head} {{"), &format!("{head}\n{{"), 1);
        assert_ne!(wrong, right);
        let (met, text) = fixed(&wrong, &["--fix"]);
        assert_eq!(text, right, "{}", met.stderr);
        let (met, _) = fixed(&wrong, &[]);
        assert!(met.stderr.contains(": 1 error"), "{}", met.stderr);
    }
}

#[test]
fn what_people_write_who_come_from_elsewhere() {
    let wrong = SLIPS.iter().filter_map(|(slip, right)| {
        let (met, text) = fixed(&with(slip), &["--fix", "--unsafe-fixes"]);
        (text != with(right)).then(|| format!("{slip}: {}{text}", met.stderr))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What no edit mends is one error with advice that does.
#[test]
fn one_slip_is_one_error_with_advice() {
    let slips = [
        (
            "requires other",
            "a service is asked for with `needs other`",
        ),
        ("use std.services.*", "every name is listed"),
        ("emit docker-compose", "names have no `-`"),
        (
            "service x : sized(n = 160,000) { }",
            "thousands are parted by `_`",
        ),
        (
            "service x : sized(n = 40k) { }",
            "write `40_000`; bytes are `kB` or `KiB`",
        ),
        ("client a on everything { }", "there is nuc, pi, home"),
        (
            "policy { reserves { cpu = 10%; memory = 15% } }",
            "did you mean `reserve.cpu`?",
        ),
        (
            "replicas = 1; survive any 1 device",
            "`survive any 1 device` needs two instances of `kv`; there may be one",
        ),
    ];
    let wrong = slips.into_iter().filter_map(|(slip, advice)| {
        let (met, _) = fixed(&with(slip), &[]);
        let said = met.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = said.contains(advice) && said.contains(": 1 error");
        (!fits).then(|| format!("{slip}: {}", met.stderr))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
