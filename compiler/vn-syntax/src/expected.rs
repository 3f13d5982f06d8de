//! A second, slower look at a slice that did not parse: how far it went, and what was missing there.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};
use vn_grammar::{Rule, VnParser};

use crate::token::{Token, TokenKind, Tokens};
use crate::{SyntaxKind, words};

/// Where a slice stops to make sense.
#[derive(Debug)]
pub(crate) struct Miss {
    /// The token that was not expected; none at the end of the slice.
    pub found: Option<Token>,
    /// The end of the token before it.
    pub before: usize,
    /// What could stand there, in the user's words; keywords and signs with quotes.
    pub expected: Vec<String>,
}

/// Whether a slice is what a rule says, without recovery; bodies in it may have faults of their own.
pub(crate) fn parses(entry: Rule, slice: &str) -> bool {
    VnParser::parse(entry, slice).is_ok_and(|mut pairs| !pairs.any(|p| is_bad(p.as_rule())))
}

/// Whether a slice is what a rule says, to its last part.
pub(crate) fn parses_whole(entry: Rule, slice: &str) -> bool {
    VnParser::parse(entry, slice).is_ok_and(|pairs| !pairs.flatten().any(|p| is_bad(p.as_rule())))
}

fn is_bad(parsed: Rule) -> bool {
    SyntaxKind::of(parsed).is_some_and(SyntaxKind::is_broken)
}

/// What a slice lacks to be what a rule says; `None` if it lacks nothing.
pub(crate) fn miss(entry: Rule, slice: &str) -> Option<Miss> {
    let error = detailed(entry, slice).err()?;
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let attempts = error.parse_attempts();
    let far = attempts.as_ref().map_or(at, |a| a.max_position.max(at));
    let tokens: Vec<Token> = Tokens::from(slice, 0).filter(Token::counts).collect();
    let found = tokens.iter().find(|t| t.end > far).copied();
    let stop = found.map_or(slice.len(), |t| t.start);
    let before = tokens
        .iter()
        .rev()
        .find(|t| t.end <= stop)
        .map_or(0, |t| t.end);
    let mut expected = BTreeSet::new();
    if let Some(attempts) = attempts.filter(|a| a.max_position >= before && a.max_position <= stop)
    {
        let signs: Vec<String> = attempts
            .expected_tokens()
            .iter()
            .map(|sign| sign.to_string().trim_matches('`').to_owned())
            .collect();
        // Where a comparison may follow, `=` and `=>` are only among its slips.
        let compares = signs.iter().any(|sign| sign == "=<");
        let leads = entry == Rule::only_arm || slice.starts_with("when ");
        let slip = |sign: &str| compares && (sign == "=" || sign == "=>" && !leads);
        let said = signs.iter().filter(|sign| !slip(sign));
        expected.extend(said.filter_map(|sign| sign_in_words(sign)));
    }
    if at >= before
        && at <= stop
        && let ErrorVariant::ParsingError { positives, .. } = &error.variant
    {
        expected.extend(positives.iter().filter_map(|entry| rule_in_words(*entry)));
    }
    // Any word may be a field: behind a keyword, a fault says more about its statement.
    let keyword = tokens
        .first()
        .filter(|t| t.end == before && slice.get(t.start..t.end).is_some_and(words::is_statement));
    if keyword.is_some() && expected.len() > 1 {
        expected.remove("`=`");
    }
    Some(Miss {
        found,
        before,
        expected: in_order(expected),
    })
}

/// Words, then signs and keywords, then the end.
fn in_order(expected: BTreeSet<String>) -> Vec<String> {
    let mut all: Vec<String> = expected.into_iter().collect();
    all.sort_by_key(|e| (e.starts_with("the "), e.starts_with('`')));
    all
}

type Parsed<'s> = Result<pest::iterators::Pairs<'s, Rule>, Box<pest::error::Error<Rule>>>;

fn detailed(entry: Rule, slice: &str) -> Parsed<'_> {
    // The switch is process-wide: two slices at once could turn it off for each other.
    static SWITCH: Mutex<()> = Mutex::new(());
    let _held = SWITCH.lock().unwrap_or_else(PoisonError::into_inner);
    pest::set_error_detail(true);
    let parsed = VnParser::parse(entry, slice);
    pest::set_error_detail(false);
    parsed.map_err(Box::new)
}

/// A literal of the grammar; `None` for what is not worth saying.
fn sign_in_words(sign: &str) -> Option<String> {
    let word = sign.chars().all(|c| c.is_ascii_lowercase());
    let said = matches!(sign, "{" | "]" | ":" | "=" | "=>" | "<->" | "->" | ",");
    (said || word && sign.len() > 1 && !OPERATORS.contains(&sign)).then(|| format!("`{sign}`"))
}

const OPERATORS: [&str; 5] = ["and", "or", "not", "has", "in"];

/// A rule, as a user would call it.
fn rule_in_words(entry: Rule) -> Option<String> {
    let word = match entry {
        Rule::name | Rule::ident | Rule::path | Rule::use_path | Rule::call => "a name",
        Rule::integer => "a whole number",
        Rule::number
        | Rule::quantity
        | Rule::range
        | Rule::expr
        | Rule::match_expr
        | Rule::arg
        | Rule::need_bound => "a value",
        Rule::string => "a string",
        Rule::type_expr | Rule::type_atom => "a type",
        Rule::list => "a list",
        Rule::selector | Rule::tier => "devices",
        Rule::body => "`{`",
        Rule::count => "`*`",
        Rule::EOI => "the end of the statement",
        _ => return None,
    };
    Some(word.to_owned())
}

/// Joins what was expected; `None` if it is nothing or too much to say.
pub(crate) fn listed(expected: &[String]) -> Option<String> {
    const MOST: usize = 5;
    let has = |word: &str| expected.iter().any(|e| e == word);
    let said: Vec<&str> = if has("devices") {
        vec!["devices"]
    } else if has("a value") {
        // A value may be a name, a string, a list …: the word stands for them.
        let implied = ["a name", "a string", "a list", "a whole number", "`match`"];
        let mut rest: Vec<&str> = expected.iter().map(String::as_str).collect();
        rest.retain(|e| !implied.contains(e));
        rest
    } else {
        expected.iter().map(String::as_str).collect()
    };
    let (last, first) = said.split_last()?;
    match first {
        [] => Some((*last).to_owned()),
        _ if said.len() <= MOST => Some(format!("{} or {last}", first.join(", "))),
        _ => None,
    }
}

/// A found token, as a user would call it.
pub(crate) fn found(slice: &str, token: Option<Token>) -> String {
    match token {
        None => "the end of the statement".to_owned(),
        Some(Token {
            kind: TokenKind::String | TokenKind::OpenString,
            ..
        }) => "a string".to_owned(),
        Some(Token { start, end, .. }) => {
            let text: String = slice
                .get(start..end)
                .unwrap_or_default()
                .chars()
                .take(40)
                .collect();
            format!("`{text}`")
        }
    }
}
