//! Trees of texts that have not changed.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, FileId, SyntaxTree, parse, reparse};

/// The last tree of each file, with what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    last: BTreeMap<FileId, (SyntaxTree, Vec<Diagnostic>)>,
}

impl Trees {
    /// The tree of a text, parsed anew only where it is not the text of last time.
    pub fn get(&mut self, file: FileId, text: String) -> (SyntaxTree, Vec<Diagnostic>) {
        let parsed = match self.last.get(&file) {
            Some(last) if *last.0.text == *text => return last.clone(),
            Some((tree, _)) => reparse(tree, text),
            None => parse(file, text),
        };
        self.last.insert(file, parsed.clone());
        parsed
    }
}
