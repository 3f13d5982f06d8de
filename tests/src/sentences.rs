//! Random programs, drawn from `grammar/vn.pest` itself: whatever it allows is drawn some day.

use std::collections::BTreeMap;

use pest_meta::ast::{Expr, RuleType};
use pest_meta::parser::{self, Rule};

use crate::generator::Random;

/// Words that are drawn for a rule, instead of what stands in the grammar: real ones, and no slips.
const WORDS: &[(&str, &[&str])] = &[
    (
        "ident",
        &[
            "x", "kv", "graph", "till_2", "device", "node", "unit", "memory", "a", "policy",
        ],
    ),
    ("integer", &["0", "3", "20_000", "2026"]),
    ("number", &["1", "0.5", "12", "1_000", "99.25"]),
    ("unit", &["ms", "GiB", "EUR/month", "req/s", "cores"]),
    (
        "string_text",
        &["", "a b", "llama3.1:8b-q4", "say \\\"hi\\\" // here", "{;}"],
    ),
    ("op_cmp", &["==", "!=", "<=", ">=", "<", ">"]),
    ("op_or", &["or"]),
    ("op_and", &["and"]),
    ("op_not", &["not"]),
];

/// How deep rules may lie in each other before the shortest way out is taken.
const DEPTH: usize = 28;

/// The grammar, ready to be drawn from.
#[derive(Debug)]
pub struct Sentences {
    rules: BTreeMap<String, (RuleType, Expr)>,
}

impl Sentences {
    /// Reads a grammar.
    ///
    /// # Panics
    /// When it is none.
    pub fn new(grammar: &str) -> Self {
        let pairs = parser::parse(Rule::grammar_rules, grammar).expect("the grammar is one");
        let rules = parser::consume_rules(pairs).expect("its rules are");
        let rules = rules
            .into_iter()
            .map(|rule| (rule.name, (rule.ty, rule.expr)));
        Self {
            rules: rules.collect(),
        }
    }

    /// A few statements, mostly without a fault.
    pub fn program(&self, random: &mut Random) -> String {
        let mut text = String::new();
        for _ in 0..random.between(1, 5) {
            let mut draw = Draw {
                rules: &self.rules,
                random,
            };
            if let Some(item) = draw.rule("known_item", false, 0) {
                text.push_str(&item);
                text.push_str(&line_end(random));
            }
        }
        text
    }
}

/// The end of a line, now and then with a comment or a blank line.
fn line_end(random: &mut Random) -> String {
    match random.below(12) {
        0 => " // said\n".to_owned(),
        1 => "\n\n\n".to_owned(),
        2 => "\n  // alone\n".to_owned(),
        3 => "//x\n\n/// doc\n".to_owned(),
        _ => "\n".to_owned(),
    }
}

struct Draw<'a> {
    rules: &'a BTreeMap<String, (RuleType, Expr)>,
    random: &'a mut Random,
}

impl Draw<'_> {
    fn rule(&mut self, name: &str, atomic: bool, depth: usize) -> Option<String> {
        if name.starts_with("bad_") {
            return None;
        }
        if let Some((_, words)) = WORDS.iter().find(|(rule, _)| *rule == name) {
            return Some((*self.random.pick(&words.iter().collect::<Vec<_>>())).to_string());
        }
        match name {
            "nl" => return Some(line_end(self.random)),
            "expr" if depth > DEPTH => return Some("x".to_owned()),
            "body" if depth > DEPTH => return Some("{}".to_owned()),
            "SOI" | "EOI" => return Some(String::new()),
            _ => {}
        }
        let (ty, expr) = self.rules.get(name)?;
        let atomic = match ty {
            RuleType::Normal | RuleType::Silent => atomic,
            RuleType::Atomic | RuleType::CompoundAtomic => true,
            RuleType::NonAtomic => false,
        };
        self.expr(expr, atomic, depth + 1)
    }

    fn expr(&mut self, expr: &Expr, atomic: bool, depth: usize) -> Option<String> {
        match expr {
            Expr::Str(text) => Some(text.clone()),
            Expr::Ident(name) => self.rule(name, atomic, depth),
            Expr::PosPred(_) | Expr::NegPred(_) => Some(String::new()),
            Expr::Seq(left, right) => {
                let left = self.expr(left, atomic, depth)?;
                let right = self.expr(right, atomic, depth)?;
                Some(self.joined(left, &right, atomic))
            }
            Expr::Choice(left, right) => self.choice(left, right, atomic, depth),
            Expr::Opt(inner) => {
                if depth > DEPTH || self.random.percent(50) {
                    return Some(String::new());
                }
                Some(self.expr(inner, atomic, depth).unwrap_or_default())
            }
            Expr::Rep(inner) => self.repeated(inner, 0, atomic, depth),
            Expr::RepOnce(inner) => self.repeated(inner, 1, atomic, depth),
            _ => None,
        }
    }

    /// One of all alternatives, each as likely as the others.
    fn choice(&mut self, left: &Expr, right: &Expr, atomic: bool, depth: usize) -> Option<String> {
        let mut all = vec![right];
        let mut next = left;
        while let Expr::Choice(left, right) = next {
            all.push(right);
            next = left;
        }
        all.push(next);
        // A chain to the right is one choice too.
        while let Some(Expr::Choice(left, right)) = all.first().copied() {
            all.splice(0..1, [right.as_ref(), left.as_ref()]);
        }
        all.retain(|one| !matches!(one, Expr::Ident(name) if name.starts_with("bad_")));
        for _ in 0..4 {
            let one = self.random.pick(&all);
            if let Some(text) = self.expr(one, atomic, depth) {
                return Some(text);
            }
        }
        None
    }

    fn repeated(
        &mut self,
        inner: &Expr,
        least: usize,
        atomic: bool,
        depth: usize,
    ) -> Option<String> {
        let most = if depth > DEPTH { least } else { least + 2 };
        let count = self.random.between(least as u64, most as u64);
        let mut text = String::new();
        for _ in 0..count {
            let next = self.expr(inner, atomic, depth)?;
            text = self.joined(text, &next, atomic);
        }
        Some(text)
    }

    /// With blanks between two words, or without where both stay words.
    fn joined(&mut self, mut left: String, right: &str, atomic: bool) -> String {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let merge = left.ends_with(word) && right.starts_with(word);
        if !atomic && !left.is_empty() && !right.is_empty() && (merge || self.random.percent(60)) {
            left.push_str(if self.random.percent(10) { " \t " } else { " " });
        }
        left + right
    }
}
