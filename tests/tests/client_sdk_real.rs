//! The emitted TypeScript compiles under `tsc --strict`, and Node really asks in the order of the plan.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;
use vn_emit::{Target, emit};
use vn_plan::{Plan, Protocol};
use vn_tests::fixtures::small;
use vn_tests::programs::{real, run, said};

/// The emitted files, with a program beside them.
fn written(plan: &Plan, program: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("written");
    for file in emit(plan, &[Target::ClientSdk])
        .expect("it can be emitted")
        .files
    {
        if Path::new(&file.path)
            .extension()
            .is_some_and(|end| end == "ts")
        {
            write(&file.path, &file.bytes);
        }
    }
    write("package.json", br#"{ "type": "module" }"#);
    write("main.ts", program.as_bytes());
    folder
}

fn compiled(folder: &Path) -> Option<Output> {
    let tsc = real("tsc")?;
    let node = real("node")?;
    let tsc = fs::canonicalize(tsc).expect("it is there");
    let arguments = [
        tsc.to_str().expect("a path"),
        "--strict",
        "--noUncheckedIndexedAccess",
        "--exactOptionalPropertyTypes",
        "--noUnusedLocals",
        "--noImplicitReturns",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--lib",
        "es2022,dom",
        "main.ts",
    ];
    Some(run(&node, folder, &arguments))
}

/// What a program says that uses the lists of a plan.
fn ran(plan: &Plan, program: &str) -> Option<String> {
    let folder = written(plan, program);
    let output = compiled(folder.path())?;
    assert!(output.status.success(), "{}", said(&output));
    let output = run(&real("node")?, folder.path(), &["main.js"]);
    assert!(output.status.success(), "{}", said(&output));
    Some(said(&output))
}

/// Answers each request with a word, as HTTP, for as long as the test runs.
fn server(status: &'static str, word: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 1024];
            drop(stream.read(&mut request));
            let long = word.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {long}\r\nConnection: close\r\n\r\n{word}"
            );
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    port
}

/// A port that nobody listens on.
fn closed() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// The small plan on this machine alone, its `kv` asked over HTTP.
fn on_loopback(first: u16, second: u16) -> Plan {
    let mut plan = small();
    for (instance, published) in [(0, first), (1, second)] {
        "127.0.0.1".clone_into(&mut plan.devices[instance].address);
        // Patience enough for a machine that has much else to do.
        plan.instances[instance].service_time_us = 1_000_000;
        let run = plan.instances[instance].run.as_mut().expect("it is run");
        run.ports[0].published = published;
        run.ports[0].protocol = Protocol::Http;
    }
    plan
}

const ASK: &str = r#"
import { clients } from "./routes.js";
import { ask, http } from "./client.js";

const asked: string[] = [];
const need = clients["app@desk"].needs.kv;
for (const turn of [1, 2]) {
  try {
    const { value, entry } = await http(need, "/");
    console.log(turn, entry.instance, await value.text());
  } catch (error) {
    console.log(turn, (error as Error).message);
  }
}
await ask(need, async (entry) => { asked.push(entry.instance); throw new Error("no"); })
  .catch((error: Error) => console.log(error.name));
console.log(asked.join(" "));
"#;

#[test]
fn the_order_of_the_plan_is_followed_over_open_and_closed_ports() {
    let (first, second) = (server("200 OK", "first"), server("200 OK", "second"));
    let Some(said) = ran(&on_loopback(first, second), ASK) else {
        return;
    };
    assert_eq!(
        said,
        "1 kv@nuc first\n2 kv@nuc first\nNobodyAnswers\nkv@nuc kv@pi[1]\n"
    );
    let said = ran(&on_loopback(closed(), second), ASK).expect("it ran before");
    // Whoever failed just now is asked last.
    assert_eq!(
        said,
        "1 kv@pi[1] second\n2 kv@pi[1] second\nNobodyAnswers\nkv@pi[1] kv@nuc\n"
    );
    let failing = server("503 Service Unavailable", "tired");
    let said = ran(&on_loopback(failing, second), ASK).expect("it ran before");
    assert!(said.starts_with("1 kv@pi[1] second\n"), "{said}");
    let said = ran(&on_loopback(closed(), closed()), ASK).expect("it ran before");
    assert!(
        said.starts_with("1 nobody answers for kv: kv@nuc, kv@pi[1]\n"),
        "{said}"
    );
}

const SILENT: &str = r#"
import { clients } from "./routes.js";
import { ask } from "./client.js";

const need = clients["app@desk"].needs.kv;
const begin = Date.now();
const never = new Promise<string>(() => {});
const { value } = await ask(need, (entry) => entry === need.entries[0] ? never : Promise.resolve(entry.instance));
const waited = Date.now() - begin;
console.log(value, waited >= need.entries[0].patience_ms - 1, waited < 2000);
const controller = new AbortController();
setTimeout(() => controller.abort(new Error("enough")), 5);
await ask(need, () => never, controller.signal).catch((error: Error) => console.log(error.message));
"#;

#[test]
fn whoever_is_silent_is_given_up_after_its_patience() {
    let Some(said) = ran(&small(), SILENT) else {
        return;
    };
    assert_eq!(said, "kv@pi[1] true true\nenough\n");
}

const PICK: &str = r#"
import { pick, type Clients } from "./client.js";

const client = (device: string, cores: number, memory_mib: number) =>
  ({ component: "app", device, variant: "app", machine: { os: "android", cores, memory_mib }, needs: {} });
const known: Clients = { a: client("small", 4, 2048), b: client("middle", 8, 6144), c: client("big", 8, 12288) };
const picked = (machine: object) => pick(known, "app", machine)?.device;
console.log(picked({ cores: 8, memory_mib: 8192 }), picked({ cores: 2, memory_mib: 1024 }), picked({ cores: 64 }));
console.log(picked({ cores: 4, memory_mib: 16384 }), pick(known, "other", {}));
"#;

#[test]
fn an_unknown_device_follows_the_most_capable_known_one_that_is_no_more_capable() {
    let Some(said) = ran(&small(), PICK) else {
        return;
    };
    assert_eq!(said, "middle small big\nsmall undefined\n");
}

#[test]
fn the_compiler_refuses_what_is_broken() {
    let Some(whole) = compiled(written(&small(), ASK).path()) else {
        return;
    };
    assert!(whole.status.success(), "{}", said(&whole));
    for (file, from, to) in [
        ("routes.ts", "\"within\"", "\"perhaps\""),
        ("routes.ts", "\"rtt_ms\"", "\"rtt\""),
        ("routes.ts", "\"port\": 6379", "\"port\": \"6379\""),
        (
            "client.ts",
            "const failures: Failure[]",
            "const failures: string[]",
        ),
        ("main.ts", "needs.kv", "needs.kw"),
    ] {
        let folder = written(&small(), ASK);
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "nothing to break in {text}");
        fs::write(&path, text.replacen(from, to, 1)).expect("written");
        let output = compiled(folder.path()).expect("it is there");
        assert!(!output.status.success(), "{to}");
    }
}

#[test]
fn hostile_names_come_back_as_they_were() {
    let mut plan = small();
    for one in &mut plan.instances {
        one.variant = "${x}`\"'\\</script>\u{2028}__proto__\": //".to_owned();
    }
    for route in &mut plan.routes {
        if route.service == "kv" {
            "__proto__".clone_into(&mut route.service);
        }
    }
    for one in &mut plan.instances {
        if one.component == "kv" {
            "__proto__".clone_into(&mut one.component);
        }
    }
    let program = r#"
import { clients } from "./routes.js";
const app = clients["app@desk"];
console.log(JSON.stringify([app.variant, Object.keys(app.needs).sort()]));
"#;
    let Some(said) = ran(&plan, program) else {
        return;
    };
    let read: (String, Vec<String>) = serde_json::from_str(&said).expect("JSON");
    let app = plan.instances.iter().find(|one| one.id == "app@desk");
    assert_eq!(read.0, app.expect("it is there").variant);
    assert_eq!(read.1, ["__proto__", "graph"]);
}
