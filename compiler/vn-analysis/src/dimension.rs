//! What a number measures.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The base dimensions of the language, by name; nearly all quantities have no other.
const OWN: [&str; 6] = ["bytes", "cores", "money", "power", "requests", "time"];

/// Powers of the language's base dimensions, in their order by name.
pub type Powers = [i8; OWN.len()];

/// Exponents of base dimensions; without any it is a pure number.
///
/// Base dimensions and their base units: `bytes` (B), `time` (s), `requests` (req), `cores` (core),
/// `power` (W), `money`, one per currency (`EUR`), one per unit the user declares without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension {
    /// Of the language's dimensions.
    own: Powers,
    /// Of all others, by name, none of them zero; none where there are none.
    others: Option<Arc<BTreeMap<String, i8>>>,
}

impl Dimension {
    /// A product of powers of the language's base dimensions.
    pub const fn of_language(own: Powers) -> Self {
        Self { own, others: None }
    }

    /// A single base dimension.
    pub fn base(name: &str) -> Self {
        Self::of(&[(name, 1)])
    }

    /// A product of powers of base dimensions.
    pub fn of(powers: &[(&str, i8)]) -> Self {
        let mut product = Self::default();
        for (name, power) in powers {
            product.multiply(name, *power);
        }
        product
    }

    /// Whether it is a pure number.
    pub fn is_pure(&self) -> bool {
        *self == Self::default()
    }

    /// The dimension of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.combined(other, 1)
    }

    /// The dimension of a quotient.
    #[must_use]
    pub fn per(&self, other: &Self) -> Self {
        self.combined(other, -1)
    }

    /// The dimension of a power.
    #[must_use]
    pub fn to_the(&self, exponent: i8) -> Self {
        Self::default().combined(self, exponent)
    }

    /// The base dimensions with their powers, by name.
    pub fn powers(&self) -> impl Iterator<Item = (&str, i8)> {
        let others = self.others.iter().flat_map(|others| others.iter());
        let others = others.map(|(name, power)| (name.as_str(), *power));
        let own = OWN.into_iter().zip(self.own);
        let own = own.filter(|(_, power)| *power != 0);
        let mut all: Vec<(&str, i8)> = own.chain(others).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// The highest power of all, whatever its sign.
    pub fn highest_power(&self) -> u8 {
        let others = self.others.iter().flat_map(|others| others.values());
        let powers = self.own.iter().chain(others);
        powers.map(|power| power.unsigned_abs()).max().unwrap_or(0)
    }

    /// Whether it is made of the language's dimensions alone, currencies left out.
    pub fn is_of_language(&self) -> bool {
        self.others.is_none()
    }

    fn combined(&self, other: &Self, exponent: i8) -> Self {
        let mut product = self.clone();
        for (power, more) in product.own.iter_mut().zip(other.own) {
            *power = power.saturating_add(more.saturating_mul(exponent));
        }
        for (name, power) in other.others.iter().flat_map(|others| others.iter()) {
            product.multiply(name, power.saturating_mul(exponent));
        }
        product
    }

    fn multiply(&mut self, name: &str, power: i8) {
        let own = OWN.iter().zip(&mut self.own);
        if let Some((_, known)) = own.into_iter().find(|(own, _)| **own == name) {
            *known = known.saturating_add(power);
            return;
        }
        let others = Arc::make_mut(self.others.get_or_insert_default());
        let known = others.entry(name.to_owned()).or_default();
        *known = known.saturating_add(power);
        if *known == 0 {
            others.remove(name);
        }
        if others.is_empty() {
            self.others = None;
        }
    }
}
