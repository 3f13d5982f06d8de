//! A source of the user's, replaced as a whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::{Refusal, STAGED};

/// Replaces a file that still holds `was`; through a link, what it leads to.
///
/// # Errors
/// When the file has changed since it was read, or the medium says no: then nothing has been touched.
pub fn rewrite(path: &Path, was: &str, text: &str) -> Result<(), Refusal> {
    let io = |error| Refusal::Io(path.to_owned(), error);
    let target = fs::canonicalize(path).map_err(io)?;
    if fs::read(&target).map_err(io)? != was.as_bytes() {
        return Err(Refusal::Edited(vec![path.display().to_string()]));
    }
    replace(&target, text.as_bytes()).map_err(io)
}

fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let rights = fs::metadata(target)?.permissions();
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    let mut staged = tempfile::Builder::new()
        .prefix(STAGED)
        .tempfile_in(folder)?;
    staged.write_all(bytes)?;
    staged.as_file().set_permissions(rights)?;
    staged.as_file().sync_all()?;
    staged.persist(target).map_err(|error| error.error)?;
    Ok(())
}
