//! `haproxy.cfg`.

use super::{Listener, ReadBackError};

/// One list for each `listen`: servers without `backup` first, then the backups, each in the order of
/// the file.
///
/// # Errors
/// A `listen` with more than one server that is no backup (they would share the load), or with
/// `option allbackups` (the backups would), or a server line that is cut short.
pub fn read(config: &str) -> Result<Vec<Listener>, ReadBackError> {
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
