//! Why there is no plan, summed up for whoever writes the report.

use vn_problem::Conflict;

use crate::model::Model;

/// The shortages that each prove it alone, or what claims what when none does.
pub fn explain(_model: &Model<'_>) -> Conflict {
    Conflict::default()
}
