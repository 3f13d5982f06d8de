//! `decide`: what a parent says for its children.

use vn_syntax::Span;

use super::{Expr, Field, Name, Placement};

/// `when … => …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// When it applies.
    pub when: Expr,
    /// What it does.
    pub actions: Vec<RuleAction>,
    /// All of it.
    pub span: Span,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// `prefer light then full`: first in the quality order, in this order.
    Prefer(Vec<Name>),
    /// `forbid full`.
    Forbid(Name),
    /// `forbid licence == "AGPL-3.0-only"`: no variant of which this holds.
    ForbidWhere(Expr),
    /// `pin on …`.
    Pin(Placement),
    /// `forbid on …`.
    ForbidOn(Placement),
    /// `require replicas >= 3`, `require memory >= 1 GiB`.
    Require(Expr),
    /// `require recommended`.
    Recommended(Span),
    /// `replicas = 3`.
    Set(Field),
}
