//! What the exit code says.

/// Ends of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Fine.
    Fine = 0,
    /// The program, its plan or a test is wrong.
    Wrong = 1,
    /// Stale or changed.
    Stale = 2,
    /// Undecided within the limits given.
    Undecided = 3,
    /// The command line cannot be understood, or a file cannot be read.
    Usage = 64,
    /// A defect of the compiler.
    Internal = 70,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
