//! Text to [`SyntaxTree`]: spans, sources, diagnostics as data. Never fails, knows no meaning.

mod diagnostic;
mod parse;
mod span;
mod tree;

pub use diagnostic::{Diagnostic, Edit, Label, Severity};
pub use parse::parse;
pub use span::{FileId, Source, Sources, Span, Spanned};
pub use tree::{Node, NodeRef, SyntaxKind, SyntaxTree};
