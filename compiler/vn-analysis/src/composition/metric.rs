//! Measures of the program's own.

use std::collections::BTreeMap;

use num_rational::BigRational;
use vn_syntax::Span;

/// `metric NAME = sum(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMetric {
    /// Its name.
    pub name: String,
    /// What is summed.
    pub over: Over,
    /// The unit of its value: `B`, `EUR/s`, empty for a plain number.
    pub unit: String,
    /// The declaration.
    pub span: Span,
}

/// What a metric sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// For each row of [`Composition::devices`](super::Composition::devices), what one such device
    /// adds.
    Devices(Vec<Addend>),
    /// For each row of [`Composition::slots`](super::Composition::slots) and each of its options, what
    /// one such instance adds.
    Instances(Vec<Vec<Addend>>),
}

/// What one device or instance adds: a linear part, and weighted excesses `max(0, linear)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addend {
    /// The linear part.
    pub linear: Linear,
    /// Weights, none of them negative, with what is counted where it is positive.
    pub excesses: Vec<(BigRational, Linear)>,
}

/// Σ weight × use + constant, in base units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// Weights.
    pub terms: BTreeMap<Use, BigRational>,
    /// Whatever the plan.
    pub constant: BigRational,
}

/// What a plan uses of a device, or loads an instance with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Cores that instances claim on the device.
    Cpu,
    /// Bytes.
    Memory,
    /// Bytes.
    Disk,
    /// Bytes.
    Vram,
    /// Watts of the instances on it.
    Power,
    /// Requests per second to the instance, or to all on the device.
    Load,
    /// A consumable capability.
    Own(String),
}
