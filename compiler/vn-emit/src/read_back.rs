//! Reads an emitted configuration as its proxy does, to see whom it would ask in which order.

mod envoy;
mod haproxy;

use std::collections::BTreeMap;
use std::fmt;

use vn_plan::Plan;

use crate::Target;
use crate::names::slug_of;

/// One list of one proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listener {
    /// `www--nuc.graph.bolt`.
    pub name: String,
    /// Where it listens.
    pub bind: String,
    /// Names of the servers in the order in which they take over.
    pub servers: Vec<String>,
}

/// A line that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBackError {
    /// From 1; 0 when no single line is at fault.
    pub line: usize,
    /// Lower case, no full stop.
    pub message: String,
}

impl fmt::Display for ReadBackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ReadBackError {}

/// The lists that a configuration of a target follows; none of one that is no proxy.
///
/// # Errors
/// Servers that would share the load instead of waiting for their turn, and what is cut short.
pub fn read_back(target: Target, config: &str) -> Result<Vec<Listener>, ReadBackError> {
    match target {
        Target::Envoy => envoy::read(config),
        Target::Haproxy => haproxy::read(config),
        Target::ClientSdk | Target::Compose | Target::Json => Ok(Vec::new()),
    }
}

/// Per listener the ids of the instances, in the order in which they take over.
///
/// # Errors
/// As [`read_back`]; and a server that is no instance of the plan.
pub fn orders(
    target: Target,
    config: &str,
    plan: &Plan,
) -> Result<BTreeMap<String, Vec<String>>, ReadBackError> {
    let known: BTreeMap<String, &str> = plan
        .instances
        .iter()
        .map(|one| (slug_of(one), one.id.as_str()))
        .collect();
    let id = |slug: &String| match known.get(slug) {
        Some(id) => Ok((*id).to_owned()),
        None => Err(ReadBackError {
            line: 0,
            message: format!("`{slug}` is no instance of the plan"),
        }),
    };
    read_back(target, config)?
        .into_iter()
        .map(|one| {
            Ok((
                one.name,
                one.servers.iter().map(id).collect::<Result<_, _>>()?,
            ))
        })
        .collect()
}
