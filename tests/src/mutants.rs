//! Programs with a single fault.

use std::ops::Range;

/// A way to spoil a program at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spoil {
    /// A token is left out.
    Delete,
    /// A token stands twice.
    Double,
    /// Two tokens change places.
    Swap,
    /// A letter of a word is left out.
    Typo,
}

/// Every way.
pub const SPOILS: [Spoil; 4] = [Spoil::Delete, Spoil::Double, Spoil::Swap, Spoil::Typo];

/// A spoilt program.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was done.
    pub spoil: Spoil,
    /// The bytes that are not as they were, in the program.
    pub at: Range<usize>,
    /// What stands there instead.
    pub instead: String,
    /// Whether a bracket is involved: what it encloses is then a guess.
    pub bracket: bool,
}

impl Mutant {
    /// The whole spoilt program.
    pub fn of(&self, program: &str) -> String {
        let mut text = program.to_owned();
        text.replace_range(self.at.clone(), &self.instead);
        text
    }
}

/// Every mutant of a program.
pub fn mutants(program: &str) -> Vec<Mutant> {
    let tokens = tokens(program);
    let next = tokens.iter().skip(1).map(Some).chain([None]);
    let pairs = tokens.iter().zip(next);
    pairs
        .flat_map(|(token, next)| {
            SPOILS
                .into_iter()
                .filter_map(move |spoil| mutant(program, spoil, token, next))
        })
        .collect()
}

fn mutant(
    program: &str,
    spoil: Spoil,
    token: &Range<usize>,
    next: Option<&Range<usize>>,
) -> Option<Mutant> {
    let word = program.get(token.clone())?;
    let other = next.and_then(|next| program.get(next.clone()));
    let bracket = |text: &str| matches!(text, "{" | "}" | "(" | ")" | "[" | "]");
    let (at, instead) = match spoil {
        Spoil::Delete => (token.clone(), String::new()),
        Spoil::Double => (token.clone(), format!("{word} {word}")),
        Spoil::Swap => {
            let (next, other) = (next?, other?);
            let between = program.get(token.end..next.start)?;
            (token.start..next.end, format!("{other}{between}{word}"))
        }
        Spoil::Typo => {
            let letters = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
            (
                token.clone(),
                letters.then(|| format!("{}{}", &word[..2], &word[3..]))?,
            )
        }
    };
    let bracket = bracket(word) || spoil == Spoil::Swap && other.is_some_and(bracket);
    let changed = program.get(at.clone()) != Some(instead.as_str());
    changed.then_some(Mutant {
        spoil,
        at,
        instead,
        bracket,
    })
}

/// Byte ranges of tokens; quotes are tokens of their own, what they enclose and comments are none.
pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let run = |belongs: &dyn Fn(u8) -> bool| {
            let rest = bytes.iter().skip(start);
            rest.take_while(|b| belongs(**b)).count().max(1)
        };
        let rest = text.get(at..).unwrap_or_default();
        if in_string && byte != b'"' {
            at += run(&|b| b != b'"');
            continue;
        }
        at += match byte {
            b'/' if rest.starts_with("//") => {
                at += run(&|b| b != b'\n');
                continue;
            }
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'"' => {
                in_string = !in_string;
                1
            }
            b if b.is_ascii_alphanumeric() => run(&|b| b.is_ascii_alphanumeric() || b == b'_'),
            _ => ["<->", "=>", "->", "<=", ">=", "==", ".."]
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .map_or(1, |sign| sign.len()),
        };
        found.push(start..at);
    }
    found
}
