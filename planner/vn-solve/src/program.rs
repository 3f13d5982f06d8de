//! A mixed-integer program as every engine reads it: columns, and a sparse matrix by rows.

use std::ops::Range;

/// What a column may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// At least this; `-∞` if there is no such bound.
    pub lower: f64,
    /// At most this; `∞` if there is no such bound.
    pub upper: f64,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// What one unit of it adds to the objective.
    pub price: f64,
    /// Its values.
    pub bounds: Bounds,
    /// Whether its values must be whole.
    pub whole: bool,
}

/// Minimises the sum of prices, where every row stays within its bounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    columns: Vec<Column>,
    rows: Vec<(Bounds, Range<usize>)>,
    /// Positions of columns and their factors, row by row.
    terms: Vec<(usize, f64)>,
}

impl Program {
    /// A program with columns and no rows yet.
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// One more row; its columns are told by their positions, each at most once.
    pub fn row(&mut self, bounds: Bounds, terms: impl IntoIterator<Item = (usize, f64)>) {
        let start = self.terms.len();
        let known = self.columns.len();
        self.terms
            .extend(terms.into_iter().filter(|&(column, _)| column < known));
        self.rows.push((bounds, start..self.terms.len()));
    }

    /// The same without the wish that anything be whole.
    #[must_use]
    pub fn relaxed(&self) -> Self {
        let mut relaxed = self.clone();
        for column in &mut relaxed.columns {
            column.whole = false;
        }
        relaxed
    }

    /// Its columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Its rows: their bounds, and which columns with which factors.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (Bounds, &[(usize, f64)])> {
        let terms = |at: &Range<usize>| self.terms.get(at.clone()).unwrap_or_default();
        self.rows
            .iter()
            .map(move |(bounds, at)| (*bounds, terms(at)))
    }

    /// How many factors there are.
    pub const fn factors(&self) -> usize {
        self.terms.len()
    }

    /// Whether a row without columns cannot hold, which engines need not be asked about.
    pub fn is_absurd(&self) -> bool {
        let empty = |terms: &[(usize, f64)]| terms.is_empty();
        let holds = |bounds: Bounds| bounds.lower <= 0.0 && 0.0 <= bounds.upper;
        self.rows()
            .any(|(bounds, terms)| empty(terms) && !holds(bounds))
    }
}

impl Bounds {
    /// Nothing but this.
    pub const fn equal(value: f64) -> Self {
        Self {
            lower: value,
            upper: value,
        }
    }

    /// This or less.
    pub const fn at_most(value: f64) -> Self {
        Self {
            lower: f64::NEG_INFINITY,
            upper: value,
        }
    }

    /// Not negative, and at most this.
    pub const fn up_to(value: f64) -> Self {
        Self {
            lower: 0.0,
            upper: value,
        }
    }
}
