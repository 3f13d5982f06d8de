//! How an instance is run.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an instance is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Container image with tag or digest.
    pub image: Option<String>,
    /// Command and arguments; empty: the image's own.
    pub command: Vec<String>,
    /// Environment.
    pub environment: BTreeMap<String, String>,
    /// Ports, in declared order.
    pub ports: Vec<Port>,
    /// Health check.
    pub health: Option<Health>,
    /// What must have run to its end before the first start; empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub init: Vec<String>,
    /// What runs inside the container before it is stopped; empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// Path inside the container that must outlive it.
    pub data: Option<String>,
    /// Whether it needs the GPU.
    pub gpu: bool,
}

/// A port of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Name in the variant (`bolt`).
    pub name: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// Port inside the container.
    pub container: u16,
    /// Port on the device.
    pub published: u16,
}

impl Port {
    /// What it takes of the device.
    pub const fn socket(&self) -> Socket {
        Socket {
            transport: self.protocol.transport(),
            number: self.published,
        }
    }
}

/// What an instance listens on, and nothing else on its device: the numbers of TCP and of UDP are apart.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Socket {
    /// TCP or UDP.
    pub transport: Transport,
    /// Port on the device.
    pub number: u16,
}

/// `443`, `53/udp`.
impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transport, number } = self;
        match transport {
            Transport::Tcp => write!(f, "{number}"),
            Transport::Udp => write!(f, "{number}/udp"),
        }
    }
}

/// Whose ports.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP, RFC 9293.
    Tcp,
    /// UDP, RFC 768.
    Udp,
}

/// Protocols that consumers may speak.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Any TCP protocol.
    Tcp,
    /// HTTP or HTTPS.
    Http,
    /// WebSocket.
    Ws,
    /// UDP.
    Udp,
}

impl Protocol {
    /// What it goes over.
    pub const fn transport(self) -> Transport {
        match self {
            Self::Tcp | Self::Http | Self::Ws => Transport::Tcp,
            Self::Udp => Transport::Udp,
        }
    }
}

/// How to see whether an instance is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Health {
    /// A command inside the container.
    Command(Vec<String>),
    /// A GET on the first port that answers 2xx.
    Http(String),
    /// A connect to the first port.
    Tcp,
}
