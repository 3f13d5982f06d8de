//! Items parsed one by one are the file parsed whole, and an edit gives what a fresh look gives.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test"
)]

use std::collections::BTreeSet;

use pest::{Parser as _, Token};
use vn_grammar::{Rule, VnParser};
use vn_syntax::{Diagnostic, FileId, ItemId, NodeRef, Span, SyntaxTree, parse, reparse};
use vn_tests::generator::Random;
use vn_tests::large;

const PROGRAMS: [&str; 2] = [
    include_str!("../../examples/home-lab/plan.vn"),
    include_str!("../../examples/retail/plan.vn"),
];

/// Depth, rule, first byte and text of every node in order.
type Rows<'t> = Vec<(usize, String, usize, &'t str)>;

/// The tree as the grammar gives it for the whole text; `None` where it needs its recovery.
fn by_grammar(text: &str) -> Option<Rows<'_>> {
    let mut rows: Rows<'_> = Vec::new();
    let mut open = Vec::new();
    for token in VnParser::parse(Rule::file, text).ok()?.tokens() {
        match token {
            Token::Start { rule: of, pos } => {
                // Inside brackets only the lines differ.
                let of = if of == Rule::inner { Rule::expr } else { of };
                let name = format!("{of:?}");
                if name.starts_with("bad_") {
                    return None;
                }
                open.push(rows.len());
                rows.push((open.len() - 1, name, pos.pos(), ""));
            }
            Token::End { rule: of, pos } => {
                let row = rows.get_mut(open.pop()?)?;
                let inside = text.get(row.2..pos.pos())?;
                row.3 = if of == Rule::string_text {
                    inside
                } else {
                    inside.trim_end()
                };
            }
        }
    }
    rows.retain(|row| row.1 != "EOI");
    if let Some(file) = rows.first_mut() {
        file.3 = text;
    }
    Some(rows)
}

fn rows<'t>(node: NodeRef<'t>, depth: usize, into: &mut Rows<'t>) {
    let start = node.span().start as usize;
    into.push((depth, node.kind().name().to_owned(), start, node.text()));
    for child in node.children_and_comments() {
        rows(child, depth + 1, into);
    }
}

fn by_items(tree: &SyntaxTree) -> Rows<'_> {
    let mut all = Vec::new();
    rows(tree.root(), 0, &mut all);
    all
}

/// Whether a text needs no recovery; then its items must be the same tree.
fn agree(text: &str) -> bool {
    let Some(whole) = by_grammar(text) else {
        return false;
    };
    let (tree, _) = parse(FileId(0), text);
    assert_eq!(by_items(&tree), whole, "{text}");
    true
}

fn library<'t>() -> impl Iterator<Item = &'t str> {
    vn_stdlib::FILES.iter().map(|file| file.text)
}

#[test]
fn valid_texts_are_the_same_item_by_item() {
    let large = large::program(3_000);
    for text in PROGRAMS
        .into_iter()
        .chain(library())
        .chain([large.as_str()])
    {
        assert!(agree(text));
        assert_eq!(parse(FileId(0), text).1, []);
    }
}

/// What may stand between two items, and what may seem to.
const BETWEEN: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    " ; ",
    ";\n",
    "\n// one\n",
    " // two\n",
    "\n  ",
    "\n\t// \"{\n\n",
    " ",
    "\n}\n",
    "\n{\n",
];

/// Items that go on over the ends of lines where they can.
const ITEMS: &[&str] = &[
    "edition 2026",
    "use std.hardware.{\n  nuc,\n}",
    "param a: Count =\n  3 +\n  4",
    "param b: Bool = x\n  or y // no\n  and z",
    "param c: Count = f(\n1,\n2)",
    "param d: Count = site",
    "param e: [Count] = [\nsite,\nuse\n]",
    "param f: Count = a *\nnode",
    "param g: Bool = not\n x",
    "enum Mode {\n  one\n  two\n}",
    "minimize match p {\n  a => 1, b => 2\n}",
    "require total(cost) <= 3 EUR\n  else\n  \"much\"",
    "require x ==\n\n// so\n  y",
    "emit compose,\n  json",
    "emit compose,\ntest",
    "link a <->\n  b { rtt = 1 ms }",
    "link a <->\nsite { rtt = 1 ms }",
    "site s *\n  3 { device d : x }",
    "site t { device d : y { role = edge } // here\n}",
    "site u {\ndevice v : w {\nrole = edge\n}\n}",
    "test \"// {\" { given lost(a); expect served(b) == 100% }",
    "// alone",
    "buidler b { }",
    "param h: Count = 5 %",
    "rate EUR = 1.08 USD",
];

#[test]
fn random_files_are_the_same_item_by_item() {
    let mut random = Random::new(7);
    let mut valid = 0;
    for _ in 0..4_000 {
        let mut text = String::new();
        for _ in 0..random.below(7) {
            text.push_str(random.pick(ITEMS));
            text.push_str(random.pick(BETWEEN));
        }
        valid += usize::from(agree(&text));
    }
    assert!(valid > 500, "{valid}");
}

/// A text after one random edit, and the bytes that were replaced.
fn edited(random: &mut Random, text: &str) -> (String, std::ops::Range<usize>) {
    const WORDS: &[&str] = &[
        "",
        "",
        " ",
        "\n",
        "{",
        "}",
        "(",
        "]",
        "\"",
        "//",
        ";",
        ",",
        "=",
        "x",
        "site s { }\n",
        "\nuse a.b\n",
        "1 ms",
        "\n\n",
        "builder b {\n",
        "\u{FEFF}",
        "é",
        "needs kv within",
        "param p: Count = 3\n",
        "or ",
        "match a {",
    ];
    let boundary = |at: usize| {
        (0..=at)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap()
    };
    let start = boundary(random.index(text.len() + 1));
    let length = if random.percent(25) {
        random.index(400)
    } else {
        random.index(4)
    };
    let end = boundary((start + length).min(text.len())).max(start);
    let mut new = text.to_owned();
    new.replace_range(start..end, random.pick(WORDS));
    (new, start..end)
}

fn unique(tree: &SyntaxTree) -> bool {
    let ids: BTreeSet<ItemId> = tree.items().map(vn_syntax::ItemRef::id).collect();
    ids.len() == tree.items().count()
}

/// The items but for their ids.
fn cut(tree: &SyntaxTree) -> Vec<&str> {
    tree.items().map(vn_syntax::ItemRef::text).collect()
}

fn same(text: &str, found: &(SyntaxTree, Vec<Diagnostic>)) {
    let fresh = parse(FileId(0), text);
    assert_eq!(cut(&found.0), cut(&fresh.0), "{text}");
    assert_eq!(by_items(&found.0), by_items(&fresh.0), "{text}");
    assert_eq!(found.1, fresh.1, "{text}");
    assert!(unique(&found.0));
}

#[test]
fn an_edit_gives_what_a_fresh_look_gives() {
    let mut random = Random::new(11);
    let large = large::program(400);
    for start in PROGRAMS
        .into_iter()
        .chain([large.as_str(), "", "\u{FEFF}use a\n"])
    {
        for _ in 0..25 {
            let mut text = start.to_owned();
            let mut now = parse(FileId(0), text.as_str());
            for _ in 0..30 {
                (text, _) = edited(&mut random, &text);
                now = reparse(&now.0, text.as_str());
                same(&text, &now);
            }
        }
    }
}

#[test]
fn an_edit_keeps_the_ids_of_the_others() {
    let mut random = Random::new(13);
    let large = large::program(600);
    for text in PROGRAMS.into_iter().chain([large.as_str()]) {
        let (old, _) = parse(FileId(0), text);
        let of_item = |at: usize| {
            old.items().position(|item| {
                (item.span().start as usize..item.span().end as usize).contains(&at)
            })
        };
        for _ in 0..400 {
            let (new, at) = edited(&mut random, text);
            let (Some(first), Some(last)) = (of_item(at.start), of_item(at.end)) else {
                continue;
            };
            let (tree, found) = reparse(&old, new.as_str());
            if !found.is_empty() {
                continue;
            }
            let ids: BTreeSet<ItemId> = tree.items().map(vn_syntax::ItemRef::id).collect();
            // An edit at an edge may be one of the neighbour; a new line may end it.
            let far = |at: usize| at + 1 < first || at > last + 1;
            let lost = old
                .items()
                .enumerate()
                .filter(|(at, item)| far(*at) && !ids.contains(&item.id()));
            assert_eq!(lost.count(), 0, "{new}");
        }
    }
}

#[test]
fn items_that_change_places_keep_their_ids() {
    let (old, _) = parse(FileId(0), "use a\nsite b { }\nsite c { }\n");
    let (new, _) = reparse(&old, "site c { }\n// more\nuse d\nsite b { }\nuse a\n");
    let id =
        |tree: &SyntaxTree, text: &str| tree.items().find(|item| item.text() == text).unwrap().id();
    for text in ["use a\n", "site b { }\n", "site c { }\n"] {
        assert_eq!(id(&old, text), id(&new, text));
    }
    assert!(
        old.items()
            .all(|item| item.id() != id(&new, "// more\nuse d\n"))
    );
}

#[test]
fn a_place_is_found_again_after_an_edit() {
    let text = "use a\n\nsite b {\n  device c : d\n}\n";
    let (old, _) = parse(FileId(0), text);
    let at = u32::try_from(text.find("device").unwrap()).unwrap();
    let span = Span {
        file: FileId(0),
        start: at,
        end: at + 6,
    };
    let (id, inside) = old.locate(span).unwrap();
    assert_eq!(old.place(id, inside.clone()), Some(span));
    let (new, _) = reparse(&old, format!("use a\nuse long.long\n{}", &text[6..]));
    let moved = new.place(id, inside.clone()).unwrap();
    assert_eq!(
        &new.text[moved.start as usize..moved.end as usize],
        "device"
    );
    assert_eq!(old.item(id).unwrap().nodes().count(), 1);
    assert_eq!(old.locate(Span { end: 99, ..span }), None);
    assert_eq!(old.place(id, 0..99), None);
    assert_eq!(old.place(ItemId(99), inside), None);
}

/// Items and the mark at the start are the whole text: comments and blank lines are in them.
#[test]
fn items_leave_nothing_out() {
    for text in PROGRAMS.into_iter().chain(library()).chain([
        "",
        "\n",
        "// a",
        "\u{FEFF}// b\nuse a\n\n\n// c\n\n",
    ]) {
        let (tree, _) = parse(FileId(0), text);
        let mark = if text.starts_with('\u{FEFF}') {
            "\u{FEFF}"
        } else {
            ""
        };
        assert_eq!(format!("{mark}{}", cut(&tree).concat()), text);
    }
}

#[test]
fn what_ends_where_an_edit_begins_may_go_on() {
    let (old, _) = parse(FileId(0), "e\n&");
    let (_, again) = reparse(&old, "e\n&&");
    let (_, fresh) = parse(FileId(0), "e\n&&");
    assert_eq!(again, fresh);
}
