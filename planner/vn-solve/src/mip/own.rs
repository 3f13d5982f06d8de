//! Measures of the program's own: a column for each excess, and one for the highest share.

use vn_problem::{CandidateId, Measure, RequirementKind};

use super::{
    Mip, amount, float,
    sheet::{Column, Kind},
};
use crate::{level::Level, own};

impl Mip<'_> {
    /// Prices for what measures weigh in the objective, and their bounds.
    pub(super) fn add_measures(&mut self) {
        let problem = self.model.problem;
        for (measure, weight) in problem.measures.iter().zip(&self.model.weights.own) {
            let price = self.price(weight.times(1));
            let parts = self.parts(measure, *weight);
            let constant = self
                .sheet
                .column(Kind::Choice, self.price(weight.times(own::shift(measure))));
            self.sheet.equal([(constant, 1.0)], 1.0);
            if price != 0.0 {
                for (id, by) in measure.terms.iter().filter(|(_, by)| *by < 0) {
                    if let Some(open) = self.open[*id] {
                        let off = self.price(weight.times(i128::from(*by)));
                        let less = self.sheet.column(Kind::Choice, off);
                        self.sheet.equal([(less, 1.0), (open, -1.0)], 0.0);
                    }
                }
            }
            self.bound(measure, &parts);
        }
    }

    /// Columns that come to what stands beside the weighted sum, with how often each counts.
    fn parts(&mut self, measure: &Measure, weight: Level) -> Vec<(Column, f64)> {
        let mut parts = Vec::new();
        for excess in &measure.excesses {
            // In units of the largest weight, so that rows stay near one.
            let scale = largest(excess.terms.iter().map(|(_, by)| by.unsigned_abs()));
            let once = weight.times(i128::from(excess.weight));
            let price = self.price(once) * scale;
            let over = self.sheet.column(Kind::Amount, price);
            let terms = self.weighed(&excess.terms, -1.0 / scale);
            self.sheet.at_least(
                terms.into_iter().chain([(over, 1.0)]),
                signed(excess.base) / scale,
            );
            parts.push((over, amount(excess.weight) * scale));
        }
        if !measure.shares.is_empty() {
            const WHOLE: f64 = 1_000_000.0;
            let highest = self
                .sheet
                .column(Kind::Amount, self.price(weight.times(1_000_000)));
            for share in &measure.shares {
                let of = amount(share.of.max(1));
                let terms = share.terms.iter();
                let terms =
                    terms.filter_map(|(id, claim)| Some((self.open[*id]?, -amount(*claim) / of)));
                let terms: Vec<_> = terms.chain([(highest, 1.0)]).collect();
                self.sheet.at_least(terms, 0.0);
            }
            parts.push((highest, WHOLE));
        }
        parts
    }

    fn bound(&mut self, measure: &Measure, parts: &[(Column, f64)]) {
        let problem = self.model.problem;
        for row in &problem.requirements {
            let RequirementKind::AtMost {
                measure: at,
                amount,
            } = row.kind
            else {
                continue;
            };
            if problem.measure(at) != Some(measure) {
                continue;
            }
            let room = signed(amount) - signed(measure.fixed);
            let scale = room.abs().max(1.0);
            let terms = self.weighed(&measure.terms, 1.0 / scale);
            let parts = parts.iter().map(|(part, by)| (*part, by / scale));
            // A hair more, so that rounding refuses nobody.
            self.sheet
                .at_most(terms.into_iter().chain(parts), room / scale + 1e-9);
        }
    }

    fn weighed(&self, terms: &[(CandidateId, i64)], by: f64) -> Vec<(Column, f64)> {
        let terms = terms.iter();
        terms
            .filter_map(|(id, weight)| Some((self.open[*id]?, signed(*weight) * by)))
            .collect()
    }
}

fn largest(weights: impl Iterator<Item = u64>) -> f64 {
    amount(weights.max().unwrap_or(1).max(1))
}

fn signed(value: i64) -> f64 {
    vn_problem::Rational::new(value.into(), 1).map_or(0.0, float)
}
