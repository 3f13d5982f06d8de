//! The real programs that read what we emit, where they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The path of a program: from `PATH`, `/usr/sbin`, or where `.ci/install-validators` puts it.
///
/// Without it, says so and returns nothing, so that the caller skips; with `VNC_REQUIRE_REAL=1` it
/// fails instead.
///
/// # Panics
/// When the program is missing and required.
pub fn real(program: &str) -> Option<PathBuf> {
    let found = which(program);
    if found.is_none() {
        let required = std::env::var("VNC_REQUIRE_REAL").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "`{program}` is required, but not installed: run .ci/install-validators"
        );
        skip(&format!(
            "`{program}` is not installed: run .ci/install-validators"
        ));
    }
    found
}

/// Where a program lies, if it does.
pub fn which(program: &str) -> Option<PathBuf> {
    let paths = folders().into_iter().map(|folder| folder.join(program));
    paths.into_iter().find(|path| path.is_file())
}

/// Says in the test's output that it did not run.
#[expect(clippy::print_stderr, reason = "a skip must be seen")]
pub fn skip(why: &str) {
    eprintln!("SKIP {why}");
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push(PathBuf::from("/usr/sbin"));
    let tools = std::env::var_os("VNC_TOOLS").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/vnc-tools"));
    folders.extend(tools.or_else(home).map(|tools| tools.join("bin")));
    folders
}

/// Runs a program in a folder with an empty environment but for `PATH` and `HOME`: no variable of
/// the caller's may find its way into what the program reads.
///
/// # Panics
/// When the program cannot be started.
pub fn run(program: &Path, folder: &Path, args: &[&str]) -> Output {
    Command::new(program)
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", folder)
        .output()
        .expect("the program starts")
}

/// All that a program said.
pub fn said(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr];
    both.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .join("")
}
