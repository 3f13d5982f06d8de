//! The subcommands: each turns arguments into text on the two streams and an exit.

mod build;
mod check;
mod diff;
mod doctor;
mod explain;
mod fmt;
mod plan;
mod run;
mod set;
mod show;
mod solve;
mod test;
mod verify;

pub use run::failure;

use std::io::IsTerminal as _;

use crate::cli::{Cli, Colour, Command};
use crate::exit::Exit;
use crate::host::Host;

/// Runs the command line.
pub fn run(cli: &Cli, host: &dyn Host) -> Exit {
    let colours = Colours::of(cli.color);
    match &cli.command {
        Command::Build(args) => build::run(args, host, colours),
        Command::Check(args) => check::run(args, host, colours),
        Command::Fmt(args) => fmt::run(args, host, colours),
        Command::Diff(args) => diff::run(args, host, colours),
        Command::Doctor(args) => doctor::run(args),
        Command::Explain(args) => explain::run(args, std::io::stdout().is_terminal(), colours),
        Command::Plan(args) => plan::run(args, host, colours),
        Command::Set(args) => set::run(args, host, colours),
        Command::Show(args) => show::run(args, host, colours),
        Command::Solve(args) => solve::run(args, host, colours),
        Command::Test(args) => test::run(args, host, colours),
        Command::Verify(args) => verify::run(args, host, colours),
    }
}

/// Which stream may be coloured.
#[derive(Clone, Copy, Debug)]
struct Colours {
    stdout: bool,
    stderr: bool,
}

impl Colours {
    fn of(when: Colour) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        match when {
            Colour::Always => Self {
                stdout: true,
                stderr: true,
            },
            Colour::Never => Self {
                stdout: false,
                stderr: false,
            },
            Colour::Auto => Self {
                stdout: allowed && std::io::stdout().is_terminal(),
                stderr: allowed && std::io::stderr().is_terminal(),
            },
        }
    }
}

/// Writes to standard output; a reader that has gone away is no fault.
fn say(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes to standard error.
fn complain(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
