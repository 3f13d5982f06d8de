//! What may happen to a fleet.

use std::collections::BTreeSet;

/// Things that go wrong at once.
///
/// More kinds of trouble will come (partitions, demand); hence the constructors.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Event {
    /// Ids of the devices that are gone; ids that the plan does not know change nothing.
    pub lost: BTreeSet<String>,
}

impl Event {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// These devices are gone.
    pub fn lost<I>(devices: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self {
            lost: devices.into_iter().map(Into::into).collect(),
        }
    }

    /// Whether a device is gone.
    pub fn takes(&self, device: &str) -> bool {
        self.lost.contains(device)
    }
}
