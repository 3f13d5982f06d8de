//! The dimensions that the language speaks of, and their names in sentences.

use crate::quantity::Dimension;
use crate::units::CURRENCIES;

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
    let rename = |name: &String| {
        if CURRENCIES.contains(&name.as_str()) {
            "money".to_owned()
        } else {
            name.clone()
        }
    };
    let mut powers = std::collections::BTreeMap::new();
    for (name, power) in &dimension.0 {
        *powers.entry(rename(name)).or_insert(0) += power;
    }
    powers.retain(|_, power| *power != 0);
    Dimension(powers)
}

/// The currency in it, if there is one.
pub fn currency(dimension: &Dimension) -> Option<&str> {
    dimension
        .0
        .keys()
        .map(String::as_str)
        .find(|name| CURRENCIES.contains(name))
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
    found.map_or_else(|| product(&erased), |(_, words)| words.to_owned())
}

fn product(dimension: &Dimension) -> String {
    let factor = |(name, power): (&String, &i8)| match power {
        1 => name.clone(),
        power => format!("{name}^{power}"),
    };
    dimension.0.iter().map(factor).collect::<Vec<_>>().join("·")
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
