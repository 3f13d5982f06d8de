//! "Did you mean".

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, Span};

use crate::codes;

/// The name that a misspelt one was probably meant to be. One that differs in half of its letters is
/// meant only if it begins alike.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = 1 + length / 4;
    let word = word.to_lowercase();
    let near = |name: &&'a str| {
        let name = name.to_lowercase();
        let distance = strsim::damerau_levenshtein(&word, &name);
        let is_alike = distance * 2 < length || word.chars().next() == name.chars().next();
        // One letter instead of another is another name.
        let is_kept = length > 1 || distance == 0;
        (distance <= limit && is_kept && (distance == 1 || is_alike)).then_some(distance)
    };
    // Of two that are as near, the one that is all there: `kgs` is `kg` rather than `KES`.
    let rank = |name: &&'a str| Some((near(name)?, !word.starts_with(&name.to_lowercase())));
    names
        .into_iter()
        .filter_map(|name| Some((rank(&name)?, name)))
        .min()
        .map(|(_, name)| name)
}

/// `; did you mean …?`, or nothing.
pub fn hint<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The message for a name that nothing has, with the edit that writes the one that was probably meant, or
/// with all that there are. What stands in front of the name at its place is written again.
pub fn unknown<'a>(
    (what, before): (&str, &str),
    (word, span): (&str, Span),
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    const SHOWN: usize = 12;
    let mut seen = BTreeSet::new();
    let known: Vec<&str> = known.filter(|name| seen.insert(*name)).collect();
    let near = nearest(word, known.iter().copied());
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, format!("{what} `{word}`{hint}"));
    let names: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    match near {
        Some(near) => fault.guess(span, format!("{before}{near}")),
        None if names.is_empty() => fault,
        None => fault.help(format!("there is {}", folded(&names, SHOWN))),
    }
}

/// `a, b and 14 more`.
pub fn folded(items: &[String], shown: usize) -> String {
    let head = items
        .iter()
        .take(shown)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(shown) {
        0 => head,
        more => format!("{head} and {more} more"),
    }
}

/// A number as a sentence writes it: in words up to twelve.
pub fn number(number: u64) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let word = usize::try_from(number).ok().and_then(|at| WORDS.get(at));
    word.map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
