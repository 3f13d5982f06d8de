//! Small changes around the word or sign that was not expected: what other languages write, in the
//! words of this one. A change is offered only if the statement then is what its rule says.

mod values;

use std::ops::Range;

use vn_grammar::Rule;

use crate::expected::{self, Miss};
use crate::habits;
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

    fn begins_a_statement(&self) -> bool {
        let first = self.tokens.first();
        let first = first.and_then(|first| self.slice.get(first.start..first.end));
        first.is_some_and(habits::is_statement)
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
                slips.extend(self.of_addresses());
                slips.extend(self.of_units(found));
                slips.extend(self.of_hyphens());
                slips.push(Slip::swap(place(), ".."));
                slips.extend(self.of_fractions(found));
            }
            // What lacks a type is given none by another sign: `param n = 3`.
            (TokenKind::Symbol, ",") => {
                slips.extend(self.of_decimals(found));
                slips.extend(self.of_lists());
            }
            (TokenKind::Symbol, "*") => slips.extend(self.of_counts()),
            (TokenKind::Symbol, ";") => slips.push(Slip::swap(place(), ",")),
            (TokenKind::Symbol, "<" | "<=" | "==") if self.begins_with("needs") => {
                slips.push(Slip::swap(place(), "within"));
            }
            (TokenKind::Symbol, "<" | "<=" | "==") => slips.push(Slip::swap(place(), "=")),
            (TokenKind::Symbol, ":") if !self.begins_with("param") => {
                if self.begins_with("use") {
                    slips.extend(self.of_modules());
                }
                // Among arguments `=>` would stand for another need of theirs.
                if self.is_argument() {
                    slips.push(self.of_arguments());
                    slips.push(Slip::swap(place(), " ="));
                }
                slips.push(Slip::swap(place(), "=>"));
                if !self.begins_a_statement() {
                    slips.push(self.of_arguments());
                    slips.push(Slip::swap(place(), "="));
                }
                slips.push(Slip::new("remove `:`", vec![(place(), String::new())]));
            }
            (TokenKind::Symbol, "=") if !self.begins_with("param") => {
                slips.push(Slip::swap(place(), ":"));
                slips.push(Slip::new("remove `=`", vec![(place(), String::new())]));
            }
            (TokenKind::Word, "is" | "equals") => {
                slips.extend(["=", "=="].map(|sign| Slip::swap(place(), sign)));
            }
            (TokenKind::Symbol, "×") | (TokenKind::Word, "x" | "X" | "times") => {
                slips.push(Slip::swap(place(), "*"));
            }
            (TokenKind::Word, _) => {
                slips.extend(self.of_places());
                slips.extend(self.of_levels(found));
                slips.extend(self.of_gaps());
                slips.extend(self.of_signs());
            }
            (TokenKind::Number, _) => {
                slips.extend(self.of_gaps());
                slips.extend(self.of_calls());
                slips.extend(self.of_signs());
            }
            (TokenKind::Open(Bracket::Square), _) => slips.extend(self.of_brackets(found)),
            (TokenKind::Open(Bracket::Brace), _) => slips.extend(self.of_imports(found)),
            (TokenKind::String, _) => {
                slips.extend(self.of_a_name(found, text));
                slips.extend(Self::of_a_number(found, text));
            }
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

    /// `docker-compose`: names have no hyphens.
    fn of_hyphens(&self) -> Option<Slip> {
        let from = self.at.checked_sub(1)?;
        let rest = self.tokens.get(from..)?;
        let name = rest.iter().enumerate().take_while(|(at, token)| {
            let text = self.slice.get(token.start..token.end);
            let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Number);
            let fits = if *at == 0 {
                token.kind == TokenKind::Word
            } else if at % 2 == 0 {
                is_name
            } else {
                text == Some("-")
            };
            fits && (*at == 0
                || rest
                    .get(at - 1)
                    .is_some_and(|before| before.end == token.start))
        });
        let (_, last) = name.last().filter(|(at, _)| *at > 1)?;
        let place = rest.first()?.start..last.end;
        let name = self.slice.get(place.clone())?.replace('-', "_");
        let help = format!("names have no `-`: write `{name}`");
        Some(Slip::new(help, vec![(place, name)]))
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

    /// `std::services` for `std.services`.
    fn of_modules(&self) -> Option<Slip> {
        let rest = self.slice.get(self.tokens.get(self.at)?.start..)?;
        let from = self.slice.len() - rest.len();
        let colons = rest.match_indices("::");
        let change = |(at, _): (usize, &str)| (from + at..from + at + 2, ".".to_owned());
        let changes: Vec<Change> = colons.map(change).collect();
        (!changes.is_empty())
            .then(|| Slip::new("a `.` stands between a module and its names", changes))
    }

    /// `nvme 1 TB` for `nvme(1 TB)`.
    fn of_calls(&self) -> Option<Slip> {
        let (name, word) = self
            .before()
            .filter(|(before, _)| before.kind == TokenKind::Word)?;
        let last = self.tokens.last()?;
        let argument = self.slice.get(self.tokens.get(self.at)?.start..last.end)?;
        let right = format!("{word}({argument})");
        Some(Slip::swap(name.start..last.end, &right))
    }

    /// `on nuc, pi` for `on [nuc, pi]`.
    fn of_lists(&self) -> Option<Slip> {
        let text = |token: &Token| self.slice.get(token.start..token.end);
        let is_word = |token: &Token| token.kind == TokenKind::Word;
        let (before, behind) = self.tokens.split_at_checked(self.at)?;
        let path = before.rchunks(2).take_while(|pair| match pair {
            [name] => is_word(name),
            [point, name] => is_word(name) && text(point) == Some("."),
            _ => false,
        });
        // The chunk that ends the path holds its first name and what stands in front of that.
        let points = path.count();
        let first = before.get(before.len().checked_sub(2 * points + 1)?)?;
        let listed = |token: &&Token| is_word(token) || matches!(text(token), Some("," | "."));
        let last = behind.iter().take_while(listed).last()?;
        let names = self.slice.get(first.start..last.end)?;
        let help = format!("several stand in brackets: write `[{names}]`");
        let changes = vec![
            (first.start..first.start, "[".to_owned()),
            (last.end..last.end, "]".to_owned()),
        ];
        Some(Slip::new(help, changes))
    }

    /// `provides search, truth`: a field without its sign.
    fn of_signs(&self) -> Vec<Slip> {
        let (Some(name), Some(value), Some(last)) = (
            self.tokens.first().filter(|_| self.at == 1),
            self.tokens.get(1),
            self.tokens.last(),
        ) else {
            return Vec::new();
        };
        let is_list = self
            .slice
            .get(value.start..last.end)
            .is_some_and(|all| all.contains(','));
        let mut changes = vec![(name.end..name.end, " =".to_owned())];
        if is_list {
            changes.push((value.start..value.start, "[".to_owned()));
            changes.push((last.end..last.end, "]".to_owned()));
        }
        let word = self.slice.get(name.start..name.end).unwrap_or_default();
        vec![Slip::new(format!("write `{word} = …`"), changes)]
    }

    /// Whether it stands in parentheses.
    fn is_argument(&self) -> bool {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let mut open = Vec::new();
        for token in before {
            match token.kind {
                TokenKind::Open(bracket) => open.push(bracket),
                TokenKind::Close(_) => _ = open.pop(),
                _ => {}
            }
        }
        open.last() == Some(&Bracket::Paren)
    }

    /// `on nuc, pi` for `pin on [nuc, pi]`, `not on pi` for `forbid on pi`, `pin to nuc` for `pin on nuc`.
    fn of_places(&self) -> Vec<Slip> {
        let (Some((before, word)), Some((found, text))) = (self.before(), self.behind(0)) else {
            return Vec::new();
        };
        let swapped = |right: &str| vec![(before.start..before.end, right.to_owned())];
        let last = self.tokens.last().map_or(found.end, |last| last.end);
        let alone = self.at == 1;
        match (word, text) {
            ("not", "on") if alone => vec![Slip::new("write `forbid on …`", swapped("forbid"))],
            ("on", _) if alone => {
                let mut listed = swapped("pin on");
                listed.push((found.start..found.start, "[".to_owned()));
                listed.push((last..last, "]".to_owned()));
                [swapped("pin on"), listed]
                    .map(|changes| Slip::new("write `pin on …`", changes))
                    .into()
            }
            ("to" | "at" | "to_device", _) => vec![Slip::new("write `on`", swapped("on"))],
            _ => Vec::new(),
        }
    }

    /// `till * 4` for `device till * 4`.
    fn of_counts(&self) -> Option<Slip> {
        let name = self.tokens.first().filter(|_| self.at == 1)?;
        let word = self.slice.get(name.start..name.end)?;
        let help = format!("write `device {word} * …`");
        Some(Slip::new(
            help,
            vec![(name.start..name.start, "device ".to_owned())],
        ))
    }

    /// `(a = 1 b = 2)` and `[a b]`: a comma is missing, here or a word earlier.
    fn of_gaps(&self) -> Vec<Slip> {
        let places = (0..4).filter_map(|back| {
            let at = self.at.checked_sub(back)?;
            let before = self.tokens.get(at.checked_sub(1)?)?;
            let text = |token: &Token| self.slice.get(token.start..token.end);
            let help = format!("write `{},`", text(before)?);
            Some(Slip::new(
                help,
                vec![(before.end..before.end, ",".to_owned())],
            ))
        });
        places.collect()
    }

    /// `(nodes: 4, edges: 5)` for `(nodes = 4, edges = 5)`.
    fn of_arguments(&self) -> Slip {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let inside = rest
            .iter()
            .take_while(|token| token.kind != TokenKind::Close(Bracket::Paren));
        let colons = inside.filter(|token| self.slice.get(token.start..token.end) == Some(":"));
        let change = |colon: &Token| (colon.start..colon.end, " =".to_owned());
        let name = self.before().map_or("…", |(_, name)| name);
        Slip::new(format!("write `{name} = …`"), colons.map(change).collect())
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
}
