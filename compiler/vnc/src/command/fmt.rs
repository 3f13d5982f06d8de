//! `vnc fmt`.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use vn_syntax::format::format;
use vn_syntax::{Diagnostic, Sources, parse};

use super::{Colours, complain, say};
use crate::cli::Fmt;
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::project;
use crate::render::diagnostics;
use crate::source;

/// Brings programs into the one canonical form.
pub fn run(args: &Fmt, host: &dyn Host, colours: Colours) -> Exit {
    let mut exit = Exit::Fine;
    let mut files = Vec::new();
    for path in &asked(args, host) {
        match programs(path) {
            Ok(found) => files.extend(found),
            Err(error) => exit = exit.max(unreadable(path, &error)),
        }
    }
    let mut unchanged = 0;
    for path in &files {
        match one(args, host, colours, path) {
            Ok(true) if args.check || args.diff => exit = exit.max(Exit::Wrong),
            Ok(true) => {}
            Ok(false) => unchanged += 1,
            Err(worse) => exit = exit.max(worse),
        }
    }
    if unchanged == files.len() && exit == Exit::Fine && !is_standard_input(args) {
        say(&format!("{} in form\n", figure::count(unchanged, "file")));
    }
    exit
}

/// What is named, else the program of the project.
fn asked(args: &Fmt, host: &dyn Host) -> Vec<PathBuf> {
    if args.files.is_empty() {
        return vec![project::default_entry(host)];
    }
    args.files.clone()
}

fn is_standard_input(args: &Fmt) -> bool {
    args.files.iter().any(|path| path == Path::new("-"))
}

/// The programs that a path stands for: itself, or all `.vn` files below it.
fn programs(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path == Path::new("-") || !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(programs(&entry)?);
        } else if entry.extension().is_some_and(|e| e == "vn") && entry.is_file() {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Formats one program; says whether it was in another form.
fn one(args: &Fmt, host: &dyn Host, colours: Colours, path: &Path) -> Result<bool, Exit> {
    let piped = path == Path::new("-");
    let text = if piped {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        host.read(path)
    };
    let text = text.map_err(|error| unreadable(path, &error))?;
    let name = if piped {
        "standard input".to_owned()
    } else {
        path.to_string_lossy().replace('\\', "/")
    };
    let formatted = formatted(&name, &text, colours)?;
    let changed = formatted != text;
    if args.diff {
        say(&source::difference(&name, &text, &formatted));
    } else if args.check {
        if changed {
            say(&format!("{name}\n"));
        }
    } else if piped {
        say(&formatted);
    } else if changed {
        source::replace(path, &formatted).map_err(|error| {
            complain(&format!("error: cannot write `{name}`: {error}\n"));
            Exit::Usage
        })?;
        say(&format!("formatted {name}\n"));
    }
    Ok(changed)
}

/// The canonical text; a program with syntax errors has none.
fn formatted(name: &str, text: &str, colours: Colours) -> Result<String, Exit> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let (tree, found) = parse(file, text);
    if found.iter().any(Diagnostic::is_error) {
        complain(&diagnostics::render(&found, &sources, colours.stderr));
        complain(&format!(
            "{name}: {}; left as it is\n",
            diagnostics::count(&found)
        ));
        return Err(Exit::Wrong);
    }
    format(&tree).ok_or_else(|| {
        complain(&format!(
            "internal error, please report it: formatting would change what `{name}` says; it is left as it is\n"
        ));
        Exit::Internal
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Exit {
    complain(&format!(
        "error: cannot read `{}`: {error}\n",
        path.display()
    ));
    Exit::Usage
}
