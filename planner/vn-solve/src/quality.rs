//! Quality loss at a leaf: the worst head of each component counts, which no sum of prices sees.

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, ComponentId, Role};

use crate::site::{Item, Site};

/// Between which steps the quality loss of a component lies.
#[derive(Clone, Copy, Debug)]
struct Range {
    least: u64,
    most: u64,
}

/// A range for every component.
#[derive(Clone, Debug)]
pub struct Ranges(BTreeMap<ComponentId, Range>);

impl Ranges {
    /// All that is possible at a leaf.
    pub fn of(site: &Site<'_>) -> Self {
        let components = site.model.problem.component_ids();
        Self(
            components
                .map(|component| (component, range(site, component)))
                .collect(),
        )
    }

    /// The sum of the least losses.
    pub fn least(&self) -> u64 {
        self.0.values().map(|range| range.least).sum()
    }

    /// What a head of this component may lose.
    pub fn most(&self, component: ComponentId) -> u64 {
        self.0.get(&component).map_or(u64::MAX, |range| range.most)
    }

    /// Where the picks lose more than the least: that component held to the least, and above it.
    pub fn split(&self, site: &Site<'_>, picks: &[Option<CandidateId>]) -> Option<(Self, Self)> {
        let problem = site.model.problem;
        let heads = heads(picks);
        let (&component, range) = self.0.iter().find(|&(&component, range)| {
            let first = heads
                .iter()
                .filter(|&&id| problem[id].component == component);
            first
                .map(|&id| problem[id].quality)
                .max()
                .is_some_and(|worst| worst > range.least)
        })?;
        let choices = asked_of(site, component).flat_map(|item| &item.choices);
        let above = choices
            .map(|choice| problem[choice.server].quality)
            .filter(|&steps| steps > range.least && steps <= range.most)
            .min()?;
        let (mut held, mut over) = (self.clone(), self.clone());
        held.0.insert(
            component,
            Range {
                most: range.least,
                ..*range
            },
        );
        over.0.insert(
            component,
            Range {
                least: above,
                ..*range
            },
        );
        Some((held, over))
    }
}

fn asked_of<'s>(site: &'s Site<'_>, component: ComponentId) -> impl Iterator<Item = &'s Item> {
    site.items
        .iter()
        .filter(move |item| site.model.problem[item.need].server == component)
}

fn range(site: &Site<'_>, component: ComponentId) -> Range {
    let problem = site.model.problem;
    let steps = |item: &Item| {
        item.choices
            .iter()
            .map(|choice| problem[choice.server].quality)
            .min()
    };
    let must = asked_of(site, component).filter(|item| item.unserved.is_none());
    let worst = must.filter_map(steps).max();
    let may = asked_of(site, component).filter_map(steps).min();
    let alone = unasked(site, component);
    // Without a need that must be served, nobody may ask at all.
    let least = worst
        .or_else(|| may.map(|best| best.min(alone)))
        .unwrap_or(alone);
    Range {
        least,
        most: u64::MAX,
    }
}

/// The loss of a component that nobody asks.
fn unasked(site: &Site<'_>, component: ComponentId) -> u64 {
    let problem = site.model.problem;
    let open = site
        .open
        .iter()
        .filter(|&&id| problem[id].component == component);
    open.map(|&id| problem[id].quality)
        .max()
        .unwrap_or(problem[component].absent_quality)
}

fn heads(picks: &[Option<CandidateId>]) -> BTreeSet<CandidateId> {
    picks.iter().copied().flatten().collect()
}

/// The loss of a leaf with these heads.
pub fn loss(site: &Site<'_>, picks: &[Option<CandidateId>]) -> u64 {
    let problem = site.model.problem;
    let mut worst: BTreeMap<ComponentId, u64> = BTreeMap::new();
    for id in heads(picks) {
        let row = &problem[id];
        let steps = worst.entry(row.component).or_default();
        *steps = row.quality.max(*steps);
    }
    problem
        .component_ids()
        .map(|component| match problem[component].role {
            Role::Client => unasked(site, component),
            Role::Service => worst
                .get(&component)
                .copied()
                .unwrap_or_else(|| unasked(site, component)),
        })
        .sum()
}
