//! A second opinion: `tests/reference/brute_force.py`, written from docs/model.md alone, tries every
//! plan of small instances, and `vnc solve` has to find the best one of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use vn_problem::Problem;
use vn_problem::instance::Instance;
use vn_tests::generator::{
    alike, bonded, booted, carried, circular, copied, held, measured, parted, replanned, rough,
    tiny, written,
};
use vn_tests::programs::{skip, which};

use super::outcome::{Outcome, root, vnc_in};
use super::solve::{folder, rows};
use super::vnc;

/// Python, if it is here; where everything must run, it has to be.
fn python() -> Option<PathBuf> {
    let found = which("python3");
    if found.is_none() {
        let asked = |name| std::env::var(name).is_ok_and(|said| said == "1" || said == "true");
        let required = asked("CI") || asked("VNC_REQUIRE_REAL");
        assert!(!required, "`python3` is required, but not installed");
        skip("`python3` is not installed: tests/reference/brute_force.py was not asked");
    }
    found
}

/// What the reference says of an instance; nothing where it would have to try too much.
fn reference(python: &Path, file: &Path, most: u32) -> Option<Value> {
    let output = Command::new(python)
        .arg(root().join("tests/reference/brute_force.py"))
        .args([format!("--most={most}").as_ref(), file.as_os_str()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Some(serde_json::from_slice(&output.stdout).unwrap()),
        Some(3) => None,
        other => panic!("{other:?}: {said}"),
    }
}

type Draw = fn(u64) -> Problem;

/// Compares one instance; says whether it has a plan.
fn agree(solved: &Outcome, expected: &Value, seed: &str) -> bool {
    if expected.get("infeasible").is_some() {
        assert_eq!(
            solved.code, 1,
            "{seed}: the reference has no plan\n{}",
            solved.stdout
        );
        assert!(
            solved.json()["error"]
                .as_str()
                .unwrap()
                .starts_with("no plan exists")
        );
        return false;
    }
    assert_eq!(
        solved.code, 0,
        "{seed}: the reference has {expected}\n{}",
        solved.stdout
    );
    let found = solved.json();
    for (ours, theirs) in [
        ("tiers_skipped", "skipped"),
        ("objective", "objective"),
        ("then", "then"),
    ] {
        let (ours, theirs) = (&found["levels"][ours], &expected["levels"][theirs]);
        assert_eq!(ours, theirs, "{seed}\n{found}\n{expected}");
    }
    let levels = |plan: &Value| {
        let levels = &plan["levels"];
        let more = rows(levels.get("more").unwrap_or(&json!([]))).clone();
        (
            more,
            levels.get("moves").and_then(Value::as_u64).unwrap_or(0),
        )
    };
    assert_eq!(
        levels(&found),
        levels(expected),
        "{seed}\n{found}\n{expected}"
    );
    if found["certificate"]["status"] == "optimal" {
        assert_eq!(found["open"], expected["open"], "{seed}");
        assert_eq!(found["truths"], expected["truths"], "{seed}");
        let servers = |plan: &Value| -> Vec<Value> {
            let heads = rows(&plan["heads"]).iter();
            heads
                .map(|head| head.get("server").cloned().unwrap_or_default())
                .collect()
        };
        assert_eq!(servers(&found), servers(expected), "{seed}");
    }
    true
}

#[test]
fn the_reference_in_python_finds_the_same() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.json");
    let many = |name: &str, usual: u32| {
        let said = std::env::var(name).ok().and_then(|many| many.parse().ok());
        said.unwrap_or(usual)
    };
    let (seeds, most) = (many("VN_SEEDS", 40), many("VN_MOST", 2_000));
    let kinds: [(&str, Draw); 13] = [
        ("tiny", tiny),
        ("rough", rough),
        ("alike", alike),
        ("bonded", bonded),
        ("held", held),
        ("booted", booted),
        ("carried", carried),
        ("circular", circular),
        ("copied", copied),
        ("measured", measured),
        ("parted", parted),
        ("replanned", replanned),
        ("written", written),
    ];
    let (mut plans, mut none, mut skipped) = (0, 0, 0);
    for seed in 0..u64::from(seeds) {
        for (kind, problem) in kinds {
            let problem = problem(seed);
            if problem.check().is_err() {
                continue;
            }
            let instance = Instance {
                resources: (0..problem.resources).map(|r| format!("r{r}")).collect(),
                causes: vec!["nowhere".to_owned()],
                problem,
            };
            fs::write(&file, instance.to_json()).unwrap();
            let Some(expected) = reference(&python, &file, most) else {
                skipped += 1;
                continue;
            };
            let solved = vnc(&["solve", "--json", file.to_str().unwrap()]);
            if agree(&solved, &expected, &format!("{kind} {seed}")) {
                plans += 1;
            } else {
                none += 1;
            }
        }
    }
    assert!(
        plans >= 24 && none >= 4,
        "{plans} plans, {none} without, {skipped} too large"
    );
}

/// Who writes changes what is best: without `write` the reference often finds another plan.
#[test]
fn writes_matter() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.json");
    let best = |problem: &Problem| {
        let instance = Instance {
            resources: (0..problem.resources).map(|r| format!("r{r}")).collect(),
            causes: vec!["nowhere".to_owned()],
            problem: problem.clone(),
        };
        fs::write(&file, instance.to_json()).unwrap();
        let mut said = reference(&python, &file, 2_000)?;
        said.as_object_mut().unwrap().remove("truths");
        Some(said)
    };
    let drops: [fn(&mut Problem); 3] = [
        |problem| problem.needs.iter_mut().for_each(|need| need.write = false),
        |problem| {
            let rows = problem.components.iter_mut();
            rows.for_each(|row| row.custody = vn_problem::Custody::default());
        },
        |problem| problem.failures.iter_mut().for_each(|one| one.kept.clear()),
    ];
    let mut others = [0; 3];
    let may_be_kept = |problem: &Problem| {
        let kept = |one: &vn_problem::Failure| !one.kept.is_empty() && !one.cut.is_empty();
        problem.failures.iter().any(kept)
            && problem.components.iter().any(|one| one.custody.passes_on)
    };
    for seed in 0..240 {
        let problem = written(seed);
        if seed >= 50 && !may_be_kept(&problem) {
            continue;
        }
        let Some(as_it_is) = best(&problem) else {
            continue;
        };
        for (drop, others) in drops.iter().zip(&mut others) {
            let mut without = problem.clone();
            drop(&mut without);
            let found = (without != problem).then(|| best(&without)).flatten();
            *others += usize::from(found.is_some_and(|found| found != as_it_is));
        }
    }
    assert!(others.iter().all(|others| *others >= 1), "{others:?}");
}

/// The reference reads the example of the page that it was written from.
#[test]
fn the_reference_in_python_solves_the_example() {
    let Some(python) = python() else { return };
    let folder = folder();
    let expected = reference(&python, &folder.path().join("instance.json"), 1_000);
    let solved = vnc_in(folder.path(), &["solve", "--json", "instance.json"]);
    assert!(agree(&solved, &expected.unwrap(), "the example"));
}
