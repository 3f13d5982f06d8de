//! The local proxy of each device: which lists it follows, where it listens, whom it asks.

mod build;

use vn_plan::{Device, Entry, Instance, Route};

use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image};
use crate::{Target, Timing};

/// Name of the proxy's service in the device's Compose project.
pub const SERVICE: &str = "vn-router";

/// The proxy of one device.
pub struct Router<'a> {
    pub device: &'a Device,
    /// Whether it runs as a container of the device's Compose project, beside its consumers;
    /// otherwise it runs on the device itself and listens on the loopback address.
    pub contained: bool,
    pub listeners: Vec<Listener<'a>>,
}

/// One list for one port.
pub struct Listener<'a> {
    /// `www--nuc.graph.bolt`.
    pub name: String,
    pub route: &'a Route,
    pub consumer: &'a Instance,
    /// Name of the port in the variants.
    pub port_name: &'a str,
    /// Whether it is the first port of the service.
    pub first: bool,
    /// Which of the consumer's needs of this service, from 1.
    pub nth: u32,
    /// Where it listens.
    pub port: u16,
    /// First to last; never empty.
    pub servers: Vec<Server<'a>>,
    pub timing: Timing,
    /// Path that all of them answer 2xx on.
    pub http_check: Option<&'a str>,
}

/// One entry of a list.
pub struct Server<'a> {
    /// `graph--nuc`.
    pub name: String,
    pub entry: &'a Entry,
    pub instance: &'a Instance,
    /// Host and port, an IPv6 literal in brackets.
    pub address: String,
    /// Whether the host is a name that must be looked up.
    pub by_name: bool,
}

impl Router<'_> {
    /// What a consumer connects to.
    pub fn host(&self, consumer: &Instance) -> &'static str {
        if self.contained && image(consumer).is_some() {
            SERVICE
        } else {
            "127.0.0.1"
        }
    }
}

/// One per device whose consumers' lists a proxy can follow.
pub fn routers<'a>(fleet: &Fleet<'a>, out: &mut Emitted) -> Vec<Router<'a>> {
    if !fleet.has(Target::Haproxy) {
        return Vec::new();
    }
    let devices = fleet.plan.devices.iter();
    let routers = devices.filter_map(|device| build::router(fleet, device, out));
    routers.collect()
}
