//! Weighted sums: expressions in which some names stand for what only the plan decides.

use std::collections::BTreeMap;

use num_traits::Zero as _;
use vn_syntax::Diagnostic;

use crate::codes;
use crate::declared::{Expr, ExprKind, Operator};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::{chosen, eval};
use crate::operators;
use crate::quantity::{BigRational, Quantity, whole};
use crate::scope::Scope;
use crate::spelling;
use crate::value::Value;

/// Σ weight × term + constant, all of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum<T> {
    /// Weights in base units.
    pub terms: BTreeMap<T, BigRational>,
    /// In base units.
    pub constant: BigRational,
    /// What the sum measures.
    pub dimension: Dimension,
}

/// What a name or a call stands for.
#[derive(Debug)]
pub enum Meaning<T> {
    /// Something that the plan decides.
    Sum(Sum<T>),
    /// A value that is known already.
    Known,
    /// It was reported.
    Reported,
}

/// The words that stand for what the plan decides.
pub trait Vocabulary<T> {
    /// What a name or a call stands for.
    fn meaning(&mut self, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<T>;

    /// The words, for "did you mean".
    fn words(&self) -> Vec<String>;

    /// `a metric`: what a word stands for.
    fn noun(&self) -> &'static str;
}

impl<T: Ord> Sum<T> {
    /// One term.
    pub fn of(term: T, weight: BigRational, dimension: Dimension) -> Self {
        Self {
            terms: BTreeMap::from([(term, weight)]),
            constant: BigRational::zero(),
            dimension,
        }
    }

    /// A value that is known.
    pub fn constant(quantity: Quantity) -> Self {
        Self {
            terms: BTreeMap::new(),
            constant: quantity.value,
            dimension: quantity.dimension,
        }
    }

    fn known(&self) -> Option<Quantity> {
        let quantity = || Quantity::new(self.constant.clone(), self.dimension.clone());
        self.terms.is_empty().then(quantity)
    }

    /// The product with a value that is known.
    #[must_use]
    pub fn times(mut self, factor: &Quantity) -> Self {
        let weights = self.terms.values_mut();
        weights.for_each(|weight| *weight = &*weight * &factor.value);
        self.constant *= &factor.value;
        self.dimension = self.dimension.times(&factor.dimension);
        self
    }

    /// The sum with one of the same dimension.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        for (term, weight) in other.terms {
            *self.terms.entry(term).or_default() += weight;
        }
        self.constant += other.constant;
        self
    }

    /// The difference to one of the same dimension.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(other.times(&minus_one()))
    }
}

fn minus_one() -> Quantity {
    Quantity::pure(whole(-1))
}

/// Reads a sum; nothing where it was reported.
pub fn sum<T: Ord>(
    expr: &Expr,
    scope: &Scope<'_>,
    words: &mut dyn Vocabulary<T>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Sum<T>> {
    match &expr.kind {
        ExprKind::Path(_) | ExprKind::Call(..) => match words.meaning(expr, faults) {
            Meaning::Sum(sum) => Some(sum),
            Meaning::Known => value(expr, scope, words, faults),
            Meaning::Reported => None,
        },
        ExprKind::Negate(inner) => Some(sum(inner, scope, words, faults)?.times(&minus_one())),
        ExprKind::Binary(operator, left, right) if is_arithmetic(*operator) => {
            let first = sum(left, scope, words, faults);
            let second = sum(right, scope, words, faults);
            let operands = [(left.as_ref(), first?), (right.as_ref(), second?)];
            combined(*operator, operands, (expr, words.noun()), faults)
        }
        ExprKind::Match(subject, arms) => {
            let arm = chosen(subject, arms, expr.span, scope, faults)?;
            let read = sum(arm, scope, words, faults);
            // The others must make sense too.
            for (_, other) in arms.iter().filter(|(_, other)| !std::ptr::eq(other, arm)) {
                sum(other, scope, words, faults);
            }
            read
        }
        ExprKind::Binary(Operator::And, left, right) => {
            let message = format!("`and` joins conditions; `{left}` and `{right}` are added");
            let right = format!("{left} + {right}");
            let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
            faults.push(
                fault
                    .help(format!("write `{right}`"))
                    .guess(expr.span, right),
            );
            None
        }
        ExprKind::Quantity(..)
        | ExprKind::Text(_)
        | ExprKind::List(_)
        | ExprKind::Range(..)
        | ExprKind::Not(_)
        | ExprKind::Binary(..)
        | ExprKind::Broken => value(expr, scope, words, faults),
    }
}

fn is_arithmetic(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide
    )
}

fn value<T: Ord>(
    expr: &Expr,
    scope: &Scope<'_>,
    words: &mut dyn Vocabulary<T>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Sum<T>> {
    let noun = words.noun();
    let fault = match eval(expr, scope, faults) {
        Value::Quantity(quantity) => return Some(Sum::constant(quantity)),
        Value::Poison => return None,
        Value::Word(word) => {
            let words = words.words();
            let known = words.iter().map(String::as_str).chain(scope.names());
            let near = spelling::nearest(&word, known);
            // Paths are long and many, and their first word is one of few.
            let near = near.map(str::to_owned).or_else(|| of_a_root(&word, &words));
            let hint = near
                .as_ref()
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let name = noun.split_once(' ').map_or(noun, |(_, name)| name);
            let fault = Diagnostic::error(
                codes::UNKNOWN_NAME,
                expr.span,
                format!("no {name} `{word}`{hint}"),
            );
            match near {
                Some(near) => fault.guess(expr.span, near),
                None => fault.help(format!("one of {}", words.join(", "))),
            }
        }
        Value::Made(function, _) => no_function(&function, expr, words),
        other => {
            let message = format!("`{expr}` is {}; a number is needed", other.kind());
            Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
        }
    };
    faults.push(fault);
    None
}

/// A path whose first word is misspelt, with the one that was probably meant.
fn of_a_root(path: &str, words: &[String]) -> Option<String> {
    let (root, rest) = path.split_once('.')?;
    let roots = words.iter().filter_map(|word| word.split_once('.'));
    let roots = roots.map(|(root, _)| root).chain(["device", "instance"]);
    let near = spelling::nearest(root, roots).filter(|near| *near != root)?;
    Some(format!("{near}.{rest}"))
}

/// A call that is no measure, and nothing that can be worked out.
fn no_function<T>(function: &str, expr: &Expr, words: &dyn Vocabulary<T>) -> Diagnostic {
    const FUNCTIONS: [&str; 5] = ["total", "max", "min", "count", "clone_bytes"];
    let known = FUNCTIONS.contains(&function);
    let hint = spelling::hint(function, FUNCTIONS.into_iter().filter(|_| !known));
    let message = if known {
        format!("`{expr}` is not {}", words.noun())
    } else {
        format!("no function `{function}`{hint}")
    };
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
    let names = words.words().join(", ");
    fault.help(format!("name one of {names}, or `total(…)` of one"))
}

fn combined<T: Ord>(
    operator: Operator,
    [(left, first), (right, second)]: [(&Expr, Sum<T>); 2],
    (expr, noun): (&Expr, &str),
    faults: &mut Vec<Diagnostic>,
) -> Option<Sum<T>> {
    let not_linear = |reason: String| {
        let message = format!("`{expr}` is not a weighted sum: {reason}");
        Diagnostic::error(codes::NOT_LINEAR, expr.span, message)
            .help(format!("multiply and divide {noun} by what is known only"))
    };
    let fault = match (operator, first.known(), second.known()) {
        (Operator::Add | Operator::Subtract, ..) if first.dimension != second.dimension => mixed(
            operator,
            (left, &first.dimension),
            (right, &second.dimension),
        ),
        (Operator::Add, ..) => return Some(first.plus(second)),
        (Operator::Subtract, ..) => return Some(first.minus(second)),
        (Operator::Multiply, Some(factor), _) => return Some(second.times(&factor)),
        (Operator::Multiply, _, Some(factor)) => return Some(first.times(&factor)),
        (Operator::Divide, _, Some(divisor)) => match Quantity::pure(whole(1)).per(&divisor) {
            Some(factor) => return Some(first.times(&factor)),
            None => operators::by_zero(right),
        },
        (Operator::Divide, ..) => not_linear(format!("it divides by `{right}`")),
        _ => not_linear(format!("it multiplies `{left}` by `{right}`")),
    };
    faults.push(fault);
    None
}

/// The message for two arguments that measure different things.
pub fn mixed_arguments(left: (&Expr, &Dimension), right: (&Expr, &Dimension)) -> Diagnostic {
    mixed(Operator::Subtract, left, right)
}

fn mixed(
    operator: Operator,
    (left, first): (&Expr, &Dimension),
    (right, second): (&Expr, &Dimension),
) -> Diagnostic {
    let (a, b) = (
        dimensions::with_currency(first),
        dimensions::with_currency(second),
    );
    let message = match operator {
        Operator::Subtract => format!("cannot subtract {b} from {a}"),
        _ => format!("cannot add {a} to {b}"),
    };
    let fault = Diagnostic::error(codes::MIXED_DIMENSIONS, left.span, message)
        .here(a)
        .label(right.span, b);
    match (
        dimensions::example_unit(first),
        first.is_pure(),
        dimensions::example_unit(second),
    ) {
        (Some(unit), ..) if second.is_pure() => {
            fault.help(format!("divide by a unit: `{left} / 1 {unit}`"))
        }
        (_, true, Some(unit)) => fault.help(format!("divide by a unit: `{right} / 1 {unit}`")),
        _ => fault,
    }
}
