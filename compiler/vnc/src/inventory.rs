//! The files that a program's `inventory` statements name.

use std::io;
use std::path::{Component, Path, PathBuf};

use vn_analysis::{codes, inventories};
use vn_syntax::{Diagnostic, FileId, Sources, Spanned, SyntaxTree};

use crate::host::Host;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// As the program names it.
    pub name: String,
    /// Its place among the sources.
    pub file: FileId,
    /// What it says.
    pub text: String,
}

/// Reads what a program asks for, relative to its own folder and not outside of it.
pub fn read(
    program: &SyntaxTree,
    entry: &Path,
    host: &dyn Host,
    sources: &mut Sources,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Read> {
    let folder = entry.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for asked in inventories(program) {
        match one(&asked.value, folder, host) {
            Ok((path, text)) => {
                let shown = path.to_string_lossy().replace('\\', "/");
                let file = sources.add(shown, text.as_str());
                files.push(Read {
                    name: asked.value,
                    file,
                    text,
                });
            }
            Err(why) => faults.push(refusal(&asked, &why)),
        }
    }
    files
}

fn one(name: &str, folder: &Path, host: &dyn Host) -> Result<(PathBuf, String), String> {
    let inside = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err("it is outside of the program's folder".to_owned());
    }
    let path = folder.join(name);
    match host.read(&path) {
        Ok(text) => Ok((path, text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn refusal(asked: &Spanned<String>, why: &str) -> Diagnostic {
    let message = format!("cannot read `{}`: {why}", asked.value);
    Diagnostic::error(codes::BAD_INVENTORY, asked.span, message)
}
