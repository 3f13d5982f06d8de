//! Exact quantities with dimensions: rationals in base units, no rounding before the planner's door.

use std::borrow::Cow;

pub use num_rational::BigRational;
use num_traits::{One as _, Zero as _};

use crate::dimension::Dimension;
use crate::exact;

/// A number in base units with its dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    /// In base units.
    pub value: BigRational,
    /// What it measures.
    pub dimension: Dimension,
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
        self.value.numer().bits().max(self.value.denom().bits()) <= MOST_BITS
            && self.dimension.highest_power() <= HIGHEST_POWER
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
    let text = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    if let Ok(value) = text.parse() {
        return Some(whole(value));
    }
    let (integral, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{integral}{fraction}");
    let scale = u32::try_from(fraction.len());
    let scale = scale.ok().and_then(|places| 10_i64.checked_pow(places));
    if let (Ok(digits), Some(scale)) = (digits.parse(), scale) {
        return Some(ratio(digits, scale));
    }
    let digits: num_bigint::BigInt = digits.parse().ok()?;
    let scale = std::iter::repeat_n(num_bigint::BigInt::from(10), fraction.len())
        .fold(num_bigint::BigInt::one(), |product, ten| product * ten);
    let (digits, scale) = (
        BigRational::from_integer(digits),
        BigRational::from_integer(scale),
    );
    Some(exact::quotient(&digits, &scale))
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::*;

    #[test]
    fn short_and_long_decimals_are_exact() {
        let over = |digits: &str, places: u32| {
            let scale = BigInt::from(10).pow(places);
            Some(BigRational::new(digits.parse().unwrap(), scale))
        };
        assert_eq!(decimal("1_600_000"), over("1600000", 0));
        assert_eq!(decimal("3.99"), over("399", 2));
        assert_eq!(decimal("0.50"), over("1", 0).map(|one| one / whole(2)));
        assert_eq!(decimal("0.000_001"), over("1", 6));
        // Neither the digits nor the scale of these fit into a word.
        assert_eq!(
            decimal("92233720368547758079.5"),
            over("922337203685477580795", 1)
        );
        assert_eq!(decimal("0.0000000000000000000001"), over("1", 22));
        assert_eq!(
            decimal("99999999999999999999"),
            over("99999999999999999999", 0)
        );
        assert_eq!(decimal("1.2.3"), None);
        assert_eq!(decimal(""), None);
    }
}
