//! One fault, one message, on its line: every token of the two programs is left out once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test"
)]

use vn_syntax::{Diagnostic, FileId, Source, parse};

const PROGRAMS: [(&str, &str); 2] = [
    ("home lab", include_str!("../../examples/home-lab/plan.vn")),
    ("retail", include_str!("../fixtures/retail.vn")),
];

/// Byte ranges of tokens; quotes are tokens of their own.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let run = |belongs: &dyn Fn(u8) -> bool| {
            bytes
                .iter()
                .skip(start)
                .take_while(|b| belongs(**b))
                .count()
                .max(1)
        };
        let rest = text.get(at..).unwrap_or_default();
        if in_string && byte != b'"' {
            at += run(&|b| b != b'"');
            continue;
        }
        at += match byte {
            b'/' if rest.starts_with("//") => {
                at += run(&|b| b != b'\n');
                continue;
            }
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'"' => {
                in_string = !in_string;
                1
            }
            b if b.is_ascii_alphanumeric() => run(&|b| b.is_ascii_alphanumeric() || b == b'_'),
            _ => ["<->", "=>", "->", "<=", ">=", "=="]
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .map_or(1, |sign| sign.len()),
        };
        found.push(start..at);
    }
    found
}

#[derive(Default)]
struct Tally {
    clean: usize,
    rejected: usize,
    exact: usize,
    near: usize,
    first: usize,
    codes: std::collections::BTreeMap<&'static str, usize>,
}

fn line(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap().matches('\n').count()
}

fn near(text: &str, diagnostic: &Diagnostic, fault: usize) -> bool {
    diagnostic
        .labels
        .iter()
        .any(|label| line(text, label.span.start as usize).abs_diff(fault) <= 1)
}

fn tally(name: &str, original: &str, mutants: impl Iterator<Item = (String, usize)>) -> Tally {
    let mut tally = Tally::default();
    for (mutant, at) in mutants {
        let fault = line(original, at);
        let (_, found) = parse(FileId(0), mutant.as_str());
        if found.is_empty() {
            tally.clean += 1;
            continue;
        }
        tally.rejected += 1;
        for diagnostic in &found {
            *tally.codes.entry(diagnostic.code).or_default() += 1;
        }
        let placed = found.iter().any(|d| near(&mutant, d, fault));
        tally.near += usize::from(placed);
        let first = found.iter().filter_map(|d| d.labels.first());
        let main = |label: &vn_syntax::Label| line(&mutant, label.span.start as usize);
        tally.first += usize::from(first.map(main).any(|l| l.abs_diff(fault) <= 1));
        if found.len() == 1 && placed {
            tally.exact += 1;
        } else if std::env::var_os("VN_SHOW").is_some() {
            let source = Source {
                name: name.into(),
                text: mutant.as_str().into(),
            };
            println!(
                "--- line {}: {}",
                fault + 1,
                mutant.lines().nth(fault).unwrap_or_default()
            );
            for d in &found {
                let (line, column) = source.line_column(d.labels.first().unwrap().span.start);
                println!("    {line}:{column} {} {}", d.code, d.message);
            }
        }
    }
    tally
}

#[allow(clippy::cast_precision_loss, reason = "a few hundred")]
fn print(name: &str, tally: &Tally) -> f64 {
    let share = tally.exact as f64 / tally.rejected.max(1) as f64;
    println!(
        "{name}: {} clean, {} rejected, {} with one error on the line ({:.1}%), {} with one there ({} by the main label); {:?}",
        tally.clean,
        tally.rejected,
        tally.exact,
        share * 100.0,
        tally.near,
        tally.first,
        tally.codes
    );
    share
}

#[test]
fn a_token_left_out_gives_one_error_on_its_line() {
    for (name, text) in PROGRAMS {
        let mutants = tokens(text).into_iter().map(|range| {
            let mut mutant = text.to_owned();
            mutant.replace_range(range.clone(), "");
            (mutant, range.start)
        });
        assert!(print(name, &tally(name, text, mutants)) >= 0.9, "{name}");
    }
}

#[test]
fn a_token_twice_gives_one_error_on_its_line() {
    for (name, text) in PROGRAMS {
        let mutants = tokens(text).into_iter().map(|range| {
            let mut mutant = text.to_owned();
            let token = text.get(range.clone()).unwrap();
            mutant.insert_str(range.end, &format!(" {token}"));
            (mutant, range.start)
        });
        assert!(print(name, &tally(name, text, mutants)) >= 0.9, "{name}");
    }
}

/// A letter too few in a keyword or a name: names parse, keywords are told.
#[test]
fn a_misspelt_word_gives_one_error_on_its_line() {
    for (name, text) in PROGRAMS {
        let words = tokens(text).into_iter().filter(|r| {
            r.len() >= 4
                && text
                    .get(r.clone())
                    .unwrap()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase())
        });
        let mutants = words.map(|range| {
            let mut mutant = text.to_owned();
            mutant.remove(range.start + 2);
            (mutant, range.start)
        });
        assert!(print(name, &tally(name, text, mutants)) >= 0.9, "{name}");
    }
}

#[test]
fn the_programs_have_no_fault() {
    for (name, text) in PROGRAMS {
        let (_, found) = parse(FileId(0), text);
        assert_eq!(found, [], "{name}");
    }
}
