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

/// What `vn.toml` selects is looked for where it stands.
#[test]
fn what_is_wrong_with_a_selection_points_into_the_project() {
    let run = |select: &str| {
        let manifest = format!("select = [{select}]\n");
        let files = [("plan.vn", SELECTED), ("vn.toml", &manifest)];
        self::run(&files, ".", &["check"]).0
    };
    let outcome = run("\"web\", \"zz\", \"dbb\"");
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.stderr);
    let outcome = run("\"app\", \"web\"");
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.stderr);
    assert_eq!(run("\"app\", \"web\", \"db\"").code, 0);
}

const SELECTED: &str = "
site home { device nuc { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB } link { rtt = 1 ms } }
builder b {
  service db { variant v { memory = 1 GiB; ports { main = tcp(1) } } }
  service web { variant v { memory = 1 GiB; ports { main = tcp(2) } } }
  client app on nuc { needs db }
}
";

/// Commands that change texts find the program as the others do.
#[test]
fn what_is_mended_formatted_and_set_is_the_program_of_the_project() {
    const ROUGH: &str = "param a:Count=1\nsite home { link { rtt = 1 ms bandwidth = 2 Mbps } }\n";
    let manifest = "[project]\nentry = \"plans/main.vn\"\n";
    for (path, manifest, inside) in [
        ("plan.vn", None, "."),
        ("plans/main.vn", Some(manifest), "."),
        ("plans/main.vn", Some(manifest), "plans"),
    ] {
        let mut files = vec![(path, ROUGH)];
        files.extend(manifest.map(|text| ("vn.toml", text)));
        let after = |args: &[&str], code: i32| {
            let (outcome, folder) = run(&files, inside, args);
            assert_eq!(outcome.code, code, "{args:?}: {}", outcome.stderr);
            fs::read_to_string(folder.path().join(path)).unwrap()
        };
        let mended = ROUGH.replace("ms band", "ms; band");
        assert_eq!(after(&["check", "--fix"], 0), mended);
        assert_eq!(after(&["check", "--fix", "--diff"], 2), ROUGH);
        files[0].1 = &mended;
        let after = |args: &[&str]| {
            let (outcome, folder) = run(&files, inside, args);
            assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.stderr);
            fs::read_to_string(folder.path().join(path)).unwrap()
        };
        assert_eq!(after(&["fmt"]), mended.replace("a:Count=1", "a: Count = 1"));
        assert_eq!(after(&["set", "a=2"]), mended.replace("=1\n", "=2\n"));
    }
}

#[test]
fn what_is_wrong_with_the_entry_is_said_of_the_project() {
    let said = |manifest: &str| {
        let files = [("plan.vn", PROGRAM), ("vn.toml", manifest)];
        let (outcome, _folder) = run(&files, "", &["check"]);
        format!("{manifest}{} {}", outcome.code, outcome.stderr)
    };
    let shown = [
        said("entry = \"plan.vn\"\n"),
        said("[project]\nentry = \"../plan.vn\"\n"),
        said("[project]\nentry = \"/plan.vn\"\n"),
        said("[project]\nentry = \"gone.vn\"\n"),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn an_entry_that_is_not_there_is_answered_with_one_that_is() {
    let manifest = "[project]\nentry = \"plna.vn\"\n";
    let files = [("plan.vn", PROGRAM), ("vn.toml", manifest)];
    let (outcome, _folder) = run(&files, "", &["check"]);
    assert_eq!(outcome.code, 64, "{}", outcome.stderr);
    let said = "the `entry` of `vn.toml`: ";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    let hint = "; did you mean `plan.vn`?";
    assert!(outcome.stderr.contains(hint), "{}", outcome.stderr);
}
