//! What a component can demand: one program for each construct, as it arrives in the composition.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;
#[path = "../src/demand_text.rs"]
mod demand_text;

use analysis_fixture::{check_with, imports};
use insta::assert_snapshot;

/// A home and a cloud around a tree.
fn demands(tree: &str) -> String {
    let kinds = imports(tree, &["cache", "graph_db", "sync"]);
    let text = format!(
        "edition 2026
use std.hardware.{{rpi5_8g, nuc_n100_16g, hetzner_cx23, pixel_8}}
{kinds}
site home {{
  device pi : rpi5_8g {{ role = local }}
  device nuc : nuc_n100_16g {{ role = super }}
  device phones : pixel_8 * 2 {{ role = edge }}
  link {{ rtt = 1 ms; bandwidth = 940 Mbps }}
}}
site cloud {{
  device vps : hetzner_cx23 * 3 {{ role = backbone }}
  link {{ rtt = 1 ms }}
}}
link home <-> cloud {{ rtt = 24 ms; bandwidth = 40 Mbps; private = true }}
builder b {{
{tree}
}}
"
    );
    shown(&text, tree)
}

/// What a program without errors comes to.
fn shown(text: &str, tree: &str) -> String {
    let checked = check_with(text, &[], None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    assert_eq!(errors.count(), 0, "{}", checked.report());
    let composition = checked
        .analysis
        .composition
        .as_ref()
        .expect("there is a builder");
    let tree = tree.trim_end();
    let demands = demand_text::text(composition);
    format!("{tree}\n----\n{demands}{}", checked.report())
}

#[test]
fn counts() {
    assert_snapshot!(demands(
        "  service a : cache { replicas = 2; variants [valkey] }"
    ));
    assert_snapshot!(demands(
        "  service a : cache { replicas = 2..5; max_per_device = 2; variants [valkey] }"
    ));
    assert_snapshot!(demands(
        "  service a : cache { replicas = 2..; spread across site at least 2; variants [valkey] }"
    ));
    assert_snapshot!(demands(
        "  service a : cache { variants [valkey] }
  service b {
    variant big { requires device.role == super; provides = [search] }
    variant small { capacity = 3 req/s }
  }
  per 3 of a at least 1 of b.small"
    ));
}

#[test]
fn placements() {
    assert_snapshot!(demands(
        "  service a : cache { pin on [nuc, vps]; forbid on role super; variants [valkey] }
  service b : cache { variants [valkey] }
  node inner {
    service c : cache { variants [valkey] }
    pin c on home
    separate [c, b]
  }
  forbid b on vps"
    ));
    assert_snapshot!(demands(
        "  service a : cache { variants [valkey] }
  service b : cache { variants [valkey] }
  service c : cache { variants [valkey] }
  colocate a with b
  colocate [b, c]
  separate [a, c] across site"
    ));
    assert_snapshot!(demands(
        "  service a : cache { on every role backbone; variants [valkey] }
  service b : cache { on every role local in use except beside [a, c]; variants [valkey] }
  service c : cache { deploy = if_needed; variants [valkey] }
  service d : cache { variants [valkey] }
  one of [c, d]"
    ));
    assert_snapshot!(demands(
        "  service a : cache {
    variants [valkey]
    currently on [nuc.valkey, vps[2]]
    move_cost = 3
  }
  service b : cache { variants [valkey]; currently on pi }"
    ));
}

#[test]
fn survival() {
    assert_snapshot!(demands(
        "  service a : cache {
    variants [valkey]
    survive any 2 device
    survive any 1 site
    survive lost(vps, nuc)
    survive any 1 device per cloud
    needs b within 60 ms
    needs c within 60 ms optional
  }
  service b : cache { variants [valkey] }
  service c : cache { variants [valkey] }"
    ));
    assert_snapshot!(demands(
        "  service log : sync {
    quorum 3 on role backbone
    buffer 48 h
    staleness = 60 s
    survive partition(home, cloud) for 48 h
    survive any 1 device per home
  }
  client app on phones {
    demand = 1 req/s
    needs log within 25 ms write { payload = 1 kB }
  }"
    ));
}

#[test]
fn truths() {
    assert_snapshot!(demands(
        "  service graph : graph_db {
    truth on nuc
    standby truth on [pi, vps]
    variants [memgraph, ladybug]
    survive any 1 device
  }
  client app on phones {
    needs graph within 100 ms
    needs graph within 100 ms write { payload = 1 kB; rate = 0.1 req/s }
  }"
    ));
}

#[test]
fn needs() {
    assert_snapshot!(demands(
        "  service brain {
    variant big { requires device.role in [super, backbone]; image = \"x\"; ports { web = http(8080) }; provides = [vision]; connections = 7 }
    variant small { image = \"x\"; ports { web = http(8080) } }
    variant tiny { image = \"x\"; ports { web = http(8080) } }
  }
  client one on phones { needs brain * 2 at least small balanced deferred { rate = 2 req/s; payload = 4 kB; fanout = 2 } }
  client two on phones { needs brain within 20 ms degraded 90 ms prefer same_site then backbone where link.rtt <= 30 ms and peer.role != local }
  client three on phones { needs brain where peer.provides has vision optional }
  client four on phones { needs brain where link.private and peer.memory >= 8 GiB and peer.availability > 90% }"
    ));
}

#[test]
fn the_nearest_need_holds() {
    assert_snapshot!(demands(
        "  service kv : cache { variants [valkey] }
  service brain {
    needs kv within 50 ms
    variant big { image = \"x\"; needs kv within 10 ms }
    variant small { image = \"x\"; needs extra within 40 ms }
  }
  service extra : cache { variants [valkey] }
  service front {
    needs back within 50 ms
    variant v { image = \"x\"; ports { web = http(8080) } }
  }
  service back {
    needs front within 50 ms deferred { rate = 1 req/s }
    variant v { image = \"x\"; ports { web = http(8080) } }
  }"
    ));
}

#[test]
fn clones() {
    assert_snapshot!(demands(
        "  service graph : graph_db {
    variants [memgraph]
    clone lazy on role local
    clone on_demand on vps
    clone eager when device.role == super
    clone never on vps[3]
    fetch nearest within 50 ms then role backbone then home
    staleness = 60 s
  }"
    ));
}

#[test]
fn many_stores() {
    let text = "edition 2026
use std.services.{sync}
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 16 GiB; disk = ssd(100 GB) }
site hq {
  device backbone : box * 3 { role = backbone }
  link { rtt = 0.5 ms; bandwidth = 10 Gbps }
}
site store * 2_000 {
  device core : box * 2 { role = super }
  device till : box * 6 { role = edge }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
}
link store <-> hq { rtt = 45 ms; bandwidth = 20 Mbps; private = true }
builder chain {
  service prices {
    pin on role [super, backbone]
    replicas = 4_000
    on every core
    survive any 1 device per store
    spread across site
    variant v { ports { web = http(8080) } }
  }
  service ledger : sync {
    quorum 3 on role backbone
    buffer 48 h
    survive any 1 device per store
    survive partition(store, hq) for 48 h
  }
  client pos on till {
    demand = 3 req/s
    needs prices within 15 ms degraded 120 ms prefer same_site then backbone
    needs ledger within 25 ms write prefer same_site { payload = 1 kB }
  }
}
";
    assert_snapshot!(shown(text, text));
}

#[test]
fn kinds_with_needs() {
    let text = "edition 2026
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 16 GiB; disk = ssd(100 GB) }
kind web {
  needs store within 80 ms
  variant fast { ports { web = http(8080) }; needs cache within 10 ms }
  variant slow { ports { web = http(8080) } }
}
site home { device nuc : box * 2 { role = super } link { rtt = 1 ms } }
builder b {
  service store { variant v { ports { web = http(8081) } } }
  service cache { variant v { ports { web = http(8082) } } }
  service one : web
  service two : web {
    needs store within 40 ms
    variant fast { needs store within 20 ms }
  }
  service three : web { variants [slow] }
}
";
    assert_snapshot!(shown(text, text));
}
