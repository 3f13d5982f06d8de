//! The same message for many devices, said once.

use vn_syntax::{Diagnostic, Severity, Span};

/// How many of the folded ones are named.
const NAMED: usize = 3;

/// Folds diagnostics of one code about one place into the first of them.
pub fn fold(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut groups: Vec<(Diagnostic, Vec<Diagnostic>)> = Vec::new();
    for one in found {
        let same = groups.iter_mut().find(|(first, _)| key(first) == key(&one));
        match same {
            Some((_, rest)) => rest.push(one),
            None => groups.push((one, Vec::new())),
        }
    }
    groups
        .into_iter()
        .map(|(first, rest)| folded(first, &rest))
        .collect()
}

fn key(one: &Diagnostic) -> (&'static str, Severity, Option<Span>) {
    (
        one.code,
        one.severity,
        one.labels.first().map(|label| label.span),
    )
}

fn folded(first: Diagnostic, rest: &[Diagnostic]) -> Diagnostic {
    let mut others: Vec<&Diagnostic> = Vec::new();
    for one in rest {
        let said = others.iter().any(|other| other.message == one.message);
        if one.message != first.message && !said {
            others.push(one);
        }
    }
    if others.is_empty() {
        return first;
    }
    let names: Option<Vec<&str>> = others
        .iter()
        .map(|o| name(&first.message, &o.message))
        .collect();
    let note = if let Some(names) = names {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("the same holds for {}", listed(&quoted, ", ", " and "))
    } else {
        let said: Vec<String> = others.iter().map(|other| other.message.clone()).collect();
        format!("also: {}", listed(&said, "; ", "; and "))
    };
    first.fact(note)
}

/// The one quoted word in which a message differs from the first.
fn name<'a>(first: &str, other: &'a str) -> Option<&'a str> {
    let (mine, theirs): (Vec<&str>, Vec<&str>) =
        (first.split('`').collect(), other.split('`').collect());
    let pairs = || mine.iter().zip(&theirs).enumerate();
    let mut differing = pairs().filter(|(_, (a, b))| a != b);
    let (at, (_, word)) = differing.next()?;
    let only = mine.len() == theirs.len() && differing.next().is_none();
    (only && at % 2 == 1).then_some(*word)
}

/// The first few, and how many more.
fn listed(all: &[String], comma: &str, and: &str) -> String {
    let named = all.get(..NAMED.min(all.len())).unwrap_or_default();
    match (all.len() - named.len(), named.split_last()) {
        (0, Some((last, []))) => last.clone(),
        (0, Some((last, before))) => format!("{}{and}{last}", before.join(comma)),
        (more, _) => format!("{}{and}{more} more", named.join(comma)),
    }
}

#[cfg(test)]
mod tests {
    use vn_syntax::{Diagnostic, FileId, Span};

    use super::fold;

    fn at(start: u32, message: &str) -> Diagnostic {
        let span = Span {
            file: FileId(0),
            start,
            end: start + 1,
        };
        Diagnostic::warning("VN0511", span, message)
    }

    #[test]
    fn one_word_of_difference_is_a_list_of_names() {
        let all = (1..=6).map(|n| at(0, &format!("`kv` on `pi[{n}]` is often off")));
        let found = fold(all.collect());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`kv` on `pi[1]` is often off");
        assert_eq!(
            found[0].notes,
            ["the same holds for `pi[2]`, `pi[3]`, `pi[4]` and 2 more"]
        );
    }

    #[test]
    fn what_differs_otherwise_is_said_and_what_is_equal_is_not() {
        let found = fold(vec![at(0, "a 1"), at(0, "a 1"), at(0, "b 2"), at(9, "a 1")]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].notes, ["also: b 2"]);
        assert_eq!(found[1].notes, Vec::<String>::new());
    }
}
