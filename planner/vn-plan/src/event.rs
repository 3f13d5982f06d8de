//! What may happen to a fleet.

use std::collections::BTreeSet;

use crate::Cut;

/// Things that go wrong at once.
///
/// More kinds of trouble will come (demand, arrivals); hence the constructors.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Event {
    /// Ids of the devices that are gone; ids that the plan does not know change nothing.
    pub lost: BTreeSet<String>,
    /// Between whom no message passes.
    pub cut: Vec<Cut>,
    /// For how many seconds; absent: so long that no buffer helps.
    pub lasts_s: Option<u64>,
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
            ..Self::default()
        }
    }

    /// The same, and the sides of these cuts do not reach each other.
    #[must_use]
    pub fn parted(self, cut: Vec<Cut>) -> Self {
        Self { cut, ..self }
    }

    /// The same, over after so many seconds.
    #[must_use]
    pub fn lasting(self, lasts_s: Option<u64>) -> Self {
        Self { lasts_s, ..self }
    }

    /// Whether a device is gone.
    pub fn takes(&self, device: &str) -> bool {
        self.lost.contains(device)
    }

    /// Whether whoever lives on one device does not reach another: that is gone, or behind a cut.
    pub fn parts(&self, from: &str, to: &str) -> bool {
        self.takes(to) || self.cut.iter().any(|cut| cut.parts(from, to))
    }
}
