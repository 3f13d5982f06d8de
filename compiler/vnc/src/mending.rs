//! The edits that diagnostics offer, made one after the other as long as each makes it better.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use vn_syntax::{Diagnostic, Edit, FileId, Sources};

use crate::host::Host;
use crate::render::place::place;
use crate::session::{self, Checked, Request};

/// No program has so many faults of use to be mended by a machine.
const MOST: usize = 200;

/// What mending came to.
#[derive(Clone, Debug)]
pub struct Mended {
    /// Changed files, as they were and as they should be.
    pub files: BTreeMap<PathBuf, (String, String)>,
    /// What was mended, in the order in which it was.
    pub done: Vec<Done>,
    /// The program with all of it.
    pub checked: Checked,
}

/// One diagnostic whose edits were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its code.
    pub code: &'static str,
    /// What it said.
    pub message: String,
    /// In which file.
    pub file: String,
    /// On which line, at that moment.
    pub line: usize,
}

/// Makes the safe edits of a program's diagnostics; with `guesses`, all of them.
///
/// INVARIANT: an edit that leaves more errors than before is not made.
///
/// # Errors
/// When the entry file cannot be read.
pub fn mend(host: &dyn Host, request: &Request, guesses: bool) -> io::Result<Mended> {
    let mut texts = Overlay {
        host,
        texts: BTreeMap::new(),
    };
    let mut checked = session::check(&texts, request)?;
    let mut done = Vec::new();
    let mut refused = BTreeSet::new();
    for _ in 0..MOST {
        let Some(found) = next(&checked, guesses, &refused).cloned() else {
            break;
        };
        let after = edited(&found, &checked.sources, &texts, request);
        let met = after
            .as_ref()
            .map(|after| session::check(after, request))
            .transpose()?;
        match after
            .zip(met)
            .filter(|(_, met)| is_better(&found, &checked, met))
        {
            Some((after, met)) => {
                done.push(told(&found, &checked.sources));
                (texts, checked) = (after, met);
            }
            None => _ = refused.insert(key(&found)),
        }
    }
    let files = texts.changed()?;
    Ok(Mended {
        files,
        done,
        checked,
    })
}

/// Whether to make the edits of a diagnostic: all or none, since they belong together.
fn is_wanted(found: &Diagnostic, sources: &Sources, guesses: bool) -> bool {
    let mine = |edit: &Edit| {
        sources
            .get(edit.span.file)
            .is_some_and(|s| !session::is_inside(&s.name))
    };
    let sure = |edit: &Edit| guesses || edit.safe;
    !found.edits.is_empty() && found.edits.iter().all(|edit| sure(edit) && mine(edit))
}

fn next<'a>(
    checked: &'a Checked,
    guesses: bool,
    refused: &BTreeSet<Key>,
) -> Option<&'a Diagnostic> {
    let mut found = checked.diagnostics.iter();
    found.find(|d| is_wanted(d, &checked.sources, guesses) && !refused.contains(&key(d)))
}

type Key = (&'static str, String, Vec<Edit>);

fn key(found: &Diagnostic) -> Key {
    (found.code, found.message.clone(), found.edits.clone())
}

fn told(found: &Diagnostic, sources: &Sources) -> Done {
    let at = found.labels.first().map(|label| place(label.span, sources));
    Done {
        code: found.code,
        message: found.message.clone(),
        file: at.map_or(String::new(), |at| at.file.to_owned()),
        line: at.map_or(1, |at| at.from.line),
    }
}

/// The texts with the edits of one diagnostic; nothing if they do not fit.
fn edited<'a>(
    found: &Diagnostic,
    sources: &Sources,
    texts: &Overlay<'a>,
    request: &Request,
) -> Option<Overlay<'a>> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &found.edits {
        files.entry(edit.span.file).or_default().push(edit);
    }
    let mut after = texts.clone();
    for (file, edits) in files {
        let source = sources.get(file)?;
        after
            .texts
            .insert(path(&source.name, request), apply(&source.text, edits)?);
    }
    Some(after)
}

/// A text with edits; nothing if two of them overlap.
fn apply(text: &str, mut edits: Vec<&Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(at..start)?);
        out.push_str(&edit.text);
        text.get(start..end)?;
        at = end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The path behind a name, which is shown with forward slashes everywhere.
fn path(name: &str, request: &Request) -> PathBuf {
    if name == session::shown(&request.entry) {
        request.entry.clone()
    } else {
        PathBuf::from(name)
    }
}

/// The diagnostic is gone and no error has come for it; of a guess, no other in its place either.
/// What an error in reading the texts hid may come to light.
fn is_better(found: &Diagnostic, before: &Checked, after: &Checked) -> bool {
    let same = |checked: &Checked| {
        let all = checked.diagnostics.iter();
        all.filter(|d| (d.code, &d.message) == (found.code, &found.message))
            .count()
    };
    let errors = |checked: &Checked| checked.diagnostics.iter().filter(|d| d.is_error()).count();
    let is_guess = found.edits.iter().any(|edit| !edit.safe);
    let most = errors(before).saturating_sub(usize::from(found.is_error() && is_guess));
    match after.unread.cmp(&before.unread) {
        Ordering::Less => true,
        Ordering::Equal => errors(after) <= most && same(after) < same(before),
        Ordering::Greater => false,
    }
}

/// The host with some of its texts replaced.
#[derive(Clone)]
struct Overlay<'a> {
    host: &'a dyn Host,
    texts: BTreeMap<PathBuf, String>,
}

impl Overlay<'_> {
    fn changed(&self) -> io::Result<BTreeMap<PathBuf, (String, String)>> {
        let mut changed = BTreeMap::new();
        for (path, text) in &self.texts {
            let was = self.host.read(path)?;
            if was != *text {
                changed.insert(path.clone(), (was, text.clone()));
            }
        }
        Ok(changed)
    }
}

impl Host for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone()),
            None => self.host.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.host.resolve(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.host.names(folder)
    }
}
