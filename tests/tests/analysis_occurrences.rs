//! What an editor asks: what a name stands for, where else it stands, what can be written here.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use analysis_fixture::{Checked, check_with};
use insta::assert_snapshot;
use vn_analysis::{Occurrence, Role, Symbol, SymbolKind};
use vn_syntax::{FileId, NodeRef, Span, SyntaxKind, parse};

const ENTRY: FileId = FileId(0);

const HOME_LAB: &str = include_str!("../../examples/home-lab/plan.vn");
const RETAIL: &str = include_str!("../../examples/retail/plan.vn");

fn analysed(text: &str) -> Checked {
    check_with(text, &[], None)
}

fn own(checked: &Checked) -> impl Iterator<Item = &Occurrence> {
    let all = checked.analysis.occurrences.iter();
    all.filter(|one| one.span.file == ENTRY)
}

/// Each name of a program with what it stands for.
fn table(text: &str) -> String {
    let checked = analysed(text);
    let mut table = String::new();
    for one in own(&checked) {
        let role = match one.role {
            Role::Definition => "=",
            Role::Reference => " ",
            Role::Write => "~",
        };
        let before = text[..one.span.start as usize].matches('\n').count() + 1;
        let word = checked.sources.slice(one.span);
        _ = writeln!(table, "{before:3} {role} {word:16} {}", one.symbol);
    }
    table
}

#[test]
fn names_and_what_they_stand_for() {
    assert_snapshot!(table(
        "use std.hardware.{rpi5_8g as pi}
use std.services as kinds
enum Mood { calm, wild }
param mood: Mood = calm
param budget: Money/Time = 12 EUR/month
capability rack : Label
kind mine {
  param entries: Count = 5
  variant fast { memory = entries * 1 KiB; image = \"fast:${entries}\"; ports { main = tcp(1) } }
}
site home {
  device a : pi * 2 { role = local; rack = north }
  link { rtt = 1 ms }
}
builder b {
  context { mood = wild }
  select [shop.kv, app]
  decide { when mood == calm => prefer fast }
  node shop {
    service kv : mine(entries = 7) { variant fast { cpu = 1 cores }; survive any 1 device }
    service other : kinds.cache { variant own : valkey(limit = \"1mb\") { requires device.memory >= 1 GiB } }
  }
  client app on home.a[1] { needs shop.kv within 10 ms prefer same_site then role local }
}
minimize match mood { calm => 2 * cost, wild => latency }
require total(cost) <= budget
test \"t\" { given lost(a[2]); expect served(app -> kv) == 100% }
emit compose"
    ));
}

/// Every word of a program that is a name, and no keyword.
fn names(node: NodeRef<'_>, found: &mut Vec<Span>) {
    if matches!(node.kind(), SyntaxKind::Ident | SyntaxKind::Name) {
        found.push(node.span());
    }
    node.children().for_each(|child| names(child, found));
}

fn unnamed(text: &str) -> Vec<String> {
    let checked = analysed(text);
    let (tree, _) = parse(ENTRY, text);
    let mut words = Vec::new();
    names(tree.root(), &mut words);
    assert!(words.len() > 20, "the program has names");
    let line = |span: &Span| text[..span.start as usize].matches('\n').count() + 1;
    let without = words.iter().filter(|word| {
        let mut all = own(&checked);
        !all.any(|one| one.span == **word)
    });
    without
        .map(|word| format!("{}: {}", line(word), checked.sources.slice(*word)))
        .collect()
}

#[test]
fn every_name_has_one_meaning() {
    assert_eq!(unnamed(HOME_LAB), Vec::<String>::new());
    assert_eq!(unnamed(RETAIL), Vec::<String>::new());
}

#[test]
fn occurrences_do_not_overlap_and_are_in_order() {
    for text in [HOME_LAB, RETAIL] {
        let checked = analysed(text);
        let all = &checked.analysis.occurrences;
        for pair in all.windows(2) {
            let (first, second) = (pair[0].span, pair[1].span);
            assert!(
                (first.file, first.end) <= (second.file, second.start),
                "{pair:?}"
            );
        }
        for one in all {
            assert_eq!(checked.analysis.at(one.span), Some(one));
        }
    }
}

/// Kinds of things that a program declares; the others may be the language's own.
const DECLARED: &[SymbolKind] = &[
    SymbolKind::Alias,
    SymbolKind::Param,
    SymbolKind::Hardware,
    SymbolKind::Kind,
    SymbolKind::Variant,
    SymbolKind::Region,
    SymbolKind::Site,
    SymbolKind::Device,
    SymbolKind::Builder,
    SymbolKind::Node,
    SymbolKind::Component,
    SymbolKind::Policy,
    SymbolKind::Capability,
];

#[test]
fn what_is_declared_has_a_definition() {
    for text in [HOME_LAB, RETAIL] {
        let checked = analysed(text);
        for one in own(&checked).filter(|one| DECLARED.contains(&one.symbol.kind)) {
            let defined = checked.analysis.definition(&one.symbol);
            let defined = defined.unwrap_or_else(|| panic!("{one:?} is defined nowhere"));
            assert_eq!(
                checked.sources.slice(defined),
                one.symbol.path.rsplit(['.', '/', ':']).next().unwrap(),
            );
        }
    }
}

/// A name of the same length that no text has.
fn fresh(name: &str, text: &str) -> String {
    let letters = ('g'..='z').chain('A'..='Z');
    let mut candidates = letters.map(|letter| format!("{letter}{}", &name[1..]));
    let is_new = |candidate: &String| !text.contains(candidate.as_str());
    candidates.find(is_new).expect("some letter is free")
}

fn renamed(text: &str, checked: &Checked, symbol: &Symbol, name: &str) -> String {
    let mut text = text.to_owned();
    for one in checked
        .analysis
        .references(symbol)
        .filter(|one| one.span.file == ENTRY)
    {
        let range = one.span.start as usize..one.span.end as usize;
        text.replace_range(range, name);
    }
    text
}

/// Everything known about a program, in an order that names do not change.
fn knowledge(checked: &Checked) -> Vec<String> {
    let analysis = &checked.analysis;
    let mut lines: Vec<String> = own(checked).map(|one| format!("{one:?}")).collect();
    let composition = format!("{:#?}", analysis.composition);
    lines.extend(composition.lines().map(|line| line.trim().to_owned()));
    lines.extend(checked.diagnostics.iter().map(|fault| format!("{fault:?}")));
    lines
}

/// Renames each symbol that a program declares; those that change more than the name.
fn changed_by_renaming(text: &str) -> Vec<String> {
    let checked = analysed(text);
    let before = knowledge(&checked);
    let taken = format!("{text}{}", before.concat());
    let defined = own(&checked).filter(|one| one.role == Role::Definition);
    let symbols: BTreeSet<&Symbol> = defined
        .map(|one| &one.symbol)
        .filter(|symbol| !matches!(symbol.kind, SymbolKind::Test | SymbolKind::Module))
        .collect();
    assert!(symbols.len() > 10, "there is something to rename");
    let mut changed = Vec::new();
    for symbol in symbols {
        let defined = checked.analysis.definition(symbol).expect("it is defined");
        let name = checked.sources.slice(defined);
        let fresh = fresh(name, &taken);
        let after = analysed(&renamed(text, &checked, symbol, &fresh));
        let after = knowledge(&after).into_iter();
        let sorted = |lines: Vec<String>| {
            let mut lines = lines;
            lines.sort();
            lines
        };
        let after = sorted(after.map(|line| line.replace(&fresh, name)).collect());
        if after != sorted(before.clone()) {
            changed.push(symbol.to_string());
        }
    }
    changed
}

#[test]
fn renaming_a_symbol_changes_nothing_else() {
    for text in [HOME_LAB, RETAIL] {
        let mut changed = changed_by_renaming(text);
        // The language itself looks for a parameter of this name.
        changed.retain(|symbol| symbol != "param preference");
        // An option of `emit` names it in a text.
        changed.retain(|symbol| symbol != "site store");
        assert_eq!(changed, Vec::<String>::new());
    }
}

#[test]
fn a_line_less_leaves_the_other_lines_their_names() {
    for text in [HOME_LAB, RETAIL] {
        let whole = analysed(text);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut start = 0;
        for (at, line) in lines.iter().enumerate() {
            let (from, to) = (start, start + line.len());
            start = to;
            if line.matches('{').count() != line.matches('}').count() {
                continue;
            }
            let less: String = [&lines[..at], &lines[at + 1..]].concat().concat();
            let less = analysed(&less);
            let kept: BTreeMap<Span, &Symbol> =
                own(&less).map(|one| (one.span, &one.symbol)).collect();
            let gone: BTreeSet<&Symbol> = own(&whole)
                .filter(|one| (from..to).contains(&(one.span.start as usize)))
                .filter(|one| {
                    one.role == Role::Definition || one.symbol.kind == SymbolKind::Hardware
                })
                .map(|one| &one.symbol)
                .collect();
            for one in own(&whole) {
                let (begins, ends) = (one.span.start as usize, one.span.end as usize);
                // What was imported, or belonged to what was declared, is another matter.
                let depends = line.starts_with("use ") || gone.contains(&one.symbol);
                if (from..to).contains(&begins) || depends {
                    continue;
                }
                let shift = if begins >= to { line.len() } else { 0 };
                let span = Span {
                    start: u32::try_from(begins - shift).unwrap(),
                    end: u32::try_from(ends - shift).unwrap(),
                    ..one.span
                };
                let belongs = gone.iter().any(|gone| {
                    one.symbol.path.starts_with(gone.path.as_str())
                        || gone.path.ends_with(&one.symbol.path)
                });
                if !belongs {
                    assert_eq!(
                        kept.get(&span),
                        Some(&&one.symbol),
                        "without line {}: {line}",
                        at + 1
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_not_selected_and_what_is_wrong_has_names_too() {
    assert_snapshot!(table(
        "site home { device a { role = local } }
builder b {
  select [kv]
  service kv { needs nothing within 5 ms; variant v { memory = 8 } }
  service other { needs kv within 5 Gib; bananas = 3 }
  servce third { needs kv within 5 ms }
  client app on b { needs kv }
}"
    ));
}

#[test]
fn what_can_be_written_where() {
    let text = "param budget: Count = 5
kind mine { param entries: Count = 5; variant v { memory = entries * 1 MiB } }
site home { device a { role = local } }
builder b { node n { service kv : mine { variant v {   } } } }
";
    let checked = analysed(text);
    let mut report = String::new();
    for marker in [
        "param",
        "param entries",
        "memory =",
        "role =",
        "node n",
        "service kv",
        "   }",
    ] {
        let at = u32::try_from(text.find(marker).unwrap() + 1).unwrap();
        let place = Span {
            file: ENTRY,
            start: at,
            end: at,
        };
        let scope = checked.analysis.scope_at(place).unwrap();
        let owner = scope
            .owner
            .as_ref()
            .map_or("nobody".to_owned(), ToString::to_string);
        _ = writeln!(report, "before `{marker}`: a {} of {owner}", scope.place);
        _ = writeln!(report, "  statements: {}", scope.statements.join(" "));
        _ = writeln!(report, "  fields: {}", scope.fields.join(" "));
        let names = checked.analysis.visible_at(place);
        let names = names.filter(|symbol| symbol.kind != SymbolKind::Member);
        let names: Vec<String> = names.map(ToString::to_string).collect();
        _ = writeln!(report, "  names: {}", names.join(", "));
    }
    assert_snapshot!(report);
}
