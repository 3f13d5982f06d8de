//! Reads an emitted `haproxy.cfg` as HAProxy does, to see whom it would ask in which order.

use std::collections::BTreeMap;
use std::fmt;

use vn_plan::Plan;

use crate::names::slug_of;

/// A `listen` section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listener {
    /// `www--nuc.graph.bolt`.
    pub name: String,
    /// What `bind` says.
    pub bind: String,
    /// Names of the servers in the order in which they take over: servers without `backup` first,
    /// then the backups, each in the order of the file.
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

/// The lists that a configuration follows.
///
/// # Errors
/// A `listen` with more than one server that is no backup (they would share the load), or with
/// `option allbackups` (the backups would), or a server line that is cut short.
pub fn read_back(config: &str) -> Result<Vec<Listener>, ReadBackError> {
    let mut listeners: Vec<Listener> = Vec::new();
    let mut backups: Vec<String> = Vec::new();
    for (number, line) in config.lines().enumerate() {
        let at = |message: &str| ReadBackError {
            line: number + 1,
            message: message.to_owned(),
        };
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["listen", name] = words.as_slice() {
            finish(&mut listeners, &mut backups);
            listeners.push(Listener {
                name: (*name).to_owned(),
                ..Listener::default()
            });
            continue;
        }
        let Some(listener) = listeners.last_mut() else {
            continue;
        };
        match words.as_slice() {
            ["option", "allbackups"] => return Err(at("backups share the load")),
            ["bind", bind] => (*bind).clone_into(&mut listener.bind),
            ["server", name, _, options @ ..] if options.contains(&"backup") => {
                backups.push((*name).to_owned());
            }
            ["server", name, _, ..] if listener.servers.is_empty() => {
                listener.servers.push((*name).to_owned());
            }
            ["server", _, _, ..] => return Err(at("two servers share the load")),
            ["server", ..] => return Err(at("a server without an address")),
            _ => {}
        }
    }
    finish(&mut listeners, &mut backups);
    Ok(listeners)
}

fn finish(listeners: &mut [Listener], backups: &mut Vec<String>) {
    if let Some(listener) = listeners.last_mut() {
        listener.servers.append(backups);
    }
}

/// Per listener the ids of the instances, in the order in which they take over.
///
/// # Errors
/// As [`read_back`]; and a server that is no instance of the plan.
pub fn orders(config: &str, plan: &Plan) -> Result<BTreeMap<String, Vec<String>>, ReadBackError> {
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
    read_back(config)?
        .into_iter()
        .map(|one| {
            Ok((
                one.name,
                one.servers.iter().map(id).collect::<Result<_, _>>()?,
            ))
        })
        .collect()
}
