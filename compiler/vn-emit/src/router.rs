//! The local proxy of each device: which lists it follows, where it listens, whom it asks.

mod build;
mod environment;

use vn_plan::{Device, Entry, Instance, Route, Standing};

use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image};
use crate::{Loss, Target, Timing, text};

pub use environment::{environments, variables};

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
    /// Round trip to the farthest of them, in microseconds.
    pub longest_rtt_us: u64,
    /// Path that all of them answer 2xx on.
    pub http_check: Option<&'a str>,
}

/// One entry of a list.
pub struct Server<'a> {
    /// `graph--nuc`.
    pub name: String,
    pub entry: &'a Entry,
    pub instance: &'a Instance,
    /// A name or an IP literal, without brackets.
    pub host: String,
    pub port: u16,
    /// Whether the host is a name that must be looked up.
    pub by_name: bool,
}

impl Server<'_> {
    /// Host and port, an IPv6 literal in brackets.
    pub fn address(&self) -> String {
        let (host, port) = (&self.host, self.port);
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }

    /// What a file says of it beside its address.
    pub fn comment(&self, position: usize) -> String {
        let standing = match self.entry.standing {
            Standing::Within => "in time",
            Standing::Degraded => "degraded",
            Standing::Over => "degraded: over the budget",
        };
        let lazy = if self.instance.is_lazy() {
            ", lazy: up once cloned"
        } else {
            ""
        };
        let rtt = text::millis(self.entry.rtt_us);
        let comment = format!(
            "{}. {}, rtt {rtt}, {standing}{lazy}",
            position + 1,
            self.instance.id
        );
        text::one_line(&comment)
    }
}

impl Listener<'_> {
    /// What a file says of it: whose list it is, and how soon it fails over.
    pub fn comment(&self, timing: Timing) -> String {
        text::one_line(&format!(
            "{} -> {}, port {}; predicted failover: killed {} ms, cut off {} ms",
            self.route.consumer,
            self.route.service,
            self.port_name,
            timing.killed_ms,
            timing.cut_ms
        ))
    }
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

    /// The lists in which a proxy notices a cut later than the program wants.
    pub fn late(
        &self,
        target: Target,
        detect_us: u64,
        timing: fn(u64, u64) -> Timing,
    ) -> Vec<Loss> {
        let wanted_ms = detect_us / 1000;
        let late = |listener: &Listener| {
            let cut_ms = timing(listener.longest_rtt_us, detect_us).cut_ms;
            let (consumer, service) = (&listener.route.consumer, &listener.route.service);
            (wanted_ms > 0 && cut_ms > wanted_ms).then(|| Loss {
                target,
                device: self.device.id.clone(),
                guarantee: true,
                message: format!(
                    "`{consumer}` -> `{service}`: a cut is noticed after {cut_ms} ms, `heal.detect` \
                     is {wanted_ms} ms"
                ),
            })
        };
        self.listeners.iter().filter_map(late).collect()
    }
}

/// One per device whose consumers' lists a proxy can follow.
pub fn routers<'a>(fleet: &Fleet<'a>, out: &mut Emitted) -> Vec<Router<'a>> {
    if fleet.proxies().next().is_none() {
        return Vec::new();
    }
    let devices = fleet.plan.devices.iter();
    let routers = devices.filter_map(|device| build::router(fleet, device, out));
    routers.collect()
}
