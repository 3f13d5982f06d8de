//! Small changes around the word or sign that was not expected: what other languages write, in the
//! words of this one. A change is offered only if the statement then is what its rule says.

use std::ops::Range;

use vn_grammar::Rule;

use crate::expected::{self, Miss};
use crate::token::{Bracket, Token, TokenKind, Tokens};

/// A part of a slice, and what to write instead.
pub(crate) type Change = (Range<usize>, String);

/// What to write, in words, and as changes in the order of the text.
pub(crate) struct Slip {
    pub help: String,
    pub changes: Vec<Change>,
}

impl Slip {
    fn new(help: impl Into<String>, changes: Vec<Change>) -> Self {
        let help = help.into();
        Self { help, changes }
    }

    /// One part that becomes another.
    fn swap(range: Range<usize>, instead: &str) -> Self {
        Self::new(
            format!("write `{instead}`"),
            vec![(range, instead.to_owned())],
        )
    }

    fn makes_it_right(&self, wanted: Rule, slice: &str) -> bool {
        expected::parses(wanted, &changed(slice, &self.changes))
    }
}

/// The change that makes of a slice what a rule says.
pub(crate) fn slip(wanted: Rule, slice: &str, miss: &Miss) -> Option<Slip> {
    let around = Around::new(slice, miss)?;
    let slips = around.slips();
    slips
        .into_iter()
        .find(|slip| slip.makes_it_right(wanted, slice))
}

/// A slice with changes made, which are in the order of the text.
pub(crate) fn changed(slice: &str, changes: &[Change]) -> String {
    let mut all = slice.to_owned();
    for (range, instead) in changes.iter().rev() {
        all.replace_range(range.clone(), instead);
    }
    all
}

/// The token that was not expected, among its neighbours.
struct Around<'t> {
    slice: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Around<'t> {
    fn new(slice: &'t str, miss: &Miss) -> Option<Self> {
        let found = miss.found?;
        let tokens: Vec<Token> = Tokens::from(slice, 0).filter(Token::counts).collect();
        let at = tokens.iter().position(|token| *token == found)?;
        Some(Self { slice, tokens, at })
    }

    /// The token so many places behind the one that was not expected, and its text.
    fn behind(&self, by: usize) -> Option<(Token, &'t str)> {
        let token = *self.tokens.get(self.at + by)?;
        Some((token, self.slice.get(token.start..token.end)?))
    }

    /// The token in front of it.
    fn before(&self) -> Option<(Token, &'t str)> {
        let token = *self.tokens.get(self.at.checked_sub(1)?)?;
        Some((token, self.slice.get(token.start..token.end)?))
    }

    fn begins_with(&self, word: &str) -> bool {
        let first = self.tokens.first();
        let first = first.and_then(|first| self.slice.get(first.start..first.end));
        first == Some(word)
    }

    fn slips(&self) -> Vec<Slip> {
        let Some((found, text)) = self.behind(0) else {
            return Vec::new();
        };
        let place = || found.start..found.end;
        let mut slips = self.of_quotes();
        slips.extend(self.of_money(found, text));
        match (found.kind, text) {
            (TokenKind::Symbol, "->") => {
                slips.extend(["=>", "<->"].map(|sign| Slip::swap(place(), sign)));
            }
            (TokenKind::Symbol, "." | "-") => {
                slips.extend(self.of_units(found));
                slips.extend(self.of_fractions(found));
            }
            // What lacks a type is given none by another sign: `param n = 3`.
            (TokenKind::Symbol, ":") if !self.begins_with("param") => {
                slips.extend(["=>", "="].map(|sign| Slip::swap(place(), sign)));
                slips.push(Slip::new("remove `:`", vec![(place(), String::new())]));
            }
            (TokenKind::Symbol, "=") if !self.begins_with("param") => {
                slips.push(Slip::swap(place(), ":"));
                slips.push(Slip::new("remove `=`", vec![(place(), String::new())]));
            }
            (TokenKind::Word, "is" | "equals") => {
                slips.extend(["=", "=="].map(|sign| Slip::swap(place(), sign)));
            }
            (TokenKind::Word, _) => slips.extend(self.of_levels(found)),
            (TokenKind::Open(Bracket::Square), _) => slips.extend(self.of_brackets(found)),
            (TokenKind::Open(Bracket::Brace), _) => slips.extend(self.of_imports(found)),
            (TokenKind::String, _) => slips.extend(self.of_a_name(found, text)),
            _ => {}
        }
        slips
    }

    /// `3 cat.shelf`: what things are measured in is common to all files.
    fn of_units(&self, found: Token) -> Option<Slip> {
        let (module, _) = self
            .before()
            .filter(|(token, _)| token.kind == TokenKind::Word)?;
        let (_, unit) = self
            .behind(1)
            .filter(|(token, _)| token.kind == TokenKind::Word)?;
        let number = self.tokens.get(self.at.checked_sub(2)?)?;
        (number.kind == TokenKind::Number).then(|| {
            let help = format!("units are common to all files: write `{unit}`");
            Slip::new(help, vec![(module.start..found.end, String::new())])
        })
    }

    /// `use std.hardware { nuc }` for `use std.hardware.{ nuc }`.
    fn of_imports(&self, found: Token) -> Option<Slip> {
        let (module, _) = self.before().filter(|_| self.begins_with("use"))?;
        let help = "a `.` stands between a module and its names: write `.{`";
        Some(Slip::new(
            help,
            vec![(module.end..found.start, ".".to_owned())],
        ))
    }

    /// `.5` for `0.5`.
    fn of_fractions(&self, found: Token) -> Option<Slip> {
        let points = (0..2).filter_map(|by| self.behind(by));
        let (point, _) = points.into_iter().find(|(_, text)| *text == ".")?;
        let mut tokens = self.tokens.iter();
        let digits = tokens.find(|token| token.start == point.end && token.start > found.start)?;
        let digits = self.slice.get(digits.start..digits.end)?;
        digits.starts_with(|c: char| c.is_ascii_digit()).then(|| {
            let number = digits.split(|c: char| !c.is_ascii_digit()).next();
            let help = format!("write `0.{}`", number.unwrap_or_default());
            Slip::new(help, vec![(point.start..point.start, "0".to_owned())])
        })
    }

    /// `$90` and `90 €`.
    fn of_money(&self, found: Token, text: &str) -> Option<Slip> {
        let currency = currency(text)?;
        if let Some((number, digits)) = self
            .behind(1)
            .filter(|(next, _)| next.kind == TokenKind::Number)
        {
            return Some(Slip::swap(
                found.start..number.end,
                &format!("{digits} {currency}"),
            ));
        }
        let (number, _) = self
            .before()
            .filter(|(before, _)| before.kind == TokenKind::Number)?;
        let blank = if number.end == found.start { " " } else { "" };
        let change = (found.start..found.end, format!("{blank}{currency}"));
        Some(Slip::new(format!("write `{currency}`"), vec![change]))
    }

    /// `emit [a, b]` for `emit a, b`; `site store[3]` for `site store * 3`.
    fn of_brackets(&self, found: Token) -> Vec<Slip> {
        let close = self.tokens.get(self.at..).and_then(|rest| {
            let mut ends = rest.iter();
            ends.find(|token| token.kind == TokenKind::Close(Bracket::Square))
        });
        let Some(close) = close else {
            return Vec::new();
        };
        let Some((_, digits)) = self
            .behind(1)
            .filter(|(next, _)| next.kind == TokenKind::Number)
        else {
            let gone = |token: Token| (token.start..token.end, String::new());
            let changes = vec![gone(found), gone(*close)];
            return vec![Slip::new("write the names without brackets", changes)];
        };
        let count = format!(" * {digits}");
        let help = format!("write `* {digits}`");
        let here = vec![(found.start..close.end, count.clone())];
        let mut slips = vec![Slip::new(help.clone(), here)];
        // `device mac[4] : mini` counts behind its hardware.
        let rest = self.tokens.iter().filter(|token| token.start >= close.end);
        let words = rest.filter(|token| token.kind == TokenKind::Word);
        slips.extend(words.take(1).map(|word| {
            let changes = vec![
                (found.start..close.end, String::new()),
                (word.end..word.end, count.clone()),
            ];
            Slip::new(help.clone(), changes)
        }));
        slips
    }

    /// `minimize lexicographic a, b` for `[a, b]`.
    fn of_levels(&self, found: Token) -> Option<Slip> {
        self.before().filter(|(_, text)| *text == "lexicographic")?;
        let end = self.tokens.last()?.end;
        let changes = vec![
            (found.start..found.start, "[".to_owned()),
            (end..end, "]".to_owned()),
        ];
        Some(Slip::new(
            "the levels stand in a list: `[latency, cost]`",
            changes,
        ))
    }

    /// A name in quotes: alone, or with the others of its list.
    fn of_a_name(&self, found: Token, text: &str) -> Vec<Slip> {
        let bare = |text: &str| {
            let name = text.strip_prefix('"')?.strip_suffix('"')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let fits = !name.is_empty() && name.chars().all(is_name);
            (fits && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| name.to_owned())
        };
        let Some(name) = bare(text) else {
            return Vec::new();
        };
        let help = format!("a name has no quotes: write `{name}`");
        let alone = vec![(found.start..found.end, name)];
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let listed = rest
            .iter()
            .take_while(|token| !matches!(token.kind, TokenKind::Close(_) | TokenKind::Open(_)));
        let all = listed.filter(|token| token.kind == TokenKind::String);
        let all = all.filter_map(|token| {
            let name = bare(self.slice.get(token.start..token.end)?)?;
            Some((token.start..token.end, name))
        });
        vec![
            Slip::new(help.clone(), alone),
            Slip::new(help, all.collect()),
        ]
    }

    /// Quotes of typesetters and of other languages.
    fn of_quotes(&self) -> Vec<Slip> {
        const QUOTES: [char; 6] = ['“', '”', '„', '«', '»', '\''];
        let Some((found, _)) = self.behind(0).filter(|(_, text)| text.contains(QUOTES)) else {
            return Vec::new();
        };
        let rest = self.slice.get(found.start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let quotes = line.char_indices().filter(|(_, c)| QUOTES.contains(c));
        let change = |(at, c): (usize, char)| {
            let at = found.start + at;
            (at..at + c.len_utf8(), "\"".to_owned())
        };
        let changes: Vec<Change> = quotes.map(change).collect();
        vec![Slip::new(
            "texts stand in straight quotes: `\"…\"`",
            changes,
        )]
    }
}

/// The code of a currency's sign.
fn currency(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "$" => "USD",
        "€" => "EUR",
        "£" => "GBP",
        "¥" => "JPY",
        _ => return None,
    })
}
