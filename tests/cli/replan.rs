//! Planning anew: what moves, in which order, and what the order costs.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::outcome::{Outcome, root, vnc_in};

const FLEET: &str = "\
hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 4 GiB; disk = nvme(100 GB) }
hardware desk { arch = x86_64; os = linux; cpu = 2 cores; memory = 2 GiB; disk = nvme(10 GB) }
site home {
  device left  : box { role = local; address = \"10.0.0.1\" }
  device right : box { role = local; address = \"10.0.0.2\" }
  device spare : box { role = local; address = \"10.0.0.3\" }
  device mine  : desk { role = edge; address = \"10.0.0.4\" }
  link { rtt = 1 ms; bandwidth = 1 Gbps }
}
";

/// A folder with programs that share the fleet.
struct Lab(TempDir);

impl Lab {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn write(&self, name: &str, program: &str) {
        fs::write(self.0.path().join(name), format!("{FLEET}{program}")).unwrap();
    }

    fn run(&self, words: &[&str]) -> Outcome {
        vnc_in(self.0.path(), words)
    }

    /// Builds a program; its plan lies in a folder of its name.
    fn build(&self, name: &str, more: &[&str]) -> Value {
        let file = format!("{name}.vn");
        let out = self.run(&[&["build", &file, "--out", name], more].concat());
        assert_eq!(out.code, 0, "{}{}", out.stdout, out.stderr);
        let plan = format!("{name}/plan.json");
        let verified = self.run(&["verify", &plan]);
        assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
        let text = fs::read_to_string(self.0.path().join(plan)).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// `start a@left`, …
fn steps(plan: &Value) -> Vec<String> {
    let steps = plan["moves"]["steps"].as_array().unwrap().iter();
    let text = |step: &Value, field: &str| step[field].as_str().unwrap().to_owned();
    steps
        .map(|step| format!("{} {}", text(step, "action"), text(step, "instance")))
        .collect()
}

fn level<'a>(plan: &'a Value, name: &str) -> Option<&'a str> {
    let levels = plan["objective"]["levels"].as_array().unwrap().iter();
    let mut named = levels.filter(|level| level["name"] == name);
    named.next().map(|level| level["value"].as_str().unwrap())
}

/// The figures of the engine differ from run to run.
fn shown(out: &Outcome) -> String {
    let lines = out
        .stdout
        .lines()
        .filter(|line| !line.starts_with("proof "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Two services on two devices, each of which has room for one.
fn pinned(a: &str, b: &str) -> String {
    format!(
        "builder lab {{
  service a {{ memory = 3 GiB; ports {{ web = http(8081) }}; pin on {a} }}
  service b {{ memory = 3 GiB; ports {{ web = http(8082) }}; pin on {b} }}
  client app on mine {{ demand = 1 req/s; needs a within 20 ms; needs b within 20 ms }}
}}
minimize footprint
"
    )
}

#[test]
fn without_any_change_nothing_moves() {
    let lab = Lab::new();
    lab.write("plan.vn", &pinned("left", "right"));
    let first = lab.build("plan", &[]);
    let again = lab.build("plan", &["--from", "plan/plan.json"]);
    assert_eq!(again["moves"]["count"], 0);
    assert_eq!(steps(&again), [""; 0]);
    assert_eq!(level(&again, "moves"), Some("0"));
    // But for the moves it is the same plan.
    let bare = |plan: &Value| {
        let mut plan = plan.clone();
        let fields = plan.as_object_mut().unwrap();
        fields.remove("digest");
        fields.remove("moves");
        let levels = plan["objective"]["levels"].as_array_mut().unwrap();
        levels.retain(|level| level["name"] != "moves");
        plan
    };
    assert_eq!(bare(&first), bare(&again));
}

#[test]
fn what_makes_room_goes_first() {
    let lab = Lab::new();
    lab.write("old.vn", &pinned("left", "right"));
    lab.write("new.vn", &pinned("right", "spare"));
    lab.build("old", &[]);
    let words = ["plan", "new.vn", "--from", "old/plan.json"];
    let (once, twice) = (lab.run(&words), lab.run(&words));
    assert_eq!(once.code, 0, "{}", once.stderr);
    assert_eq!(shown(&once), shown(&twice));
    insta::assert_snapshot!("a_chain_of_moves", shown(&once));
    let plan = lab.build("new", &["--from", "old/plan.json"]);
    let order = [
        "start b@spare",
        "stop b@right",
        "start a@right",
        "stop a@left",
    ];
    assert_eq!(steps(&plan), order);
    let after = plan["moves"]["steps"].as_array().unwrap().iter();
    let after: Vec<&Value> = after.map(|step| &step["after"]).collect();
    assert_eq!(after, [&json!([]), &json!([1]), &json!([2]), &json!([3])]);
}

#[test]
fn a_swap_without_room_says_whom_it_leaves_alone() {
    let lab = Lab::new();
    lab.write("old.vn", &pinned("left", "right"));
    lab.write("new.vn", &pinned("right", "left"));
    lab.build("old", &[]);
    let out = lab.run(&["plan", "new.vn", "--from", "old/plan.json"]);
    assert_eq!(out.code, 0, "{}", out.stderr);
    insta::assert_snapshot!("a_swap", shown(&out));
    let plan = lab.build("new", &["--from", "old/plan.json"]);
    let forced = &plan["moves"]["steps"][0];
    assert_eq!(
        forced["unserved"],
        json!([{"consumer": "app@mine", "service": "a"}])
    );
    assert_eq!(forced["forced"]["proven"], true);
    assert_eq!(forced["forced"]["circle"].as_array().unwrap().len(), 4);
}

#[test]
fn the_program_can_say_what_runs() {
    let lab = Lab::new();
    let program = |clause: &str| {
        format!(
            "builder lab {{
  service a {{ memory = 3 GiB; ports {{ web = http(8081) }}; move_cost = 5/2; {clause} }}
  client app on mine {{ demand = 1 req/s; needs a within 20 ms }}
}}
minimize footprint + movement
"
        )
    };
    // Without a word the first device is as good as any.
    lab.write("free.vn", &program(""));
    let free = lab.build("free", &[]);
    assert_eq!(free.get("moves"), None);
    assert_eq!(free["instances"][0]["id"], "a@left");
    lab.write("plan.vn", &program("currently on [spare]"));
    let stays = lab.build("plan", &[]);
    assert_eq!(
        (stays["instances"][0]["id"].as_str(), steps(&stays)),
        (Some("a@spare"), vec![])
    );
    lab.write("plan.vn", &program("currently on [spare]; forbid on spare"));
    let moves = lab.build("plan", &[]);
    assert_eq!(steps(&moves), ["start a@left", "stop a@spare"]);
    assert_eq!(moves["moves"]["steps"][0]["cost_millionths"], 2_500_000);
    assert_eq!(level(&moves, "objective"), Some("11/2"));
}

#[test]
fn too_few_moves_are_answered_with_the_number_that_is_needed() {
    let lab = Lab::new();
    lab.write("old.vn", &pinned("left", "right"));
    lab.write("new.vn", &pinned("right", "spare"));
    lab.build("old", &[]);
    let with = |most: &str| {
        lab.run(&[
            "plan",
            "new.vn",
            "--from",
            "old/plan.json",
            "--max-moves",
            most,
        ])
    };
    let out = with("1");
    assert_eq!((out.code, out.stdout.as_str()), (1, ""));
    let said = "error: no plan exists with at most 1 move, as `--max-moves 1` demands: at least 2 are \
                needed; `--max-moves 2` allows them\n";
    assert_eq!(out.stderr, said);
    assert_eq!(with("2").code, 0);
    let out = lab.run(&["plan", "new.vn", "--max-moves", "1"]);
    assert_eq!(out.code, 64, "{}", out.stderr);
    assert!(
        out.stderr.contains("needs to know what runs today"),
        "{}",
        out.stderr
    );
    let out = lab.run(&["plan", "new.vn", "--from", "new.vn"]);
    assert_eq!(out.code, 1, "{}", out.stderr);
}

#[test]
fn one_level_is_fixed_before_the_next() {
    let lab = Lab::new();
    let program = |levels: &str| {
        format!(
            "builder lab {{
  service a {{
    variant large {{ memory = 3 GiB; power = 1 W; ports {{ web = http(8081) }} }}
    variant small {{ memory = 1 GiB; power = 4 W; ports {{ web = http(8081) }} }}
  }}
  client app on mine {{ demand = 1 req/s; needs a within 20 ms }}
}}
minimize lexicographic [{levels}]
"
        )
    };
    for (levels, variant, values) in [
        ("power, footprint", "large", ["1", "3"]),
        ("footprint, power", "small", ["1", "4"]),
        ("latency, footprint, power", "small", ["0", "1"]),
    ] {
        lab.write("plan.vn", &program(levels));
        let plan = lab.build("plan", &[]);
        assert_eq!(plan["instances"][0]["variant"], variant, "{levels}");
        let found = [level(&plan, "objective"), level(&plan, "objective_2")];
        assert_eq!(found, values.map(Some), "{levels}");
    }
    let out = lab.run(&["plan", "plan.vn"]);
    insta::assert_snapshot!("three_levels", shown(&out));
}

/// The home lab after its NUC has gone.
#[test]
fn the_home_lab_gets_over_a_loss() {
    let folder = TempDir::new().unwrap();
    let example = root().join("examples/home-lab");
    let text = fs::read_to_string(example.join("plan.vn")).unwrap();
    // Three copies would need all that is left.
    let text = text.replace("replicas = 3; spread", "replicas = 2; spread");
    fs::write(folder.path().join("plan.vn"), &text).unwrap();
    let words = ["build", "plan.vn", "--out", "out"];
    let built = vnc_in(folder.path(), &words);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let left = text.lines().filter(|line| !line.contains("device nuc "));
    let left: Vec<&str> = left.collect();
    fs::write(folder.path().join("plan.vn"), left.join("\n")).unwrap();
    let words = [&words[..], &["--from", "out/plan.json"]].concat();
    let built = vnc_in(folder.path(), &words);
    assert_eq!(built.code, 0, "{}", built.stderr);
    insta::assert_snapshot!("home_lab_without_the_nuc", moves_of(&built));
    let plan = |path: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let verified = vnc_in(folder.path(), &["verify", "out/plan.json"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    let found = plan(&folder.path().join("out/plan.json"));
    let unserved = found["moves"]["steps"].as_array().unwrap().iter();
    assert!(
        unserved
            .into_iter()
            .all(|step| step.get("unserved").is_none())
    );
    // Nothing of the lost device is stopped: it is not there any more.
    assert!(steps(&found).iter().all(|step| !step.ends_with("@nuc")));
}

/// The part of the summary that speaks of moves.
fn moves_of(out: &Outcome) -> String {
    let lines = out
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("moves "));
    let lines = lines.take_while(|line| !line.starts_with("out:"));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// The plan after an edit, sealed again, and what `vnc verify` finds in it.
fn tampered(plan: &Value, edit: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut edited = plan.clone();
    edit(&mut edited);
    let mut edited = vn_plan::from_json(&edited.to_string()).unwrap();
    edited.digest = vn_plan::digest(&edited);
    let found = vn_plan::verify(&edited).err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn an_order_that_is_not_safe_is_found_out() {
    let lab = Lab::new();
    lab.write("old.vn", &pinned("left", "right"));
    lab.write("new.vn", &pinned("right", "spare"));
    lab.build("old", &[]);
    let plan = lab.build("new", &["--from", "old/plan.json"]);
    assert_eq!(tampered(&plan, |_| {}), [""; 0]);
    let swapped = |first: usize, second: usize| {
        tampered(&plan, |plan| {
            let steps = plan["moves"]["steps"].as_array_mut().unwrap();
            steps.swap(first, second);
            for (at, step) in steps.iter_mut().enumerate() {
                step["after"] = (1..=at).collect();
            }
        })
    };
    // Nobody serves `b` any more; there is no room for `a` yet.
    let found = swapped(0, 1).join("\n");
    assert!(
        found.contains("step 1, stop `b@right`, leaves `app@mine` without `b`"),
        "{found}"
    );
    let found = swapped(1, 2).join("\n");
    assert!(
        found.contains("start `a@right`: memory: 2 GiB too little"),
        "{found}"
    );
    let found = swapped(2, 3).join("\n");
    assert!(
        found.contains("stop `a@left`, leaves `app@mine` without `a`"),
        "{found}"
    );
}

#[test]
fn steps_that_are_forgotten_or_made_up_are_found_out() {
    let lab = Lab::new();
    lab.write("old.vn", &pinned("left", "right"));
    lab.write("new.vn", &pinned("right", "spare"));
    lab.build("old", &[]);
    let plan = lab.build("new", &["--from", "old/plan.json", "--max-moves", "2"]);
    let rejected = |what: &str, edit: &dyn Fn(&mut Value)| {
        let found = tampered(&plan, |plan| edit(&mut plan["moves"])).join("\n");
        assert!(found.contains(what), "{what}: {found}");
    };
    for nth in 0..4 {
        rejected("is missing", &|moves| {
            let steps = moves["steps"].as_array_mut().unwrap();
            steps.remove(nth);
            for (at, step) in steps.iter_mut().enumerate() {
                step["after"] = (1..=at).collect();
            }
        });
    }
    rejected("made twice", &|moves| {
        let first = moves["steps"][0].clone();
        moves["steps"].as_array_mut().unwrap().push(first);
    });
    rejected("it is no service of the plan", &|moves| {
        moves["before"]["kept"] = json!(["a@left"]);
    });
    rejected("is not needed", &|moves| {
        moves["before"]["kept"] = json!(["a@right"]);
    });
    rejected("runs on in the same variant", &|moves| {
        moves["before"]["gone"][0]["id"] = json!("a@right");
    });
    rejected("on no device of the plan", &|moves| {
        moves["before"]["gone"][0]["device"] = json!("nowhere");
    });
    rejected("1 moves are counted, there are 2", &|moves| {
        moves["count"] = json!(1);
    });
    rejected("there are 2 moves, 1 are allowed", &|moves| {
        moves["at_most"] = json!(1);
    });
    rejected("a stop is no move", &|moves| {
        moves["steps"][1]["cost_millionths"] = json!(1);
    });
    rejected("get in each other's way", &|moves| {
        moves["steps"][2]["after"] = json!([]);
    });
    rejected("get in each other's way", &|moves| {
        moves["steps"][1]["after"] = json!([]);
    });
    rejected("waits for itself or for a later one", &|moves| {
        moves["steps"][1]["after"] = json!([2]);
    });
    rejected("is said to be without `a`, but is not", &|moves| {
        moves["steps"][0]["unserved"] = json!([{"consumer": "app@mine", "service": "a"}]);
    });
    rejected("leaves nobody unserved", &|moves| {
        moves["steps"][0]["forced"] = json!({"proven": true, "circle": []});
    });
    let worth = tampered(&plan, |plan| {
        let levels = plan["objective"]["levels"].as_array_mut().unwrap();
        levels.last_mut().unwrap()["value"] = json!("1");
    });
    assert_eq!(worth, ["objective: moves: the plan says 1, it is 2"]);
}
