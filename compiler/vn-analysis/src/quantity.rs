//! Exact quantities with dimensions: rationals in base units, no rounding before the planner's door.

pub use num_rational::BigRational;
use num_traits::{One as _, Zero as _};
use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::exact;

/// Exponents of base dimensions; without any it is a pure number.
///
/// Base dimensions and their base units: `bytes` (B), `time` (s), `requests` (req), `cores` (core),
/// `power` (W), one per currency (`EUR`), one per unit the user declares without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension(
    /// By name, none of them zero. Two are enough for nearly all.
    SmallVec<[(SmolStr, i8); 2]>,
);

/// A number in base units with its dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    /// In base units.
    pub value: BigRational,
    /// What it measures.
    pub dimension: Dimension,
}

impl Dimension {
    /// A single base dimension.
    pub fn base(name: &str) -> Self {
        Self::of(&[(name, 1)])
    }

    /// A product of powers of base dimensions.
    pub fn of(powers: &[(&str, i8)]) -> Self {
        let mut product = Self::default();
        for (name, power) in powers {
            product.multiply(&SmolStr::new(name), *power);
        }
        product
    }

    /// Whether it is a pure number.
    pub fn is_pure(&self) -> bool {
        self.0.is_empty()
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
        self.0.iter().map(|(name, power)| (name.as_str(), *power))
    }

    fn combined(&self, other: &Self, exponent: i8) -> Self {
        let mut product = self.clone();
        for (name, power) in &other.0 {
            product.multiply(name, power.saturating_mul(exponent));
        }
        product
    }

    fn multiply(&mut self, name: &SmolStr, power: i8) {
        match self.0.binary_search_by(|(known, _)| known.cmp(name)) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    *known = known.saturating_add(power);
                }
                self.0.retain(|(_, power)| *power != 0);
            }
            Err(at) if power != 0 => self.0.insert(at, (name.clone(), power)),
            Err(_) => {}
        }
    }
}

impl Quantity {
    /// A quantity in base units.
    pub fn new(value: BigRational, dimension: Dimension) -> Self {
        Self { value, dimension }
    }

    /// A pure number.
    pub fn pure(value: BigRational) -> Self {
        Self::new(value, Dimension::default())
    }

    /// Nothing of a dimension.
    pub fn zero(dimension: Dimension) -> Self {
        Self::new(BigRational::zero(), dimension)
    }

    /// Whether it has few enough digits, and dimensions low enough, to go on with: repeated squaring
    /// must not eat the memory.
    pub fn is_handy(&self) -> bool {
        const MOST_BITS: u64 = 4096;
        const HIGHEST_POWER: u8 = 31;
        let powers = self.dimension.powers();
        self.value.numer().bits().max(self.value.denom().bits()) <= MOST_BITS
            && powers
                .map(|(_, power)| power.unsigned_abs())
                .all(|power| power <= HIGHEST_POWER)
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self::new(
            exact::product(&self.value, &other.value),
            self.dimension.times(&other.dimension),
        )
    }

    /// The quotient, unless the divisor is zero.
    #[must_use]
    pub fn per(&self, other: &Self) -> Option<Self> {
        let dimension = self.dimension.per(&other.dimension);
        (!other.value.is_zero())
            .then(|| Self::new(exact::quotient(&self.value, &other.value), dimension))
    }
}

/// A whole number.
pub fn whole(value: i64) -> BigRational {
    BigRational::from_integer(value.into())
}

/// A fraction; the denominator is a constant of ours and not zero.
pub fn ratio(numerator: i64, denominator: i64) -> BigRational {
    exact::quotient(&whole(numerator), &whole(denominator))
}

/// The exact value of `1_600_000` or `3.99`; `None` where that is no number.
pub fn decimal(text: &str) -> Option<BigRational> {
    let text = text.replace('_', "");
    if let Ok(value) = text.parse() {
        return Some(whole(value));
    }
    let (integral, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: num_bigint::BigInt = format!("{integral}{fraction}").parse().ok()?;
    let scale = std::iter::repeat_n(num_bigint::BigInt::from(10), fraction.len())
        .fold(num_bigint::BigInt::one(), |product, ten| product * ten);
    let (digits, scale) = (
        BigRational::from_integer(digits),
        BigRational::from_integer(scale),
    );
    Some(exact::quotient(&digits, &scale))
}
