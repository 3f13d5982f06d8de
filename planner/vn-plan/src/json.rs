//! The plan as text: one spelling per plan, so that equal plans are equal bytes.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{FORMAT, Plan};

/// Why a text is not a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// Line, from 1; 0 when the whole text is meant.
    pub line: usize,
    /// Column, from 1; 0 when the whole line is meant.
    pub column: usize,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.message),
            line => write!(f, "{line}:{}: {}", self.column, self.message),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let position = format!(" at line {line} column {column}");
        Self {
            message: message.trim_end_matches(&position).to_owned(),
            line,
            column,
        }
    }
}

/// Only the field that says which reader a text is meant for.
#[derive(Deserialize)]
struct Head {
    format: String,
}

/// SHA-256, in lower-case hexadecimal digits, of the plan's compact JSON with `digest` empty.
///
/// Compact JSON here is: fields in declared order, maps sorted by key, no blanks.
pub fn digest(plan: &Plan) -> String {
    let mut bare = plan.clone();
    bare.digest.clear();
    let text = serde_json::to_string(&bare).unwrap_or_else(|error| impossible(&error));
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The plan as indented JSON with a newline at the end.
pub fn to_json(plan: &Plan) -> String {
    lines(plan)
}

/// Reads what [`to_json`] wrote. The digest is not looked at: that is for [`crate::verify`].
///
/// # Errors
/// Says where and why, for any text; a plan of another format is named as such.
pub fn from_json(text: &str) -> Result<Plan, ReadError> {
    let head: Head = serde_json::from_str(text)?;
    if head.format != FORMAT {
        return Err(ReadError {
            message: format!("format `{}` is not `{FORMAT}`", head.format),
            line: 0,
            column: 0,
        });
    }
    Ok(serde_json::from_str(text)?)
}

/// The JSON Schema of the plan, as indented JSON with a newline at the end.
pub fn schema() -> String {
    lines(&sorted(schemars::schema_for!(Plan).to_value()))
}

pub(crate) fn lines<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_else(|error| impossible(&error));
    text.push('\n');
    text
}

/// INVARIANT: all map keys are strings, so that serialising cannot fail. Should it ever, the text is
/// no JSON and everything that reads it says so.
fn impossible(error: &serde_json::Error) -> String {
    format!("not serialisable: {error}")
}

/// Whether objects keep their order or sort their keys is a feature that any crate in the build may
/// switch on; sorting here makes the schema's bytes independent of that.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|left, right| left.0.cmp(&right.0));
            let fields = fields.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
