//! `envoy.yaml`.

use serde_json::Value;

use super::{Listener, ReadBackError};

/// One list for each listener: the endpoints of its cluster by their priorities.
///
/// # Errors
/// Two endpoints in one priority (they would share the load), a priority that is left out, a panic
/// threshold (below it the dead are asked too), or a listener without a cluster.
pub fn read(config: &str) -> Result<Vec<Listener>, ReadBackError> {
    let config: Value =
        serde_saphyr::from_str(config).map_err(|error| fault(&error.to_string()))?;
    let resources = config.get("static_resources").unwrap_or(&Value::Null);
    let clusters = list(resources, "clusters");
    let listeners = list(resources, "listeners").iter();
    listeners.map(|one| listener(one, clusters)).collect()
}

fn listener(listener: &Value, clusters: &[Value]) -> Result<Listener, ReadBackError> {
    let name = text(listener, "/name");
    let wanted = text(listener, "/filter_chains/0/filters/0/typed_config/cluster");
    let cluster = clusters.iter().find(|one| text(one, "/name") == wanted);
    let cluster = cluster.ok_or_else(|| fault(&format!("`{name}` leads to no cluster")))?;
    let panic = cluster.pointer("/common_lb_config/healthy_panic_threshold/value");
    if panic.and_then(Value::as_f64) != Some(0.0) {
        let message = format!("`{name}` asks the dead when too few are healthy");
        return Err(fault(&message));
    }
    let (host, port) = address(listener);
    Ok(Listener {
        servers: servers(&name, cluster)?,
        bind: format!("{host}:{port}"),
        name,
    })
}

/// In the order in which they take over.
fn servers(name: &str, cluster: &Value) -> Result<Vec<String>, ReadBackError> {
    let assignment = cluster.get("load_assignment").unwrap_or(&Value::Null);
    let mut rows: Vec<(u64, &[Value])> = list(assignment, "endpoints")
        .iter()
        .map(|row| (number(row, "/priority"), list(row, "lb_endpoints")))
        .collect();
    rows.sort_by_key(|(priority, _)| *priority);
    let mut servers = Vec::new();
    for (turn, (priority, endpoints)) in (0..).zip(rows) {
        let found = match endpoints {
            [one] if priority == turn => Ok(text(one, "/endpoint/hostname")),
            [_] if priority > turn => Err(format!("`{name}`: nobody has priority {turn}")),
            _ => Err(format!("`{name}`: servers share priority {priority}")),
        };
        servers.push(found.map_err(|message| fault(&message))?);
    }
    Ok(servers)
}

fn address(of: &Value) -> (String, u64) {
    let at = |part: &str| format!("/address/socket_address/{part}");
    (text(of, &at("address")), number(of, &at("port_value")))
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text(of: &Value, pointer: &str) -> String {
    let found = of.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

/// Envoy takes what is left out for 0.
fn number(of: &Value, pointer: &str) -> u64 {
    of.pointer(pointer).and_then(Value::as_u64).unwrap_or(0)
}

fn fault(message: &str) -> ReadBackError {
    ReadBackError {
        line: 0,
        message: message.to_owned(),
    }
}
