//! `role = super`, `role = [edge, super]`, `role = auto`.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::declared::{self, Expr, ExprKind};
use crate::spelling;
use crate::typed::Typed;
use crate::value::Value;

/// The message for a role that a list names again.
fn named_twice(word: &str, at: usize, list: &Expr) -> Diagnostic {
    let items = match &list.kind {
        ExprKind::List(items) => items.as_slice(),
        _ => &[],
    };
    let first = items.iter().find(|item| item.to_string() == word);
    let again = items.get(at).map_or(list.span, |item| item.span);
    declared::twice(word, again, first.map_or(list.span, |first| first.span))
}

/// The role, and those among which the planner picks.
pub fn roles(
    typed: &Typed<'_>,
    known: &[String],
    faults: &mut Vec<Diagnostic>,
) -> (String, Vec<String>) {
    const DEFAULT: &str = "local";
    let written = typed.value("role", &mut Vec::new());
    let several = match &written {
        Some((Value::Word(word), _)) if word == "auto" => {
            // The default first, then from little to much.
            let mut all = known.to_vec();
            all.reverse();
            all.sort_by_key(|role| role != DEFAULT);
            all
        }
        Some((Value::List(_), expr)) => {
            let words = typed.texts("role", faults);
            let none = words.as_ref().is_some_and(Vec::is_empty);
            let words = words.unwrap_or_default();
            for word in words.iter().filter(|word| !known.contains(word)) {
                let hint = spelling::hint(word, known.iter().map(String::as_str));
                let message = format!("no `role` is called `{word}`{hint}");
                let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
                faults.push(fault.help(format!("one of {}", known.join(", "))));
            }
            if none {
                let message = "`role = []` leaves the device no role";
                let fault = Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message);
                faults.push(fault.help("write `auto`, or the roles it may take: `[edge, super]`"));
            }
            let mut picks: Vec<String> = Vec::new();
            for (at, word) in words.into_iter().enumerate() {
                if picks.contains(&word) {
                    faults.push(named_twice(&word, at, expr));
                } else if known.contains(&word) {
                    picks.push(word);
                }
            }
            picks
        }
        _ => {
            let word = typed.word("role", known, faults);
            return (word.unwrap_or_else(|| DEFAULT.to_owned()), Vec::new());
        }
    };
    let first = several
        .first()
        .cloned()
        .unwrap_or_else(|| DEFAULT.to_owned());
    (
        first,
        if several.len() > 1 {
            several
        } else {
            Vec::new()
        },
    )
}
