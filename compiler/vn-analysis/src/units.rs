//! The units: their exact size in base units, and their dimension.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::dimension::Dimension;
use crate::quantity::{BigRational, Quantity, ratio, whole};

/// Currency codes that are units.
pub const CURRENCIES: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN",
    "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "RSD", "RUB", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
];

/// The base units, under the names of their dimensions.
const BASES: [(&str, &str); 6] = [
    ("bytes", "B"),
    ("time", "s"),
    ("requests", "req"),
    ("cores", "cores"),
    ("power", "W"),
    ("money", "money"),
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

/// The size of `GiB` or `EUR/month`. A name that is no unit of the language stands for itself, as a
/// dimension of its own: the program may declare it, and may do so further down.
pub fn read(text: &str) -> Quantity {
    let named = |name: &str| atom(name).unwrap_or_else(|| of_its_own(name));
    let mut atoms = text.split('/').map(named);
    let first = atoms.next().unwrap_or_else(|| of_its_own(text));
    atoms.fold(first, |product, atom| {
        product.per(&atom).unwrap_or(product.clone())
    })
}

fn of_its_own(name: &str) -> Quantity {
    Quantity::new(whole(1), Dimension::base(name))
}

/// The size of a unit of the language without a `/`.
pub fn atom(name: &str) -> Option<Quantity> {
    SIZES.get(name).cloned()
}

/// All units of the language by name: every literal asks for one.
static SIZES: LazyLock<BTreeMap<&str, Quantity>> = LazyLock::new(|| {
    let atom = |(name, numerator, denominator, powers): &Atom| {
        let size = ratio(*numerator, *denominator);
        (*name, Quantity::new(size, Dimension::of(powers)))
    };
    let currencies = CURRENCIES.iter().map(|code| (*code, of_its_own(code)));
    ATOMS.iter().map(atom).chain(currencies).collect()
});

/// Whether a name is that of a unit of the language.
pub fn is_atom(name: &str) -> bool {
    SIZES.contains_key(name)
}

/// Whether a name is that of a dimension of the language, or a currency.
pub fn is_base(name: &str) -> bool {
    base_unit(name).is_some() || CURRENCIES.contains(&name)
}

/// The base unit of a dimension of the language.
pub fn base_unit(dimension: &str) -> Option<&'static str> {
    let found = BASES.iter().find(|(name, _)| *name == dimension);
    found.map(|(_, unit)| *unit)
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
