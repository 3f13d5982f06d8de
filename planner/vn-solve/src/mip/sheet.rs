//! Columns and rows on their way to `good_lp`: counted, without duplicates, built once or twice.

use std::collections::{BTreeMap, BTreeSet};

use good_lp::{
    Expression, ProblemVariables, SolverModel, Variable, constraint,
    solvers::microlp::{MicroLpProblem, microlp},
    variable,
};

/// A column, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column(usize);

/// What values a column takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Zero or one.
    Choice,
    /// Any amount that is not negative.
    Amount,
}

/// Whether choices must be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// Zero or one.
    Whole,
    /// Anything between.
    Relaxed,
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

    /// Whether a row without columns cannot hold, which engines need not be asked about.
    pub fn is_absurd(&self) -> bool {
        self.rows.iter().any(|row| row.terms.is_empty())
    }

    /// The program as `good_lp` states it, for its microlp backend.
    pub fn state(&self, choices: Choices) -> MicroLpProblem {
        let mut variables = ProblemVariables::new();
        let columns: Vec<Variable> = self
            .columns
            .iter()
            .map(|&(kind, _)| match (kind, choices) {
                (Kind::Choice, Choices::Whole) => variables.add(variable().binary()),
                (Kind::Choice, Choices::Relaxed) => variables.add(variable().clamp(0.0, 1.0)),
                (Kind::Amount, _) => variables.add(variable().min(0.0)),
            })
            .collect();
        let objective: Expression = columns
            .iter()
            .zip(&self.columns)
            .map(|(&variable, &(_, price))| price * variable)
            .sum();
        let mut model = variables.minimise(objective).using(microlp);
        for row in &self.rows {
            let terms = row.terms.iter();
            let sum: Expression = terms
                .filter_map(|(column, &factor)| Some(factor * *columns.get(column.0)?))
                .sum();
            model.add_constraint(match row.sense {
                Sense::AtMost => constraint::leq(sum, row.bound),
                Sense::Equal => constraint::eq(sum, row.bound),
            });
        }
        model
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
