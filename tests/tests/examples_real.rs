//! The committed output of every example: accepted by the real programs, refused once broken, and
//! in the order that the plan says.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use vn_emit::{Target, instance_slug, orders};
use vn_plan::{Plan, from_json};
use vn_tests::programs::{real, run, said};

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let all = fs::read_dir(root).expect("there are examples");
    let mut all: Vec<_> = all
        .map(|entry| entry.expect("readable").path().join("out"))
        .collect();
    all.retain(|out| out.join("plan.json").is_file());
    all.sort();
    assert!(!all.is_empty(), "no example has been built");
    all
}

/// Device folders that hold a file of this name, over all examples.
fn devices(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for out in examples() {
        let folders = fs::read_dir(out.join("devices")).expect("there are devices");
        found.extend(folders.map(|entry| entry.expect("readable").path()));
    }
    found.retain(|folder| folder.join(name).is_file());
    found.sort();
    assert!(!found.is_empty(), "no `{name}` was emitted");
    found
}

/// A copy of a device's folder, one file of it changed.
fn broken(device: &Path, name: &str, from: &str, to: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(device).expect("readable") {
        let path = entry.expect("readable").path();
        fs::copy(&path, copy.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    let file = copy.path().join(name);
    let text = fs::read_to_string(&file).expect("readable");
    assert!(text.contains(from), "nothing to break in {text}");
    fs::write(file, text.replacen(from, to, 1)).expect("written");
    copy
}

#[test]
fn docker_compose_accepts_every_device_and_refuses_it_once_broken() {
    let Some(compose) = real("docker-compose") else {
        return;
    };
    let check = ["config", "-q"];
    for device in devices("compose.yaml") {
        let output = run(&compose, &device, &check);
        assert!(output.status.success(), "{device:?}: {}", said(&output));
        assert_eq!(said(&output), "", "{device:?}");
        let copy = broken(&device, "compose.yaml", "image:", "imagine:");
        assert!(
            !run(&compose, copy.path(), &check).status.success(),
            "{device:?}"
        );
    }
}

#[test]
fn haproxy_accepts_every_device_and_refuses_it_once_broken() {
    let Some(haproxy) = real("haproxy") else {
        return;
    };
    let check = ["-c", "-f", "haproxy.cfg"];
    for device in devices("haproxy.cfg") {
        let output = run(&haproxy, &device, &check);
        assert!(output.status.success(), "{device:?}: {}", said(&output));
        let copy = broken(&device, "haproxy.cfg", "mode tcp", "mode tpc");
        assert!(
            !run(&haproxy, copy.path(), &check).status.success(),
            "{device:?}"
        );
    }
}

#[test]
fn every_haproxy_follows_the_order_of_the_plan() {
    for out in examples() {
        let text = fs::read_to_string(out.join("plan.json")).expect("readable");
        let plan = from_json(&text).expect("it is a plan");
        let mut lists = 0;
        for device in &plan.devices {
            let path = out.join("devices").join(&device.slug).join("haproxy.cfg");
            let Ok(config) = fs::read_to_string(path) else {
                continue;
            };
            for (listener, order) in
                orders(Target::Haproxy, &config, &plan).expect("it can be read back")
            {
                assert_eq!(order, wanted(&plan, &listener), "{listener}");
                lists += 1;
            }
        }
        // At least graph → kv and vectors → graph.
        assert!(lists >= 2, "{out:?}");
    }
}

/// The list that a listener (`graph--nuc.kv.resp`) stands for.
fn wanted(plan: &Plan, listener: &str) -> Vec<String> {
    let mut parts = listener.split('.');
    let (consumer, service) = (
        parts.next().expect("a name"),
        parts.next().expect("a service"),
    );
    let of = |route: &&vn_plan::Route| {
        let (component, device) = route.consumer.split_once('@').expect("an id");
        instance_slug(component, device) == consumer && route.service == service
    };
    let route = plan
        .routes
        .iter()
        .find(of)
        .expect("the plan has such a route");
    route
        .entries
        .iter()
        .map(|entry| entry.instance.clone())
        .collect()
}
