//! Random programs of chains: a few shops of one template, and what they share.

use std::fmt::Write as _;

use crate::generator::random::Random;

/// A chain as text.
#[derive(Clone, Debug)]
pub struct Chain {
    /// With `site store * n`.
    pub by_count: String,
    /// The same with every shop written out, under names of their own; none where a wish speaks of the
    /// template.
    pub written_out: Option<String>,
}

/// The chain of a seed.
pub fn chain(seed: u64) -> Chain {
    let mut random = Random::new(seed);
    let stores = random.between(2, 3);
    let (cores, tills) = (random.between(1, 2), random.between(1, 3));
    let hubs = random.between(1, 2);
    let memory = random.pick(&[300, 700, 1500]);
    let inner = format!(
        "  device core : box * {cores} {{ role = super }}\n  \
         device till : box * {tills} {{ role = edge; memory = {memory} MiB }}\n  \
         link {{ rtt = 2 ms; bandwidth = 1 Gbps }}\n"
    );
    let rtt = random.pick(&[10, 30]);
    let wishes = wishes(&mut random);
    let per_store = wishes.contains("per store");
    let rest = |on: &str, spans: &str| {
        format!(
            "site hq {{ device hub : box * {hubs} {{ role = backbone; cost = 5 EUR/month }} \
             link {{ rtt = 1 ms; bandwidth = 1 Gbps }} }}\n{spans}{}",
            wishes.replace("ON_TILLS", on)
        )
    };
    let hardware = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 4 GiB; \
                    disk = nvme(64 GB) }\n";
    let link = |site: &str| {
        format!("link {site} <-> hq {{ rtt = {rtt} ms; bandwidth = 20 Mbps; private = true }}\n")
    };
    let by_count = format!(
        "{hardware}site store * {stores} {{\n{inner}}}\n{}",
        rest("till", &link("store"))
    );
    let mut sites = String::new();
    let (mut links, mut on) = (String::new(), Vec::new());
    for number in 1..=stores {
        let own = inner
            .replace("device core", &format!("device core_{number}"))
            .replace("device till", &format!("device till_{number}"));
        let _ = write!(sites, "site store_{number} {{\n{own}}}\n");
        links += &link(&format!("store_{number}"));
        on.push(format!("till_{number}"));
    }
    let on = format!("[{}]", on.join(", "));
    let written_out = format!("{hardware}{sites}{}", rest(&on, &links));
    Chain {
        by_count,
        written_out: (!per_store).then_some(written_out),
    }
}

fn wishes(random: &mut Random) -> String {
    let mut text = String::from("builder chain {\n");
    let kv = [
        random.pick(&[
            "",
            "    survive any 1 device\n",
            "    survive any 1 device per store\n",
        ]),
        random.pick(&["", "", "    replicas = 2..\n", "    replicas = 1..3\n"]),
        random.pick(&["", "", "    spread across site\n"]),
        random.pick(&["", "", "    clone lazy on role edge\n"]),
    ];
    let kv = kv.concat();
    let capacity = random.pick(&[4, 9, 40]);
    let cost = random.pick(&[0, 1, 3]);
    let _ = write!(
        text,
        "  service kv {{\n{kv}    dataset = 10 MB; disk = 10 MB\n    ports {{ kv = tcp(7001) }}\n    \
         variant full {{ memory = 500 MiB; capacity = {capacity} req/s; service_time = 1 ms; \
         power = 4 W; cost = {cost} EUR/month }}\n    \
         variant lite {{ memory = 200 MiB; capacity = 3 req/s; service_time = 3 ms; power = 1 W }}\n  }}\n"
    );
    let chained = random.percent(50);
    if chained {
        let fanout = random.pick(&["", " { fanout = 2 }", " { fanout = 0.5 }"]);
        let _ = write!(
            text,
            "  service api {{\n    ports {{ api = tcp(7002) }}\n    memory = 100 MiB; capacity = 20 req/s; \
             service_time = 1 ms; power = 1 W\n    needs kv within 60 ms{fanout}\n  }}\n"
        );
    }
    let together = random.pick(&["", "", "colocate api with kv", "separate [api, kv]"]);
    if chained && !together.is_empty() {
        let _ = writeln!(text, "  {together}");
    }
    let (server, optional) = (
        if chained { "api" } else { "kv" },
        random.pick(&["", "", " optional"]),
    );
    let prefer = random.pick(&["", " prefer same_site then backbone"]);
    let within = random.pick(&[8, 50]);
    let _ = write!(
        text,
        "  client pos on ON_TILLS {{\n    demand = 1.5 req/s\n    memory = 100 MiB\n    \
         needs {server} within {within} ms degraded 90 ms{prefer}{optional}\n  }}\n}}\n"
    );
    let objective = random.pick(&[
        "latency",
        "latency + cost",
        "3 * power + latency",
        "footprint + latency",
    ]);
    let _ = writeln!(text, "minimize {objective}");
    if random.percent(30) {
        let most = random.between(9, 20);
        let _ = writeln!(text, "require total(cost) <= {most} EUR/month");
    }
    text
}
