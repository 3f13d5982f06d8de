//! Prices that may no longer hold.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::declared::{Body, Declaration, ExprKind, Field};

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
        let day: u32 = parts.next().map_or(Ok(1), str::parse).ok()?;
        let is_month = (1..=12).contains(&month) && (1000..10_000).contains(&year);
        let fits = is_month && (1..=31).contains(&day) && parts.next().is_none();
        fits.then_some(Self { year, month })
    }

    /// The month of a time in seconds since 1970, by the mean length of months: a price's age needs no
    /// calendar.
    pub fn of_unix(seconds: u64) -> Self {
        const MONTH: u64 = 2_629_746;
        let months = seconds / MONTH;
        let year = i32::try_from(1970 + months / 12).unwrap_or(i32::MAX);
        let month = u32::try_from(months % 12 + 1).unwrap_or(1);
        Self { year, month }
    }

    fn count(self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month)
    }
}

/// Reports prices that were checked more than twelve months ago, where the line of the price says when,
/// and days that are none.
pub fn prices(body: &Body, today: Option<Month>, faults: &mut Vec<Diagnostic>) {
    for declared in &body.inner {
        let checked = declared.body.fields.get("checked");
        let wrong = checked.and_then(|checked| no_day(checked, today));
        let is_wrong = wrong.is_some();
        faults.extend(wrong);
        let today_of = today.filter(|_| !is_wrong);
        faults.extend(today_of.and_then(|today| price(declared, today)));
        prices(&declared.body, today, faults);
    }
}

/// `checked = "soon"`, `checked = 2026-11`, and days to come.
fn no_day(checked: &Field, today: Option<Month>) -> Option<Diagnostic> {
    let value = &checked.value;
    let error = |code, message: String| {
        let fault = Diagnostic::error(code, value.span, message);
        Some(fault.help("write the month, with or without its day: `checked = \"2026-11\"`"))
    };
    let text = match &value.kind {
        ExprKind::Text(text) => text,
        ExprKind::Binary(..) | ExprKind::Quantity(..) => {
            let message = format!("`checked` needs a text; `{value}` is a calculation");
            return error(codes::WRONG_TYPE, message);
        }
        _ => return None,
    };
    let Some(month) = Month::read(text) else {
        return error(
            codes::OUT_OF_RANGE,
            format!("`{text}` is no day and no month"),
        );
    };
    // The month of today is known to within one.
    let is_ahead = today.is_some_and(|today| month.count() > today.count() + 1);
    is_ahead.then(|| {
        let message = format!("`{text}` has not come yet");
        Diagnostic::error(codes::OUT_OF_RANGE, value.span, message)
    })
}

fn price(declared: &Declaration, today: Month) -> Option<Diagnostic> {
    let cost = declared.body.fields.get("cost")?;
    let checked = declared.body.fields.get("checked")?;
    let ExprKind::Text(text) = &checked.value.kind else {
        return None;
    };
    let age = today.count() - Month::read(text)?.count();
    let name = &declared.name.value;
    let message = format!("the price of `{name}` was checked {age} months ago, in {text}");
    (age > 12).then(|| {
        Diagnostic::warning(codes::OLD_PRICE, cost.span, message)
            .label(checked.value.span, "here")
            .help("look it up again, and set `checked` to this month")
    })
}
