//! Declarations and their bodies.

use std::sync::Arc;

use vn_syntax::{Span, Spanned};

use super::{
    Arg, CapabilityItem, Clause, Expr, Fields, Member, MetricItem, Path, RateItem, Selector,
    UnitItem,
};

/// A name with its place.
pub type Name = Spanned<String>;

/// `param members: Count = 4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub kind: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
}

/// `Money/Time`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeExpr {
    /// Factors, each with whether it divides.
    pub factors: Vec<(bool, TypeAtom)>,
    /// Where it stands.
    pub span: Span,
}

impl TypeExpr {
    /// Whether it is `Percent`.
    pub fn is_percent(&self) -> bool {
        matches!(self.factors.as_slice(), [(_, TypeAtom::Named(name, _))] if name == "Percent")
    }
}

/// `Count(1..50)`, `[Text]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeAtom {
    /// A name with arguments.
    Named(String, Vec<Expr>),
    /// A list of a type.
    List(Box<TypeExpr>),
}

/// What stands behind a colon: `cache(entries = 5)`, `rpi4_4g`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The name.
    pub path: Path,
    /// Arguments.
    pub args: Vec<Arg>,
}

/// Anything with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// `device`, `service`, …
    pub keyword: Member,
    /// Its name; the text of a test; empty for a link.
    pub name: Name,
    /// What stands behind the colon.
    pub base: Option<Base>,
    /// `* 3`.
    pub count: Option<Expr>,
    /// `on …` of a client.
    pub on: Option<Selector>,
    /// `a <-> b` of a link.
    pub ends: Option<(Path, Path)>,
    /// What stands in braces.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// What stands in braces, or in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Values.
    pub fields: Fields,
    /// The `context` block.
    pub context: Fields,
    /// Parameters.
    pub params: Vec<Param>,
    /// `enum`: names with their values.
    pub enums: Vec<(Name, Vec<Name>)>,
    /// Units.
    pub units: Vec<UnitItem>,
    /// Rates of exchange.
    pub rates: Vec<RateItem>,
    /// Metrics.
    pub metrics: Vec<MetricItem>,
    /// Capabilities.
    pub capabilities: Vec<CapabilityItem>,
    /// What is declared inside.
    pub inner: Vec<Arc<Declaration>>,
    /// What is demanded.
    pub clauses: Vec<Clause>,
}

impl Body {
    /// Adds what stands further down.
    pub fn append(&mut self, more: Self) {
        let Self {
            fields,
            context,
            params,
            enums,
            units,
            rates,
            metrics,
            capabilities,
            inner,
            clauses,
        } = more;
        fields
            .0
            .into_iter()
            .for_each(|field| self.fields.set(field));
        context
            .0
            .into_iter()
            .for_each(|field| self.context.set(field));
        self.params.extend(params);
        self.enums.extend(enums);
        self.units.extend(units);
        self.rates.extend(rates);
        self.metrics.extend(metrics);
        self.capabilities.extend(capabilities);
        self.inner.extend(inner);
        self.clauses.extend(clauses);
    }

    /// What is declared inside under a keyword.
    pub fn of(&self, keyword: Member) -> impl Iterator<Item = &Declaration> {
        self.inner
            .iter()
            .map(AsRef::as_ref)
            .filter(move |inner: &&Declaration| inner.keyword == keyword)
    }
}
