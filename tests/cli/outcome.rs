//! Runs the binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a run came to.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// One JSON document on standard output.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{}", self.stdout))
    }
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the root exists")
}

/// Runs `vnc` in the root of the project.
pub fn vnc<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Outcome {
    vnc_in(&root(), args)
}

/// Runs `vnc` in a folder.
pub fn vnc_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S]) -> Outcome {
    // What is planned must not depend on what the machine has.
    vnc_with(folder, &[("VNC_HIGHS_LIB", None)], args)
}

/// Runs `vnc` in a folder with some variables set or not.
pub fn vnc_with<S: AsRef<std::ffi::OsStr>>(
    folder: &Path,
    names: &[(&str, Option<String>)],
    args: &[S],
) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vnc"));
    for (name, value) in names {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let command = command.current_dir(folder).env_remove("NO_COLOR");
    read(command.args(args).output().expect("the binary runs"))
}

/// Runs `vnc` with a text on its standard input.
pub fn piped<S: AsRef<std::ffi::OsStr>>(args: &[S], text: &str) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vnc"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let input = child.stdin.take();
    let written = input.expect("it is piped").write_all(text.as_bytes());
    written.expect("it reads");
    read(child.wait_with_output().expect("it ends"))
}

fn read(output: Output) -> Outcome {
    Outcome {
        code: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).expect("it writes UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("it writes UTF-8"),
    }
}
