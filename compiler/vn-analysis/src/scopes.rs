//! What can be written at a place.

use vn_syntax::{Span, SyntaxKind};

use crate::declared::Member;
use crate::occurrence::Symbol;
use crate::{blueprint, links, machine, needs, policy};

/// A body, or a whole file, with what can stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// From brace to brace.
    pub span: Span,
    /// `file`, `service`, `variant`, …
    pub place: &'static str,
    /// Whose body it is.
    pub owner: Option<Symbol>,
    /// Fields that it admits.
    pub fields: Vec<&'static str>,
    /// Words that begin a statement in it.
    pub statements: Vec<&'static str>,
    /// What can be named in it and not outside of it.
    pub names: Vec<Symbol>,
}

impl Scope {
    /// The scope of a body.
    pub fn of(place: SyntaxKind, span: Span, owner: Option<Symbol>) -> Self {
        let member = Member::of(place);
        Self {
            span,
            place: place.name(),
            owner,
            fields: fields(place),
            statements: member.map(Member::statements).unwrap_or_default(),
            names: Vec::new(),
        }
    }
}

fn fields(place: SyntaxKind) -> Vec<&'static str> {
    match place {
        SyntaxKind::Hardware => machine::PROFILE_FIELDS.to_vec(),
        SyntaxKind::Device | SyntaxKind::Offer => machine::DEVICE_FIELDS.to_vec(),
        SyntaxKind::Kind | SyntaxKind::Variant => blueprint::FIELDS.to_vec(),
        SyntaxKind::Service => blueprint::own_fields(Member::Service),
        SyntaxKind::Client => blueprint::own_fields(Member::Client),
        SyntaxKind::Link => links::FIELDS.to_vec(),
        SyntaxKind::Needs => needs::FIELDS.to_vec(),
        SyntaxKind::Policy => policy::fields(),
        SyntaxKind::Site => vec!["region"],
        _ => Vec::new(),
    }
}

/// What can stand behind `device.` in a condition, but for a program's own capabilities.
pub fn device_fields() -> &'static [&'static str] {
    machine::DEVICE_FIELDS
}
