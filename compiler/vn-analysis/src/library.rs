//! The library: what its files are called and hold is known at once; a file is parsed when somebody
//! wants something of it. Most programs want little, and reading all would take longer than they do.

use std::sync::{Arc, OnceLock};

use vn_syntax::{FileId, NodeRef, SyntaxKind, SyntaxTree, heads, parse};

use crate::declared::Member;

/// One file of the library, under the name that `use` gives it; it parses without a fault.
#[derive(Debug)]
pub struct Library {
    /// `std.hardware`, `std.services`; several files may share a name.
    pub name: String,
    /// The file.
    pub file: FileId,
    text: Arc<str>,
    /// The first words of its items, each with the name behind it.
    heads: Vec<(String, String)>,
    tree: OnceLock<SyntaxTree>,
}

impl Library {
    /// A file that nobody has asked for yet.
    pub fn new(name: impl Into<String>, file: FileId, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let heads = heads(&text);
        let heads = heads.map(|(word, name)| (word.to_owned(), name.to_owned()));
        Self {
            name: name.into(),
            file,
            heads: heads.collect(),
            text,
            tree: OnceLock::new(),
        }
    }

    /// The whole file, parsed.
    pub fn tree(&self) -> &SyntaxTree {
        self.tree
            .get_or_init(|| parse(self.file, Arc::clone(&self.text)).0)
    }

    /// The hardware profiles and kinds that it declares.
    pub fn things(&self) -> impl Iterator<Item = (Member, &str)> {
        self.heads.iter().filter_map(|(word, name)| {
            let member = match word.as_str() {
                "hardware" => Member::Hardware,
                "kind" => Member::Kind,
                _ => return None,
            };
            Some((member, name.as_str()))
        })
    }

    /// Whether it declares a unit.
    pub fn has_units(&self) -> bool {
        self.heads.iter().any(|(word, _)| word == "unit")
    }

    /// The declaration of one of its things.
    pub fn thing(&self, member: Member, name: &str) -> Option<NodeRef<'_>> {
        let mut items = self.tree().root().children();
        items.find(|item| {
            let named = item.child(SyntaxKind::Name).map(NodeRef::text);
            Member::of(item.kind()) == Some(member) && named == Some(name)
        })
    }
}
