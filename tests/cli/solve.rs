//! Problems that leave the house: `vnc plan --instance` and `vnc solve`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{outcome, vnc};
use crate::outcome::{Outcome, piped, vnc_in};

/// The example of docs/model.md.
fn example() -> String {
    let page = fs::read_to_string(outcome::root().join("docs/model.md")).unwrap();
    let fence = "```json instance\n";
    let begin = page.find(fence).unwrap() + fence.len();
    let end = page[begin..].find("```").unwrap() + begin;
    page[begin..end].to_owned()
}

/// A folder with the example, solved.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("instance.json"), example()).unwrap();
    let solved = vnc_in(folder.path(), &["solve", "--json", "instance.json"]);
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    fs::write(folder.path().join("solution.json"), solved.stdout).unwrap();
    folder
}

fn check(folder: &Path) -> Outcome {
    vnc_in(
        folder,
        &["solve", "--check", "solution.json", "instance.json"],
    )
}

#[test]
fn the_example_is_shown_as_tables() {
    let folder = folder();
    let solved = vnc_in(folder.path(), &["solve", "instance.json"]);
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    // How many nodes it takes, and which version, may change.
    let told = solved.stdout.split_once("; ").unwrap().0;
    insta::assert_snapshot!(told);
}

#[test]
fn an_instance_may_come_through_a_pipe() {
    let solved = piped(&["solve", "--json", "-"], &example());
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    assert_eq!(solved.json()["open"], json!([0, 2, 3]));
    let broken = piped(&["solve", "-"], "{\"instance\": 7}");
    assert_eq!(broken.code, 1);
    assert_eq!(
        broken.stderr,
        "error: standard input: instance: version 7 is not 1, the only one that can be read\n"
    );
}

#[test]
fn a_broken_instance_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.json");
    let text = example().replace("\"from\": 0, \"to\": 2", "\"from\": 0, \"to\": 12");
    fs::write(&file, text).unwrap();
    let solved = vnc_in(folder.path(), &["solve", "instance.json"]);
    assert_eq!(solved.code, 1);
    assert_eq!(
        solved.stderr,
        "error: instance.json: needs[0].routes[2].to: there is no candidate 12: the last one is 3\n"
    );
    let solved = vnc_in(folder.path(), &["solve", "--json", "instance.json"]);
    let said = solved.json();
    assert!(
        said["error"]
            .as_str()
            .unwrap()
            .contains("needs[0].routes[2].to"),
        "{said}"
    );
    fs::write(&file, "{\n  \"instance\": 1,\n  \"devices\": 7\n}").unwrap();
    let solved = vnc_in(folder.path(), &["solve", "instance.json"]);
    assert_eq!(solved.code, 1);
    assert!(
        solved.stderr.contains("3:14: devices: invalid type"),
        "{}",
        solved.stderr
    );
    assert_eq!(vnc_in(folder.path(), &["solve", "none.json"]).code, 64);
    assert_eq!(vnc_in(folder.path(), &["solve"]).code, 64);
}

#[test]
fn an_instance_without_a_plan_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.json");
    let edits = [
        (
            "\"at_most\": 5000000",
            "\"at_most\": 2000000",
            "requirement 3 allows 2000000",
        ),
        (
            "\"within_us\": 50000",
            "\"within_us\": 100",
            "need 0 reaches no server from device 0",
        ),
        (
            "\"min\": 1",
            "\"min\": 3",
            "component 0 needs 3 instances, and 2 devices can host it",
        ),
        (
            "[0, 150]",
            "[0, 5000]",
            "devices 0 have 4000 of resource 1 (memory in bytes)",
        ),
    ];
    for (from, to, because) in edits {
        let text = example();
        assert!(text.contains(from), "{from}");
        fs::write(&file, text.replace(from, to)).unwrap();
        let solved = vnc_in(folder.path(), &["solve", "instance.json"]);
        assert_eq!(solved.code, 1, "{}", solved.stdout);
        assert!(
            solved.stderr.contains("no plan exists"),
            "{}",
            solved.stderr
        );
        assert!(
            solved.stderr.contains(because),
            "{because}:\n{}",
            solved.stderr
        );
    }
}

#[test]
fn a_limit_that_strikes_first_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let solved = vnc(&["plan", "examples/home-lab/plan.vn", "--instance", "-"]);
    fs::write(folder.path().join("instance.json"), &solved.stdout).unwrap();
    let solved = vnc_in(
        folder.path(),
        &["solve", "--node-limit", "1", "instance.json"],
    );
    assert_eq!(solved.code, 3, "{}{}", solved.stdout, solved.stderr);
    assert!(
        solved.stderr.contains("undecided: no plan was found"),
        "{}",
        solved.stderr
    );
}

type Spoil = fn(&mut Value);

#[test]
fn a_solution_is_checked() {
    let folder = folder();
    let accepted = check(folder.path());
    assert_eq!((accepted.code, accepted.stderr.as_str()), (0, ""));
    assert!(
        accepted
            .stdout
            .contains("solution.json: the solution holds"),
        "{}",
        accepted.stdout
    );
    let file = folder.path().join("solution.json");
    let good: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let wrong: &[(Spoil, &str)] = &[
        (
            |v| v["levels"]["objective"] = json!("1"),
            "levels.objective: `1` is said, but it is",
        ),
        (
            |v| v["open"] = json!([2, 3]),
            "need 0 of candidate 3 asks candidate 0, which is not open or has no route",
        ),
        (
            |v| v["open"] = json!([0, 3]),
            "in failure 0: no instance is left for requirement 2 (notes survive any 1 device)",
        ),
        (
            |v| v["open"] = json!([0, 1, 2, 3]),
            "service 0 has more than one instance on device 2",
        ),
        (|v| v["open"] = json!([3, 2, 0]), "a list is not ascending"),
        (
            |v| v["open"] = json!([0, 2, 3, 9]),
            "names what the instance has not",
        ),
        (
            |v| v["heads"] = json!([]),
            "need 0 of candidate 3 has no row in `heads`",
        ),
        (|v| v["heads"][0]["server"] = json!(null), "nobody is asked"),
        (|v| v["truths"] = json!([]), "the truth of component 0"),
        (|v| v["instance"] = json!(1), "unknown field `instance`"),
        (|v| v["solution"] = json!(2), "version 2 is not 1"),
        (
            |v| v["heads"][0]["need"] = json!("a"),
            "heads[0].need: invalid type",
        ),
    ];
    for (spoil, because) in wrong {
        let mut bad = good.clone();
        spoil(&mut bad);
        fs::write(&file, bad.to_string()).unwrap();
        let checked = check(folder.path());
        assert_eq!(checked.code, 1, "accepted: {because}");
        assert!(
            checked.stderr.contains(because),
            "{because}:\n{}",
            checked.stderr
        );
    }
    // What is claimed may be left out; what is decided may not.
    let mut bare = good.clone();
    bare.as_object_mut()
        .unwrap()
        .retain(|key, _| key != "levels" && key != "certificate");
    fs::write(&file, bare.to_string()).unwrap();
    assert_eq!(check(folder.path()).code, 0);
}

/// All programs of `examples/`.
fn examples() -> Vec<PathBuf> {
    let folders = fs::read_dir(outcome::root().join("examples")).unwrap();
    let mut all: Vec<PathBuf> = folders
        .map(|entry| entry.unwrap().path().join("plan.vn"))
        .filter(|program| program.is_file())
        .collect();
    all.sort();
    assert!(all.len() > 1);
    all
}

/// A word for a number, the same for the same.
fn name<'a>(names: &mut BTreeMap<&'a str, u64>, word: &'a str, number: u64) {
    assert_eq!(
        *names.entry(word).or_insert(number),
        number,
        "{word} is two"
    );
}

/// What a plan and a solution of its instance have open is the same, row by row.
fn the_same_is_open(plan: &Value, instance: &Value, solution: &Value) {
    let (mut devices, mut components) = (BTreeMap::new(), BTreeMap::new());
    let text = |row: &'_ Value, key: &str| row[key].as_str().unwrap().to_owned();
    let fleet: Vec<String> = rows(&plan["devices"])
        .iter()
        .map(|d| text(d, "id"))
        .collect();
    let (placed, open) = (rows(&plan["instances"]), rows(&solution["open"]));
    assert_eq!(placed.len(), open.len());
    for (placed, open) in placed.iter().zip(open) {
        let candidate = &instance["candidates"][open.as_u64().unwrap() as usize];
        let device = candidate["device"].as_u64().unwrap();
        assert_eq!(fleet[device as usize], text(placed, "device"));
        name(&mut devices, placed["device"].as_str().unwrap(), device);
        let component = candidate["component"].as_u64().unwrap();
        name(
            &mut components,
            placed["component"].as_str().unwrap(),
            component,
        );
        // A row for several machines has the sums of all of them, the plan what one has.
        let machines = instance["devices"][device as usize]["count"].as_u64();
        for (ours, theirs, times) in [
            ("clone_bytes", "clone_bytes", machines),
            ("power_mw", "power_mw", machines),
            ("quality", "quality_loss", None),
        ] {
            if let Some(theirs) = placed.get(theirs).and_then(Value::as_u64) {
                let all = theirs * times.unwrap_or(1);
                assert_eq!(candidate[ours], all, "{ours} of candidate {open}");
            }
        }
    }
}

pub fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn the_instance_of_every_example_has_the_plan_of_the_example() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.json");
    let mut planned = 0;
    for program in examples() {
        let program = program.to_str().unwrap();
        let plan = vnc(&["plan", program, "--json"]);
        let written = vnc(&["plan", program, "--instance", file.to_str().unwrap()]);
        if plan.code != 0 {
            // What cannot be planned cannot be written either, and for the same reason.
            assert_eq!(written.code, plan.code, "{program}");
            continue;
        }
        assert_eq!(written.code, 0, "{}", written.stderr);
        let solved = vnc(&["solve", "--json", file.to_str().unwrap()]);
        assert_eq!(solved.code, 0, "{}", solved.stderr);
        let (plan, solution) = (&plan.json()["plan"], solved.json());
        let text = fs::read_to_string(&file).unwrap();
        let instance: Value = serde_json::from_str(&text).unwrap();
        let levels = rows(&plan["objective"]["levels"]);
        let value = |level: usize| &levels[level]["value"];
        assert_eq!(value(0), &solution["levels"]["tiers_skipped"]);
        assert_eq!(value(1), &solution["levels"]["objective"]);
        assert_eq!(value(2), &solution["levels"]["then"]);
        the_same_is_open(plan, &instance, &solution);
        assert!(text.contains("plan.vn:"), "labels name their lines");
        planned += 1;
    }
    assert!(planned > 0, "no example has a plan");
}

#[test]
fn an_instance_does_not_replace_its_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.vn");
    fs::copy(outcome::root().join("examples/home-lab/plan.vn"), &file).unwrap();
    let before = fs::read_to_string(&file).unwrap();
    let written = vnc_in(folder.path(), &["plan", "--instance", "plan.vn"]);
    assert_eq!(written.code, 64, "{}", written.stdout);
    assert!(
        written.stderr.contains("would be overwritten"),
        "{}",
        written.stderr
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn an_instance_does_not_share_standard_output() {
    let both = vnc(&[
        "plan",
        "examples/home-lab/plan.vn",
        "--instance",
        "-",
        "--json",
    ]);
    assert_eq!(both.code, 64);
    let error = both.json()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("name a file instead of `-`"), "{error}");
    let nowhere = vnc(&[
        "plan",
        "examples/home-lab/plan.vn",
        "--instance",
        "/no/such/folder/i.json",
    ]);
    assert_eq!(nowhere.code, 64, "{}", nowhere.stdout);
}
