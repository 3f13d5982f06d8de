//! Columns and rows in the making: counted, without duplicates.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{self, Bounds, Program};

/// A column, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column(usize);

impl Column {
    /// Where an engine finds it.
    pub const fn position(self) -> usize {
        self.0
    }
}

/// What values a column takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Zero or one.
    Choice,
    /// Any amount that is not negative.
    Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sense {
    AtMost,
    Equal,
}

#[derive(Clone, Debug)]
struct Row {
    terms: BTreeMap<Column, f64>,
    sense: Sense,
    bound: f64,
}

/// A row by its bits, to find it again.
type Key = (Sense, u64, Vec<(Column, u64)>);

/// A program in the making; it minimises.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    columns: Vec<(Kind, f64)>,
    rows: Vec<Row>,
    seen: BTreeSet<Key>,
}

impl Sheet {
    /// How many columns there are.
    pub const fn columns(&self) -> usize {
        self.columns.len()
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.rows.len()
    }

    /// A new column with its price.
    pub fn column(&mut self, kind: Kind, price: f64) -> Column {
        self.columns.push((kind, price));
        Column(self.columns.len() - 1)
    }

    /// `terms ≤ bound`.
    pub fn at_most(&mut self, terms: impl IntoIterator<Item = (Column, f64)>, bound: f64) {
        self.row(terms, Sense::AtMost, bound);
    }

    /// `terms ≥ bound`.
    pub fn at_least(&mut self, terms: impl IntoIterator<Item = (Column, f64)>, bound: f64) {
        self.row(negated(terms), Sense::AtMost, -bound);
    }

    /// `terms = bound`.
    pub fn equal(&mut self, terms: impl IntoIterator<Item = (Column, f64)>, bound: f64) {
        self.row(terms, Sense::Equal, bound);
    }

    fn row(&mut self, terms: impl IntoIterator<Item = (Column, f64)>, sense: Sense, bound: f64) {
        let mut merged: BTreeMap<Column, f64> = BTreeMap::new();
        for (column, factor) in terms {
            *merged.entry(column).or_default() += factor;
        }
        merged.retain(|_, factor| *factor != 0.0);
        if merged.is_empty() && (bound == 0.0 || (sense == Sense::AtMost && bound > 0.0)) {
            return;
        }
        let key = merged.iter().map(|(&column, f)| (column, f.to_bits()));
        if self.seen.insert((sense, bound.to_bits(), key.collect())) {
            self.rows.push(Row {
                terms: merged,
                sense,
                bound,
            });
        }
    }

    /// The program as engines read it.
    pub fn program(&self) -> Program {
        let columns = self.columns.iter().map(|&(kind, price)| match kind {
            Kind::Choice => program::Column {
                price,
                bounds: Bounds::up_to(1.0),
                whole: true,
            },
            Kind::Amount => program::Column {
                price,
                bounds: Bounds::up_to(f64::INFINITY),
                whole: false,
            },
        });
        let mut program = Program::new(columns.collect());
        for row in &self.rows {
            let bounds = match row.sense {
                Sense::AtMost => Bounds::at_most(row.bound),
                Sense::Equal => Bounds::equal(row.bound),
            };
            let terms = row.terms.iter();
            program.row(bounds, terms.map(|(column, &factor)| (column.0, factor)));
        }
        program
    }
}

/// The value of a column among all values.
pub fn value(values: &[f64], column: Column) -> f64 {
    values.get(column.0).copied().unwrap_or_default()
}

/// The other side of a row.
pub fn negated(
    terms: impl IntoIterator<Item = (Column, f64)>,
) -> impl Iterator<Item = (Column, f64)> {
    terms.into_iter().map(|(column, factor)| (column, -factor))
}
