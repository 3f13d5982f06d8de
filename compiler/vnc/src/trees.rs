//! Trees of texts that have not changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, FileId, SyntaxTree, parse, reparse, shares};

/// A tree with what is wrong with its text.
pub type Parsed = (SyntaxTree, Vec<Diagnostic>);

/// The last tree of each file, with what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    last: BTreeMap<FileId, Parsed>,
}

impl Trees {
    /// The tree of a text, parsed anew only where it is not the text of last time.
    pub fn get(&mut self, file: FileId, text: String) -> Parsed {
        let parsed = self.parsed(file, text.into());
        self.last.insert(file, parsed.clone());
        parsed
    }

    /// The same for several at once, in their order.
    pub fn get_all(&mut self, texts: &[(FileId, Arc<str>)]) -> Vec<Parsed> {
        let weight = |(_, text): &(FileId, Arc<str>)| text.len();
        let parsed = shares::work(texts, weight, |texts| {
            let parsed = texts.iter();
            let parsed = parsed.map(|(file, text)| self.parsed(*file, Arc::clone(text)));
            parsed.collect::<Vec<_>>()
        });
        let parsed = parsed.concat();
        let files = texts.iter().map(|(file, _)| *file);
        self.last.extend(files.zip(parsed.iter().cloned()));
        parsed
    }

    fn parsed(&self, file: FileId, text: Arc<str>) -> Parsed {
        match self.last.get(&file) {
            Some(last) if last.0.text == text => last.clone(),
            Some((tree, _)) => reparse(tree, text),
            None => parse(file, text),
        }
    }
}
