//! Which engines there are, and which one a user gets.

use std::sync::OnceLock;

use vn_solve::Solver;
use vn_solve::highs::{Finding, Places, find};

use crate::cli::Engine;

/// How HiGHS comes onto a machine.
pub const INSTALL: &str = "pip install highspy";

/// Names the library of that installation, in a shell.
pub const NAME_IT: &str = "export VNC_HIGHS_LIB=\"$(python3 -c 'import glob, highspy; print(sorted(glob.glob(highspy.__path__[0] + \"/libhighs*\"))[0])')\"";

/// What was found of HiGHS; looked for once.
pub fn found() -> &'static Finding {
    static FOUND: OnceLock<Finding> = OnceLock::new();
    FOUND.get_or_init(|| find(&Places::of_process()))
}

/// The solver that a user wants, out of what is found.
///
/// # Errors
/// When the library that the user names cannot be used, or HiGHS is wanted and there is none: another
/// engine is never taken in silence.
pub fn solver(wanted: Engine, found: fn() -> &'static Finding) -> Result<Solver, String> {
    if wanted == Engine::Embedded {
        return Ok(Solver::Embedded);
    }
    let found = found();
    if let Some(message) = broken(found) {
        return Err(message);
    }
    match (wanted, found.chosen) {
        (Engine::Highs, Some(highs)) => Ok(Solver::Highs(highs)),
        (Engine::Auto, Some(highs)) => Ok(Solver::Auto(highs)),
        (Engine::Highs, None) => Err(format!(
            "HiGHS was not found; `vnc doctor` says where it was looked for\n  {INSTALL}\n  {NAME_IT}"
        )),
        (Engine::Auto | Engine::Embedded, None) | (Engine::Embedded, Some(_)) => {
            Ok(Solver::Embedded)
        }
    }
}

/// Why the library that the user names cannot be used.
pub fn broken(found: &Finding) -> Option<String> {
    let (path, unfit) = found.broken_word()?;
    let path = path.display();
    Some(format!(
        "`VNC_HIGHS_LIB` names `{path}`: {unfit}\n  correct it or unset it, or pass `--solver embedded`"
    ))
}
