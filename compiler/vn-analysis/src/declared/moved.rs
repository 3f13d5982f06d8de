//! Declarations whose text has moved.

use std::sync::Arc;

use vn_syntax::{FileId, Span, Spanned};

use super::rule::RuleAction;
use super::{
    Arg, ArgValue, Base, Body, CapabilityItem, Clause, CloneClause, Declaration, EveryClause, Expr,
    ExprKind, Failure, FetchClause, Field, Fields, Imported, MetricItem, NeedClause, Param, Path,
    Placement, QuorumClause, RateItem, RatioClause, Require, Rule, Segment, Selector, SpreadClause,
    SurviveClause, Target, TogetherClause, TypeAtom, TypeExpr, UnitItem, Use,
};

/// From where to where a text has moved.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    file: FileId,
    by: u32,
}

impl Move {
    /// The move of an item that began at one place, and now begins at another.
    pub fn between((_, from): (FileId, u32), (file, to): (FileId, u32)) -> Self {
        let by = to.wrapping_sub(from);
        Self { file, by }
    }

    /// Where a place is now.
    pub fn of(self, span: Span) -> Span {
        Span {
            file: self.file,
            start: span.start.wrapping_add(self.by),
            end: span.end.wrapping_add(self.by),
        }
    }
}

/// Something with places in it.
pub trait Moved {
    /// Moves all of them.
    fn moved(&mut self, by: Move);
}

impl Moved for Span {
    fn moved(&mut self, by: Move) {
        *self = by.of(*self);
    }
}

impl<T> Moved for Spanned<T> {
    fn moved(&mut self, by: Move) {
        self.span.moved(by);
    }
}

impl<T: Moved> Moved for Vec<T> {
    fn moved(&mut self, by: Move) {
        for one in self.iter_mut() {
            one.moved(by);
        }
    }
}

impl<T: Moved> Moved for Option<T> {
    fn moved(&mut self, by: Move) {
        for one in self.iter_mut() {
            one.moved(by);
        }
    }
}

impl<T: Moved> Moved for Box<T> {
    fn moved(&mut self, by: Move) {
        self.as_mut().moved(by);
    }
}

/// Where nobody else holds it any more, which is the rule, nothing is copied.
impl<T: Moved + Clone> Moved for Arc<T> {
    fn moved(&mut self, by: Move) {
        Self::make_mut(self).moved(by);
    }
}

impl<A: Moved, B: Moved> Moved for (A, B) {
    fn moved(&mut self, by: Move) {
        self.0.moved(by);
        self.1.moved(by);
    }
}

impl Moved for bool {
    fn moved(&mut self, _: Move) {}
}

/// Every field is named, so that none is forgotten: those behind the line have no places.
macro_rules! moved {
    ($($kind:ident { $($field:ident),* $(| $($still:ident),+)? })*) => {
        $(impl Moved for $kind {
            fn moved(&mut self, by: Move) {
                let Self { $($field,)* $($($still: _,)+)? } = self;
                $($field.moved(by);)*
            }
        })*
    };
}

moved! {
    Param { name, kind, default }
    TypeExpr { factors, span }
    Base { path, args }
    Declaration { name, base, count, on, ends, body, span | keyword }
    Body { fields, context, params, enums, units, rates, metrics, capabilities, inner, clauses }
    Field { span, value | name }
    UnitItem { name, kind, size, span }
    RateItem { name, worth }
    MetricItem { name, value }
    CapabilityItem { name, kind | consumable }
    Use { module, names, alias | is_file }
    Imported { name, alias }
    Selector { targets, span | word }
    Require { condition, span | message }
    NeedClause {
        server, copies, at_least, within, degraded, tiers, condition, body, span
        | write, balanced, deferred, optional, insecure
    }
    SurviveClause { failure, lasting, span | text }
    CloneClause { mode, on, when, span }
    FetchClause { tiers, span }
    Placement { subject, on, span }
    QuorumClause { on, span | voters }
    SpreadClause { across, span | at_least }
    EveryClause { on, except_beside, span | in_use }
    TogetherClause { names, across, span | rule }
    RatioClause { of, then, span | per, at_least }
    Rule { when, actions, span }
    Target { name, args }
    Expr { kind, span }
    Path { segments, span }
    Segment { index | name }
    Arg { name, value }
}

impl Moved for Fields {
    fn moved(&mut self, by: Move) {
        self.0.moved(by);
    }
}

impl Moved for TypeAtom {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Named(_, args) => args.moved(by),
            Self::List(of) => of.moved(by),
        }
    }
}

impl Moved for ArgValue {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Expr(value) => value.moved(by),
            Self::Route(from, to) => {
                from.moved(by);
                to.moved(by);
            }
        }
    }
}

impl Moved for ExprKind {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Quantity(..) | Self::Text(_) | Self::Broken => {}
            Self::Path(path) => path.moved(by),
            Self::List(items) => items.moved(by),
            Self::Range(low, high) => {
                low.moved(by);
                high.moved(by);
            }
            Self::Call(path, args) => {
                path.moved(by);
                args.moved(by);
            }
            Self::Not(inner) | Self::Negate(inner) => inner.moved(by),
            Self::Binary(_, left, right) => {
                left.moved(by);
                right.moved(by);
            }
            Self::Match(subject, arms) => {
                subject.moved(by);
                arms.moved(by);
            }
        }
    }
}

impl Moved for Failure {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Any { count: _, of, per } => {
                of.moved(by);
                per.moved(by);
            }
            Self::Lost(paths) => paths.moved(by),
            Self::Partition(one, other) => {
                one.moved(by);
                other.moved(by);
            }
        }
    }
}

impl Moved for RuleAction {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Prefer(names) => names.moved(by),
            Self::Forbid(name) => name.moved(by),
            Self::ForbidWhere(condition) | Self::Require(condition) => condition.moved(by),
            Self::Pin(placement) | Self::ForbidOn(placement) => placement.moved(by),
            Self::Recommended(span) => span.moved(by),
            Self::Set(field) => field.moved(by),
        }
    }
}

impl Moved for Clause {
    fn moved(&mut self, by: Move) {
        match self {
            Self::Edition(_, span) | Self::Recommended(span) => span.moved(by),
            Self::Use(used) => used.moved(by),
            Self::Variants(names) => names.moved(by),
            Self::Select(paths, span) | Self::Currently(paths, span) => {
                paths.moved(by);
                span.moved(by);
            }
            Self::Needs(need) => need.moved(by),
            Self::Survive(survive) => survive.moved(by),
            Self::Clone(clone) => clone.moved(by),
            Self::Fetch(fetch) => fetch.moved(by),
            Self::Truth(on, span) | Self::Standby(on, span) => {
                on.moved(by);
                span.moved(by);
            }
            Self::Quorum(quorum) => quorum.moved(by),
            Self::Buffer(value, span) => {
                value.moved(by);
                span.moved(by);
            }
            Self::Spread(spread) => spread.moved(by),
            Self::Every(every) => every.moved(by),
            Self::Together(together) => together.moved(by),
            Self::Ratio(ratio) => ratio.moved(by),
            Self::Pin(placement) | Self::Forbid(placement) => placement.moved(by),
            Self::Requires(condition) | Self::Expect(condition) => condition.moved(by),
            Self::Require(require) => require.moved(by),
            Self::Decide(rules) => rules.moved(by),
            Self::Minimize(terms, span) => {
                terms.moved(by);
                span.moved(by);
            }
            Self::Emit(targets) => targets.moved(by),
            Self::Given(events) => events.moved(by),
        }
    }
}
