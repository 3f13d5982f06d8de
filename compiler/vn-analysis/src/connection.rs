//! Whether a program on one device can open a connection to an instance on another.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Choice, DeviceIx, Hop, Path, Paths, Relation};
use crate::fleet::Fleet;

/// What stands in the way of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The variant has no port: it serves its own device only.
    NoPort,
    /// No link connects the sites.
    NoPath,
    /// The consumer speaks none of the variant's protocols.
    Protocol,
    /// Somebody else could listen.
    NotPrivate,
    /// The server's device accepts no connections.
    Outbound,
}

/// The network.
#[derive(Clone, Copy, Debug)]
pub struct Network<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// What lies between them.
    pub paths: &'a Paths,
}

impl<'a> Network<'a> {
    /// The path between two devices that stand so to each other.
    pub fn path(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<&'a Path> {
        self.paths.get(from, to, relation)
    }

    /// Whether a connection can be opened. A device that speaks tcp speaks what runs over it.
    pub fn connect(
        &self,
        from: DeviceIx,
        to: &Choice,
        relation: Relation,
        insecure: bool,
    ) -> Result<(), Obstacle> {
        if relation == Relation::Same {
            return Ok(());
        }
        if to.software.ports.is_empty() {
            return Err(Obstacle::NoPort);
        }
        let path = self
            .path(from, to.device, relation)
            .ok_or(Obstacle::NoPath)?;
        let speaks = self
            .fleet
            .class(from)
            .map_or(&[][..], |class| &class.speaks);
        let doubted = self.fleet.doubts(from, "speaks");
        let spoken = |protocol: &String| {
            doubted
                || speaks.contains(protocol)
                || (protocol != "udp" && speaks.iter().any(|s| s == "tcp"))
        };
        if !to.software.ports.iter().any(|port| spoken(&port.protocol)) {
            return Err(Obstacle::Protocol);
        }
        if !path.private && !insecure {
            return Err(Obstacle::NotPrivate);
        }
        match self.fleet.class(to.device) {
            Some(class) if class.outbound => Err(Obstacle::Outbound),
            _ => Ok(()),
        }
    }

    /// The message for a consumer that reaches no instance: the obstacle that came closest.
    pub fn refusal<'o>(
        &self,
        need: (&str, &str, Span),
        from: DeviceIx,
        options: &'o [Choice],
        insecure: bool,
    ) -> Option<Diagnostic> {
        let (consumer, server, span) = need;
        let blocked = |to: &'o Choice| {
            let relations = self.fleet.relations(from, to.device).into_iter();
            relations.filter_map(move |relation| {
                let obstacle = self.connect(from, to, relation, insecure).err()?;
                Some((obstacle, to, relation))
            })
        };
        let all = options.iter().flat_map(blocked);
        let (obstacle, to, relation) = all.max_by_key(|(obstacle, ..)| *obstacle)?;
        let (here, there) = (self.fleet.id(from), self.fleet.id(to.device));
        let site = |ix| {
            let row = self
                .fleet
                .device(ix)
                .and_then(|device| self.fleet.site(device));
            row.map_or("", |site| site.name.as_str())
        };
        let error = |code, message: String| {
            let label = format!("`{consumer}` on `{here}` needs `{server}`");
            Diagnostic::error(code, span, message).here(label)
        };
        Some(match obstacle {
            Obstacle::NoPath => {
                let (a, b) = (site(from), site(to.device));
                let message = format!("no path between `{a}` and `{b}`; add a link");
                let declared = self
                    .fleet
                    .declared
                    .iter()
                    .filter(|(name, _)| name == a || name == b);
                let fault = declared.fold(error(codes::NO_PATH, message), |fault, (name, span)| {
                    fault.label(*span, format!("`{name}`"))
                });
                fault.help(format!(
                    "write `link {a} <-> {b} {{ rtt = …; private = true }}`"
                ))
            }
            Obstacle::Outbound => {
                let why = format!("`{there}` has `reach = outbound`");
                let message = format!("`{here}` cannot open a connection to `{there}`: {why}");
                let reach = self.fleet.class(to.device).map(|class| class.reach);
                let fault = error(codes::NO_CONNECTION, message).help(format!(
                    "let `{server}` run on a device that accepts connections"
                ));
                match reach {
                    Some(reach) => fault.label(reach, "opens connections and accepts none"),
                    None => fault,
                }
            }
            Obstacle::Protocol => {
                let speaks = self
                    .fleet
                    .class(from)
                    .map_or_else(String::new, |c| c.speaks.join(", "));
                let ports: Vec<&str> = to
                    .software
                    .ports
                    .iter()
                    .map(|port| port.protocol.as_str())
                    .collect();
                let answers = ports.join(", ");
                error(
                    codes::NO_CONNECTION,
                    format!("`{here}` speaks {speaks}; `{server}` on `{there}` answers {answers}"),
                )
                .help("let it ask a service that speaks its protocol, such as a gateway")
            }
            Obstacle::NotPrivate => {
                let message = format!("the way from `{here}` to `{there}` is not private");
                let hops = self
                    .path(from, to.device, relation)
                    .map_or(&[][..], |path| &path.hops);
                let lines = hops.iter().filter_map(|hop| match hop {
                    Hop::Line(at) => self.paths.line(*at),
                    Hop::Site(_) | Hop::Device(_) => None,
                });
                let public = lines.filter(|line| !line.private);
                let fault = public.fold(error(codes::NO_CONNECTION, message), |fault, line| {
                    fault.label(line.span, "others can listen here")
                });
                fault.help(
                    "write `private = true` if a VPN carries the link, or `insecure` in the need",
                )
            }
            Obstacle::NoPort => {
                let message =
                    format!("`{server}` serves only its own device, and cannot run on `{here}`");
                error(codes::NO_CONNECTION, message)
            }
        })
    }
}
