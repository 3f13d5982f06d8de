//! The folder that a program belongs to, and what may be read from it.

use std::io;
use std::path::{Path, PathBuf};

use vn_syntax::{Diagnostic, FileId, Sources, Span};

use crate::host::{Host, normal};
use crate::manifest::Manifest;

/// The name of the file at the root of a project.
pub const MANIFEST: &str = "vn.toml";

/// The program of a folder where nothing says otherwise.
const PROGRAM: &str = "plan.vn";

/// The folder of the nearest `vn.toml` upwards, else the folder of the program.
#[derive(Clone, Debug)]
pub struct Project {
    /// Where it is, links followed.
    pub root: PathBuf,
    /// Where its `vn.toml` is, as it is shown to the user.
    pub manifest: Option<PathBuf>,
    /// Whether files elsewhere may be read.
    pub allow_outside: bool,
}

/// Why a path that a program names cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a path, but the address of something in a network.
    Network,
    /// There is no such file; with a name that is near.
    Missing(Option<String>),
    /// It is a folder.
    Folder,
    /// It is outside the project.
    Outside,
    /// The medium says why not.
    Unreadable(String),
}

impl Project {
    /// The project of a program.
    pub fn of(entry: &Path, host: &dyn Host, allow_outside: bool) -> Self {
        let folder = entry.parent().unwrap_or_else(|| Path::new(""));
        let manifest = nearest_manifest(folder, host);
        let home = manifest.as_deref().and_then(Path::parent).unwrap_or(folder);
        Self {
            root: host.resolve(home).unwrap_or_else(|_| normal(home)),
            manifest,
            allow_outside,
        }
    }

    /// The path of a file that is named in the text of another, resolved and as it is shown.
    ///
    /// # Errors
    /// When it must not or cannot be read.
    pub fn admit(
        &self,
        named: &str,
        from: &Path,
        host: &dyn Host,
    ) -> Result<(PathBuf, PathBuf), Refusal> {
        if named.contains("://") {
            return Err(Refusal::Network);
        }
        let folder = from.parent().unwrap_or_else(|| Path::new(""));
        let shown = normal(&folder.join(named));
        let resolved = host.resolve(&shown).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                Refusal::Missing(near(&shown, named, host))
            }
            _ => Refusal::Unreadable(error.to_string()),
        })?;
        if !self.allow_outside && !self.holds(&resolved) {
            return Err(Refusal::Outside);
        }
        Ok((resolved, shown))
    }

    /// A path that leads upwards out of everything known is outside of every folder.
    fn holds(&self, resolved: &Path) -> bool {
        let climbs = resolved.starts_with("..") && !self.root.starts_with("..");
        resolved.starts_with(&self.root) && !climbs
    }

    /// Reads a file that [`Self::admit`] has let through.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(shown: &Path, host: &dyn Host) -> Result<String, Refusal> {
        host.read(shown).map_err(|error| match error.kind() {
            io::ErrorKind::IsADirectory => Refusal::Folder,
            io::ErrorKind::NotFound => Refusal::Missing(None),
            _ => Refusal::Unreadable(error.to_string()),
        })
    }

    /// Its folder as it is shown to the user; what `vn.toml` names is relative to it.
    pub fn folder(&self) -> &Path {
        let manifest = self.manifest.as_deref();
        manifest.and_then(Path::parent).unwrap_or(&self.root)
    }

    /// Whether a program is the one that `vn.toml` speaks of.
    pub fn is_entry(&self, manifest: &Manifest, program: &Path, host: &dyn Host) -> bool {
        let Some(entry) = &manifest.entry else {
            return self.manifest.is_some();
        };
        let entry = host.resolve(&self.folder().join(entry)).ok();
        entry.is_some() && entry == host.resolve(program).ok()
    }

    /// What its `vn.toml` says; nothing where there is none or it cannot be read.
    pub fn read_manifest(
        &self,
        host: &dyn Host,
        sources: &mut Sources,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Manifest> {
        let path = self.manifest.as_deref()?;
        let shown = shown(path);
        match host.read(path) {
            Ok(text) => {
                let file = sources.add(shown, text.as_str());
                Some(Manifest::read(file, &text, faults))
            }
            Err(error) => {
                let file = sources.add(shown.as_str(), "");
                let message = format!("cannot read `{shown}`: {error}");
                let code = vn_analysis::codes::BAD_MANIFEST;
                faults.push(Diagnostic::error(code, start_of(file), message));
                None
            }
        }
    }
}

/// The nearest `vn.toml`, and the program that it names.
fn named_entry(host: &dyn Host) -> (Option<PathBuf>, Option<String>) {
    let manifest = nearest_manifest(Path::new(""), host);
    let text = manifest.as_ref().and_then(|path| host.read(path).ok());
    let entry = text.and_then(|text| {
        // What is wrong with the file is said when the program is checked.
        Manifest::read(FileId(0), &text, &mut Vec::new()).entry
    });
    (manifest, entry)
}

/// Whether the nearest `vn.toml` names the program.
pub fn names_entry(host: &dyn Host) -> bool {
    named_entry(host).1.is_some()
}

/// The program of a command that names none.
pub fn default_entry(host: &dyn Host) -> PathBuf {
    let (manifest, entry) = named_entry(host);
    match (manifest.as_deref().and_then(Path::parent), entry) {
        (Some(folder), Some(entry)) => normal(&folder.join(entry)),
        (Some(folder), None) => folder.join(PROGRAM),
        (None, _) => PathBuf::from(PROGRAM),
    }
}

/// The `vn.toml` in a folder or the nearest one above it.
pub fn nearest_manifest(folder: &Path, host: &dyn Host) -> Option<PathBuf> {
    let nearest = normal(&folder.join(MANIFEST));
    if host.resolve(&nearest).is_ok() {
        return Some(nearest);
    }
    let resolved = host.resolve(folder).ok()?;
    let above = resolved.ancestors().skip(1);
    let mut manifests = above.map(|folder| folder.join(MANIFEST));
    manifests.find(|path| host.resolve(path).is_ok())
}

/// The beginning of a file.
pub fn start_of(file: FileId) -> Span {
    Span {
        file,
        start: 0,
        end: 0,
    }
}

/// Paths are shown as they were given, with forward slashes everywhere.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A file of the same folder with a similar name, as the text would name it.
pub fn near(path: &Path, named: &str, host: &dyn Host) -> Option<String> {
    let folder = path.parent()?;
    let wanted = path.file_name()?.to_str()?;
    let beside = host.names(folder);
    let with_ending = format!("{wanted}.vn");
    let exact = beside.iter().find(|name| **name == with_ending);
    let near = exact.map(String::as_str);
    let near = near.or_else(|| vn_analysis::nearest(wanted, beside.iter().map(String::as_str)))?;
    let kept = named.strip_suffix(wanted)?;
    Some(format!("{kept}{near}"))
}
