//! `vn.toml`: which program is meant, what it sets, and what is wrong with it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Outcome;

/// A folder with files, and a run of `vnc` in one of its folders.
fn run(files: &[(&str, &str)], inside: &str, args: &[&str]) -> (Outcome, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_vnc"))
        .current_dir(folder.path().join(inside))
        .args(args)
        .output()
        .unwrap();
    let outcome = Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    (outcome, folder)
}

const PROGRAM: &str = "
param budget: Money/Time = 1 EUR/month
param mode: Preference = low_resource
site home { device nuc { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; role = super; cost = 10 EUR/month } link { rtt = 1 ms } }
builder b {
  context { preference = mode }
  service kv { variant v { memory = 1 GiB; image = \"kv:1\"; ports { main = tcp(1) } } }
}
require total(cost) <= budget
";

const MANIFEST: &str = "
[project]
name = \"lab\"
edition = 2026
entry = \"plans/main.vn\"

[params]
budget = \"20 EUR/month\"
mode = \"high_performance\"

[emit]
targets = [\"json\"]
out = \"written\"
";

#[test]
fn the_program_and_its_parameters_come_from_the_project() {
    let files = [("plans/main.vn", PROGRAM), ("vn.toml", MANIFEST)];
    let (outcome, folder) = run(&files, "plans", &["build"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(folder.path().join("written/plan.json").exists());
    let plan = fs::read_to_string(folder.path().join("written/plan.json")).unwrap();
    assert!(plan.contains("high_performance"), "{plan}");
}

#[test]
fn the_command_line_is_stronger_than_the_project() {
    let files = [("plans/main.vn", PROGRAM), ("vn.toml", MANIFEST)];
    let (outcome, _) = run(&files, ".", &["plan", "--set", "budget=2 EUR/month"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let (outcome, _) = run(&files, ".", &["plan"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn another_program_of_the_project_has_its_own_parameters() {
    let files = [
        ("plans/main.vn", PROGRAM),
        ("plans/other.vn", "site a { link { rtt = 1 ms } }\n"),
        ("vn.toml", MANIFEST),
    ];
    let (outcome, _) = run(&files, "plans", &["check", "other.vn"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn without_a_project_it_is_plan_vn() {
    let (outcome, _) = run(
        &[("plan.vn", "site a { link { rtt = 1 ms } }\n")],
        ".",
        &["check"],
    );
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "plan.vn: fine\n")
    );
    let (outcome, _) = run(&[("x.vn", "")], ".", &["check"]);
    assert_eq!(outcome.code, 64);
    assert!(outcome.stderr.contains("`plan.vn`"), "{}", outcome.stderr);
}

#[test]
fn what_is_wrong_with_a_project_points_into_it() {
    let manifest = "select = \"kv\"
[project]
edition = 2027
entri = \"plan.vn\"

[params]
budget = \"20 EURO/month\"
budgett = \"5 EUR/month\"
mode = [1]

[emit]
targets = [\"compse\"]
";
    let files = [("plan.vn", PROGRAM), ("vn.toml", manifest)];
    let (outcome, _) = run(&files, ".", &["check"]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.stderr);
    let (outcome, _) = run(
        &[("plan.vn", PROGRAM), ("vn.toml", "a = = b\n")],
        ".",
        &["check"],
    );
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.stderr);
}

/// A link that leads out of the project does not make a file part of it.
#[cfg(unix)]
#[test]
fn links_are_followed_before_a_file_is_found_inside() {
    let files = [
        ("inside/plan.vn", "use \"./linked.vn\"\n"),
        ("inside/vn.toml", ""),
        ("outside.vn", "site a { link { rtt = 1 ms } }\n"),
    ];
    let link = |folder: &Path| {
        std::os::unix::fs::symlink(folder.join("outside.vn"), folder.join("inside/linked.vn"))
    };
    let (_, folder) = run(&files, "inside", &["check"]);
    link(folder.path()).unwrap();
    let vnc = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vnc"));
        command
            .current_dir(folder.path().join("inside"))
            .args(args)
            .output()
            .unwrap()
    };
    let output = vnc(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("VN0208"));
    assert_eq!(vnc(&["check", "--allow-outside"]).status.code(), Some(0));
}

/// The same file by two paths is one module.
#[test]
fn a_file_is_read_once() {
    let files = [
        (
            "plan.vn",
            "use \"./a.vn\" as one\nuse \"sub/../a.vn\" as two\nuse \"b.vn\"\n",
        ),
        ("a.vn", "site home { link { rtt = 1 ms } }\n"),
        (
            "b.vn",
            "use \"a.vn\"\nsite work { link { rtt = 1 ms } }\nlink home <-> work { rtt = 1 ms }\n",
        ),
        ("sub/x.vn", ""),
    ];
    let (outcome, _) = run(&files, ".", &["check"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
}
