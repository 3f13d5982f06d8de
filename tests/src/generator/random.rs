//! A seeded stream of choices.

/// `SplitMix64` (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Equal seeds give equal streams.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True this often in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    #[expect(clippy::cast_possible_truncation, reason = "below a length")]
    /// An index into something of this length, which is not zero.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// One of some values.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.index(values.len())]
    }

    /// Some of the values, in their order, each this often in a hundred.
    pub fn some<T: Copy>(&mut self, values: &[T], chance: u64) -> Vec<T> {
        values
            .iter()
            .copied()
            .filter(|_| self.percent(chance))
            .collect()
    }

    /// All values in random order.
    pub fn shuffled<T: Copy>(&mut self, values: &[T]) -> Vec<T> {
        let mut left = values.to_vec();
        let mut out = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let next = self.index(left.len());
            out.push(left.remove(next));
        }
        out
    }
}
