//! Which lists a proxy can follow, and what it cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use vn_plan::{Device, Entry, Health, Instance, Port, Protocol, Role, Route};

use super::{Listener, Router, Server};
use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image, is_linux};
use crate::names::{key_of, slug_of};
use crate::{EmitError, ErrorCode, Loss, Target};

/// First port that listeners get; counted up, leaving out what the device publishes.
const FIRST_PORT: u16 = 21_000;

/// The proxy of one device; none where it would have nothing to do.
pub fn router<'a>(fleet: &Fleet<'a>, device: &'a Device, out: &mut Emitted) -> Option<Router<'a>> {
    let mut build = Build {
        fleet,
        device,
        contained: fleet.has(Target::Compose),
        taken: taken(fleet, device),
        names: BTreeMap::new(),
        out,
    };
    let listeners: Vec<Listener> = fleet
        .routes_on(device)
        .flat_map(|(route, consumer)| build.listeners(route, consumer))
        .collect();
    (!listeners.is_empty()).then_some(Router {
        device,
        contained: build.contained,
        listeners,
    })
}

/// Ports that something else on the device has.
fn taken(fleet: &Fleet, device: &Device) -> BTreeSet<u16> {
    let instances = fleet
        .plan
        .instances
        .iter()
        .filter(|one| one.device == device.id);
    let ports = instances
        .filter_map(|one| one.run.as_ref())
        .flat_map(|run| &run.ports);
    ports
        .flat_map(|port| [port.published, port.container])
        .collect()
}

fn ports(instance: &Instance) -> &[Port] {
    instance
        .run
        .as_ref()
        .map_or(&[], |run| run.ports.as_slice())
}

/// The port of an instance that stands in for the one of the list's first: that of the same name;
/// for a service's first port else the instance's own first, variants being free to name it.
fn like<'a>(lead: &Port, first: bool, instance: &'a Instance) -> Option<&'a Port> {
    let all = ports(instance);
    let same = all.iter().find(|port| port.name == lead.name);
    same.or_else(|| all.first().filter(|_| first))
        .filter(|port| port.protocol != Protocol::Udp)
}

struct Build<'f, 'a, 'o> {
    fleet: &'f Fleet<'a>,
    device: &'a Device,
    contained: bool,
    taken: BTreeSet<u16>,
    /// How often a listener's name was given; one consumer may need a service twice.
    names: BTreeMap<String, u32>,
    out: &'o mut Emitted,
}

impl<'a> Build<'_, 'a, '_> {
    fn lose(&mut self, guarantee: bool, message: &str) {
        let loss = |target| Loss {
            target,
            device: self.device.id.clone(),
            guarantee,
            message: message.to_owned(),
        };
        self.out.losses.extend(self.fleet.proxies().map(loss));
    }

    fn refuse(&mut self, code: ErrorCode, about: &[&str], message: String) {
        self.out.errors.push(EmitError::new(
            code,
            self.fleet.proxies().next(),
            about,
            message,
        ));
    }

    fn listeners(&mut self, route: &'a Route, consumer: &'a Instance) -> Vec<Listener<'a>> {
        let entries = self.fleet.entries(route);
        if entries.is_empty() {
            return Vec::new();
        }
        if !is_linux(self.device) {
            self.no_proxy(route, consumer);
            return Vec::new();
        }
        self.several(route, consumer);
        self.without_ports(route, &entries);
        // What the first one offers is what the consumer asks for.
        let lead = entries
            .iter()
            .map(|(_, instance)| ports(instance))
            .find(|all| !all.is_empty());
        let mut listeners = Vec::new();
        for (position, port) in lead.unwrap_or_default().iter().enumerate() {
            if port.protocol == Protocol::Udp {
                self.udp(route, port, position == 0);
            } else {
                listeners.extend(self.listener(route, consumer, &entries, port, position == 0));
            }
        }
        listeners
    }

    /// Who follows a list that no proxy does, if anybody: the words for it.
    fn carrier(&self, asking: &Instance) -> Option<&'static str> {
        if asking.role == Role::Client && self.fleet.has(Target::ClientSdk) {
            Some("routes.ts")
        } else {
            self.fleet.has(Target::Json).then_some("plan.json")
        }
    }

    fn no_proxy(&mut self, route: &Route, asking: &Instance) {
        let (consumer, service, os) = (&route.consumer, &route.service, &self.device.os);
        let carrier = self.carrier(asking);
        let who = if carrier == Some("routes.ts") {
            "client.ts follows the list of routes.ts in the app".to_owned()
        } else if let Some(file) = carrier {
            format!("the app must follow the list in {file} itself")
        } else {
            let target = missing(asking);
            format!("nobody follows its list; `emit {target}` would carry it to the app")
        };
        let message = format!("`{consumer}` -> `{service}`: no proxy runs on `{os}`; {who}");
        self.lose(carrier.is_none(), &message);
    }

    /// A proxy has one door, and one instance answers behind it at a time.
    fn several(&mut self, route: &Route, asking: &Instance) {
        if route.copies == 1 {
            return;
        }
        let (consumer, service, copies) = (&route.consumer, &route.service, route.copies);
        let carrier = self.carrier(asking);
        let who = if let Some(file) = carrier {
            format!("the app finds the others in the list of {file}")
        } else {
            let target = missing(asking);
            format!("`emit {target}` would carry the list of the others to the app")
        };
        let message = format!(
            "`{consumer}` -> `{service}`: of the {copies} instances that it holds at once, the proxy asks \
             one at a time; {who}"
        );
        self.lose(carrier.is_none(), &message);
    }

    fn udp(&mut self, route: &Route, port: &Port, first: bool) {
        let (consumer, service, name) = (&route.consumer, &route.service, &port.name);
        let message = format!(
            "`{consumer}` -> `{service}`: port `{name}` is UDP, which is not proxied; nobody \
             follows its list"
        );
        self.lose(first && !route.optional, &message);
    }

    /// Entries that no proxy can ask.
    fn without_ports(&mut self, route: &Route, entries: &[(&Entry, &Instance)]) {
        for (position, (_, instance)) in entries.iter().enumerate() {
            if !ports(instance).is_empty() {
                continue;
            }
            let (consumer, service, id) = (&route.consumer, &route.service, &instance.id);
            let inside = instance.device == self.device.id;
            // Asked by its consumer before the proxy: the order is kept.
            if inside && position == 0 {
                continue;
            }
            let why = if inside {
                "it lives inside its consumer, which cannot ask it in the midst of the list"
            } else if instance.run.is_none() {
                "its variant has no `image`, and it stands on another device"
            } else {
                "it has no port and stands on another device"
            };
            let message = format!("`{consumer}` -> `{service}`: `{id}` is left out: {why}");
            self.lose(!route.optional, &message);
        }
    }

    fn listener(
        &mut self,
        route: &'a Route,
        consumer: &'a Instance,
        entries: &[(&'a Entry, &'a Instance)],
        lead: &'a Port,
        first: bool,
    ) -> Option<Listener<'a>> {
        let port_name = lead.name.as_str();
        let mut servers = Vec::new();
        let mut checks = BTreeSet::new();
        for (entry, instance) in entries {
            let Some(port) = like(lead, first, instance) else {
                self.missing_port(route, instance, port_name);
                continue;
            };
            if port.name != lead.name {
                self.other_name(route, instance, port, port_name);
            }
            checks.insert(http_check(instance, port));
            servers.extend(self.server(entry, instance, port));
        }
        let longest = servers.iter().map(|server| server.entry.rtt_us).max()?;
        let mut checks = checks.into_iter();
        let http_check = checks.next().flatten().filter(|_| checks.next().is_none());
        let (name, nth) = self.name(consumer, route, port_name);
        Some(Listener {
            name,
            nth,
            route,
            consumer,
            port_name,
            first,
            port: self.port()?,
            servers,
            longest_rtt_us: longest,
            http_check: http_check.filter(|path| self.is_path(path)),
        })
    }

    /// A proxy only carries bytes: whether both ends mean the same by them is not in the plan.
    fn other_name(&mut self, route: &Route, instance: &Instance, port: &Port, asked: &str) {
        let (consumer, service, id) = (&route.consumer, &route.service, &instance.id);
        let message = format!(
            "`{consumer}` -> `{service}`: `{id}` is asked at its port `{}` in place of `{asked}`; \
             the consumer must speak both",
            port.name
        );
        self.lose(false, &message);
    }

    fn missing_port(&mut self, route: &Route, instance: &Instance, port_name: &str) {
        // What has no port at all has been spoken of.
        if ports(instance).is_empty() {
            return;
        }
        let (consumer, service, id) = (&route.consumer, &route.service, &instance.id);
        let message = format!(
            "`{consumer}` -> `{service}`: `{id}` is left out for port `{port_name}`, which its \
             variant `{}` does not have",
            instance.variant
        );
        // Variants of one service share its first port; others are extras that not all have.
        self.lose(false, &message);
    }

    fn server(
        &mut self,
        entry: &'a Entry,
        instance: &'a Instance,
        port: &Port,
    ) -> Option<Server<'a>> {
        let here = instance.device == self.device.id;
        let (host, port) = if here && self.contained && image(instance).is_some() {
            (key_of(instance), port.container)
        } else {
            (
                self.fleet.device_of(instance)?.address.clone(),
                port.published,
            )
        };
        let ip = host.parse::<IpAddr>().ok();
        if ip.is_none() && !is_host_name(&host) {
            let message = format!(
                "`{}` has the address `{host}`, no IP or name",
                instance.device
            );
            self.refuse(ErrorCode::Text, &[&instance.device], message);
            return None;
        }
        Some(Server {
            name: slug_of(instance),
            entry,
            instance,
            host: ip.map_or(host, |ip| ip.to_string()),
            port,
            by_name: ip.is_none(),
        })
    }

    /// A name for the list, and which of the consumer's needs of this service it is for.
    fn name(&mut self, consumer: &Instance, route: &Route, port_name: &str) -> (String, u32) {
        let (service, port) = (vn_plan::slug(&route.service), vn_plan::slug(port_name));
        let name = format!("{}.{service}.{port}", slug_of(consumer));
        let nth = self.names.entry(name.clone()).or_default();
        *nth += 1;
        let name = if *nth == 1 {
            name
        } else {
            format!("{name}.{nth}")
        };
        (name, *nth)
    }

    fn port(&mut self) -> Option<u16> {
        let free = (FIRST_PORT..=u16::MAX).find(|port| !self.taken.contains(port));
        if let Some(port) = free {
            self.taken.insert(port);
        } else {
            let id = self.device.id.as_str();
            let message = format!("`{id}` has no port left for another list");
            self.refuse(ErrorCode::PortTwice, &[id], message);
        }
        free
    }

    fn is_path(&mut self, path: &str) -> bool {
        let allowed = |c: char| c.is_ascii_graphic() && !"\"'\\#$`{}".contains(c);
        let is = path.starts_with('/') && path.chars().all(allowed);
        if !is {
            let message = format!("the health check path `{path}` is not one of a URL");
            self.refuse(ErrorCode::Text, &[path], message);
        }
        is
    }
}

fn http_check<'a>(instance: &'a Instance, port: &Port) -> Option<&'a str> {
    let run = instance.run.as_ref()?;
    let first = run
        .ports
        .first()
        .is_some_and(|first| first.name == port.name);
    match run.health.as_ref()? {
        Health::Http(path) if first => Some(path),
        Health::Http(_) | Health::Command(_) | Health::Tcp => None,
    }
}

fn is_host_name(host: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=253).contains(&host.len()) && host.chars().all(fits) && !host.starts_with('-')
}

/// Which target would carry a list to whoever follows it without a proxy.
const fn missing(asking: &Instance) -> Target {
    match asking.role {
        Role::Client => Target::ClientSdk,
        Role::Service => Target::Json,
    }
}
