//! HAProxy, running on an emitted configuration, really walks down the list.
//!
//! Everything is on the loopback address; servers answer with their own name.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use vn_emit::{Target, emit, read_back};
use vn_plan::Plan;
use vn_tests::fixtures::small;
use vn_tests::programs::real;

/// A server that says its name to whoever connects, until it is dropped.
struct Server {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(name: &'static str, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        listener.set_nonblocking(true).expect("supported");
        let port = listener.local_addr().expect("bound").port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let serve = move || {
            while !stopped.load(Ordering::Relaxed) {
                match listener.accept() {
                    // A client that is gone already is not this server's concern.
                    Ok((mut stream, _)) => drop(stream.write_all(name.as_bytes())),
                    Err(_) => sleep(Duration::from_millis(1)),
                }
            }
        };
        let thread = Some(std::thread::spawn(serve));
        Self { port, stop, thread }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// A running proxy, killed when dropped.
struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Who answers, and after how long.
fn ask(port: u16) -> (String, Duration) {
    let begin = Instant::now();
    let mut name = String::new();
    if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
        drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
        drop(stream.read_to_string(&mut name));
    }
    (name, begin.elapsed())
}

/// Asks until this server answers, for so long at most.
fn wait_for(port: u16, name: &str, at_most: Duration) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < at_most {
        if ask(port).0 == name {
            return true;
        }
        sleep(Duration::from_millis(20));
    }
    false
}

/// The small plan on this machine alone: the app asks `kv` on the nuc, then on the pi.
fn on_loopback(first: u16, second: u16) -> Plan {
    let mut plan = small();
    for (instance, published) in [(0, first), (1, second)] {
        "127.0.0.1".clone_into(&mut plan.devices[instance].address);
        let run = plan.instances[instance].run.as_mut().expect("it is run");
        run.ports[0].published = published;
    }
    plan
}

#[test]
fn a_killed_first_server_is_replaced_by_the_second() {
    let Some(haproxy) = real("haproxy") else {
        return;
    };
    let first = Server::start("first", 0);
    let second = Server::start("second", 0);
    let plan = on_loopback(first.port, second.port);
    let artifacts = emit(&plan, &[Target::Haproxy]).expect("it can be emitted");
    let config = artifacts
        .get("devices/desk/haproxy.cfg")
        .expect("it is emitted");
    let text = String::from_utf8(config.to_vec()).expect("it is text");
    let listeners = read_back(&text).expect("it can be read");
    let listener = listeners
        .iter()
        .find(|one| one.name == "app--desk.kv.redis");
    let listener = listener.expect("the app has this list");
    let folder = tempfile::tempdir().expect("a folder");
    // The listeners' ports are fixed; here another test may have them.
    let free = Server::start("nobody", 0).port;
    let config = text.replace(
        &format!("bind {}\n", listener.bind),
        &format!("bind 127.0.0.1:{free}\n"),
    );
    let mine = config
        .split("\n# ")
        .filter(|part| !part.contains("listen app--desk.graph"));
    let config = mine.collect::<Vec<_>>().join("\n# ");
    let path = folder.path().join("haproxy.cfg");
    std::fs::write(&path, config).expect("written");
    let mut command = Command::new(haproxy);
    command
        .arg("-db")
        .arg("-f")
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _proxy = Proxy(command.spawn().expect("it starts"));

    assert!(
        wait_for(free, "first", Duration::from_secs(5)),
        "the first is asked first"
    );
    for _ in 0..10 {
        assert_eq!(ask(free).0, "first");
    }
    let port = first.port;
    drop(first);
    // The very next connection is not refused, but answered by the second.
    let (name, time) = ask(free);
    assert_eq!(name, "second");
    assert!(time < Duration::from_secs(1), "{time:?}");
    // It stays there, and goes back when the first is back.
    assert_eq!(ask(free).0, "second");
    let _back = Server::start("first", port);
    assert!(
        wait_for(free, "first", Duration::from_secs(5)),
        "the first takes over again"
    );
}
