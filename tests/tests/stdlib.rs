//! What anybody who writes `use std.…` relies on: every text of the standard library is good
//! language, and every entry says where it comes from.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::collections::BTreeSet;

use vn_analysis::Library;
use vn_stdlib::FILES;
use vn_syntax::{FileId, NodeRef, SyntaxKind, SyntaxTree, parse};

fn library() -> Vec<(&'static str, SyntaxTree)> {
    let parsed = |file: &vn_stdlib::File| (file.path, parse(FileId(0), file.text).0);
    FILES.iter().map(parsed).collect()
}

fn descendants(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    let mut found = vec![node];
    found.extend(node.children().flat_map(descendants));
    found
}

fn of_kind(tree: &SyntaxTree, kind: SyntaxKind) -> Vec<NodeRef<'_>> {
    descendants(tree.root())
        .into_iter()
        .filter(|node| node.kind() == kind)
        .collect()
}

/// The name of a declaration.
fn name(node: NodeRef<'_>) -> &str {
    node.child(SyntaxKind::Name).map_or("", NodeRef::text)
}

/// The value of a field in the declaration's own body.
fn field<'t>(node: NodeRef<'t>, name: &str) -> Option<&'t str> {
    let body = node.child(SyntaxKind::Body)?;
    let written = |field: &NodeRef<'_>| {
        field
            .child(SyntaxKind::Path)
            .is_some_and(|path| path.text() == name)
    };
    let found = body.children_of(SyntaxKind::Field).find(written)?;
    found.child(SyntaxKind::Expr).map(NodeRef::text)
}

/// The compiler parses a file of the library only when somebody wants something of it, and expects
/// no fault then.
#[test]
fn what_is_known_of_a_file_without_its_tree_is_what_the_tree_says() {
    for file in FILES {
        let (tree, found) = parse(FileId(0), file.text);
        assert_eq!(found, [], "{}", file.path);
        let library = Library::new(file.module, FileId(0), file.text);
        let known: Vec<&str> = library.things().map(|(_, name)| name).collect();
        let items = tree.root().children();
        let things =
            items.filter(|item| matches!(item.kind(), SyntaxKind::Hardware | SyntaxKind::Kind));
        let things: Vec<NodeRef<'_>> = things.collect();
        let names: Vec<&str> = things.iter().map(|thing| name(*thing)).collect();
        assert_eq!(known, names, "{}", file.path);
        for (member, name) in library.things() {
            let thing = library.thing(member, name).map(NodeRef::text);
            assert!(things.iter().any(|known| Some(known.text()) == thing));
        }
        let units = tree.root().children_of(SyntaxKind::UnitItem);
        assert_eq!(library.has_units(), units.count() > 0, "{}", file.path);
    }
}

fn assert_fields(path: &str, node: NodeRef<'_>, names: &[&str]) {
    for wanted in names {
        assert!(
            field(node, wanted).is_some(),
            "{path}: `{}` has no `{wanted}`",
            name(node)
        );
    }
}

#[test]
fn every_text_parses() {
    for file in FILES {
        let (tree, diagnostics) = parse(FileId(0), file.text);
        assert_eq!(diagnostics, [], "{}", file.path);
        for node in descendants(tree.root()) {
            assert!(
                !node.kind().name().starts_with("bad_"),
                "{}: {}",
                file.path,
                node.text()
            );
        }
    }
}

#[test]
fn names_are_unique_in_their_module() {
    let mut seen = BTreeSet::new();
    for (path, tree) in library() {
        let module = path.rsplit_once('/').unwrap().0;
        for item in tree.root().children() {
            assert!(
                seen.insert(format!("{module}/{}", name(item))),
                "{path}: `{}`",
                name(item)
            );
        }
    }
}

#[test]
fn hardware_is_complete() {
    let mut count = 0;
    for (path, tree) in library() {
        for profile in of_kind(&tree, SyntaxKind::Hardware) {
            count += 1;
            if profile.child(SyntaxKind::Path).is_some() {
                continue; // the rest is its base's
            }
            let numbers = ["cpu", "perf", "memory", "usable", "disk", "uplink"];
            assert_fields(path, profile, &numbers);
            assert_fields(path, profile, &["arch", "os", "source", "checked"]);
        }
    }
    assert!(count >= 17, "{count} profiles");
}

#[test]
fn variants_are_complete() {
    for (path, tree) in library() {
        for variant in of_kind(&tree, SyntaxKind::Variant) {
            let needs = ["cpu", "memory", "disk", "capacity", "service_time"];
            assert_fields(path, variant, &needs);
            assert_fields(path, variant, &["licence", "status", "superseded_by"]);
            assert_fields(path, variant, &["source", "checked"]);
            if field(variant, "image").is_some() {
                assert_fields(path, variant, &["health", "data"]);
            }
            let replaced = field(variant, "superseded_by") != Some("\"\"");
            let archived = field(variant, "status") == Some("archived");
            assert!(
                replaced || !archived,
                "{path}: `{}` has no successor",
                name(variant)
            );
        }
    }
}

#[test]
fn images_are_pinned() {
    for (path, tree) in library() {
        for variant in of_kind(&tree, SyntaxKind::Variant) {
            let Some(image) = field(variant, "image") else {
                continue;
            };
            let image = image.trim_matches('"');
            let (tagged, digest) = image.split_once('@').unwrap_or((image, "sha256:"));
            let tag = tagged.rsplit_once(':').map(|(_, tag)| tag);
            assert!(tag.is_some_and(|tag| tag != "latest"), "{path}: {image}");
            let hex = digest.strip_prefix("sha256:").unwrap();
            assert!(matches!(hex.len(), 0 | 64), "{path}: {image}");
        }
    }
}
