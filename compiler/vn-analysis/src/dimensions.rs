//! The dimensions that the language speaks of, and their names in sentences.

use crate::dimension::Dimension;
use crate::units::{self, CURRENCIES};

/// `Bytes`.
pub fn bytes() -> Dimension {
    Dimension::base("bytes")
}

/// `Time`.
pub fn time() -> Dimension {
    Dimension::base("time")
}

/// `Rate`.
pub fn rate() -> Dimension {
    bytes().per(&time())
}

/// `Throughput`.
pub fn throughput() -> Dimension {
    Dimension::of(&[("requests", 1), ("time", -1)])
}

/// `Cpu`.
pub fn cores() -> Dimension {
    Dimension::base("cores")
}

/// `Power`.
pub fn power() -> Dimension {
    Dimension::base("power")
}

/// `Energy`.
pub fn energy() -> Dimension {
    power().times(&time())
}

/// `Money`, whatever the currency.
pub fn money() -> Dimension {
    Dimension::base("money")
}

/// `Money/Time`, whatever the currency.
pub fn money_per_time() -> Dimension {
    money().per(&time())
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
