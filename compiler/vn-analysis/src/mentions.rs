//! What a program names by number: `store[17]`, `store[17].till[3]`, `phones[2]`. Whatever is named
//! becomes a group of its own before anything else looks at the fleet.

use std::collections::BTreeMap;

use vn_syntax::{Span, SyntaxKind, SyntaxTree};

use crate::declared::{self, Path};
use crate::numbers::{self, Ranges};
use crate::scope::Scope;

/// Every index in a program, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// Numbers by the place of the index.
    indices: BTreeMap<Span, Ranges>,
    /// By name: numbers of what may be a site.
    sites: BTreeMap<String, Vec<Ranges>>,
    /// By name: numbers of what may be devices, and the sites they are in.
    devices: BTreeMap<String, Vec<(Inside, Ranges)>>,
}

/// The site before a device's name, with its numbers.
pub type Inside = Option<(String, Option<Ranges>)>;

impl Mentions {
    /// Every index in some texts.
    pub fn of<'a>(trees: impl IntoIterator<Item = &'a SyntaxTree>, scope: &Scope<'_>) -> Self {
        let mut mentions = Self::default();
        for tree in trees {
            let paths = tree.nodes_of(SyntaxKind::Path);
            for path in paths.filter(|path| path.child(SyntaxKind::Index).is_some()) {
                mentions.note(&declared::path(path, &mut Vec::new()), scope);
            }
        }
        mentions
    }

    /// Takes note of a path with indices.
    pub fn note(&mut self, path: &Path, scope: &Scope<'_>) {
        let mut inside: Inside = None;
        for (at, segment) in path.segments.iter().enumerate().take(2) {
            let index = segment.index.as_ref();
            let ranges = index.and_then(|index| numbers::of_index(index, scope));
            if let (Some(index), Some(ranges)) = (index, &ranges) {
                self.indices.insert(index.span, ranges.clone());
                let name = segment.name.clone();
                if at == 0 {
                    let known = self.sites.entry(name.clone()).or_default();
                    known.push(ranges.clone());
                }
                let known = self.devices.entry(name).or_default();
                known.push((inside.clone(), ranges.clone()));
            }
            inside = Some((segment.name.clone(), ranges));
        }
    }

    /// The numbers of an index.
    pub fn index(&self, span: Span) -> Option<&Ranges> {
        self.indices.get(&span)
    }

    /// What tells sites of a name apart.
    pub fn of_sites(&self, name: &str) -> Vec<Ranges> {
        self.sites.get(name).cloned().unwrap_or_default()
    }

    /// What tells devices of a name apart in one group of sites, whose first number is given.
    pub fn of_devices(&self, name: &str, site: &str, number: Option<u32>) -> Vec<Ranges> {
        let here = |inside: &Inside| match inside {
            None => true,
            Some((named, None)) => named == site,
            Some((named, Some(ranges))) => {
                named == site && number.is_some_and(|number| numbers::contains(ranges, number))
            }
        };
        let known = self.devices.get(name).into_iter().flatten();
        known
            .filter(|(inside, _)| here(inside))
            .map(|(_, ranges)| ranges.clone())
            .collect()
    }
}
