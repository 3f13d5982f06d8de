//! Ports of devices: which are apart, and which are one.

use crate::program;

const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box { role = super; address = \"10.0.0.1\" } }
";

#[test]
fn one_number_of_tcp_and_of_udp_are_two_ports() {
    let one = "service names { image = \"names:1\"; memory = 64 MiB
    ports { main = tcp(53); fast = udp(53) } }";
    let two = "service tcp { image = \"names:1\"; memory = 64 MiB; ports { main = tcp(53) } }
  service udp { image = \"names:1\"; memory = 64 MiB; ports { main = udp(53) } }";
    for services in [one, two] {
        let text = format!("{FLEET}builder b {{\n  {services}\n}}\nemit compose, json\n");
        let (folder, _) = program::built(&text);
        let compose = folder.path().join("out/devices/nuc/compose.yaml");
        let compose = std::fs::read_to_string(compose).unwrap();
        for port in ["10.0.0.1:53:53\n", "10.0.0.1:53:53/udp\n"] {
            assert!(compose.contains(port), "{port}\n{compose}");
        }
    }
}
