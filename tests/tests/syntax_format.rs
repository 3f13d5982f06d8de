//! The formatter: what it makes of programs, and that it loses and changes nothing.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test"
)]

use vn_syntax::format::format;
use vn_syntax::{FileId, NodeRef, SyntaxKind, SyntaxTree, parse};
use vn_tests::generator::Random;
use vn_tests::sentences::Sentences;

const HOME_LAB: &str = include_str!("../../examples/home-lab/plan.vn");
const GRAMMAR: &str = include_str!("../../grammar/vn.pest");
const RETAIL: &str = include_str!("../../examples/retail/plan.vn");

/// The tree of a text without faults.
fn sound(text: &str) -> Option<SyntaxTree> {
    let (tree, found) = parse(FileId(0), text);
    found.is_empty().then_some(tree)
}

fn formatted(text: &str) -> String {
    let tree = sound(text).unwrap_or_else(|| panic!("{:#?}\n{text}", parse(FileId(0), text).1));
    format(&tree).unwrap_or_else(|| panic!("it has no form:\n{text}"))
}

/// Kinds and words, without blanks, separators and comments.
fn shape(node: NodeRef<'_>, into: &mut String) {
    into.push_str(node.kind().name());
    let mut leaf = true;
    for child in node.children() {
        into.push(if leaf { '(' } else { ' ' });
        leaf = false;
        shape(child, into);
    }
    if !leaf {
        into.push(')');
    } else if node.kind() == SyntaxKind::String {
        into.push_str(node.text());
    } else {
        into.push('=');
        let counts = |c: &char| !c.is_whitespace() && !"\u{FEFF},;".contains(*c);
        into.extend(node.text().chars().filter(counts));
    }
}

fn comments(node: NodeRef<'_>, into: &mut Vec<(u32, String)>) {
    into.extend(
        node.comments()
            .map(|c| (c.span().start, c.text().to_owned())),
    );
    node.children().for_each(|child| comments(child, into));
}

/// All comments in the order of the text.
fn all_comments(tree: &SyntaxTree) -> Vec<String> {
    let mut all = Vec::new();
    comments(tree.root(), &mut all);
    all.sort();
    all.into_iter().map(|(_, text)| text).collect()
}

fn shaped(tree: &SyntaxTree) -> String {
    let mut text = String::new();
    shape(tree.root(), &mut text);
    text
}

/// Formats a sound text and holds the result against it.
fn hold(text: &str) {
    assert!(held(text), "it has no form:\n{text}");
}

/// The same for a random text: a line may end where only that place will do, and then the text has
/// no form.
fn held(text: &str) -> bool {
    let tree = sound(text).unwrap();
    let Some(once) = format(&tree) else {
        return false;
    };
    let again = sound(&once).unwrap_or_else(|| {
        panic!(
            "a fault appeared: {:#?}\nBEFORE\n{text}\nAFTER\n{once}",
            parse(FileId(0), once.as_str()).1
        )
    });
    let (now, then) = (shaped(&again), shaped(&tree));
    let same = now
        .bytes()
        .zip(then.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let from = |shape: &str| {
        shape
            .chars()
            .skip(same.saturating_sub(80))
            .take(200)
            .collect::<String>()
    };
    assert!(
        now == then,
        "{}\n{}\nBEFORE\n{text}\nAFTER\n{once}",
        from(&then),
        from(&now)
    );
    assert_eq!(
        all_comments(&again),
        all_comments(&tree),
        "BEFORE\n{text}\nAFTER\n{once}"
    );
    let twice = format(&again).unwrap();
    assert_eq!(
        twice, once,
        "FIRST\n{once}\nSECOND\n{twice}\nBEFORE\n{text}"
    );
    for line in once.lines() {
        assert_eq!(line.trim_end(), line, "blanks at the end of a line\n{once}");
    }
    assert!(!once.contains("\n\n\n"), "{once}");
    assert!(once.is_empty() || once.ends_with('\n'), "{once}");
    true
}

fn cases() -> u64 {
    std::env::var("VN_CASES").map_or(3_000, |n| n.parse().unwrap())
}

#[test]
fn the_home_lab_is_in_its_form() {
    assert_eq!(formatted(HOME_LAB), HOME_LAB);
}

#[test]
fn the_retail_chain_is_in_its_form() {
    assert_eq!(formatted(RETAIL), RETAIL);
}

#[test]
fn the_library_keeps_its_meaning() {
    for file in vn_stdlib::FILES {
        hold(file.text);
    }
}

/// Long ones take long and show nothing that short ones do not.
fn short(sentences: &Sentences, random: &mut Random) -> String {
    loop {
        let text = sentences.program(random);
        if text.len() < 1_000 {
            return text;
        }
    }
}

#[test]
fn sentences_of_the_grammar_keep_their_meaning() {
    let sentences = Sentences::new(GRAMMAR);
    let mut random = Random::new(2026);
    let (mut programs, mut formless) = (0, 0);
    for _ in 0..cases() {
        let text = short(&sentences, &mut random);
        if sound(&text).is_some() {
            formless += u64::from(!held(&text));
            programs += 1;
        }
    }
    println!(
        "{programs} of {} sentences were programs, {formless} without a form",
        cases()
    );
    assert!(programs * 3 > cases() && formless * 1000 <= programs);
}

fn kinds(node: NodeRef<'_>, seen: &mut std::collections::BTreeSet<SyntaxKind>) {
    seen.insert(node.kind());
    seen.extend(node.comments().map(NodeRef::kind));
    node.children().for_each(|child| kinds(child, seen));
}

/// Every kind that a sound program can have is drawn, so that the test above means what it says.
#[test]
fn sentences_reach_the_whole_grammar() {
    let sentences = Sentences::new(GRAMMAR);
    let mut random = Random::new(7);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..8_000 {
        if let Some(tree) = sound(&short(&sentences, &mut random)) {
            kinds(tree.root(), &mut seen);
        }
    }
    let missing: Vec<&str> = SyntaxKind::ALL
        .iter()
        .filter(|kind| !seen.contains(kind) && !kind.name().starts_with("bad_"))
        .map(|kind| kind.name())
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Blanks where there are blanks, other blanks at the start of a line, more of them at its end.
fn reblanked(random: &mut Random, text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str(&" ".repeat(random.below(9) as usize));
        }
        let is_comment =
            |at: &usize| line[*at..].starts_with("//") && line[..*at].matches('"').count() % 2 == 0;
        let (code, comment) = line.split_at((0..line.len()).find(is_comment).unwrap_or(line.len()));
        let mut in_string = false;
        let mut last = ' ';
        for c in code.trim().chars() {
            in_string ^= c == '"';
            if c == ' ' && !in_string {
                if last != ' ' {
                    out.push_str(random.pick(&[" ", "  ", "\t", "    "]));
                }
            } else {
                out.push(c);
            }
            last = if in_string { '"' } else { c };
        }
        if !comment.is_empty() {
            out.push_str(random.pick(&["", " ", "      "]));
            out.push_str(comment);
        }
        out.push_str(random.pick(&["", "", "  ", ";"]).trim_end_matches(|c| {
            // A semicolon ends a statement; nothing else does.
            c == ';' && (!comment.is_empty() || !code.trim_end().ends_with(['%', '}']))
        }));
        out.push('\n');
        if line.is_empty() && random.percent(50) {
            out.push_str("\n \n");
        }
    }
    out
}

#[test]
fn blanks_do_not_matter() {
    let mut random = Random::new(3);
    let all = [HOME_LAB, RETAIL].into_iter();
    for text in all.chain(vn_stdlib::FILES.iter().map(|file| file.text)) {
        let form = formatted(text);
        for _ in 0..20 {
            let other = reblanked(&mut random, text);
            assert_eq!(formatted(&other), form, "{other}");
        }
    }
}

/// Line ends and comments behind signs, and at the ends of lines.
fn recommented(random: &mut Random, text: &str) -> String {
    let mut out = String::new();
    let mut in_string = false;
    let mut in_comment = false;
    for c in text.chars() {
        in_comment &= c != '\n';
        in_string ^= c == '"' && !in_comment;
        let free = !in_string && !in_comment;
        if c == '\n' && !in_comment && random.percent(8) {
            out.push_str(random.pick(&[" // said", "\n// alone", "\n\n  // apart\n", "\n"]));
        }
        out.push(c);
        if free && "{}[](),;+*<=".contains(c) && random.percent(3) {
            out.push_str(random.pick(&["\n", " // why\n", "\n\n// why\n", "\n  // a\n  // b\n"]));
        }
        if free && c == '/' && out.ends_with("//") {
            in_comment = true;
        }
    }
    out
}

#[test]
fn comments_anywhere_survive() {
    let mut random = Random::new(4);
    let mut programs = 0;
    let pieces: Vec<&str> = [HOME_LAB, RETAIL]
        .iter()
        .flat_map(|text| text.split_inclusive("\n\n"))
        .collect();
    // Comments before everything, and lines without anything between them.
    let heads = [
        "",
        "\n",
        "// one\n\n",
        "// one\n\n\n// two\n\n",
        "\n\n// one\n\n// two\n",
    ];
    for _ in 0..cases() {
        let piece = random.pick(&pieces);
        let head = random.pick(&heads);
        let text = format!("{head}{}", recommented(&mut random, piece));
        if sound(&text).is_some() {
            hold(&text);
            programs += 1;
        }
    }
    println!("{programs} of {} were programs", cases());
    assert!(programs * 3 > cases(), "{programs}");
}

#[test]
fn broken_programs_never_lose_a_word() {
    let mut random = Random::new(5);
    for _ in 0..cases() / 4 {
        let mut text = random.pick(&[HOME_LAB, RETAIL]).to_owned();
        let at = random.below(text.len() as u64) as usize;
        text.remove(at);
        let (tree, _) = parse(FileId(0), text.as_str());
        if let Some(form) = format(&tree) {
            let letters = |t: &str| -> String {
                t.chars()
                    .filter(|c| !c.is_whitespace() && !",;".contains(*c))
                    .collect()
            };
            let mut before: Vec<char> = letters(&text).chars().collect();
            let mut after: Vec<char> = letters(&form).chars().collect();
            before.sort_unstable();
            after.sort_unstable();
            assert_eq!(before, after);
        }
    }
}

#[test]
fn lines_end_as_they_did() {
    let windows = HOME_LAB.replace('\n', "\r\n");
    assert_eq!(formatted(&windows), windows);
    let mixed = HOME_LAB.replacen('\n', "\r\n", 3);
    assert_eq!(formatted(&mixed), HOME_LAB);
    let marked = format!("\u{FEFF}{HOME_LAB}");
    assert_eq!(formatted(&marked), marked);
    assert_eq!(formatted(HOME_LAB.trim_end()), HOME_LAB);
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n \n"), "");
}

#[test]
fn large_programs_take_no_time() {
    let row = "param x: Count = 3 // c\nsite a { device b : c { role = edge; disk = [1, 2] } }\n";
    let text = row.repeat((1 << 20) / row.len());
    let started = std::time::Instant::now();
    hold(&text);
    let deep = format!("{}x = 1{}", "a { ".repeat(120), " }".repeat(120));
    hold(&format!("builder b {{\n{deep}\n}}\n"));
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

/// What people write, and what becomes of it.
#[test]
fn what_becomes_of_rough_texts() {
    let rows = [
        // Lines that are too long end behind operators, commas, and before `else` and `prefer`.
        "require total(cost) + excess(total(power), 30 W) * 2 EUR/month <= budget + 3 EUR/month * stores and count(graph) >= 2 else \"too dear, or too few\"",
        "kind k { requires device.os == linux and device.arch in [x86_64, aarch64] and (device.memory >= 8 GiB or device.gpu.vram >= 4 GiB) }",
        "builder b { service s : k(a = 1) { needs a_service_with_a_long_name * 2 at least big within 1500 ms degraded 3 s prefer same_site then backbone then nearest write } }",
        "use std.hardware.{raspberry_pi_4_model_b_4g, raspberry_pi_5_8g, nuc_n100_16g, desktop_rtx3060, hetzner_cx23, pixel_8}",
        "use std.hardware.{ a  as b,c as d }\nuse \"./x.vn\" . {a as b,c}\nuse \"./x.vn\"  as y",
        "enum Mode { one\n two, three }",
        // What was written on several lines stays so.
        "param x: [Count] = [1,\n2, 3]",
        "param x: [Count] = [\n1, // one\n\n// two\n2]",
        "builder b { node n {\n} }",
        "site a {\n\n\n  device d : x\n\n\n\n  device e : y\n\n}",
        // Comments keep their place.
        "site a { // here\n  // alone\n\n  // apart\n}\n// end",
        "param x: Count = 1 + // one\n  2\n// next\nparam y: Count = // why\n  3",
        "test \"t\" { given lost(a); // b\n expect served(c) == 100% }  // d",
        // Columns of neighbours.
        "site s { device a : one { x = 1 }\n device long : two * 3 { xx = 10; y = 2 } }",
        "builder b {\n decide { when a => prefer x\n when device.battery => forbid y, pin on z }\n}",
        "minimize match p { a => 1, bcd => 2 }",
        "metric m=-a*-(b+c)/not d",
        "unit crate:Count=24\nunit o = 1 B",
        "capability a:Set(x,y) consumable\ncapability bcd : Label",
    ];
    let shown: Vec<String> = rows.iter().map(|row| formatted(row)).collect();
    for row in rows {
        hold(row);
    }
    insta::assert_snapshot!(shown.join("---\n"));
}
