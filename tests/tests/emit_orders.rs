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
    configs_of(Target::Haproxy, plan, targets)
}

fn configs_of(proxy: Target, plan: &Plan, targets: &[Target]) -> Vec<String> {
    let artifacts = emit(plan, targets).expect("it can be emitted");
    let is_config = |path: &str| path.ends_with("haproxy.cfg") || path.ends_with("envoy.yaml");
    let files = artifacts
        .files
        .into_iter()
        .filter(|file| file.target == Some(proxy) && is_config(&file.path));
    files
        .map(|file| String::from_utf8(file.bytes).expect("it is text"))
        .collect()
}

/// Listener to instances, over all devices.
fn read(proxy: Target, plan: &Plan, targets: &[Target]) -> BTreeMap<String, Vec<String>> {
    let configs = configs_of(proxy, plan, targets);
    configs
        .iter()
        .flat_map(|config| orders(proxy, config, plan).expect("it can be read"))
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
        let each = Target::PROXIES.iter();
        let each = each.flat_map(|proxy| [vec![*proxy], vec![Target::Compose, *proxy]]);
        for targets in each.chain([Target::ALL.to_vec()]) {
            let proxies = targets.iter().filter(|one| Target::PROXIES.contains(one));
            let mut lists = proxies.map(|proxy| read(*proxy, &plan, &targets));
            let read = lists.next().expect("there is a proxy");
            assert!(
                lists.all(|other| other == read),
                "all follow the same lists"
            );
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
    assert_eq!(
        read_back(Target::Haproxy, two)
            .expect_err("two servers")
            .line,
        3
    );
    let all = "listen a\n  option allbackups\n  server x 1.1.1.1:1\n";
    assert_eq!(
        read_back(Target::Haproxy, all)
            .expect_err("all backups")
            .line,
        2
    );
    let backups_first = "listen a\n  server y 1.1.1.1:2 backup\n  server x 1.1.1.1:1\n";
    let read = read_back(Target::Haproxy, backups_first).expect("it is an order");
    assert_eq!(read[0].servers, ["x", "y"]);
    assert!(orders(Target::Haproxy, backups_first, &small()).is_err());
}

#[test]
fn what_envoy_would_share_is_not_taken_for_an_order() {
    let configs = configs_of(Target::Envoy, &small(), &[Target::Envoy]);
    let config = configs.first().expect("the desk has one");
    let read = |config: &str| read_back(Target::Envoy, config);
    assert!(read(config).is_ok());
    for (from, to, why) in [
        ("priority: 1", "priority: 0", "share priority 0"),
        ("priority: 1", "priority: 2", "nobody has priority 1"),
        ("value: 0", "value: 50", "asks the dead"),
        // Envoy accepts this one, and serves nobody.
        ("cluster: app", "cluster: nobody", "leads to no cluster"),
    ] {
        assert!(config.contains(from), "{config}");
        let found = read(&config.replacen(from, to, 1)).expect_err(why);
        assert!(found.message.contains(why), "{found}");
    }
}

#[test]
fn time_outs_of_envoy_follow_from_the_same_round_trips() {
    let config = configs_of(Target::Envoy, &small(), &[Target::Envoy]).concat();
    let cluster = config
        .split("- name: ")
        .find(|text| text.starts_with("app--desk.graph.bolt") && text.contains("connect_timeout"));
    let cluster = cluster.expect("it is emitted");
    assert!(
        cluster.contains("connect_timeout: 0.050s\n"),
        "1.25 × 24 + 20"
    );
    assert!(cluster.contains("- timeout: 0.068s\n"), "2 × 24 + 20");
    assert!(cluster.contains("no_traffic_interval: 1.000s\n"));
}
