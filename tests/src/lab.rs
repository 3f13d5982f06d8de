//! Machines of their own on this one: network namespaces, each joined to it by one cable.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, setns};

use crate::programs::skip;

/// A machine with one address; gone when dropped.
pub struct Machine {
    name: String,
    /// `198.18.7`, of the addresses for benchmarks (RFC 2544): nobody else uses them.
    net: String,
}

impl Machine {
    /// The `nth` machine of a test that has this number; none, with the reason, where namespaces cannot be made:
    /// that takes `ip` and root.
    ///
    /// # Panics
    /// When they cannot be made and `VNC_REQUIRE_REAL=1`.
    pub fn start(test: u8, nth: u8) -> Option<Self> {
        let id = std::process::id();
        let machine = Self {
            name: format!("v{id}{test}{nth}"),
            net: format!("198.{}.{}", 18 + test % 2, (id % 25) * 10 + u32::from(nth)),
        };
        let (name, net) = (&machine.name, &machine.net);
        let made = ip(&format!("netns add {name}"))
            && ip(&format!("link add h{name} type veth peer name e{name}"))
            && ip(&format!("link set e{name} netns {name}"))
            && ip(&format!("addr add {net}.1/24 dev h{name}"))
            && ip(&format!("link set h{name} up"))
            && machine.inside(&format!("addr add {net}.2/24 dev e{name}"))
            && machine.inside(&format!("link set e{name} up"));
        if !made {
            let required = std::env::var("VNC_REQUIRE_REAL").is_ok_and(|value| value == "1");
            assert!(!required, "network namespaces are required: `ip` and root");
            skip("network namespaces cannot be made here: that takes `ip` and root");
            return None;
        }
        Some(machine)
    }

    /// Where it is reached.
    pub fn address(&self) -> String {
        format!("{}.2", self.net)
    }

    /// A door of it; the thread that opens it lives there from then on.
    ///
    /// # Panics
    /// When the machine is gone.
    pub fn listen(&self, port: u16) -> TcpListener {
        let place = File::open(format!("/run/netns/{}", self.name)).expect("it is there");
        setns(place, CloneFlags::CLONE_NEWNET).expect("a thread may enter it");
        TcpListener::bind(("0.0.0.0", port)).expect("a free port")
    }

    /// From now on none of its packets leaves it, without a word to anybody.
    ///
    /// # Panics
    /// When the machine is gone.
    pub fn cut(&self) {
        let (name, net) = (&self.name, &self.net);
        assert!(self.inside(&format!("route add blackhole {net}.0/24 metric 1")));
        assert!(self.inside(&format!("route del {net}.0/24 dev e{name}")));
    }

    /// Its packets leave it again.
    ///
    /// # Panics
    /// When the machine is gone, or was not cut off.
    pub fn heal(&self) {
        let (name, net) = (&self.name, &self.net);
        assert!(self.inside(&format!("route add {net}.0/24 dev e{name}")));
        assert!(self.inside(&format!("route del blackhole {net}.0/24 metric 1")));
    }

    fn inside(&self, command: &str) -> bool {
        ip(&format!("netns exec {} ip {command}", self.name))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        ip(&format!("netns del {}", self.name));
        ip(&format!("link del h{}", self.name));
    }
}

fn ip(command: &str) -> bool {
    let mut ip = Command::new("ip");
    let ip = ip.args(command.split(' '));
    let status = ip.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
