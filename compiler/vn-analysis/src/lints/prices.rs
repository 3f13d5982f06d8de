//! Prices that may no longer hold.

use vn_syntax::{Diagnostic, Span};

use crate::codes;

/// A month of a year, as in `checked = "2026-11"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// From 1.
    pub month: u32,
}

impl Month {
    /// Reads `2026-11`, with or without a day behind it.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    fn count(self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month)
    }
}

/// Reports a price that was checked more than twelve months ago; nothing where nobody says what day
/// it is.
pub fn prices(
    name: &str,
    (cost, checked): (Span, &str),
    today: Option<Month>,
    faults: &mut Vec<Diagnostic>,
) {
    let Some((today, then)) = today.zip(Month::read(checked)) else {
        return;
    };
    let age = today.count() - then.count();
    if age > 12 {
        let message = format!("the price of `{name}` was checked {age} months ago, in {checked}");
        faults.push(
            Diagnostic::warning(codes::OLD_PRICE, cost, message)
                .help("look it up again, and set `checked` to this month"),
        );
    }
}
