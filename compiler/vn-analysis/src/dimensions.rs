//! The dimensions that the language speaks of, and their names in sentences.

use crate::dimension::Dimension;
use crate::units::{self, CURRENCIES};

/// `Bytes`.
pub const fn bytes() -> Dimension {
    Dimension::of_language([1, 0, 0, 0, 0, 0])
}

/// `Time`.
pub const fn time() -> Dimension {
    Dimension::of_language([0, 0, 0, 0, 0, 1])
}

/// `Rate`.
pub const fn rate() -> Dimension {
    Dimension::of_language([1, 0, 0, 0, 0, -1])
}

/// `Throughput`.
pub const fn throughput() -> Dimension {
    Dimension::of_language([0, 0, 0, 0, 1, -1])
}

/// `Cpu`.
pub const fn cores() -> Dimension {
    Dimension::of_language([0, 1, 0, 0, 0, 0])
}

/// `Power`.
pub const fn power() -> Dimension {
    Dimension::of_language([0, 0, 0, 1, 0, 0])
}

/// `Energy`.
pub const fn energy() -> Dimension {
    Dimension::of_language([0, 0, 0, 1, 0, 1])
}

/// `Money`, whatever the currency.
pub const fn money() -> Dimension {
    Dimension::of_language([0, 0, 1, 0, 0, 0])
}

/// `Money/Time`, whatever the currency.
pub const fn money_per_time() -> Dimension {
    Dimension::of_language([0, 0, 1, 0, 0, -1])
}

/// A plain number.
pub fn pure() -> Dimension {
    Dimension::default()
}

/// The same with every currency replaced by `money`.
pub fn without_currency(dimension: &Dimension) -> Dimension {
    if dimension.is_of_language() {
        return dimension.clone();
    }
    let rename = |(name, power)| {
        let is_money = CURRENCIES.contains(&name);
        (if is_money { "money" } else { name }, power)
    };
    let powers: Vec<_> = dimension.powers().map(rename).collect();
    Dimension::of(&powers)
}

/// The currency in it, if there is one.
pub fn currency(dimension: &Dimension) -> Option<&str> {
    if dimension.is_of_language() {
        return None;
    }
    let mut names = dimension.powers().map(|(name, _)| name);
    names.find(|name| CURRENCIES.contains(name))
}

/// `bytes`, `a time`, `money per time`: the object of "needs" and of "is".
pub fn in_words(dimension: &Dimension) -> String {
    let erased = without_currency(dimension);
    let named: [(Dimension, &str); 10] = [
        (pure(), "a plain number"),
        (bytes(), "bytes"),
        (time(), "a time"),
        (rate(), "bytes per time"),
        (throughput(), "requests per time"),
        (cores(), "cores"),
        (power(), "power"),
        (energy(), "energy"),
        (money(), "money"),
        (money_per_time(), "money per time"),
    ];
    let found = named.into_iter().find(|(known, _)| *known == erased);
    found.map_or_else(
        || format!("an amount in {}", base_units(dimension)),
        |(_, words)| words.to_owned(),
    )
}

/// The same where it has a currency: `EUR`, `EUR/month`, `EUR/B`.
pub fn with_currency(dimension: &Dimension) -> String {
    match currency(dimension) {
        Some(code) if without_currency(dimension) == money_per_time() => format!("{code}/month"),
        Some(_) => base_units(dimension),
        None => in_words(dimension),
    }
}

/// `EUR/furlong`, `B/s/s`: the product of base units that measures a dimension.
pub fn base_units(dimension: &Dimension) -> String {
    let unit = |name: &str| units::base_unit(name).unwrap_or(name).to_owned();
    let repeated = |(name, power): (&str, i8)| {
        std::iter::repeat_n(unit(name), usize::from(power.unsigned_abs()))
    };
    let (above, below): (Vec<_>, Vec<_>) = dimension.powers().partition(|(_, power)| *power > 0);
    let above: Vec<String> = above.into_iter().flat_map(repeated).collect();
    let below: Vec<String> = below.into_iter().flat_map(repeated).collect();
    let above = if above.is_empty() {
        "1".to_owned()
    } else {
        above.join("·")
    };
    std::iter::once(above)
        .chain(below)
        .collect::<Vec<_>>()
        .join("/")
}

/// A unit to show as an example where one is missing.
pub fn example_unit(dimension: &Dimension) -> Option<&'static str> {
    let erased = without_currency(dimension);
    let named: [(Dimension, &str); 9] = [
        (bytes(), "GiB"),
        (time(), "ms"),
        (rate(), "Mbps"),
        (throughput(), "req/s"),
        (cores(), "cores"),
        (power(), "W"),
        (energy(), "Wh"),
        (money(), "EUR"),
        (money_per_time(), "EUR/month"),
    ];
    named
        .into_iter()
        .find(|(known, _)| *known == erased)
        .map(|(_, unit)| unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_stand_in_the_order_of_their_names() {
        let base = |name: &str| Dimension::base(name);
        assert_eq!(bytes(), base("bytes"));
        assert_eq!(time(), base("time"));
        assert_eq!(rate(), base("bytes").per(&base("time")));
        assert_eq!(throughput(), base("requests").per(&base("time")));
        assert_eq!(cores(), base("cores"));
        assert_eq!(power(), base("power"));
        assert_eq!(energy(), base("power").times(&base("time")));
        assert_eq!(money(), base("money"));
        assert_eq!(money_per_time(), base("money").per(&base("time")));
    }
}
