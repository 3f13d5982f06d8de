//! The output folder: staged writes, the manifest last, nothing outside, nothing of the user's lost.

mod rewrite;

pub use rewrite::rewrite;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::digest::hex;

/// Where the manifest lies in the folder.
pub const MANIFEST: &str = "manifest.json";
/// What differs from run to run, and is therefore in no manifest and in no comparison.
pub const CERTIFICATE: &str = "certificate.json";
/// The manifest of a build that has begun; gone when it has ended.
const PENDING: &str = ".vnc-pending.json";
/// How files begin that are not yet complete.
const STAGED: &str = ".vnc-staged-";
/// A staged file that is older belongs to nobody any more.
const STALE: std::time::Duration = std::time::Duration::from_secs(60);

/// What writing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// New or changed.
    pub written: Vec<String>,
    /// Already as they should be.
    pub unchanged: usize,
    /// Removed, since nothing generates them any more.
    pub pruned: Vec<String>,
}

/// Why the folder was left as it was.
#[derive(Debug)]
pub enum Refusal {
    /// Generated files that somebody has changed since.
    Edited(Vec<String>),
    /// A file would leave the folder, or a link stands in the way.
    Outside(String),
    /// The medium says no.
    Io(PathBuf, io::Error),
}

/// Files by relative path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Per path the digests that a build of ours gave it.
type Inventory = BTreeMap<String, BTreeSet<String>>;

/// Brings the folder to `files`.
///
/// # Errors
/// See [`Refusal`]; in the first two cases nothing has been touched.
pub fn write(folder: &Path, files: &Files, force: bool) -> Result<Written, Refusal> {
    let ours = inventory(folder)?;
    for path in files.keys().chain(ours.keys()) {
        guard(folder, path)?;
    }
    let edited = edited(folder, files, &ours)?;
    if !force && !edited.is_empty() {
        return Err(Refusal::Edited(edited));
    }
    let mut done = Written::default();
    let manifest = files.get(MANIFEST);
    if let Some(manifest) = manifest {
        put(folder, PENDING, manifest, &mut Written::default())?;
    }
    for (path, bytes) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        put(folder, path, bytes, &mut done)?;
    }
    for path in ours.keys().filter(|path| !files.contains_key(*path)) {
        prune(folder, path, &mut done)?;
    }
    if let Some(manifest) = manifest {
        put(folder, MANIFEST, manifest, &mut done)?;
    }
    prune(folder, PENDING, &mut Written::default())?;
    sweep(folder, files);
    Ok(done)
}

/// Removes what a killed build left half written, old enough not to be another build's at work.
fn sweep(folder: &Path, files: &Files) {
    let parents: BTreeSet<PathBuf> = files
        .keys()
        .filter_map(|path| folder.join(path).parent().map(Path::to_path_buf))
        .collect();
    for parent in parents {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let old = entry
                .metadata()
                .and_then(|data| data.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE));
            if old && entry.file_name().to_string_lossy().starts_with(STAGED) {
                // What cannot be removed is only untidy.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a build was killed before it ended.
pub fn interrupted(folder: &Path) -> bool {
    folder.join(PENDING).exists()
}

/// Writes a single document where the user wants it, over whatever is there.
///
/// # Errors
/// Those of the medium.
pub fn document(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

/// Which files differ from what would be written; empty when the folder is up to date.
///
/// # Errors
/// Only those of the medium.
pub fn stale(folder: &Path, files: &Files) -> Result<Vec<String>, Refusal> {
    let mut stale = BTreeSet::new();
    for (path, bytes) in files.iter().filter(|(path, _)| *path != CERTIFICATE) {
        if read(&folder.join(path))?.as_ref() != Some(bytes) {
            stale.insert(path.clone());
        }
    }
    for path in inventory(folder)?.into_keys() {
        if !files.contains_key(&path) {
            stale.insert(path);
        }
    }
    Ok(stale.into_iter().collect())
}

/// What builds of ours wrote, the interrupted one included. A manifest that cannot be read lists
/// nothing: then whatever stands in the way counts as the user's.
fn inventory(folder: &Path) -> Result<Inventory, Refusal> {
    let mut ours = Inventory::new();
    for name in [MANIFEST, PENDING] {
        let Some(bytes) = read(&folder.join(name))? else {
            continue;
        };
        let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let files = manifest.get("files").and_then(serde_json::Value::as_array);
        for file in files.into_iter().flatten() {
            let text = |key| {
                file.get(key)
                    .and_then(serde_json::Value::as_str)
                    .map(str::to_owned)
            };
            if let Some((path, digest)) = text("path").zip(text("sha256")) {
                ours.entry(path).or_default().insert(digest);
            }
        }
    }
    Ok(ours)
}

/// Files that no build of ours left as they are, and that would be overwritten or removed.
fn edited(folder: &Path, files: &Files, ours: &Inventory) -> Result<Vec<String>, Refusal> {
    let paths: BTreeSet<&String> = files.keys().chain(ours.keys()).collect();
    let mut edited = Vec::new();
    for path in paths
        .into_iter()
        .filter(|path| *path != MANIFEST && *path != CERTIFICATE)
    {
        let Some(now) = read(&folder.join(path))? else {
            continue;
        };
        let known = ours
            .get(path)
            .is_some_and(|d| d.contains(&hex(&Sha256::digest(&now))));
        if !known && files.get(path) != Some(&now) {
            edited.push(path.clone());
        }
    }
    Ok(edited)
}

/// Only plain relative paths, and no links on the way.
fn guard(folder: &Path, path: &str) -> Result<(), Refusal> {
    let plain = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || path.is_empty() {
        return Err(Refusal::Outside(path.to_owned()));
    }
    let mut at = folder.to_path_buf();
    for part in Path::new(path).components() {
        at.push(part);
        if at.is_symlink() {
            return Err(Refusal::Outside(path.to_owned()));
        }
    }
    Ok(())
}

fn put(folder: &Path, path: &str, bytes: &[u8], done: &mut Written) -> Result<(), Refusal> {
    let target = folder.join(path);
    if read(&target)?.as_deref() == Some(bytes) {
        done.unchanged += 1;
        return Ok(());
    }
    let parent = target.parent().unwrap_or(folder);
    let io = |error| Refusal::Io(target.clone(), error);
    fs::create_dir_all(parent).map_err(io)?;
    let mut staged = tempfile::Builder::new()
        .prefix(STAGED)
        .tempfile_in(parent)
        .map_err(io)?;
    staged.write_all(bytes).map_err(io)?;
    readable(staged.as_file()).map_err(io)?;
    staged.as_file().sync_all().map_err(io)?;
    staged.persist(&target).map_err(|error| io(error.error))?;
    done.written.push(path.to_owned());
    Ok(())
}

/// A staged file belongs to its maker alone; an emitted one is for everybody to read.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

fn prune(folder: &Path, path: &str, done: &mut Written) -> Result<(), Refusal> {
    let target = folder.join(path);
    match fs::remove_file(&target) {
        Ok(()) => done.pruned.push(path.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Refusal::Io(target, error)),
    }
    // Folders that the file leaves empty go with it; one that is not empty refuses by itself.
    let mut parent = target.parent();
    while let Some(empty) = parent.filter(|p| *p != folder && p.starts_with(folder)) {
        if fs::remove_dir(empty).is_err() {
            break;
        }
        parent = empty.parent();
    }
    Ok(())
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Refusal> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::Io(path.to_path_buf(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        let mut files: Files = entries
            .iter()
            .map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec()))
            .collect();
        let rows: Vec<_> = files
            .iter()
            .map(|(path, bytes)| serde_json::json!({"path": path, "sha256": hex(&Sha256::digest(bytes))}))
            .collect();
        let manifest = serde_json::json!({ "files": rows }).to_string();
        files.insert(MANIFEST.to_owned(), manifest.into_bytes());
        files
    }

    #[test]
    fn prunes_what_it_wrote_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        write(
            dir.path(),
            &files(&[("a/b.txt", "1"), ("c.txt", "2")]),
            false,
        )
        .unwrap();
        fs::write(dir.path().join("mine.txt"), "3").unwrap();
        let done = write(dir.path(), &files(&[("c.txt", "2")]), false).unwrap();
        assert_eq!(done.pruned, ["a/b.txt"]);
        assert!(!dir.path().join("a").exists());
        assert!(dir.path().join("mine.txt").exists());
    }

    #[test]
    fn refuses_to_overwrite_an_edit() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files(&[("c.txt", "2")]), false).unwrap();
        fs::write(dir.path().join("c.txt"), "by hand").unwrap();
        let next = files(&[("c.txt", "4")]);
        assert!(matches!(
            write(dir.path(), &next, false),
            Err(Refusal::Edited(_))
        ));
        assert_eq!(
            fs::read_to_string(dir.path().join("c.txt")).unwrap(),
            "by hand"
        );
        write(dir.path(), &next, true).unwrap();
        assert_eq!(stale(dir.path(), &next).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn completes_what_was_interrupted() {
        let dir = tempfile::tempdir().unwrap();
        let all = files(&[("c.txt", "2"), ("d.txt", "3")]);
        fs::write(dir.path().join(PENDING), &all[MANIFEST]).unwrap();
        fs::write(dir.path().join("c.txt"), "2").unwrap();
        assert!(interrupted(dir.path()));
        write(dir.path(), &files(&[("c.txt", "4")]), false).unwrap();
        assert!(!interrupted(dir.path()));
    }

    #[test]
    fn takes_nothing_for_its_own_that_it_did_not_write() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("c.txt"), "the user's").unwrap();
        assert!(matches!(
            write(dir.path(), &files(&[("c.txt", "2")]), false),
            Err(Refusal::Edited(_))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn stays_inside() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(
            write(dir.path(), &files(&[("../x", "1")]), true),
            Err(Refusal::Outside(_))
        ));
        std::os::unix::fs::symlink("/tmp", dir.path().join("a")).unwrap();
        assert!(matches!(
            write(dir.path(), &files(&[("a/x", "1")]), true),
            Err(Refusal::Outside(_))
        ));
    }
}
