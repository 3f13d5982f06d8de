//! Where names are looked up: from the inside out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vn_syntax::{FileId, Span};

use crate::capabilities::Declared;
use crate::declared::{Expr, Fields};
use crate::measures::Measures;
use crate::modules::{Sort, Visible};
use crate::value::Value;

/// What a device has, under dotted names (`gpu.vram`).
pub type Capabilities = BTreeMap<String, Value>;

/// The capabilities that say which device it is, and nothing of what it can do.
pub const WHO: [&str; 3] = ["site", "class", "region"];

/// The names that an expression can use.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// Values by name.
    pub values: Cow<'a, BTreeMap<String, Value>>,
    /// Where values were given, by name; defaults are not.
    pub given: Cow<'a, BTreeMap<String, Span>>,
    /// Where the values are the program's parameters: what the names of each file stand for.
    pub visible: Option<&'a Visible>,
    /// Fields that may be named by others (`dataset`), evaluated on demand.
    pub fields: Option<&'a Fields>,
    /// The device at hand.
    pub device: Option<&'a Capabilities>,
    /// The program's units.
    pub measures: Option<&'a Measures>,
    /// The program's capabilities.
    pub declared: Option<&'a Declared>,
    /// Whether something was asked that tells devices apart which are alike otherwise.
    pub asked_who: AtomicBool,
    /// Whether a value was asked for that was reported wrong.
    pub met_poison: AtomicBool,
    /// Where to look next.
    pub outer: Option<&'a Scope<'a>>,
    /// What is known of fields that others named.
    pub progress: Mutex<Progress>,
}

/// How far the fields are that others name.
#[derive(Debug, Default)]
pub struct Progress {
    /// Under evaluation, against circles.
    pub open: Vec<String>,
    /// Evaluated.
    pub known: BTreeMap<String, Value>,
}

/// What a name stands for.
#[derive(Debug)]
pub enum Found<'a> {
    /// A value.
    Value(&'a Value),
    /// A field, to be evaluated where it was found.
    Field(&'a Expr, &'a Scope<'a>),
}

impl<'a> Scope<'a> {
    /// An inner scope.
    pub fn inside(outer: &'a Self, values: BTreeMap<String, Value>) -> Self {
        Self {
            values: Cow::Owned(values),
            outer: Some(outer),
            ..Self::default()
        }
    }

    /// An inner scope of values that are kept elsewhere.
    pub fn around(outer: &'a Self, values: &'a BTreeMap<String, Value>) -> Self {
        Self {
            values: Cow::Borrowed(values),
            outer: Some(outer),
            ..Self::default()
        }
    }

    /// The same names for somebody else: what one of the two meets is not noted for the other.
    pub fn beside(&'a self) -> Self {
        Self {
            values: Cow::Borrowed(&self.values),
            given: Cow::Borrowed(&self.given),
            visible: self.visible,
            fields: self.fields,
            device: self.device,
            measures: self.measures,
            declared: self.declared,
            outer: self.outer,
            ..Self::default()
        }
    }

    /// The nearest meaning of a name that stands in a file.
    pub fn find(&'a self, name: &str, file: FileId) -> Option<Found<'a>> {
        if let Some(value) = self
            .own_name(name, file)
            .and_then(|name| self.values.get(name))
        {
            if *value == Value::Poison {
                self.met_poison.store(true, Ordering::Relaxed);
            }
            return Some(Found::Value(value));
        }
        if let Some(field) = self.fields.and_then(|fields| fields.get(name)) {
            return Some(Found::Field(&field.value, self));
        }
        self.outer.and_then(|outer| outer.find(name, file))
    }

    /// The name of one of these very values, for one that stands in a file.
    pub fn own_name<'n>(&'n self, name: &'n str, file: FileId) -> Option<&'n str> {
        match self.visible {
            Some(visible) => visible.find(file, Sort::Value, name),
            None => Some(name),
        }
    }

    /// The name of a value that all files agree on, for one that stands in a file.
    pub fn agreed<'n>(&'n self, name: &'n str, file: FileId) -> Option<&'n str> {
        match (self.visible, self.outer) {
            (Some(visible), _) => visible.find(file, Sort::Value, name),
            (None, Some(outer)) => outer.agreed(name, file),
            (None, None) => Some(name),
        }
    }

    /// Where the value of a name was given.
    pub fn giver(&self, name: &str) -> Option<Span> {
        if self.values.contains_key(name) {
            return self.given.get(name).copied();
        }
        self.outer.and_then(|outer| outer.giver(name))
    }

    /// The device at hand.
    pub fn device(&self) -> Option<&Capabilities> {
        self.device.or_else(|| self.outer.and_then(Self::device))
    }

    /// What the device at hand has.
    pub fn capability(&self, name: &str) -> Option<&Value> {
        let Some(device) = self.device else {
            return self.outer?.capability(name);
        };
        if WHO.contains(&name) {
            self.asked_who.store(true, Ordering::Relaxed);
        }
        device.get(name)
    }

    /// Whether something was asked that tells devices apart which are alike otherwise.
    pub fn asks_who(&self) -> bool {
        self.asked_who.load(Ordering::Relaxed)
    }

    /// Forgets that a value was asked for that was reported wrong.
    pub fn forget_poison(&self) {
        self.met_poison.store(false, Ordering::Relaxed);
    }

    /// Whether a value was asked for since then that was reported wrong.
    pub fn has_met_poison(&self) -> bool {
        self.met_poison.load(Ordering::Relaxed)
    }

    /// What is known of fields that others named; not to be held while one is evaluated.
    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The program's units.
    pub fn measures(&self) -> Option<&'a Measures> {
        self.measures
            .or_else(|| self.outer.and_then(Self::measures))
    }

    /// The program's capabilities.
    pub fn capabilities(&self) -> Option<&'a Declared> {
        self.declared
            .or_else(|| self.outer.and_then(Self::capabilities))
    }

    /// Every name in reach, nearest first.
    pub fn names(&self) -> Vec<&str> {
        let fields = self.fields.into_iter().flat_map(|fields| &fields.0);
        let mut names: Vec<&str> = self.values.keys().map(String::as_str).collect();
        names.extend(fields.map(|field| field.name.as_str()));
        names.extend(self.outer.map(Self::names).unwrap_or_default());
        names
    }
}
