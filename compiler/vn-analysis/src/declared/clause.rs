//! What can be demanded.

use std::fmt;

use vn_syntax::Span;

use super::{Body, Expr, Name, Path};

/// A clause of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// `edition 2026`.
    Edition(u32, Span),
    /// `use std.hardware.{…}`.
    Use(Use),
    /// `variants [light]`.
    Variants(Vec<Name>),
    /// `select [graph, kv]`.
    Select(Vec<Path>, Span),
    /// `needs …`.
    Needs(Box<NeedClause>),
    /// `survive …`.
    Survive(Failure, Span),
    /// `clone …`.
    Clone(CloneClause),
    /// `truth on …`.
    Truth(Selector, Span),
    /// `spread across site at least 2`.
    Spread {
        /// `device` or `site`.
        domain: Path,
        /// `at least k`.
        at_least: Option<u64>,
        /// The clause.
        span: Span,
    },
    /// `pin on …`.
    Pin(Placement),
    /// `forbid on …`.
    Forbid(Placement),
    /// `requires …`.
    Requires(Expr),
    /// `require …`.
    Require(Require),
    /// `decide { when … => … }`.
    Decide(Vec<Rule>),
    /// `minimize …`.
    Minimize(Expr),
    /// `emit …`.
    Emit(Vec<Name>),
    /// `given …`.
    Given(Vec<Expr>),
    /// `expect …`.
    Expect(Expr),
}

/// `use std.hardware.{a, b}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// `std.hardware`.
    pub module: Name,
    /// The names in braces.
    pub names: Vec<Name>,
}

/// Devices: `role [super, backbone]`, `[phones, a03]`, `vps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// `role`, `site`, …
    pub word: Option<String>,
    /// The names.
    pub targets: Vec<Path>,
    /// All of it.
    pub span: Span,
}

/// `needs …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedClause {
    /// What is needed.
    pub server: Path,
    /// `within …`.
    pub within: Option<Expr>,
    /// `degraded …`.
    pub degraded: Option<Expr>,
    /// `prefer …`.
    pub tiers: Vec<Selector>,
    /// `optional`.
    pub optional: bool,
    /// `insecure`.
    pub insecure: bool,
    /// `{ rate = …; fanout = … }`.
    pub body: Body,
    /// The clause.
    pub span: Span,
}

/// What is survived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `any 1 device`.
    AnyDevice,
    /// `lost(x)`.
    Lost(Vec<Path>),
}

/// `clone lazy on … when …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloneClause {
    /// `eager`, `lazy`, `never`.
    pub mode: Name,
    /// `on …`.
    pub on: Option<Selector>,
    /// `when …`.
    pub when: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// `pin kv on vps`, `forbid on role edge`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// `kv`; none inside the component itself.
    pub subject: Option<Path>,
    /// Where.
    pub on: Selector,
    /// The clause.
    pub span: Span,
}

/// `require total(cost) <= budget else "…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    /// What must hold.
    pub condition: Expr,
    /// The user's words.
    pub message: Option<String>,
    /// The clause.
    pub span: Span,
}

/// `when … => …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// When it applies.
    pub when: Expr,
    /// What it does.
    pub actions: Vec<RuleAction>,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// `prefer light`: first in the quality order.
    Prefer(Name),
    /// `forbid full`.
    Forbid(Name),
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(word) = &self.word {
            write!(f, "{word} ")?;
        }
        match self.targets.as_slice() {
            [only] => only.fmt(f),
            several => {
                let names: Vec<String> = several.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", names.join(", "))
            }
        }
    }
}
