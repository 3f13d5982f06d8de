//! Amounts in the words of a person: integers in, no floats on the way.

/// What an integer of the plan counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit<'a> {
    /// Thousandths of a core.
    MilliCores,
    /// Bytes.
    Bytes,
    /// 10⁻⁶ bytes per second.
    MicroBytes,
    /// Microseconds.
    Micros,
    /// 10⁻⁶ requests per second.
    MicroRequests,
    /// Millionths of this currency per month.
    MicroMoney(&'a str),
    /// Milliwatts.
    MilliWatts,
    /// Millionths of a whole.
    Millionths,
    /// Thousandths of anything.
    Thousandths,
}

/// Two amounts to be compared by eye: as short as the difference between them allows.
pub fn pair(unit: Unit, left: u64, right: u64) -> (String, String) {
    for decimals in [1, 2, 3, 6] {
        let both = (spell(unit, left, decimals), spell(unit, right, decimals));
        if left == right || both.0 != both.1 {
            return both;
        }
    }
    (
        format!("{left} ({})", unit.base()),
        format!("{right} ({})", unit.base()),
    )
}

/// One amount, to three decimals.
pub fn one(unit: Unit, amount: u64) -> String {
    spell(unit, amount, 3)
}

fn spell(unit: Unit, amount: u64, decimals: u32) -> String {
    let (scale, name) = unit.scale(amount);
    let blank = if name.is_empty() || name.starts_with('%') {
        ""
    } else {
        " "
    };
    format!("{}{blank}{name}", decimal(amount, scale, decimals))
}

impl Unit<'_> {
    fn base(self) -> &'static str {
        match self {
            Self::MilliCores => "mcores",
            Self::Bytes => "B",
            Self::MicroBytes => "10⁻⁶ B/s",
            Self::Micros => "µs",
            Self::MicroRequests => "10⁻⁶ req/s",
            Self::MicroMoney(_) => "10⁻⁶ per month",
            Self::MilliWatts => "mW",
            Self::Millionths => "ppm",
            Self::Thousandths => "thousandths",
        }
    }

    fn scale(self, amount: u64) -> (u64, String) {
        let (scale, name) = match self {
            Self::MilliCores => (1000, "cores"),
            Self::Bytes if amount >= 1 << 30 => (1 << 30, "GiB"),
            Self::Bytes if amount >= 1 << 20 => (1 << 20, "MiB"),
            Self::Bytes if amount >= 1 << 10 => (1 << 10, "KiB"),
            Self::Bytes => (1, "B"),
            Self::MicroBytes if amount >= 1_000_000_000_000 / 8 => (1_000_000_000_000 / 8, "Mbps"),
            Self::MicroBytes => (1_000_000_000 / 8, "kbps"),
            Self::Micros => (1000, "ms"),
            Self::MicroRequests => (1_000_000, "req/s"),
            Self::MicroMoney(code) => return (1_000_000, format!("{code}/month")),
            Self::MilliWatts => (1000, "W"),
            Self::Millionths => (10_000, "%"),
            Self::Thousandths => (1000, ""),
        };
        (scale, name.to_owned())
    }
}

/// `amount / scale`, rounded half up to so many decimals, without trailing zeros.
fn decimal(amount: u64, scale: u64, decimals: u32) -> String {
    let power = 10_u128.pow(decimals);
    let scale = u128::from(scale.max(1));
    let rounded = (u128::from(amount) * power + scale / 2) / scale;
    let (whole, rest) = (rounded / power, rounded % power);
    let rest = format!("{rest:0width$}", width = decimals as usize);
    match rest.trim_end_matches('0') {
        "" => whole.to_string(),
        rest => format!("{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, one, pair};

    #[test]
    fn amounts_read_like_written_by_hand() {
        assert_eq!(one(Unit::Bytes, 1536), "1.5 KiB");
        assert_eq!(one(Unit::Micros, 24_000), "24 ms");
        assert_eq!(one(Unit::Millionths, 50_000), "5%");
        assert_eq!(one(Unit::MicroMoney("EUR"), 3_990_000), "3.99 EUR/month");
    }

    #[test]
    fn unequal_amounts_never_read_equal() {
        let (left, right) = pair(Unit::Bytes, 1 << 30, (1 << 30) + 1);
        assert_eq!(left, "1073741824 (B)");
        assert_eq!(right, "1073741825 (B)");
        let (left, right) = pair(Unit::Micros, 20_000, 20_040);
        assert_eq!((left.as_str(), right.as_str()), ("20 ms", "20.04 ms"));
    }
}
