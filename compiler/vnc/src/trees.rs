//! Trees of texts that have not changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_analysis::Library;
use vn_syntax::{Diagnostic, FileId, SyntaxTree, parse, reparse};

/// A tree with what is wrong with its text.
pub type Parsed = (SyntaxTree, Vec<Diagnostic>);

/// The last tree of each file, with what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    last: BTreeMap<FileId, Parsed>,
    library: BTreeMap<FileId, Arc<Library>>,
}

impl Trees {
    /// The tree of a text, parsed anew only where it is not the text of last time.
    pub fn get(&mut self, file: FileId, text: impl Into<Arc<str>>) -> Parsed {
        let parsed = self.parsed(file, text.into());
        self.last.insert(file, parsed.clone());
        parsed
    }

    /// A file of the library, with what is known of it already.
    pub fn of_library(&mut self, file: FileId, of: &vn_stdlib::File) -> Arc<Library> {
        let known = self.library.entry(file);
        let known = known.or_insert_with(|| Arc::new(Library::new(of.module, file, of.text)));
        Arc::clone(known)
    }

    fn parsed(&self, file: FileId, text: Arc<str>) -> Parsed {
        match self.last.get(&file) {
            Some(last) if last.0.text == text => last.clone(),
            Some((tree, _)) => reparse(tree, text),
            None => parse(file, text),
        }
    }
}
