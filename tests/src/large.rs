//! Programs of any length that check clean: a fleet, and as many small components as fill them.

use std::fmt::Write as _;

/// Sites with their devices; their number does not grow, as the analysis takes 512 devices.
const SITES: usize = 12;

/// A program of about `lines` lines, the same one every time.
///
/// Up to a third of it are nodes of one builder; the rest are items of their own.
pub fn program(lines: usize) -> String {
    let frame = with_chunks(0).lines().count();
    let chunk = with_chunks(1).lines().count() - frame;
    with_chunks(lines.saturating_sub(frame) / chunk)
}

fn with_chunks(chunks: usize) -> String {
    let mut text = HEAD.to_owned();
    (0..SITES).for_each(|at| site(&mut text, at));
    (0..chunks).for_each(|at| declarations(&mut text, at));
    text.push_str("builder works {\n  context { preference = low_resource }\n");
    (0..chunks).for_each(|at| node(&mut text, at));
    text.push_str("}\n\n");
    (0..chunks).for_each(|at| proof(&mut text, at));
    text.push_str(TAIL);
    text
}

const TAIL: &str = "\
policy {
  reserve { cpu = 10%; memory = 15% }            // for the system itself
  heal    { detect = 10 s; order = [same_device, same_site] }
}

minimize latency + 2 * cost + power + footprint
require total(cost) <= 10_000 EUR/month else \"more than the works can pay\"

emit compose, haproxy, json
";

const HEAD: &str = "\
edition 2026

use std.hardware.{nuc_n100_16g, nuc_i5_32g, pixel_8}
use std.services.{cache}

";

fn site(text: &mut String, at: usize) {
    _ = write!(
        text,
        "\
/// Hall {at}: two machines in the rack, phones in the hands of people.
site hall_{at} {{
  device rack_{at}  : nuc_i5_32g * 2    {{ role = super; disk = nvme(1 TB); cost = {cost}.50 EUR/month }}
  device bench_{at} : nuc_n100_16g      {{ role = local; disk = nvme(512 GB) }}
  device hands_{at} : pixel_8 * {phones}       {{ role = edge }}   // shared by two shifts
  link {{ rtt = 1 ms; bandwidth = 940 Mbps }}
  link rack_{at} <-> hands_{at} {{ rtt = 4 ms; bandwidth = 200 Mbps }}
}}
",
        cost = 3 + at % 5,
        phones = 2 + at % 4,
    );
    if at > 0 {
        let before = at - 1;
        _ = writeln!(
            text,
            "link hall_{before} <-> hall_{at} {{ rtt = 2 ms; bandwidth = 1 Gbps; private = true }}"
        );
    }
    text.push('\n');
}

fn declarations(text: &mut String, at: usize) {
    let (load, size) = (1 + at % 7, 40 + at % 90);
    _ = write!(
        text,
        "\
// ---- line {at} ------------------------------------------------------------------
param load_{at}: Throughput = 0.{load} req/s      // per person, measured in the autumn
param parts_{at}: Count(1..1_000_000) = {parts}

/// Keeps the state of line {at}; the figures are those of the line before it, rounded up.
kind ledger_{at} {{
  param rows: Count = 10_000
  param row: Bytes = {size} B
  provides = [ledger]
  dataset = rows * row + 2 MiB
  variant light {{
    requires device.os == linux and device.arch in [x86_64, aarch64]
    cpu = 0.0{load} cores
    memory = 24 MiB + dataset * 1.5
    disk = dataset
    capacity = 4{load}0 req/s * device.perf
    service_time = 0.5 ms / device.perf
    image = \"example/ledger:1.{at}\"
    ports {{ http = tcp(80) }}
  }}
  variant full {{
    requires device.memory >= 8 GiB and not device.battery
    cpu = 0.2 cores
    memory = 96 MiB + dataset * 2
    disk = dataset * 2
    capacity = 4_000 req/s * device.perf
    service_time = 0.2 ms / device.perf
    image = \"example/ledger:2.{at}\"
    ports {{ http = tcp(80) }}
  }}
}}

",
        parts = 1_000 + at * 10,
    );
}

fn node(text: &mut String, at: usize) {
    let hall = at % SITES;
    let port = 2_000 + at * 2;
    let other = port + 1;
    _ = write!(
        text,
        "
  node line_{at} {{
    // What the people of line {at} ask for, and what it stands on.
    service state_{at} : ledger_{at}(rows = parts_{at}, row = 96 B) {{
      port = {port}
      pin on [rack_{hall}, bench_{hall}]
      replicas = 1..2
    }}
    service fast_{at} : cache(entries = 5_000) {{
      port = {other}
      pin on rack_{hall}
      variants [valkey]
      clone lazy when device.memory < 4 GiB
    }}
    client people_{at} on hands_{hall} {{
      demand = load_{at}
      variant app {{ requires device.memory >= 2 GiB; memory = 150 MiB }}
      needs state_{at} within 40 ms degraded 90 ms prefer same_site
      needs fast_{at}  within 25 ms optional {{ fanout = 2 }}
    }}
    decide {{ when preference == high_performance => prefer full }}
    // The cache is near the ledger: both are pinned to the same rack.
  }}
"
    );
}

fn proof(text: &mut String, at: usize) {
    let hall = at % SITES;
    _ = write!(
        text,
        "\
test \"line {at} works without its bench\" {{
  given lost(bench_{hall})
  expect served(people_{at}) == 100%
  expect rtt(people_{at} -> state_{at}) <= 40 ms   // as promised
}}

"
    );
}
