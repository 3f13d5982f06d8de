//! Units that do not exist, wherever they stand: found in the syntax, so that each is told once.

use std::collections::{BTreeSet, HashSet};

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind, SyntaxTree};

use crate::codes;
use crate::dimensions;
use crate::measures::Measures;
use crate::spelling;
use crate::terms::METRICS;
use crate::units;

/// What people write, what they may have meant, and what makes the difference.
const CONFUSED: &[(&[&str], &str, &str)] = &[
    (
        &["kb", "Kb", "Kbit", "kbit"],
        "kB",
        "`kbps` counts bits per second",
    ),
    (
        &["mb", "Mb", "Mbit", "mbit"],
        "MB",
        "`Mbps` counts bits per second",
    ),
    (
        &["gb", "Gb", "Gbit", "gbit"],
        "GB",
        "`Gbps` counts bits per second",
    ),
    (&["KB"], "kB", "`KiB` is 1024 bytes"),
    (&["Ki", "ki", "K", "k"], "KiB", "`kB` is 1000 bytes"),
    (&["Mi", "mi"], "MiB", "`MB` is 1000² bytes"),
    (&["Gi", "gi", "G", "g"], "GiB", "`GB` is 1000³ bytes"),
    (&["Ti", "ti", "T", "t"], "TiB", "`TB` is 1000⁴ bytes"),
    (&["Kbps", "KBps", "kBps"], "kbps", "for bytes write `kB/s`"),
    (&["mbps", "MBps", "mBps"], "Mbps", "for bytes write `MB/s`"),
    (&["gbps", "GBps", "gBps"], "Gbps", "for bytes write `GB/s`"),
    (&["sec", "secs", "second", "seconds", "S"], "s", ""),
    (&["msec", "msecs", "millis", "mS", "MS"], "ms", ""),
    (&["usec", "micros", "μs"], "us", ""),
    (
        &["m", "mins", "minute", "minutes"],
        "min",
        "a `month` is 730 h",
    ),
    (&["hr", "hrs", "hour", "hours", "H"], "h", ""),
    (&["day", "days", "D"], "d", ""),
    (&["mo", "mon", "months", "M"], "month", "a `month` is 730 h"),
    (&["rps", "qps", "rq", "reqs"], "req/s", ""),
    (&["request", "requests"], "req", ""),
    (
        &[
            "cpu", "cpus", "vcpu", "vcpus", "vCPU", "vCPUs", "Core", "Cores", "thread", "threads",
        ],
        "cores",
        "",
    ),
    (&["mcpu", "millicores", "mcore"], "mcores", ""),
    (&["byte", "bytes", "b"], "B", "8 bits are one byte"),
    (&["watt", "watts", "w"], "W", ""),
    (&["eur", "euro", "euros", "Eur"], "EUR", ""),
    (&["usd", "dollar", "dollars"], "USD", ""),
];

/// Reports every unit of a file that does not exist. `values` are names that somebody may want to
/// divide by.
pub fn check(
    tree: &SyntaxTree,
    measures: &Measures,
    values: &[&str],
    faults: &mut Vec<Diagnostic>,
) {
    let mut known: HashSet<&str> = HashSet::new();
    for unit in tree.nodes_of(SyntaxKind::Unit) {
        let mut atoms = unit.text().split('/');
        let unknown = atoms.find(|atom| {
            let is_new = !known.contains(atom);
            is_new && !(measures.knows(atom) && known.insert(atom))
        });
        faults.extend(unknown.map(|atom| {
            let before = tree.text.get(..unit.span().start as usize);
            counted(atom, unit, before.unwrap_or_default())
                .unwrap_or_else(|| fault(atom, unit, measures, values))
        }));
    }
}

fn fault(atom: &str, unit: NodeRef<'_>, measures: &Measures, values: &[&str]) -> Diagnostic {
    let span = unit.span();
    let error = |message: String| Diagnostic::error(codes::UNKNOWN_UNIT, span, message);
    let (head, tail) = unit
        .text()
        .split_once(&format!("/{atom}"))
        .unwrap_or_default();
    if !head.is_empty() && values.contains(&atom) {
        let message =
            format!("`{atom}` is a value and no unit; a division by it has blanks around `/`");
        return error(message).fix(span, format!("{head} / {atom}{}", tail.replace('/', " / ")));
    }
    if head.is_empty() && METRICS.iter().any(|(name, _)| *name == unit.text()) {
        let message = format!("`{atom}` is a metric and no unit; a product has a `*`");
        return error(message).guess(span, format!("* {atom}"));
    }
    if let Some(bits) = bits(unit.text()) {
        let message = format!("unknown unit `{}`; did you mean `{bits}`?", unit.text());
        return error(message).guess(span, bits);
    }
    let Some((near, hint)) = meant(atom, measures) else {
        let fault = error(format!("unknown unit `{atom}`"));
        return fault.help(longer(atom).unwrap_or_else(|| known(measures)));
    };
    let message = format!("unknown unit `{atom}`; did you mean {hint}");
    let mut parts: Vec<&str> = unit.text().split('/').collect();
    parts
        .iter_mut()
        .filter(|part| **part == atom)
        .for_each(|part| *part = near);
    error(message).guess(span, parts.join("/"))
}

/// `400k`: many, where it is not said of what. Fields of bytes end up with `KiB` and `GiB`.
fn counted(atom: &str, unit: NodeRef<'_>, before: &str) -> Option<Diagnostic> {
    const BYTES: [&str; 6] = ["memory", "disk", "vram", "size", "payload", "bandwidth"];
    if atom == "m"
        && before
            .trim_end_matches(|c: char| c != '=')
            .ends_with("cpu =")
    {
        let message = "unknown unit `m`; did you mean `mcores`?";
        let fault = Diagnostic::error(codes::UNKNOWN_UNIT, unit.span(), message);
        return Some(fault.guess(unit.span(), "mcores"));
    }
    let (zeros, bytes) = match atom {
        "k" | "K" => ("_000", "kB` or `KiB"),
        "M" => ("_000_000", "MB` or `MiB"),
        "G" => ("_000_000_000", "GB` or `GiB"),
        _ => return None,
    };
    let field = before.rsplit(['\n', ';', '{', ',', '(']).next()?;
    let (key, number) = field.split_once('=')?;
    if BYTES.iter().any(|name| key.trim().ends_with(name)) {
        return None;
    }
    let number = number.trim();
    let whole = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_');
    let many = if whole {
        format!("write `{number}{zeros}`")
    } else {
        "write all its zeros".to_owned()
    };
    let fault = Diagnostic::error(
        codes::UNKNOWN_UNIT,
        unit.span(),
        format!("unknown unit `{atom}`"),
    );
    Some(fault.help(format!("{many}; bytes are `{bytes}`")))
}

/// A time that is longer than the language's.
fn longer(atom: &str) -> Option<String> {
    let advice = match atom {
        "y" | "yr" | "year" | "years" | "annum" => {
            "a year is 12 `month`: write `3 EUR/month` for `36 EUR/year`"
        }
        "w" | "week" | "weeks" => "a week is 7 `d`",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// All units; those of money by example, as there are dozens.
fn known(measures: &Measures) -> String {
    let is_money = |name: &str| {
        units::atom(name).is_some_and(|unit| dimensions::currency(&unit.dimension).is_some())
    };
    let names = measures.names().filter(|name| !is_money(name));
    let names = names.collect::<Vec<_>>().join(", ");
    format!("the units are {names}, and currencies: EUR, USD and the others of ISO 4217")
}

/// `Gb/s` and `Gbit/s`: bits, not bytes, per second.
fn bits(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "b/s" | "bit/s" | "bits/s" => "bps",
        "kb/s" | "kbit/s" | "Kb/s" | "Kbit/s" => "kbps",
        "Mb/s" | "Mbit/s" => "Mbps",
        "Gb/s" | "Gbit/s" => "Gbps",
        _ => return None,
    })
}

/// The unit that was probably meant, and the end of the question.
fn meant<'m>(atom: &str, measures: &'m Measures) -> Option<(&'m str, String)> {
    let confused = CONFUSED
        .iter()
        .find(|(written, ..)| written.contains(&atom));
    if let Some((_, near, contrast)) = confused {
        let size = size(near);
        let contrast = if contrast.is_empty() {
            String::new()
        } else {
            format!(" {contrast}")
        };
        return Some((near, format!("`{near}`{size}?{contrast}")));
    }
    let near = spelling::nearest(atom, measures.names())?;
    if atom.chars().count() <= 2 && !keeps(atom, near) {
        return None;
    }
    let other = other_base(near);
    let contrast = other
        .and_then(|other| Some(format!(" `{other}` is {}", units::bytes_in_words(&other)?)))
        .unwrap_or_default();
    Some((near, format!("`{near}`{}?{contrast}", size(near))))
}

fn size(unit: &str) -> String {
    units::bytes_in_words(unit).map_or_else(String::new, |size| format!(" ({size})"))
}

/// `GB` for `GiB` and the other way round.
fn other_base(unit: &str) -> Option<String> {
    units::bytes_in_words(unit)?;
    Some(match unit.strip_suffix("iB") {
        Some(prefix) => format!("{}B", prefix.replace('K', "k")),
        None => format!("{}iB", unit.strip_suffix('B')?.replace('k', "K")),
    })
}

/// Whether a word of two letters is a name with letters swapped, doubled or left out.
fn keeps(word: &str, name: &str) -> bool {
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    let letters = |text: &str| text.chars().collect::<BTreeSet<char>>();
    let (word_has, name_has) = (letters(&word), letters(&name));
    word == name
        || word.len() > 1 && (word_has.is_subset(&name_has) || name_has.is_subset(&word_has))
}
