//! Docker Compose: one project per device, with the device's own proxy in it.

mod project;
mod service;

use std::collections::BTreeMap;

use vn_plan::{Custody, Device, Instance, Socket};

use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image, is_linux};
use crate::names::key_of;
use crate::router::{Router, SERVICE};
use crate::text::{made_by, sha256};
use crate::{EmitError, ErrorCode, Loss, Target};
use crate::{envoy, haproxy};
use project::{Condition, Deploy, Mount, Project, Service, literal};

/// How a proxy is run as a container.
struct Sidecar {
    image: &'static str,
    /// Its file beside `compose.yaml`, and where it looks for it.
    file: (&'static str, &'static str),
    /// What it may use beside the plan's own claims.
    memory_bytes: u64,
}

/// Long-term support line; small, and it runs on every architecture of ours.
const HAPROXY: Sidecar = Sidecar {
    image: "haproxy:2.8-alpine",
    file: ("./haproxy.cfg", "/usr/local/etc/haproxy/haproxy.cfg"),
    memory_bytes: 64 << 20,
};

const ENVOY: Sidecar = Sidecar {
    image: "envoyproxy/envoy:distroless-v1.36.2",
    file: ("./envoy.yaml", "/etc/envoy/envoy.yaml"),
    memory_bytes: 128 << 20,
};

pub fn emit(fleet: &Fleet, routers: &[Router]) -> Emitted {
    let mut emitted = Emitted::default();
    for device in &fleet.plan.devices {
        let router = routers.iter().find(|router| router.device.id == device.id);
        let mut build = Build {
            fleet,
            device,
            router,
            out: Emitted::default(),
        };
        if let Some(project) = build.project() {
            match project.text(&made_by(&fleet.plan.program.sources)) {
                Ok(text) => {
                    let bytes = text.into_bytes();
                    build
                        .out
                        .file(Target::Compose, device, "compose.yaml", bytes);
                }
                Err(message) => build.refuse(ErrorCode::Text, &[&device.id], message),
            }
        }
        emitted.add(build.out);
    }
    emitted
}

/// What the instances of a service with a quorum or a standby would have to know of each other.
fn apart(id: &str, part: Custody) -> String {
    match part {
        Custody::Truth => format!("`{id}` holds the truth, and nothing here hands it to a standby"),
        Custody::Voter => format!("`{id}` votes with others that it is not introduced to"),
        Custody::Standby => format!("`{id}` stands by, and nothing here tells it to take over"),
        Custody::Clone => format!("`{id}` is a clone that is not told who writes"),
    }
}

struct Build<'f, 'a> {
    fleet: &'f Fleet<'a>,
    device: &'a Device,
    router: Option<&'f Router<'a>>,
    out: Emitted,
}

impl Build<'_, '_> {
    fn lose(&mut self, guarantee: bool, message: String) {
        self.out.losses.push(Loss {
            target: Target::Compose,
            device: self.device.id.clone(),
            guarantee,
            message,
        });
    }

    fn refuse(&mut self, code: ErrorCode, about: &[&str], message: String) {
        self.out
            .errors
            .push(EmitError::new(code, Target::Compose, about, message));
    }

    fn project(&mut self) -> Option<Project> {
        let here: Vec<&Instance> = self.fleet.on(self.device).collect();
        let mut services = BTreeMap::new();
        let mut volumes = BTreeMap::new();
        for (instance, run) in here
            .iter()
            .filter_map(|one| Some((*one, one.run.as_ref()?)))
        {
            let Some(image) = image(instance) else {
                continue;
            };
            if !is_linux(self.device) {
                let (id, os) = (&instance.id, &self.device.os);
                self.lose(
                    true,
                    format!("`{id}` is not run: there are no containers on `{os}`"),
                );
                continue;
            }
            if let Some(part) = instance.custody {
                self.lose(true, apart(&instance.id, part));
            }
            let key = key_of(instance);
            if run.data.is_some() {
                volumes.insert(format!("{key}-data"), self.volume(instance));
            }
            let mut service = self.service(instance, run, image, &key);
            if let Some(init) = self.init(instance, run, &service) {
                let first = format!("{key}-init");
                service.depends_on.insert(first.clone(), Condition::DONE);
                let other = services.insert(first.clone(), init);
                self.unique(&first, other.is_none());
            }
            let other = services.insert(key.clone(), service);
            self.unique(&key, other.is_none());
        }
        self.no_image(&here);
        self.published(&here);
        if let Some(router) = self.router {
            let service = self.proxy(router);
            if services.insert(SERVICE.to_owned(), service).is_some() {
                let message = format!("a component becomes `{SERVICE}`, the name of the proxy");
                self.refuse(ErrorCode::Collision, &[SERVICE], message);
            }
        }
        let program = vn_plan::slug(&self.fleet.plan.program.name);
        (!services.is_empty()).then_some(Project {
            // A project's name starts with a letter or digit; slugs never start with a hyphen.
            name: format!("{program}-{}", self.device.slug)
                .trim_start_matches('-')
                .to_owned(),
            services,
            volumes,
        })
    }

    /// Components have names of their own; what comes before one could be called like another.
    fn unique(&mut self, key: &str, is_free: bool) {
        if !is_free {
            let message = format!("two services of `{}` become `{key}`", self.device.id);
            self.refuse(ErrorCode::Collision, &[key], message);
        }
    }

    /// Services that stand on their own, but of which nothing says how to run them.
    fn no_image(&mut self, here: &[&Instance]) {
        let silent = here.iter().filter(|one| {
            one.role == vn_plan::Role::Service
                && one.run.as_ref().is_some_and(|r| r.image.is_none())
        });
        for one in silent {
            let message = format!(
                "`{}` is not run: variant `{}` has no image",
                one.id, one.variant
            );
            self.lose(true, message);
        }
    }

    /// No two instances publish one port.
    fn published(&mut self, here: &[&Instance]) {
        let mut taken: BTreeMap<Socket, &str> = BTreeMap::new();
        for one in here.iter().filter(|one| image(one).is_some()) {
            for port in one.run.iter().flat_map(|run| &run.ports) {
                let other = *taken.entry(port.socket()).or_insert(&one.id);
                if other != one.id {
                    let (id, socket) = (one.id.as_str(), port.socket());
                    let message = format!("`{other}` and `{id}` both publish port {socket}");
                    self.refuse(ErrorCode::PortTwice, &[id, other], message);
                }
            }
        }
    }

    /// The proxy is beside its consumers: from a container, the loopback address of the device
    /// cannot be reached. Consumers on the device itself find it there.
    fn proxy(&self, router: &Router) -> Service {
        let detect_us = self.fleet.plan.program.detect_us;
        let (sidecar, config) = if self.fleet.proxies().next() == Some(Target::Envoy) {
            (ENVOY, envoy::body(router, detect_us).unwrap_or_default())
        } else {
            (HAPROXY, haproxy::body(router, detect_us))
        };
        let outside = router
            .listeners
            .iter()
            .filter(|one| image(one.consumer).is_none());
        let program = &self.fleet.plan.program.name;
        Service {
            image: sidecar.image.to_owned(),
            command: Vec::new(),
            environment: BTreeMap::new(),
            ports: outside
                .map(|one| format!("127.0.0.1:{0}:{0}", one.port))
                .collect(),
            volumes: vec![Mount::file(sidecar.file.0, sidecar.file.1)],
            healthcheck: None,
            depends_on: BTreeMap::new(),
            profiles: Vec::new(),
            pull_policy: "missing",
            restart: "unless-stopped",
            labels: BTreeMap::from([
                ("app.kubernetes.io/managed-by", "vnc".to_owned()),
                ("app.kubernetes.io/name", SERVICE.to_owned()),
                ("app.kubernetes.io/part-of", literal(program)),
                // Compose does not look into mounted files: this restarts it when they change.
                ("dev.vn.digest", sha256(config.as_bytes())),
            ]),
            deploy: Deploy::memory(sidecar.memory_bytes),
        }
    }
}
