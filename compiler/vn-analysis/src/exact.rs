//! Exact arithmetic that is quick where the numbers are short, which nearly all are: a fraction of
//! big integers spends most of its time on finding the common divisors of numbers of one word.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{PrimInt, ToPrimitive as _};

use crate::quantity::BigRational;

/// `left × right`.
pub fn product(left: &BigRational, right: &BigRational) -> BigRational {
    match (short(left), short(right)) {
        (Some((a, b)), Some((c, d))) => reduced(a * c, b * d),
        _ => left * right,
    }
}

/// `left ÷ right`.
///
/// # Panics
/// Where `right` is zero.
pub fn quotient(left: &BigRational, right: &BigRational) -> BigRational {
    match (short(left), short(right)) {
        (Some((a, b)), Some((c, d))) if c > 0 => reduced(a * d, b * c),
        _ => left / right,
    }
}

/// `left + right`.
pub fn sum(left: &BigRational, right: &BigRational) -> BigRational {
    match (short(left), short(right)) {
        (Some((a, b)), Some((c, d))) => match (a * d).checked_add(c * b) {
            Some(numerator) => reduced(numerator, b * d),
            None => left + right,
        },
        _ => left + right,
    }
}

/// `left - right`.
pub fn difference(left: &BigRational, right: &BigRational) -> BigRational {
    match (short(left), short(right)) {
        (Some((a, b)), Some((c, d))) => match (a * d).checked_sub(c * b) {
            Some(numerator) => reduced(numerator, b * d),
            None => left - right,
        },
        _ => left - right,
    }
}

/// Which of two is greater.
pub fn order(left: &BigRational, right: &BigRational) -> Ordering {
    match (short(left), short(right)) {
        (Some((a, b)), Some((c, d))) => (a * d).cmp(&(c * b)),
        _ => left.cmp(right),
    }
}

/// Numerator and denominator, of 63 bits at most: products of two of them fit.
fn short(value: &BigRational) -> Option<(i128, i128)> {
    let (numerator, denominator) = (value.numer().to_i64()?, value.denom().to_i64()?);
    Some((numerator.into(), denominator.into()))
}

/// INVARIANT: the denominator is positive, and both are products of two numbers of 64 bits.
fn reduced(numerator: i128, denominator: i128) -> BigRational {
    if let (Ok(above), Ok(below)) = (i64::try_from(numerator), u64::try_from(denominator)) {
        return reduced_word(above, below);
    }
    let divisor = common(numerator.unsigned_abs(), denominator.unsigned_abs());
    let divisor = i128::try_from(divisor).unwrap_or(1).max(1);
    BigRational::new_raw((numerator / divisor).into(), (denominator / divisor).into())
}

/// The same for numbers of one word, as nearly all are: the machine divides those in one step.
fn reduced_word(numerator: i64, denominator: u64) -> BigRational {
    let divisor = common(numerator.unsigned_abs(), denominator).max(1);
    let size = numerator.unsigned_abs() / divisor;
    let above = if numerator < 0 {
        -BigInt::from(size)
    } else {
        BigInt::from(size)
    };
    BigRational::new_raw(above, (denominator / divisor).into())
}

/// The greatest common divisor, by Stein's algorithm (Knuth, TAOCP vol. 2, 4.5.2 B).
fn common<N: PrimInt>(mut left: N, mut right: N) -> N {
    let halved = |number: N| number >> number.trailing_zeros() as usize;
    if left.is_zero() || right.is_zero() {
        return left | right;
    }
    let twos = (left | right).trailing_zeros() as usize;
    left = halved(left);
    while !right.is_zero() {
        right = halved(right);
        if left > right {
            std::mem::swap(&mut left, &mut right);
        }
        right = right - left;
    }
    left << twos
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers at the ends of a word, and others.
    const NUMBERS: [i64; 12] = [
        0,
        1,
        -1,
        2,
        6,
        -35,
        1 << 40,
        1_000_000_007,
        9_007_199_254_740_993,
        i64::MAX,
        i64::MIN,
        i64::MIN + 1,
    ];

    fn ratios() -> Vec<BigRational> {
        let pairs = NUMBERS.iter().flat_map(|a| NUMBERS.map(|b| (*a, b)));
        let mut all: Vec<BigRational> = pairs
            .filter(|(_, b)| *b != 0)
            .map(|(a, b)| BigRational::new(a.into(), b.into()))
            .collect();
        let long = BigRational::from_integer(u128::MAX.into());
        all.push(BigRational::new(3.into(), u128::MAX.into()));
        all.push(long);
        all
    }

    #[test]
    fn short_numbers_come_to_the_same_as_long_ones() {
        let all = ratios();
        for left in &all {
            for right in &all {
                assert_eq!(product(left, right), left * right, "{left} × {right}");
                assert_eq!(order(left, right), left.cmp(right), "{left} and {right}");
                assert_eq!(sum(left, right), left + right, "{left} + {right}");
                assert_eq!(difference(left, right), left - right, "{left} - {right}");
                if *right != BigRational::default() {
                    assert_eq!(quotient(left, right), left / right, "{left} ÷ {right}");
                }
            }
        }
    }
}
