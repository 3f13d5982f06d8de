//! `vnc explain`.

use super::{Colours, complain, say};
use crate::cli::Explain;
use crate::codes;
use crate::exit::Exit;
use crate::render::escape::escape;
use crate::render::page;

/// Prints the page of a code: for reading on a terminal, as it was written into a pipe.
pub fn run(args: &Explain, terminal: bool, colours: Colours) -> Exit {
    let Some(word) = args.code.as_deref().filter(|_| !args.list) else {
        say(&list());
        return Exit::Fine;
    };
    let found = code(word).and_then(|code| codes::page(&code));
    match found {
        Some(found) if terminal => say(&page::render(found.text, colours.stdout)),
        Some(found) => say(found.text),
        None => {
            complain(&unknown(word));
            return Exit::Usage;
        }
    }
    Exit::Fine
}

/// `vn503`, `503` and `VN0503` are one code.
fn code(word: &str) -> Option<String> {
    let upper = word.trim().to_ascii_uppercase();
    let digits = upper.strip_prefix("VN").unwrap_or(&upper);
    let digits =
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)?;
    let number: u16 = digits.parse().ok()?;
    Some(format!("VN{number:04}"))
}

fn list() -> String {
    let lines = codes::all()
        .into_iter()
        .map(|(code, title)| format!("{code}  {title}\n"));
    lines.collect()
}

fn unknown(word: &str) -> String {
    let hint = near(word).map(|(code, title)| format!("; did you mean {code} ({title})?"));
    let (shown, hint) = (escape(word), hint.unwrap_or_default());
    format!(
        "error: no message has the code `{shown}`{hint}\n  help: `vnc explain --list` lists all codes\n"
    )
}

/// The code whose number is the nearest, in the same hundred.
fn near(word: &str) -> Option<(&'static str, &'static str)> {
    let number = |code: &str| code.get(2..)?.parse::<u16>().ok();
    let wanted = code(word).as_deref().and_then(number)?;
    let away = |code: &str| {
        number(code)
            .filter(|n| n / 100 == wanted / 100)
            .map(|n| n.abs_diff(wanted))
    };
    let all = codes::all().into_iter();
    let near = all
        .filter_map(|(code, title)| Some((away(code)?, code, title)))
        .min()?;
    Some((near.1, near.2))
}
