//! `vnc doctor`: what it says of libraries that fit and of those that do not.
#![cfg(target_os = "linux")]
#![allow(
    clippy::print_stdout,
    reason = "what is skipped, seen with --nocapture"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;

use super::Outcome;
use super::outcome::{root, vnc_with};

/// Every function that the planner calls, as the header names it.
const FUNCTIONS: [&str; 23] = [
    "Highs_create",
    "Highs_destroy",
    "Highs_version",
    "Highs_versionMajor",
    "Highs_versionMinor",
    "Highs_githash",
    "Highs_getSizeofHighsInt",
    "Highs_getInfinity",
    "Highs_setBoolOptionValue",
    "Highs_setIntOptionValue",
    "Highs_setDoubleOptionValue",
    "Highs_setStringOptionValue",
    "Highs_passMip",
    "Highs_setSparseSolution",
    "Highs_run",
    "Highs_getModelStatus",
    "Highs_getIntInfoValue",
    "Highs_getInt64InfoValue",
    "Highs_getDoubleInfoValue",
    "Highs_getSolution",
    "Highs_setCallback",
    "Highs_startCallback",
    "Highs_getCallbackDataOutItem",
];

/// The folder of a library, which is removed with it.
struct Stub {
    folder: tempfile::TempDir,
    library: PathBuf,
}

impl Stub {
    fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libhighs.so.1");
        fs::write(&library, bytes).unwrap();
        Self { folder, library }
    }

    /// Compiles a library in which these functions do as told, and all others nothing.
    fn compiled(functions: &[&str], bodies: &[(&str, &str)]) -> Self {
        let stub = Self::of(b"");
        let mut source = String::new();
        for name in functions {
            match bodies.iter().find(|(known, _)| known == name) {
                Some((_, body)) => source.push_str(&format!("{body}\n")),
                None => source.push_str(&format!("int {name}(void) {{ return 0; }}\n")),
            }
        }
        let file = stub.folder.path().join("stub.c");
        fs::write(&file, source).unwrap();
        let cc = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&stub.library, &file])
            .status()
            .expect("there is a C compiler");
        assert!(cc.success());
        stub
    }

    fn doctor(&self, arguments: &[&str]) -> Outcome {
        vnc_with(
            &root(),
            &named(&self.library),
            &[&["doctor"], arguments].concat(),
        )
    }

    fn told(&self, arguments: &[&str]) -> String {
        told(&self.doctor(arguments), &self.library)
    }
}

fn named(library: &Path) -> Vec<(&'static str, Option<String>)> {
    let mut names = alone();
    names.push(("VNC_HIGHS_LIB", Some(library.to_str().unwrap().to_owned())));
    names
}

/// Without what the machine that runs the tests has.
fn alone() -> Vec<(&'static str, Option<String>)> {
    let names = [
        "VNC_HIGHS_LIB",
        "LD_LIBRARY_PATH",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
    ];
    names.map(|name| (name, None)).to_vec()
}

fn told(outcome: &Outcome, library: &Path) -> String {
    let text = format!("{}-- {}\n{}", outcome.stdout, outcome.code, outcome.stderr);
    let beside = Path::new(env!("CARGO_BIN_EXE_vnc")).parent().unwrap();
    let beside = beside.canonicalize().unwrap();
    text.replace(library.to_str().unwrap(), "/lib/of/highs")
        .replace(beside.to_str().unwrap(), "/beside")
}

const VERSION: [(&str, &str); 4] = [
    (
        "Highs_version",
        "const char *Highs_version(void) { return \"1.9.0\"; }",
    ),
    (
        "Highs_githash",
        "const char *Highs_githash(void) { return \"0badcafe\"; }",
    ),
    (
        "Highs_versionMajor",
        "int Highs_versionMajor(void) { return 1; }",
    ),
    (
        "Highs_versionMinor",
        "int Highs_versionMinor(void) { return 9; }",
    ),
];

/// A library that says it is new enough, and makes an instance of so wide integers.
fn new_enough(size: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut bodies = VERSION.to_vec();
    bodies[0].1 = "const char *Highs_version(void) { return \"1.11.0\"; }";
    bodies[3].1 = "int Highs_versionMinor(void) { return 11; }";
    bodies.push((
        "Highs_create",
        "void *Highs_create(void) { static int one; return &one; }",
    ));
    bodies.push(("Highs_getSizeofHighsInt", size));
    bodies
}

#[test]
fn nothing_found() {
    let outcome = vnc_with(&root(), &alone(), &["doctor"]);
    if outcome.stdout.contains("because") {
        println!("nothing_found: skipped, HiGHS is installed on this machine");
        return;
    }
    assert_snapshot!(told(&outcome, Path::new("/nowhere")));
    let wanted = vnc_with(
        &root(),
        &alone(),
        &["plan", "--solver", "highs", "examples/home-lab/plan.vn"],
    );
    assert_eq!(wanted.code, 64);
    assert_snapshot!(wanted.stderr);
}

#[test]
fn no_such_file() {
    let stub = Stub::of(b"");
    fs::remove_file(&stub.library).unwrap();
    assert_snapshot!(stub.told(&[]));
}

#[test]
fn a_folder() {
    let stub = Stub::of(b"");
    fs::remove_file(&stub.library).unwrap();
    fs::create_dir(&stub.library).unwrap();
    assert_snapshot!(stub.told(&[]));
}

#[test]
fn no_library() {
    let stub = Stub::of(b"This is a text and no library, however long somebody looks at it.");
    assert_snapshot!(stub.told(&[]));
}

#[test]
fn another_library() {
    assert_snapshot!(Stub::compiled(&["something"], &[]).told(&[]));
}

#[test]
fn a_library_without_callbacks() {
    let some: Vec<&str> = FUNCTIONS
        .into_iter()
        .filter(|name| *name != "Highs_setCallback")
        .collect();
    assert_snapshot!(Stub::compiled(&some, &VERSION).told(&[]));
}

#[test]
fn an_old_version() {
    let stub = Stub::compiled(&FUNCTIONS, &VERSION);
    assert_snapshot!(stub.told(&[]));
    assert_snapshot!(stub.told(&["--json"]));
}

#[test]
fn integers_of_another_width() {
    let two = new_enough("int Highs_getSizeofHighsInt(const void *h) { return 2; }");
    assert_snapshot!(Stub::compiled(&FUNCTIONS, &two).told(&[]));
}

#[test]
fn a_library_that_solves_nothing() {
    for size in [
        "int Highs_getSizeofHighsInt(const void *h) { return 4; }",
        "int Highs_getSizeofHighsInt(const void *h) { return 8; }",
    ] {
        let outcome = Stub::compiled(&FUNCTIONS, &new_enough(size)).doctor(&[]);
        assert_eq!(outcome.code, 1);
        let why = "it solves a known problem wrongly";
        assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    }
}

#[test]
fn what_is_named_is_never_replaced_in_silence() {
    let stub = Stub::of(b"no library");
    let program = "examples/home-lab/plan.vn";
    for arguments in [
        vec!["plan", program],
        vec!["plan", "--solver", "highs", program],
        vec!["test", program],
    ] {
        let outcome = vnc_with(&root(), &named(&stub.library), &arguments);
        assert_eq!(outcome.code, 64, "{arguments:?}");
        assert!(
            outcome.stderr.contains("`VNC_HIGHS_LIB` names"),
            "{}",
            outcome.stderr
        );
    }
    let embedded = ["plan", "--quiet", "--solver", "embedded", program];
    assert_eq!(vnc_with(&root(), &named(&stub.library), &embedded).code, 0);
}

#[test]
fn an_environment_is_told_of_and_left_alone() {
    let stub = Stub::of(b"no library");
    let lib = stub.folder.path().join("lib");
    fs::create_dir(&lib).unwrap();
    fs::copy(&stub.library, lib.join("libhighs.so.1")).unwrap();
    let mut names = alone();
    let prefix = stub.folder.path().to_str().unwrap().to_owned();
    names.push(("CONDA_PREFIX", Some(prefix.clone())));
    let outcome = vnc_with(&root(), &names, &["doctor"]);
    assert_eq!(outcome.code, 0);
    let line = format!("export VNC_HIGHS_LIB={prefix}/lib/libhighs.so.1");
    assert!(outcome.stdout.contains(&line), "{}", outcome.stdout);
}

#[test]
fn nothing_is_loaded_from_where_the_user_works() {
    let stub = Stub::compiled(&["something"], &[]);
    for folders in [".", stub.folder.path().to_str().unwrap()] {
        let mut names = alone();
        names.push(("LD_LIBRARY_PATH", Some(folders.to_owned())));
        let outcome = vnc_with(stub.folder.path(), &names, &["doctor"]);
        assert_eq!(outcome.code, 0);
        let why = "skipped: `LD_LIBRARY_PATH` names the folder you work in";
        assert!(outcome.stdout.contains(why), "{}", outcome.stdout);
    }
}

/// The library that the environment names, if any; see the tests of the engines.
fn library() -> Option<PathBuf> {
    let named = std::env::var_os("VNC_HIGHS_LIB").filter(|name| !name.is_empty());
    if named.is_none() {
        let insists = std::env::var("CI").is_ok_and(|ci| ci == "1" || ci == "true");
        assert!(!insists, "VNC_HIGHS_LIB names no library of HiGHS");
        println!("skipped, VNC_HIGHS_LIB names no library of HiGHS");
    }
    named.map(PathBuf::from)
}

#[test]
fn a_library_that_fits() {
    let Some(library) = library() else { return };
    let outcome = vnc_with(&root(), &named(&library), &["doctor", "--json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let document = outcome.json();
    let engine = &document["engines"][1];
    assert_eq!(engine["name"], "highs");
    assert_eq!(engine["why"], "because `VNC_HIGHS_LIB` names it");
    let version = engine["version"].as_str().unwrap();
    assert!(version.starts_with("1."), "{version}");
    let text = vnc_with(&root(), &named(&library), &["doctor"]).stdout;
    assert!(text.contains(&format!("HiGHS {version}")), "{text}");
    assert!(text.contains("    used\n"), "{text}");
}

#[test]
fn the_plan_is_the_same_and_the_certificate_names_the_engine() {
    let Some(library) = library() else { return };
    let plan = |solver: &str| {
        let arguments = [
            "plan",
            "--json",
            "--solver",
            solver,
            "examples/home-lab/plan.vn",
        ];
        let outcome = vnc_with(&root(), &named(&library), &arguments);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.json()
    };
    let embedded = plan("embedded");
    assert_eq!(embedded["certificate"]["engine"], "embedded");
    for solver in ["highs", "auto"] {
        let found = plan(solver);
        assert_eq!(found["plan"], embedded["plan"]);
        let certificate = &found["certificate"];
        assert_eq!(certificate["engine"], "highs");
        assert_eq!(certificate["status"], "optimal");
        let version = certificate["engine_version"].as_str().unwrap();
        assert!(version.contains("HiGHS 1."), "{version}");
    }
}
