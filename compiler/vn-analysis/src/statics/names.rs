//! The names that an expression can use, from the inside out: what is inside shares what is outside.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::statics::shape::Shape;

/// Names with what they stand for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    own: BTreeMap<String, Shape>,
    outer: Option<Rc<Names>>,
}

impl Names {
    /// No names yet, inside of these.
    pub fn inside(outer: Rc<Self>) -> Self {
        Self {
            own: BTreeMap::new(),
            outer: Some(outer),
        }
    }

    /// The nearest meaning of a name.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        let outer = || self.outer.as_ref().and_then(|outer| outer.get(name));
        self.own.get(name).or_else(outer)
    }

    /// Adds a name, which hides others that are called so.
    pub fn insert(&mut self, name: String, shape: Shape) {
        self.own.insert(name, shape);
    }

    /// Adds a name, unless something is called so.
    pub fn insert_new(&mut self, name: String, shape: Shape) {
        if self.get(&name).is_none() {
            self.own.insert(name, shape);
        }
    }

    /// Adds names, which hide others that are called so.
    pub fn extend(&mut self, names: impl IntoIterator<Item = (String, Shape)>) {
        self.own.extend(names);
    }

    /// Every name in reach, nearest first.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let chain = std::iter::successors(Some(self), |names| names.outer.as_deref());
        chain.flat_map(|names| names.own.keys().map(String::as_str))
    }
}
