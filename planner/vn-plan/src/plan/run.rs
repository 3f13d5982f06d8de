//! How an instance is run.

use std::collections::BTreeMap;

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
