//! "No plan exists", in the user's words: the planner's shortages with their lines and figures.

use vn_problem::{Claim, Conflict, DeviceId, Micros, Shortage};
use vn_syntax::{Diagnostic, Span};

use crate::codes::NO_PLAN;
use crate::figure;
use crate::loosening;
use crate::lower::Lowered;
use vn_analysis::{Composition, SlotIx, SlotRole, WishKind};

/// One diagnostic per independent shortage, the plainest first.
pub fn diagnostics(
    conflict: &Conflict,
    composition: &Composition,
    lowered: &Lowered,
) -> Vec<Diagnostic> {
    let words = Words {
        composition,
        lowered,
    };
    conflict
        .shortages
        .iter()
        .map(|shortage| words.diagnostic(shortage))
        .collect()
}

struct Words<'a> {
    composition: &'a Composition,
    lowered: &'a Lowered,
}

impl Words<'_> {
    fn diagnostic(&self, shortage: &Shortage) -> Diagnostic {
        match shortage {
            Shortage::NoCandidate {
                component,
                device,
                cause,
            } => {
                let on = device
                    .map(|d| format!(" on `{}`", self.device(d)))
                    .unwrap_or_default();
                self.error(
                    *cause,
                    format!(
                        "`{}` has no variant that can run{on}",
                        self.component(*component)
                    ),
                )
            }
            Shortage::TooFewDevices {
                component,
                needed,
                available,
                cause,
            } => self.error(
                *cause,
                format!(
                    "`{}` needs {needed} devices that can host it, there {}",
                    self.component(*component),
                    figure::are(*available),
                ),
            ),
            Shortage::NoRoute { .. } => self.no_route(shortage),
            Shortage::NoneAlive {
                component,
                failure,
                cause,
                ..
            } => self.error(
                *cause,
                format!(
                    "without {} no device is left that can host `{}`",
                    self.failure(*failure),
                    self.component(*component)
                ),
            ),
            Shortage::LeftAlone { .. } => self.left_alone(shortage),
            Shortage::NoTruth { component, cause } => self.error(
                *cause,
                format!(
                    "no variant of `{}` can hold the truth there",
                    self.component(*component)
                ),
            ),
            Shortage::Resource { .. } => self.resource(shortage),
            Shortage::Throughput {
                component,
                failure,
                needed,
                available,
                cause,
            } => {
                let when = failure
                    .map(|f| format!(" without {}", self.failure(f)))
                    .unwrap_or_default();
                self.error(
                    *cause,
                    format!(
                        "throughput of `{}`{when}: at least {} are asked, all instances together answer {}",
                        self.component(*component),
                        figure::load(*needed),
                        figure::load(*available)
                    ),
                )
            }
            Shortage::Connections {
                component,
                needed,
                available,
                cause,
            } => self
                .error(
                    *cause,
                    format!(
                        "connections of `{}`: clients hold {needed}, all instances together bear {available}",
                        self.component(*component)
                    ),
                )
                .help("raise `connections`, or admit it on more devices"),
            Shortage::Total { .. } => self.total(shortage),
            Shortage::Exhausted { claims, available } => self.exhausted(claims, available),
        }
    }

    fn no_route(&self, shortage: &Shortage) -> Diagnostic {
        let Shortage::NoRoute {
            need,
            device,
            fastest,
            needed,
            available,
            cause,
        } = shortage
        else {
            return self.unplaced(String::new());
        };
        let edge = self.edge(*need);
        let at = self.device(*device);
        let Some((fastest, needed)) = fastest.zip(*needed) else {
            return self.error(
                *cause,
                format!("{edge}: nothing can be reached from `{at}`"),
            );
        };
        let bound = available
            .map(|us| figure::time(Micros(us)))
            .unwrap_or_default();
        self.error(
            *cause,
            format!(
                "{edge} within {bound} from `{at}`: the fastest, `{}`, takes {}",
                self.candidate(fastest),
                figure::time(Micros(needed))
            ),
        )
    }

    fn left_alone(&self, shortage: &Shortage) -> Diagnostic {
        let Shortage::LeftAlone {
            failure,
            need,
            device,
            cause,
            ..
        } = shortage
        else {
            return self.unplaced(String::new());
        };
        let message = format!(
            "without {} nobody answers {} from `{}` in time",
            self.failure(*failure),
            self.edge(*need),
            self.device(*device)
        );
        let line = self
            .lowered
            .problem
            .needs
            .get(need.index())
            .map(|n| self.span(n.cause));
        let error = self.error(*cause, message);
        match line {
            Some(Some(span)) => error.label(span, "this is what must be answered"),
            _ => error,
        }
    }

    fn resource(&self, shortage: &Shortage) -> Diagnostic {
        let Shortage::Resource {
            resource,
            devices,
            claims,
            needed,
            available,
        } = shortage
        else {
            return self.unplaced(String::new());
        };
        let what = self.resource_name(*resource);
        let (needs, has) = figure::apart(what, *needed, *available);
        let on = self.devices(devices);
        let message = if figure::is_port(what) {
            format!("no plan exists: {what} of {on} is wanted by {needs} services at once")
        } else {
            format!(
                "no plan exists: {what} on {on} — needs at least {needs}, has {has} after the reserve"
            )
        };
        self.with_claims(self.unplaced(message), *resource, claims)
    }

    fn total(&self, shortage: &Shortage) -> Diagnostic {
        let Shortage::Total {
            claims,
            needed,
            available,
            cause,
            requirement,
        } = shortage
        else {
            return self.unplaced(String::new());
        };
        let money = |amount: u128| figure::money(amount, &self.composition.currency);
        let is_cost = self
            .lowered
            .problem
            .requirements
            .get(requirement.index())
            .is_some_and(|r| {
                matches!(
                    r.kind,
                    vn_problem::RequirementKind::Total {
                        metric: vn_problem::TotalMetric::Cost,
                        ..
                    }
                )
            });
        let show = |amount: u128| {
            if is_cost {
                money(amount)
            } else {
                figure::power(amount)
            }
        };
        let error = self.error(
            *cause,
            format!(
                "no plan exists: the cheapest one takes {}, the bound is {}",
                show(*needed),
                show(u128::from(*available))
            ),
        );
        let error = match self.said(*cause) {
            Some(words) => error.here(words),
            None => error,
        };
        claims.iter().fold(error, |error, claim| {
            let line = format!(
                "`{}` takes {}",
                self.component(claim.component),
                show(claim.needed)
            );
            error.fact(line)
        })
    }

    fn exhausted(&self, claims: &[(usize, Claim)], available: &[u128]) -> Diagnostic {
        if let Some(error) = self.overload() {
            return error;
        }
        let lines = loosening::lines(self.lowered);
        if let Some((first, rest)) = lines.split_first() {
            let message = match rest {
                [] => "no plan exists: this line stands in the way",
                _ => "no plan exists: any one of these lines, loosened, would let one exist",
            };
            let error = Diagnostic::error(NO_PLAN, first.span, message).here(self.advice(first));
            let error = self.held_only().fold(error, Diagnostic::fact);
            return rest.iter().fold(error, |error, line| {
                error.label(line.span, self.advice(line))
            });
        }
        let of = |resource: usize| claims.iter().filter(move |(r, _)| *r == resource);
        let needed = |resource: usize| of(resource).map(|(_, c)| c.needed).sum::<u128>();
        let mut error = self.unplaced(
            "no plan exists: nothing is short by itself, but every combination was refuted"
                .to_owned(),
        );
        error = self.held_only().fold(error, Diagnostic::fact);
        let mut tightest: Option<(u128, usize)> = None;
        for (resource, &has) in available.iter().enumerate() {
            let (needs, name) = (needed(resource), self.resource_name(resource));
            if needs == 0 || figure::is_port(name) {
                continue;
            }
            error = error.fact(format!(
                "{}: needs at least {}, all devices have {} after the reserve",
                name,
                figure::amount(name, needs),
                figure::amount(name, has)
            ));
            let use_of_it = needs.saturating_mul(1_000_000) / has.max(1);
            tightest = tightest.max(Some((use_of_it, resource)));
        }
        if let Some((_, resource)) = tightest {
            for (_, claim) in of(resource).filter(|(_, claim)| claim.needed > 0) {
                error = error.fact(self.claim(resource, claim));
            }
        }
        error.help("loosen a budget, lower `replicas`, or add a device")
    }

    /// A client that asks more than any one instance answers: whoever is first takes all of it.
    fn overload(&self) -> Option<Diagnostic> {
        let problem = &self.lowered.problem;
        for need in problem.needs.iter().filter(|need| !need.optional) {
            let consumer = &problem[need.consumer];
            let answers = problem
                .candidates_of(need.server)
                .map(|(_, row)| row.capacity);
            let Some(most) = answers
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().max())
            else {
                continue;
            };
            let asked = consumer.on.iter().filter_map(|&device| {
                let demand = problem.demand_on(need.consumer, device)?;
                Some((need.load_from(demand)?, device))
            });
            let Some((load, device)) = asked.max_by_key(|(load, _)| *load) else {
                continue;
            };
            if load <= most {
                continue;
            }
            let server = self.component(need.server);
            let message = format!(
                "no plan exists: `{}` on `{}` asks {} of `{server}`, of which one instance answers {}",
                self.component(need.consumer),
                self.device(device),
                figure::load(u128::from(load.0)),
                figure::load(u128::from(most.0)),
            );
            let fault = self.error(need.cause, message).help(
                "a client asks one instance at a time: let an instance answer more, or spread the demand over more devices",
            );
            return Some(match self.span(problem[need.server].cause) {
                Some(span) => fault.label(span, format!("`{server}` is declared here")),
                None => fault,
            });
        }
        None
    }

    /// What nobody can ask over a network, which is easily forgotten: a service without a port.
    fn held_only(&self) -> impl Iterator<Item = String> {
        let needs = &self.composition.needs;
        let is_asked = move |ix: u32| needs.iter().any(|need| need.server == SlotIx(ix));
        let slots = (0..).zip(&self.composition.slots);
        let asked = slots
            .filter(move |(ix, _)| is_asked(*ix))
            .map(|(_, slot)| slot);
        let services = asked.filter(|slot| slot.role == SlotRole::Service);
        let alone = services.filter(|slot| {
            let mut options = slot.options.iter();
            options
                .all(|option| option.software.ports.is_empty() && option.software.image.is_none())
        });
        alone.map(|slot| {
            let name = &slot.name;
            format!("`{name}` has no `ports`: only what runs on the same device can ask it")
        })
    }

    fn with_claims(&self, error: Diagnostic, resource: usize, claims: &[Claim]) -> Diagnostic {
        let named = claims.iter().fold(error, |error, claim| {
            let line = format!(
                "needs at least {}",
                figure::amount(self.resource_name(resource), claim.needed)
            );
            match self.span(claim.cause) {
                Some(span) => error.label(span, line),
                None => error,
            }
        });
        let facts = claims.iter().map(|claim| self.claim(resource, claim));
        facts
            .fold(named, Diagnostic::fact)
            .help("add a device with room for it, lower `replicas`, or admit a smaller variant")
    }

    fn claim(&self, resource: usize, claim: &Claim) -> String {
        let name = self.component(claim.component);
        let amount = figure::amount(self.resource_name(resource), claim.needed);
        let cheapest = self.candidate(claim.cheapest);
        match claim.instances {
            1 => format!("`{name}` claims at least {amount} (as `{cheapest}`)"),
            n => format!("`{name}` × {n} claims at least {amount} (each as `{cheapest}`)"),
        }
    }

    fn error(&self, cause: vn_problem::Cause, message: String) -> Diagnostic {
        let message = if message.starts_with("no plan exists") {
            message
        } else {
            format!("no plan exists: {message}")
        };
        match self.span(cause) {
            Some(span) => Diagnostic::error(NO_PLAN, span, message),
            None => self.unplaced(message),
        }
    }

    /// For what no single line is to blame: the first slot's declaration stands for the builder.
    fn unplaced(&self, message: String) -> Diagnostic {
        let first = self.composition.slots.first().map(|slot| slot.span);
        let devices = self.composition.devices.first().map(|device| device.span);
        let span = first.or(devices).unwrap_or(Span {
            file: vn_syntax::FileId(0),
            start: 0,
            end: 0,
        });
        Diagnostic::error(NO_PLAN, span, message)
    }

    fn span(&self, cause: vn_problem::Cause) -> Option<Span> {
        self.lowered.causes.get(cause.0 as usize).copied()
    }

    /// What would do about a line, behind what the user wrote there.
    fn advice(&self, line: &loosening::Line) -> String {
        match self.said_at(line.span) {
            Some(words) => format!("{words}; {}", line.advice),
            None => line.advice.to_owned(),
        }
    }

    /// What the user wrote behind `else`.
    fn said(&self, cause: vn_problem::Cause) -> Option<String> {
        self.said_at(self.span(cause)?)
    }

    fn said_at(&self, span: Span) -> Option<String> {
        let mut wishes = self.composition.wishes.iter();
        wishes.find_map(|wish| match &wish.kind {
            WishKind::Total { message, .. } | WishKind::Bound { message, .. }
                if wish.span == span =>
            {
                message.clone()
            }
            _ => None,
        })
    }

    fn resource_name(&self, resource: usize) -> &str {
        self.lowered
            .resources
            .get(resource)
            .map_or("a resource", String::as_str)
    }

    fn component(&self, id: vn_problem::ComponentId) -> &str {
        self.composition
            .slots
            .get(id.index())
            .map_or("?", |slot| slot.name.as_str())
    }

    fn device(&self, id: DeviceId) -> &str {
        self.composition
            .devices
            .get(id.index())
            .map_or("?", |device| device.id.as_str())
    }

    fn devices(&self, ids: &[DeviceId]) -> String {
        let names: Vec<String> = ids
            .iter()
            .map(|&id| format!("`{}`", self.device(id)))
            .collect();
        figure::list(&names)
    }

    fn failure(&self, id: vn_problem::FailureId) -> String {
        let down = self
            .lowered
            .problem
            .failures
            .get(id.index())
            .map(|f| f.down.as_slice());
        self.devices(down.unwrap_or_default())
    }

    /// `` `app needs graph` ``.
    fn edge(&self, id: vn_problem::NeedId) -> String {
        let Some(need) = self.lowered.problem.needs.get(id.index()) else {
            return "a need".to_owned();
        };
        format!(
            "`{} needs {}`",
            self.component(need.consumer),
            self.component(need.server)
        )
    }

    /// `graph (memgraph) on nuc`.
    fn candidate(&self, id: vn_problem::CandidateId) -> String {
        let Some(row) = self.lowered.problem.candidates.get(id.index()) else {
            return "?".to_owned();
        };
        let variant = self
            .composition
            .slots
            .get(row.component.index())
            .and_then(|slot| slot.variants.get(row.variant as usize))
            .map_or("?", String::as_str);
        format!("{variant} on {}", self.device(row.device))
    }
}
