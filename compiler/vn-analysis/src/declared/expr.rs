//! Expressions without syntax: literals are quantities already, operators are bound.

use std::borrow::Cow;
use std::fmt;

use vn_syntax::{Span, Spanned};

use crate::Quantity;
use crate::composition::Comparison;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `8 GiB`, `35%`, `4`; with its text.
    Quantity(Quantity, String),
    /// `"text"`.
    Text(String),
    /// `device.gpu.vram`, `low_resource`.
    Path(Path),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `2..5`, `2..`.
    Range(Box<Expr>, Option<Box<Expr>>),
    /// `nvme(1 TB)`.
    Call(Path, Vec<Arg>),
    /// `not x`.
    Not(Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// `a + b`.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `match x { a => b }`.
    Match(Box<Expr>, Vec<(Spanned<String>, Expr)>),
    /// Something that did not parse and has been reported.
    Broken,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `has`
    Has,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl Expr {
    /// Whether it is written as `60%`.
    pub fn is_percentage(&self) -> bool {
        matches!(&self.kind, ExprKind::Quantity(_, text) if text.ends_with('%'))
    }
}

impl Operator {
    /// The comparison that it is, if it is one.
    pub fn comparison(self) -> Option<Comparison> {
        match self {
            Self::Equal => Some(Comparison::Eq),
            Self::NotEqual => Some(Comparison::Ne),
            Self::Less => Some(Comparison::Lt),
            Self::LessEqual => Some(Comparison::Le),
            Self::Greater => Some(Comparison::Gt),
            Self::GreaterEqual => Some(Comparison::Ge),
            Self::Or
            | Self::And
            | Self::In
            | Self::NotIn
            | Self::Has
            | Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide => None,
        }
    }

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Has => "has",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly it binds.
    pub fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::In
            | Self::NotIn
            | Self::Has => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
        }
    }
}

/// A dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// At least one.
    pub segments: Vec<Segment>,
    /// Where it stands.
    pub span: Span,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The name.
    pub name: String,
    /// `[17]`.
    pub index: Option<Box<Expr>>,
}

impl Path {
    /// The same with another name for one of its segments.
    #[must_use]
    pub fn renamed(&self, name: &str, new: &str) -> Self {
        let mut path = self.clone();
        let segment = path.segments.iter_mut().find(|part| part.name == name);
        if let Some(segment) = segment {
            new.clone_into(&mut segment.name);
        }
        path
    }

    /// The names, dotted, indices left out.
    pub fn dotted(&self) -> Cow<'_, str> {
        if let [only] = self.segments.as_slice() {
            return Cow::Borrowed(&only.name);
        }
        let names = self.segments.iter().map(|segment| segment.name.as_str());
        Cow::Owned(names.collect::<Vec<_>>().join("."))
    }

    /// The first name.
    pub fn head(&self) -> &str {
        self.segments.first().map_or("", |segment| &segment.name)
    }

    /// The only name, where there is one and no index.
    pub fn single(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [Segment { name, index: None }] => Some(name),
            _ => None,
        }
    }
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// `name = …`.
    pub name: Option<Spanned<String>>,
    /// What is passed.
    pub value: ArgValue,
}

/// What is passed to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgValue {
    /// A value.
    Expr(Expr),
    /// `app -> vectors`.
    Route(Path, Path),
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment.name)?;
            if let Some(index) = &segment.index {
                write!(f, "[{index}]")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Quantity(_, text) => f.write_str(text),
            ExprKind::Text(text) => write!(f, "{text:?}"),
            ExprKind::Path(path) => path.fmt(f),
            ExprKind::List(items) => write!(f, "[{}]", joined(items)),
            ExprKind::Range(low, Some(high)) => write!(f, "{low}..{high}"),
            ExprKind::Range(low, None) => write!(f, "{low}.."),
            ExprKind::Call(path, args) => write!(f, "{path}({})", joined(args)),
            ExprKind::Not(inner) => write!(f, "not {}", Grouped(inner, 3)),
            ExprKind::Negate(inner) => write!(f, "-{}", Grouped(inner, 6)),
            ExprKind::Binary(operator, left, right) => {
                let strength = operator.strength();
                let (left, right) = (Grouped(left, strength), Grouped(right, strength + 1));
                write!(f, "{left} {} {right}", operator.text())
            }
            ExprKind::Match(subject, _) => write!(f, "match {subject} {{ … }}"),
            ExprKind::Broken => f.write_str("…"),
        }
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{} = ", name.value)?;
        }
        match &self.value {
            ArgValue::Expr(value) => value.fmt(f),
            ArgValue::Route(from, to) => write!(f, "{from} -> {to}"),
        }
    }
}

/// An operand, in parentheses where it binds less tightly than its operator.
struct Grouped<'a>(&'a Expr, u8);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ExprKind::Binary(operator, ..) if operator.strength() < self.1 => {
                write!(f, "({})", self.0)
            }
            _ => self.0.fmt(f),
        }
    }
}

fn joined<T: fmt::Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
