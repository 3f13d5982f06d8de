//! The door: one entry file, the library and the user's choices in, everything known about them out.

use vn_syntax::{Diagnostic, SyntaxTree};

use crate::{Composition, Model};

/// One file of the library, under the name that `use` gives it.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    /// `std.hardware`, `std.services`; several files may share a name.
    pub name: &'a str,
    /// The file.
    pub tree: &'a SyntaxTree,
}

/// All that an analysis depends on.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The program.
    pub entry: &'a SyntaxTree,
    /// What `use` can reach.
    pub library: &'a [Library<'a>],
    /// `--set name=value`, each parsed from the text `metric name = value` in a file of its own
    /// (named `--set name`, say), so that a message can point into the command line.
    pub overrides: &'a [&'a SyntaxTree],
    /// `--select a,b.c`; stronger than the program's `select`.
    pub select: Option<&'a [String]>,
}

/// What is known about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// What is declared.
    pub model: Model,
    /// What may run where; `None` where there is no builder to speak of. To be planned only if no
    /// diagnostic is an error.
    pub composition: Option<Composition>,
    /// What is wrong, worth a look, or assumed; in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a program; never fails: whatever is wrong is in the diagnostics.
pub fn analyse(_input: &Input<'_>) -> Analysis {
    Analysis::default()
}
