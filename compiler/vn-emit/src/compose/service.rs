//! One instance as a service of its device's project.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use vn_plan::{Health, Instance, Port, Protocol, Run};

use super::Build;
use super::project::{Deploy, HealthCheck, Mount, Service, Volume, literal};
use crate::names::{key_of, slug_of};
use crate::router::{Router, variables};
use crate::text::sha256;
use crate::{ErrorCode, Target};

impl<'a> Build<'_, 'a> {
    /// An instance as a service of the project.
    pub fn service(&mut self, one: &'a Instance, run: &'a Run, image: &str, key: &str) -> Service {
        self.texts(one, run);
        self.stop(one, run);
        let lazy = one.is_lazy();
        if lazy {
            let message = format!(
                "`{}` starts with `docker compose --profile lazy up`, not by itself at its first \
                 use",
                one.id
            );
            self.lose(self.fleet.relies_on(one), message);
        }
        Service {
            image: literal(image),
            command: run.command.iter().map(|word| literal(word)).collect(),
            environment: self.environment(one, run),
            ports: self.ports(one, run),
            volumes: run
                .data
                .iter()
                .map(|path| Mount::volume(key, path))
                .collect(),
            healthcheck: self.health(one, run),
            depends_on: BTreeMap::new(),
            profiles: if lazy { vec!["lazy"] } else { Vec::new() },
            pull_policy: "missing",
            restart: "unless-stopped",
            labels: self.labels(one, run),
            deploy: Deploy::of(&one.claims, run.gpu),
        }
    }

    /// What prepares an instance: the same container with another command, which ends.
    pub fn init(&mut self, one: &Instance, run: &Run, service: &Service) -> Option<Service> {
        if run.init.is_empty() {
            return None;
        }
        let message = format!(
            "`{}` runs its `init` at each `docker compose up`, not only at the first: it must bear that",
            one.id
        );
        self.lose(false, message);
        let mut labels = service.labels.clone();
        labels.insert("dev.vn.hook", "init".to_owned());
        let data = run.data.iter();
        let key = key_of(one);
        Some(Service {
            image: service.image.clone(),
            command: run.init.iter().map(|word| literal(word)).collect(),
            environment: service.environment.clone(),
            ports: Vec::new(),
            volumes: data.map(|path| Mount::volume(&key, path)).collect(),
            healthcheck: None,
            depends_on: BTreeMap::new(),
            profiles: service.profiles.clone(),
            pull_policy: service.pull_policy,
            restart: "no",
            labels,
            deploy: Deploy::of(&one.claims, run.gpu),
        })
    }

    /// Compose has `pre_stop` since 2.30; older ones, which stable systems have, refuse the whole file.
    fn stop(&mut self, one: &Instance, run: &Run) {
        if !run.stop.is_empty() {
            let message = format!(
                "`{}` gets the signal of its image, and its `stop` is not run",
                one.id
            );
            self.lose(true, message);
        }
    }

    /// No quoting carries these.
    fn texts(&mut self, one: &Instance, run: &Run) {
        let words = run.command.iter().chain(&run.init);
        let words = words.chain(&run.image).chain(&run.data);
        let pairs = run.environment.iter().flat_map(|(key, value)| [key, value]);
        if words.chain(pairs).any(|text| text.contains('\0')) {
            let message = format!("`{}` has a text with a zero byte in it", one.id);
            self.refuse(ErrorCode::Text, &[&one.id], message);
        }
        for key in run.environment.keys() {
            if key.is_empty() || key.contains(['=', '$']) || key.chars().any(char::is_whitespace) {
                let message = format!("`{}` sets `{key}`, which is no variable's name", one.id);
                self.refuse(ErrorCode::Text, &[&one.id], message);
            }
        }
    }

    /// What the variant sets, and where the consumer finds the services that it needs.
    fn environment(&mut self, one: &Instance, run: &Run) -> BTreeMap<String, String> {
        let own = run.environment.iter();
        let mut all: BTreeMap<String, String> = own
            .map(|(key, value)| (key.clone(), literal(value)))
            .collect();
        if self.router.is_none() {
            self.no_router(one);
        }
        let ours = self.router.map(|router| addresses(router, one));
        for (key, value) in ours.into_iter().flatten() {
            if all.insert(key.clone(), value).is_some() {
                let message = format!("`{}` has two values for `{key}`", one.id);
                self.refuse(ErrorCode::Collision, &[&one.id], message);
            }
        }
        all
    }

    fn no_router(&mut self, one: &Instance) {
        // Where a proxy is a target, it has spoken of the lists that it cannot follow.
        if self.fleet.proxies().next().is_some() {
            return;
        }
        let carried = self.fleet.has(Target::Json);
        let who = if carried {
            "it must read plan.json"
        } else {
            "add `emit haproxy` or `emit envoy`"
        };
        let mine = self
            .fleet
            .plan
            .routes
            .iter()
            .filter(|route| route.consumer == one.id);
        let services: BTreeSet<&str> = mine.map(|route| route.service.as_str()).collect();
        for service in services {
            let message = format!(
                "`{}` -> `{service}`: nobody follows its list; {who}",
                one.id
            );
            self.lose(!carried, message);
        }
    }

    fn ports(&mut self, one: &Instance, run: &Run) -> Vec<String> {
        if run.ports.is_empty() {
            return Vec::new();
        }
        let bind = self
            .device
            .bind
            .as_deref()
            .unwrap_or_default()
            .parse::<IpAddr>();
        match bind {
            Ok(ip) if !ip.is_unspecified() => run.ports.iter().map(|p| publish(ip, p)).collect(),
            Ok(ip) => {
                let (device, id) = (&self.device.id, &one.id);
                let message = format!("`{device}` would publish `{id}` on all addresses ({ip})");
                self.refuse(ErrorCode::NoBind, &[device, id], message);
                Vec::new()
            }
            Err(_) => {
                let (device, id, address) = (&self.device.id, &one.id, &self.device.address);
                let message = format!(
                    "`{device}` must bind the ports of `{id}`, but its address `{address}` is no IP \
                     literal and it has no `bind`"
                );
                self.refuse(ErrorCode::NoBind, &[device, id], message);
                Vec::new()
            }
        }
    }

    fn health(&mut self, one: &Instance, run: &Run) -> Option<HealthCheck> {
        match run.health.as_ref()? {
            Health::Command(words) if words.is_empty() => None,
            Health::Command(words) => Some(HealthCheck::command(words)),
            // Nothing is known of the tools inside the image, and a check that cannot run would
            // call a sound instance unhealthy.
            Health::Http(_) | Health::Tcp => {
                let id = &one.id;
                let message = format!("`{id}` is checked from outside, by the proxies that ask it");
                self.lose(false, message);
                None
            }
        }
    }

    pub fn volume(&self, one: &Instance) -> Volume {
        Volume {
            labels: BTreeMap::from([
                ("app.kubernetes.io/managed-by", "vnc".to_owned()),
                (
                    "app.kubernetes.io/part-of",
                    literal(&self.fleet.plan.program.name),
                ),
                ("dev.vn.component", literal(&one.component)),
            ]),
        }
    }

    fn labels(&self, one: &Instance, run: &Run) -> BTreeMap<&'static str, String> {
        let program = &self.fleet.plan.program.name;
        // Of this instance only: a label that changed with every plan would restart everything.
        let spec = serde_json::to_vec(&(run, &one.claims)).unwrap_or_default();
        BTreeMap::from([
            ("app.kubernetes.io/instance", slug_of(one)),
            ("app.kubernetes.io/managed-by", "vnc".to_owned()),
            ("app.kubernetes.io/name", literal(&one.component)),
            ("app.kubernetes.io/part-of", literal(program)),
            ("dev.vn.component", literal(&one.component)),
            ("dev.vn.digest", sha256(&spec)),
            ("dev.vn.variant", literal(&one.variant)),
        ])
    }
}

/// Where a consumer finds what it needs.
fn addresses(router: &Router, consumer: &Instance) -> Vec<(String, String)> {
    let mine = router
        .listeners
        .iter()
        .filter(|listener| listener.consumer.id == consumer.id);
    mine.flat_map(|listener| variables(router, listener))
        .collect()
}

fn publish(ip: IpAddr, port: &Port) -> String {
    let host = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let protocol = match port.protocol {
        Protocol::Udp => "/udp",
        Protocol::Tcp | Protocol::Http | Protocol::Ws => "",
    };
    format!("{host}:{}:{}{protocol}", port.published, port.container)
}
