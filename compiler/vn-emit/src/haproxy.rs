//! HAProxy follows each list: the first server takes all, the others are `backup` in order.
//!
//! Without `option allbackups` HAProxy uses the first backup that is up, in the order of the file,
//! which is exactly a walk down the list.

use std::fmt::Write as _;

use vn_plan::Standing;

use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image};
use crate::names::{key_of, variable};
use crate::router::{Listener, Router, Server};
use crate::{Target, text};

pub fn emit(fleet: &Fleet, routers: &[Router]) -> Emitted {
    let mut emitted = Emitted::default();
    let sources = &fleet.plan.program.sources;
    for router in routers {
        let text = format!("# {}\n{}", text::made_by(sources), body(router)).into_bytes();
        emitted.file(Target::Haproxy, router.device, "haproxy.cfg", text);
        for (component, text) in environments(sources, router) {
            let name = format!("{component}.env");
            emitted.file(Target::Haproxy, router.device, &name, text.into_bytes());
        }
    }
    emitted
}

/// For consumers that are no containers of ours: where they find what they need.
fn environments(sources: &str, router: &Router) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for listener in &router.listeners {
        if router.contained && image(listener.consumer).is_some() {
            continue;
        }
        let name = key_of(listener.consumer);
        if files.last().is_none_or(|(last, _)| *last != name) {
            files.push((name, format!("# {}\n", text::made_by(sources))));
        }
        if let Some((_, text)) = files.last_mut() {
            for (key, value) in variables(router, listener) {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{key}={value}");
            }
        }
    }
    files
}

/// `VN_GRAPH_BOLT_ADDRESS`, and `VN_GRAPH_ADDRESS` for a service's first port; `VN_GRAPH_2_ADDRESS`
/// for the second need of one service.
pub fn variables(router: &Router, listener: &Listener) -> Vec<(String, String)> {
    let host = router.host(listener.consumer);
    let address = format!("{host}:{}", listener.port);
    let service = match listener.nth {
        1 => variable(&listener.route.service),
        nth => format!("{}_{nth}", variable(&listener.route.service)),
    };
    let port = vn_plan::slug(listener.port_name)
        .to_ascii_uppercase()
        .replace('-', "_");
    let mut variables = vec![(format!("{service}_{port}_ADDRESS"), address.clone())];
    if listener.first {
        variables.push((format!("{service}_ADDRESS"), address));
    }
    variables
}

/// The whole configuration of one device but its first line, which changes with every source.
pub fn body(router: &Router) -> String {
    let mut out = GLOBAL.to_owned();
    let mut servers = router
        .listeners
        .iter()
        .flat_map(|listener| &listener.servers);
    if servers.any(|server| server.by_name) {
        let from = if router.contained { DOCKER } else { SYSTEM };
        out.push_str(&RESOLVERS.replace("FROM", from));
    }
    for listener in &router.listeners {
        listen(&mut out, router, listener);
    }
    out
}

/// One thread and few connections: it shares a small machine with what it serves.
const GLOBAL: &str = "
global
    maxconn 512
    nbthread 1

defaults
    mode tcp
    balance first
    # Sessions may be long and silent; the system's keep-alive ends those whose other end is gone.
    timeout client 1h
    timeout server 1h
    option clitcpka
    option srvtcpka
    option redispatch 1
";

/// A name that cannot be looked up is no reason to drop a server that answers: the last address is
/// kept for long, and health checks decide.
const RESOLVERS: &str = "
resolvers names
    FROM
    timeout resolve 1s
    timeout retry 1s
    hold valid 10s
    hold nx 7d
    hold other 7d
    hold refused 7d
    hold timeout 7d
";

/// The name server that Docker gives to every container on a network of its own.
const DOCKER: &str = "nameserver docker 127.0.0.11:53";
const SYSTEM: &str = "parse-resolv-conf";

fn listen(out: &mut String, router: &Router, listener: &Listener) {
    let (route, timing) = (listener.route, listener.timing);
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\n# {}",
        text::one_line(&format!(
            "{} -> {}, port {}; predicted failover: killed {} ms, cut off {} ms",
            route.consumer,
            route.service,
            listener.port_name,
            timing.killed_ms(),
            timing.cut_ms()
        ))
    );
    let address = if router.contained { "" } else { "127.0.0.1" };
    let retries = (2 * listener.servers.len()).max(3);
    let _ = writeln!(out, "listen {}", listener.name);
    let _ = writeln!(out, "    bind {address}:{}", listener.port);
    let _ = writeln!(out, "    timeout connect {}ms", timing.connect_ms);
    let _ = writeln!(out, "    timeout check {}ms", timing.check_ms);
    let _ = writeln!(out, "    retries {retries}");
    if let Some(path) = listener.http_check {
        let _ = writeln!(out, "    option httpchk GET {path}");
        let _ = writeln!(out, "    http-check expect rstatus ^2");
    }
    // One failed connection puts a server in doubt, one failed check then settles it. Marking it
    // down at once would also end the very connection that could still be sent to the next.
    let _ = writeln!(
        out,
        "    default-server check inter {inter}ms fastinter {fast}ms downinter {inter}ms fall 2 \
         rise 2 observe layer4 error-limit 1 on-error sudden-death on-marked-down \
         shutdown-sessions init-addr last,libc,none",
        inter = timing.inter_ms,
        fast = timing.fast_ms
    );
    for (position, one) in listener.servers.iter().enumerate() {
        server(out, position, one);
    }
}

fn server(out: &mut String, position: usize, server: &Server) {
    let standing = match server.entry.standing {
        Standing::Within => "in time",
        Standing::Degraded => "degraded",
        Standing::Over => "degraded: over the budget",
    };
    let lazy = if server.instance.is_lazy() {
        ", lazy: up once cloned"
    } else {
        ""
    };
    let rtt = text::millis(server.entry.rtt_us);
    let comment = format!(
        "{}. {}, rtt {rtt}, {standing}{lazy}",
        position + 1,
        server.instance.id
    );
    let look_up = if server.by_name {
        " resolvers names resolve-prefer ipv4"
    } else {
        ""
    };
    let backup = if position == 0 { "" } else { " backup" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "    # {}", text::one_line(&comment));
    let _ = writeln!(
        out,
        "    server {} {}{look_up}{backup}",
        server.name, server.address
    );
}
