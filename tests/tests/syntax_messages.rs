//! What a user reads about a fault of syntax, where, and that the offered edit mends it.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test"
)]

use vn_syntax::{Diagnostic, FileId, Source, Span, SyntaxKind, codes, parse};

/// A program, and each of its messages as `line:column code message`.
const CASES: &[(&str, &[&str])] = &[
    (
        "edition",
        &["1:8 VN0101 expected a whole number, found the end of the statement"],
    ),
    (
        "param x Count = 3",
        &["1:9 VN0101 expected `:`, found `Count`"],
    ),
    (
        "site home\n  device a : b { }\n}\n",
        &["1:10 VN0101 expected `{`"],
    ),
    (
        "site home {\n  device a : b {\n    role = edge\n  device c : d\n}\n",
        &["2:16 VN0102 `{` is never closed"],
    ),
    (
        "site home {\n  device a : b { role = edge\n  device c : d\n}\n",
        &["2:16 VN0102 `{` is never closed"],
    ),
    (
        "builder b {\n  select [a, b\n  node n { }\n}\n",
        &["2:10 VN0102 `[` is never closed"],
    ),
    (
        "param x: Count = (1 + 2\nparam y: Count = 3\n",
        &["1:18 VN0102 `(` is never closed"],
    ),
    (
        "site a { device b : c { address = \"10.0.0.1 } }\n",
        &["1:35 VN0103 the string is never closed"],
    ),
    (
        "test \"a {\n  given lost(b)\n}\n",
        &["1:6 VN0103 the string is never closed"],
    ),
    (
        "site a { }\n}\nsite b { }\n",
        &["2:1 VN0104 `}` closes nothing"],
    ),
    (
        "param x: Count = 1 + 2)\n",
        &["1:23 VN0104 `)` closes nothing"],
    ),
    (
        "site a {\n  link { rtt = 1 ms bandwidth = 2 Mbps }\n}\n",
        &["2:20 VN0106 two statements on one line"],
    ),
    (
        "builder b {\n  service s : c { replicas = 2 spread across site }\n}\n",
        &["2:31 VN0106 two statements on one line"],
    ),
    (
        "builder b { service kv cache { replicas = 2 } }",
        &["1:24 VN0101 `:` is missing before `cache`"],
    ),
    (
        "builder b { service kv cache(2); service s }",
        &["1:24 VN0101 `:` is missing before `cache`"],
    ),
    (
        "builder b { service s { variant cpu qdrant { memory = 1 GiB } } }",
        &["1:37 VN0101 `:` is missing before `qdrant`"],
    ),
    (
        "builder b { client app web on phones { needs s } }",
        &["1:24 VN0101 `:` is missing before `web`"],
    ),
    (
        "site a {\n  device v box { role = edge }\n  device w std.box * 2 // two\n  offer x box\n}",
        &[
            "2:12 VN0101 `:` is missing before `box`",
            "3:12 VN0101 `:` is missing before `std`",
            "4:11 VN0101 `:` is missing before `box`",
        ],
    ),
    (
        "hardware tiny box { cpu = 1 cores }",
        &["1:15 VN0101 `:` is missing before `box`"],
    ),
    // A block of the body around it, as likely as a base.
    (
        "builder b { service s { variant v ports { h = http(80) } } }",
        &["1:34 VN0106 two statements on one line"],
    ),
    (
        "builder b { service t { memory: 1 GiB, replicas: 2 } }",
        &["1:31 VN0101 expected `=` after `memory`, found `:`"],
    ),
    (
        "builder b {\n  service t {\n    memory: 1 GiB,\n    replicas: 2,\n  }\n}",
        &["3:11 VN0101 expected `=` after `memory`, found `:`"],
    ),
    (
        "builder b {\n  service t {\n    buffer: 1 GiB\n    ports: { h: http(80), i: tcp(1, 2) }\n  }\n}",
        &[
            "3:11 VN0101 expected `=` after `buffer`, found `:`",
            "4:10 VN0101 expected `=` after `ports`, found `:`",
        ],
    ),
    (
        "builder b { service t { \"replicas\": 2 } }",
        &["1:35 VN0101 expected `=` after `replicas`, found `:`"],
    ),
    // A service without its keyword, as likely as a field.
    (
        "builder b { kv: cache { replicas = 2 } }",
        &["1:13 VN0201 unknown word `kv`"],
    ),
    (
        "param a: Bytes = 1e3 MiB\nparam b: Bytes = 15e-1GiB\nparam c: Count = 1_0.25E+1\nparam d: Count = 1e99",
        &[
            "1:18 VN0101 `1e3`: a number has no exponent",
            "2:18 VN0101 `15e-1`: a number has no exponent",
            "3:18 VN0101 `1_0.25E+1`: a number has no exponent",
            "4:18 VN0101 `1e99`: a number has no exponent",
        ],
    ),
    (
        "builder b { client c on d { needs s within -3 ms } }",
        &["1:44 VN0101 expected a time above zero after `within`, found `-`"],
    ),
    (
        "builder b { client c on d {\n  needs s prefer; n = 2\n  needs t within\n} }",
        &[
            "2:17 VN0101 expected devices after `prefer`, found the end of the statement",
            "3:17 VN0101 expected a time above zero after `within`, found the end of the statement",
        ],
    ),
    ("require a =< 3", &["1:11 VN0107 `=<` is written `<=` here"]),
    (
        "require a => 3",
        &["1:11 VN0107 `=>` leads to a result; to compare, write `>=`"],
    ),
    (
        "require a = 3",
        &["1:11 VN0107 `=` gives a value; to compare, write `==`"],
    ),
    (
        "require a == 1 && !b || c <> 2",
        &[
            "1:16 VN0107 `&&` is written `and` here",
            "1:19 VN0107 `!` is written `not` here",
            "1:22 VN0107 `||` is written `or` here",
            "1:27 VN0107 `<>` is written `!=` here",
        ],
    ),
    (
        "builder b { decide { when a => 3 => forbid x } }",
        &["1:29 VN0107 `=>` leads to a result; to compare, write `>=`"],
    ),
    (
        "builder b {\n  servce kv : cache { replicas = 2 }\n}\n",
        &["2:3 VN0201 unknown statement `servce`; did you mean `service`?"],
    ),
    (
        "buidler b { }",
        &["1:1 VN0201 unknown item `buidler`; did you mean `builder`?"],
    ),
    (
        "builder b { srvive any 1 device }",
        &["1:13 VN0201 unknown statement `srvive`; did you mean `survive`?"],
    ),
    (
        "builder b { needs a wihin 10 ms }",
        &["1:21 VN0201 unknown word `wihin`; did you mean `within`?"],
    ),
    (
        "builder b { spread acros site }",
        &["1:20 VN0201 unknown word `acros`; did you mean `across`?"],
    ),
    (
        "builder b { survive any 1 device oops }",
        &["1:34 VN0101 expected `for`, `per` or the end of the statement, found `oops`"],
    ),
    (
        "builder b { pin on }",
        &["1:19 VN0101 expected devices, found the end of the statement"],
    ),
    (
        "builder b { x = }",
        &["1:16 VN0101 expected a value or `{`, found the end of the statement"],
    ),
    (
        "builder b { x 3 }",
        &["1:15 VN0101 expected `=` or `{`, found `3`"],
    ),
    (
        "service s : c { }",
        &["1:1 VN0101 `service` cannot stand outside a body"],
    ),
    (
        "builder b { use std.x }",
        &["1:13 VN0101 `use` cannot stand inside a body"],
    ),
    ("# a comment", &["1:1 VN0101 expected an item, found `#`"]),
    (
        "minimize match p {\n  a => 1\n  b 2\n  c =>\n}\n",
        &[
            "3:5 VN0101 expected `=>`, found `2`",
            "4:7 VN0101 expected a value, found the end of the statement",
        ],
    ),
    (
        "emit compose haproxy",
        &["1:14 VN0101 expected `,` or the end of the statement, found `haproxy`"],
    ),
];

fn shown(text: &str, diagnostic: &Diagnostic) -> String {
    let source = Source {
        name: "plan.vn".into(),
        text: text.into(),
    };
    let (line, column) = source.line_column(diagnostic.labels.first().unwrap().span.start);
    format!("{line}:{column} {} {}", diagnostic.code, diagnostic.message)
}

#[test]
fn each_fault_has_its_words() {
    let mut wrong = Vec::new();
    for (program, expected) in CASES {
        let found = parse(FileId(0), *program).1;
        let found: Vec<_> = found.iter().map(|d| shown(program, d)).collect();
        if found != *expected {
            wrong.push(format!(
                "{program}\n  expected {expected:#?}\n  found {found:#?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Applies the edits of all findings, the last one first.
fn mended(text: &str, found: &[Diagnostic]) -> String {
    let mut edits: Vec<_> = found.iter().flat_map(|d| &d.edits).collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e.span));
    let mut mended = text.to_owned();
    for edit in edits {
        mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    mended
}

#[test]
fn the_offered_edits_leave_no_fault() {
    for (program, _) in CASES {
        let found = parse(FileId(0), *program).1;
        if found.iter().all(|d| !d.edits.is_empty()) {
            let mended = mended(program, &found);
            assert_eq!(
                parse(FileId(0), mended.as_str()).1,
                [],
                "{program}\n{mended}"
            );
        }
    }
}

/// An operator that is a word here keeps clear of its operands.
#[test]
fn a_word_for_a_sign_stands_apart() {
    let cases = [
        ("require a||b", "require a or b"),
        ("require a || b", "require a or b"),
        ("param a: Bool = true&&!b", "param a: Bool = true and not b"),
        ("param a: Bool = !(!b)", "param a: Bool = not (not b)"),
        (
            "param a: Bool = ! b and!c",
            "param a: Bool = not b and not c",
        ),
        (
            "param a: Bool = not(b)||(c)",
            "param a: Bool = not(b) or (c)",
        ),
        (
            "require total(cost) <= 1 EUR/month&&total(power) =<3 W",
            "require total(cost) <= 1 EUR/month and total(power) <=3 W",
        ),
        ("require a\n||b", "require a\nor b"),
    ];
    for (program, right) in cases {
        let found = parse(FileId(0), program).1;
        assert_eq!(mended(program, &found), right);
        assert_eq!(parse(FileId(0), right).1, []);
        for one in &found {
            let mended = mended(program, std::slice::from_ref(one));
            let left = parse(FileId(0), mended.as_str()).1;
            assert_eq!(left.len(), found.len() - 1, "{mended}");
        }
    }
}

/// What an edit writes, where it takes more than the word that the message is about.
#[test]
fn the_offered_edits_mean_what_was_meant() {
    let cases = [
        (
            "builder b { service t { memory: 1 GiB, replicas: 2 } }",
            "builder b { service t { memory = 1 GiB; replicas = 2 } }",
        ),
        (
            "builder b {\n  service t {\n    \"memory\": 1 GiB,\n    ports: { h: http(80, 81), },\n  }\n}",
            "builder b {\n  service t {\n    memory = 1 GiB\n    ports { h = http(80, 81) }\n  }\n}",
        ),
        (
            "builder b { service kv cache { replicas = 2 } }",
            "builder b { service kv : cache { replicas = 2 } }",
        ),
        (
            "param a: Bytes = 1e3 MiB\nparam b: Bytes = 15e-4 GiB\nparam c: Count = 1_0.25E+1",
            "param a: Bytes = 1000 MiB\nparam b: Bytes = 0.0015 GiB\nparam c: Count = 102.5",
        ),
    ];
    for (program, right) in cases {
        let found = parse(FileId(0), program).1;
        assert_eq!(mended(program, &found), right);
        assert_eq!(parse(FileId(0), right).1, []);
    }
}

#[test]
fn what_stands_around_a_fault_is_kept() {
    let program = "site a {\n  device x : y {\n    role = edge\n  device z : y { role edge }\n}\n\
                   buidler b {\n  service s : c { replicas = 2 }\n}\nsite c { device d : e }\n";
    let (tree, found) = parse(FileId(0), program);
    assert_eq!(found.len(), 3, "{found:?}");
    let kinds: Vec<_> = tree
        .root()
        .children()
        .map(vn_syntax::NodeRef::kind)
        .collect();
    assert_eq!(
        kinds,
        [SyntaxKind::Site, SyntaxKind::BadWord, SyntaxKind::Site]
    );
    let body = tree
        .root()
        .children()
        .next()
        .unwrap()
        .child(SyntaxKind::Body)
        .unwrap();
    assert_eq!(body.children_of(SyntaxKind::Device).count(), 2);
    let wrong = tree
        .root()
        .child(SyntaxKind::BadWord)
        .unwrap()
        .child(SyntaxKind::Body)
        .unwrap();
    assert_eq!(
        wrong.child(SyntaxKind::Service).unwrap().text(),
        "service s : c { replicas = 2 }"
    );
}

/// An item that is beyond help costs that item alone.
#[test]
fn what_stands_around_a_hopeless_item_is_kept() {
    let deep = format!("param x: Count = {}1{}\n", "(".repeat(200), ")".repeat(200));
    let hopeless = [
        (deep.clone(), codes::TOO_DEEP),
        (deep.replace(')', "\n  )"), codes::TOO_DEEP),
        ("}\n".repeat(20), codes::STRAY),
        (
            "builder b {\n  node n {\n    service s : c {\n".to_owned(),
            codes::UNCLOSED,
        ),
        ("param x: Count = f([1, 2\n".to_owned(), codes::UNCLOSED),
        (
            "test \"never closed {\n  given lost(a)\n}\n".to_owned(),
            codes::UNCLOSED_STRING,
        ),
        ("\u{0}\u{7}\u{1b}~ @\n".to_owned(), codes::SYNTAX),
    ];
    for (hopeless, code) in hopeless {
        let program = format!(
            "site a {{ device b : c }}\n{hopeless}// then\nsite d {{\n  device e : f\n}}\nuse g\n"
        );
        let (tree, found) = parse(FileId(0), program.as_str());
        assert!(
            !found.is_empty() && found.iter().all(|d| d.code == code),
            "{program}{found:?}"
        );
        let kept = |kind| tree.root().children_of(kind).count();
        assert_eq!(
            (kept(SyntaxKind::Site), kept(SyntaxKind::UseItem)),
            (2, 1),
            "{program}{found:?}"
        );
        let rows = found
            .iter()
            .flat_map(|d| &d.labels)
            .map(|l| l.span.start as usize);
        assert!(
            rows.max().unwrap() <= program.find("// then").unwrap(),
            "{program}{found:?}"
        );
    }
}

#[test]
fn spans_end_before_blanks_and_comments() {
    let program = "builder b { // one\n  needs kv within 3 ms   // two\n  x = \" a \"\n}\n";
    let (tree, found) = parse(FileId(0), program);
    assert_eq!(found, []);
    let body = tree
        .root()
        .child(SyntaxKind::Builder)
        .unwrap()
        .child(SyntaxKind::Body)
        .unwrap();
    assert_eq!(
        body.child(SyntaxKind::Needs).unwrap().text(),
        "needs kv within 3 ms"
    );
    let comments: Vec<_> = body.comments().map(vn_syntax::NodeRef::text).collect();
    assert_eq!(comments, ["// one", "// two"]);
}

#[test]
fn a_file_without_indentation_is_not_blamed_for_it() {
    let program =
        "site a {\ndevice b : c {\nrole = edge\n}\ndevice d : e }\n}\nsite f {\ndevice g : h\n}\n";
    let found = parse(FileId(0), program).1;
    assert_eq!(
        found.iter().map(|d| d.code).collect::<Vec<_>>(),
        [codes::STRAY]
    );
}

#[test]
fn carriage_returns_and_a_mark_at_the_start_are_blanks() {
    let program = "\u{FEFF}edition 2026\r\nsite a {\r\n  link { rtt = 1 ms } // x\r\n}\r\n";
    assert_eq!(parse(FileId(0), program).1, []);
}

/// What an editor shows on a line of its own is not part of a comment without a word.
#[test]
fn what_is_shown_as_a_line_end_and_ends_none_is_reported() {
    let cases = [
        (
            "site a { } // one\r  site b { }\n",
            true,
            "site a { } // one\n  site b { }\n",
        ),
        (
            "// one\rsite a { }\rsite b { }\r",
            true,
            "// one\nsite a { }\nsite b { }\r",
        ),
        (
            "site a { } // one\u{2028}site b { }\n",
            true,
            "site a { } // one\nsite b { }\n",
        ),
        (
            "// one\u{2029}// two\u{85} \n",
            false,
            "// one\n// two\n \n",
        ),
        (
            "param a: Text = \"one\rtwo\"\n",
            false,
            "param a: Text = \"one\\ntwo\"\n",
        ),
        (
            "param a: Count = 1\rparam b: Count = 2",
            false,
            "param a: Count = 1\nparam b: Count = 2",
        ),
    ];
    for (program, hides, right) in cases {
        let found = parse(FileId(0), program).1;
        let [one] = found.as_slice() else {
            panic!("{program:?}: {found:#?}")
        };
        assert_eq!(
            (one.code, one.is_error()),
            (codes::BIDI, hides),
            "{program:?}"
        );
        assert!(one.edits.iter().all(|edit| !edit.safe), "{program:?}");
        let mended = mended(program, &found);
        assert_eq!(mended, right);
        assert_eq!(parse(FileId(0), mended.as_str()).1, []);
    }
    for fine in ["// a\r\r\nsite a { }\r\n", "site a { }\r"] {
        assert_eq!(parse(FileId(0), fine).1, [], "{fine:?}");
    }
}

#[test]
fn lines_and_columns_count_characters_from_one() {
    let source = Source {
        name: "a".into(),
        text: "aé\n≤b".into(),
    };
    let all: Vec<_> = [0, 1, 2, 3, 4, 6, 7, 99]
        .map(|at| source.line_column(at))
        .into();
    assert_eq!(
        all,
        [
            (1, 1),
            (1, 2),
            (1, 2),
            (1, 3),
            (2, 1),
            (2, 1),
            (2, 2),
            (2, 3)
        ]
    );
}

#[test]
fn codes_are_listed_once_and_in_order() {
    assert!(
        codes::SYNTAX_CODES
            .windows(2)
            .all(|pair| pair.first().unwrap().0 < pair.last().unwrap().0)
    );
    let span = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };
    assert_eq!(Diagnostic::error(codes::SYNTAX, span, "").code, "VN0101");
}
