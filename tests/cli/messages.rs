//! Messages in the formats that programs read, and what is taken for an error.

use std::fs;

use serde_json::Value;

use super::{Outcome, outcome, vnc};

const WARNED: &str = "param spare: Count = 3\n";
const WRONG: &str =
    "param \u{fc}: Count = 3\nsite home {\n  device a : box && { }\n}\nparam m: Count = 1 Gib\n";

/// Runs `vnc` on a text in a folder of its own; the folder is cut from what it says.
fn on(text: &str, command: &str, flags: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.vn");
    fs::write(&file, text).unwrap();
    let mut args = vec![command, file.to_str().unwrap()];
    args.extend(flags);
    let mut met = vnc(&args);
    let cut = format!("{}/", folder.path().display());
    met.stdout = met
        .stdout
        .replace(&format!("file://{cut}"), "")
        .replace(&cut, "");
    met.stderr = met.stderr.replace(&cut, "");
    met
}

fn schema() -> Value {
    let path = outcome::root().join("tests/fixtures/sarif/sarif-schema-2.1.0.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn assert_sarif(log: &Value) {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(log).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{log:#}");
}

#[test]
fn sarif_is_what_the_standard_says() {
    for (text, code) in [(WRONG, 1), (WARNED, 0), ("", 0), ("param x \u{202e}", 1)] {
        let met = on(text, "check", &["--message-format", "sarif"]);
        assert_eq!((met.code, met.stderr.as_str()), (code, ""));
        assert_sarif(&met.json());
    }
    let home_lab = vnc(&[
        "plan",
        "examples/home-lab/plan.vn",
        "--message-format=sarif",
    ]);
    assert_sarif(&home_lab.json());
    let nowhere = vnc(&["check", "nowhere.vn", "--message-format=sarif"]);
    assert_eq!(nowhere.code, 64);
    assert_sarif(&nowhere.json());
    let invocation = &nowhere.json()["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let wrong_schema = serde_json::json!({ "version": "2.1.0" });
    assert!(!jsonschema::is_valid(&schema(), &wrong_schema));
}

#[test]
fn sarif_of_a_program() {
    let met = on(
        "// \u{1f980} param\nsite home { device \u{1f980} }\nparam m: Count(1..5) = 8\n",
        "check",
        &["--message-format", "sarif"],
    );
    insta::assert_snapshot!(met.stdout);
}

#[test]
fn sarif_counts_utf16_code_units() {
    let text = "param t: Text = \"\u{1f980}\" \u{1f980}\n";
    let met = on(text, "check", &["--message-format", "sarif"]);
    let log = met.json();
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let before = text.rfind('\u{1f980}').unwrap();
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    assert_eq!(
        region["startColumn"],
        text[..before].encode_utf16().count() + 1
    );
}

#[test]
fn github_shows_them_beside_the_lines() {
    let met = on(WRONG, "check", &["--message-format", "github"]);
    assert_eq!(met.code, 1);
    insta::assert_snapshot!(met.stdout);
}

#[test]
fn json_says_what_it_is() {
    let met = on(WRONG, "check", &["--json"]);
    assert_eq!(met.json()["format"], "vnc.messages/1");
    insta::assert_snapshot!(met.stdout);
    let same = on(WRONG, "check", &["--message-format", "json"]);
    assert_eq!(same.stdout, met.stdout);
}

#[test]
fn who_asked_for_a_document_gets_one_whatever_goes_wrong() {
    for args in [
        ["check", "nowhere.vn", "--json"],
        ["build", "--no-such-flag", "--json"],
        ["verify", "nowhere.json", "--json"],
    ] {
        let met = vnc(&args);
        assert_eq!((met.code, met.stderr.as_str()), (64, ""), "{args:?}");
        assert!(met.json()["error"].is_string(), "{}", met.stdout);
    }
    let sarif = vnc(&["check", "--message-format", "sarif", "--no-such-flag"]);
    assert_sarif(&sarif.json());
    let github = vnc(&["check", "--message-format", "github", "--no-such-flag"]);
    assert!(
        github.stdout.starts_with("::error title=vnc::"),
        "{}",
        github.stdout
    );
}

#[test]
fn warnings_can_be_denied() {
    assert_eq!(on(WARNED, "check", &[]).code, 0);
    for flags in [["-D", "warnings"], ["--deny", "warnings"]] {
        let met = on(WARNED, "check", &flags);
        assert_eq!(met.code, 1);
        assert!(met.stderr.ends_with("plan.vn: 1 error\n"), "{}", met.stderr);
    }
    let home_lab = ["examples/home-lab/plan.vn", "-D", "warnings"];
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let advised = vnc(&[&["plan"], &home_lab[..]].concat());
    let code = advised.code;
    let built = vnc(&[&["build", "-o", out.to_str().unwrap()], &home_lab[..]].concat());
    assert_eq!((code, built.code), (1, 1));
    assert!(
        !out.exists(),
        "a build with a denied warning writes nothing"
    );
}

#[test]
fn quiet_says_errors_only() {
    let met = on(WARNED, "check", &["-q"]);
    assert_eq!(
        (met.code, met.stdout.as_str(), met.stderr.as_str()),
        (0, "", "")
    );
    let text = format!("{WARNED}site home {{ device a : x }}\n");
    let met = on(&text, "check", &["--quiet"]);
    assert!(met.stderr.ends_with("plan.vn: 1 error\n"), "{}", met.stderr);
}

#[test]
fn errors_and_warnings_are_counted() {
    let text = format!(
        "{WARNED}site home {{\n  device a : x\n  device b : y\n  link {{ rtt = 1 ms }}\n}}\n"
    );
    let met = on(&text, "check", &[]);
    assert!(
        met.stderr.ends_with("plan.vn: 2 errors, 1 warning\n"),
        "{}",
        met.stderr
    );
}

#[test]
fn nothing_in_a_text_steers_the_terminal() {
    let text = "// \u{1b}[31mred\r\u{8}\nparam \u{1b}]0;title\u{7} = 3\nparam t\u{202e}x: Count = \"a\u{9b}m\"\n";
    let met = on(text, "check", &["--color", "never"]);
    let all = format!("{}{}", met.stdout, met.stderr);
    let steering =
        |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!all.contains(steering), "{all:?}");
    assert!(
        all.contains("\\u{1b}") && all.contains("\\u{202e}"),
        "{all}"
    );
    let github = on(text, "check", &["--message-format", "github"]);
    assert!(!github.stdout.contains(steering), "{:?}", github.stdout);
}
