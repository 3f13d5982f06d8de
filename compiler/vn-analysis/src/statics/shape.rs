//! What is known of a value before there is one.

use crate::dimension::Dimension;
use crate::dimensions;
use crate::types::Type;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number of a dimension.
    Quantity(Dimension),
    /// Text.
    Text,
    /// `true`, `false`.
    Bool,
    /// A value of an enum, or of the words of a set; without words they are those of the enum.
    Enum(String, Vec<String>),
    /// A name that somebody else gives: a site, a label, a kind of GPU.
    Label,
    /// A bare word that nothing has given a meaning yet.
    Word(String),
    /// A list or a set.
    List(Box<Shape>),
    /// `2..5`.
    Range(Box<Shape>),
    /// `nvme(1 TB)`.
    Made(String),
    /// It was reported, or nothing can be said of it.
    Unknown,
}

impl Shape {
    /// A plain number.
    pub fn pure() -> Self {
        Self::Quantity(dimensions::pure())
    }

    /// The values of a type.
    pub fn of(kind: &Type) -> Self {
        match kind {
            Type::Quantity(dimension, _) => Self::Quantity(dimension.clone()),
            Type::Count(_) | Type::Percent(_) => Self::pure(),
            Type::Text => Self::Text,
            Type::Bool => Self::Bool,
            Type::Enum(name, values) => Self::Enum(name.clone(), values.clone()),
            Type::Label => Self::Label,
            Type::List(inner) | Type::Set(inner) => Self::List(Box::new(Self::of(inner))),
            Type::Unknown => Self::Unknown,
        }
    }

    /// The end of a sentence about it.
    pub fn words(&self) -> String {
        match self {
            Self::Quantity(dimension) => dimensions::with_currency(dimension),
            Self::Text => "text".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Enum(name, _) => format!("a `{name}`"),
            Self::Label => "a name".to_owned(),
            Self::Word(_) => "a word".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Range(_) => "a range".to_owned(),
            Self::Made(name) => format!("`{name}(…)`"),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// Whether it is a word of some kind, which only equality knows what to do with.
    pub fn is_wordy(&self) -> bool {
        matches!(
            self,
            Self::Text | Self::Enum(..) | Self::Label | Self::Word(_)
        )
    }
}

/// Whether two quantities can be added: a parameter of type `Money` may hold any currency.
pub fn agree(left: &Dimension, right: &Dimension) -> bool {
    let erased = (
        dimensions::without_currency(left),
        dimensions::without_currency(right),
    );
    let currencies = (dimensions::currency(left), dimensions::currency(right));
    left == right || erased.0 == erased.1 && (currencies.0.is_none() || currencies.1.is_none())
}
