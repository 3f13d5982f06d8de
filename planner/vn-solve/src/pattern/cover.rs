//! The cheapest machines for every number of instances that may be without a place.
//!
//! A state says how many instances of each item have none; it is a number whose digits are those. A set of
//! items is a number whose bits say which.

/// So many ways to take one more machine are tried at most where machines are counted.
const WORK: usize = 1 << 23;

/// A machine that is bought, and the items that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The position of its kind.
    pub kind: usize,
    /// The items.
    pub set: usize,
}

/// A kind of machine: its price, how many there are, and whether each set of items fits.
#[derive(Clone, Debug)]
pub struct Sort {
    /// What one costs.
    pub price: i128,
    /// How many there are.
    pub count: usize,
    /// Per set.
    pub holds: Vec<bool>,
}

/// The numbers of states and sets.
#[derive(Clone, Debug)]
struct Digits {
    /// One more than what a digit can be.
    bases: Vec<usize>,
    /// What one more of each item adds to a state.
    strides: Vec<usize>,
    /// What a set adds.
    sets: Vec<usize>,
    states: usize,
}

impl Digits {
    fn of(counts: &[usize]) -> Self {
        let mut states = 1;
        let mut strides = Vec::new();
        for count in counts {
            strides.push(states);
            states *= count + 1;
        }
        let added = |set: usize| {
            let strides = strides.iter().enumerate();
            let here = strides.filter(|(at, _)| set >> at & 1 == 1);
            here.map(|(_, stride)| stride).sum()
        };
        Self {
            bases: counts.iter().map(|count| count + 1).collect(),
            sets: (0..1 << counts.len()).map(added).collect(),
            strides,
            states,
        }
    }

    /// The items of which a state has any.
    fn there(&self, state: usize) -> usize {
        let items = 0..self.bases.len();
        let bits = items.map(|at| usize::from(self.digit(state, at) > 0) << at);
        bits.sum()
    }

    fn digit(&self, state: usize, item: usize) -> usize {
        let digit = self.strides.get(item).zip(self.bases.get(item));
        digit.map_or(0, |(stride, base)| state / stride % base)
    }

    fn without(&self, state: usize, set: usize) -> usize {
        state.saturating_sub(self.sets.get(set).copied().unwrap_or(0))
    }
}

/// The subsets of a set, the largest numbers first.
pub fn subsets(of: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(of), move |&set| (set > 0).then(|| (set - 1) & of))
}

/// Per state, the price of the cheapest machines; `None` where no machines do.
type Prices = Vec<Option<i128>>;

fn price(prices: &Prices, state: usize) -> Option<i128> {
    prices.get(state).copied().flatten()
}

/// What it costs to give everything a place.
#[derive(Clone, Debug)]
pub struct Cover {
    digits: Digits,
    /// Per set, the cheapest kind that holds it.
    cheapest: Vec<Option<(i128, usize)>>,
    /// With as many machines of each kind as one likes.
    free: Prices,
    /// Where that takes more than there are: with one more machine each, and its kind.
    counted: Vec<(usize, Prices)>,
    sorts: Vec<Sort>,
}

impl Cover {
    /// The cover of so many instances of each item.
    pub fn of(counts: &[usize], sorts: Vec<Sort>) -> Self {
        let digits = Digits::of(counts);
        let cheapest = |set: usize| {
            let kinds = sorts.iter().enumerate();
            let kinds = kinds.filter(|(_, sort)| sort.holds.get(set) == Some(&true));
            kinds.map(|(kind, sort)| (sort.price, kind)).min()
        };
        let mut cover = Self {
            cheapest: (0..digits.sets.len()).map(cheapest).collect(),
            free: vec![Some(0)],
            counted: Vec::new(),
            digits,
            sorts,
        };
        for state in 1..cover.digits.states {
            let best = cover.first(state).map(|(price, _)| price);
            cover.free.push(best);
        }
        if cover.takes_too_many() {
            cover.count();
        }
        cover
    }

    /// The price of the cheapest machines for a state.
    pub fn price(&self, state: usize) -> Option<i128> {
        let last = self.counted.last().map_or(&self.free, |last| &last.1);
        price(last, state)
    }

    /// The price and the position of the cheapest kind that holds a set.
    pub fn cheapest(&self, set: usize) -> Option<(i128, usize)> {
        self.cheapest.get(set).copied().flatten()
    }

    /// The items of which a state has any.
    pub fn there(&self, state: usize) -> usize {
        self.digits.there(state)
    }

    /// The state with one less of each item of a set.
    pub fn without(&self, state: usize, set: usize) -> usize {
        self.digits.without(state, set)
    }

    /// How many of an item a state has.
    pub fn digit(&self, state: usize, item: usize) -> usize {
        self.digits.digit(state, item)
    }

    /// What one more instance of an item adds to a state.
    pub fn stride(&self, item: usize) -> usize {
        self.digits.strides.get(item).copied().unwrap_or(0)
    }

    /// The cheapest machines for a state.
    pub fn pieces(&self, mut state: usize) -> Option<Vec<Piece>> {
        self.price(state)?;
        let mut pieces = Vec::new();
        for (at, (kind, prices)) in self.counted.iter().enumerate().rev() {
            let before = at.checked_sub(1).and_then(|at| self.counted.get(at));
            let nothing = Prices::new();
            let before = before.map_or(&nothing, |before| &before.1);
            let left = |state| match state {
                0 => Some(0),
                state => price(before, state),
            };
            let now = price(prices, state);
            if left(state) == now {
                continue;
            }
            let sort = self.sorts.get(*kind)?;
            let sets = subsets(self.digits.there(state));
            let mut held = sets.filter(|&set| sort.holds.get(set) == Some(&true));
            let of = |set: usize| left(self.digits.without(state, set)).map(|sum| sum + sort.price);
            let set = held.find(|&set| of(set) == now)?;
            pieces.push(Piece { kind: *kind, set });
            state = self.digits.without(state, set);
        }
        while state > 0 {
            let (_, piece) = self.first(state)?;
            pieces.push(piece);
            state = self.digits.without(state, piece.set);
        }
        Some(pieces)
    }

    /// The machine that holds an instance of the first item which is there, and the price of all.
    fn first(&self, state: usize) -> Option<(i128, Piece)> {
        let there = self.digits.there(state);
        let first = there & there.wrapping_neg();
        let with = |rest: usize| {
            let set = rest | first;
            let (paid, kind) = self.cheapest(set)?;
            let others = price(&self.free, self.digits.without(state, set))?;
            Some((paid + others, Piece { kind, set }))
        };
        let all = subsets(there ^ first).filter_map(with);
        all.min_by_key(|(sum, _)| *sum)
    }

    /// Whether there are fewer machines of a kind than the cheapest take for everything.
    fn takes_too_many(&self) -> bool {
        let pieces = self.pieces(self.digits.states - 1).unwrap_or_default();
        self.sorts.iter().enumerate().any(|(kind, sort)| {
            pieces.iter().filter(|piece| piece.kind == kind).count() > sort.count
        })
    }

    /// Takes one machine after another, unless that takes too long.
    fn count(&mut self) {
        let states = 0..self.digits.states;
        let sets: Vec<usize> = states.map(|state| self.digits.there(state)).collect();
        let tries: usize = sets.iter().map(|set| 1 << set.count_ones()).sum();
        let machines: usize = self.sorts.iter().map(|sort| sort.count).sum();
        if tries.saturating_mul(machines) > WORK {
            return;
        }
        let mut prices: Prices = vec![None; self.digits.states];
        if let Some(none) = prices.first_mut() {
            *none = Some(0);
        }
        for (kind, sort) in self.sorts.iter().enumerate() {
            for _ in 0..sort.count {
                let next = |(state, &there): (usize, &usize)| {
                    let sets = subsets(there);
                    let held = sets.filter(|&set| sort.holds.get(set) == Some(&true));
                    let sums = held.filter_map(|set| {
                        let left = price(&prices, self.digits.without(state, set))?;
                        Some(left + if set == 0 { 0 } else { sort.price })
                    });
                    sums.min()
                };
                let more: Prices = sets.iter().enumerate().map(next).collect();
                if more == prices {
                    break;
                }
                prices.clone_from(&more);
                self.counted.push((kind, more));
            }
        }
    }
}
