//! `vnc fmt`: files in their folder, exit codes, standard input.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Outcome, outcome, vnc};

const ROUGH: &str = "edition 2026\nsite   a{device d:x{role=edge}}\n";
const FORM: &str = "edition 2026\nsite a { device d : x { role = edge } }\n";
const BROKEN: &str = "edition 2026\nsite a {\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

fn fmt(options: &[&str], path: &Path) -> Outcome {
    let mut args = vec!["fmt"];
    args.extend(options);
    args.push(path.to_str().unwrap());
    vnc(&args)
}

fn piped(options: &[&str], text: &str) -> Outcome {
    outcome::piped(&[&["fmt"], options].concat(), text)
}

#[test]
fn files_and_folders_are_brought_into_form() {
    let files = [
        ("a.vn", ROUGH),
        ("b/c.vn", ROUGH),
        ("d.vn", FORM),
        ("e.txt", ROUGH),
        (".h/x.vn", ROUGH),
    ];
    let dir = folder(&files);
    let first = fmt(&[], dir.path());
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert_eq!(first.stdout.lines().count(), 2, "{}", first.stdout);
    assert_eq!(read(dir.path().join("a.vn")), FORM);
    assert_eq!(read(dir.path().join("b/c.vn")), FORM);
    assert_eq!(read(dir.path().join("e.txt")), ROUGH);
    assert_eq!(read(dir.path().join(".h/x.vn")), ROUGH);
    let again = fmt(&[], dir.path());
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (0, "3 files in form\n")
    );
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 5, "nothing half-written stays");
}

#[test]
fn looking_changes_nothing() {
    let dir = folder(&[("a.vn", ROUGH), ("d.vn", FORM)]);
    let check = fmt(&["--check"], dir.path());
    assert_eq!(check.code, 1);
    assert!(check.stdout.ends_with("a.vn\n") && check.stdout.lines().count() == 1);
    let diff = fmt(&["--diff"], dir.path());
    assert_eq!(diff.code, 1);
    assert!(
        diff.stdout
            .contains("-site   a{device d:x{role=edge}}\n+site a { device")
    );
    assert_eq!(read(dir.path().join("a.vn")), ROUGH);
    assert_eq!(fmt(&["--check"], &dir.path().join("d.vn")).code, 0);
    assert_eq!(fmt(&["--diff"], &dir.path().join("d.vn")).code, 0);
}

#[test]
fn a_program_with_errors_is_left_alone() {
    let dir = folder(&[("a.vn", BROKEN), ("b.vn", ROUGH)]);
    let outcome = fmt(&[], dir.path());
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("VN0102") && outcome.stderr.contains("left as it is"));
    assert_eq!(read(dir.path().join("a.vn")), BROKEN);
    assert_eq!(read(dir.path().join("b.vn")), FORM);
    assert_eq!(fmt(&[], &dir.path().join("none.vn")).code, 64);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let outcome = piped(&["-"], ROUGH);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, FORM));
    let outcome = piped(&["-"], FORM);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, FORM));
    let outcome = piped(&["--check", "-"], ROUGH);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (1, "standard input\n")
    );
    let outcome = piped(&["-"], BROKEN);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    assert!(outcome.stderr.contains("VN0102"));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = folder(&[("real/a.vn", ROUGH)]);
    let real = dir.path().join("real/a.vn");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    let link = dir.path().join("link.vn");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(fmt(&[], &link).code, 0);
    assert!(link.is_symlink());
    assert_eq!(read(real.clone()), FORM);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::write(&real, ROUGH).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o400)).unwrap();
    let refused = fmt(&[], &real);
    assert_eq!(refused.code, 64);
    assert_eq!(read(real), ROUGH);
}

#[test]
fn what_is_committed_is_in_form() {
    let outcome = fmt(&["--check"], &outcome::root().join("examples"));
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
}
