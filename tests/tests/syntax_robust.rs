//! Parsing ends, quickly and without a panic, whatever the text.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use vn_syntax::{FileId, NodeRef, codes, parse, parse_expr};
use vn_tests::mutants::mutants;

const PROGRAMS: [&str; 2] = [
    include_str!("../../examples/home-lab/plan.vn"),
    include_str!("../../examples/retail/plan.vn"),
];

/// Parses, and checks what holds for every tree.
fn check(text: &str) -> usize {
    let (tree, found) = parse(FileId(0), text);
    nested(tree.root());
    for diagnostic in &found {
        let spans = diagnostic.labels.iter().map(|l| l.span);
        for span in spans.chain(diagnostic.edits.iter().map(|e| e.span)) {
            let bytes = span.start as usize..span.end as usize;
            assert!(text.get(bytes).is_some(), "{diagnostic:?}\n{text}");
        }
    }
    found.len()
}

/// INVARIANT: children lie in their parent, in order, on boundaries of characters.
fn nested(node: NodeRef<'_>) {
    let mut at = node.span().start;
    for child in node.children() {
        assert!(
            child.span().start >= at && child.span().end <= node.span().end,
            "{child:?}"
        );
        assert!(child.span().start == child.span().end || !child.text().is_empty());
        at = child.span().end;
        nested(child);
    }
}

fn quick<T>(what: &str, limit: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(
        start.elapsed() < Duration::from_millis(limit),
        "{what}: {:?}",
        start.elapsed()
    );
    done
}

#[test]
fn every_prefix_parses() {
    for text in PROGRAMS {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            check(text.get(..at).unwrap());
        }
    }
}

#[test]
fn every_byte_may_be_missing() {
    for text in PROGRAMS {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let mut mutant = text.to_owned();
            mutant.remove(at);
            check(&mutant);
        }
    }
}

/// A small generator: the same garbage on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

#[test]
fn random_bytes_parse() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..2_000 {
        let length = random.below(200);
        let bytes: Vec<u8> = (0..length)
            .map(|_| u8::try_from(random.below(256)).unwrap())
            .collect();
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_words_parse() {
    const WORDS: &[&str] = &[
        "service", "needs", "within", "{", "}", "(", ")", "[", "]", "\"", "=", "=>", "==", "->",
        "<->", "\n", ";", ",", "*", "a", "b", "10", "ms", "..", ".", ":", "match", "when", "on",
        "role", "//", "and", "not", "prefer", "then", "\\", "µ", "≤", "é", "site", "device",
        "link", "test", "expect", "emit", "use", "-", "!", "%", "in use", "per", "of", "at least",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..5_000 {
        let mut text = String::new();
        for _ in 0..random.below(60) {
            text.push_str(WORDS.get(random.below(WORDS.len())).unwrap());
            text.push_str([" ", "", "\n"].get(random.below(3)).unwrap());
        }
        check(&text);
    }
}

/// Whole programs with many faults at once, cut anywhere.
#[test]
fn ruined_programs_parse() {
    let mut random = Random(0x0D15_EA5E_0BAD_F00D);
    for program in PROGRAMS {
        let all = mutants(program);
        for _ in 0..300 {
            let mut text = program.to_owned();
            let mut from = text.len();
            while let Some(mutant) = all
                .get(random.below(all.len()))
                .filter(|m| m.at.end <= from)
            {
                text.replace_range(mutant.at.clone(), &mutant.instead);
                from = mutant.at.start;
            }
            let cut = random.below(text.len() * 2);
            check(text.get(cut..).unwrap_or(&text));
        }
    }
}

/// Every way to nest, `depth` levels deep and closed.
fn nestings(depth: usize) -> Vec<String> {
    let wrap = |open: &str, core: &str, close: &str| {
        format!("{}{core}{}", open.repeat(depth), close.repeat(depth))
    };
    let value = |text: String| format!("param x: Count = {text}\n");
    vec![
        value(wrap("(", "1", ")")),
        value(wrap("(", "", ")")),
        value(wrap("[", "1", "]")),
        value(wrap("[", "1 2", "]")),
        value(wrap("f(", "1", ")")),
        value(wrap("f(", "1 1", ")")),
        value(wrap("f(a = ", "1 1", ")")),
        value(wrap("a[", "1", "]")),
        value(wrap("a[", "1 1", "]")),
        value(wrap("f(a[", "1", "])")),
        value(wrap("f(a[", "1 1", "])")),
        value(wrap("match p { a => ", "1", " }")),
        value(wrap("match p { a => ", "1 1 +", " }")),
        value(wrap("match p { a ", "1", " }")),
        value(wrap("match (", "1", ") { a => 1 }")),
        format!("param x: {}\n", wrap("[", "Count", "]")),
        format!("param x: {}\n", wrap("[", "", "]")),
        format!("param x: {}\n", wrap("T(a[", "1 1", "])")),
        wrap("node a { ", "", " }"),
        wrap("node a { ", "x = ;", " } oops"),
        wrap("node a b { ", "x = ;", " }"),
        wrap("nod a { ", "x = ;", " }"),
        wrap("x = { ", "x = ;", " }"),
        wrap("x y { ", "x = ;", " }"),
        wrap("needs a wihin 3 ms { ", "x = ;", " } x"),
        wrap("service a : f(1 1) { ", "x = ;", " } x"),
        wrap("service a : f(", "1 1", ") { }"),
        wrap("client a on [", "1 1", "] { }"),
        wrap("{", "", "}"),
        wrap("{ a ", "", " }"),
        wrap("([{", "", "}])"),
        wrap("use {", "", "}"),
        wrap("enum A {", "", "}"),
    ]
}

#[test]
fn nesting_costs_no_more_than_length() {
    for depth in [50, 100] {
        for text in nestings(depth) {
            quick(&text, 1_000, || check(&text));
        }
    }
}

/// The stack of a thread holds what the limit allows.
#[test]
fn the_deepest_nesting_allowed_parses() {
    let value = |open: &str, close: &str| {
        format!(
            "param x: Count = {}1{}\n",
            open.repeat(128),
            close.repeat(128)
        )
    };
    let body = format!(
        "builder a {}{}\n",
        "{ node a ".repeat(127) + "{",
        "}".repeat(128)
    );
    for text in [
        value("(", ")"),
        value("[", "]"),
        value("f(a = ", ")"),
        value("a[", "]"),
        body,
    ] {
        assert_eq!(parse(FileId(0), text.as_str()).1, [], "{text}");
    }
}

#[test]
fn absurd_nesting_is_one_error_of_ours() {
    for text in nestings(20_000) {
        let found = quick("deep", 4_000, || parse(FileId(0), text.as_str()).1);
        assert_eq!(
            found.iter().map(|d| d.code).collect::<Vec<_>>(),
            [codes::TOO_DEEP]
        );
    }
    for open in ["(", "[", "{", "a(", "match ", "match a + "] {
        let text = format!("param x: Count = {}", open.repeat(50_000));
        let found = quick("open", 4_000, || parse(FileId(0), text.as_str()).1);
        assert_eq!(
            found.iter().map(|d| d.code).collect::<Vec<_>>(),
            [codes::TOO_DEEP]
        );
    }
}

#[test]
fn a_megabyte_of_one_character_ends() {
    let all = "(){}[]\";:,.=<>-+*/%!&|#@'`\\ \n\ta0_é";
    for character in all.chars() {
        let of = |bytes| {
            std::iter::repeat_n(character, bytes / character.len_utf8()).collect::<String>()
        };
        quick(&format!("{character} a little"), 20_000, || {
            check(&of(1_000_000))
        });
        quick(&format!("{character} too much"), 20_000, || {
            check(&of(10_000_000))
        });
    }
}

#[test]
fn long_rows_end() {
    let rows = [
        "a ",
        "1 ",
        "- ",
        "not ",
        "a.",
        "a[0]",
        "a = 1 ",
        "x y ",
        "needs a ",
        "\"a\" ",
        "1 + ",
        "match ",
        "a,\n",
        "and\n",
        "\nand",
        "{}",
        "()",
        "[]",
        "} ",
        "a {\n",
        "use a.",
        "emit a, ",
        "1..",
        "=> ",
        "prefer a then ",
        "param x: T = 1 ",
        "site a {} ",
        "\\\"",
        "//\n",
    ];
    for row in rows {
        for head in [
            "",
            "param x: T = ",
            "builder b {\n",
            "builder b { service s : c { needs a ",
        ] {
            let text = format!("{head}{}", row.repeat(5_000));
            quick(row, 20_000, || check(&text));
        }
    }
}

#[test]
fn a_huge_file_is_refused() {
    let text = "a".repeat((4 << 20) + 1);
    assert_eq!(
        parse(FileId(0), text.as_str()).1.first().unwrap().code,
        codes::TOO_LARGE
    );
}

#[test]
fn a_huge_number_is_refused() {
    let mut text = "param x: Count = ".to_owned();
    write!(text, "{}", "9".repeat(100_000)).unwrap();
    let found = parse(FileId(0), text.as_str()).1;
    assert_eq!(
        found.iter().map(|d| d.code).collect::<Vec<_>>(),
        [codes::LONG_NUMBER]
    );
}

#[test]
fn values_parse_alone() {
    for good in [
        "3",
        " 12 EUR/month ",
        "[a, b]",
        "low_resource",
        "\"text\"",
        "2 * (3 + x)",
        "-1",
    ] {
        let (tree, found) = parse_expr(FileId(0), good);
        assert_eq!(found, [], "{good}");
        assert_eq!(tree.unwrap().root().kind().name(), "expr");
    }
    for bad in [
        "", "3 4 5", "a = 3", "(1", "1)", "\"a", "}", "=>", "a b", "x; y", "\n",
    ] {
        let (tree, found) = parse_expr(FileId(0), bad);
        assert!(tree.is_none(), "{bad}");
        assert_eq!(found.len(), 1, "{bad}: {found:?}");
    }
}
