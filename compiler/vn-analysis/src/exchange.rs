//! `rate`: what currencies are worth, and the one in which a program counts.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One as _, Signed as _};
use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::codes;
use crate::declared::{Body, Clause, Expr, ExprKind, Path, RateItem};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::measures::Measures;
use crate::operators;
use crate::quantity::{BigRational, Quantity};
use crate::scope::Scope;
use crate::spelling;
use crate::units::{self, CURRENCIES};
use crate::value::Value;

/// One `rate` that makes sense.
struct Rate {
    name: String,
    worth: BigRational,
    other: String,
    span: Span,
}

/// Takes the rates in: from then on, whatever can be converted is in the program's currency.
pub fn declare(
    program: &Body,
    entry: &SyntaxTree,
    measures: &mut Measures,
    faults: &mut Vec<Diagnostic>,
) {
    let mut rates: Vec<Rate> = Vec::new();
    for item in &program.rates {
        let Some(rate) = read(item, faults) else {
            continue;
        };
        match contradiction(&rate, &rates) {
            Some(fault) => faults.push(fault),
            None => rates.push(rate),
        }
    }
    let own = currency(program, entry);
    let roots = own.iter().map(String::as_str);
    let others = rates
        .iter()
        .flat_map(|rate| [rate.other.as_str(), &rate.name]);
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for root in roots.chain(others) {
        if known.contains(root) {
            continue;
        }
        for (name, value) in worth_in(root, &rates) {
            known.insert(name);
            if name != root {
                let size = Quantity::new(value, Dimension::base(root));
                measures.add_size(name, size);
            }
        }
    }
}

/// What everything that can be reached from a currency is worth in it.
fn worth_in<'a>(root: &'a str, rates: &'a [Rate]) -> BTreeMap<&'a str, BigRational> {
    let mut worth = BTreeMap::from([(root, BigRational::one())]);
    let mut queue = vec![root];
    while let Some(from) = queue.pop() {
        let Some(value) = worth.get(from).cloned() else {
            continue;
        };
        for rate in rates {
            let (to, size) = if rate.name == from {
                (rate.other.as_str(), &value / &rate.worth)
            } else if rate.other == from {
                (rate.name.as_str(), &value * &rate.worth)
            } else {
                continue;
            };
            if !worth.contains_key(to) {
                worth.insert(to, size);
                queue.push(to);
            }
        }
    }
    worth
}

/// A rate that says something else than those before it together.
fn contradiction(rate: &Rate, earlier: &[Rate]) -> Option<Diagnostic> {
    let Rate { name, other, .. } = rate;
    let known = worth_in(other, earlier);
    let expected = known.get(name.as_str())?;
    if *expected == rate.worth {
        return None;
    }
    let shown = |value: &BigRational| crate::show::number(value);
    let message = format!(
        "1 {name} is {} {other} here, and {} {other} by the rates above",
        shown(&rate.worth),
        shown(expected)
    );
    let mut fault = Diagnostic::error(codes::CONTRADICTORY_RATES, rate.span, message);
    for earlier in earlier {
        fault = fault.label(earlier.span, "an earlier rate");
    }
    Some(fault.help("leave out one of them"))
}

fn read(item: &RateItem, faults: &mut Vec<Diagnostic>) -> Option<Rate> {
    let name = &item.name.value;
    if !CURRENCIES.contains(&name.as_str()) {
        let near = spelling::nearest(name, CURRENCIES.iter().copied());
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("no currency `{name}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_UNIT, item.name.span, message);
        faults.push(match near {
            Some(near) => fault.guess(item.name.span, near),
            None => fault.help(format!("the currencies are {}", CURRENCIES.join(", "))),
        });
        return None;
    }
    let scope = Scope::default();
    let fault = match eval(&item.worth, &scope, faults) {
        Value::Quantity(worth) => return money(item, &worth, faults),
        Value::Poison => return None,
        Value::Word(word) => operators::unknown_name(&word, item.worth.span, &scope)
            .help("a rate is a constant: it names no parameters"),
        other => no_money(item, &other.kind()),
    };
    faults.push(fault);
    None
}

fn no_money(item: &RateItem, found: &str) -> Diagnostic {
    let message = format!(
        "a rate needs an amount of money; `{}` is {found}",
        item.worth
    );
    let fault = Diagnostic::error(codes::WRONG_TYPE, item.worth.span, message);
    let other = if item.name.value == "USD" {
        "EUR"
    } else {
        "USD"
    };
    fault.help(format!("write `{}`, say", example(&item.name.value, other)))
}

fn money(item: &RateItem, worth: &Quantity, faults: &mut Vec<Diagnostic>) -> Option<Rate> {
    let other = dimensions::currency(&worth.dimension).map(str::to_owned);
    let is_money = dimensions::without_currency(&worth.dimension) == dimensions::money();
    let (name, span) = (&item.name.value, item.worth.span);
    let fault = match other {
        Some(other) if is_money && worth.value.is_positive() && other != *name => {
            return Some(Rate {
                name: name.clone(),
                worth: worth.value.clone(),
                other,
                span: item.name.span.to(span),
            });
        }
        Some(other) if is_money && other == *name => {
            let message = format!("`{name}` is measured in itself");
            Diagnostic::error(codes::SELF_REFERENCE, span, message)
        }
        Some(_) if is_money => {
            let message = format!("a rate is more than nothing; it is `{}`", item.worth);
            Diagnostic::error(codes::OUT_OF_RANGE, span, message)
        }
        _ => no_money(item, &dimensions::in_words(&worth.dimension)),
    };
    faults.push(fault);
    None
}

/// A `rate` that lets two currencies be mixed.
pub fn example(one: &str, other: &str) -> String {
    match (one, other) {
        ("EUR", "USD") | ("USD", "EUR") => "rate EUR = 1.08 USD".to_owned(),
        _ => format!("rate {one} = 1.08 {other}"),
    }
}

/// What to do about two currencies.
pub fn advice(one: &str, other: &str) -> String {
    format!(
        "declare `{}`, with the rate that holds",
        example(one, other)
    )
}

/// The currency that a program counts in: the first that `require` and `minimize` speak of, by
/// themselves or through a parameter; else the first in the text.
pub fn currency(program: &Body, entry: &SyntaxTree) -> Option<String> {
    let wanted = program.clauses.iter().flat_map(|clause| match clause {
        Clause::Require(require) => std::slice::from_ref(&require.condition),
        Clause::Minimize(levels, _) => levels,
        _ => &[],
    });
    let mut seen = BTreeSet::new();
    let mut spoken = wanted.filter_map(|expr| spoken_of(expr, program, &mut seen));
    spoken.next().or_else(|| first_in(entry.root()))
}

fn spoken_of(expr: &Expr, program: &Body, seen: &mut BTreeSet<String>) -> Option<String> {
    match &expr.kind {
        ExprKind::Quantity(quantity, _) => {
            dimensions::currency(&quantity.dimension).map(str::to_owned)
        }
        ExprKind::Path(path) => default_of(path, program, seen),
        ExprKind::Negate(inner) | ExprKind::Not(inner) => spoken_of(inner, program, seen),
        ExprKind::Binary(_, left, right) => {
            let left = spoken_of(left, program, seen);
            left.or_else(|| spoken_of(right, program, seen))
        }
        ExprKind::Match(_, arms) => arms
            .iter()
            .find_map(|(_, arm)| spoken_of(arm, program, seen)),
        ExprKind::List(items) => items.iter().find_map(|item| spoken_of(item, program, seen)),
        ExprKind::Text(_) | ExprKind::Range(..) | ExprKind::Call(..) | ExprKind::Broken => None,
    }
}

/// Parameters that go through others are as deep as that; those found once are not looked at again.
fn default_of(path: &Path, program: &Body, seen: &mut BTreeSet<String>) -> Option<String> {
    const DEEPEST: usize = 16;
    let name = path.single()?;
    if seen.len() >= DEEPEST || !seen.insert(name.to_owned()) {
        return None;
    }
    let param = program.params.iter().find(|p| p.name.value == name)?;
    spoken_of(param.default.as_ref()?, program, seen)
}

fn first_in(node: NodeRef<'_>) -> Option<String> {
    match node.kind() {
        SyntaxKind::RateItem => None,
        SyntaxKind::Unit => {
            let quantity = units::read(node.text());
            dimensions::currency(&quantity.dimension).map(str::to_owned)
        }
        _ => node.children().find_map(first_in),
    }
}
