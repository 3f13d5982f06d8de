//! Source texts that the user asked to have changed: whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use similar::TextDiff;

/// Replaces the text of a file; its permissions stay, and a link to it stays a link.
///
/// # Errors
/// Those of the medium; the file then is as it was. A file that may not be written is not replaced
/// by another either.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut staged = tempfile::Builder::new()
        .prefix(".vnc-staged-")
        .tempfile_in(folder)?;
    staged.write_all(text.as_bytes())?;
    staged.as_file().set_permissions(permissions)?;
    staged.as_file().sync_all()?;
    staged.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// What changes, as `diff -u` and `git apply` have it; empty where nothing does.
pub fn difference(name: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let (old, new) = (format!("a/{name}"), format!("b/{name}"));
    diff.unified_diff().header(&old, &new).to_string()
}
