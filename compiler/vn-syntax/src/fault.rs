//! One statement that did not parse, and the message about it.

use std::ops::Range;

use vn_grammar::Rule;

use crate::expected::{self, Miss};
use crate::habits::{self, Habit};
use crate::slips::{self, Change};
use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::{Diagnostic, Span, SyntaxKind, codes, foreign, forms, operators, words};

/// A part of a text that is not what it should be.
#[derive(Clone, Copy)]
pub(crate) struct Fault<'t> {
    text: &'t str,
    span: Span,
    slice: &'t str,
}

impl<'t> Fault<'t> {
    /// The part of `text` under `span`.
    pub(crate) fn new(text: &'t str, span: Span) -> Self {
        let slice = text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default();
        Self { text, span, slice }
    }

    /// What is wrong with a statement of `parent` that failed from its first word on.
    pub(crate) fn statement(self, parent: SyntaxKind, kind: SyntaxKind) -> Diagnostic {
        if let Some(control) = self.control() {
            return control;
        }
        let Some(first) = self.first() else {
            return self.unexpected();
        };
        let habit = Some(self.slice).filter(|_| parent != SyntaxKind::File);
        let habit = habit.and_then(habits::habit);
        if let (Some(habit), TokenKind::String) = (&habit, first.kind) {
            return self.of_habit(habit);
        }
        if first.kind != TokenKind::Word {
            return self.not_a_statement(parent, first);
        }
        let word = self.word(first);
        if let Some(fault) = self.foreign(parent, first) {
            return fault;
        }
        // A keyword or a body says more about what was meant than the sign does.
        let plain = kind != SyntaxKind::BadWord && !words::is_statement(word);
        if let Some(habit) = habit.filter(|habit| plain || !habit.changes.is_empty()) {
            return self.of_habit(&habit);
        }
        if words::is_statement(word) {
            return self
                .misplaced(parent, first)
                .unwrap_or_else(|| self.lacking(entry(parent)));
        }
        if let Some(meant) = self.misspelt(parent, first) {
            let what = if parent == SyntaxKind::File {
                "item"
            } else {
                "statement"
            };
            return operators::unknown(self.part(first), what, word, meant);
        }
        if kind == SyntaxKind::BadWord {
            let message = format!("unknown word `{word}`");
            return Diagnostic::error(codes::UNKNOWN_WORD, self.part(first), message)
                .here("a statement begins with a keyword or is `name = value`");
        }
        self.lacking(entry(parent))
    }

    /// What the slice lacks to be what a rule says.
    pub(crate) fn lacking(self, wanted: Rule) -> Diagnostic {
        self.miss(wanted).unwrap_or_else(|| self.unexpected())
    }

    /// As [`Self::lacking`]; `None` if it lacks nothing.
    pub(crate) fn miss(self, wanted: Rule) -> Option<Diagnostic> {
        if let Some(control) = self.control() {
            return Some(control);
        }
        let miss = expected::miss(wanted, self.slice)?;
        let place = self.place(&miss);
        if let Some(diagnostic) = self.misspelt_inside(&miss, place) {
            return Some(diagnostic);
        }
        let found = expected::found(self.slice, miss.found);
        let message = match expected::listed(&miss.expected) {
            Some(expected) => format!("expected {expected}, found {found}"),
            None if miss.found.is_none() => "the statement is not complete".to_owned(),
            None => format!("unexpected {found}"),
        };
        let diagnostic = Diagnostic::error(codes::SYNTAX, place, message);
        if self.before(miss.found) == Some("if") {
            let help = "there is no `if` in values: write `match … { … => …; … => … }`";
            return Some(diagnostic.help(help));
        }
        let in_digits = miss.expected.iter().any(|e| e == "a whole number");
        let digits = miss
            .found
            .filter(|_| in_digits)
            .and_then(|found| digits(self.word(found)));
        if let Some(digits) = digits {
            return Some(
                diagnostic
                    .help(format!("write `{digits}`"))
                    .guess(place, digits),
            );
        }
        if let Some(help) = self.of_letters(&miss) {
            return Some(diagnostic.help(help));
        }
        if let Some((help, instead)) = self.of_commas(&miss) {
            return Some(diagnostic.help(help).guess(place, instead));
        }
        if let Some(slip) = slips::slip(wanted, self.slice, &miss) {
            return Some(self.with(diagnostic.help(slip.help), &slip.changes));
        }
        let is_comment = |found: Token| {
            let before = self.slice.get(..found.start).unwrap_or_default();
            self.word(found) == "*" && before.ends_with('/')
        };
        if miss.found.is_some_and(is_comment) {
            let help = "a comment begins with `//` and ends with its line";
            return Some(diagnostic.help(help));
        }
        let is_all = miss.found.is_some_and(|found| self.word(found) == "*");
        if is_all && self.first().is_some_and(|first| self.word(first) == "use") {
            return Some(
                diagnostic.help("every name is listed: `use std.hardware.{rpi5_8g, pixel_8}`"),
            );
        }
        Some(
            match self.first().and_then(|first| forms::form(self.word(first))) {
                Some(form) => diagnostic.help(format!("write it as `{form}`")),
                None => diagnostic,
            },
        )
    }

    /// A comma between statements, and between needed services: what to say, and to write for it.
    fn of_commas(self, miss: &Miss) -> Option<(&'static str, &'static str)> {
        let comma = miss.found.filter(|found| self.word(*found) == ",")?;
        let behind = Tokens::from(self.slice, comma.end).filter(Token::counts);
        let mut behind = behind.map(|token| (token.kind, self.word(token)));
        let first = behind.next().filter(|(kind, _)| *kind == TokenKind::Word);
        let is_word = first.is_some();
        let begins = first.is_some_and(|(_, word)| habits::is_statement(word));
        let next = behind.next().map(|(_, text)| text);
        match (self.first().map(|first| self.word(first)), next) {
            (_, next) if is_word && (begins || next == Some("=")) => Some((
                "statements stand on lines of their own, or behind a `;`",
                ";",
            )),
            (Some("needs"), _) if is_word => Some((
                "every service that is needed has a `needs` of its own",
                "; needs",
            )),
            _ => None,
        }
    }

    /// Names that begin with a digit, or have letters of other alphabets.
    fn of_letters(self, miss: &Miss) -> Option<String> {
        let found = miss.found?;
        let text = self.word(found);
        let is_name = miss.expected.iter().any(|wanted| wanted == "a name");
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if is_name && found.kind == TokenKind::Number && digits < text.len() {
            let (digits, rest) = text.split_at_checked(digits)?;
            return Some(format!(
                "a name begins with a letter: write `{rest}{digits}`, say"
            ));
        }
        let is_letter = text
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
        is_letter.then(|| "names are made of the letters a to z, digits and `_`".to_owned())
    }

    /// A character that nobody sees, in a part of the text that did not parse.
    fn control(self) -> Option<Diagnostic> {
        let unseen = |token: Token| {
            let letter = self.word(token).chars().next()?;
            let is_symbol = token.kind == TokenKind::Symbol;
            Some((token, letter))
                .filter(|_| is_symbol && (letter.is_control() || is_unseen(letter)))
        };
        let (token, letter) = Tokens::from(self.slice, 0).find_map(unseen)?;
        let place = self.part(token);
        let number = u32::from(letter);
        let (message, help, instead) = match letter {
            '\u{a0}' | '\u{202f}' => ("a blank that is none", "write a plain blank", " "),
            _ if letter.is_control() => ("a control character", "remove it", ""),
            _ => ("a character without a width", "remove it", ""),
        };
        let message = format!("U+{number:04X} is {message}");
        let fault = Diagnostic::error(codes::SYNTAX, place, message);
        let fault = fault.here("not to be seen in most editors");
        Some(fault.help(help).fix(place, instead))
    }

    fn first(self) -> Option<Token> {
        Tokens::from(self.slice, 0).find(Token::counts)
    }

    /// The word in front of a token.
    fn before(self, token: Option<Token>) -> Option<&'t str> {
        let end = token.map_or(self.slice.len(), |token| token.start);
        let before = Tokens::from(self.slice, 0).take_while(|token| token.end <= end);
        before
            .filter(Token::counts)
            .last()
            .map(|token| self.word(token))
    }

    fn word(self, token: Token) -> &'t str {
        self.slice.get(token.start..token.end).unwrap_or_default()
    }

    fn at(self, offset: usize) -> u32 {
        u32::try_from(self.span.start as usize + offset).unwrap_or(u32::MAX)
    }

    fn part(self, token: Token) -> Span {
        Span {
            start: self.at(token.start),
            end: self.at(token.end),
            ..self.span
        }
    }

    /// A field as JSON and YAML write it.
    fn of_habit(self, habit: &Habit<'_>) -> Diagnostic {
        let key = habit.key;
        if let Some(form) = forms::form(key).filter(|_| habits::is_statement(key)) {
            let message = format!("`{key}` is a statement and no field: it has no `:`");
            let fault = Diagnostic::error(codes::SYNTAX, self.part(habit.colon), message);
            return self.with(fault.help(format!("write it as `{form}`")), &habit.changes);
        }
        let message = format!("expected `=` after `{key}`, found `:`");
        let parted = if habit.commas {
            ", and `;` between fields"
        } else {
            ""
        };
        let fault = Diagnostic::error(codes::SYNTAX, self.part(habit.colon), message)
            .help(format!("write `{key} = …`{parted}"));
        self.with(fault, &habit.changes)
    }

    /// A message with changes of the slice.
    fn with(self, fault: Diagnostic, changes: &[Change]) -> Diagnostic {
        let place = |range: &Range<usize>| Span {
            start: self.at(range.start),
            end: self.at(range.end),
            ..self.span
        };
        changes.iter().fold(fault, |fault, (range, instead)| {
            fault.guess(place(range), instead)
        })
    }

    /// A first word of other languages.
    fn foreign(self, parent: SyntaxKind, first: Token) -> Option<Diagnostic> {
        let word = self.word(first);
        let next = Tokens::from(self.slice, first.end).find(Token::counts);
        let is_typed = next.is_some_and(|next| self.word(next) == ":");
        if parent == SyntaxKind::File && is_typed && !words::is_item(word) {
            let right = format!("param {}", self.slice.get(first.start..)?);
            return expected::parses(entry(parent), &right).then(|| {
                let message =
                    format!("`{word}` has a type, and no word in front that says what it is");
                let fault = Diagnostic::error(codes::UNKNOWN_WORD, self.part(first), message);
                let changes = vec![(first.start..first.start, "param ".to_owned())];
                self.with(fault.help(format!("write `param {word}: …`")), &changes)
            });
        }
        // `group = 3` is a field, whatever it is called.
        if next.is_some_and(|next| matches!(self.word(next), "=" | "." | ":")) {
            return None;
        }
        let foreign = foreign::foreign((parent, entry(parent)), word, self.slice)?;
        let message = format!("unknown word `{word}`; did you mean `{}`?", foreign.native);
        let fault = Diagnostic::error(codes::UNKNOWN_WORD, self.part(first), message);
        Some(self.with(fault.help(foreign.help), &foreign.changes))
    }

    /// The unexpected token, or the end of the one before it where a line ends too early.
    fn place(self, miss: &Miss) -> Span {
        let base = self.span.start as usize;
        let same_line = |token: &Token| {
            let between = self.text.get(base + miss.before..base + token.start);
            between.is_some_and(|b| !b.contains('\n'))
        };
        if let Some(token) = miss.found.filter(|t| same_line(t) || miss.before == 0) {
            return self.part(token);
        }
        let at = self.at(miss.before);
        Span {
            start: at,
            end: at,
            ..self.span
        }
    }

    /// A keyword in a place where no statement of its kind can stand.
    fn misplaced(self, parent: SyntaxKind, first: Token) -> Option<Diagnostic> {
        let word = self.word(first);
        let (place, help) = match parent {
            SyntaxKind::File if !words::is_item(word) => ("outside a body", forms::home(word)),
            SyntaxKind::File => return None,
            _ if matches!(word, "use" | "edition") => {
                ("inside a body", "move it to the start of the file")
            }
            _ => return None,
        };
        let message = format!("`{word}` cannot stand {place}");
        Some(Diagnostic::error(codes::SYNTAX, self.part(first), message).help(help))
    }

    /// The keyword that a first word was meant to be: one that makes the statement right, if any.
    fn misspelt(self, parent: SyntaxKind, first: Token) -> Option<&'static str> {
        let rest = self.slice.get(first.end..)?;
        let near = words::near(self.word(first), &words::candidates(parent));
        let right = near
            .iter()
            .find(|meant| expected::parses(entry(parent), &format!("{meant}{rest}")));
        // `foo = ` and `foo.` are fields: their names are nobody's keywords.
        let next = Tokens::from(rest, 0).find(Token::counts);
        let field = next.is_some_and(|t| {
            t.kind == TokenKind::Symbol && matches!(rest.get(t.start..t.end), Some("=" | "."))
        });
        right.or_else(|| near.first().filter(|_| !field)).copied()
    }

    fn misspelt_inside(self, miss: &Miss, place: Span) -> Option<Diagnostic> {
        let word = self.word(miss.found.filter(|t| t.kind == TokenKind::Word)?);
        let keywords: Vec<&str> = miss
            .expected
            .iter()
            .filter_map(|e| e.strip_prefix('`')?.strip_suffix('`'))
            .filter(|e| e.bytes().all(|b| b.is_ascii_lowercase()))
            .collect();
        let meant = words::near(word, &keywords).first().copied()?;
        Some(operators::unknown(place, "word", word, meant))
    }

    fn not_a_statement(self, parent: SyntaxKind, first: Token) -> Diagnostic {
        let what = if parent == SyntaxKind::File {
            "an item"
        } else {
            "a statement"
        };
        let found = expected::found(self.slice, Some(first));
        let message = format!("expected {what}, found {found}");
        let comment = ["#", "--"]
            .into_iter()
            .find(|sign| self.slice.starts_with(sign));
        let help = if comment.is_some() {
            "a comment begins with `//`"
        } else if self.slice.starts_with("/*") {
            "a comment begins with `//` and ends with its line"
        } else if first.kind == TokenKind::Open(Bracket::Brace) {
            "a `{` stands on the line of what it belongs to"
        } else {
            "a statement begins with a word"
        };
        let fault = Diagnostic::error(codes::SYNTAX, self.part(first), message).help(help);
        match comment {
            Some(sign) => self.with(fault, &[(0..sign.len(), "//".to_owned())]),
            None => fault,
        }
    }

    fn unexpected(self) -> Diagnostic {
        let first = self.first();
        let place = first.map_or(self.span, |token| self.part(token));
        let message = format!("unexpected {}", expected::found(self.slice, first));
        Diagnostic::error(codes::SYNTAX, place, message)
    }
}

/// Whether a character is not to be told from a blank, or not to be seen at all.
const fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{202f}' | '\u{2060}' | '\u{feff}'
    )
}

/// A number that is written as a word.
fn digits(word: &str) -> Option<&'static str> {
    match word {
        "one" | "a" => Some("1"),
        "two" => Some("2"),
        "three" => Some("3"),
        _ => None,
    }
}

/// The rule for one statement of a file or of a body, without recovery.
pub(crate) fn entry(parent: SyntaxKind) -> Rule {
    if parent == SyntaxKind::File {
        Rule::only_item
    } else {
        Rule::only_member
    }
}
