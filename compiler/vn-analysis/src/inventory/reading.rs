//! What cells are read with, and what comes of it.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, Span};

use crate::measures::Measures;

/// A reading under way.
pub struct Reading<'a> {
    /// The units that a cell may name.
    pub measures: &'a Measures,
    /// What is wrong.
    pub faults: &'a mut Vec<Diagnostic>,
    /// The place of its column's name, for each cell of a file that says it once.
    pub columns: BTreeMap<Span, Span>,
}

impl Reading<'_> {
    /// Adds something that is wrong.
    pub fn push(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }
}
