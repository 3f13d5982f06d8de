//! `vnc`, the command.

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use vnc::cli::Cli;
use vnc::exit::Exit;
use vnc::host::Disk;

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

/// Help and version are what was asked for; everything else is a usage error.
fn explain(error: &clap::Error) -> ExitCode {
    // Nothing can be done about a closed stream.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Fine.into(),
        _ => Exit::Usage.into(),
    }
}
