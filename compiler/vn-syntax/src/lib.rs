//! Text to [`SyntaxTree`]: spans, sources, diagnostics as data. Never fails, knows no meaning.

mod bidi;
mod breaks;
mod chains;
pub mod codes;
mod diagnostic;
mod expected;
mod fault;
mod foreign;
pub mod format;
mod forms;
mod habits;
mod item;
mod kind;
mod memo;
mod nesting;
mod node;
mod operators;
mod parse;
mod piece;
mod recover;
pub mod shares;
mod slips;
mod span;
mod split;
mod token;
mod tree;
mod words;

pub use bidi::is_bidi_control;
pub use diagnostic::{Diagnostic, Edit, Label, Severity};
pub use item::{ItemId, ItemRef};
pub use kind::SyntaxKind;
pub use parse::{parse, parse_expr, reparse};
pub use span::{FileId, Source, Sources, Span, Spanned};
pub use split::heads;
pub use tree::{NodeRef, SyntaxTree};
pub use words::is_statement;
