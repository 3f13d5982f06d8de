//! What a user reads when a demand cannot be meant, or cannot be met whatever is planned.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::{check, check_with, imports};
use insta::assert_snapshot;

/// A home, a cloud and a tree with the mistake.
fn tree(tree: &str) -> String {
    let kinds = imports(tree, &["cache", "graph_db", "sync"]);
    check(&format!(
        "edition 2026
{kinds}
hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 16 GiB; disk = ssd(100 GB) }}
hardware arm {{ arch = aarch64; os = linux; cpu = 4 cores; memory = 8 GiB; disk = sd(64 GB) }}
site home {{
  device pi : arm {{ role = local }}
  device nuc : box {{ role = super }}
  device laptop : box {{ role = edge }}
  link {{ rtt = 1 ms; bandwidth = 940 Mbps }}
}}
site cloud {{
  device vps : box * 2 {{ role = backbone }}
  link {{ rtt = 1 ms }}
}}
link home <-> cloud {{ rtt = 24 ms; bandwidth = 40 Mbps; private = true }}
builder b {{
{tree}
}}
"
    ))
}

#[test]
fn needs_that_say_too_much() {
    assert_snapshot!(tree(
        "  service kv : cache { variants [valkey, redis] }
  client one on laptop { needs kv * 0 }                                //~ VN0305
  client two on laptop { needs kv * 9 }                                //~ VN0502
  client three on laptop { needs kv at least valky }                   //~ VN0202
  client four on laptop { needs kv within 0 ms }                       //~ VN0305
  client five on laptop { needs kv degraded 20 ms }                    //~ VN0306
  client six on laptop { needs kv write write }                        //~ VN0203 //~ VN0416
  client seven on laptop { needs kv prefer same_site then backbone then same_site }   //~ VN0203
  client eight on laptop { needs kv within 5 ms; needs kv within 9 ms }   //~ VN0203
  client nine on laptop { needs kv { payload = 4 ms } }                //~ VN0302"
    ));
}

#[test]
fn what_is_written_as_in_other_notations() {
    assert_snapshot!(tree(
        "  service one { memory = 1 GiB; licence = MIT }                        //~ VN0202
  service two { memory = 1e3 MiB; cpu = 1 cores }                      //~ VN0101
  service three { memory = 1 GiB; preference = high_performance }      //~ VN0201
  service four cache { replicas = 2 }                                  //~ VN0101
  service five : cache { variants [valkey] }"
    ));
}

#[test]
fn needs_that_nobody_meets() {
    assert_snapshot!(tree(
        "  service neo4j_like {
    truth on nuc
    provides = [truth]
    variant neo4j { ports { bolt = tcp(7687) } }
  }
  service brain {
    variant big { requires device.memory >= 8 GiB; requires device.role == backbone; ports { web = http(8080) } }   //~ VN0402
    variant small { ports { web = http(8080) } }
    pin on home
  }
  client vectors on laptop { needs neo4j_like where peer.provides has vector.search }   //~ VN0401
  client picky on laptop { needs brain at least big }                     //~ VN0403
  client far on laptop { needs brain where link.rtt < 1 ms and peer.role == super }   //~ VN0412
  client typo on laptop { needs brain where link.rt < 1 ms }              //~ VN0406
  client other on laptop { needs brain where peer.memori > 1 GiB }        //~ VN0406
  client late on laptop { needs neo4j_like within 500 us write { payload = 1 kB } }   //~ VN0408"
    ));
}

#[test]
fn circles() {
    assert_snapshot!(tree(
        "  service graph : graph_db { variants [memgraph]; needs kv within 1 s }   //~ VN0407
  service kv : cache { variants [valkey]; needs graph * 1 within 1 s { fanout = 2 } }"
    ));
    assert_snapshot!(tree(
        "  service graph : graph_db { variants [memgraph]; needs kv within 1 s }   //~ VN0407
  service kv : cache { variants [valkey]; needs graph deferred }"
    ));
    assert_snapshot!(tree(
        "  service kv : cache { variants [valkey]; needs kv deferred { rate = 1 req/s } }   //~ VN0407"
    ));
}

#[test]
fn quorums_and_truths() {
    assert_snapshot!(tree(
        "  service a : sync { quorum 3 on role backbone }                       //~ VN0502
  service b : sync { quorum 3 on home; truth on nuc }                  //~ VN0504
  service c : sync { quorum 99999999999999999999 on home }             //~ VN0305
  service d : cache { variants [valkey]; quorum 3 on home; buffer 1 h }   //~ VN0401 //~ VN0401
  service e : graph_db { variants [memgraph]; standby truth on nuc }   //~ VN0306
  service f : graph_db { variants [memgraph]; truth on nuc; standby truth on nuc }   //~ VN0504
  service g : graph_db { variants [ladybug]; truth on laptop }         //~ VN0401
  service h : sync { quorum 3 on home; replicas = 2 }                  //~ VN0504
  service i : sync { pin on home; truth on vps }                       //~ VN0504
  service j : cache { variants [valkey]; pin a on home }               //~ VN0413
  client app on laptop { needs g within 1 s }"
    ));
}

#[test]
fn survival_of_too_much() {
    assert_snapshot!(tree(
        "  service a : cache { variants [valkey]; pin on vps; survive any 2 device }   //~ VN0501
  service b : cache { variants [valkey]; pin on home; survive any 1 site }    //~ VN0501
  service c : cache { variants [valkey]; pin on nuc; survive any 1 device per home }   //~ VN0501
  service d : cache { variants [valkey]; survive any 1 rack }                 //~ VN0202
  service e : cache { variants [valkey]; survive any 1 site per home }        //~ VN0302
  service f : cache { variants [valkey]; survive any 1 device per hom }       //~ VN0202
  service g : cache { variants [valkey]; survive any 0 device }               //~ VN0305
  service h : cache { variants [valkey]; survive partiton(home, cloud) }      //~ VN0202
  service i : cache { variants [valkey]; survive partition(home, nuc) }       //~ VN0305
  service j : cache { variants [valkey]; survive lost(vps, 1) }               //~ VN0302
  service k { variant v { requires device.role == backbone }; survive lost(vps) }   //~ VN0403"
    ));
}

#[test]
fn survival_that_a_need_inherits() {
    assert_snapshot!(tree(
        "  service front : cache { variants [valkey]; survive any 1 device; needs middle within 1 s }   //~ VN0501
  service middle : cache { variants [valkey]; needs back within 1 s }
  service back : cache { variants [valkey]; pin on nuc }"
    ));
    assert_snapshot!(tree(
        "  service kv : cache { variants [valkey]; pin on cloud; survive partition(home, cloud) for 1 h }   //~ VN0501
  client app on laptop { needs kv within 1 s }"
    ));
    assert_snapshot!(tree(
        "  service kv : cache { variants [valkey]; survive any 1 device }   //~ VN0501
  client app on laptop { needs kv within 10 ms where peer.role == super }"
    ));
}

#[test]
fn writes_that_do_not_survive() {
    assert_snapshot!(tree(
        "  service a : graph_db { variants [memgraph]; truth on nuc; survive any 1 device }   //~ VN0505
  client app on laptop { needs a within 1 s write { payload = 1 kB } }"
    ));
    assert_snapshot!(tree(
        "  service log : sync { quorum 3 on home; buffer 24 h; survive partition(nuc, cloud) for 48 h; survive any 2 device }   //~ VN0505
  client app on laptop { needs log within 1 s write }   //~ VN0306"
    ));
    assert_snapshot!(tree(
        "  service log : sync { truth on cloud; buffer 24 h; survive partition(home, cloud) for 48 h }   //~ VN0505
  client app on laptop { needs log within 1 s write { payload = 1 kB } }"
    ));
}

#[test]
fn company() {
    assert_snapshot!(tree(
        "  service a : cache { variants [valkey]; pin on vps }
  service b : cache { variants [valkey]; pin on home }
  service c : cache { variants [valkey]; pin on nuc }
  service d : cache { variants [valkey]; pin on nuc }
  service e : cache { variants [valkey] }
  service f : cache { variants [valkey] }
  client app on laptop { needs e within 1 s; needs f within 1 s }
  colocate a with b                         //~ VN0504
  colocate [a, b] across site               //~ VN0504
  separate [c, d]                           //~ VN0502
  separate [c, c]                           //~ VN0203
  separate [c]                              //~ VN0305
  separate [e, f]                           //~ VN0504
  colocate [e, f]
  one of [e, f]                             //~ VN0504
  one of [app, a]                           //~ VN0413
  per 0 of a at least 1 of b                //~ VN0305
  per 3 of a at least 1 of b.valkay         //~ VN0202
  per 3 of a at least 1 of a                //~ VN0203
  per 3 of a at least 1 of app              //~ VN0413
  separate [a, x]                           //~ VN0202
  separate [a, b] across rak                //~ VN0202"
    ));
}

#[test]
fn places() {
    assert_snapshot!(tree(
        "  service a : cache { variants [valkey]; spread across site at least 3 }   //~ VN0502
  service b : cache { variants [valkey]; spread across devise }        //~ VN0202
  service c { variant v { requires device.arch == x86_64 }; on every role local }   //~ VN0403
  service d : cache { variants [valkey]; on every home; replicas = 2 }   //~ VN0504
  service e : cache { variants [valkey]; max_per_device = 0 }          //~ VN0305
  service f : cache { variants [valkey]; deploy = rolling }            //~ VN0202
  service g : cache { variants [valkey]; currently on nuc.valky }      //~ VN0202
  service h { variant v { image = \"x\"; requires device.arch in [x86_64] }; pin on pi }   //~ VN0405
  service j { variant v { image = \"x\"; connections = 1.5 } }         //~ VN0305
  service i : cache { variants [valkey]; forbid valkey }               //~ VN0413
  client app on laptop { demand = 1 req/s; survive any 1 device }      //~ VN0413"
    ));
}

#[test]
fn clones_and_fetches() {
    assert_snapshot!(tree(
        "  service a : graph_db {
    variants [memgraph]
    truth on nuc
    clone lazzy on pi                       //~ VN0202
    clone eager on pi                       //~ VN0417
    clone lazy                              //~ VN0417
  }
  service b : cache { variants [valkey]; fetch nearest then nearest }   //~ VN0203 //~ VN0417
  service c : graph_db { variants [memgraph]; truth on nuc; clone never on home }   //~ VN0417"
    ));
}

#[test]
fn a_selection_says_all_that_it_lacks() {
    let text = "  select [a]                                //~ VN0410
  service a : cache { variants [valkey]; needs b within 1 s; needs d within 1 s }
  service b : cache { variants [valkey]; needs c within 1 s }
  service c : cache { variants [valkey] }
  service d : cache { variants [valkey] }";
    assert_snapshot!(tree(text));
    let program = "edition 2026
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 16 GiB }
site home { device nuc : box { role = super } link { rtt = 1 ms } }
builder b {
  service a { needs b within 1 s; variant v { ports { web = http(80) } } }
  service b { needs c within 1 s; variant v { ports { web = http(80) } } }
  service c { variant v { ports { web = http(80) } } }
}
";
    let checked = check_with(program, &[], Some(&["a".to_owned()]));
    assert_snapshot!(checked.report());
}

#[test]
fn in_every_store() {
    assert_snapshot!(check(
        "edition 2026
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 16 GiB; disk = ssd(100 GB) }
site hq { device backbone : box * 3 { role = backbone } link { rtt = 1 ms } }
site store * 2_000 {
  device core : box { role = super }
  device till : box * 6 { role = edge }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
}
link store <-> hq { rtt = 45 ms; bandwidth = 20 Mbps; private = true }
builder chain {
  service one { pin on core; survive any 1 device per store; variant v { ports { web = http(1) } } }   //~ VN0501
  service two { survive any 1 device per store; variant v { ports { web = http(2) } } }
  service far { pin on hq; survive partition(store, hq); variant v { ports { web = http(3) } } }   //~ VN0501
  service near { pin on role [super, backbone]; survive any 1 device per store; variant v { ports { web = http(4) } } }   //~ VN0501
  service all { on every till; replicas = 100; variant v { ports { web = http(5) } } }   //~ VN0504
  service many { pin on core; replicas = 2_001; variant v { ports { web = http(6) } } }   //~ VN0403
  client pos on till {
    needs two within 20 ms
    needs far within 100 ms
    needs near within 20 ms
    needs all * 8 within 20 ms where link.rtt <= 1 ms      //~ VN0502
    needs many within 500 us                //~ VN0408
  }
}
"
    ));
}

#[test]
fn what_did_not_parse_is_not_missed() {
    assert_snapshot!(tree(
        "  service log : sync { quorm 3 on home }       //~ VN0201
  client app on laptop { needs log write }"
    ));
}

#[test]
fn no_demand_makes_it_panic() {
    let huge = "18446744073709551615";
    let demands = [
        "replicas = HUGE; max_per_device = HUGE",
        "quorum HUGE on home",
        "survive any HUGE device; survive any HUGE site; survive any HUGE device per home",
        "spread across site at least HUGE",
        "on every home except beside [a, a]; currently on [nuc[HUGE], a.b.c.d]",
        "truth on []; standby truth on []; quorum 1 on []; fetch [] then []",
        "survive lost(); survive partition(home); survive partition(home, home)",
        "needs a * HUGE at least a.b where peer.provides has 3 or link.rtt",
    ];
    for demand in demands {
        let demand = demand.replace("HUGE", huge);
        let text = format!(
            "site home {{ device nuc * 3 {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 1 GiB }} link {{ rtt = 1 ms }} }}
builder b {{
  service a {{ {demand}; variant v {{ provides = [truth, quorum, buffer]; ports {{ w = http(80) }} }} }}
  client c on nuc {{ needs a * {huge} write within {huge} s }}
  per {huge} of a at least {huge} of a.v
  colocate a with a
  separate []
}}
"
        );
        check_with(&text, &[], None);
    }
}
