//! The units, currencies and types that a program adds to those of the language.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Signed as _;

use crate::dimension::Dimension;
use crate::quantity::{BigRational, Quantity};
use crate::units;

/// What is known of units beside those of the language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Units that are a multiple of others, in base units.
    sizes: BTreeMap<String, Quantity>,
    /// Units that measure a dimension of their own.
    bases: BTreeSet<String>,
    /// Names of types with what they measure.
    kinds: BTreeMap<String, Dimension>,
}

impl Measures {
    /// Adds a unit that is a multiple of others.
    pub fn add_size(&mut self, name: &str, size: Quantity) {
        self.sizes.insert(name.to_owned(), size);
    }

    /// Adds a unit that measures a dimension of its own.
    pub fn add_base(&mut self, name: &str) {
        self.bases.insert(name.to_owned());
    }

    /// Adds the name of a type.
    pub fn add_kind(&mut self, name: &str, dimension: Dimension) {
        self.kinds.insert(name.to_owned(), dimension);
    }

    /// What a type that the program adds measures.
    pub fn kind(&self, name: &str) -> Option<&Dimension> {
        self.kinds.get(name)
    }

    /// The types that the program adds.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// Whether a unit exists.
    pub fn knows(&self, name: &str) -> bool {
        units::is_atom(name) || self.sizes.contains_key(name) || self.bases.contains(name)
    }

    /// Every unit that exists.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.sizes.keys().chain(&self.bases).map(String::as_str);
        let own = own.filter(|name| !units::is_atom(name));
        let language = units::names().map(|name| name as &str);
        language.chain(own)
    }

    /// In base units only, every amount of money in the program's currency; nothing where a unit of
    /// it does not exist.
    pub fn in_base_units(&self, quantity: &Quantity) -> Option<Quantity> {
        if quantity.dimension.is_of_language() {
            return Some(quantity.clone());
        }
        let mut result = Quantity::pure(quantity.value.clone());
        for (name, power) in quantity.dimension.powers() {
            let factor = self.base(name)?;
            let size = factor.value.pow(i32::from(power));
            result = result.times(&Quantity::new(size, factor.dimension.to_the(power)));
        }
        Some(result)
    }

    fn base(&self, name: &str) -> Option<Quantity> {
        if let Some(size) = self.sizes.get(name) {
            return Some(size.clone());
        }
        let known = self.bases.contains(name) || units::is_base(name);
        known.then(|| Quantity::new(BigRational::from_integer(1.into()), Dimension::base(name)))
    }
}

/// Whether a unit can have that size.
pub fn is_size(quantity: &Quantity) -> bool {
    quantity.value.is_positive() && quantity.is_handy()
}
