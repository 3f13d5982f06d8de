//! How a variant is run.

use std::collections::BTreeMap;

/// What the stdlib or the user says of a variant's software.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Software {
    /// `memgraph`.
    pub name: String,
    /// Container image; none for what lives inside its consumer.
    pub image: Option<String>,
    /// Command and arguments.
    pub command: Vec<String>,
    /// Environment.
    pub environment: BTreeMap<String, String>,
    /// Name, protocol (`tcp`, `http`, `ws`, `udp`), container port, published port.
    pub ports: Vec<Port>,
    /// How to see whether it is well.
    pub health: Option<Health>,
    /// Command to run once before the first start.
    pub init: Vec<String>,
    /// Command to stop it with.
    pub stop: Vec<String>,
    /// Path of the data inside the container.
    pub data: Option<String>,
    /// Whether it needs the GPU.
    pub gpu: bool,
    /// Licence.
    pub licence: Option<String>,
}

/// A port of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// `bolt`.
    pub name: String,
    /// `tcp`, `http`, `ws`, `udp`.
    pub protocol: String,
    /// Inside the container.
    pub container: u16,
    /// On the device.
    pub published: u16,
}

/// A health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Command inside the container.
    Command(Vec<String>),
    /// Path of an HTTP GET on the first port.
    Http(String),
    /// TCP connect to the first port.
    Tcp,
}
