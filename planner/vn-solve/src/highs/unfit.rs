//! Why a library cannot be used.

use std::fmt;

/// Why a library cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There is no such file.
    Missing,
    /// It is a folder.
    Folder,
    /// The loader refuses it, in its own words.
    Loader(String),
    /// It lacks a function: it is not HiGHS, or was built without its interface for C.
    Symbol(&'static str),
    /// It is too old or too new, and says that it is this version.
    Version(String),
    /// Its integers have a width in bytes that is neither four nor eight.
    Integers(i32),
    /// It makes no instance.
    Nothing,
    /// It solves a known problem wrongly.
    Wrong(String),
}

impl Unfit {
    /// The loader's words, with the system's own behind them.
    pub(super) fn loader(error: &libloading::Error) -> Self {
        let error: &dyn std::error::Error = error;
        let mut words = error.to_string();
        let mut behind = error.source();
        while let Some(error) = behind {
            let more = error.to_string();
            if !words.contains(&more) {
                words = format!("{words}: {more}");
            }
            behind = error.source();
        }
        Self::Loader(words)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Folder => f.write_str("it is a folder; name the library in it"),
            Self::Loader(words) => write!(f, "it cannot be loaded: {words}"),
            Self::Symbol(name) => write!(
                f,
                "it has no `{name}`: it is not HiGHS with its interface for C"
            ),
            Self::Version(version) => {
                write!(
                    f,
                    "it is HiGHS {version}; 1.10 or later is needed, before 2"
                )
            }
            Self::Integers(bytes) => write!(f, "its integers have {bytes} bytes, not 4 or 8"),
            Self::Nothing => f.write_str("it makes no solver"),
            Self::Wrong(how) => write!(f, "it solves a known problem wrongly: {how}"),
        }
    }
}

impl std::error::Error for Unfit {}
