//! A chain of 2 000 shops, from the command line.

use std::fs;

use super::outcome;
use crate::outcome::vnc_in;

/// The retail example without the target that is not written yet, in a folder of its own.
fn folder() -> tempfile::TempDir {
    let text = fs::read_to_string(outcome::root().join("examples/retail/plan.vn")).unwrap();
    let unwritten = "kubernetes(flavor = \"k3s\", split = \"store\"), ";
    assert!(text.contains(unwritten));
    let text = text.replace(unwritten, "");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.vn"), text).unwrap();
    folder
}

#[test]
fn the_plan_of_a_chain_has_a_row_for_each_class() {
    let folder = folder();
    let planned = vnc_in(folder.path(), &["plan", "plan.vn"]);
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    // How many nodes it takes, and which version, may change.
    let told = planned.stdout.rsplit_once("; ").unwrap().0;
    let told = told.rsplit_once(", vn-solve").unwrap().0;
    let told = told.rsplit_once("; ").unwrap().0;
    insta::assert_snapshot!(told);
}

#[test]
fn the_tests_of_a_chain_hold() {
    let folder = folder();
    let tested = vnc_in(folder.path(), &["test", "plan.vn"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    assert!(
        tested.stdout.ends_with("2 tests, 0 failed\n"),
        "{}",
        tested.stdout
    );
}

/// With three writes a second, 12 000 tills write more than any voter answers.
#[test]
fn a_chain_that_writes_too_much_is_told_so() {
    let folder = folder();
    let path = folder.path().join("plan.vn");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("; rate = 0.5 req/s"));
    fs::write(&path, text.replace("; rate = 0.5 req/s", "")).unwrap();
    let planned = vnc_in(folder.path(), &["plan", "plan.vn"]);
    assert_eq!(planned.code, 1);
    insta::assert_snapshot!(planned.stderr);
}

#[test]
fn a_chain_is_written_as_a_folder_for_each_class() {
    let folder = folder();
    let built = vnc_in(folder.path(), &["build", "plan.vn"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let out = folder.path().join("out");
    let rows = fs::read_dir(out.join("devices")).unwrap().count();
    assert_eq!(rows, 12);
    let tills = out.join("devices/store-1-16-18-2000-till-1-6/devices.txt");
    let tills = fs::read_to_string(tills).unwrap();
    assert_eq!(tills.lines().count(), 1_999 * 6);
    assert_eq!(tills.lines().next(), Some("store[1]/till[1]"));
    assert!(!tills.contains("store[17]/"));
    let again = vnc_in(folder.path(), &["verify", "out/plan.json"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    let check = vnc_in(folder.path(), &["build", "--check", "plan.vn"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
}

#[test]
fn compose_wants_every_device_by_itself() {
    let folder = folder();
    let path = folder.path().join("plan.vn");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("emit json", "emit compose, json")).unwrap();
    let built = vnc_in(folder.path(), &["build", "plan.vn"]);
    assert_eq!(built.code, 1);
    assert!(built.stderr.contains("VN0607"), "{}", built.stderr);
    assert!(!folder.path().join("out").exists());
}
