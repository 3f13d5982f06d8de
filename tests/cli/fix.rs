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
