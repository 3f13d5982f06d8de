//! What is emitted for the small plan, byte for byte.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use vn_emit::{Artifacts, Target, emit};
use vn_plan::Plan;
use vn_tests::fixtures::small;

fn all(plan: &Plan) -> Artifacts {
    emit(plan, Target::ALL).expect("it can be emitted")
}

fn text(artifacts: &Artifacts, path: &str) -> String {
    let bytes = artifacts.get(path).expect("the file is emitted");
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

#[test]
fn files_of_the_small_plan() {
    let artifacts = all(&small());
    for path in [
        "devices/nuc/compose.yaml",
        "devices/nuc/envoy.yaml",
        "devices/nuc/haproxy.cfg",
        "devices/vps/compose.yaml",
        "devices/vps/haproxy.cfg",
        "devices/vps/clone.json",
        "devices/desk/compose.yaml",
        "devices/desk/envoy.yaml",
        "devices/desk/haproxy.cfg",
        "devices/desk/app.env",
        "devices/pi-1/compose.yaml",
        "LOSS.md",
        "RUNBOOK.md",
    ] {
        let name = path.replace('/', "__");
        insta::assert_snapshot!(name, text(&artifacts, path));
    }
    let paths: Vec<&str> = artifacts
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    insta::assert_snapshot!("paths", paths.join("\n"));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(all(&small()), all(&small()));
    let reversed: Vec<Target> = Target::ALL.iter().rev().copied().collect();
    assert_eq!(emit(&small(), &reversed), Ok(all(&small())));
}

#[test]
fn paths_are_relative_sorted_and_safe() {
    let artifacts = all(&small());
    let paths: Vec<&str> = artifacts
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    let (last, others) = paths.split_last().expect("there are files");
    assert_eq!(*last, "manifest.json");
    assert!(others.is_sorted());
    for path in paths {
        let safe = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        assert!(path.chars().all(safe) && !path.contains("..") && !path.starts_with('/'));
    }
}

#[test]
fn the_manifest_names_every_file_with_its_checksum() {
    let artifacts = all(&small());
    let manifest: serde_json::Value =
        serde_json::from_str(&text(&artifacts, "manifest.json")).expect("it is JSON");
    let rows = manifest["files"].as_array().expect("it lists files");
    assert_eq!(rows.len(), artifacts.files.len());
    for (row, file) in rows.iter().zip(&artifacts.files) {
        assert_eq!(row["path"], file.path);
        let checksum = row["sha256"].as_str();
        assert_eq!(checksum.is_some(), file.path != "manifest.json");
        assert!(checksum.is_none_or(|hex| hex.len() == 64));
    }
}

#[test]
fn the_plan_is_among_the_files() {
    let plan = small();
    let artifacts = all(&plan);
    let read = vn_plan::from_json(&text(&artifacts, "plan.json"));
    assert_eq!(read, Ok(plan));
    assert_eq!(text(&artifacts, "plan.schema.json"), vn_plan::schema());
}

#[test]
fn targets_are_known_by_their_words() {
    for target in Target::ALL {
        assert_eq!(target.name().parse(), Ok(*target));
    }
    assert_eq!("composer".parse::<Target>(), Err("composer".to_owned()));
}

#[test]
fn a_target_adds_its_own_files_only() {
    let of = |targets: &[Target]| -> Vec<String> {
        let artifacts = emit(&small(), targets).expect("it can be emitted");
        artifacts.files.into_iter().map(|file| file.path).collect()
    };
    assert!(
        of(&[Target::Compose])
            .iter()
            .all(|path| !path.contains("haproxy"))
    );
    assert!(
        of(&[Target::Haproxy])
            .iter()
            .all(|path| !path.contains("compose"))
    );
    assert_eq!(of(&[]), ["manifest.json"]);
}

#[test]
fn the_runbook_starts_whoever_is_needed_first() {
    let plan = small();
    let page = text(&all(&plan), "RUNBOOK.md");
    let start = page.split("## ").find(|part| part.starts_with("Start"));
    let start = start.expect("it says how to start");
    let step = |component: &str| {
        let line = |line: &&str| line.contains(". ") && line.contains(&format!("`{component}`"));
        start.lines().position(|text| line(&text))
    };
    for route in plan.routes.iter().filter(|r| !r.optional && !r.deferred) {
        let (consumer, _) = route.consumer.split_once('@').expect("an id");
        for entry in &route.entries {
            let (server, _) = entry.instance.split_once('@').expect("an id");
            assert!(step(server).is_some(), "{start}");
            assert!(
                step(consumer).is_none_or(|at| step(server) < Some(at)),
                "{start}"
            );
        }
    }
    assert!(
        emit(&plan, &[Target::Json])
            .expect("emitted")
            .get("RUNBOOK.md")
            .is_none()
    );
}
