//! Who writes: the truth alone, voters, clones that pass writes on, and whoever stands by.

use serde_json::Value;

use crate::outcome::Outcome;
use crate::program::{built_with, run};

/// Three servers at headquarters, shops with a machine and two tills, and one service to write to.
fn program(shops: u32, service: &str, need: &str, tests: &str) -> String {
    format!(
        "\
hardware box {{ arch = x86_64; os = linux; cpu = 8 cores; memory = 16 GiB; disk = nvme(10 GB); power {{ idle = 5 W; max = 30 W }} }}
site hq {{
  device server : box * 3 {{ role = backbone }}
  link {{ rtt = 1 ms }}
}}
site shop * {shops} {{
  device core : box * 2 {{ role = super }}
  device till : box * 2 {{ role = edge }}
  link {{ rtt = 2 ms }}
}}
link shop <-> hq {{ rtt = 20 ms; private = true }}
builder chain {{
  service log {{
    ports {{ nats = tcp(4222) }}
    variant one {{ memory = 1 GiB; disk = 1 GB; capacity = 100 req/s; PROVIDES }}
    forbid on role edge
    {service}
  }}
  client pos on till {{ demand = 2 req/s; needs log {need} }}
}}
minimize footprint
{tests}
"
    )
}

fn with(provides: &str, program: &str) -> String {
    program.replace("PROVIDES", &format!("provides = [{provides}]"))
}

fn plan(program: &str, options: &[&str]) -> Value {
    built_with(program, options).1
}

fn refused(program: &str) -> String {
    let (_folder, planned) = run(&["plan", "plan.vn"], program);
    assert_eq!(planned.code, 1, "{}{}", planned.stdout, planned.stderr);
    planned.stderr
}

fn tested(program: &str, options: &[&str]) -> Outcome {
    let command = [&["test", "plan.vn"], options].concat();
    run(&command, program).1
}

/// Instances of the log: device, part, load in req/s, bytes kept free.
fn logs(plan: &Value) -> Vec<(String, String, u64, u64)> {
    let instances = plan["instances"].as_array().unwrap().iter();
    let of_log = instances.filter(|one| one["component"] == "log");
    let one = |one: &Value| {
        let text = |field: &str| one[field].as_str().unwrap_or("none").to_owned();
        let load = one["load_ureqs"].as_u64().unwrap() / 1_000_000;
        let buffer = one["buffer_bytes"].as_u64().unwrap_or(0);
        (text("device"), text("custody"), load, buffer)
    };
    of_log.map(one).collect()
}

/// Whom the first till asks, in order.
fn asked(plan: &Value) -> Vec<String> {
    let mut routes = plan["routes"].as_array().unwrap().iter();
    let route = routes.find(|one| one["service"] == "log").unwrap();
    let entries = route["entries"].as_array().unwrap().iter();
    let on = entries.map(|entry| entry["instance"].as_str().unwrap());
    on.map(|id| id.strip_prefix("log@").unwrap().to_owned())
        .collect()
}

#[test]
fn the_truth_alone_takes_writes() {
    let writes = with(
        "truth",
        &program(1, "truth on role backbone; replicas = 2", "write", ""),
    );
    let found = plan(&writes, &[]);
    assert_eq!(asked(&found), ["server[1]"]);
    // Reads may ask the clone in the shop.
    let reads = writes.replace("needs log write", "needs log within 5 ms");
    assert_eq!(asked(&plan(&reads, &[]))[0], "shop[1]/core[1]");
    let near = writes.replace("needs log write", "needs log within 5 ms write");
    let said = refused(&near);
    assert!(said.contains("truth is pinned to"), "{said}");
}

/// A read beside a write: two lists, of which one ends at the truth.
#[test]
fn reads_and_writes_stand_side_by_side() {
    let both = "within 5 ms\n  needs log write { rate = 1 req/s }";
    let service = "truth on role backbone; replicas = 2";
    let found = plan(&with("truth", &program(1, service, both, "")), &[]);
    let routes = found["routes"].as_array().unwrap().iter();
    let first = |write: bool| {
        let mut mine = routes.clone().filter(|one| {
            let consumer = one["consumer"].as_str().unwrap();
            consumer == "pos@shop[1]/till[1]" && (one["write"] == true) == write
        });
        mine.next().unwrap()["entries"][0]["instance"]
            .as_str()
            .unwrap()
    };
    assert_eq!(first(true), "log@server[1]");
    assert_eq!(first(false), "log@shop[1]/core[1]");
}

#[test]
fn each_voter_bears_every_write() {
    let voters = with(
        "quorum",
        &program(2, "quorum 3 on role backbone", "write", ""),
    );
    let found = plan(&voters, &[]);
    let parts = logs(&found);
    assert_eq!(parts.len(), 3, "{parts:?}");
    for (device, part, load, _) in parts {
        assert_eq!((part.as_str(), load), ("voter", 8), "{device}");
    }
    // 60 tills write 120 req/s.
    let said = refused(&voters.replace("shop * 2", "shop * 30"));
    assert!(said.contains("VN0503"), "{said}");
    assert!(said.contains("120 req/s are written to `log`"), "{said}");
    assert!(
        said.contains("`server[1]` answers 100 req/s at most"),
        "{said}"
    );
}

const LOST_ONE: &str = "\
test \"a voter\" { given lost(server, 1); expect served(pos -> log) == 100% }
";
const LOST_TWO: &str = "\
test \"two voters\" { given lost(server, 2); expect served(pos -> log) == 100% }
";

#[test]
fn a_minority_takes_no_writes() {
    let program = |tests| {
        with(
            "quorum",
            &program(
                1,
                "quorum 3 on role backbone; survive any 1 device",
                "write",
                tests,
            ),
        )
    };
    let one = tested(&program(LOST_ONE), &[]);
    assert_eq!(one.code, 0, "{}{}", one.stdout, one.stderr);
    let two = tested(&program(LOST_TWO), &[]);
    assert_eq!(two.code, 1, "{}{}", two.stdout, two.stderr);
    let said = "no entry that can be reached takes writes";
    assert!(two.stdout.contains(said), "{}", two.stdout);
}

#[test]
fn a_standby_takes_the_truth_over() {
    let standby = "truth on server[1]; standby truth on server[2]; survive lost(server[1])";
    let tests = "test \"lost\" { given lost(server[1]); expect served(pos -> log) == 100% }";
    let program = with("truth", &program(1, standby, "write", tests));
    let found = plan(&program, &[]);
    let parts: Vec<(String, String)> = logs(&found).into_iter().map(|one| (one.0, one.1)).collect();
    let owned = |device: &str, part: &str| (device.to_owned(), part.to_owned());
    assert_eq!(
        parts,
        [owned("server[1]", "truth"), owned("server[2]", "standby")]
    );
    assert_eq!(asked(&found), ["server[1]", "server[2]"]);
    let outcome = tested(&program, &[]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

const KEPT: &str = "quorum 3 on role backbone; buffer 48 h
    survive any 1 device per shop
    survive partition(shop, hq) for 48 h";

const WAN: &str = "\
test \"WAN cut\" { given partition(shop, hq); expect served(pos -> log) == 100% }
test \"a core\" { given lost(core, 1, in_each = shop); expect served(pos) == 100% }
";

/// Clones in the shops keep writes while they are alone, and claim the disk for them.
#[test]
fn clones_keep_writes_while_they_are_alone() {
    let need = "within 10 ms write prefer same_site { payload = 1 kB }";
    let program = with("quorum, buffer", &program(3, KEPT, need, WAN));
    for options in [&[][..], &["--by-classes"]] {
        let found = plan(&program, options);
        let clones: Vec<_> = logs(&found)
            .into_iter()
            .filter(|one| one.1 == "clone")
            .collect();
        assert_eq!(
            clones.len(),
            if options.is_empty() { 6 } else { 2 },
            "{clones:?}"
        );
        for (device, _, _, room) in &clones {
            // Two tills, 2 req/s each, 1 kB, 48 h.
            assert_eq!(*room, 2 * 2 * 1_000 * 48 * 3_600, "{device}");
        }
        let voters = logs(&found).into_iter().filter(|one| one.1 == "voter");
        for (device, _, load, room) in voters {
            assert_eq!((load, room), (12, 0), "{device}");
        }
        let outcome = tested(&program, options);
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    }
    // Ten times the payload does not fit beside the log itself on 10 GB.
    let said = refused(&program.replace("payload = 1 kB", "payload = 15 kB"));
    assert!(said.contains("disk"), "{said}");
    // A buffer for an hour is none for two days.
    let said = refused(&program.replace("buffer 48 h", "buffer 1 h"));
    assert!(said.contains("VN0"), "{said}");
    let said = refused(&program.replace(" { payload = 1 kB }", ""));
    assert!(said.contains("without a `payload`"), "{said}");
}

/// A gateway between tills and log writes for them: of two logs in reach, one may have to keep all that the
/// tills of its shop ask of the gateway.
#[test]
fn clones_keep_what_services_write() {
    let need = "within 10 ms write prefer same_site { payload = 1 kB; fanout = 3 }";
    let gateway = format!(
        "  service gateway {{
    ports {{ web = tcp(80) }}
    forbid on role edge
    variant one {{ memory = 1 GiB; capacity = 50 req/s }}
    needs log {need}
  }}
  client pos on till {{ demand = 2 req/s; needs gateway within 10 ms }}
"
    );
    let direct = with("quorum, buffer", &program(3, KEPT, "PLACE", ""));
    let (head, tail) = direct.split_once("  client pos").unwrap();
    let tail = tail.split_once('\n').unwrap().1;
    let program = format!("{head}{gateway}{tail}");
    for options in [&[][..], &["--by-classes"]] {
        let found = plan(&program, options);
        let rooms: Vec<u64> = logs(&found)
            .into_iter()
            .filter(|one| one.1 == "clone")
            .map(|one| one.3)
            .collect();
        assert!(!rooms.is_empty());
        for room in rooms {
            // Two tills, 2 req/s each, three writes for each of them, 1 kB, 48 h; by classes each of two
            // gateways may round its load up.
            let exact = 2 * 2 * 3 * 1_000 * 48 * 3_600;
            let rounded = if options.is_empty() { 0 } else { 2 * 4 * 173 };
            assert!((exact..=exact + rounded).contains(&room), "{room}");
        }
    }
    // Six times as much does not fit beside the log, and from headquarters nobody answers in time.
    let said = refused(&program.replace("payload = 1 kB", "payload = 6 kB"));
    assert!(said.contains("no plan exists"), "{said}");
}

/// Containers of voters would each be alone: Docker Compose says so.
#[test]
fn compose_introduces_nobody() {
    let image = "image = \"nats:2.14.5-alpine\"; capacity = 100 req/s;";
    let voters = with(
        "quorum",
        &program(1, "quorum 3 on role backbone", "write", "emit compose"),
    );
    let server =
        |at: u32| format!("device s{at} : box {{ role = backbone; bind = \"10.0.0.{at}\" }}\n");
    let servers: String = (1..=3).map(server).collect();
    let voters = voters
        .replace("capacity = 100 req/s;", image)
        .replace("device server : box * 3 { role = backbone }\n", &servers);
    let (_folder, built) = run(&["build", "plan.vn"], &voters);
    assert_eq!(built.code, 1, "{}{}", built.stdout, built.stderr);
    assert!(built.stderr.contains("VN0601"), "{}", built.stderr);
    let said = "`log@s1` votes with others";
    assert!(built.stderr.contains(said), "{}", built.stderr);
}
