//! What can be emitted.

use std::fmt;
use std::str::FromStr;

/// A kind of output that a program can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The lists of clients as TypeScript, and what follows them.
    ClientSdk,
    /// Docker Compose, one project per device.
    Compose,
    /// Envoy, one configuration per device that hosts a consumer.
    Envoy,
    /// HAProxy, one configuration per device that hosts a consumer.
    Haproxy,
    /// The plan, its schema, and what each device clones.
    Json,
}

impl Target {
    /// Those that follow the lists of consumers on their own device, the one that is run first.
    pub const PROXIES: &'static [Self] = &[Self::Haproxy, Self::Envoy];

    /// All of them, in the order of their names.
    pub const ALL: &'static [Self] = &[
        Self::ClientSdk,
        Self::Compose,
        Self::Envoy,
        Self::Haproxy,
        Self::Json,
    ];

    /// The word in `emit …`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSdk => "client_sdk",
            Self::Compose => "compose",
            Self::Envoy => "envoy",
            Self::Haproxy => "haproxy",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Target {
    /// The word that names no target.
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let target = Self::ALL.iter().find(|target| target.name() == word);
        target.copied().ok_or_else(|| word.to_owned())
    }
}
