//! Numbers, money, addresses and texts as other notations write them.

use super::{Around, Change, Slip};
use crate::token::{Token, TokenKind};

impl Around<'_> {
    /// `.5` for `0.5`.
    pub(super) fn of_fractions(&self, found: Token) -> Option<Slip> {
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

    /// `3,99` for `3.99`.
    pub(super) fn of_decimals(&self, comma: Token) -> Option<Slip> {
        let is_number = |(token, _): &(Token, &str)| token.kind == TokenKind::Number;
        let (whole, before) = self.before().filter(is_number)?;
        let (part, behind) = self.behind(1).filter(is_number)?;
        (whole.end == comma.start && comma.end == part.start).then(|| {
            let help = format!("fractions stand behind a point: write `{before}.{behind}`");
            Slip::new(help, vec![(comma.start..comma.end, ".".to_owned())])
        })
    }

    /// `edition "2026"`.
    pub(super) fn of_a_number(found: Token, text: &str) -> Option<Slip> {
        let digits = text.strip_prefix('"')?.strip_suffix('"')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| {
            let help = format!("a number has no quotes: write `{digits}`");
            Slip::new(help, vec![(found.start..found.end, digits.to_owned())])
        })
    }

    /// `$90` and `90 €`.
    pub(super) fn of_money(&self, found: Token, text: &str) -> Option<Slip> {
        let currency = currency(text)?;
        if let Some(end) = self.end_of_number(1) {
            let digits = self.slice.get(found.end..end)?.trim_start();
            return Some(Slip::swap(
                found.start..end,
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

    /// Where a number ends that begins so many places behind.
    pub(super) fn end_of_number(&self, by: usize) -> Option<usize> {
        let number = |by: usize| {
            let token = self.behind(by)?.0;
            (token.kind == TokenKind::Number).then_some(token)
        };
        let whole = number(by)?;
        let point = self.behind(by + 1).filter(|(_, text)| *text == ".");
        let part = point.and_then(|_| number(by + 2));
        let part = part.filter(|part| part.start == whole.end + 1);
        Some(part.unwrap_or(whole).end)
    }

    /// `192.168.1.4` for `"192.168.1.4"`.
    pub(super) fn of_addresses(&self) -> Option<Slip> {
        let is_part = |token: &&Token| {
            let text = self.slice.get(token.start..token.end);
            matches!(token.kind, TokenKind::Number | TokenKind::Word)
                || matches!(text, Some("." | ":" | "-" | "/"))
        };
        let equals = self
            .tokens
            .iter()
            .position(|token| self.slice.get(token.start..token.end) == Some("="))?;
        let value = self.tokens.get(equals + 1..)?;
        let first = value.first()?;
        let last = value.iter().take_while(is_part).last()?;
        let text = self.slice.get(first.start..last.end)?;
        let right = format!("\"{text}\"");
        let is_one = !text.contains(char::is_whitespace) && text.split('.').count() > 2;
        is_one.then(|| {
            let help = format!("addresses are texts: write `{right}`");
            Slip::new(help, vec![(first.start..last.end, right)])
        })
    }

    /// Quotes of typesetters and of other languages.
    pub(super) fn of_quotes(&self) -> Vec<Slip> {
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
