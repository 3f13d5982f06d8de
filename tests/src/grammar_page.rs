//! The grammar in the notation of the W3C's EBNF, from `vn.pest` itself: what is published cannot differ
//! from what parses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pest_meta::ast::{Expr, Rule};
use pest_meta::parser;

/// Above the rules.
const PREFACE: &str = "\
# The grammar

This page is generated from `grammar/vn.pest`, which is the only parser of the language.

The notation is the [EBNF of the W3C](https://www.w3.org/TR/xml/#sec-notation): `'word'` stands for
itself, `?` for at most one, `*` for any number, `+` for at least one, `|` for a choice. Blanks and
`//` comments may stand between any two parts. Left out are look-aheads, which only tell apart what
looks alike at its beginning, and the rules that accept what people get wrong so that the rest of a
file still parses. Statements end at a newline, `;` or a closing bracket.
";

/// Rules that say where lines may break, or what a mistake looks like.
fn is_hidden(name: &str) -> bool {
    let prefix = ["bad_", "only_", "kw_"];
    let suffix = ["_ahead", "word_not", "_end"];
    let exact = [
        "WHITESPACE",
        "soft",
        "more",
        "sep",
        "nl",
        "blank",
        "next_statement",
        "after_number",
        "EOI",
        "SOI",
    ];
    prefix.iter().any(|p| name.starts_with(p))
        || suffix.iter().any(|s| name.ends_with(s))
        || exact.contains(&name)
}

/// The page.
///
/// # Panics
/// If the grammar does not parse, which its own build would have refused.
pub fn page(grammar: &str) -> String {
    let pairs = parser::parse(parser::Rule::grammar_rules, grammar).expect("the grammar parses");
    let rules = parser::consume_rules(pairs).expect("the grammar is sound");
    let words = words(&rules);
    let heads = headings(grammar);
    let mut text = PREFACE.to_owned();
    let mut open = false;
    for rule in &rules {
        if let Some(heading) = heads.get(rule.name.as_str()) {
            text.push_str(if open { "```\n" } else { "" });
            let _ = write!(text, "\n## {heading}\n\n```ebnf\n");
            open = true;
        }
        if is_hidden(&rule.name) || !open {
            continue;
        }
        let expr = if rule.name.starts_with("op_") {
            meant(&rule.expr)
        } else {
            rule.expr.clone()
        };
        if let Some(right) = shown(&expr, &words) {
            let _ = writeln!(
                text,
                "{}",
                wrapped(&format!("{} ::= {}", rule.name, right.text))
            );
        }
    }
    text.push_str("```\n");
    text
}

/// An operator without the spellings of other languages, which parse and get a fix.
fn meant(expr: &Expr) -> Expr {
    const FOREIGN: &[&str] = &[
        "||", "&&", "!", "===", "!==", "=<", "=>", "=", "<>", "≤", "≥", "≠",
    ];
    expr.clone().map_bottom_up(|expr| match expr {
        Expr::Choice(a, b) => match (is_foreign(&a, FOREIGN), is_foreign(&b, FOREIGN)) {
            (true, _) => *b,
            (_, true) => *a,
            _ => Expr::Choice(a, b),
        },
        other => other,
    })
}

fn is_foreign(expr: &Expr, foreign: &[&str]) -> bool {
    match expr {
        Expr::Str(text) => foreign.contains(&text.as_str()),
        Expr::Seq(first, rest) => {
            is_foreign(first, foreign) && matches!(**rest, Expr::NegPred(_) | Expr::PosPred(_))
        }
        _ => false,
    }
}

/// `kw_node` stands for the word `node`.
fn words(rules: &[Rule]) -> BTreeMap<&str, String> {
    let word = |rule: &'_ Rule| {
        let mut found = None;
        rule.expr.clone().map_top_down(|expr| {
            if let (Expr::Str(word), None) = (&expr, &found) {
                found = Some(word.clone());
            }
            expr
        });
        found
    };
    let keywords = rules.iter().filter(|rule| rule.name.starts_with("kw_"));
    let mut words: BTreeMap<&str, String> = keywords
        .filter_map(|rule| Some((rule.name.as_str(), format!("'{}'", word(rule)?))))
        .collect();
    words.insert("kw_in_use", "'in' 'use'".to_owned());
    words
}

/// The first rule below each `// ---- heading ----`.
fn headings(grammar: &str) -> BTreeMap<&str, String> {
    let mut heads = BTreeMap::new();
    let mut heading = None;
    for line in grammar.lines() {
        if let Some(rest) = line.strip_prefix("// ---- ") {
            let title = rest.trim_end_matches('-').trim();
            heading = (!title.starts_with("what people")).then(|| sentence(title));
        } else if let (Some((name, _)), false) =
            (line.split_once('='), line.starts_with([' ', '/']))
            && let Some(title) = heading.take_if(|_| !is_hidden(name.trim()))
        {
            heads.insert(name.trim(), title);
        }
    }
    heads
}

fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}

/// A piece of a rule, and how loosely it binds: 0 an atom, 1 a sequence, 2 a choice.
struct Piece {
    text: String,
    looseness: u8,
}

impl Piece {
    fn within(self, most: u8) -> String {
        if self.looseness > most {
            format!("( {} )", self.text)
        } else {
            self.text
        }
    }
}

fn shown(expr: &Expr, words: &BTreeMap<&str, String>) -> Option<Piece> {
    let atom = |text: String| Some(Piece { text, looseness: 0 });
    let repeated = |inner: &Expr, sign: &str| {
        let piece = shown(inner, words)?;
        atom(format!("{}{sign}", piece.within(0)))
    };
    match expr {
        Expr::Str(text) | Expr::Insens(text) => atom(quoted(text)),
        Expr::Range(from, to) if from == to => atom(format!("'{from}'")),
        Expr::Range(from, to) => atom(format!("[{from}-{to}]")),
        Expr::Ident(name) => named(name, words).and_then(atom),
        Expr::Seq(a, b) => joined(a, b, " ", 1, words),
        Expr::Choice(a, b) => joined(a, b, " | ", 2, words),
        Expr::Opt(inner) => repeated(inner, "?"),
        Expr::Rep(inner) => repeated(inner, "*"),
        Expr::RepOnce(inner) => repeated(inner, "+"),
        Expr::Push(inner) => shown(inner, words),
        // A negated look-ahead before any character is the one that says something: "until".
        _ => None,
    }
}

fn joined(
    a: &Expr,
    b: &Expr,
    between: &str,
    looseness: u8,
    words: &BTreeMap<&str, String>,
) -> Option<Piece> {
    let (a, b) = (shown(a, words), shown(b, words));
    match (a, b) {
        (Some(a), Some(b)) => Some(Piece {
            text: format!("{}{between}{}", a.within(looseness), b.within(looseness)),
            looseness,
        }),
        (one, other) => one.or(other),
    }
}

fn named(name: &str, words: &BTreeMap<&str, String>) -> Option<String> {
    if let Some(word) = words.get(name) {
        return Some(word.clone());
    }
    match name {
        "ANY" => Some("any-character".to_owned()),
        "ASCII_DIGIT" => Some("[0-9]".to_owned()),
        "ASCII_ALPHANUMERIC" => Some("[A-Za-z0-9]".to_owned()),
        "ASCII_ALPHA" => Some("[A-Za-z]".to_owned()),
        hidden if is_hidden(hidden) => None,
        name => Some(name.to_owned()),
    }
}

fn quoted(text: &str) -> String {
    let shown = text.escape_debug().to_string();
    if text == "'" {
        "\"'\"".to_owned()
    } else {
        format!("'{}'", shown.replace("\\\"", "\""))
    }
}

/// Lines of at most 100 columns, going on under the right side.
fn wrapped(line: &str) -> String {
    let indent = " ".repeat(line.find("::=").map_or(4, |at| at + 4));
    let mut text = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        if column > 0 && column + 1 + word.chars().count() > 100 {
            let _ = write!(text, "\n{indent}{word}");
            column = indent.len() + word.chars().count();
        } else {
            let blank = if column > 0 { " " } else { "" };
            let _ = write!(text, "{blank}{word}");
            column += blank.len() + word.chars().count();
        }
    }
    text
}
