//! Exact fractions, as the plan writes them: `"n"` or `"n/d"`.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero as _;

/// Longer texts are no honest value of a plan, and reading digits takes quadratic time.
const LONGEST: usize = 400;

/// Reads `"n"` or `"n/d"`; nothing else, and no denominator of zero.
pub fn parse(text: &str) -> Option<BigRational> {
    if text.len() > LONGEST {
        return None;
    }
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    let den: BigInt = den.parse().ok().filter(|den: &BigInt| !den.is_zero())?;
    Some(BigRational::new(num.parse().ok()?, den))
}

/// `num / den`; `den` is a constant of ours or has been looked at: zero gives zero.
pub fn ratio(num: impl Into<BigInt>, den: impl Into<BigInt>) -> BigRational {
    let den = den.into();
    if den.is_zero() {
        return BigRational::zero();
    }
    BigRational::new(num.into(), den)
}
