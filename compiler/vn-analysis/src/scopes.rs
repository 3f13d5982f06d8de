//! What can be written at a place.

use vn_syntax::{Span, SyntaxKind};

use crate::blueprint;
use crate::declared::Member;
use crate::machine;
use crate::occurrence::Symbol;

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
        _ => Vec::new(),
    }
}
