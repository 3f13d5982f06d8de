//! HAProxy follows each list: the first server takes all, the others are `backup` in order.
//!
//! Without `option allbackups` HAProxy uses the first backup that is up, in the order of the file,
//! which is exactly a walk down the list.

use std::fmt::Write as _;

use crate::artifacts::Emitted;
use crate::fleet::Fleet;
use crate::router::{Listener, Router, Server};
use crate::{Target, Timing, text};

pub fn emit(fleet: &Fleet, routers: &[Router]) -> Emitted {
    let mut emitted = Emitted::default();
    let (sources, detect_us) = (&fleet.plan.program.sources, fleet.plan.program.detect_us);
    for router in routers {
        let text =
            format!("# {}\n{}", text::made_by(sources), body(router, detect_us)).into_bytes();
        emitted.file(Target::Haproxy, router.device, "haproxy.cfg", text);
        let late = router.late(Target::Haproxy, detect_us, Timing::haproxy);
        emitted.losses.extend(late);
    }
    emitted
}

/// The whole configuration of one device but its first line, which changes with every source.
pub fn body(router: &Router, detect_us: u64) -> String {
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
        listen(&mut out, router, listener, detect_us);
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

fn listen(out: &mut String, router: &Router, listener: &Listener, detect_us: u64) {
    let timing = Timing::haproxy(listener.longest_rtt_us, detect_us);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\n# {}", listener.comment(timing));
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
    let look_up = if server.by_name {
        " resolvers names resolve-prefer ipv4"
    } else {
        ""
    };
    let backup = if position == 0 { "" } else { " backup" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "    # {}", server.comment(position));
    let _ = writeln!(
        out,
        "    server {} {}{look_up}{backup}",
        server.name,
        server.address()
    );
}
