//! Where texts come from: the disk, memory in tests, or the editor's texts on top of either.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::string::FromUtf8Error;

/// Reads sources. Everything else that touches files is the business of [`crate::output`].
pub trait Host {
    /// The text of a file.
    ///
    /// # Errors
    /// Whatever the medium says; text that is not UTF-8 is [`io::ErrorKind::InvalidData`], if
    /// possible with [`NotText`].
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The one true path of a file or folder that exists: absolute where the medium has such paths,
    /// symbolic links followed.
    ///
    /// # Errors
    /// Whatever the medium says.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;

    /// The names in a folder, in order; empty where it cannot be read.
    fn names(&self, folder: &Path) -> Vec<String>;
}

/// Bytes that are no text in UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// What stands before the first byte that cannot be read.
    pub before: String,
    /// What it is instead.
    pub is: String,
}

impl NotText {
    fn of(error: &FromUtf8Error) -> Self {
        let bytes = error.as_bytes();
        let valid = error.utf8_error().valid_up_to();
        let before = bytes.get(..valid).unwrap_or_default();
        let before = String::from_utf8_lossy(before).into_owned();
        let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let is = match bytes.get(valid) {
            _ if is_wide => "is text in UTF-16, not in UTF-8".to_owned(),
            Some(byte) => format!("is not text in UTF-8: there is a byte {byte:#04x}"),
            None => "is not text in UTF-8".to_owned(),
        };
        Self { before, is }
    }

    /// What an error says of a text, if that is its reason.
    pub fn behind(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = 1 + self.before.matches('\n').count();
        write!(f, "it {}, on line {line}; save it as UTF-8", self.is)
    }
}

impl std::error::Error for NotText {}

/// The longest text that is read, in bytes: 64 MiB.
const LONGEST: u64 = 64 << 20;

/// What speaks against reading a file whole: pipes and devices may never end.
fn unfit(about: &Metadata) -> Option<&'static str> {
    if about.is_dir() {
        return None; // Reading says so itself.
    }
    if !about.is_file() {
        return Some("it is a pipe or a device, not a file");
    }
    (about.len() > LONGEST).then_some("it is longer than 64 MiB")
}

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Host for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        if let Some(why) = unfit(&std::fs::metadata(path)?) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        String::from_utf8(std::fs::read(path)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, NotText::of(&error)))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        // The folder of a bare file name is written as nothing.
        let here = path.as_os_str().is_empty();
        if here { Path::new(".") } else { path }.canonicalize()
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let here = folder.as_os_str().is_empty();
        let entries = std::fs::read_dir(if here { Path::new(".") } else { folder });
        let entries = entries.into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

/// Texts in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<PathBuf, String>);

impl Host for Memory {
    fn read(&self, path: &Path) -> io::Result<String> {
        let path = normal(path);
        let text = self.0.get(&path).cloned();
        text.ok_or_else(|| io::Error::from(self.absence(&path)))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let path = normal(path);
        match self.absence(&path) {
            io::ErrorKind::NotFound if !self.0.contains_key(&path) => {
                Err(io::Error::from(io::ErrorKind::NotFound))
            }
            _ => Ok(path),
        }
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = normal(folder);
        let inside = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&folder).ok());
        let first = inside.filter_map(|path| path.components().next());
        let mut names: Vec<String> = first
            .map(|name| name.as_os_str().to_string_lossy().into_owned())
            .collect();
        names.dedup();
        names
    }
}

impl Memory {
    /// Why a path is not a text: it is a folder, or it is nothing.
    fn absence(&self, path: &Path) -> io::ErrorKind {
        let is_folder = self
            .0
            .keys()
            .any(|file| file != path && file.starts_with(path));
        if is_folder {
            io::ErrorKind::IsADirectory
        } else {
            io::ErrorKind::NotFound
        }
    }
}

/// Texts that hide those of another host: files that an editor has open.
pub struct Overlay<'h> {
    /// The host below.
    pub below: &'h dyn Host,
    /// Texts by resolved path.
    pub texts: BTreeMap<PathBuf, String>,
}

impl Host for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        let resolved = self.below.resolve(path).unwrap_or_else(|_| normal(path));
        match self.texts.get(&resolved) {
            Some(text) => Ok(text.clone()),
            None => self.below.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let resolved = self.below.resolve(path);
        resolved.or_else(|error| {
            let path = normal(path);
            self.texts.contains_key(&path).then_some(path).ok_or(error)
        })
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.below.names(folder)
    }
}

/// A path without `.` and with `..` resolved by its text alone.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => _ = normal.pop(),
            Component::Prefix(_)
            | Component::RootDir
            | Component::ParentDir
            | Component::Normal(_) => {
                normal.push(part);
            }
        }
    }
    normal
}
