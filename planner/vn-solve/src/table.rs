//! Dense tables indexed by ids of their own.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use vn_problem::{CandidateId, ChannelId, ComponentId, DeviceId, NeedId};

/// Something that numbers the rows of a table.
pub trait Key: Copy {
    /// The row.
    fn row(self) -> usize;
    /// The key of a row.
    fn of(row: usize) -> Self;
}

macro_rules! key {
    ($($id:ty),*) => {$(
        impl Key for $id {
            fn row(self) -> usize {
                self.index()
            }

            fn of(row: usize) -> Self {
                Self(u32::try_from(row).unwrap_or(u32::MAX))
            }
        }
    )*};
}

/// A copy of a component on a device: at most one candidate of it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

impl GroupId {
    const fn index(self) -> usize {
        self.0 as usize
    }
}

key!(
    CandidateId,
    ChannelId,
    ComponentId,
    DeviceId,
    NeedId,
    GroupId
);

/// A row for every key.
///
/// INVARIANT: tables are made for all keys of a checked problem, so indexing cannot fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<K, V> {
    rows: Vec<V>,
    key: PhantomData<K>,
}

impl<K: Key, V> Table<K, V> {
    /// The same value everywhere.
    pub fn filled(rows: usize, value: V) -> Self
    where
        V: Clone,
    {
        vec![value; rows].into()
    }

    /// All keys in order.
    pub fn keys(&self) -> impl Iterator<Item = K> + use<K, V> {
        (0..self.rows.len()).map(K::of)
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(row, value)| (K::of(row), value))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<K, V> From<Vec<V>> for Table<K, V> {
    fn from(rows: Vec<V>) -> Self {
        Self {
            rows,
            key: PhantomData,
        }
    }
}

impl<K: Key, V> Index<K> for Table<K, V> {
    type Output = V;

    #[expect(clippy::indexing_slicing)]
    fn index(&self, key: K) -> &V {
        &self.rows[key.row()]
    }
}

impl<K: Key, V> IndexMut<K> for Table<K, V> {
    #[expect(clippy::indexing_slicing)]
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.rows[key.row()]
    }
}
