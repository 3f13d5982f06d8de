//! Text to [`SyntaxTree`]: spans, sources, diagnostics as data. Never fails, knows no meaning.

mod chains;
pub mod codes;
mod diagnostic;
mod expected;
mod fault;
pub mod format;
mod forms;
mod nesting;
mod operators;
mod parse;
mod recover;
mod span;
mod token;
mod tree;
mod words;

pub use diagnostic::{Diagnostic, Edit, Label, Severity};
pub use parse::{parse, parse_expr};
pub use span::{FileId, Source, Sources, Span, Spanned};
pub use tree::{Node, NodeRef, SyntaxKind, SyntaxTree};
