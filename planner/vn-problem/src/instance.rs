//! A [`Problem`] and its [`Solution`] as JSON, so that they can leave the house: the *instance* and the
//! *solution* of `docs/model.md`.
//!
//! INVARIANT: what is read has passed [`Problem::check`], and what is wrong is named by its path. The
//! rows of the documents are types of their own; a field or a kind that a problem gains does not
//! compile until it has been mapped here.

mod answer;
mod fault;
mod fraction;
mod kinds;
mod layout;
mod measures;
mod read;
mod rows;
mod schema;
mod sound;
mod write;

pub use answer::{Certificate, Status, Values, to_json};
pub use fault::ReadError;
pub use fraction::exact;
pub use schema::{schema, solution_schema};

use crate::{Levels, Problem, Solution};

/// The version of the instance that is written and read.
pub const FORMAT: u32 = 1;

/// The version of the solution that is written and read.
pub const SOLUTION_FORMAT: u32 = 1;

/// A longer text is not read: its rows would take gigabytes of memory.
pub const MOST_BYTES: usize = 256 << 20;

/// A problem that stands alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// The problem.
    pub problem: Problem,
    /// What the dimensions of a claim are called, one for each of [`Problem::resources`].
    pub resources: Vec<String>,
    /// What each [`crate::Cause`] points at, in plain words (`plan.vn:12:3 replicas = 2`).
    pub causes: Vec<String>,
}

/// A solution as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What is open, who is asked first, who holds the truth.
    pub solution: Solution,
    /// What it claims to be worth, if it does.
    pub values: Option<Values>,
}

impl Instance {
    /// The instance as JSON: one row a line, a newline at the end.
    pub fn to_json(&self) -> String {
        layout::rows(&write::document(self))
    }

    /// Reads an instance.
    ///
    /// # Errors
    /// The first fault, with its path, for any text; everything that [`Problem::check`] looks at is
    /// looked at.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        fault::size(text)?;
        fault::instance_version(text)?;
        let instance = read::instance(fault::parse(text)?);
        sound::check(&instance)?;
        Ok(instance)
    }
}

impl Answer {
    /// Reads a solution; whether it holds is for [`crate::verify`].
    ///
    /// # Errors
    /// The first fault, with its path, for any text.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        fault::size(text)?;
        fault::solution_version(text)?;
        Ok(answer::read(fault::parse(text)?))
    }

    /// The claims that the levels found by [`crate::verify`] contradict: field, claim, truth.
    pub fn contradicted(&self, levels: &Levels) -> Vec<(&'static str, String, String)> {
        let found = Values::of(levels);
        self.values
            .as_ref()
            .map_or_else(Vec::new, |said| said.contradicted(&found))
    }
}
