//! What a program declares, names resolved, quantities exact: what an outline or a form shows.

use vn_syntax::Span;

use crate::composition::Device;

/// What a program declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Parameters in declared order.
    pub parameters: Vec<Parameter>,
    /// Sites in declared order.
    pub sites: Vec<Site>,
    /// One device per `device` statement, before its count.
    pub classes: Vec<Device>,
    /// Services and clients in declared order, selected or not.
    pub components: Vec<Component>,
}

/// A parameter with its effective value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// As the language writes it.
    pub value: String,
    /// Its name's place.
    pub span: Span,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its name's place.
    pub span: Span,
}

/// A service or client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Nodes from the builder down, and its own name.
    pub path: Vec<String>,
    /// Kind of a service.
    pub kind: Option<String>,
    /// Its variants, best first.
    pub variants: Vec<String>,
    /// Whether it is selected.
    pub selected: bool,
    /// Its name's place.
    pub span: Span,
}
