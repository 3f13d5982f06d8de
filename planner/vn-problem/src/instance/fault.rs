//! Why a text is no instance or no solution.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{FORMAT, MOST_BYTES, SOLUTION_FORMAT};

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The path in the document (`candidates[3].claim`); empty when all of it is meant.
    pub path: String,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// Line and column, from 1, where the text itself could not be read on.
    pub place: Option<(usize, usize)>,
}

impl ReadError {
    /// A fault of something that is well-formed.
    pub(super) fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
            place: None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// A text of a sensible size.
pub fn size(text: &str) -> Result<(), ReadError> {
    if text.len() <= MOST_BYTES {
        return Ok(());
    }
    let most = MOST_BYTES >> 20;
    Err(ReadError::at(
        "",
        format!("the text is longer than {most} MiB"),
    ))
}

/// Only the fields that say which reader a text is meant for.
#[derive(Deserialize)]
struct Header {
    instance: Option<Value>,
    solution: Option<Value>,
}

/// The version of an instance, before anything else: a reader of another one would misread the rest.
pub fn instance_version(text: &str) -> Result<(), ReadError> {
    let header: Header = parse(text)?;
    version("instance", header.instance, FORMAT)
}

/// The version of a solution.
pub fn solution_version(text: &str) -> Result<(), ReadError> {
    let header: Header = parse(text)?;
    version("solution", header.solution, SOLUTION_FORMAT)
}

fn version(field: &str, found: Option<Value>, known: u32) -> Result<(), ReadError> {
    let Some(found) = found else {
        let message = format!("missing field `{field}`: is this the {field} file?");
        return Err(ReadError::at("", message));
    };
    if found == known {
        return Ok(());
    }
    let message = format!("version {found} is not {known}, the only one that can be read");
    Err(ReadError::at(field, message))
}

/// Reads a document; what does not fit is named by its path.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    let mut source = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut source)
        .map_err(|error| told(&error.path().to_string(), error.inner()))?;
    source.end().map_err(|error| told("", &error))?;
    Ok(document)
}

fn told(path: &str, error: &serde_json::Error) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let position = format!(" at line {line} column {column}");
    // The path of a whole document is a dot; that of a field which is unknown ends in a question mark.
    let path = path.trim_end_matches('?').trim_matches('.');
    ReadError {
        path: path.to_owned(),
        message: message.trim_end_matches(&position).to_owned(),
        place: (line > 0).then_some((line, column)),
    }
}
