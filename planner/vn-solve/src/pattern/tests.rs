//! Covers and worths of random machines, held against every way to buy them.

#![allow(clippy::pedantic, clippy::indexing_slicing, clippy::unwrap_used)]

use super::cover::{Cover, Piece, Sort, subsets};
use super::worth::Worths;

/// How many shops are tried.
const SEEDS: u64 = 1000;

struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Items that claim one resource, and machines that have so much of it.
fn shop(seed: u64) -> (Vec<usize>, Vec<Sort>) {
    let mut dice = Dice(seed * 77 + 5);
    let items = 1 + dice.below(4) as usize;
    let counts = (0..items).map(|_| 1 + dice.below(3) as usize).collect();
    let claims: Vec<u64> = (0..items).map(|_| 1 + dice.below(9)).collect();
    let kinds = 1 + dice.below(3);
    let sort = |_| {
        let room = 4 + dice.below(14);
        let holds = |set: usize| {
            let here = claims.iter().enumerate();
            let here = here.filter(|(at, _)| set >> at & 1 == 1);
            here.map(|(_, claim)| claim).sum::<u64>() <= room
        };
        Sort {
            holds: (0..1 << items).map(holds).collect(),
            price: i128::from(1 + dice.below(20)),
            count: 1 + dice.below(4) as usize,
        }
    };
    (counts, (0..kinds).map(sort).collect())
}

/// The least price of all ways to buy for what is missing.
fn cheapest(missing: &[usize], sorts: &[Sort]) -> Option<i128> {
    if missing.iter().all(|&count| count == 0) {
        return Some(0);
    }
    let (sort, others) = sorts.split_first()?;
    let there = missing.iter().enumerate();
    let there: usize = there.map(|(at, &n)| usize::from(n > 0) << at).sum();
    let without = cheapest(missing, others);
    if sort.count == 0 {
        return without;
    }
    let mut fewer = sorts.to_vec();
    fewer[0].count -= 1;
    let with = subsets(there).filter(|&set| set > 0 && sort.holds[set]);
    let with = with.filter_map(|set| {
        let left = missing.iter().enumerate();
        let left: Vec<usize> = left.map(|(at, n)| n - (set >> at & 1)).collect();
        Some(cheapest(&left, &fewer)? + sort.price)
    });
    with.chain(without).min()
}

fn full(counts: &[usize], cover: &Cover) -> usize {
    let items = counts.iter().enumerate();
    items.map(|(at, count)| cover.stride(at) * count).sum()
}

#[test]
fn a_cover_costs_what_the_cheapest_machines_do() {
    for seed in 0..SEEDS {
        let (counts, sorts) = shop(seed);
        let cover = Cover::of(&counts, sorts.clone());
        let best = cheapest(&counts, &sorts);
        let found = cover.price(full(&counts, &cover));
        if best.is_some() {
            assert_eq!(found, best, "seed {seed}");
        }
    }
}

#[test]
fn the_pieces_of_a_cover_hold_everything_for_its_price() {
    for seed in 0..SEEDS {
        let (counts, sorts) = shop(seed);
        let cover = Cover::of(&counts, sorts.clone());
        let state = full(&counts, &cover);
        let Some(pieces) = cover.pieces(state) else {
            continue;
        };
        let price = |piece: &Piece| sorts[piece.kind].price;
        let paid: i128 = pieces.iter().map(price).sum();
        assert_eq!(Some(paid), cover.price(state), "seed {seed}");
        for (at, &count) in counts.iter().enumerate() {
            let held = pieces.iter().filter(|one| one.set >> at & 1 == 1);
            assert!(held.count() >= count, "seed {seed}");
        }
        assert!(pieces.iter().all(|one| sorts[one.kind].holds[one.set]));
    }
}

#[test]
fn nothing_is_worth_more_than_the_cheapest_machines_cost() {
    let mut met = 0;
    for seed in 0..SEEDS {
        let (counts, sorts) = shop(seed);
        let cover = Cover::of(&counts, sorts.clone());
        let Some(worths) = Worths::of(&counts, &cover) else {
            continue;
        };
        if let Some(best) = cheapest(&counts, &sorts) {
            let worth = worths.of_all(&counts);
            assert!(worth <= best, "seed {seed}: {worth} > {best}");
            met += u64::from(worth > best * 9 / 10);
        }
    }
    assert!(met > SEEDS / 3, "the bound is close in {met} only");
}

#[test]
fn machines_for_everything_are_found_where_there_are_enough() {
    for seed in 0..SEEDS / 10 {
        let (counts, sorts) = shop(seed);
        let cover = Cover::of(&counts, sorts.clone());
        let Some(worths) = Worths::of(&counts, &cover) else {
            continue;
        };
        let kinds: Vec<usize> = sorts.iter().map(|sort| sort.count * 9).collect();
        let pieces = worths.machines(&counts, &kinds);
        for (at, &count) in counts.iter().enumerate() {
            let held = pieces.iter().filter(|one| one.set >> at & 1 == 1);
            assert!(held.count() >= count, "seed {seed}");
        }
    }
}
