//! `name = value`, blocks flattened to dotted names, in the order of the text.

use std::sync::Arc;

use vn_syntax::Span;

use super::Expr;

/// One `name = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Dotted: `power.idle` for `power { idle = … }`.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// What it is set to.
    pub value: Arc<Expr>,
}

/// Fields by name, in the order in which the names first appeared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<Field>);

impl Fields {
    /// The field of a name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// The fields of a block (`ports`), with the rest of their names.
    pub fn within<'a>(&'a self, block: &'a str) -> impl Iterator<Item = (&'a str, &'a Field)> {
        self.0.iter().filter_map(move |field| {
            let rest = field.name.strip_prefix(block)?.strip_prefix('.')?;
            Some((rest, field))
        })
    }

    /// Sets a field, replacing one of the same name.
    pub fn set(&mut self, field: Field) {
        match self.0.iter_mut().find(|old| old.name == field.name) {
            Some(old) => *old = field,
            None => self.0.push(field),
        }
    }

    /// These fields with stronger ones on top.
    #[must_use]
    pub fn overlaid(mut self, stronger: &Self) -> Self {
        if self.0.is_empty() {
            return stronger.clone();
        }
        for field in &stronger.0 {
            self.set(field.clone());
        }
        self
    }
}
