//! What is decided: instances, truths, heads.

use vn_problem::{CandidateId, CloneMode};

use super::{
    Ask, Mip, Tiers, amount,
    sheet::{Column, Kind, negated},
};
use crate::{
    model::{Asked, Choice, Link},
    presence::Presence,
    table::GroupId,
};

impl Mip<'_> {
    /// A column for everything that may run, and for everything that may hold a truth.
    pub(super) fn add_instances(&mut self, root: &Presence) {
        let problem = self.model.problem;
        for id in problem.candidate_ids().filter(|&id| root.is_possible(id)) {
            let row = &problem[id];
            let price = self.price(self.model.weights.standing(problem, id, false));
            let open = self.sheet.column(Kind::Choice, price);
            self.open[id] = Some(open);
            if row.truth && self.model.truth[row.component] {
                // Bytes of the truth do not count as cloned ahead.
                let bytes = match row.clone {
                    CloneMode::Eager => row.clone_bytes,
                    CloneMode::Lazy => 0,
                };
                let price = self.price(self.model.weights.clone_bytes * bytes);
                let truth = self.sheet.column(Kind::Choice, -price);
                self.sheet.at_most([(truth, 1.0), (open, -1.0)], 0.0);
                self.truth.insert(id, truth);
            }
        }
    }

    /// A column for each head in budget, and the rows that tie heads to instances.
    pub(super) fn add_heads(&mut self) {
        for group in self.model.groups.keys() {
            let component = self.model.groups[group].component;
            let needs = self.model.problem.need_ids();
            for need in needs.filter(|&need| self.model.problem[need].consumer == component) {
                let members = self.model.groups[group].members.iter();
                let asking: Vec<(CandidateId, &Link)> = members
                    .filter(|&&id| self.open[id].is_some())
                    .filter_map(|&id| {
                        let mut links = self.model.links[id].iter();
                        Some((id, links.find(|link| link.need == need)?))
                    })
                    .collect();
                if let Some(&(_, link)) = asking.first() {
                    let consumers = asking.iter().map(|&(id, _)| id).collect();
                    self.ask(group, link, consumers);
                }
            }
        }
    }

    /// Who is served has as many servers in budget as the need asks for.
    fn copies(&mut self, link: &Link, heads: &[(Choice, Column)]) {
        let copies = self.model.problem[link.need].copies;
        if copies > 1 {
            let servers = self.presence(link.choices.iter().map(|choice| choice.server));
            let heads = heads.iter().map(|&(_, head)| (head, -amount(copies)));
            self.sheet.at_least(servers.into_iter().chain(heads), 0.0);
        }
    }

    fn ask(&mut self, group: GroupId, link: &Link, consumers: Vec<CandidateId>) {
        let fixed = match link.asked {
            Asked::Fixed(load) => load.0,
            Asked::Share { .. } => 0,
        };
        let strict = self.tiers == Tiers::First && fixed > 0;
        let mut heads = Vec::new();
        for &choice in &link.choices {
            if self.open[choice.server].is_some() && !(strict && choice.level.tiers > 0) {
                let price = self.price(choice.level * fixed);
                heads.push((choice, self.sheet.column(Kind::Choice, price)));
            }
        }
        let unserved =
            (link.unserved.is_some() && !strict).then(|| self.sheet.column(Kind::Choice, 0.0));
        let all = heads.iter().map(|&(_, head)| head).chain(unserved);
        let asking = self.presence(consumers.iter().copied());
        self.sheet
            .equal(all.map(|one| (one, 1.0)).chain(negated(asking)), 0.0);
        self.copies(link, &heads);
        for &(Choice { server, .. }, head) in &heads {
            if let Some(open) = self.open[server] {
                self.sheet.at_most([(head, 1.0), (open, -1.0)], 0.0);
            }
            let need = &self.model.problem[link.need];
            let passes_on = self.model.problem[need.server].custody.passes_on;
            if let (true, Some(&truth)) = (need.write && !passes_on, self.truth.get(&server)) {
                self.sheet.at_most([(head, 1.0), (truth, -1.0)], 0.0);
            }
        }
        self.asks.push(Ask {
            need: link.need,
            group,
            asked: link.asked,
            consumers,
            heads,
            unserved,
        });
    }
}
