//! What can be demanded.

use std::fmt;

use vn_syntax::Span;

use super::{
    CloneClause, EveryClause, Expr, FetchClause, Name, NeedClause, Path, Placement, QuorumClause,
    RatioClause, Rule, SpreadClause, SurviveClause, Target, TogetherClause,
};

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
    Survive(SurviveClause),
    /// `clone …`.
    Clone(CloneClause),
    /// `fetch …`.
    Fetch(FetchClause),
    /// `truth on …`.
    Truth(Selector, Span),
    /// `standby truth on …`.
    Standby(Selector, Span),
    /// `quorum 3 on …`.
    Quorum(QuorumClause),
    /// `buffer 48 h`.
    Buffer(Expr, Span),
    /// `spread across site at least 2`.
    Spread(SpreadClause),
    /// `on every …`.
    Every(EveryClause),
    /// `colocate …`, `separate …`, `one of …`.
    Together(TogetherClause),
    /// `per 3 of a at least 1 of b`.
    Ratio(RatioClause),
    /// `currently on …`.
    Currently(Vec<Path>, Span),
    /// `pin on …`.
    Pin(Placement),
    /// `forbid on …`.
    Forbid(Placement),
    /// `requires …`.
    Requires(Expr),
    /// `require …`.
    Require(Require),
    /// `require recommended`.
    Recommended(Span),
    /// `decide { when … => … }`.
    Decide(Vec<Rule>),
    /// `minimize …`: one sum, or those of `lexicographic [a, b]`.
    Minimize(Vec<Expr>, Span),
    /// `emit …`.
    Emit(Vec<Target>),
    /// `given …`.
    Given(Vec<Expr>),
    /// `expect …`.
    Expect(Expr),
}

/// `use std.hardware.{a, b as c}`, `use "./catalogue.vn" as cat`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// `std.hardware`, or the text between the quotes.
    pub module: Name,
    /// Whether it is a file.
    pub is_file: bool,
    /// The names in braces; none where the whole module is meant.
    pub names: Option<Vec<Imported>>,
    /// `as cat`.
    pub alias: Option<Name>,
}

/// `b as c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What the module calls it.
    pub name: Name,
    /// What the program calls it, where that is something else.
    pub alias: Option<Name>,
}

impl Imported {
    /// The name under which it can be used.
    pub fn visible(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
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
