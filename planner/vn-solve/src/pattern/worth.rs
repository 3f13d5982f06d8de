//! Where there are too many instances to look at each number of them: what an instance of each item is
//! worth, so that no machine costs less than what it holds; and whole machines for all of them.
//!
//! A linear program over patterns finds both (Gilmore and Gomory, 1961). It is solved in floats: the worths
//! are held against every pattern in whole numbers, and the machines are a start for the search.

use super::cover::{Cover, Piece};
use crate::{
    engine::{Engine, Limits, Relaxed, Watch},
    program::{Bounds, Column, Program},
};

/// Nodes of the branch and bound over patterns.
const NODES: u64 = 512;

/// More patterns than this are not stated.
const PATTERNS: usize = 1 << 11;

/// A set of items, the price of the cheapest machine that holds it, and the position of its kind.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    set: usize,
    price: i128,
    kind: usize,
}

/// What items are worth.
#[derive(Clone, Debug)]
pub struct Worths {
    /// Per item.
    each: Vec<i128>,
    patterns: Vec<Pattern>,
    dearest: i128,
}

impl Worths {
    /// What so many instances of each item are worth; `None` where some of them fit nowhere.
    pub fn of(counts: &[usize], cover: &Cover) -> Option<Self> {
        let patterns = patterns(cover, counts.len())?;
        let dearest = patterns.iter().map(|one| one.price).max()?;
        let mut all = Self {
            each: vec![0; counts.len()],
            patterns,
            dearest,
        };
        all.each = all.in_floats(counts)?;
        all.correct();
        Some(all)
    }

    /// What the items of a set are worth.
    pub fn of_set(&self, set: usize) -> i128 {
        let worths = self.each.iter().enumerate();
        let here = worths.filter(|(at, _)| set >> at & 1 == 1);
        here.map(|(_, worth)| worth).sum()
    }

    /// What so many instances of each item are worth.
    pub fn of_all(&self, counts: &[usize]) -> i128 {
        let parts = self.each.iter().zip(counts);
        let parts = parts.map(|(worth, &count)| *worth * whole(count));
        parts.sum()
    }

    /// Maximises the worth of all, where no pattern is worth more than it costs.
    fn in_floats(&self, counts: &[usize]) -> Option<Vec<i128>> {
        let worth = |&count: &usize| Column {
            price: -float(whole(count)),
            bounds: Bounds::up_to(1.0),
            whole: false,
        };
        let mut program = Program::new(counts.iter().map(worth).collect());
        for pattern in &self.patterns {
            let price = self.in_dearest(pattern.price);
            program.row(Bounds::at_most(price), terms(pattern.set, counts.len()));
        }
        let (said, values) = Engine::Embedded.relax(&program, Limits::default(), &mut Deaf);
        let solved = matches!(said, Relaxed::Bound(_)) && values.len() == counts.len();
        let worth = |value: &f64| scaled(*value, self.dearest);
        solved.then(|| values.iter().map(worth).collect())
    }

    /// Takes away what some pattern is worth too much.
    fn correct(&mut self) {
        for at in 0..self.patterns.len() {
            let Some(&pattern) = self.patterns.get(at) else {
                continue;
            };
            let mut over = self.of_set(pattern.set) - pattern.price;
            for (item, worth) in self.each.iter_mut().enumerate() {
                if over > 0 && pattern.set >> item & 1 == 1 {
                    let less = over.min(*worth);
                    *worth -= less;
                    over -= less;
                }
            }
        }
    }

    /// Machines that hold so many instances of each item, though maybe not the cheapest; none where none
    /// are found. Of each kind there are so many.
    pub fn machines(&self, counts: &[usize], kinds: &[usize]) -> Vec<Piece> {
        let most = counts.iter().copied().max().unwrap_or(0);
        let most = float(whole(most));
        let column = |pattern: &Pattern| Column {
            price: self.in_dearest(pattern.price),
            bounds: Bounds::up_to(most),
            whole: true,
        };
        let mut program = Program::new(self.patterns.iter().map(column).collect());
        let patterns = || self.patterns.iter().enumerate();
        for (item, &count) in counts.iter().enumerate() {
            let holds = patterns().filter(|(_, one)| one.set >> item & 1 == 1);
            let bounds = Bounds {
                lower: float(whole(count)),
                upper: f64::INFINITY,
            };
            program.row(bounds, holds.map(|(at, _)| (at, 1.0)));
        }
        for (kind, &count) in kinds.iter().enumerate() {
            let of = patterns().filter(|(_, one)| one.kind == kind);
            let bounds = Bounds::at_most(float(whole(count)));
            program.row(bounds, of.map(|(at, _)| (at, 1.0)));
        }
        let limits = Limits {
            nodes: NODES,
            ..Limits::default()
        };
        let branched = Engine::Embedded.branch(&program, &[], limits, &mut Deaf);
        let values = branched.values.unwrap_or_default();
        let bought = self.patterns.iter().zip(&values).flat_map(|(one, &value)| {
            let piece = Piece {
                kind: one.kind,
                set: one.set,
            };
            let times = scaled(value + 0.5, 1);
            std::iter::repeat_n(piece, usize::try_from(times).unwrap_or(0))
        });
        bought.collect()
    }

    fn in_dearest(&self, price: i128) -> f64 {
        float(price) / float(self.dearest.max(1))
    }
}

/// The sets to which nothing can be added without a dearer machine; `None` if these are too many, or an
/// item fits nowhere.
fn patterns(cover: &Cover, items: usize) -> Option<Vec<Pattern>> {
    (0..items).try_for_each(|item| cover.cheapest(1 << item).map(|_| ()))?;
    let is_full = |set: usize, price: i128| {
        let others = (0..items).map(|item| set | 1 << item);
        let mut others = others.filter(|&more| more != set);
        others.all(|more| {
            cover
                .cheapest(more)
                .is_none_or(|(dearer, _)| dearer > price)
        })
    };
    let sets = 1..1_usize << items;
    let priced = sets.filter_map(|set| Some((set, cover.cheapest(set)?)));
    let full = priced.filter(|&(set, (price, _))| is_full(set, price));
    let full: Vec<Pattern> = full
        .map(|(set, (price, kind))| Pattern { set, price, kind })
        .collect();
    (full.len() <= PATTERNS).then_some(full)
}

fn terms(set: usize, items: usize) -> impl Iterator<Item = (usize, f64)> {
    let here = (0..items).filter(move |item| set >> item & 1 == 1);
    here.map(|item| (item, 1.0))
}

fn whole(count: usize) -> i128 {
    i128::try_from(count).unwrap_or(i128::MAX)
}

#[expect(clippy::cast_precision_loss)]
const fn float(value: i128) -> f64 {
    value as f64
}

/// So many times a float, rounded down; nothing below zero.
#[expect(clippy::cast_possible_truncation)]
fn scaled(value: f64, times: i128) -> i128 {
    let scaled = (value * float(times)).floor();
    if scaled > 0.0 { scaled as i128 } else { 0 }
}

/// Hears nothing; the nodes are few.
struct Deaf;

impl Watch for Deaf {
    fn plan(&mut self, _: &[f64]) {}

    fn bound(&mut self, _: f64) {}

    fn goes_on(&mut self) -> bool {
        true
    }
}
