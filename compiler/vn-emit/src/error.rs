//! Why nothing can be emitted, as data.

use std::fmt;

use crate::{Target, codes};

/// A plan that a target cannot carry at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitError {
    /// Which kind.
    pub code: ErrorCode,
    /// For which target; absent when it concerns all.
    pub target: Option<Target>,
    /// Ids that it is about, the nearest first.
    pub about: Vec<String>,
    /// One sentence, lower case, no full stop.
    pub message: String,
}

/// The kinds of [`EmitError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// A device must bind ports, but its address is a name and no IP literal was given.
    NoBind,
    /// Two ids become one identifier.
    Collision,
    /// Two instances on one device publish the same port.
    PortTwice,
    /// A text that the target cannot carry, however quoted.
    Text,
    /// An id that nothing in the plan bears.
    Reference,
    /// A target wants every device by itself, and rows of the plan stand for several.
    Classes,
}

impl ErrorCode {
    /// The code of the message (`VN0602`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoBind => codes::NO_BIND,
            Self::Collision => codes::COLLISION,
            Self::PortTwice => codes::PORT_TWICE,
            Self::Text => codes::TEXT,
            Self::Reference => codes::REFERENCE,
            Self::Classes => codes::CLASSES,
        }
    }
}

impl EmitError {
    pub(crate) fn new(
        code: ErrorCode,
        target: impl Into<Option<Target>>,
        about: &[&str],
        message: String,
    ) -> Self {
        Self {
            code,
            target: target.into(),
            about: about.iter().map(ToString::to_string).collect(),
            message,
        }
    }
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code.code(), self.message)
    }
}

impl std::error::Error for EmitError {}
