//! Traffic of loads that are known beforehand: channels, and what it adds to the cost.
//!
//! A relaxation: loads that a factor makes out of others, and those that move after a failure, are left
//! to the exact search.

use vn_problem::ChannelId;

use super::{Mip, amount, sheet::Column};
use crate::model::Asked;

impl Mip<'_> {
    /// As much as each channel carries.
    pub(super) fn add_traffic(&mut self) {
        let problem = self.model.problem;
        let tight: Vec<ChannelId> = self.model.tight_channels.clone();
        for channel in tight {
            let most = amount(problem[channel].capacity.max(1));
            let terms: Vec<(Column, f64)> = self
                .known()
                .filter(|(_, way, ..)| way.channels.contains(&channel))
                .map(|(column, _, load, payload)| (column, amount(load) * amount(payload) / most))
                .collect();
            // A hair more than everything, so that rounding refuses nobody.
            let bound = f64::from(u8::from(problem[channel].capacity > 0));
            self.sheet.at_most(terms, bound + 1e-9);
        }
    }

    /// What each head adds to the cost, in 10⁻⁶ of the currency per month.
    pub(super) fn bills(&self) -> Vec<(Column, f64)> {
        let priced = self.known().filter(|(_, way, ..)| way.price > 0);
        priced
            .map(|(column, way, load, _)| (column, amount(way.price) * amount(load) / 1e6))
            .collect()
    }

    /// Heads that are asked a known load: their ways, the load and the payload.
    fn known(&self) -> impl Iterator<Item = (Column, &vn_problem::Way, u64, u64)> {
        let problem = self.model.problem;
        self.asks.iter().flat_map(move |ask| {
            let load = match ask.asked {
                Asked::Fixed(load) => load.0,
                Asked::Share { .. } => 0,
            };
            let from = self.model.groups[ask.group].device;
            let heads = ask.heads.iter().filter(move |_| load > 0);
            heads.filter_map(move |&(choice, column)| {
                let way = problem.way_to(ask.need, from, choice.server)?;
                Some((column, &problem[way], load, problem[ask.need].payload))
            })
        })
    }
}
