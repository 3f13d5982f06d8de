//! The home lab, broken in the ways that people break it: each time a coded message with the lines
//! at both ends of the conflict.

use std::fs;

use super::{outcome, vnc};

/// Replaces each of `edits` in the home lab's program and checks or plans it.
fn broken(command: &str, edits: &[(&str, &str)], extra: &[&str]) -> super::Outcome {
    let path = outcome::root().join("examples/home-lab/plan.vn");
    let mut text = fs::read_to_string(path).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "the example no longer says `{from}`");
        text = text.replacen(from, to, 1);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.vn");
    fs::write(&file, text).unwrap();
    let mut args = vec![command, file.to_str().unwrap(), "--json"];
    args.extend(extra);
    vnc(&args)
}

/// Code, message and labelled lines of the errors.
fn errors(outcome: &super::Outcome) -> String {
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    let document = outcome.json();
    let all = document["diagnostics"].as_array().unwrap();
    let errors: Vec<_> = all.iter().filter(|d| d["severity"] == "error").collect();
    assert!(!errors.is_empty());
    let mut text = String::new();
    for error in errors {
        let word = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        text.push_str(&format!("{} {}\n", word("code"), word("message")));
        for label in error["labels"].as_array().unwrap() {
            text.push_str(&format!(
                "  {}:{} {}\n",
                label["file"].as_str().unwrap().rsplit('/').next().unwrap(),
                label["line"],
                label["text"].as_str().unwrap()
            ));
        }
        for note in error["notes"].as_array().unwrap() {
            text.push_str(&format!("  note: {}\n", note.as_str().unwrap()));
        }
        text.push_str(&format!("  help: {}\n", word("help")));
    }
    text
}

macro_rules! case {
    ($name:ident, $command:literal, [$($edit:expr),* $(,)?], [$($extra:literal),*]) => {
        #[test]
        fn $name() {
            let outcome = broken($command, &[$($edit),*], &[$($extra),*]);
            insta::assert_snapshot!(stringify!($name), errors(&outcome));
        }
    };
}

case!(
    a_wrong_unit,
    "check",
    [("memory = 2 GiB", "memory = 50 ms")],
    []
);
case!(
    an_unknown_unit,
    "check",
    [("memory = 2 GiB", "memory = 2 Gib")],
    []
);
case!(
    an_unknown_name,
    "check",
    [("needs graph within 40 ms", "needs graf within 40 ms")],
    []
);
case!(a_misspelt_word, "check", [("service kv", "servce kv")], []);
case!(
    a_variant_that_can_never_run,
    "check",
    [
        ("device.memory >= 6 GiB", "device.memory >= 128 GiB"),
        ("device.memory >= 2 GiB", "device.memory >= 64 GiB"),
    ],
    []
);
case!(
    a_budget_no_link_can_meet,
    "check",
    [
        (
            "truth on role [super, backbone]",
            "truth on role [super, backbone]; pin on vps"
        ),
        (
            "needs graph   within 50 ms\n      needs vectors within 80 ms prefer",
            "needs graph   within 20 ms\n      needs vectors within 80 ms prefer"
        ),
    ],
    []
);
case!(
    a_selection_with_a_hole,
    "check",
    [],
    ["--select", "app,graph,vectors,brain"]
);
case!(
    a_fleet_with_too_few_devices,
    "check",
    [
        ("  device nuc     :", "  // device nuc     :"),
        ("  device tower   :", "  // device tower   :"),
        ("survive lost(tower)", ""),
        ("survive lost(tower)", ""),
        ("  given lost(tower)\n", "  given lost(pi_hub)\n"),
    ],
    []
);
case!(
    a_fleet_too_small,
    "plan",
    [
        (
            "nodes = 400_000, edges = 1_600_000",
            "nodes = 8_000_000, edges = 32_000_000"
        ),
        ("count = 300_000", "count = 4_000_000"),
    ],
    []
);
case!(
    a_budget_too_small,
    "plan",
    [("12 EUR/month", "3 EUR/month")],
    []
);
case!(
    a_failure_that_nobody_survives,
    "check",
    [("variant small : ollama", "variant small : ollama_gpu")],
    []
);
case!(
    not_built_yet,
    "plan",
    [(
        "survive any 1 device",
        "survive any 1 device; max_per_device = 17"
    )],
    []
);
case!(a_missing_brace, "check", [("policy {", "policy")], []);
case!(
    a_cloud_that_nobody_reaches,
    "plan",
    [("link home <-> cloud", "// link home <-> cloud")],
    []
);
case!(a_slow_link, "plan", [("rtt = 24 ms", "rtt = 240 ms")], []);

/// Bytes that are no text have a place and a code like every other fault.
#[test]
fn not_a_text() {
    let met = |program: &[u8], args: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plan.vn"), program).unwrap();
        std::fs::write(folder.path().join("with.vn"), "use \"plan.vn\"\n").unwrap();
        super::outcome::vnc_in(folder.path(), args)
    };
    let latin = b"site home { link { rtt = 1 ms } }\n// caf\xe9\nsite b { }\n";
    let wide = b"\xff\xfes\0i\0t\0e\0";
    let shown: Vec<String> = [
        met(latin, &["check"]),
        met(wide, &["check"]),
        met(latin, &["check", "with.vn"]),
        met(latin, &["fmt"]),
    ]
    .into_iter()
    .map(|met| format!("{} {}", met.code, met.stderr))
    .collect();
    insta::assert_snapshot!(shown.join("\n"));
    let document = met(latin, &["check", "--json"]).json();
    assert_eq!(document["diagnostics"][0]["code"], "VN0207");
    assert_eq!(document["diagnostics"][0]["labels"][0]["line"], 2);
    assert_eq!(document["diagnostics"].as_array().unwrap().len(), 1);
}
