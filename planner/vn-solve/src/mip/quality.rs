//! Quality loss: the worst head of each component counts.

use vn_problem::{CandidateId, ComponentId, Role};

use super::{
    Ask, Mip, amount,
    sheet::{Column, Kind},
};
use crate::level::Level;

impl Mip<'_> {
    /// A column for the loss of each component, if losses count.
    pub(super) fn add_quality(&mut self) {
        if self.model.weights.quality.objective == 0 {
            return;
        }
        let price = self.price(self.model.weights.quality);
        for component in self.model.problem.component_ids() {
            let loss = self.sheet.column(Kind::Amount, price);
            match self.model.problem[component].role {
                Role::Client => self.worst_open(component, loss, None),
                Role::Service => self.worst_head(component, loss),
            }
        }
    }

    /// Among heads; among instances where nobody asks.
    fn worst_head(&mut self, component: ComponentId, loss: Column) {
        let problem = self.model.problem;
        let asking = |ask: &&Ask| problem[ask.need].server == component;
        let asks: Vec<&Ask> = self.asks.iter().filter(asking).collect();
        let must = asks.iter().any(|ask| {
            let group = &self.model.groups[ask.group];
            let client = problem[group.component].role == Role::Client;
            client && ask.unserved.is_none() && ask.consumers.len() == group.members.len()
        });
        let heads: Vec<Vec<(Column, f64)>> = asks
            .iter()
            .map(|ask| {
                let steps = |server: CandidateId| amount(problem[server].quality);
                let heads = ask.heads.iter();
                heads
                    .map(|(choice, head)| (*head, steps(choice.server)))
                    .collect()
            })
            .collect();
        for row in &heads {
            let terms = row.iter().copied().chain([(loss, -1.0)]);
            self.sheet.at_most(terms.collect::<Vec<_>>(), 0.0);
        }
        if !must {
            let asked = self.sheet.column(Kind::Choice, 0.0);
            let any = heads.into_iter().flatten().map(|(head, _)| (head, -1.0));
            self.sheet
                .at_most(any.chain([(asked, 1.0)]).collect::<Vec<_>>(), 0.0);
            self.worst_open(component, loss, Some(asked));
        }
    }

    /// Among instances, unless somebody asks.
    fn worst_open(&mut self, component: ComponentId, loss: Column, asked: Option<Column>) {
        let problem = self.model.problem;
        for &group in &self.model.of_component[component] {
            let members = self.model.groups[group].members.iter();
            let steps =
                members.filter_map(|&id| Some((self.open[id]?, amount(problem[id].quality))));
            let steps: Vec<(Column, f64)> = steps.collect();
            let most = steps.iter().map(|&(_, steps)| steps).fold(0.0, f64::max);
            let unless = asked.map(|asked| (asked, -most));
            let terms = steps.into_iter().chain(unless).chain([(loss, -1.0)]);
            self.sheet.at_most(terms.collect::<Vec<_>>(), 0.0);
        }
        let absent = amount(problem[component].absent_quality);
        let ids = problem.candidates_of(component).map(|(id, _)| id);
        let open = self.presence(ids).into_iter();
        let open = open.map(|(column, _)| (column, absent));
        self.sheet
            .at_least(open.chain([(loss, 1.0)]).collect::<Vec<_>>(), absent);
    }

    /// Whether a level weighs anything where this program looks.
    pub(super) fn weighs(level: Level) -> bool {
        level.objective != 0 || level.tiers != 0
    }
}
