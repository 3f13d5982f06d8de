//! What §7 of the language lets a component ask for.

use vn_syntax::Span;

use super::{Body, Expr, Name, Path, Selector};

/// `needs …`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a word of the clause"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedClause {
    /// What is needed.
    pub server: Path,
    /// `* k`.
    pub copies: Option<Expr>,
    /// `at least VARIANT`.
    pub at_least: Option<Path>,
    /// `within …`.
    pub within: Option<Expr>,
    /// `degraded …`.
    pub degraded: Option<Expr>,
    /// `prefer …`.
    pub tiers: Vec<Selector>,
    /// `where …`.
    pub condition: Option<Expr>,
    /// `write`.
    pub write: bool,
    /// `balanced`.
    pub balanced: bool,
    /// `deferred`.
    pub deferred: bool,
    /// `optional`.
    pub optional: bool,
    /// `insecure`.
    pub insecure: bool,
    /// `{ rate = …; fanout = … }`.
    pub body: Body,
    /// The clause.
    pub span: Span,
}

/// `survive … for T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurviveClause {
    /// What is survived.
    pub failure: Failure,
    /// `for T`.
    pub lasting: Option<Expr>,
    /// The clause.
    pub span: Span,
    /// As it is written.
    pub text: String,
}

/// What is survived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `any 1 device per store`.
    Any {
        /// How many at a time.
        count: u64,
        /// Of what.
        of: Name,
        /// `per …`.
        per: Option<Path>,
    },
    /// `lost(x, y)`.
    Lost(Vec<Path>),
    /// `partition(a, b)`.
    Partition(Path, Path),
}

/// `clone lazy on … when …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloneClause {
    /// `eager`, `lazy`, `on_demand`, `never`.
    pub mode: Name,
    /// `on …`.
    pub on: Option<Selector>,
    /// `when …`.
    pub when: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// `fetch nearest within 50 ms then backbone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchClause {
    /// Sources in order, each with its bound.
    pub tiers: Vec<(Selector, Option<Expr>)>,
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

/// `quorum 3 on role backbone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuorumClause {
    /// Voters.
    pub voters: u64,
    /// Where.
    pub on: Selector,
    /// The clause.
    pub span: Span,
}

/// `spread across site at least 2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadClause {
    /// `device`, `site`, `region` or a label.
    pub across: Path,
    /// `at least k`.
    pub at_least: Option<u64>,
    /// The clause.
    pub span: Span,
}

/// `on every role edge in use except beside [a, b]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EveryClause {
    /// Where.
    pub on: Selector,
    /// `in use`.
    pub in_use: bool,
    /// `except beside …`.
    pub except_beside: Vec<Path>,
    /// The clause.
    pub span: Span,
}

/// `colocate …`, `separate …`, `one of …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TogetherClause {
    /// Which of them.
    pub rule: Together,
    /// Whom it is about.
    pub names: Vec<Path>,
    /// `across DOMAIN`.
    pub across: Option<Path>,
    /// The clause.
    pub span: Span,
}

/// How components stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// `colocate a with b`: each place of the first has the second.
    With,
    /// `colocate [a, b]`: all or none.
    Mutual,
    /// `separate [a, b]`.
    Separate,
    /// `one of [a, b]`.
    OneOf,
}

/// `per 3 of a at least 1 of b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatioClause {
    /// 3.
    pub per: u64,
    /// a.
    pub of: Path,
    /// 1.
    pub at_least: u64,
    /// b.
    pub then: Path,
    /// The clause.
    pub span: Span,
}
