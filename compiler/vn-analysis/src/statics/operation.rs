//! What operators make of their operands.

use num_traits::Zero as _;
use vn_syntax::Diagnostic;

use crate::codes;
use crate::declared::{Expr, ExprKind, Operator};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::operators;
use crate::show;
use crate::statics::infer::Env;
use crate::statics::shape::{Shape, agree};
use crate::types;

type Faults = Vec<Diagnostic>;

impl Env<'_> {
    /// The shape of an operator's result.
    pub(super) fn binary(
        &self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        faults: &mut Faults,
    ) -> Shape {
        match operator {
            Operator::Or | Operator::And => {
                self.truth(left, faults);
                self.truth(right, faults);
                Shape::Bool
            }
            Operator::Equal | Operator::NotEqual => {
                let (first, second) = (self.infer(left, faults), self.infer(right, faults));
                self.comparable((&first, left), (&second, right), faults);
                Shape::Bool
            }
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                let (first, second) = (self.number(left, faults), self.number(right, faults));
                if let (Some(first), Some(second)) = (first, second)
                    && !agree(&first, &second)
                {
                    let pair = ((&first, left), (&second, right));
                    faults.push(self.mixed(("compare", "with"), pair));
                }
                Shape::Bool
            }
            Operator::In | Operator::NotIn => {
                self.contained(left, right, faults);
                Shape::Bool
            }
            Operator::Has => {
                self.contained(right, left, faults);
                Shape::Bool
            }
            Operator::Add | Operator::Subtract => self.sum(operator, left, right, faults),
            Operator::Multiply => {
                let (first, second) = (self.number(left, faults), self.number(right, faults));
                product(first.zip(second), Dimension::times)
            }
            Operator::Divide => {
                let (first, second) = (self.number(left, faults), self.number(right, faults));
                if let ExprKind::Quantity(divisor, _) = &right.kind
                    && divisor.value.is_zero()
                {
                    faults.push(operators::by_zero(right));
                }
                product(first.zip(second), Dimension::per)
            }
        }
    }

    /// The shape of a sum or a difference.
    pub(super) fn sum(
        &self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        faults: &mut Faults,
    ) -> Shape {
        let (first, second) = (self.number(left, faults), self.number(right, faults));
        let (Some(first), Some(second)) = (first, second) else {
            return Shape::Unknown;
        };
        if agree(&first, &second) {
            return Shape::Quantity(first);
        }
        faults.push(match operator {
            Operator::Subtract => {
                self.mixed(("subtract", "from"), ((&second, right), (&first, left)))
            }
            _ => self.mixed(("add", "to"), ((&first, left), (&second, right))),
        });
        Shape::Unknown
    }

    /// `what` is done to the first and the second; the main place is the one that is written first.
    fn mixed(
        &self,
        (verb, preposition): (&str, &str),
        pair: ((&Dimension, &Expr), (&Dimension, &Expr)),
    ) -> Diagnostic {
        let ((first, left), (second, right)) = pair;
        let words = dimensions::with_currency;
        let message = format!(
            "cannot {verb} {} {preposition} {}",
            words(first),
            words(second)
        );
        let mut ends = [(first, left), (second, right)];
        ends.sort_by_key(|(_, expr)| expr.span);
        let [(one, here), (other, there)] = ends;
        let fault = Diagnostic::error(codes::MIXED_DIMENSIONS, here.span, message)
            .here(self.note(one, here))
            .label(there.span, self.note(other, there));
        operators::with_rate(fault, first, second)
    }

    /// `bytes: 24 GiB`, as far as it is known.
    fn note(&self, dimension: &Dimension, expr: &Expr) -> String {
        let words = dimensions::in_words(dimension);
        let shown = self.known(expr).map(|value| show::quantity(&value));
        match shown {
            Some(shown) if shown != expr.to_string() => format!("{words}: {shown}"),
            _ => words,
        }
    }

    fn comparable(
        &self,
        (first, left): (&Shape, &Expr),
        (second, right): (&Shape, &Expr),
        faults: &mut Faults,
    ) {
        match (first, second) {
            (Shape::Unknown, _)
            | (_, Shape::Unknown)
            | (Shape::Label, Shape::Word(_))
            | (Shape::Word(_), Shape::Label) => {}
            (Shape::Quantity(a), Shape::Quantity(b)) => {
                if !agree(a, b) {
                    faults.push(self.mixed(("compare", "with"), ((a, left), (b, right))));
                }
            }
            (Shape::Enum(..), Shape::Word(word)) => {
                faults.extend(self.no_value(first, word, right));
            }
            (Shape::Word(word), Shape::Enum(..)) => {
                faults.extend(self.no_value(second, word, left));
            }
            (Shape::Word(word), _) => faults.push(self.no_name(word, left.span)),
            (_, Shape::Word(word)) => faults.push(self.no_name(word, right.span)),
            (Shape::Enum(a, _), Shape::Enum(b, _)) if a == b => {}
            (Shape::Enum(..), Shape::Enum(..)) => {
                faults.push(different((first, left), (second, right)));
            }
            (a, b) if a.is_wordy() && b.is_wordy() => {}
            (Shape::Bool, Shape::Bool) | (Shape::List(_), Shape::List(_)) => {}
            _ => faults.push(different((first, left), (second, right))),
        }
    }

    /// The message for a word that an enum does not have.
    pub(super) fn no_value(&self, shape: &Shape, word: &str, expr: &Expr) -> Option<Diagnostic> {
        let Shape::Enum(name, _) = shape else {
            return None;
        };
        let values = self.values(shape);
        let known = values.iter().any(|value| value == word);
        (!known).then(|| types::not_a_value(word, name, &values, expr))
    }

    /// `item in list`, `list has item`.
    fn contained(&self, item: &Expr, list: &Expr, faults: &mut Faults) {
        let one = self.infer(item, faults);
        if let ExprKind::List(members) = &list.kind {
            for member in members {
                let shape = self.infer(member, faults);
                self.comparable((&one, item), (&shape, member), faults);
            }
            return;
        }
        match self.infer(list, faults) {
            Shape::List(inner) | Shape::Range(inner) => {
                self.comparable((&one, item), (&inner, list), faults);
            }
            Shape::Unknown => {}
            Shape::Word(word) => faults.push(self.no_name(&word, list.span)),
            other => {
                let message = format!("`{list}` must be a list; it is {}", other.words());
                faults.push(Diagnostic::error(codes::WRONG_TYPE, list.span, message));
            }
        }
    }
}

fn product(
    pair: Option<(Dimension, Dimension)>,
    of: fn(&Dimension, &Dimension) -> Dimension,
) -> Shape {
    pair.map_or(Shape::Unknown, |(first, second)| {
        Shape::Quantity(of(&first, &second))
    })
}

fn different((first, left): (&Shape, &Expr), (second, right): (&Shape, &Expr)) -> Diagnostic {
    let message = format!("cannot compare {} with {}", first.words(), second.words());
    Diagnostic::error(codes::MIXED_DIMENSIONS, left.span, message)
        .here(first.words())
        .label(right.span, second.words())
}
