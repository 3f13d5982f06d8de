//! Figures as people read them: three significant digits, the unit that fits.

use vn_problem::Micros;

const KIB: u128 = 1 << 10;
const MIB: u128 = 1 << 20;
const GIB: u128 = 1 << 30;
const TIB: u128 = 1 << 40;

/// `12.8 GiB`.
pub fn bytes(amount: u128) -> String {
    match amount {
        0..KIB => format!("{amount} B"),
        KIB..MIB => scaled(amount, KIB, "KiB"),
        MIB..GIB => scaled(amount, MIB, "MiB"),
        GIB..TIB => scaled(amount, GIB, "GiB"),
        _ => scaled(amount, TIB, "TiB"),
    }
}

/// `1.7 cores`.
pub fn cores(milli: u128) -> String {
    if milli == 1_000 {
        "1 core".to_owned()
    } else {
        scaled(milli, 1_000, "cores")
    }
}

/// `4.2 W`.
pub fn power(milliwatts: u128) -> String {
    scaled(milliwatts, 1_000, "W")
}

/// `3.99 EUR/month`; money keeps its cents.
pub fn money(micro: u128, currency: &str) -> String {
    let cents = micro.div_ceil(10_000);
    if cents.is_multiple_of(100) {
        format!("{} {currency}/month", cents / 100)
    } else {
        format!("{}.{:02} {currency}/month", cents / 100, cents % 100)
    }
}

/// `0.4 req/s`.
pub fn load(micro: u128) -> String {
    scaled(micro, 1_000_000, "req/s")
}

/// `40 Mbps`, of so many 10⁻⁶ bytes per second.
pub fn rate(micro_bytes: u128) -> String {
    const KBPS: u128 = 1_000_000_000 / 8;
    let steps = [(KBPS * 1_000_000, "Gbps"), (KBPS * 1_000, "Mbps")];
    let (scale, unit) = steps
        .into_iter()
        .find(|(scale, _)| micro_bytes >= *scale)
        .unwrap_or((KBPS, "kbps"));
    scaled(micro_bytes, scale, unit)
}

/// `24 ms`, `1.2 s`, `350 µs`.
pub fn time(duration: Micros) -> String {
    let us = u128::from(duration.0);
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..1_000_000 => scaled(us, 1_000, "ms"),
        _ => scaled(us, 1_000_000, "s"),
    }
}

/// An amount of a resource by its name: one of [`crate::lower::RESOURCES`], a port, or else one of the
/// program's own, in thousandths.
pub fn amount(resource: &str, amount: u128) -> String {
    match resource {
        "cpu" => cores(amount),
        "memory" | "disk" | "video memory" => bytes(amount),
        port if is_port(port) => amount.to_string(),
        _ => scaled(amount, 1_000, "").trim_end().to_owned(),
    }
}

/// Whether a resource is a port that several services would publish.
pub fn is_port(resource: &str) -> bool {
    resource.starts_with("port ")
}

/// Two amounts of a resource, in their smallest unit where rounding would make them look equal.
pub fn apart(resource: &str, one: u128, other: u128) -> (String, String) {
    let (a, b) = (amount(resource, one), amount(resource, other));
    if a != b || one == other {
        return (a, b);
    }
    let unit = match resource {
        "cpu" => "mcores",
        "memory" | "disk" | "video memory" => "B",
        _ => "thousandths",
    };
    (format!("{one} {unit}"), format!("{other} {unit}"))
}

/// `is 1`, `are 2`, `are none`.
pub fn are(count: u64) -> String {
    match count {
        0 => "are none".to_owned(),
        1 => "is 1".to_owned(),
        n => format!("are {n}"),
    }
}

/// A count as the machine counts; what does not fit is as many as can be.
pub fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// `1 file`, `2 files`.
pub fn count(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Two decimals below ten, one below a hundred, none above; no trailing zeros.
fn scaled(amount: u128, unit: u128, name: &str) -> String {
    let digits = match amount / unit {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    format!("{} {name}", decimal(amount, unit, digits))
}

fn decimal(amount: u128, unit: u128, digits: u32) -> String {
    let power = 10_u128.pow(digits);
    let rounded = (amount.saturating_mul(power) + unit / 2) / unit;
    let (whole, rest) = (rounded / power, rounded % power);
    if rest == 0 {
        return whole.to_string();
    }
    let fraction = format!("{rest:0width$}", width = digits as usize);
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_exact_where_it_matters() {
        assert_eq!(bytes(13_743_895_347), "12.8 GiB");
        assert_eq!(bytes(512), "512 B");
        assert_eq!(time(Micros(24_000)), "24 ms");
        assert_eq!(time(Micros(1_250_000)), "1.25 s");
        assert_eq!(money(3_990_000, "EUR"), "3.99 EUR/month");
        assert_eq!(money(12_000_000, "EUR"), "12 EUR/month");
        assert_eq!(cores(1_000), "1 core");
        assert_eq!(load(400_000), "0.4 req/s");
    }
}
