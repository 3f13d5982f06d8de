//! Exact fractions: levels are compared in these, never in floats.

use std::cmp::Ordering;

use crate::Factor;

/// An exact fraction in lowest terms with a positive denominator.
///
/// INVARIANT: arithmetic is checked; comparing never overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rational {
    num: i128,
    den: i128,
}

impl Rational {
    /// Nothing.
    pub const ZERO: Self = Self { num: 0, den: 1 };

    /// `num / den` in lowest terms; `None` if `den` is not positive.
    pub fn new(num: i128, den: i128) -> Option<Self> {
        if den <= 0 || num == i128::MIN {
            return None;
        }
        let divisor = gcd(num.abs(), den);
        Some(Self {
            num: num / divisor,
            den: den / divisor,
        })
    }

    /// The numerator.
    pub const fn num(self) -> i128 {
        self.num
    }

    /// The denominator, always positive.
    pub const fn den(self) -> i128 {
        self.den
    }

    /// The sum, unless it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let shared = gcd(self.den, other.den);
        let den = self.den.checked_mul(other.den / shared)?;
        let left = self.num.checked_mul(other.den / shared)?;
        let right = other.num.checked_mul(self.den / shared)?;
        Self::new(left.checked_add(right)?, den)
    }

    /// The product, unless it does not fit.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        // Cancelling crosswise first keeps the products small.
        let left = Self::new(self.num, other.den)?;
        let right = Self::new(other.num, self.den)?;
        Self::new(
            left.num.checked_mul(right.num)?,
            left.den.checked_mul(right.den)?,
        )
    }

    /// The difference, unless it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self {
            num: other.num.checked_neg()?,
            den: other.den,
        })
    }
}

impl From<u64> for Rational {
    fn from(value: u64) -> Self {
        Self {
            num: i128::from(value),
            den: 1,
        }
    }
}

impl TryFrom<Factor> for Rational {
    type Error = ();

    fn try_from(factor: Factor) -> Result<Self, ()> {
        Self::new(i128::from(factor.num), i128::from(factor.den)).ok_or(())
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    /// Compares whole parts, then the reciprocals of the rests, so that no product is needed.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b, mut c, mut d) = (self.num, self.den, other.num, other.den);
        let mut flipped = false;
        loop {
            let whole = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (rest_a, rest_c) = (a.rem_euclid(b), c.rem_euclid(d));
            let found = match whole {
                Ordering::Equal if rest_a == 0 || rest_c == 0 => Some(rest_a.cmp(&rest_c)),
                Ordering::Equal => None,
                Ordering::Less | Ordering::Greater => Some(whole),
            };
            if let Some(order) = found {
                return if flipped { order.reverse() } else { order };
            }
            (a, b, c, d) = (b, rest_a, d, rest_c);
            flipped = !flipped;
        }
    }
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::Rational;

    #[test]
    fn huge_fractions_compare_without_overflow() {
        let big = Rational::new(i128::MAX, 3).unwrap();
        let bigger = Rational::new(i128::MAX, 2).unwrap();
        assert!(big < bigger);
        assert!(big.checked_mul(bigger).is_none());
    }

    #[test]
    fn sums_are_in_lowest_terms() {
        let sixth = Rational::new(1, 6).unwrap();
        let third = Rational::new(1, 3).unwrap();
        assert_eq!(sixth.checked_add(third), Rational::new(1, 2));
        assert!(Rational::new(-1, 2).unwrap() < Rational::ZERO);
    }
}
