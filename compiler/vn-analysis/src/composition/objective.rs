//! What is minimised.

use num_rational::BigRational;
use vn_syntax::Span;

/// The measures of the objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Milliseconds.
    Latency,
    /// Currency per month.
    Cost,
    /// Watts.
    Power,
    /// GiB.
    Footprint,
    /// Steps.
    QualityLoss,
    /// Percentage points.
    Imbalance,
    /// GiB.
    CloneBytes,
    /// Moves × `move_cost`.
    Movement,
    /// A measure of the program's own: a row of [`Composition::metrics`](super::Composition::metrics).
    Own(u32),
}

/// Σ weight × metric, level by level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objective {
    /// The summands of each level; an earlier level is fixed exactly before a later one. Without
    /// `lexicographic` there is one level.
    pub levels: Vec<Vec<(BigRational, Metric)>>,
    /// The expression, where there is one.
    pub span: Option<Span>,
}
