//! The whole problem as one mixed-integer program: joint placement, variants and routing.
//!
//! Engines solve it in floats, so nothing that comes out of here is believed. Two things are left out, which makes it a relaxation: loads that move after a failure
//! are only summed up per component, and a load that a factor splits is not rounded up.

mod columns;
mod flow;
mod own;
mod quality;
mod read;
mod rows;
mod sheet;
mod survival;
mod traffic;

use std::collections::BTreeMap;

use vn_problem::{CandidateId, NeedId};

use crate::{
    level::Level,
    model::{Asked, Choice, Model},
    presence::Presence,
    program::Program,
    table::{GroupId, Table},
};

pub use read::Reading;
use sheet::{Column, Sheet};

/// Which heads have columns, so that the objective can be minimised without the level above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiers {
    /// Only those that skip no tier, as long as a load is asked.
    First,
    /// All.
    Any,
}

/// One need of whatever runs in one group: its variants have the same routes.
#[derive(Clone, Debug)]
struct Ask {
    need: NeedId,
    group: GroupId,
    asked: Asked,
    /// The variants that have the need.
    consumers: Vec<CandidateId>,
    heads: Vec<(Choice, Column)>,
    unserved: Option<Column>,
}

/// A program with the meaning of its columns.
#[derive(Debug)]
pub struct Mip<'a> {
    model: &'a Model<'a>,
    tiers: Tiers,
    sheet: Sheet,
    open: Table<CandidateId, Option<Column>>,
    truth: BTreeMap<CandidateId, Column>,
    asks: Vec<Ask>,
}

impl<'a> Mip<'a> {
    /// Formulates what is possible at a node of the search.
    pub fn of(model: &'a Model<'a>, root: &Presence, tiers: Tiers) -> Self {
        let mut mip = Self {
            model,
            tiers,
            sheet: Sheet::default(),
            open: Table::filled(model.problem.candidates.len(), None),
            truth: BTreeMap::new(),
            asks: Vec::new(),
        };
        mip.add_instances(root);
        mip.add_heads();
        mip.add_placement(root);
        mip.add_requirements();
        mip.add_survival();
        mip.add_rushes();
        mip.add_flow();
        mip.add_traffic();
        mip.add_quality();
        mip.add_measures();
        mip
    }

    /// How many columns there are.
    pub const fn columns(&self) -> usize {
        self.sheet.columns()
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.sheet.rows()
    }

    /// The program as engines read it.
    pub fn program(&self) -> Program {
        self.sheet.program()
    }

    /// What a level adds to the objective, in the user's units.
    fn price(&self, level: Level) -> f64 {
        self.model.weights.objective(level).map_or(0.0, float)
    }

    /// One, for each candidate that can run.
    fn presence(&self, ids: impl IntoIterator<Item = CandidateId>) -> Vec<(Column, f64)> {
        ids.into_iter()
            .filter_map(|id| self.open[id])
            .map(|column| (column, 1.0))
            .collect()
    }

    fn group(&self, group: GroupId) -> Vec<(Column, f64)> {
        self.presence(self.model.groups[group].members.iter().copied())
    }
}

/// The nearest float, good enough for an engine that works in them.
#[expect(clippy::cast_precision_loss)]
pub fn float(value: vn_problem::Rational) -> f64 {
    value.num() as f64 / value.den() as f64
}

/// The nearest float of an amount.
#[expect(clippy::cast_precision_loss)]
const fn amount(value: u64) -> f64 {
    value as f64
}
