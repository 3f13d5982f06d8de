//! The real programs accept what we emit, and refuse what we break: both in one test, so that a
//! validator that accepts everything is found out.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use vn_emit::{Target, emit};
use vn_plan::{Health, Plan, Run};
use vn_tests::fixtures::small;
use vn_tests::programs::{real, run, said};

/// The files of a plan, on disk.
fn written(plan: &Plan, targets: &[Target]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in emit(plan, targets).expect("it can be emitted").files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, file.bytes).expect("written");
    }
    folder
}

/// Device folders that hold a file of this name.
fn devices(folder: &Path, name: &str) -> Vec<std::path::PathBuf> {
    let all = fs::read_dir(folder.join("devices")).expect("there are devices");
    let mut all: Vec<_> = all.map(|entry| entry.expect("readable").path()).collect();
    all.retain(|path| path.join(name).is_file());
    all.sort();
    all
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("readable");
    assert!(text.contains(from), "nothing to break in {text}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

/// A small plan whose strings are out to hurt.
fn hostile() -> Plan {
    let mut plan = small();
    "home \"lab\" $HOME #1\nnext".clone_into(&mut plan.program.name);
    "x\n    bind :80".clone_into(&mut plan.program.sources);
    for one in &mut plan.instances {
        one.variant = format!("{}\n  evil: ${{X}} # 'y' \"z\" %", one.variant);
    }
    let run = plan.instances[0].run.as_mut().expect("it is run");
    run.command = HOSTILE.iter().map(ToString::to_string).collect();
    run.health = Some(Health::Command(run.command.clone()));
    for (number, text) in HOSTILE.iter().enumerate() {
        run.environment
            .insert(format!("HOSTILE_{number}"), (*text).to_owned());
    }
    plan
}

const HOSTILE: &[&str] = &[
    "$",
    "$$",
    "$HOME",
    "${HOME}",
    "${HOME:-x}",
    "$$HOME",
    "%h",
    "%%",
    "{{ x }}",
    "$(id)",
    "`id`",
    "\"",
    "'",
    "\\",
    "\\n",
    "a\nb",
    "a\n",
    "\n",
    "\t",
    " x ",
    "#",
    "# x",
    "x # y",
    "key: value",
    "- x",
    "[a]",
    "{a: b}",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "?",
    "~",
    "null",
    "yes",
    "no",
    "on",
    "1e3",
    "0x1f",
    "1:30",
    "007",
    "2026-11-22",
    "",
    "é",
    "日本語",
    "\u{202e}x",
    "\u{2028}",
    "\u{feff}x",
    "\u{1f600}",
    "\u{85}",
    "\u{7f}",
    "a: b: c",
    "...",
    "---",
    "<<",
    "=",
    "@x",
    "%YAML 1.1",
];

#[test]
fn docker_compose_accepts_each_device_and_refuses_a_broken_one() {
    let Some(compose) = real("docker-compose") else {
        return;
    };
    for plan in [small(), hostile()] {
        for targets in [Target::ALL, &[Target::Compose]] {
            let folder = written(&plan, targets);
            let devices = devices(folder.path(), "compose.yaml");
            assert_eq!(devices.len(), if targets.len() > 1 { 4 } else { 3 });
            for device in devices {
                let output = run(&compose, &device, &["config", "-q"]);
                assert!(output.status.success(), "{device:?}: {}", said(&output));
                assert_eq!(said(&output), "", "{device:?}");
            }
        }
    }
    let folder = written(&small(), Target::ALL);
    let nuc = folder.path().join("devices/nuc");
    edit(
        &nuc.join("compose.yaml"),
        "restart: unless-stopped",
        "restarts: unless-stopped",
    );
    assert!(!run(&compose, &nuc, &["config", "-q"]).status.success());
    let pi = folder.path().join("devices/pi-1");
    edit(&pi.join("compose.yaml"), "[fd00::3]:6379", "pi.local:6379");
    assert!(!run(&compose, &pi, &["config", "-q"]).status.success());
}

#[test]
fn docker_compose_prepares_what_it_starts() {
    let Some(compose) = real("docker-compose") else {
        return;
    };
    let mut plan = hostile();
    let asked = plan.instances[0].run.as_mut().expect("it is run");
    asked.init = asked.command.clone();
    asked.command = vec!["serve".to_owned()];
    let init = asked.init.clone();
    let folder = written(&plan, &[Target::Compose]);
    let nuc = folder.path().join("devices/nuc");
    let output = run(&compose, &nuc, &["config", "--format", "json"]);
    assert!(output.status.success(), "{}", said(&output));
    let read: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let services = &read["services"];
    let condition = &services["kv"]["depends_on"]["kv-init"]["condition"];
    assert_eq!(condition, "service_completed_successfully");
    let first = &services["kv-init"];
    let words = first["command"].as_array().expect("a list").iter();
    let words: Vec<String> = words
        .map(|word| word.as_str().expect("a string").replace("$$", "$"))
        .collect();
    assert_eq!(words, init);
    assert_eq!(first["restart"], "no");
    assert_eq!(first["environment"], services["kv"]["environment"]);
    assert_eq!(first["volumes"], services["kv"]["volumes"]);
    assert!(first["ports"].is_null());
    // Whatever it waits for must be there.
    edit(
        &nuc.join("compose.yaml"),
        "kv-init:\n        condition",
        "kv-first:\n        condition",
    );
    assert!(!run(&compose, &nuc, &["config", "-q"]).status.success());
}

#[test]
fn docker_compose_reads_hostile_strings_as_they_were() {
    let Some(compose) = real("docker-compose") else {
        return;
    };
    let plan = hostile();
    let folder = written(&plan, Target::ALL);
    let nuc = folder.path().join("devices/nuc");
    let output = run(&compose, &nuc, &["config", "--format", "json"]);
    assert!(output.status.success(), "{}", said(&output));
    let read: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let service = &read["services"]["kv"];
    let asked: &Run = plan.instances[0].run.as_ref().expect("it is run");
    // What it prints can be read again, so dollar signs come doubled.
    let text = |value: &Value| value.as_str().expect("a string").replace("$$", "$");
    for (key, value) in &asked.environment {
        assert_eq!(text(&service["environment"][key]), *value, "{key}");
    }
    let words: Vec<String> = service["command"]
        .as_array()
        .expect("a list")
        .iter()
        .map(text)
        .collect();
    assert_eq!(words, asked.command);
    let check = service["healthcheck"]["test"].as_array().expect("a list");
    let words: Vec<String> = check.iter().skip(1).map(text).collect();
    assert_eq!(words, asked.command);
    assert_eq!(
        text(&service["labels"]["dev.vn.variant"]),
        plan.instances[0].variant
    );
}

#[test]
fn docker_compose_understands_ports_limits_and_volumes() {
    let Some(compose) = real("docker-compose") else {
        return;
    };
    let folder = written(&small(), Target::ALL);
    let read = |device: &str, args: &[&str]| -> Value {
        let output = run(&compose, &folder.path().join("devices").join(device), args);
        assert!(output.status.success(), "{}", said(&output));
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    };
    let config = ["config", "--format", "json"];
    let pi = read("pi-1", &config);
    assert_eq!(pi["name"], "home-lab-pi-1");
    let port = &pi["services"]["kv"]["ports"][0];
    assert_eq!(
        (&port["host_ip"], &port["published"]),
        (&"fd00::3".into(), &"6379".into())
    );
    let limits = &pi["services"]["kv"]["deploy"]["resources"]["limits"];
    assert_eq!(limits["memory"], "536870912");
    assert_eq!(limits["cpus"], 0.5);
    assert_eq!(pi["services"]["kv"]["volumes"][0]["source"], "kv-data");
    // What is lazy stays down unless asked for.
    let vps = read("vps", &config);
    assert!(vps["services"]["graph"].is_null());
    let vps = read("vps", &["--profile", "lazy", "config", "--format", "json"]);
    let devices = &vps["services"]["graph"]["deploy"]["resources"]["reservations"]["devices"];
    assert_eq!(devices[0]["capabilities"][0], "gpu");
    let desk = read("desk", &config);
    let router = &desk["services"]["vn-router"];
    assert_eq!(router["ports"][0]["host_ip"], "127.0.0.1");
    assert_eq!(router["volumes"][0]["read_only"], true);
    let nuc = read("nuc", &config);
    let environment = &nuc["services"]["graph"]["environment"];
    assert_eq!(environment["VN_KV_ADDRESS"], "vn-router:21000");
}

#[test]
fn haproxy_accepts_each_device_and_refuses_a_broken_one() {
    let Some(haproxy) = real("haproxy") else {
        return;
    };
    let check = ["-c", "-f", "haproxy.cfg"];
    for plan in [small(), hostile()] {
        for targets in [Target::ALL, &[Target::Haproxy]] {
            let folder = written(&plan, targets);
            let devices = devices(folder.path(), "haproxy.cfg");
            assert_eq!(devices.len(), 3);
            for device in devices {
                let output = run(&haproxy, &device, &check);
                let said = said(&output);
                assert!(output.status.success(), "{device:?}: {said}");
                // A name may not be known yet: it is looked up again while running.
                let other = |line: &&str| line.contains("WARNING") && !line.contains("resolve");
                assert_eq!(said.lines().find(other), None, "{device:?}");
            }
        }
    }
    let folder = written(&small(), &[Target::Haproxy]);
    let nuc = folder.path().join("devices/nuc");
    edit(
        &nuc.join("haproxy.cfg"),
        "bind 127.0.0.1:",
        "bind nowhere.invalid:",
    );
    assert!(!run(&haproxy, &nuc, &check).status.success());
    let desk = folder.path().join("devices/desk");
    edit(
        &desk.join("haproxy.cfg"),
        "timeout connect 50ms",
        "timeout connect 50 parsecs",
    );
    assert!(!run(&haproxy, &desk, &check).status.success());
}

/// The plans of the examples.
fn examples() -> Vec<Plan> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let all = fs::read_dir(root).expect("there are examples");
    let mut all: Vec<_> = all
        .map(|entry| entry.expect("readable").path().join("out/plan.json"))
        .collect();
    all.retain(|path| path.is_file());
    all.sort();
    let plan = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("readable");
        vn_plan::from_json(&text).expect("it is a plan")
    };
    all.iter().map(plan).collect()
}

#[test]
fn envoy_accepts_each_device_and_refuses_a_broken_one() {
    let Some(envoy) = real("envoy") else {
        return;
    };
    let check = ["--mode", "validate", "-l", "warning", "-c", "envoy.yaml"];
    for plan in [small(), hostile()].into_iter().chain(examples()) {
        for targets in [Target::ALL, &[Target::Envoy]] {
            let folder = written(&plan, targets);
            for device in devices(folder.path(), "envoy.yaml") {
                let output = run(&envoy, &device, &check);
                let said = said(&output);
                assert!(output.status.success(), "{device:?}: {said}");
                let mut other = said.lines().filter(|line| !line.ends_with("OK"));
                assert_eq!(other.next(), None, "{device:?}");
            }
        }
    }
    for (from, to) in [
        ("connect_timeout: 0.050s", "connect_timeout: soon"),
        ("priority: 1", "priority: last"),
        ("healthy_panic_threshold:", "healthy_panic_treshold:"),
        ("address: \"127.0.0.1\"", "address: localhost"),
    ] {
        let folder = written(&small(), &[Target::Envoy]);
        let desk = folder.path().join("devices/desk");
        edit(&desk.join("envoy.yaml"), from, to);
        assert!(!run(&envoy, &desk, &check).status.success(), "{to}");
    }
}
