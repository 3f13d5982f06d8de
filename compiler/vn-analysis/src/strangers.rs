//! A name behind a colon that neither the program nor its imports have.

use std::sync::Arc;

use vn_syntax::{Diagnostic, Span};

use crate::catalogue::{Catalogue, Index};
use crate::codes;
use crate::declared::Member;
use crate::library::Library;
use crate::spelling;

/// The message for a name that no hardware profile, or no kind, has: with the import that would bring
/// it in, or the name that was probably meant.
pub fn stranger(
    member: Member,
    (name, span): (&str, Span),
    catalogue: &Catalogue,
    library: &[Arc<Library>],
) -> Diagnostic {
    let what = member.keyword();
    let unknown = |hint: &str| {
        let message = format!("no {what} `{name}`{hint}");
        Diagnostic::error(codes::UNKNOWN_NAME, span, message)
    };
    let index = Index::of(library);
    if let Some(fault) = counted(member, (name, span), catalogue) {
        return fault;
    }
    let import = |name: &str| {
        let home = index.home(member, name)?;
        Some(format!("write `use {home}.{{{name}}}`"))
    };
    if let Some(import) = import(name) {
        return unknown("").help(import);
    }
    if let Some(other) = other(member, name, catalogue) {
        let message = format!("`{name}` is {other}, and no {what}");
        return Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    }
    let here = if member == Member::Kind {
        &catalogue.kinds
    } else {
        &catalogue.hardware
    };
    let known = here.keys().map(String::as_str);
    let imported = catalogue.visible.nearest(span.file, name);
    let near = imported.or_else(|| spelling::nearest(name, known).map(str::to_owned));
    let near = near.filter(|near| near != name);
    let strange = || spelling::nearest(name, index.of_member(member)).map(str::to_owned);
    let Some(near) = near.or_else(strange) else {
        return unknown("");
    };
    let fault = unknown(&format!("; did you mean `{near}`?")).guess(span, &near);
    match import(&near).filter(|_| !here.contains_key(&near)) {
        Some(import) => fault.help(import),
        None => fault,
    }
}

/// `pixel_8[3]`: so many of a hardware.
fn counted(
    member: Member,
    (name, span): (&str, Span),
    catalogue: &Catalogue,
) -> Option<Diagnostic> {
    let (base, count) = name.strip_suffix(']')?.split_once('[')?;
    let is_known = member == Member::Hardware && catalogue.hardware.contains_key(base);
    let right = is_known.then(|| format!("{base} * {count}"))?;
    let message = format!("no hardware `{name}`; did you mean `{right}`?");
    Some(Diagnostic::error(codes::UNKNOWN_NAME, span, message).guess(span, right))
}

/// What else has this name: a kind that stands where hardware is wanted, or the other way round.
fn other(member: Member, name: &str, catalogue: &Catalogue) -> Option<&'static str> {
    match member {
        Member::Kind if catalogue.hardware.contains_key(name) => Some("a hardware profile"),
        Member::Hardware if catalogue.kinds.contains_key(name) => Some("a kind"),
        _ => None,
    }
}
