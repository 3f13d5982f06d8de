//! The instance file: what is written is read, what is wrong is named, and the page tells no lies.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use vn_problem::instance::{
    Answer, Certificate, Instance, Status, schema, solution_schema, to_json,
};
use vn_problem::{
    Candidate, CandidateId, Cause, Device, DeviceId, Factor, Problem, RequirementKind, Term, verify,
};
use vn_solve::{Options, Outcome, Silent, solve};
use vn_tests::generator::{alike, bonded, booted, copied, rough, tiny};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A problem with names for what has none.
fn instance(problem: Problem) -> Instance {
    Instance {
        resources: (0..problem.resources).map(|r| format!("r{r}")).collect(),
        causes: vec!["nowhere".to_owned()],
        problem,
    }
}

fn seeded() -> impl Iterator<Item = Instance> {
    let problems = (0..150).flat_map(|seed| {
        [
            tiny(seed),
            rough(seed),
            alike(seed),
            bonded(seed),
            booted(seed),
            copied(seed),
        ]
    });
    problems
        .filter(|problem| problem.check().is_ok())
        .map(instance)
}

fn validator(schema: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(schema).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

/// The block of the page that is marked so.
fn block(mark: &str) -> String {
    let page = fs::read_to_string(root().join("docs/model.md")).expect("there is the page");
    let fence = format!("```json {mark}\n");
    let begin = page.find(&fence).expect("there is the block") + fence.len();
    let end = page[begin..].find("```").expect("it ends") + begin;
    page[begin..end].to_owned()
}

fn example() -> Instance {
    Instance::from_json(&block("instance")).expect("the example is an instance")
}

fn solved(problem: &Problem) -> String {
    let Outcome::Solved {
        solution,
        verified,
        certificate,
    } = solve(problem, &Options::default(), &mut Silent)
    else {
        panic!("the problem has no plan");
    };
    assert_eq!(certificate.status, vn_solve::Status::Optimal);
    let certificate = Certificate {
        engine: "vnc".to_owned(),
        status: Status::Optimal,
        bound: None,
        gap: None,
        nodes: 0,
        reproducible: true,
    };
    to_json(&solution, &verified.levels, &certificate)
}

#[test]
fn what_is_written_is_read() {
    let (mut many, mut kinds) = (0, BTreeSet::new());
    for instance in seeded() {
        let text = instance.to_json();
        let read = Instance::from_json(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read, instance);
        assert_eq!(read.to_json(), text);
        many += 1;
        for requirement in &instance.problem.requirements {
            let kind = format!("{:?}", requirement.kind);
            kinds.extend(kind.split(' ').next().map(str::to_owned));
        }
    }
    assert!(many > 300, "only {many} of the seeds are problems");
    // A kind that no problem has is read by nobody here.
    assert!(kinds.len() >= 6, "only {kinds:?} were met");
}

#[test]
fn the_largest_numbers_are_read_as_they_were_written() {
    let mut one = example();
    one.problem.devices[0].capacity[0] = u64::MAX;
    one.problem.devices[0].max_duty = Some(u64::MAX);
    one.problem.candidates[0].variant = u32::MAX;
    one.problem.objective.terms[0].weight = Factor {
        num: u64::MAX,
        den: u64::MAX,
    };
    assert_eq!(Instance::from_json(&one.to_json()), Ok(one));
}

#[test]
fn nothing_at_all_is_an_instance() {
    let empty = Instance::default();
    assert_eq!(Instance::from_json(&empty.to_json()), Ok(empty));
}

#[test]
fn what_is_written_fits_the_schema() {
    let (ours, answers) = (validator(&schema()), validator(&solution_schema()));
    for instance in seeded().take(150).chain([example()]) {
        let written: Value = serde_json::from_str(&instance.to_json()).expect("it is JSON");
        let fault = ours.iter_errors(&written).next();
        assert!(fault.is_none(), "{fault:?}\n{written}");
    }
    let answer: Value = serde_json::from_str(&solved(&example().problem)).expect("it is JSON");
    assert!(answers.is_valid(&answer));
    assert!(!ours.is_valid(&answer));
}

/// The schema refuses what the reader refuses, as far as a schema can.
#[test]
fn the_schema_refuses_other_documents() {
    let ours = validator(&schema());
    let good: Value = serde_json::from_str(&block("instance")).expect("it is JSON");
    assert!(ours.is_valid(&good));
    let wrong: &[fn(&mut Value)] = &[
        |v| v["colour"] = json!("red"),
        |v| v["devices"][0]["capacity"][0] = json!(-1),
        |v| v["devices"][0]["capacity"][0] = json!(1.5),
        |v| v["objective"]["terms"][0]["weight"] = json!("1/0"),
        |v| v["objective"]["terms"][0]["weight"] = json!(1),
        |v| v["requirements"][0]["kind"] = json!({"counts": {"component": 0}}),
        |v| _ = v.as_object_mut().map(|fields| fields.remove("needs")),
    ];
    for (at, spoil) in wrong.iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(!ours.is_valid(&bad), "the schema accepts number {at}");
        assert!(Instance::from_json(&bad.to_string()).is_err(), "{at}");
    }
}

#[test]
fn the_schemas_lie_beside_the_reference() {
    for (name, text) in [
        ("instance.schema.json", schema()),
        ("solution.schema.json", solution_schema()),
    ] {
        let path = root().join("docs/reference").join(name);
        if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
            fs::write(&path, &text).expect("written");
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == text, "docs/reference/{name} is not the schema");
    }
}

/// Every name that the schemas know stands on the page.
#[test]
fn the_page_names_every_field() {
    let page = fs::read_to_string(root().join("docs/model.md")).expect("there is the page");
    let page = &page[page.find("## 7.").expect("there is the section")..];
    let mut names = BTreeSet::new();
    for text in [schema(), solution_schema()] {
        let schema: Value = serde_json::from_str(&text).expect("it is JSON");
        fields(&schema, &mut names);
    }
    assert!(names.len() > 50, "only {names:?}");
    for name in names {
        let told = [format!("`{name}`"), format!("\"{name}\"")];
        let told = told.iter().any(|word| page.contains(word.as_str()));
        assert!(told, "docs/model.md does not say what `{name}` is");
    }
}

fn fields(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                names.extend(properties.keys().cloned());
            }
            for word in map.get("const").into_iter().filter_map(Value::as_str) {
                names.insert(word.to_owned());
            }
            map.values().for_each(|value| fields(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_example_of_the_page_is_solved_as_it_says() {
    let mut found: Value = serde_json::from_str(&solved(&example().problem)).expect("it is JSON");
    let text = block("solution");
    let mut said: Value = serde_json::from_str(&text).expect("it is JSON");
    // What the engine says of itself may change.
    for document in [&mut found, &mut said] {
        document["certificate"] = json!(null);
    }
    assert_eq!(said, found);
    let answer = Answer::from_json(&text).expect("the example is a solution");
    let verified = verify(&example().problem, &answer.solution).expect("it holds");
    assert!(answer.contradicted(&verified.levels).is_empty());
}

/// The path and what is said of it, for one edit of the page's example.
fn refused(spoil: impl FnOnce(&mut Value)) -> (String, String) {
    let mut bad: Value = serde_json::from_str(&block("instance")).expect("it is JSON");
    let before = bad.clone();
    spoil(&mut bad);
    assert_ne!(bad, before, "the edit changes nothing");
    let error = Instance::from_json(&bad.to_string()).expect_err("it is no instance");
    (error.path, error.message)
}

type Spoil = fn(&mut Value);

#[test]
fn what_is_wrong_is_named_by_its_path() {
    #[rustfmt::skip]
    let cases: &[(Spoil, &str, &str)] = &[
        (|v| v["instance"] = json!(2), "instance", "version 2 is not 1"),
        (|v| v["instance"] = json!(null), "", "missing field `instance`"),
        (|v| v["colour"] = json!("red"), "colour", "unknown field `colour`"),
        (|v| v["devices"][1]["colour"] = json!("red"), "devices[1].colour", "unknown field `colour`"),
        (|v| v["devices"][1] = json!({"capacity": [1, 2]}), "devices[1]", "missing field `cause`"),
        (|v| v["devices"] = json!({}), "devices", "invalid type: map"),
        (|v| v["devices"][1]["capacity"] = json!([1]), "devices[1].capacity", "1 number for 2 resources"),
        (|v| v["devices"][1]["capacity"][0] = json!(-1), "devices[1].capacity[0]", "invalid value: integer `-1`"),
        (|v| v["devices"][1]["capacity"][0] = json!(0.5), "devices[1].capacity[0]", "floating point `0.5`"),
        (|v| v["devices"][2]["cause"] = json!(10), "devices[2].cause", "there is no cause 10: the last one is 9"),
        (|v| v["components"][0]["role"] = json!("server"), "components[0].role", "unknown variant `server`"),
        (|v| v["components"][0]["on"] = json!([1]), "components[0].on", "a service has no devices"),
        (|v| v["components"][1]["on"] = json!([0, 3]), "components[1].on[1]", "there is no device 3"),
        (|v| v["components"][1]["on"] = json!([1, 0]), "components[1].on[1]", "does not come after"),
        (|v| v["candidates"][2]["component"] = json!(9), "candidates[2].component", "there is no component 9"),
        (|v| v["candidates"][2]["device"] = json!(9), "candidates[2].device", "there is no device 9"),
        (|v| v["candidates"][2]["claim"] = json!([]), "candidates[2].claim", "0 numbers for 2 resources"),
        (|v| v["candidates"][3]["device"] = json!(2), "candidates[3].device", "client 1 is not on device 2"),
        (|v| v["candidates"][3]["copy"] = json!(1), "candidates[3].copy", "client 1 stands once on its devices"),
        (|v| v["candidates"][2]["variant"] = json!(0), "candidates[2]", "does not come after the one before it by (component, device, copy, variant)"),
        (|v| v["candidates"][2]["variant"] = json!(4_294_967_296_u64), "candidates[2].variant", "invalid value"),
        (|v| v["needs"][0]["consumer"] = json!(7), "needs[0].consumer", "there is no component 7"),
        (|v| v["needs"][0]["server"] = json!(1), "needs[0].server", "component 1 is a client"),
        (|v| v["needs"][0]["consumer"] = json!(0), "needs", "those with a fanout form a circle"),
        (|v| v["needs"][0]["tiers"] = json!(0), "needs[0].tiers", "at least one tier"),
        (|v| v["needs"][0]["load"] = json!({"fanout": "3/0"}), "needs[0].load.fanout", "`3/0` divides by zero"),
        (|v| v["needs"][0]["load"] = json!({"fanout": "+3/1"}), "needs[0].load.fanout", "`+3/1` is no fraction"),
        (|v| v["needs"][0]["load"] = json!({"fan": "3/1"}), "needs[0].load", "unknown variant `fan`"),
        (|v| v["needs"][0]["routes"][1]["from"] = json!(5), "needs[0].routes[1].from", "there is no device 5"),
        (|v| v["needs"][0]["routes"][2]["to"] = json!(3), "needs[0].routes[2].to", "candidate 3 is of component 1, not of 0"),
        (|v| v["needs"][0]["routes"][2]["to"] = json!(1), "needs[0].routes[2]", "does not come after"),
        (|v| v["needs"][0]["routes"][2]["tier"] = json!(1), "needs[0].routes[2].tier", "tier 1 is not below `tiers`, 1"),
        (|v| v["failures"][1]["down"] = json!([0, 8]), "failures[1].down[1]", "there is no device 8"),
        (|v| v["refills"] = json!([{"to": 0, "from": 3}]), "refills[0]", "different components"),
        (|v| v["refills"] = json!([{"to": 4, "from": 3}]), "refills[0].to", "there is no candidate 4"),
        (|v| v["requirements"][0]["kind"]["count"]["component"] = json!(4), "requirements[0].kind.count.component", "there is no component 4"),
        (|v| v["requirements"][0]["kind"]["count"]["most"] = json!(4), "requirements[0].kind.count.most", "unknown field `most`"),
        (|v| v["requirements"][0]["kind"] = arrivals(&json!([[1, 0], [0, 1]])), "requirements[0].kind.arrivals.pairs[1]", "pairs ascend"),
        (|v| v["requirements"][0]["kind"] = arrivals(&json!([[0, 1], [0, 1]])), "requirements[0].kind.arrivals.pairs[1]", "none is named twice"),
        (|v| v["requirements"][0]["kind"] = arrivals(&json!([[0, 3]])), "requirements[0].kind.arrivals.pairs[0]", "another candidate of its component"),
        (|v| v["requirements"][0]["kind"] = arrivals(&json!([[0, 4]])), "requirements[0].kind.arrivals.pairs[0]", "there is no candidate 4"),
        (|v| v["requirements"][2]["kind"]["survive"]["failures"] = json!([2]), "requirements[2].kind.survive.failures[0]", "there is no failure 2"),
        (|v| v["requirements"][0]["kind"] = json!({"spread": {"component": 0, "domain": [0], "m": 1}}), "requirements[0].kind.spread.domain", "1 domain for 3 devices"),
        (|v| v["requirements"][0]["kind"] = json!({"spread": {"component": 0, "domain": [0, 1, 2], "m": 0}}), "requirements[0].kind.spread.m", "at least one domain"),
        (|v| v["requirements"][0]["kind"] = json!({"uniform": {"component": 1, "devices": [3]}}), "requirements[0].kind.uniform.devices[0]", "there is no device 3"),
        (|v| v["objective"]["terms"][1]["weight"] = json!("2"), "objective.terms[1].weight", "`2` is no fraction"),
        (|v| v["objective"]["then"] = json!("speed"), "objective.then", "unknown variant `speed`"),
    ];
    for (spoil, path, message) in cases {
        let (at, said) = refused(spoil);
        assert_eq!(
            (at.as_str(), said.contains(message)),
            (*path, true),
            "{at}: {said}"
        );
    }
}

#[test]
fn no_text_is_too_strange_to_be_refused() {
    let text = block("instance");
    for end in (0..text.len() - 2).step_by(61) {
        let end = (0..=end).rev().find(|at| text.is_char_boundary(*at));
        assert!(Instance::from_json(&text[..end.expect("0 is one")]).is_err());
    }
    for strange in ["", "[]", "1", "null", "{}", "{\"instance\": 1}", "\u{0}"] {
        assert!(Instance::from_json(strange).is_err(), "{strange}");
        assert!(Answer::from_json(strange).is_err(), "{strange}");
    }
    let deep = format!("{{\"instance\": {}", "[".repeat(100_000));
    assert!(Instance::from_json(&deep).is_err());
    let behind = format!("{text} 1");
    let said = Instance::from_json(&behind)
        .expect_err("there is more")
        .to_string();
    assert!(said.contains("trailing characters"), "{said}");
    let twice = text.replacen("\"refills\"", "\"refills\": [], \"refills\"", 1);
    let said = Instance::from_json(&twice)
        .expect_err("one is there twice")
        .to_string();
    assert!(said.contains("duplicate field `refills`"), "{said}");
}

/// Whatever `check` refuses is refused by the reader too, with a path.
#[test]
fn the_reader_is_as_strict_as_the_check() {
    let edits: &[fn(&mut Problem)] = &[
        |p| p.devices[0].capacity.push(1),
        |p| p.candidates.swap(0, 1),
        |p| p.candidates[3].device = DeviceId(1),
        |p| p.components[0].on.push(DeviceId(0)),
        |p| p.needs[0].routes.reverse(),
        |p| p.needs[0].routes[0].to = CandidateId(99),
        |p| p.needs[0].tiers = 0,
        |p| p.failures[0].down.push(DeviceId(9)),
        |p| {
            p.requirements[1].kind = RequirementKind::Truth {
                component: vn_problem::ComponentId(7),
            }
        },
        |p| {
            p.objective.terms.push(Term {
                weight: Factor { num: 1, den: 0 },
                ..p.objective.terms[0]
            });
        },
    ];
    for (at, edit) in edits.iter().enumerate() {
        let mut broken = example();
        edit(&mut broken.problem);
        assert!(broken.problem.check().is_err(), "edit {at} breaks nothing");
        let error = Instance::from_json(&broken.to_json()).expect_err("it is no instance");
        assert!(!error.path.is_empty(), "{at}: {error}");
    }
}

#[test]
fn a_solution_is_read_as_it_was_written() {
    let mut many = 0;
    for instance in seeded().take(120) {
        let outcome = solve(&instance.problem, &Options::default(), &mut Silent);
        let Outcome::Solved {
            solution, verified, ..
        } = outcome
        else {
            continue;
        };
        let certificate = Certificate {
            engine: "vnc".to_owned(),
            status: Status::Feasible,
            bound: Some("1/3".to_owned()),
            gap: None,
            nodes: 3,
            reproducible: false,
        };
        let text = to_json(&solution, &verified.levels, &certificate);
        let answer = Answer::from_json(&text).expect("it is a solution");
        assert_eq!(answer.solution, solution);
        assert!(answer.contradicted(&verified.levels).is_empty());
        many += 1;
    }
    assert!(many > 30, "only {many} have a plan");
}

/// A wide instance is written and read in far less than a second, and a row stays on its line.
#[test]
fn rows_stand_on_lines() {
    let mut wide = Instance {
        resources: vec!["cpu".to_owned()],
        causes: vec!["here".to_owned()],
        ..Instance::default()
    };
    wide.problem.resources = 1;
    wide.problem.devices = vec![
        Device {
            capacity: vec![7],
            max_duty: None,
            count: 1,
            cause: Cause(0),
        };
        1_000
    ];
    wide.problem.candidates = Vec::<Candidate>::new();
    let text = wide.to_json();
    assert_eq!(
        text.lines()
            .filter(|line| line.contains("capacity"))
            .count(),
        1_000
    );
    assert!(
        text.contains("\n    {\"capacity\": [7], \"cause\": 0},\n"),
        "{}",
        &text[..400]
    );
    assert_eq!(Instance::from_json(&text), Ok(wide));
}

/// A bound on what is fetched, with these pairs of who fetches from whom.
fn arrivals(pairs: &Value) -> Value {
    let pairs = pairs.as_array().expect("a list").iter();
    let pairs: Vec<Value> = pairs
        .map(|pair| json!({"to": pair[0], "from": pair[1], "amount": 1}))
        .collect();
    json!({"arrivals": {"pairs": pairs, "each_device": true, "at_most": 1}})
}
