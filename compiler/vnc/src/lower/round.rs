//! The planner's door: exact rationals become integers, needs up, capacities and budgets down.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};
use vn_problem::{Factor, Load, MicroMoney, Micros, MilliWatts};

/// One million: microseconds in a second, parts per million in one.
const MILLION: u64 = 1_000_000;

/// So many units, rounded up.
pub fn up(value: &BigRational) -> u64 {
    clamp(&value.ceil())
}

/// So many units, rounded down.
pub fn down(value: &BigRational) -> u64 {
    clamp(&value.floor())
}

/// `value × factor`, rounded up.
pub fn up_by(value: &BigRational, factor: u64) -> u64 {
    up(&(value * BigRational::from_integer(BigInt::from(factor))))
}

/// `value × factor`, rounded down.
pub fn down_by(value: &BigRational, factor: u64) -> u64 {
    down(&(value * BigRational::from_integer(BigInt::from(factor))))
}

/// Seconds that something takes.
pub fn duration(seconds: &BigRational) -> Micros {
    Micros(up_by(seconds, MILLION))
}

/// Seconds that something may take.
pub fn budget(seconds: &BigRational) -> Micros {
    Micros(down_by(seconds, MILLION))
}

/// Requests per second that are asked.
pub fn load(per_second: &BigRational) -> Load {
    Load(up_by(per_second, MILLION))
}

/// Requests per second that can be answered.
pub fn throughput(per_second: &BigRational) -> Load {
    Load(down_by(per_second, MILLION))
}

/// Money per month that is spent.
pub fn money(per_month: &BigRational) -> MicroMoney {
    MicroMoney(up_by(per_month, MILLION))
}

/// Watts that are drawn.
pub fn watts(watts: &BigRational) -> MilliWatts {
    MilliWatts(up_by(watts, 1_000))
}

/// A share of one, in millionths, that may be used.
pub fn share(share: &BigRational) -> u64 {
    down_by(share, MILLION)
}

/// An exact factor; where numerator or denominator do not fit, the next millionth above.
pub fn factor(value: &BigRational) -> Factor {
    let exact = value.numer().to_u64().zip(value.denom().to_u64());
    match exact {
        Some((num, den)) if den != 0 => Factor { num, den },
        _ => Factor {
            num: up_by(value, MILLION),
            den: MILLION,
        },
    }
}

/// INVARIANT: the planner adds these in 128 bits, so a clamped value stays too large for anything.
fn clamp(value: &BigRational) -> u64 {
    if value.is_negative() || value.is_zero() {
        return 0;
    }
    value.to_integer().to_u64().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(num: i64, den: i64) -> BigRational {
        BigRational::new(num.into(), den.into())
    }

    #[test]
    fn needs_go_up_and_capacities_down() {
        assert_eq!(duration(&ratio(1, 3)), Micros(333_334));
        assert_eq!(budget(&ratio(1, 3)), Micros(333_333));
        assert_eq!(up(&ratio(-1, 3)), 0);
        assert_eq!(
            down(&BigRational::from_integer(BigInt::from(u128::MAX))),
            u64::MAX
        );
    }
}
