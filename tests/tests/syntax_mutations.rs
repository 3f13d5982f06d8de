//! One fault, one message, on its line: every token of some programs is left out, doubled, swapped
//! with the next, or misspelt.
//!
//! `VN_SHOW=1` prints the mutants that are not answered so.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pest::{Parser as _, Token};
use vn_grammar::{Rule, VnParser};
use vn_syntax::{Diagnostic, FileId, Source, parse};
use vn_tests::generator::Random;
use vn_tests::mutants::{Mutant, Spoil, mutants};

const PROGRAMS: [(&str, &str); 4] = [
    ("home lab", include_str!("../../examples/home-lab/plan.vn")),
    ("retail", include_str!("../../examples/retail/plan.vn")),
    ("clauses", include_str!("../fixtures/clauses.vn")),
    (
        "graph_db",
        include_str!("../../stdlib/services/graph_db.vn"),
    ),
];

/// Whether a text is the language, with nothing that the grammar takes only in order to answer it.
fn is_right(text: &str) -> bool {
    let Ok(pairs) = VnParser::parse(Rule::file, text) else {
        return false;
    };
    let mut open = Vec::new();
    for token in pairs.tokens() {
        match token {
            Token::Start { rule: of, pos } => {
                if format!("{of:?}").starts_with("bad_") {
                    return false;
                }
                open.push((of, pos.pos(), None));
            }
            Token::End { rule: of, pos } => {
                let (_, start, _) = open.pop().unwrap();
                let inside = text.get(start..pos.pos()).unwrap().trim_end();
                let operator = match of {
                    Rule::op_cmp => &["==", "!=", "<=", ">=", "<", ">"][..],
                    Rule::op_and => &["and"],
                    Rule::op_or => &["or"],
                    Rule::op_not => &["not"],
                    _ => &[],
                };
                if !operator.is_empty() && !operator.contains(&inside) {
                    return false;
                }
                // Two statements without a line's end or `;` between them.
                if let Some((Rule::file | Rule::body, _, last)) = open.last_mut()
                    && of != Rule::comment
                {
                    let before = last.replace(start + inside.len());
                    let between = |at: usize| text.get(at..start).unwrap();
                    if before.is_some_and(|at| {
                        !between(at).contains(['\n', ';'])
                            && of != Rule::EOI
                            && !text.get(..at).unwrap().ends_with('}')
                    }) {
                        return false;
                    }
                }
            }
        }
    }
    true
}

#[derive(Clone, Copy, Default)]
struct Tally {
    right: usize,
    wrong: usize,
    exact: usize,
}

impl Tally {
    /// How many of a thousand are answered by exactly one message there.
    fn share(self) -> usize {
        (self.exact * 1_000)
            .checked_div(self.wrong)
            .unwrap_or(1_000)
    }
}

fn line(text: &str, offset: usize) -> usize {
    text.get(..offset.min(text.len()))
        .unwrap()
        .matches('\n')
        .count()
}

fn near(text: &str, diagnostic: &Diagnostic, fault: usize) -> bool {
    let mut lines = diagnostic
        .labels
        .iter()
        .map(|label| line(text, label.span.start as usize));
    lines.any(|line| line.abs_diff(fault) <= 1)
}

/// Whether there is exactly one message, of the syntax, near the fault.
fn is_exact(program: &str, mutant: &Mutant, text: &str, found: &[Diagnostic]) -> bool {
    let fault = line(program, mutant.at.start);
    matches!(found, [one] if near(text, one, fault))
}

fn show(name: &str, program: &str, mutant: &Mutant, text: &str, found: &[Diagnostic]) {
    if std::env::var_os("VN_SHOW").is_none() {
        return;
    }
    let at = line(program, mutant.at.start);
    println!(
        "--- {name} {:?} line {}: {}",
        mutant.spoil,
        at + 1,
        text.lines().nth(at).unwrap_or_default()
    );
    let source = Source {
        name: name.into(),
        text: text.into(),
    };
    for one in found {
        let (line, column) = source.line_column(one.labels.first().unwrap().span.start);
        println!("    {line}:{column} {} {}", one.code, one.message);
    }
}

type Tallies = BTreeMap<(bool, Spoil), Tally>;

static TALLIES: LazyLock<Tallies> = LazyLock::new(|| {
    let mut tallies = Tallies::new();
    for (name, program) in PROGRAMS {
        for mutant in mutants(program) {
            let text = mutant.of(program);
            let (_, found) = parse(FileId(0), text.as_str());
            let tally = tallies.entry((mutant.bracket, mutant.spoil)).or_default();
            if is_right(&text) {
                tally.right += 1;
                assert_eq!(found, [], "{text}");
                continue;
            }
            tally.wrong += 1;
            if is_exact(program, &mutant, &text, &found) {
                tally.exact += 1;
            } else {
                show(name, program, &mutant, &text, &found);
            }
        }
    }
    for ((bracket, spoil), tally) in &tallies {
        let what = if *bracket { "bracket" } else { "token" };
        let Tally {
            right,
            wrong,
            exact,
        } = tally;
        println!(
            "{spoil:?} a {what}: {right} still right, {wrong} wrong, {exact} answered by one message there ({}‰)",
            tally.share()
        );
    }
    tallies
});

fn total(bracket: bool) -> Tally {
    let mut total = Tally::default();
    for (_, tally) in TALLIES.iter().filter(|((of, _), _)| *of == bracket) {
        total.wrong += tally.wrong;
        total.exact += tally.exact;
    }
    total
}

#[test]
fn a_spoilt_token_gives_one_message_on_its_line() {
    assert!(total(false).wrong > 5_000);
    assert!(total(false).share() >= 970, "{}‰", total(false).share());
}

#[test]
fn a_spoilt_bracket_gives_one_message_on_its_line() {
    assert!(total(true).wrong > 500);
    assert!(total(true).share() >= 900, "{}‰", total(true).share());
}

#[test]
fn the_programs_have_no_fault() {
    for (name, text) in PROGRAMS {
        let (_, found) = parse(FileId(0), text);
        assert_eq!(found, [], "{name}");
        assert!(is_right(text), "{name}");
    }
}

/// Faults on different lines are each answered as if they were alone.
#[test]
fn many_faults_give_as_many_messages() {
    let mut random = Random::new(5);
    let (mut tried, mut kept) = (0, 0);
    for (name, program) in PROGRAMS {
        let alone = |mutant: &Mutant| {
            let text = mutant.of(program);
            !mutant.bracket
                && !is_right(&text)
                && is_exact(program, mutant, &text, &parse(FileId(0), text.as_str()).1)
        };
        let single: Vec<Mutant> = mutants(program).into_iter().filter(alone).collect();
        for _ in 0..200 {
            let mut chosen: Vec<&Mutant> = (0..random.between(2, 6))
                .map(|_| random.pick(&single.iter().collect::<Vec<_>>()))
                .collect();
            chosen.sort_by_key(|mutant| std::cmp::Reverse(mutant.at.start));
            // Two lines apart, so that what is at one cannot go on at the other.
            chosen.dedup_by(|a, b| line(program, b.at.start) < line(program, a.at.end) + 3);
            let text = chosen
                .iter()
                .fold(program.to_owned(), |text, mutant| mutant.of(&text));
            let found = parse(FileId(0), text.as_str()).1;
            tried += 1;
            if found.len() == chosen.len() {
                kept += 1;
            } else if std::env::var_os("VN_SHOW").is_some() {
                println!(
                    "--- {name}: {} faults, {} messages: {found:#?}",
                    chosen.len(),
                    found.len()
                );
            }
        }
    }
    println!("{kept} of {tried} programs with several faults have as many messages");
    assert!(kept * 1_000 >= tried * 970);
}
