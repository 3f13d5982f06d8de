//! What an expression comes to.

use crate::dimensions;
use crate::quantity::Quantity;
use crate::show;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number with or without a dimension.
    Quantity(Quantity),
    /// Text.
    Text(String),
    /// Truth.
    Bool(bool),
    /// A bare word: a value of an enum, the name of a thing.
    Word(String),
    /// A list.
    List(Vec<Value>),
    /// A constructor with its arguments: `nvme(1 TB)`, `tcp(6379)`.
    Made(String, Vec<Value>),
    /// What a device does not have.
    Absent,
    /// The result of something that has been reported: silences all that follows from it.
    Poison,
}

/// `2..3`, `2..`.
fn range(ends: &[Value]) -> String {
    let end = |at: usize| ends.get(at).map(Value::show).unwrap_or_default();
    format!("{}..{}", end(0), end(1))
}

impl Value {
    /// As the language writes it.
    pub fn show(&self) -> String {
        let list = |items: &[Self]| items.iter().map(Self::show).collect::<Vec<_>>().join(", ");
        match self {
            Self::Quantity(quantity) => show::quantity(quantity),
            Self::Text(text) => format!("{text:?}"),
            Self::Bool(truth) => truth.to_string(),
            Self::Word(word) => word.clone(),
            Self::List(items) => format!("[{}]", list(items)),
            Self::Made(name, ends) if name == "range" => range(ends),
            Self::Made(name, args) => format!("{name}({})", list(args)),
            Self::Absent => "none".to_owned(),
            Self::Poison => "…".to_owned(),
        }
    }

    /// `is a time`, `is text`: the end of a sentence about it.
    pub fn kind(&self) -> String {
        match self {
            Self::Quantity(quantity) => dimensions::in_words(&quantity.dimension),
            Self::Text(_) => "text".to_owned(),
            Self::Bool(_) => "true or false".to_owned(),
            Self::Word(_) => "a word".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Made(name, _) if name == "range" => "a range".to_owned(),
            Self::Made(name, _) => format!("`{name}(…)`"),
            Self::Absent => "nothing".to_owned(),
            Self::Poison => "unknown".to_owned(),
        }
    }

    /// The word or text.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) | Self::Text(word) => Some(word),
            _ => None,
        }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}
