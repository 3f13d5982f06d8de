//! Integer units and dense ids: the only numbers the planner sees.
//!
//! INVARIANT: no floats and no names in this crate. What is a need has been rounded up, what is a
//! capacity or a budget has been rounded down, once, by whoever built the [`crate::Problem`].

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl $name {
            /// The position in the table that this id points into.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            pub(crate) const fn from_row(row: u32) -> Self {
                Self(row)
            }
        }
    };
}

id!(/// A row of [`crate::Problem::devices`].
    DeviceId);
id!(/// A row of [`crate::Problem::components`].
    ComponentId);
id!(/// A row of [`crate::Problem::candidates`].
    CandidateId);
id!(/// A row of [`crate::Problem::needs`].
    NeedId);
id!(/// A row of [`crate::Problem::failures`].
    FailureId);
id!(/// A row of [`crate::Problem::requirements`].
    RequirementId);
id!(/// A row of [`crate::Problem::channels`].
    ChannelId);
id!(/// A row of [`crate::Problem::ways`].
    WayId);

/// Where a requirement comes from; opaque here, the compiler owns the table of spans and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause(pub u32);

/// A duration in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

/// A request rate in millionths of a request per second (1 req/s = 1 000 000).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Load(pub u64);

/// Money per month in millionths of the program's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroMoney(pub u64);

/// Power in milliwatts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MilliWatts(pub u64);

/// An exact non-negative factor `num / den`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Factor {
    /// Numerator.
    pub num: u64,
    /// Denominator, never zero.
    pub den: u64,
}

impl Factor {
    /// The factor one.
    pub const ONE: Self = Self { num: 1, den: 1 };
}
