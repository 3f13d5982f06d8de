//! A program in which every machine has to be bought.

use std::fmt::Write as _;

/// GiB and EUR a month of each kind of machine.
const KINDS: [(u64, u64); 5] = [(8, 4), (12, 7), (24, 12), (32, 17), (40, 22)];

/// GiB of each service.
const SERVICES: [u64; 12] = [1, 2, 3, 5, 2, 6, 4, 3, 2, 1, 5, 7];

/// A dozen services, and so many machines of each of five kinds on offer.
pub fn program(each: u64) -> String {
    let mut program = String::new();
    for (kind, (memory, _)) in KINDS.iter().enumerate() {
        _ = writeln!(
            program,
            "hardware k{kind} {{ arch = x86_64; os = linux; cpu = 8 cores; memory = {memory} GiB; \
             disk = nvme(100 GB); power {{ idle = 2 W; max = 6 W }} }}"
        );
    }
    program += "site cloud {\n";
    for (kind, (_, price)) in KINDS.iter().enumerate() {
        _ = writeln!(
            program,
            "  offer m{kind} : k{kind} * 0..{each} {{ role = backbone; cost = {price} EUR/month }}"
        );
    }
    program += "  link { rtt = 1 ms }\n}\nbuilder b {\n";
    for (service, memory) in SERVICES.iter().enumerate() {
        _ = writeln!(
            program,
            "  service s{service} {{ memory = {memory} GiB; replicas = 1 }}"
        );
    }
    program + "}\nminimize cost\n"
}
