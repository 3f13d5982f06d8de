//! Which of several: ranges of numbers, and the groups that they tell apart.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::ToPrimitive as _;

use crate::composition::Numbers;
use crate::declared::Expr;
use crate::eval::eval;
use crate::scope::Scope;
use crate::value::Value;

/// Ascending ranges, first and last, from 1.
pub type Ranges = Vec<(u32, u32)>;

/// The numbers of a count.
pub fn up_to(count: u32) -> Ranges {
    if count == 0 {
        Vec::new()
    } else {
        vec![(1, count)]
    }
}

/// Whether a number is among them.
pub fn contains(ranges: &[(u32, u32)], number: u32) -> bool {
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&number))
}

/// The groups of `1..=count` that no cut tells apart, each with the cuts that it lies in; in the
/// order of their first numbers.
pub fn groups(count: u32, cuts: &[Ranges]) -> Vec<(Ranges, Vec<usize>)> {
    let mut changes: BTreeMap<u32, Vec<(usize, bool)>> = BTreeMap::from([(1, Vec::new())]);
    for (cut, ranges) in cuts.iter().enumerate() {
        for (first, last) in ranges.iter().filter(|(first, last)| first <= last) {
            changes.entry(*first).or_default().push((cut, true));
            if let Some(behind) = last.checked_add(1) {
                changes.entry(behind).or_default().push((cut, false));
            }
        }
    }
    let starts: Vec<u32> = changes.keys().copied().collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
    let mut inside: BTreeMap<usize, i32> = BTreeMap::new();
    let mut found: BTreeMap<Vec<usize>, Ranges> = BTreeMap::new();
    for ((first, changes), last) in changes.into_iter().zip(ends) {
        for (cut, enters) in changes {
            *inside.entry(cut).or_default() += if enters { 1 } else { -1 };
        }
        inside.retain(|_, depth| *depth != 0);
        let (first, last) = (first.max(1), last.min(count));
        if first <= last {
            let key = inside.keys().copied().collect();
            add(found.entry(key).or_default(), (first, last));
        }
    }
    let mut groups: Vec<(Ranges, Vec<usize>)> = found
        .into_iter()
        .map(|(cuts, ranges)| (ranges, cuts))
        .collect();
    groups.sort();
    groups
}

/// Adds a later range, joined to the last where they touch.
fn add(ranges: &mut Ranges, (first, last): (u32, u32)) {
    match ranges.last_mut() {
        Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
        _ => ranges.push((first, last)),
    }
}

/// The numbers that an index names: `17`, `3..7`, `3..`, `[1, 5]`.
pub fn of_index(index: &Expr, scope: &Scope<'_>) -> Option<Ranges> {
    let mut ranges = Ranges::new();
    for item in eval(index, scope, &mut Vec::new()).items() {
        ranges.push(one(item)?);
    }
    Some(joined(ranges))
}

fn one(value: &Value) -> Option<(u32, u32)> {
    match value {
        Value::Quantity(_) => whole(value).map(|number| (number, number)),
        Value::Made(name, ends) if name == "range" => {
            let last = ends.get(1).map_or(Some(u32::MAX), whole)?;
            Some((whole(ends.first()?)?, last))
        }
        _ => None,
    }
}

fn whole(value: &Value) -> Option<u32> {
    match value {
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => q.value.to_u32(),
        _ => None,
    }
}

/// Sorted, overlapping ranges made one.
pub fn joined(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut result = Ranges::new();
    for (first, last) in ranges {
        match result.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => result.push((first, last)),
        }
    }
    result
}

impl Numbers {
    /// The first of them; none for the one without a number.
    pub(crate) fn first(&self) -> Option<u32> {
        match self {
            Self::Plain => None,
            Self::Some(ranges) => ranges.first().map(|(first, _)| *first),
        }
    }

    /// The number of the only one.
    pub(crate) fn only(&self) -> Option<u32> {
        self.first().filter(|_| self.count() == 1)
    }

    /// `name`, or `name[3]` of the only one.
    pub(crate) fn label(&self, name: &str) -> String {
        match self.only() {
            Some(number) => format!("{name}[{number}]"),
            None => name.to_owned(),
        }
    }

    /// `name`, `name[3]` of the only one, `name[1..16, 18..20]` of several.
    pub(crate) fn label_all(&self, name: &str) -> String {
        let Self::Some(ranges) = self else {
            return name.to_owned();
        };
        let range = |(first, last): &(u32, u32)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}..{last}")
            }
        };
        let ranges: Vec<String> = ranges.iter().map(range).collect();
        format!("{name}[{}]", ranges.join(", "))
    }

    /// Each of them by itself.
    pub(crate) fn apart(&self) -> Vec<Self> {
        let exactly = |number: Option<u32>| match number {
            None => Self::Plain,
            Some(number) => Self::Some(vec![(number, number)]),
        };
        self.each().into_iter().map(exactly).collect()
    }

    /// Whether an index speaks of them. INVARIANT: what an index names is a group of its own, so
    /// that the first one speaks for all.
    pub(crate) fn are_in(&self, index: Option<&Ranges>) -> bool {
        match (index, self.first()) {
            (None, _) => true,
            (Some(ranges), Some(first)) => contains(ranges, first),
            (Some(_), None) => false,
        }
    }
}

/// Different sets of ranges, each once.
pub fn distinct(cuts: impl IntoIterator<Item = Ranges>) -> Vec<Ranges> {
    let cuts: BTreeSet<Ranges> = cuts.into_iter().collect();
    cuts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_what_the_cuts_leave() {
        let cuts = [vec![(17, 17)], vec![(3, 7), (9, 9)], vec![(5, 20)]];
        let found = groups(18, &cuts);
        let expected = [
            (vec![(1, 2)], vec![]),
            (vec![(3, 4)], vec![1]),
            (vec![(5, 7), (9, 9)], vec![1, 2]),
            (vec![(8, 8), (10, 16), (18, 18)], vec![2]),
            (vec![(17, 17)], vec![0, 2]),
        ];
        assert_eq!(found, expected);
        assert!(groups(0, &cuts).is_empty());
        assert_eq!(groups(2, &[vec![(1, u32::MAX)]]), [(vec![(1, 2)], vec![0])]);
    }
}
