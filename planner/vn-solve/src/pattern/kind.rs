//! Machines on offer that nothing tells apart here.

use std::collections::BTreeMap;

use vn_problem::DeviceId;

use super::Item;
use crate::{model::Model, propagate::claim, purchase::Purchase};

/// A kind of machine: what it costs and has, and what each item claims there, if it can run there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// What one adds to the objective.
    pub price: i128,
    capacity: Vec<u64>,
    claims: Vec<Option<Vec<u64>>>,
}

impl Kind {
    pub fn of(model: &Model<'_>, items: &[Item], one: Purchase) -> Self {
        let problem = model.problem;
        let resources = problem.resources;
        let claims = |item: &Item| {
            let mut groups = model.of_component[item.component].iter();
            let group = groups.find(|&&group| model.groups[group].device == one.device)?;
            let members = &model.groups[*group].members;
            let least = |resource| {
                let claims = members.iter().map(|&id| claim(problem, id, resource));
                claims.min().unwrap_or(0)
            };
            Some((0..resources).map(least).collect())
        };
        Self {
            price: one.price(model),
            capacity: problem[one.device].capacity.clone(),
            claims: items.iter().map(claims).collect(),
        }
    }

    /// Whether it holds a set of items.
    pub fn holds(&self, set: usize) -> bool {
        let mut claimed = vec![0_u128; self.capacity.len()];
        for (at, claims) in self.claims.iter().enumerate() {
            if set >> at & 1 == 0 {
                continue;
            }
            let Some(claims) = claims else { return false };
            for (sum, &claim) in claimed.iter_mut().zip(claims) {
                *sum += u128::from(claim);
            }
        }
        let mut parts = claimed.iter().zip(&self.capacity);
        parts.all(|(&sum, &capacity)| sum <= u128::from(capacity))
    }
}

/// The kinds of machines, the cheapest first, each with its machines in order.
pub fn kinds(
    model: &Model<'_>,
    items: &[Item],
    purchases: &[Purchase],
) -> Vec<(Kind, Vec<DeviceId>)> {
    let mut kinds: BTreeMap<Kind, Vec<DeviceId>> = BTreeMap::new();
    for &one in purchases {
        let kind = Kind::of(model, items, one);
        kinds.entry(kind).or_default().push(one.device);
    }
    kinds.into_iter().collect()
}
