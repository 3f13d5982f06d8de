//! Quantities in the units that a reader expects.

use num_traits::{Signed as _, ToPrimitive as _, Zero as _};

use crate::dimension::Dimension;
use crate::dimensions;
use crate::quantity::{BigRational, Quantity, ratio, whole};
use crate::units;

/// `4 GiB`, `24 ms`, `12 EUR/month`, `0.4 req/s`; exact where two decimals are enough.
pub fn quantity(quantity: &Quantity) -> String {
    let Quantity { value, dimension } = quantity;
    if dimension.is_pure() {
        return number(value);
    }
    let Some(unit) = unit_for(value, dimension) else {
        return composed(value, dimension);
    };
    format!("{} {unit}", number(&(value / units::read(&unit).value)))
}

/// `0.09 EUR/GB`, `2 EUR/GB/month`: in base units, but what bytes and months share out is said of so
/// many that the number shows.
fn composed(value: &BigRational, dimension: &Dimension) -> String {
    const BYTES: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let units = dimensions::base_units(dimension);
    let mut parts = units.split('/');
    let above = parts.next().unwrap_or_default();
    let mut below: Vec<&str> = parts.collect();
    let mut value = value.clone();
    let is_once =
        |below: &[&str], unit: &str| below.iter().filter(|one| **one == unit).count() == 1;
    let month = is_once(&below, "s") && dimensions::currency(dimension).is_some();
    if let Some(part) = below.iter_mut().find(|part| month && **part == "s") {
        *part = "month";
        value *= units::month();
    }
    if is_once(&below, "B") {
        let shows = |unit: &&&str| (&value * units::read(unit).value).abs() >= ratio(1, 100);
        let unit = BYTES.iter().find(shows).or(BYTES.last());
        let unit = unit.filter(|_| !value.is_zero()).copied().unwrap_or("B");
        value *= units::read(unit).value;
        below
            .iter_mut()
            .filter(|part| **part == "B")
            .for_each(|part| *part = unit);
    }
    let all: Vec<&str> = std::iter::once(above).chain(below).collect();
    format!("{} {}", number(&value), all.join("/"))
}

/// A share of one as a percentage.
pub fn percent(value: &BigRational) -> String {
    format!("{}%", number(&(value * whole(100))))
}

/// A number of bytes.
pub fn bytes(value: &BigRational) -> String {
    quantity(&Quantity::new(value.clone(), dimensions::bytes()))
}

/// A number of seconds.
pub fn time(value: &BigRational) -> String {
    quantity(&Quantity::new(value.clone(), dimensions::time()))
}

/// A number with at most two decimals (three digits where it is small); what is not zero does not
/// read as zero.
pub fn number(value: &BigRational) -> String {
    if value.is_integer() {
        return value.to_integer().to_string();
    }
    let amount = value.to_f64().unwrap_or_default();
    let places: usize = if value.abs() >= whole(1) {
        2
    } else if value.abs() >= ratio(1, 1000) {
        4
    } else {
        leading_zeros(value) + 3
    };
    let text = format!("{amount:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How many zeros stand behind the point of a small number.
fn leading_zeros(value: &BigRational) -> usize {
    const MOST: usize = 30;
    let mut scaled = value.abs() * whole(10);
    let mut zeros = 0;
    while scaled < whole(1) && zeros < MOST {
        scaled *= whole(10);
        zeros += 1;
    }
    zeros
}

fn unit_for(value: &BigRational, dimension: &Dimension) -> Option<String> {
    let currency = dimensions::currency(dimension).unwrap_or("EUR");
    let erased = dimensions::without_currency(dimension);
    if erased == dimensions::money() {
        return Some(currency.to_owned());
    }
    if erased == dimensions::money_per_time() {
        return Some(format!("{currency}/month"));
    }
    let largest_first: &[&str] = scale(&erased)?;
    let fits = |name: &&&str| value.abs() >= units::read(name).value;
    let exact = |name: &&&str| (value / units::read(name).value).is_integer();
    let last = largest_first.last();
    let fitting = || largest_first.iter().filter(fits);
    let found = if value.is_zero() {
        last
    } else if erased == dimensions::bytes() {
        fitting()
            .find(exact)
            .filter(|name| short(value, name))
            .or_else(|| binary(value))
    } else {
        fitting().next()
    };
    found.or(last).map(|name| (*name).to_owned())
}

/// Whether the number in front of the unit stays readable.
fn short(value: &BigRational, unit: &str) -> bool {
    value / units::read(unit).value < whole(10_000)
}

fn binary(value: &BigRational) -> Option<&'static &'static str> {
    const BINARY: &[&str] = &["TiB", "GiB", "MiB", "KiB"];
    BINARY
        .iter()
        .find(|name| value.abs() >= units::read(name).value)
}

fn scale(dimension: &Dimension) -> Option<&'static [&'static str]> {
    let scales: [(Dimension, &'static [&'static str]); 7] = [
        (
            dimensions::bytes(),
            &["TiB", "GiB", "MiB", "TB", "GB", "KiB", "MB", "kB", "B"],
        ),
        (dimensions::time(), &["h", "min", "s", "ms", "us"]),
        (dimensions::rate(), &["Gbps", "Mbps", "kbps", "bps"]),
        (dimensions::throughput(), &["req/s"]),
        (dimensions::cores(), &["cores"]),
        (dimensions::power(), &["W"]),
        (dimensions::energy(), &["Wh"]),
    ];
    scales
        .into_iter()
        .find(|(known, _)| known == dimension)
        .map(|(_, names)| names)
}
