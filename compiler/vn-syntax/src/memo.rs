//! What a reader of trees made of an item, kept with it as long as its text stays.

use std::any::Any;
use std::sync::{Mutex, PoisonError};

/// A place for what was made of an item; no part of what the item is.
#[derive(Default)]
pub(crate) struct Memo(Mutex<Option<Box<dyn Any + Send>>>);

impl Memo {
    /// Takes out what was put in, if it is of this type.
    pub(crate) fn take<T: Any>(&self) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let kept = kept.and_then(|kept| kept.downcast().ok());
        kept.map(|kept| *kept)
    }

    /// Puts something in, in place of what was there.
    pub(crate) fn put<T: Any + Send>(&self, made: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(made));
    }

    /// Whether there is something in it.
    pub(crate) fn is_some(&self) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_some()
    }
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memo")
    }
}

/// Items are the same whatever was made of them.
impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}
