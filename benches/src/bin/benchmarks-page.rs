//! Writes `docs/benchmarks.md` from what `cargo bench -p vn-benches` measured, and from whole runs of the
//! released binary, which it makes itself.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a tool of the project's own, which may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use vn_benches::large;
use vn_benches::regional::{Region, regional};
use vn_problem::instance::Instance;

/// How often a whole run is made; the median counts.
const RUNS: usize = 21;

/// Asks for the whole runs alone, by a process that has had no other children: `cargo run` hands on
/// what its own have used.
const PROCESSES: &str = "processes";

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), PathBuf::from);
    if std::env::args()
        .nth(1)
        .is_some_and(|word| word == PROCESSES)
    {
        for row in processes(&root, &target) {
            println!("{}", row.join("\t"));
        }
        return;
    }
    let page = page(&target);
    fs::write(root.join("docs/benchmarks.md"), &page).unwrap();
    println!("{page}");
}

fn page(target: &Path) -> String {
    let rows = [
        parsing(target),
        rechecking(target),
        planning(target),
        whole_runs(),
    ]
    .concat();
    let rows: Vec<String> = rows
        .into_iter()
        .map(|[what, aim, measured]| format!("| {what} | {aim} | {measured} |\n"))
        .collect();
    format!(
        "# Benchmarks\n\n`just bench` measures and writes this page. {}\n\n\
         | What | Aim | Measured |\n|---|---|---|\n{}",
        machine(),
        rows.concat()
    )
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map_or("an unnamed processor", |rest| {
        rest.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let rustc = output("rustc", &["--version"]);
    format!(
        "Measured on {cores} threads of {name}, {}, release build.",
        rustc.trim()
    )
}

fn output(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map_or_else(
        |_| String::new(),
        |out| String::from_utf8_lossy(&out.stdout).into_owned(),
    )
}

type Row = [String; 3];

fn row(what: &str, aim: &str, measured: String) -> Row {
    [what.to_owned(), aim.to_owned(), measured]
}

/// The median of a criterion benchmark, in nanoseconds.
fn median(target: &Path, name: &str) -> f64 {
    let path = target
        .join("criterion")
        .join(name)
        .join("new/estimates.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| {
        panic!(
            "{}: {e}; run `cargo bench -p vn-benches` first",
            path.display()
        )
    });
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document
        .pointer("/median/point_estimate")
        .unwrap()
        .as_f64()
        .unwrap()
}

fn parsing(target: &Path) -> Vec<Row> {
    let of = |lines: usize| {
        let bytes = large::program(lines).len() as f64;
        let time = median(target, &format!("parse/{lines}"));
        format!("{:.1} MB/s ({:.1} ms)", bytes / time * 1e3, time / 1e6)
    };
    vec![
        row("parsing, 10 000 lines", "≥ 15 MB/s", of(10_000)),
        row(
            "parsing, 100 000 lines",
            "the same: linear growth",
            of(100_000),
        ),
    ]
}

fn rechecking(target: &Path) -> Vec<Row> {
    let ms = |name: &str| format!("{:.1} ms", median(target, name) / 1e6);
    vec![
        row(
            "one edited item parsed and all checked again, 10 000 lines",
            "≤ 20 ms",
            ms("recheck/item"),
        ),
        row(
            "the same, where the item is the builder",
            "",
            ms("recheck/builder"),
        ),
        row("checking in process, 10 000 lines", "", ms("check/10000")),
        row(
            "checking in process, 100 000 lines",
            "ten times that: linear growth",
            ms("check/100000"),
        ),
        row(
            "checking in process, the retail chain (38 002 devices)",
            "",
            ms("check/retail"),
        ),
    ]
}

fn planning(target: &Path) -> Vec<Row> {
    let time = median(target, "plan/offers");
    vec![row(
        "planning, a dozen services on 500 machines on offer, embedded engine",
        "proven, < 100 ms",
        format!("{:.1} ms", time / 1e6),
    )]
}

fn whole_runs() -> Vec<Row> {
    let own = std::env::current_exe().unwrap();
    let lines = output(&own.to_string_lossy(), &[PROCESSES]);
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        Row::try_from(cells).unwrap()
    };
    lines.lines().map(row).collect()
}

/// Whole processes, the smallest first: the kernel keeps the largest memory of all children so far.
fn processes(root: &Path, target: &Path) -> Vec<Row> {
    let folder = target.join("benchmarks");
    fs::create_dir_all(&folder).unwrap();
    let large = folder.join("plan.vn");
    fs::write(&large, large::program(10_000)).unwrap();
    let retail = root.join("examples/retail/plan.vn");
    let programs = [
        (
            "`vnc check`, whole process, the retail chain",
            "< 100 ms",
            retail,
        ),
        (
            "`vnc check`, whole process, 10 000 lines",
            "≤ 60 ms and ≤ 100 MiB",
            large,
        ),
    ];
    let binary = target.join("release/vnc");
    let checks = programs
        .into_iter()
        .map(|(what, aim, program)| {
            let mut times: Vec<f64> = (0..RUNS).map(|_| run(&binary, &program)).collect();
            times.sort_by(f64::total_cmp);
            let memory = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
            let time = times[RUNS / 2];
            row(what, aim, format!("{time:.1} ms, {} MiB", memory / 1024))
        })
        .collect::<Vec<Row>>();
    let fleets = FLEETS.map(|fleet| planned(&binary, &folder, fleet));
    checks.into_iter().chain(fleets).collect()
}

/// What is measured, the aim, the fleet, and its time limit in seconds.
type Fleet = (&'static str, &'static str, Region, u64);

/// Fleets that are too large to be searched; half of what clients ask survives any one host.
const FLEETS: [Fleet; 2] = [
    (
        "`vnc solve`, 996 devices × 50 services in 30 sites",
        "verified, gap stated, 60 s",
        Region {
            sites: 30,
            devices: 33,
            alike: 1,
            services: 50,
            tightness: 1,
            survives: true,
            seed: 1,
        },
        60,
    ),
    (
        "`vnc solve`, 10 302 devices × 200 services in 24 classes of 13 sites",
        "verified, gap stated, 5 min, 8 GiB",
        Region {
            sites: 24,
            devices: 33,
            alike: 13,
            services: 200,
            tightness: 1,
            survives: true,
            seed: 1,
        },
        300,
    ),
];

/// One run of the embedded engine on a fleet.
fn planned(binary: &Path, folder: &Path, (what, aim, region, seconds): Fleet) -> Row {
    let instance = Instance {
        problem: regional(region),
        resources: vec!["cpu in millicores".to_owned(), "memory in MiB".to_owned()],
        causes: vec!["a generated fleet".to_owned()],
    };
    let path = folder.join("fleet.json");
    fs::write(&path, instance.to_json()).unwrap();
    let start = Instant::now();
    let ran = Command::new(binary)
        .args(["solve", "--json", "--solver", "embedded", "--time-limit"])
        .arg(seconds.to_string())
        .arg(&path)
        .output()
        .unwrap();
    let time = start.elapsed().as_secs_f64();
    assert!(ran.status.success(), "{what}: a plan is found");
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    let told: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let number = |field: &str| ratio(told.pointer(field).unwrap().as_str().unwrap());
    let gap = number("/certificate/gap") / number("/levels/objective") * 100.0;
    let memory = memory / 1024;
    row(
        what,
        aim,
        format!("{time:.1} s, {memory} MiB, gap {gap:.1} %"),
    )
}

/// A fraction as it is written, `3` or `31/2`.
fn ratio(text: &str) -> f64 {
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    num.parse::<f64>().unwrap() / den.parse::<f64>().unwrap()
}

/// Milliseconds of one run.
fn run(binary: &Path, program: &Path) -> f64 {
    let start = Instant::now();
    let status = Command::new(binary)
        .arg("check")
        .arg(program)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "{} checks", program.display());
    start.elapsed().as_secs_f64() * 1e3
}
