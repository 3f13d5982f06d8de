//! Each proxy, running on an emitted configuration, really walks down the list.
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
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use vn_emit::{Target, emit, read_back};
use vn_plan::Plan;
use vn_tests::fixtures::small;
use vn_tests::lab::Machine;
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

/// The small plan on this machine alone: the app asks `kv` on the nuc, then on the pi, and nobody
/// asks anything else.
fn on_loopback(first: u16, second: u16) -> Plan {
    let mut plan = small();
    for (instance, published) in [(0, first), (1, second)] {
        "127.0.0.1".clone_into(&mut plan.devices[instance].address);
        let run = plan.instances[instance].run.as_mut().expect("it is run");
        run.ports[0].published = published;
    }
    plan.routes
        .retain(|route| route.consumer == "app@desk" && route.service == "kv");
    plan
}

/// A proxy that follows the only list of a plan, behind this port.
fn proxy(target: Target, plan: &Plan, port: u16, folder: &Path) -> Option<Proxy> {
    let (name, args): (&str, &[&str]) = match target {
        Target::Envoy => (
            "envoy.yaml",
            &[
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "-l",
                "error",
                "-c",
            ],
        ),
        _ => ("haproxy.cfg", &["-db", "-f"]),
    };
    let program = real(target.name())?;
    let artifacts = emit(plan, &[target]).expect("it can be emitted");
    let config = artifacts.get(&format!("devices/desk/{name}"));
    let text = String::from_utf8(config.expect("it is emitted").to_vec()).expect("it is text");
    let lists = read_back(target, &text).expect("it can be read");
    let [list] = lists.as_slice() else {
        panic!("one list, not {lists:?}");
    };
    assert_eq!(list.servers, ["kv--nuc", "kv--pi-1"]);
    let fixed = list.bind.rsplit(':').next().expect("a port");
    // The listeners' ports are fixed; here another test may have them.
    assert_eq!(text.matches(fixed).count(), 1, "{text}");
    let path = folder.join(name);
    std::fs::write(&path, text.replace(fixed, &port.to_string())).expect("written");
    let mut command = Command::new(program);
    command
        .args(args)
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Some(Proxy(command.spawn().expect("it starts")))
}

fn a_killed_first_server_is_replaced_by_the_second(target: Target, at_most: Duration) {
    let first = Server::start("first", 0);
    let second = Server::start("second", 0);
    let plan = on_loopback(first.port, second.port);
    let folder = tempfile::tempdir().expect("a folder");
    let free = Server::start("nobody", 0).port;
    let Some(_proxy) = proxy(target, &plan, free, folder.path()) else {
        return;
    };
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
    assert!(time < at_most, "{time:?}");
    // It stays there, and goes back when the first is back.
    assert_eq!(ask(free).0, "second");
    let _back = Server::start("first", port);
    assert!(
        wait_for(free, "first", Duration::from_secs(10)),
        "the first takes over again"
    );
}

#[test]
fn haproxy_replaces_a_killed_first_server() {
    a_killed_first_server_is_replaced_by_the_second(Target::Haproxy, Duration::from_secs(1));
}

#[test]
fn envoy_replaces_a_killed_first_server() {
    a_killed_first_server_is_replaced_by_the_second(Target::Envoy, Duration::from_secs(1));
}

/// On a machine of its own, a server that says its name and keeps the session open, for as long as the
/// test runs.
fn keeping(machine: &Arc<Machine>, name: &'static str) {
    let machine = Arc::clone(machine);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let listener = machine.listen(7000);
        drop(machine);
        tell.send(()).expect("somebody waits");
        let mut open = Vec::new();
        for mut stream in listener.incoming().flatten() {
            drop(stream.write_all(name.as_bytes()));
            open.push(stream);
        }
    });
    told.recv().expect("it listens");
}

/// A session with whoever answers, and who that is.
fn session(port: u16) -> (TcpStream, String) {
    let mut name = [0; 6];
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the proxy answers");
    drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
    let long = stream.read(&mut name).unwrap_or(0);
    (stream, String::from_utf8_lossy(&name[..long]).into_owned())
}

fn wait_for_session(port: u16, name: &str) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(10) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() && session(port).1 == name {
            return true;
        }
        sleep(Duration::from_millis(20));
    }
    false
}

/// `… cut off 1049 ms`.
fn predicted(config: &str) -> Duration {
    let rest = config.split("cut off ").nth(1).expect("it predicts");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Duration::from_millis(digits.parse().expect("a number"))
}

fn a_first_server_that_is_cut_off_is_replaced_in_time(target: Target, test: u8) {
    let (Some(first), Some(second)) = (Machine::start(test, 0), Machine::start(test, 1)) else {
        return;
    };
    let (first, second) = (Arc::new(first), Arc::new(second));
    let mut plan = on_loopback(7000, 7000);
    plan.devices[0].address = first.address();
    plan.devices[1].address = second.address();
    keeping(&first, "first");
    keeping(&second, "second");
    let folder = tempfile::tempdir().expect("a folder");
    let free = Server::start("nobody", 0).port;
    let Some(_proxy) = proxy(target, &plan, free, folder.path()) else {
        return;
    };
    let name = if target == Target::Envoy {
        "envoy.yaml"
    } else {
        "haproxy.cfg"
    };
    let config = std::fs::read_to_string(folder.path().join(name)).expect("readable");
    let at_most = predicted(&config) * 3 / 2 + Duration::from_millis(50);
    assert!(wait_for_session(free, "first"), "the first is asked first");
    // Time for health checks to find both well.
    sleep(Duration::from_millis(2500));
    let (mut open, asked) = session(free);
    assert_eq!(asked, "first");
    first.cut();
    let begin = Instant::now();
    // Silent until the proxy ends it.
    let mut rest = [0; 1];
    drop(open.set_read_timeout(Some(at_most * 2)));
    let ended = open.read(&mut rest);
    let time = begin.elapsed();
    assert!(!matches!(ended, Ok(1..)), "{ended:?}");
    assert!(time <= at_most, "{time:?} of {at_most:?}");
    assert_eq!(session(free).1, "second");
    first.heal();
    assert!(
        wait_for_session(free, "first"),
        "the first takes over again"
    );
}

#[test]
fn haproxy_replaces_a_first_server_that_is_cut_off() {
    a_first_server_that_is_cut_off_is_replaced_in_time(Target::Haproxy, 0);
}

#[test]
fn envoy_replaces_a_first_server_that_is_cut_off() {
    a_first_server_that_is_cut_off_is_replaced_in_time(Target::Envoy, 1);
}
