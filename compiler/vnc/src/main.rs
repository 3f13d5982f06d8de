//! `vnc`, the command.

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use vnc::cli::{Cli, MessageFormat};
use vnc::exit::Exit;
use vnc::host::Disk;

/// A check is many small things made by two threads, which the system's allocator is slow at.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    match std::panic::catch_unwind(|| vnc::run(&cli, &Disk)) {
        Ok(exit) => exit.into(),
        // The panic's own message has been printed.
        Err(_) => Exit::Internal.into(),
    }
}

/// The format that a command line asks for, though it cannot be understood as a whole.
fn asked(words: impl Iterator<Item = String>) -> MessageFormat {
    let words: Vec<String> = words.collect();
    let joined = words.join(" ").replace('=', " ");
    let wants = |format: &str| joined.contains(&format!("--message-format {format}"));
    if words.iter().any(|word| word == "--json") || wants("json") {
        MessageFormat::Json
    } else if wants("sarif") {
        MessageFormat::Sarif
    } else if wants("github") {
        MessageFormat::Github
    } else {
        MessageFormat::Human
    }
}

/// Help and version are what was asked for; everything else is a usage error.
fn explain(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Nothing can be done about a closed stream.
        let _ = error.print();
        return Exit::Fine.into();
    }
    let words = error.to_string();
    match asked(std::env::args()) {
        MessageFormat::Human => _ = error.print(),
        other => vnc::failure(other, words.trim().trim_start_matches("error: ")),
    }
    Exit::Usage.into()
}
