//! Words that begin statements in other languages, and what says the same here.

use vn_grammar::Rule;

use crate::slips::{self, Change};
use crate::{SyntaxKind, expected, forms};

/// What a word of other languages is here.
pub(crate) struct Foreign {
    /// The word that says the same.
    pub native: &'static str,
    /// How the statement is written.
    pub help: String,
    /// What makes the statement right; nothing where a word is not all that it lacks.
    pub changes: Vec<Change>,
}

/// What the first word of a statement of `parent` is here.
pub(crate) fn foreign(
    (parent, entry): (SyntaxKind, Rule),
    word: &str,
    slice: &str,
) -> Option<Foreign> {
    let native = native(parent, word)?;
    let at = slice.find(word)?;
    let end = at + word.len();
    let changes = if is_policy(parent, word) {
        let body = slice.trim_end().len();
        vec![
            (at..at, format!("{native} {{ ")),
            (body..body, " }".to_owned()),
        ]
    } else {
        vec![(at..end, native.to_owned())]
    };
    let turns = native == "minimize";
    let fits = !turns && expected::parses(entry, &slips::changed(slice, &changes));
    let help = match forms::form(native) {
        _ if turns => "`minimize` what there should be little of".to_owned(),
        Some(form) if !fits => format!("write it as `{form}`"),
        _ if is_policy(parent, word) => format!("write `{native} {{ {word} {{ … }} }}`"),
        _ => format!("write `{native}`"),
    };
    Some(Foreign {
        native,
        help,
        changes: if fits { changes } else { Vec::new() },
    })
}

/// Whether a word is a part of a policy.
fn is_policy(parent: SyntaxKind, word: &str) -> bool {
    let parts = ["reserve", "heal", "battery", "licence"];
    parent == SyntaxKind::File && parts.contains(&word)
}

fn native(parent: SyntaxKind, word: &str) -> Option<&'static str> {
    let in_file = parent == SyntaxKind::File;
    Some(match word {
        "import" | "include" | "from" | "using" => "use",
        "let" | "var" | "const" | "variable" | "def" | "set" => "param",
        "policies" if in_file => "policy",
        part if is_policy(parent, part) => "policy",
        "requires" | "assert" | "ensure" | "constraint" if in_file => "require",
        "maximize" | "maximise" | "objective" | "optimize" | "optimise" => "minimize",
        "struct" | "type" if in_file => "enum",
        "machine" | "server" | "host" | "computer" => "device",
        "location" | "datacenter" | "datacentre" | "zone" if in_file => "site",
        "group" | "namespace" | "stack" => "node",
        "app" | "application" | "container" | "deployment" => "service",
        "depends_on" | "depends" | "uses" | "calls" if !in_file => "needs",
        "output" if in_file => "emit",
        "if" if parent == SyntaxKind::Decide => "when",
        "when" | "if" | "lose" | "with" if parent == SyntaxKind::Test => "given",
        "then" | "assert" | "check" | "require" | "assume" if parent == SyntaxKind::Test => {
            "expect"
        }
        _ => return None,
    })
}
