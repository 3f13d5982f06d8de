//! The order of fallbacks read back from the emitted files is the plan's.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::collections::BTreeMap;

use vn_emit::{Target, emit, instance_slug, orders, read_back};
use vn_plan::Plan;
use vn_tests::fixtures::small;

fn configs(plan: &Plan, targets: &[Target]) -> Vec<String> {
    let artifacts = emit(plan, targets).expect("it can be emitted");
    let files = artifacts
        .files
        .into_iter()
        .filter(|file| file.path.ends_with("haproxy.cfg"));
    files
        .map(|file| String::from_utf8(file.bytes).expect("it is text"))
        .collect()
}

/// Listener to instances, over all devices.
fn read(plan: &Plan, targets: &[Target]) -> BTreeMap<String, Vec<String>> {
    let configs = configs(plan, targets);
    configs
        .iter()
        .flat_map(|config| orders(config, plan).expect("it can be read"))
        .collect()
}

#[test]
fn every_list_is_followed_in_the_order_of_the_plan() {
    let mut plan = small();
    for swap in [false, true] {
        if swap {
            plan.routes
                .iter_mut()
                .for_each(|route| route.entries.reverse());
        }
        for targets in [&[Target::Haproxy][..], &[Target::Compose, Target::Haproxy]] {
            let read = read(&plan, targets);
            for route in &plan.routes {
                let (component, device) = route.consumer.split_once('@').expect("an id");
                let consumer = instance_slug(component, device);
                let prefix = format!("{consumer}.{}.", route.service);
                let first = read.iter().find(|(name, _)| name.starts_with(&prefix));
                let wanted: Vec<&String> = route.entries.iter().map(|e| &e.instance).collect();
                assert_eq!(
                    first.expect("it has a list").1.iter().collect::<Vec<_>>(),
                    wanted
                );
            }
        }
    }
}

#[test]
fn beside_containers_names_else_addresses() {
    let plan = small();
    let beside = configs(&plan, &[Target::Compose, Target::Haproxy]).concat();
    assert!(beside.contains("server kv--nuc kv:6379 resolvers names"));
    assert!(beside.contains("bind :21000\n"));
    let alone = configs(&plan, &[Target::Haproxy]).concat();
    assert!(alone.contains("server kv--nuc 192.168.1.4:6379\n"));
    assert!(alone.contains("server kv--pi-1 [fd00::3]:6379 backup\n"));
    assert!(!alone.contains("bind :"));
}

#[test]
fn time_outs_follow_from_the_longest_round_trip_of_the_list() {
    let configs = configs(&small(), &[Target::Haproxy]).concat();
    let section = configs
        .split("listen ")
        .find(|text| text.starts_with("app--desk.graph.bolt"));
    let section = section.expect("it is emitted");
    assert!(section.contains("timeout connect 50ms\n"), "1.25 × 24 + 20");
    assert!(section.contains("timeout check 68ms\n"), "2 × 24 + 20");
}

#[test]
fn what_would_share_the_load_is_not_taken_for_an_order() {
    let two = "listen a\n  server x 1.1.1.1:1\n  server y 1.1.1.1:2\n";
    assert_eq!(read_back(two).expect_err("two servers").line, 3);
    let all = "listen a\n  option allbackups\n  server x 1.1.1.1:1\n";
    assert_eq!(read_back(all).expect_err("all backups").line, 2);
    let backups_first = "listen a\n  server y 1.1.1.1:2 backup\n  server x 1.1.1.1:1\n";
    let read = read_back(backups_first).expect("it is an order");
    assert_eq!(read[0].servers, ["x", "y"]);
    assert!(orders(backups_first, &small()).is_err());
}
