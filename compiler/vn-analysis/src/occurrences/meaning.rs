//! What a name stands for, and where that is declared.

use vn_syntax::{NodeRef, Span};

use crate::occurrence::{Symbol, SymbolKind};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The thing.
    pub symbol: Symbol,
    /// Where its name is introduced; none for what the language has.
    pub defined: Option<Span>,
    /// The enum that its values are of.
    pub values: Option<String>,
}

impl Meaning {
    /// Something that the language has.
    pub fn builtin(kind: SymbolKind, path: impl Into<String>) -> Self {
        Self {
            symbol: Symbol::new(kind, path),
            defined: None,
            values: None,
        }
    }

    /// Something that is declared where a name stands.
    pub fn declared(kind: SymbolKind, path: impl Into<String>, name: NodeRef<'_>) -> Self {
        Self {
            symbol: Symbol::new(kind, path),
            defined: Some(name.span()),
            values: None,
        }
    }

    /// With values of an enum.
    pub fn valued(self, values: Option<String>) -> Self {
        Self { values, ..self }
    }
}
