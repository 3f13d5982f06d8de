//! The parts of an Envoy bootstrap that a list needs; field names are Envoy's own
//! (<https://www.envoyproxy.io/docs/envoy/latest/api-v3/api>).

use serde::Serialize;

use crate::Timing;
use crate::router::{Listener, Router, Server};

/// It shares a small machine with what it serves.
const CONNECTIONS: u64 = 512;
/// The one that refuses is asked again until it is out of the list, which takes a busy machine a while.
const ATTEMPTS: usize = 32;
/// Sessions may be long and silent.
const IDLE: &str = "3600s";
/// Silent for so long, a connection is asked whether its other end is still there.
const KEEPALIVE: Keepalive = Keepalive {
    time: 60,
    interval: 10,
    probes: 6,
};

#[derive(Serialize)]
pub struct Bootstrap {
    overload_manager: Overload,
    static_resources: Resources,
}

#[derive(Serialize)]
struct Overload {
    resource_monitors: [Extension<Connections>; 1],
}

#[derive(Serialize)]
struct Connections {
    #[serde(rename = "@type")]
    kind: &'static str,
    max_active_downstream_connections: u64,
}

#[derive(Serialize)]
struct Resources {
    listeners: Vec<Door>,
    clusters: Vec<Cluster>,
}

/// Anything that Envoy knows by a name and a type of its own.
#[derive(Serialize)]
struct Extension<T> {
    name: &'static str,
    typed_config: T,
}

#[derive(Serialize)]
struct Address {
    socket_address: Socket,
}

#[derive(Serialize)]
struct Socket {
    address: String,
    port_value: u16,
}

#[derive(Serialize)]
struct Door {
    name: String,
    address: Address,
    filter_chains: [Chain; 1],
}

#[derive(Serialize)]
struct Chain {
    filters: [Extension<TcpProxy>; 1],
}

#[derive(Serialize)]
struct TcpProxy {
    #[serde(rename = "@type")]
    kind: &'static str,
    stat_prefix: String,
    cluster: String,
    idle_timeout: &'static str,
    max_connect_attempts: usize,
    backoff_options: Backoff,
}

#[derive(Serialize)]
struct Backoff {
    base_interval: String,
    max_interval: String,
}

#[derive(Serialize)]
struct Cluster {
    name: String,
    #[serde(rename = "type")]
    discovery: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dns_lookup_family: Option<&'static str>,
    connect_timeout: String,
    close_connections_on_host_health_failure: bool,
    common_lb_config: Balancing,
    upstream_connection_options: Options,
    outlier_detection: Outliers,
    health_checks: [Check; 1],
    load_assignment: Assignment,
}

#[derive(Serialize)]
struct Balancing {
    healthy_panic_threshold: Percent,
}

#[derive(Serialize)]
struct Percent {
    value: u32,
}

#[derive(Serialize)]
struct Options {
    tcp_keepalive: Keepalive,
}

/// Seconds, and how many probes.
#[derive(Serialize)]
struct Keepalive {
    #[serde(rename = "keepalive_time")]
    time: u32,
    #[serde(rename = "keepalive_interval")]
    interval: u32,
    #[serde(rename = "keepalive_probes")]
    probes: u32,
}

#[derive(Serialize)]
struct Outliers {
    consecutive_5xx: u32,
    enforcing_consecutive_5xx: u32,
    enforcing_success_rate: u32,
    max_ejection_percent: u32,
    interval: String,
    base_ejection_time: String,
    max_ejection_time: String,
}

#[derive(Serialize)]
struct Check {
    timeout: String,
    interval: String,
    no_traffic_interval: String,
    no_traffic_healthy_interval: String,
    unhealthy_threshold: u32,
    healthy_threshold: u32,
    #[serde(flatten)]
    how: How,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum How {
    TcpHealthCheck {},
    HttpHealthCheck {
        path: String,
        expected_statuses: [Statuses; 1],
    },
}

/// From the first to before the last.
#[derive(Serialize)]
struct Statuses {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct Assignment {
    cluster_name: String,
    endpoints: Vec<Locality>,
}

#[derive(Serialize)]
struct Locality {
    priority: usize,
    lb_endpoints: [LbEndpoint; 1],
}

#[derive(Serialize)]
struct LbEndpoint {
    endpoint: Endpoint,
}

#[derive(Serialize)]
struct Endpoint {
    hostname: String,
    address: Address,
}

/// Everything that the proxy of a device does.
pub fn bootstrap(router: &Router, detect_us: u64) -> Bootstrap {
    let kind = "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.\
                DownstreamConnectionsConfig";
    let connections = Extension {
        name: "envoy.resource_monitors.global_downstream_max_connections",
        typed_config: Connections {
            kind,
            max_active_downstream_connections: CONNECTIONS,
        },
    };
    let all = router.listeners.iter();
    Bootstrap {
        overload_manager: Overload {
            resource_monitors: [connections],
        },
        static_resources: Resources {
            listeners: all.clone().map(|one| door(router, one)).collect(),
            clusters: all.map(|one| cluster(one, detect_us)).collect(),
        },
    }
}

fn door(router: &Router, listener: &Listener) -> Door {
    let address = if router.contained {
        "0.0.0.0"
    } else {
        "127.0.0.1"
    };
    let pause = Timing::envoy(listener.longest_rtt_us, 0).fast_ms;
    let proxy = TcpProxy {
        kind: "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        stat_prefix: listener.name.clone(),
        cluster: listener.name.clone(),
        idle_timeout: IDLE,
        max_connect_attempts: ATTEMPTS.max(4 * listener.servers.len()),
        backoff_options: Backoff {
            base_interval: seconds(pause / 4),
            max_interval: seconds(pause),
        },
    };
    let filter = Extension {
        name: "envoy.filters.network.tcp_proxy",
        typed_config: proxy,
    };
    Door {
        name: listener.name.clone(),
        address: socket(address, listener.port),
        filter_chains: [Chain { filters: [filter] }],
    }
}

fn cluster(listener: &Listener, detect_us: u64) -> Cluster {
    let timing = Timing::envoy(listener.longest_rtt_us, detect_us);
    let by_name = listener.servers.iter().any(|server| server.by_name);
    let servers = listener.servers.iter().enumerate();
    Cluster {
        name: listener.name.clone(),
        discovery: if by_name { "STRICT_DNS" } else { "STATIC" },
        dns_lookup_family: by_name.then_some("V4_PREFERRED"),
        connect_timeout: seconds(timing.connect_ms),
        close_connections_on_host_health_failure: true,
        // When too few are healthy Envoy would otherwise ask the dead as well.
        common_lb_config: Balancing {
            healthy_panic_threshold: Percent { value: 0 },
        },
        upstream_connection_options: Options {
            tcp_keepalive: KEEPALIVE,
        },
        outlier_detection: outliers(timing),
        health_checks: [check(listener, timing)],
        load_assignment: Assignment {
            cluster_name: listener.name.clone(),
            endpoints: servers.map(locality).collect(),
        },
    }
}

/// A failed connection puts a server out until health checks have decided: the next attempt goes to
/// the next one.
fn outliers(timing: Timing) -> Outliers {
    Outliers {
        consecutive_5xx: 1,
        enforcing_consecutive_5xx: 100,
        enforcing_success_rate: 0,
        max_ejection_percent: 100,
        interval: seconds(timing.inter_ms),
        base_ejection_time: seconds(timing.cut_ms),
        max_ejection_time: seconds(timing.cut_ms),
    }
}

/// Without an interval of its own for idle servers Envoy checks them once a minute.
fn check(listener: &Listener, timing: Timing) -> Check {
    let how = match listener.http_check {
        Some(path) => How::HttpHealthCheck {
            path: path.to_owned(),
            expected_statuses: [Statuses {
                start: 200,
                end: 300,
            }],
        },
        None => How::TcpHealthCheck {},
    };
    Check {
        timeout: seconds(timing.check_ms),
        interval: seconds(timing.inter_ms),
        no_traffic_interval: seconds(timing.inter_ms),
        no_traffic_healthy_interval: seconds(timing.inter_ms),
        unhealthy_threshold: 2,
        healthy_threshold: 2,
        how,
    }
}

fn locality((priority, server): (usize, &Server)) -> Locality {
    let endpoint = Endpoint {
        hostname: server.name.clone(),
        address: socket(&server.host, server.port),
    };
    Locality {
        priority,
        lb_endpoints: [LbEndpoint { endpoint }],
    }
}

fn socket(address: &str, port: u16) -> Address {
    Address {
        socket_address: Socket {
            address: address.to_owned(),
            port_value: port,
        },
    }
}

/// `0.050s`.
fn seconds(millis: u64) -> String {
    format!("{}.{:03}s", millis / 1000, millis % 1000)
}
