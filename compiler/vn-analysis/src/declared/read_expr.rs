//! Syntax to expressions: binds operators, resolves units.

use num_bigint::BigInt;
use vn_syntax::{Diagnostic, NodeRef, Span, Spanned, SyntaxKind as S};

use super::expr::{Arg, ArgValue, Expr, ExprKind, Operator, Path, Segment};
use crate::codes;
use crate::quantity::{BigRational, Quantity, decimal, ratio};
use crate::units;

/// Reads any node that can stand where a value can.
pub fn expr(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Expr {
    let span = node.span();
    let kind = match node.kind() {
        S::Expr => return whole(node, span, faults),
        S::Quantity | S::Integer => quantity(node),
        S::Range => range(node, faults),
        S::String => ExprKind::Text(string(node)),
        S::List => ExprKind::List(children(node, faults)),
        S::Call => call(node, faults),
        S::Path | S::Name | S::Ident => ExprKind::Path(path(node, faults)),
        S::MatchExpr => match_expr(node, faults),
        _ => ExprKind::Broken,
    };
    Expr { kind, span }
}

/// Every part of a node as an expression.
pub fn children(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Expr> {
    node.children().map(|child| expr(child, faults)).collect()
}

/// A dotted name; a bare `name` is one too.
pub fn path(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Path {
    let span = node.span();
    let mut segments: Vec<Segment> = Vec::new();
    for child in node.children() {
        match (child.kind(), segments.last_mut()) {
            (S::Index, Some(last)) => {
                last.index = child
                    .children()
                    .next()
                    .map(|inner| Box::new(expr(inner, faults)));
            }
            _ => segments.push(Segment {
                name: child.text().to_owned(),
                index: None,
            }),
        }
    }
    if segments.is_empty() {
        segments.push(Segment {
            name: node.text().to_owned(),
            index: None,
        });
    }
    Path { segments, span }
}

/// The text between the quotes, escapes resolved.
pub fn string(node: NodeRef<'_>) -> String {
    let raw = node.child(S::StringText).map_or("", NodeRef::text);
    let mut text = String::with_capacity(raw.len());
    let mut letters = raw.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => text.extend(letters.next().map(unescaped)),
            (letter, false) => text.push(letter),
        }
    }
    text
}

fn unescaped(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        other => other,
    }
}

fn quantity(node: NodeRef<'_>) -> ExprKind {
    let digits = node.child(S::Number).map_or(node.text(), NodeRef::text);
    let Some(value) = Some(digits)
        .filter(|digits| !is_long(digits))
        .and_then(decimal)
    else {
        return ExprKind::Broken;
    };
    let size = match node.child(S::Unit) {
        Some(unit) => units::read(unit.text()),
        None if node.child(S::Percent).is_some() => Quantity::pure(ratio(1, 100)),
        None => Quantity::pure(BigRational::from_integer(BigInt::from(1))),
    };
    ExprKind::Quantity(Quantity::pure(value).times(&size), node.text().to_owned())
}

/// The syntax has refused it; to reckon with it would only cost time.
fn is_long(digits: &str) -> bool {
    const MOST_DIGITS: usize = 64;
    digits.len() > MOST_DIGITS
}

fn range(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> ExprKind {
    let mut ends = children(node, faults).into_iter();
    let low = ends.next();
    low.map_or(ExprKind::Broken, |low| {
        ExprKind::Range(Box::new(low), ends.next().map(Box::new))
    })
}

fn call(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> ExprKind {
    let Some(name) = node.child(S::Path) else {
        return ExprKind::Broken;
    };
    ExprKind::Call(path(name, faults), args(node.child(S::Args), faults))
}

/// The arguments between parentheses.
pub fn args(node: Option<NodeRef<'_>>, faults: &mut Vec<Diagnostic>) -> Vec<Arg> {
    let parts = node.into_iter().flat_map(|args| args.children_of(S::Arg));
    parts
        .filter_map(|part| arg(part.children().next()?, faults))
        .collect()
}

fn arg(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Arg> {
    match node.kind() {
        S::NamedArg => {
            let name = node.child(S::Name)?;
            let value = node.children().find(|part| part.kind() != S::Name)?;
            let name = Spanned {
                value: name.text().to_owned(),
                span: name.span(),
            };
            Some(Arg {
                name: Some(name),
                value: ArgValue::Expr(expr(value, faults)),
            })
        }
        S::Route => {
            let mut ends = node.children_of(S::Path).map(|end| path(end, &mut *faults));
            let value = ArgValue::Route(ends.next()?, ends.next()?);
            Some(Arg { name: None, value })
        }
        _ => Some(Arg {
            name: None,
            value: ArgValue::Expr(expr(node, faults)),
        }),
    }
}

fn match_expr(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> ExprKind {
    let Some(subject) = node.child(S::Expr) else {
        return ExprKind::Broken;
    };
    let subject = Box::new(expr(subject, faults));
    let arms = node.children_of(S::MatchArm).filter_map(|arm| {
        let mut parts = arm.children();
        let label = parts.next()?;
        let name = if label.kind() == S::String {
            string(label)
        } else {
            label.text().to_owned()
        };
        Some((
            Spanned {
                value: name,
                span: label.span(),
            },
            expr(parts.next()?, faults),
        ))
    });
    ExprKind::Match(subject, arms.collect())
}

/// Most expressions have no operator.
fn whole(node: NodeRef<'_>, span: Span, faults: &mut Vec<Diagnostic>) -> Expr {
    let mut parts = node.children();
    match (parts.next(), parts.next()) {
        (Some(only), None) if !matches!(only.kind(), S::OpNot | S::OpNeg) => Expr {
            span,
            ..expr(only, faults)
        },
        _ => Tokens::of(node).whole(span, faults),
    }
}

/// The flat parts of an expression, read from left to right by operator strength.
struct Tokens<'t> {
    parts: std::iter::Peekable<std::vec::IntoIter<NodeRef<'t>>>,
}

impl<'t> Tokens<'t> {
    fn of(node: NodeRef<'t>) -> Self {
        Self {
            parts: node.children().collect::<Vec<_>>().into_iter().peekable(),
        }
    }

    fn whole(&mut self, span: Span, faults: &mut Vec<Diagnostic>) -> Expr {
        let read = Expr {
            span,
            ..self.binary(0, span, faults)
        };
        if let Some(rest) = self.parts.peek() {
            let message = format!("`{}` does not belong to what stands before it", rest.text());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, rest.span(), message));
        }
        read
    }

    fn binary(&mut self, least: u8, whole: Span, faults: &mut Vec<Diagnostic>) -> Expr {
        let mut left = self.unary(whole, faults);
        while let Some(found) = self.parts.peek().copied().and_then(operator) {
            if found.strength() < least {
                break;
            }
            self.parts.next();
            let right = self.binary(found.strength() + 1, whole, faults);
            let span = left.span.to(right.span);
            let kind = ExprKind::Binary(found, Box::new(left), Box::new(right));
            left = Expr { kind, span };
        }
        left
    }

    fn unary(&mut self, whole: Span, faults: &mut Vec<Diagnostic>) -> Expr {
        let Some(part) = self.parts.next() else {
            return Expr {
                kind: ExprKind::Broken,
                span: whole,
            };
        };
        let loose = part.text() == "not";
        match part.kind() {
            S::OpNot if loose => {
                let inner = self.binary(Operator::Equal.strength(), whole, faults);
                prefixed(part, inner, ExprKind::Not)
            }
            S::OpNot => prefixed(part, self.unary(whole, faults), ExprKind::Not),
            S::OpNeg => prefixed(part, self.unary(whole, faults), ExprKind::Negate),
            _ => expr(part, faults),
        }
    }
}

fn prefixed(part: NodeRef<'_>, inner: Expr, kind: fn(Box<Expr>) -> ExprKind) -> Expr {
    let span = part.span().to(inner.span);
    Expr {
        kind: kind(Box::new(inner)),
        span,
    }
}

fn operator(node: NodeRef<'_>) -> Option<Operator> {
    match node.kind() {
        S::OpOr => Some(Operator::Or),
        S::OpAnd => Some(Operator::And),
        S::OpCmp => Some(comparison(node.text())),
        S::OpIn if node.text().starts_with("not") => Some(Operator::NotIn),
        S::OpIn => Some(Operator::In),
        S::OpHas => Some(Operator::Has),
        S::OpAdd => Some(Operator::Add),
        S::OpSub => Some(Operator::Subtract),
        S::OpMul => Some(Operator::Multiply),
        S::OpDiv => Some(Operator::Divide),
        _ => None,
    }
}

/// Of what people type for an operator the syntax has told.
fn comparison(text: &str) -> Operator {
    match text {
        "!=" | "!==" | "<>" | "≠" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" | "=<" | "≤" => Operator::LessEqual,
        ">" => Operator::Greater,
        ">=" | "=>" | "≥" => Operator::GreaterEqual,
        _ => Operator::Equal,
    }
}
