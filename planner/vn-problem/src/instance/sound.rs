//! Whether the tables of an instance fit together: what [`Problem::check`] asks, answered with paths.

use std::fmt;

use super::{Instance, ReadError};
use crate::{
    Arrivals, CandidateId, Cause, ComponentId, Cut, DeviceId, FailureId, Malformed, Need, Problem,
    Requirement, RequirementKind, Role,
};

type Sound = Result<(), ReadError>;

/// The first fault.
pub fn check(instance: &Instance) -> Sound {
    let of = Tables {
        problem: &instance.problem,
        causes: instance.causes.len(),
    };
    of.devices()?;
    of.components()?;
    of.candidates()?;
    of.traffic()?;
    of.needs()?;
    of.failures()?;
    of.refills()?;
    of.requirements()?;
    instance.problem.check().map_err(remaining)
}

/// What is found wrong only here: a circle, or a rule that `check` has and this module has not.
fn remaining(fault: Malformed) -> ReadError {
    match fault {
        Malformed::Circle => ReadError::at("needs", "those with a fanout form a circle"),
        Malformed::Device(DeviceId(id)) => strange("devices", id),
        Malformed::Component(ComponentId(id)) => strange("components", id),
        Malformed::Candidate(CandidateId(id)) => strange("candidates", id),
        Malformed::Need(crate::NeedId(id)) => strange("needs", id),
        Malformed::Way(crate::WayId(id)) => strange("ways", id),
        Malformed::Failure(FailureId(id)) => strange("failures", id),
        Malformed::Refill(at) => strange("refills", at),
        Malformed::Requirement(crate::RequirementId(id)) => strange("requirements", id),
        Malformed::Earlier => ReadError::at(
            "earlier",
            "`kept` is not ascending, names an unknown candidate, or there is not one cost a component",
        ),
        Malformed::Measure(at) => strange("measures", at),
        Malformed::Objective => ReadError::at(
            "objective",
            "a weight divides by zero, or a metric is no measure that there is",
        ),
    }
}

fn strange(table: &str, at: impl fmt::Display) -> ReadError {
    ReadError::at(
        format!("{table}[{at}]"),
        "this row does not fit the rest of the instance",
    )
}

struct Tables<'a> {
    problem: &'a Problem,
    causes: usize,
}

/// A path that is only written out when something is wrong there.
type Path<'a> = fmt::Arguments<'a>;

impl Tables<'_> {
    fn devices(&self) -> Sound {
        self.problem
            .devices
            .iter()
            .enumerate()
            .try_for_each(|(at, row)| {
                self.covers(row.capacity.len(), format_args!("devices[{at}].capacity"))?;
                if row.count == 0 {
                    let path = format!("devices[{at}].count");
                    return Err(ReadError::at(path, "it stands for no machine"));
                }
                self.cause(row.cause, format_args!("devices[{at}]"))
            })
    }

    fn components(&self) -> Sound {
        self.problem
            .components
            .iter()
            .enumerate()
            .try_for_each(|(at, row)| {
                for (nth, &id) in row.on.iter().enumerate() {
                    self.device(id, format_args!("components[{at}].on[{nth}]"))?;
                }
                holds(
                    row.custody.holders > 0,
                    format_args!("components[{at}].holders"),
                    "a truth is held by one at least",
                )?;
                match row.role {
                    Role::Service => holds(
                        row.on.is_empty(),
                        format_args!("components[{at}].on"),
                        "a service has no devices of its own",
                    ),
                    Role::Client => {
                        let late = unsorted(&row.on);
                        ascends(late, format_args!("components[{at}].on"), "")
                    }
                }?;
                self.cause(row.cause, format_args!("components[{at}]"))
            })
    }

    fn candidates(&self) -> Sound {
        let problem = self.problem;
        for (at, row) in problem.candidates.iter().enumerate() {
            self.component(row.component, format_args!("candidates[{at}].component"))?;
            self.device(row.device, format_args!("candidates[{at}].device"))?;
            self.covers(row.claim.len(), format_args!("candidates[{at}].claim"))?;
            let component = &problem[row.component];
            holds(
                component.role == Role::Service || component.on.contains(&row.device),
                format_args!("candidates[{at}].device"),
                &format!(
                    "client {} is not on device {}",
                    row.component.0, row.device.0
                ),
            )?;
            holds(
                component.role == Role::Service || row.copy == 0,
                format_args!("candidates[{at}].copy"),
                &format!("client {} stands once on its devices", row.component.0),
            )?;
        }
        let keys = problem.candidates.iter();
        let keys: Vec<_> = keys
            .map(|row| (row.component, row.device, row.copy, row.variant))
            .collect();
        ascends(
            unsorted(&keys),
            format_args!("candidates"),
            " by (component, device, copy, variant)",
        )
    }

    fn needs(&self) -> Sound {
        self.problem
            .needs
            .iter()
            .enumerate()
            .try_for_each(|(at, row)| {
                self.component(row.consumer, format_args!("needs[{at}].consumer"))?;
                self.component(row.server, format_args!("needs[{at}].server"))?;
                holds(
                    self.problem[row.server].role == Role::Service,
                    format_args!("needs[{at}].server"),
                    &format!(
                        "component {} is a client, which nobody can need",
                        row.server.0
                    ),
                )?;
                holds(
                    row.tiers > 0,
                    format_args!("needs[{at}].tiers"),
                    "there is at least one tier",
                )?;
                holds(
                    row.copies > 0,
                    format_args!("needs[{at}].copies"),
                    "who is served has at least one server",
                )?;
                self.routes(at, row)?;
                self.cause(row.cause, format_args!("needs[{at}]"))
            })
    }

    fn traffic(&self) -> Sound {
        let channels = &self.problem.channels;
        for (at, row) in channels.iter().enumerate() {
            self.cause(row.cause, format_args!("channels[{at}]"))?;
        }
        for (at, row) in self.problem.ways.iter().enumerate() {
            for (nth, id) in row.channels.iter().enumerate() {
                let path = format_args!("ways[{at}].channels[{nth}]");
                known(id.0, channels.len(), "channel", path)?;
            }
            let late = unsorted(&row.channels);
            ascends(late, format_args!("ways[{at}].channels"), "")?;
        }
        Ok(())
    }

    fn routes(&self, at: usize, need: &Need) -> Sound {
        for (nth, row) in need.routes.iter().enumerate() {
            self.device(row.from, format_args!("needs[{at}].routes[{nth}].from"))?;
            self.candidate(row.to, format_args!("needs[{at}].routes[{nth}].to"))?;
            if let Some(way) = row.way {
                let path = format_args!("needs[{at}].routes[{nth}].way");
                known(way.0, self.problem.ways.len(), "way", path)?;
            }
            let to = self.problem[row.to].component;
            holds(
                to == need.server,
                format_args!("needs[{at}].routes[{nth}].to"),
                &format!(
                    "candidate {} is of component {}, not of {}, which is needed",
                    row.to.0, to.0, need.server.0
                ),
            )?;
            holds(
                row.tier < need.tiers,
                format_args!("needs[{at}].routes[{nth}].tier"),
                &format!("tier {} is not below `tiers`, {}", row.tier, need.tiers),
            )?;
        }
        let keys: Vec<_> = need.routes.iter().map(|row| (row.from, row.to)).collect();
        ascends(
            unsorted(&keys),
            format_args!("needs[{at}].routes"),
            " by (from, to)",
        )
    }

    fn failures(&self) -> Sound {
        self.problem
            .failures
            .iter()
            .enumerate()
            .try_for_each(|(at, row)| {
                for (nth, &id) in row.down.iter().enumerate() {
                    self.device(id, format_args!("failures[{at}].down[{nth}]"))?;
                }
                for (nth, cut) in row.cut.iter().enumerate() {
                    self.cut(cut, format_args!("failures[{at}].cut[{nth}]"))?;
                }
                for (nth, &id) in row.kept.iter().enumerate() {
                    self.component(id, format_args!("failures[{at}].kept[{nth}]"))?;
                }
                self.cause(row.cause, format_args!("failures[{at}]"))
            })
    }

    fn cut(&self, cut: &Cut, path: Path<'_>) -> Sound {
        for (side, ids) in [("one", &cut.one), ("other", &cut.other)] {
            for (nth, &id) in ids.iter().enumerate() {
                self.device(id, format_args!("{path}.{side}[{nth}]"))?;
            }
        }
        let both = cut.one.iter().find(|device| cut.other.contains(device));
        both.map_or(Ok(()), |DeviceId(id)| {
            let message = format!("device {id} is on both sides");
            Err(ReadError::at(path.to_string(), message))
        })
    }

    fn refills(&self) -> Sound {
        self.problem
            .refills
            .iter()
            .enumerate()
            .try_for_each(|(at, row)| {
                self.candidate(row.to, format_args!("refills[{at}].to"))?;
                self.candidate(row.from, format_args!("refills[{at}].from"))?;
                holds(
                    self.problem[row.to].component == self.problem[row.from].component,
                    format_args!("refills[{at}]"),
                    &format!(
                        "candidates {} and {} are of different components",
                        row.to.0, row.from.0
                    ),
                )
            })
    }

    fn requirements(&self) -> Sound {
        let rows = self.problem.requirements.iter().enumerate();
        rows.into_iter().try_for_each(|(at, row)| {
            self.requirement(at, row)?;
            self.cause(row.cause, format_args!("requirements[{at}]"))
        })
    }

    fn requirement(&self, at: usize, row: &Requirement) -> Sound {
        let (kind, component) = match &row.kind {
            RequirementKind::Count { component, .. } => ("count", *component),
            RequirementKind::Truth { component } => ("truth", *component),
            RequirementKind::Spread { component, .. } => ("spread", *component),
            RequirementKind::Survive { component, .. } => ("survive", *component),
            RequirementKind::Uniform { component, .. } => ("uniform", *component),
            RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. } => return self.bond(at, &row.kind),
            RequirementKind::Arrivals(row) => return self.arrivals(at, row),
            RequirementKind::AtMost { measure, .. } => {
                let path = format_args!("requirements[{at}].kind.at_most.measure");
                return known(*measure, self.problem.measures.len(), "measure", path);
            }
            RequirementKind::Total { .. } => return Ok(()),
        };
        self.component(
            component,
            format_args!("requirements[{at}].kind.{kind}.component"),
        )?;
        match &row.kind {
            RequirementKind::Spread { domain, m, .. } => {
                holds(
                    domain.len() == self.problem.devices.len(),
                    format_args!("requirements[{at}].kind.spread.domain"),
                    &format!(
                        "{} for {}",
                        count(domain.len(), "domain"),
                        count(self.problem.devices.len(), "device")
                    ),
                )?;
                holds(
                    *m > 0,
                    format_args!("requirements[{at}].kind.spread.m"),
                    "there is at least one domain",
                )
            }
            RequirementKind::Survive { failures, .. } => {
                for (nth, &FailureId(id)) in failures.iter().enumerate() {
                    known(
                        id,
                        self.problem.failures.len(),
                        "failure",
                        format_args!("requirements[{at}].kind.survive.failures[{nth}]"),
                    )?;
                }
                Ok(())
            }
            RequirementKind::Uniform { devices, .. } => {
                for (nth, &id) in devices.iter().enumerate() {
                    self.device(
                        id,
                        format_args!("requirements[{at}].kind.uniform.devices[{nth}]"),
                    )?;
                }
                Ok(())
            }
            RequirementKind::Count { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Implies { .. }
            | RequirementKind::Exclusive { .. }
            | RequirementKind::Linear { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => Ok(()),
        }
    }

    /// Who fetches, and from whom: in ascending order.
    fn arrivals(&self, at: usize, row: &Arrivals) -> Sound {
        let path = format!("requirements[{at}].kind.arrivals.pairs");
        let mut last = None;
        for (nth, one) in row.pairs.iter().enumerate() {
            let path = format_args!("{path}[{nth}]");
            self.candidate(one.to, path)?;
            self.candidate(one.from, path)?;
            let fits = one.to != one.from
                && self.problem[one.to].component == self.problem[one.from].component;
            holds(
                fits,
                path,
                "it fetches from another candidate of its component",
            )?;
            let pair = Some((one.to, one.from));
            holds(last < pair, path, "pairs ascend, none is named twice")?;
            last = pair;
        }
        Ok(())
    }

    /// What binds presence speaks of candidates, in ascending order.
    fn bond(&self, at: usize, kind: &RequirementKind) -> Sound {
        let some = |ids: &Option<Vec<CandidateId>>, path: Path<'_>| {
            ids.as_ref().map_or(Ok(()), |ids| self.ascending(ids, path))
        };
        match kind {
            RequirementKind::Implies { when, any } => {
                some(when, format_args!("requirements[{at}].kind.implies.when"))?;
                self.ascending(any, format_args!("requirements[{at}].kind.implies.any"))
            }
            RequirementKind::Exclusive { sets } => {
                let path = format!("requirements[{at}].kind.exclusive.sets");
                for (nth, set) in sets.iter().enumerate() {
                    self.ascending(set, format_args!("{path}[{nth}]"))?;
                }
                let mut all: Vec<CandidateId> = sets.iter().flatten().copied().collect();
                all.sort_unstable();
                let twice = all.windows(2).find(|pair| pair.first() == pair.last());
                let twice = twice.and_then(|pair| pair.first());
                twice.map_or(Ok(()), |CandidateId(id)| {
                    let message = format!("candidate {id} is in two of the sets");
                    Err(ReadError::at(path, message))
                })
            }
            RequirementKind::Linear {
                terms, unless_none, ..
            } => {
                let path = format!("requirements[{at}].kind.linear");
                let ids: Vec<CandidateId> = terms.iter().map(|(id, _)| *id).collect();
                self.ascending(&ids, format_args!("{path}.terms"))?;
                for (nth, (_, weight)) in terms.iter().enumerate() {
                    holds(
                        *weight != 0,
                        format_args!("{path}.terms[{nth}].weight"),
                        "a weight of 0 says nothing",
                    )?;
                }
                some(unless_none, format_args!("{path}.unless_none"))
            }
            RequirementKind::Count { .. }
            | RequirementKind::Spread { .. }
            | RequirementKind::Truth { .. }
            | RequirementKind::Survive { .. }
            | RequirementKind::Uniform { .. }
            | RequirementKind::Arrivals(_)
            | RequirementKind::AtMost { .. }
            | RequirementKind::Total { .. } => Ok(()),
        }
    }

    fn ascending(&self, ids: &[CandidateId], path: Path<'_>) -> Sound {
        for (nth, id) in ids.iter().enumerate() {
            self.candidate(*id, format_args!("{path}[{nth}]"))?;
        }
        unsorted(ids).map_or(Ok(()), |nth| {
            Err(ReadError::at(
                format!("{path}[{nth}]"),
                "candidates stand in ascending order, each once".to_owned(),
            ))
        })
    }

    fn covers(&self, found: usize, path: Path<'_>) -> Sound {
        let wanted = self.problem.resources;
        holds(
            found == wanted,
            path,
            &format!(
                "{} for {}",
                count(found, "number"),
                count(wanted, "resource")
            ),
        )
    }

    fn device(&self, DeviceId(id): DeviceId, path: Path<'_>) -> Sound {
        known(id, self.problem.devices.len(), "device", path)
    }

    fn component(&self, ComponentId(id): ComponentId, path: Path<'_>) -> Sound {
        known(id, self.problem.components.len(), "component", path)
    }

    fn candidate(&self, CandidateId(id): CandidateId, path: Path<'_>) -> Sound {
        known(id, self.problem.candidates.len(), "candidate", path)
    }

    fn cause(&self, Cause(id): Cause, row: Path<'_>) -> Sound {
        known(id, self.causes, "cause", format_args!("{row}.cause"))
    }
}

fn known(id: u32, rows: usize, what: &str, path: Path<'_>) -> Sound {
    if (id as usize) < rows {
        return Ok(());
    }
    let message = match rows {
        0 => format!("there is no {what} {id}, nor any other"),
        rows => format!("there is no {what} {id}: the last one is {}", rows - 1),
    };
    Err(ReadError::at(path.to_string(), message))
}

fn holds(is_so: bool, path: Path<'_>, message: &str) -> Sound {
    if is_so {
        return Ok(());
    }
    Err(ReadError::at(path.to_string(), message))
}

/// The position of the first that does not come after the one before it.
fn unsorted<T: Ord>(rows: &[T]) -> Option<usize> {
    let pairs = rows.iter().zip(rows.iter().skip(1));
    pairs
        .into_iter()
        .position(|(one, next)| one >= next)
        .map(|at| at + 1)
}

fn ascends(late: Option<usize>, path: Path<'_>, by: &str) -> Sound {
    late.map_or(Ok(()), |at| {
        let message = format!("does not come after the one before it{by}");
        Err(ReadError::at(format!("{path}[{at}]"), message))
    })
}

fn count(many: usize, what: &str) -> String {
    match many {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}
