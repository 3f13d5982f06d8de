//! Edits of programs: small, reversible, and nothing else is touched.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

use vn_syntax::{Diagnostic, FileId, NodeRef, SyntaxKind, SyntaxTree, parse};
use vn_tests::generator::Random;
use vnc::rewrite::{Setting, edited, edits};

const HOME_LAB: &str = include_str!("../../examples/home-lab/plan.vn");
const RETAIL: &str = include_str!("../../examples/retail/plan.vn");

fn tree(text: &str) -> SyntaxTree {
    let (tree, found) = parse(FileId(0), text);
    assert_eq!(found, [], "{text}");
    tree
}

fn settings(all: &[(&str, &str)]) -> Vec<Setting> {
    let setting = |(name, value): &(&str, &str)| Setting {
        name: (*name).to_owned(),
        value: (!value.is_empty()).then(|| (*value).to_owned()),
        source: FileId(1),
    };
    all.iter().map(setting).collect()
}

/// The text after settings; nothing as a value removes.
fn set(text: &str, all: &[(&str, &str)]) -> Result<String, Vec<Diagnostic>> {
    let edits = edits(&tree(text), &settings(all))?;
    Ok(edited(text, &edits))
}

fn fault(text: &str, all: &[(&str, &str)]) -> String {
    let faults = set(text, all).unwrap_err();
    let lines = faults.iter().map(|f| format!("{} {}", f.code, f.message));
    lines.collect::<Vec<_>>().join("\n")
}

fn comments(node: NodeRef<'_>, into: &mut Vec<String>) {
    into.extend(node.comments().map(|c| c.text().to_owned()));
    node.children().for_each(|child| comments(child, into));
}

fn all_comments(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    comments(tree(text).root(), &mut all);
    all.sort();
    all
}

/// The full paths of everything that has a body, and of the fields in it with their values.
#[derive(Default)]
struct Paths {
    owners: Vec<String>,
    fields: Vec<(String, String)>,
}

fn walk(node: NodeRef<'_>, path: &str, into: &mut Paths) {
    for child in node.children() {
        let name = match child.kind() {
            SyntaxKind::Context => Some("context"),
            SyntaxKind::Policy => Some("policy"),
            SyntaxKind::Service
            | SyntaxKind::Client
            | SyntaxKind::Variant
            | SyntaxKind::Node
            | SyntaxKind::Builder
            | SyntaxKind::Kind
            | SyntaxKind::Hardware
            | SyntaxKind::Site
            | SyntaxKind::Device
            | SyntaxKind::Block => child.child(SyntaxKind::Name).map(NodeRef::text),
            _ => None,
        };
        let Some(name) = name else { continue };
        let path = format!("{path}{name}");
        into.owners.push(path.clone());
        let Some(body) = child.child(SyntaxKind::Body) else {
            continue;
        };
        for field in body.children_of(SyntaxKind::Field) {
            let key = field.child(SyntaxKind::Path).unwrap().text();
            let value = field.children().last().unwrap().text();
            into.fields
                .push((format!("{path}.{key}"), value.to_owned()));
        }
        walk(body, &format!("{path}."), into);
    }
}

fn paths(text: &str) -> Paths {
    let mut paths = Paths::default();
    walk(tree(text).root(), "", &mut paths);
    paths
}

fn texts() -> Vec<String> {
    let library = vn_stdlib::FILES.iter().map(|file| file.text);
    let all = [HOME_LAB, RETAIL].into_iter().chain(library);
    all.flat_map(|text| [text.to_owned(), text.replace('\n', "\r\n")])
        .collect()
}

const VALUES: [&str; 5] = [
    "7 GiB",
    "[a, b]",
    "\"{ // }\"",
    "match x { a => 1 }",
    "3 * (x + 2)",
];

#[test]
fn a_value_goes_there_and_back() {
    let mut random = Random::new(11);
    for text in texts() {
        for (path, old) in paths(&text).fields {
            assert_eq!(set(&text, &[(&path, &old)]).unwrap(), text, "{path}");
            let new = random.pick(&VALUES);
            let there = set(&text, &[(&path, new)]).unwrap();
            assert_ne!(there, text);
            assert_eq!(there.len() + old.len(), text.len() + new.len(), "{path}");
            // What stands inside a value goes with it.
            if !old.contains('\n') {
                assert_eq!(all_comments(&there), all_comments(&text), "{path}");
            }
            assert_eq!(set(&there, &[(&path, new)]).unwrap(), there, "{path}");
            assert_eq!(set(&there, &[(&path, &old)]).unwrap(), text, "{path}");
        }
    }
}

#[test]
fn a_new_field_goes_there_and_back() {
    let mut random = Random::new(12);
    for text in texts() {
        for owner in paths(&text).owners {
            let (one, two) = (format!("{owner}.new_one"), format!("{owner}.new_two"));
            let value = random.pick(&VALUES);
            let there = set(&text, &[(&one, value)]).unwrap();
            assert_eq!(all_comments(&there), all_comments(&text), "{owner}");
            assert_eq!(set(&there, &[(&one, value)]).unwrap(), there, "{owner}");
            let lines = there.lines().count() - text.lines().count();
            assert!(lines <= 1, "{owner}");
            let back = set(&there, &[(&one, "")]).unwrap();
            assert_eq!(
                back.replace("{}", "{ }"),
                text.replace("{}", "{ }"),
                "{owner}"
            );
            let both = set(&text, &[(&one, value), (&two, "1")]).unwrap();
            let after = set(&there, &[(&two, "1")]).unwrap();
            assert_eq!(both, after, "{owner}");
        }
    }
}

#[test]
fn a_removed_field_takes_its_own_comment_only() {
    for text in texts() {
        for (path, _) in paths(&text).fields {
            let without = set(&text, &[(&path, "")]).unwrap();
            let (before, after) = (all_comments(&text), all_comments(&without));
            assert!(before.len() <= after.len() + 1, "{path}");
            let now = paths(&without).fields;
            assert!(!now.iter().any(|(p, _)| *p == path), "{path}");
            assert_eq!(now.len() + 1, paths(&text).fields.len(), "{path}");
        }
    }
}

#[test]
fn many_at_once_are_each_one() {
    let all = [
        ("preference", "custom"),
        ("budget", "20 EUR/month"),
        ("select", "app, graph,kv"),
        ("family_cloud.kv.replicas", "3"),
        ("nuc.availability", "90%"),
        ("policy.reserve.cpu", "10%"),
        ("graph.nodes", "500_000"),
        ("www.port", ""),
        ("home_lab.context.mood", "calm"),
    ];
    let at_once = set(HOME_LAB, &all).unwrap();
    let mut one_by_one = HOME_LAB.to_owned();
    for setting in all {
        one_by_one = set(&one_by_one, &[setting]).unwrap();
    }
    assert_eq!(at_once, one_by_one);
    let before: Vec<&str> = HOME_LAB.lines().collect();
    let changed: Vec<&str> = at_once
        .lines()
        .filter(|line| !before.contains(line))
        .collect();
    insta::assert_snapshot!(changed.join("\n"), @r#"
    param preference: Preference = custom      // low_resource | high_performance | custom
    param budget:     Money/Time = 20 EUR/month
      device nuc     : nuc_n100_16g    { role = super; disk = nvme(1 TB);   address = "192.168.1.4"; availability = 90% }
      context { preference = preference; mood = calm }
      select [app, graph, kv]
          replicas = 3
        service graph : graph_db(nodes = 500_000, edges = 1_600_000) {
      reserve { cpu = 10%; memory = 20% }
    "#);
}

#[test]
fn where_a_new_statement_goes() {
    let rows = [
        ("site s { device d : x }", "d.role", "edge"),
        ("site s { device d : x {} }", "d.role", "edge"),
        ("site s { device d : x { } }", "d.role", "edge"),
        ("site s {\n  device d : x // why\n}", "d.role", "edge"),
        (
            "site s {\n  device d : x {\n    disk = a // why\n  }\n}",
            "d.role",
            "edge",
        ),
        (
            "site s {\n\tdevice d : x {\n\t\t// why\n\t}\n}",
            "d.role",
            "edge",
        ),
        (
            "site s {\n  device d : x { disk = a\n    os = b }\n}",
            "d.role",
            "edge",
        ),
        ("builder b { }", "select", "a,b"),
        (
            "builder b {\n    // all\n    node n {\n    }\n}",
            "select",
            "a,b",
        ),
        (
            "builder b {\n    context { x = 1 }   // c\n\n    node n { }\n}",
            "select",
            "[a,  b]",
        ),
        ("param x: Count // c", "x", "3"),
        (
            "builder b {\n  service s : k {\n    survive any 1 device\n  }\n}",
            "s.replicas",
            "2",
        ),
    ];
    let mut shown = String::new();
    for (text, name, value) in rows {
        let after = set(text, &[(name, value)]).unwrap();
        tree(&after);
        shown.push_str(&format!("{after}\n---\n"));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_cannot_be_set() {
    let rows: [&[(&str, &str)]; 14] = [
        &[("prefrence", "custom")],
        &[("kw.replicas", "3")],
        &[("family_clud.kv.replicas", "3")],
        &[("family_cloud.kw.replicas", "3")],
        &[("home.nuk.role", "edge")],
        &[("preference", "3 +")],
        &[("preference", "a\nb = 3")],
        &[("select", "a, b]")],
        &[("select", "a; b")],
        &[("kv.replicas", "2"), ("kv.replicas", "3")],
        &[("kv.memory", "")],
        &[("graph.nodes", "")],
        &[("vps.role", ""), ("vps.cost", ""), ("vps.address", "")],
        &[("zzz.yyy.xxx", "1")],
    ];
    let shown: Vec<String> = rows.iter().map(|row| fault(HOME_LAB, row)).collect();
    insta::assert_snapshot!(shown.join("\n"));
    let text = "site a { device d : x }\nsite b { device d : y }";
    insta::assert_snapshot!(fault(text, &[("d.role", "edge")]), @"VN0206 more than one thing is called `d`");
    assert!(set(text, &[("b.d.role", "edge")]).is_ok());
    let after = set(HOME_LAB, &[("select", "app] // [")]).unwrap();
    assert!(after.contains("  select [app]\n"), "{after}");
    assert!(fault("edition 2026", &[("select", "a")]).contains("builder"));
}

/// No value, whatever is in it, leaves its place.
#[test]
fn a_value_stays_in_its_place() {
    let mut random = Random::new(13);
    let marks: Vec<char> = "{}[]();,=\"\\/ ab1%\n\r\t#.-".chars().collect();
    for _ in 0..800 {
        let value: String = (0..random.between(1, 12))
            .map(|_| random.pick(&marks))
            .collect();
        if value.trim().is_empty() {
            continue;
        }
        for name in ["budget", "kv.replicas", "vps.cost", "a03.os", "select"] {
            if let Ok(after) = set(HOME_LAB, &[(name, &value)]) {
                tree(&after);
                if !value.contains('\n') {
                    assert_eq!(all_comments(&after), all_comments(HOME_LAB), "{value:?}");
                    assert_eq!(after.lines().count(), HOME_LAB.lines().count());
                }
                assert_eq!(set(&after, &[(name, &value)]).unwrap(), after, "{value:?}");
            }
        }
    }
}
