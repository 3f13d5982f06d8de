//! `vnc set`: what is written, shown and refused.

use std::fs;
use std::path::PathBuf;

use super::{Outcome, outcome, vnc};

struct Lab {
    _dir: tempfile::TempDir,
    path: PathBuf,
    text: String,
}

fn lab() -> Lab {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.vn");
    let text = fs::read_to_string(outcome::root().join("examples/home-lab/plan.vn")).unwrap();
    fs::write(&path, &text).unwrap();
    Lab {
        _dir: dir,
        path,
        text,
    }
}

impl Lab {
    fn set(&self, args: &[&str]) -> Outcome {
        let mut all = vec!["set", self.path.to_str().unwrap()];
        all.extend(args);
        vnc(&all)
    }

    fn now(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }
}

#[test]
fn it_writes_what_is_set_and_nothing_else() {
    let lab = lab();
    let done = lab.set(&["preference=custom", "budget=20 EUR/month", "kv.replicas=3"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stdout.ends_with("plan.vn: 3 changes\n"),
        "{}",
        done.stdout
    );
    let wanted = lab
        .text
        .replace("Preference = low_resource", "Preference = custom")
        .replace("12 EUR/month", "20 EUR/month")
        .replacen("      replicas = 2", "      replicas = 3", 1);
    assert_eq!(lab.now(), wanted);
    let again = lab.set(&["preference=custom"]);
    assert!(
        again.stdout.ends_with("says so already\n"),
        "{}",
        again.stdout
    );
    assert_eq!(lab.set(&["--unset", "kv.replicas"]).code, 0);
    assert_eq!(lab.now(), wanted.replacen("      replicas = 3\n", "", 1));
}

#[test]
fn what_brings_new_errors_is_not_written() {
    let lab = lab();
    let refused = lab.set(&["select=app,graph"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("VN0410") && refused.stderr.contains("nothing was written"));
    assert_eq!(lab.now(), lab.text);
    assert_eq!(lab.set(&["select=app,graph", "--force"]).code, 0);
    assert!(lab.now().contains("  select [app, graph]\n"));
    // The error is there already, so that it stands in nobody's way.
    assert_eq!(lab.set(&["budget=20 EUR/month"]).code, 0);
}

#[test]
fn it_shows_before_it_writes() {
    let lab = lab();
    let shown = lab.set(&["--dry-run", "www.port=8443"]);
    assert_eq!(shown.code, 0);
    assert!(
        shown
            .stdout
            .contains("-      port = 443\n+      port = 8443\n"),
        "{}",
        shown.stdout
    );
    let data = lab.set(&["--dry-run", "--json", "www.port=8443"]).json();
    let edit = &data["edits"][0];
    let (start, end) = (
        edit["start"].as_u64().unwrap(),
        edit["end"].as_u64().unwrap(),
    );
    assert_eq!(&lab.text[start as usize..end as usize], "443");
    assert_eq!(edit["replacement"], "8443");
    assert_eq!(edit["file"], lab.path.to_str().unwrap());
    assert_eq!(data["format"], "vnc.messages/1");
    assert_eq!(data["written"], false);
    assert_eq!(lab.now(), lab.text);
}

#[test]
fn mistakes_are_answered() {
    let lab = lab();
    let asked = |args: &[&str]| {
        let outcome = lab.set(args);
        format!(
            "{} {}",
            outcome.code,
            outcome
                .stderr
                .replace(lab.path.to_str().unwrap(), "plan.vn")
        )
    };
    let shown = [
        asked(&["prefrence=custom"]),
        asked(&["budget=3 +"]),
        asked(&["kv.replicas"]),
        asked(&["1x=3"]),
        asked(&["kv.survive="]),
        asked(&["kv=3"]),
        asked(&["select=kv", "select=graph"]),
        asked(&[]),
    ];
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(lab.now(), lab.text);
}

const FLEET: &str = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home {
  device nuc : box * 3 { role = super }
  device old : box { role = edge }
  link { rtt = 1 ms }
}
site shop * 2 { device till : box * 2 { role = edge } }
site bare { device one : box { role = edge } }
link home <-> bare { rtt = 9 ms }
override nuc[2] { memory = 4 GiB }             // the small one
builder b {
  service kv { memory = 1 GiB }
  client app on old { demand = 1 req/s; needs kv within 9 ms }
}
";

/// What settings change in a program, as the lines of a patch.
fn changed(text: &str, settings: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.vn"), text).unwrap();
    let mut args = vec!["set", "--dry-run"];
    args.extend(settings);
    let met = outcome::vnc_in(folder.path(), &args);
    let lines = met.stdout.lines().skip(2);
    let lines = lines.filter(|line| line.starts_with(['+', '-']));
    let lines: Vec<&str> = lines.collect();
    format!("{settings:?}\n{}\n{}", lines.join("\n"), met.stderr)
}

#[test]
fn what_is_not_there_is_inserted_with_what_is_around_it() {
    let policy = format!("{FLEET}policy {{\n  reserve {{ cpu = 5% }}\n}}");
    let shown = [
        changed(FLEET, &["policy.heal.detect=3 s"]),
        changed(
            FLEET,
            &["policy.heal.detect=3 s", "policy.heal.order=[same_site]"],
        ),
        changed(FLEET, &["nuc[1].memory=2 GiB", "nuc[1].cpu=2 cores"]),
        changed(
            &policy,
            &["policy.heal.detect=3 s", "policy.reserve.memory=3%"],
        ),
        changed(FLEET, &["home.link.rtt=2 ms", "home.link.bandwidth=2 Gbps"]),
        changed(FLEET, &["bare.link.rtt=2 ms"]),
        changed(FLEET, &["b.context.preference=custom"]),
        changed(FLEET, &["kv.context.preference=custom"]),
        changed(
            FLEET,
            &[
                "nuc[1].memory=2 GiB",
                "nuc[2].memory=3 GiB",
                "nuc[2..3].cpu=2 cores",
            ],
        ),
        changed(FLEET, &["shop[2].till[1].memory=2 GiB"]),
        changed(&policy, &["shop[2].till.memory=2 GiB"]),
        changed(FLEET, &["nuc[2].memory="]),
        changed(FLEET, &["nuk[2].memory=2 GiB"]),
        changed(FLEET, &["nuc[2]=2 GiB"]),
        changed(FLEET, &["nuc[7].memory=2 GiB"]),
        changed(FLEET, &["nuc[1.memory=2 GiB"]),
        changed(FLEET, &["app.rate=3 req/s"]),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_parameter_of_another_file_is_set_there() {
    let dir = tempfile::tempdir().unwrap();
    let plan = dir.path().join("plan.vn");
    let parts = dir.path().join("parts.vn");
    let text = "use \"./parts.vn\".{box, pupils}
site home { device nuc : box { role = super } link { rtt = 1 ms } }
builder b { service kv { memory = 1 GiB; replicas = pupils } }
";
    fs::write(&plan, text).unwrap();
    fs::write(
        &parts,
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
param pupils: Count(0..400) = 1
",
    )
    .unwrap();
    let refused = vnc(&["set", plan.to_str().unwrap(), "pupils=0"]);
    assert_eq!(refused.code, 1);
    let advice = format!("set {} pupils=0`", parts.display()).replace('\\', "/");
    let flat = refused.stderr.split_whitespace().collect::<Vec<_>>();
    assert!(flat.join(" ").contains(&advice), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&plan).unwrap(), text);
    let done = vnc(&["set", parts.to_str().unwrap(), "pupils=0"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
}

#[test]
fn a_device_of_an_inventory_is_said_to_stand_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.vn");
    let rows = "site,name,role,arch,os,cpu,memory\nhome,nuc,super,x86_64,linux,4 cores,16 GiB\n";
    fs::write(dir.path().join("fleet.csv"), rows).unwrap();
    let text = "inventory \"fleet.csv\"\nsite home { link { rtt = 1 ms } }\nbuilder b { service kv { memory = 1 GiB } }\n";
    fs::write(&path, text).unwrap();
    let done = vnc(&["set", path.to_str().unwrap(), "nuc.memory=8 GiB"]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    let said = done.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the device `nuc` stands in"), "{said}");
    assert!(said.contains("change its `memory` there"), "{said}");
}

#[test]
fn a_preference_without_a_parameter_is_that_of_the_context() {
    let set = |text: &str| changed(text, &["preference=custom"]);
    let bare = "builder b {\n  service kv { memory = 1 GiB }\n}\n";
    let said = bare.replace(
        "  service",
        "  context { preference = low_resource }   // as ever\n  service",
    );
    insta::assert_snapshot!([set(bare), set(&said)].join("\n"));
}
