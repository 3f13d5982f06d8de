//! The units: their exact size in base units, and their dimension.

use crate::quantity::{BigRational, Dimension, Quantity, ratio, whole};

/// Currency codes that are units.
pub const CURRENCIES: &[&str] = &[
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "INR", "JPY", "NOK", "NZD",
    "PLN", "SEK", "USD",
];

/// Hours of a month, the year's average.
const MONTH: i64 = 730 * 3600;

/// Name, numerator, denominator, powers of base dimensions.
type Atom = (&'static str, i64, i64, &'static [(&'static str, i8)]);

/// Atoms with numerator, denominator and what they measure.
const ATOMS: &[Atom] = &[
    ("B", 1, 1, &[("bytes", 1)]),
    ("kB", 1_000, 1, &[("bytes", 1)]),
    ("MB", 1_000_000, 1, &[("bytes", 1)]),
    ("GB", 1_000_000_000, 1, &[("bytes", 1)]),
    ("TB", 1_000_000_000_000, 1, &[("bytes", 1)]),
    ("KiB", 1 << 10, 1, &[("bytes", 1)]),
    ("MiB", 1 << 20, 1, &[("bytes", 1)]),
    ("GiB", 1 << 30, 1, &[("bytes", 1)]),
    ("TiB", 1 << 40, 1, &[("bytes", 1)]),
    ("us", 1, 1_000_000, &[("time", 1)]),
    ("µs", 1, 1_000_000, &[("time", 1)]),
    ("ms", 1, 1_000, &[("time", 1)]),
    ("s", 1, 1, &[("time", 1)]),
    ("min", 60, 1, &[("time", 1)]),
    ("h", 3600, 1, &[("time", 1)]),
    ("d", 86_400, 1, &[("time", 1)]),
    ("month", MONTH, 1, &[("time", 1)]),
    ("bps", 1, 8, &[("bytes", 1), ("time", -1)]),
    ("kbps", 125, 1, &[("bytes", 1), ("time", -1)]),
    ("Mbps", 125_000, 1, &[("bytes", 1), ("time", -1)]),
    ("Gbps", 125_000_000, 1, &[("bytes", 1), ("time", -1)]),
    ("req", 1, 1, &[("requests", 1)]),
    ("core", 1, 1, &[("cores", 1)]),
    ("cores", 1, 1, &[("cores", 1)]),
    ("mcores", 1, 1_000, &[("cores", 1)]),
    ("mW", 1, 1_000, &[("power", 1)]),
    ("W", 1, 1, &[("power", 1)]),
    ("kW", 1_000, 1, &[("power", 1)]),
    ("mWh", 18, 5, &[("power", 1), ("time", 1)]),
    ("Wh", 3_600, 1, &[("power", 1), ("time", 1)]),
    ("kWh", 3_600_000, 1, &[("power", 1), ("time", 1)]),
];

/// The size of `GiB` or `EUR/month`; the atom that does not exist otherwise.
pub fn unit(text: &str) -> Result<Quantity, &str> {
    let mut atoms = text.split('/');
    let mut product = atom(atoms.next().unwrap_or_default())?;
    for name in atoms {
        product = product.per(&atom(name)?).ok_or(name)?;
    }
    Ok(product)
}

fn atom(name: &str) -> Result<Quantity, &str> {
    if CURRENCIES.contains(&name) {
        return Ok(Quantity::new(whole(1), Dimension::base(name)));
    }
    let found = ATOMS.iter().find(|(atom, ..)| *atom == name);
    let (_, numerator, denominator, powers) = found.ok_or(name)?;
    Ok(Quantity::new(
        ratio(*numerator, *denominator),
        Dimension::of(powers),
    ))
}

/// The names of all units.
pub fn names() -> impl Iterator<Item = &'static str> {
    ATOMS
        .iter()
        .map(|(name, ..)| *name)
        .chain(CURRENCIES.iter().copied())
}

/// How many bytes a unit of bytes has, in words that tell decimal from binary.
pub fn bytes_in_words(name: &str) -> Option<String> {
    let power = 1 + "kmgt".find(name.get(..1)?.to_lowercase().as_str())?;
    let bytes = ATOMS.iter().find(|(atom, ..)| *atom == name)?;
    let is_bytes = bytes.3 == [("bytes", 1)];
    let digit = ["", "", "²", "³", "⁴"].get(power)?;
    let base = if name.contains('i') { "1024" } else { "1000" };
    is_bytes.then(|| format!("{base}{digit} bytes"))
}

/// Seconds of a month.
pub fn month() -> BigRational {
    whole(MONTH)
}
