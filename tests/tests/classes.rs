//! Plans by classes: worth what the plans of single devices are worth, and as true.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "what is not there fails the test"
)]

use std::path::{Path, PathBuf};

use num_rational::BigRational;
use vn_plan::{
    Certificate, Custody, Plan, RequirementKind, Status, ViolationKind, expanded, from_json,
    to_json, verify,
};
use vn_solve::Silent;
use vn_tests::chains::{Chain, chain};
use vn_tests::fixtures::sealed;
use vnc::host::Memory;
use vnc::session::{self, Planned, Request};

/// What planning a text comes to: a plan, or words.
fn planned(text: &str, by_classes: bool) -> Result<(Plan, Certificate), String> {
    let entry = PathBuf::from("plan.vn");
    let host = Memory([(entry.clone(), text.to_owned())].into());
    let request = Request {
        entry,
        by_classes,
        options: vn_solve::Options {
            nodes: 5_000,
            ..vn_solve::Options::default()
        },
        ..Request::default()
    };
    let checked = session::check(&host, &request).unwrap();
    let composition = checked.composition.unwrap_or_else(|| {
        let found: Vec<String> = checked
            .diagnostics
            .iter()
            .map(|d| d.message.clone())
            .collect();
        panic!("{found:?}\n{text}")
    });
    let rows = session::laid_out(&composition, &request).unwrap();
    match session::plan(&rows, &checked.sources, &request, &mut Silent) {
        Planned::Plan {
            plan, certificate, ..
        } => Ok((*plan, *certificate)),
        Planned::Nothing(_) => Err("nothing".to_owned()),
        Planned::Beyond(found) if found[0].code == "VN0503" => Err("nothing".to_owned()),
        Planned::Beyond(found) => panic!("{}\n{text}", found[0].message),
        Planned::Undecided(why) | Planned::Moves(why) => Err(why),
        Planned::Defect(found) => panic!("{found:?}\n{text}"),
    }
}

fn levels(plan: &Plan) -> Vec<BigRational> {
    let levels = plan.objective.levels.iter();
    levels.map(|level| level.value.parse().unwrap()).collect()
}

/// The plan with a row for every device holds by the ordinary rules, and has the same sums.
fn holds_apart(plan: &Plan, seed: u64) {
    let apart = expanded(plan);
    assert!(apart.devices.iter().all(|device| device.alike.is_none()));
    let found = verify(&apart);
    assert!(found.is_ok(), "seed {seed}: {found:?}");
    assert_eq!(apart.totals, plan.totals);
    assert_eq!(apart.objective, plan.objective);
}

/// What one seed came to, for the test that enough was tried.
#[derive(Debug, Default)]
struct Tried {
    proven: usize,
    unproven: usize,
    nothing: usize,
    undecided: usize,
    /// By single devices.
    too_hard: usize,
}

fn compare(seed: u64, chain: Chain, tried: &mut Tried) {
    let Chain {
        by_count,
        written_out,
    } = chain;
    let single = planned(&by_count, false);
    let classes = planned(&by_count, true);
    if let (Ok((one, claim)), Some(text)) = (&single, &written_out) {
        let other = planned(text, false);
        let proven = |claim: &Certificate| claim.status == Status::Optimal;
        if let Some((other, _)) = other
            .ok()
            .filter(|(_, other)| proven(claim) && proven(other))
        {
            assert_eq!(levels(one), levels(&other), "seed {seed}\n{by_count}");
        }
    }
    match (single, classes) {
        (Ok((single, claim)), Ok((classes, certificate))) => {
            holds_apart(&classes, seed);
            let (best, found) = (levels(&single), levels(&classes));
            if claim.status != Status::Optimal {
                tried.too_hard += 1;
                let proven = certificate.status == Status::Optimal;
                assert!(!proven || found <= best, "seed {seed}\n{by_count}");
                return;
            }
            // A list that ends within a shop spares the others what falls to them when something fails
            // there, which lists that go on to other shops do not.
            let spared = by_count.contains("survive");
            match certificate.status {
                Status::Optimal => {
                    tried.proven += 1;
                    assert!(
                        best == found || (spared && found < best),
                        "seed {seed}: {best:?} {found:?}\n{by_count}"
                    );
                }
                Status::Closed | Status::Feasible => {
                    tried.unproven += 1;
                    assert!(
                        spared || best <= found,
                        "seed {seed}: {best:?} {found:?}\n{by_count}"
                    );
                    if let Some(bound) = &certificate.bound {
                        let bound: BigRational = bound.parse().unwrap();
                        // The bound is one among the plans that skip as few tiers.
                        assert!(
                            best[0] < found[0] || bound <= best[1],
                            "seed {seed}\n{by_count}"
                        );
                    }
                }
            }
        }
        (Err(why), Err(_)) => {
            assert!(
                why == "nothing" || why.contains("nodes"),
                "seed {seed}: {why}"
            );
            tried.nothing += 1;
        }
        // A proof that there is none would be wrong.
        (Ok(_), Err(why)) => {
            let known = why.contains("alike") || why.contains("nodes");
            assert!(known, "seed {seed}: {why}\n{by_count}");
            tried.undecided += 1;
        }
        (Err(why), Ok(_)) => {
            assert!(
                why.contains("nodes"),
                "seed {seed}: {why} but by classes\n{by_count}"
            );
            tried.too_hard += 1;
        }
    }
}

#[test]
fn a_plan_by_classes_is_worth_what_the_plan_of_single_devices_is() {
    let mut tried = Tried::default();
    for seed in 0..40 {
        compare(seed, chain(seed), &mut tried);
    }
    assert!(tried.proven >= 10 && tried.unproven >= 3, "{tried:?}");
}

/// The same chain with tills that write to a truth at headquarters, or to what keeps writes in a shop
/// while that is cut off; none where another service stands between.
fn written(seed: u64) -> Option<Chain> {
    let text = chain(seed).by_count;
    if text.contains("service api") {
        return None;
    }
    let survives = [
        "    survive any 1 device per store\n",
        "    survive any 1 device\n",
    ];
    let text = survives
        .iter()
        .fold(text, |text, line| text.replace(line, ""));
    let (words, clauses, within) = if seed.is_multiple_of(3) {
        ("[truth]", "", "within 50 ms")
    } else {
        let kept = "    buffer 1 h\n    survive partition(store, hq) for 1 h\n";
        ("[truth, buffer]", kept, "within 8 ms")
    };
    let by_count = text
        .replace(
            "variant full {",
            &format!("variant full {{ provides = {words};"),
        )
        .replace(
            "variant lite {",
            &format!("variant lite {{ provides = {words};"),
        )
        .replace(
            "  service kv {\n",
            &format!("  service kv {{\n    truth on role backbone\n{clauses}"),
        )
        .replace("within 8 ms", within)
        .replace(" degraded 90 ms", " degraded 90 ms write")
        .replace(
            "\n  }\n}\nminimize",
            " { payload = 1 kB }\n  }\n}\nminimize",
        );
    Some(Chain {
        by_count,
        written_out: None,
    })
}

#[test]
fn writes_and_cuts_by_classes_are_worth_what_they_are_one_by_one() {
    let mut tried = Tried::default();
    for seed in 0..70 {
        if let Some(chain) = written(seed) {
            compare(seed, chain, &mut tried);
        }
    }
    println!("{tried:?}");
    assert!(tried.proven >= 5, "{tried:?}");
}

/// The same chain with an objective of several levels.
fn levelled(seed: u64) -> Chain {
    let more = match seed % 3 {
        0 => "lexicographic [latency, power]",
        1 => "lexicographic [latency + cost, quality_loss, power]",
        _ => "lexicographic [power + cost, latency]",
    };
    let text = |text: String| {
        let (rest, last) = text.split_once("minimize ").unwrap();
        let after = last.split_once('\n').unwrap().1;
        format!("{rest}minimize {more}\n{after}")
    };
    let chain = chain(seed);
    Chain {
        by_count: text(chain.by_count),
        written_out: chain.written_out.map(text),
    }
}

#[test]
fn several_levels_by_classes_are_worth_what_they_are_one_by_one() {
    let mut tried = Tried::default();
    for seed in 200..230 {
        compare(seed, levelled(seed), &mut tried);
    }
    println!("{tried:?}");
    assert!(tried.proven >= 5 && tried.unproven >= 5, "{tried:?}");
}

/// The same chain where tills, or what stands between, hold on to two instances at once.
fn held_twice(seed: u64) -> Chain {
    let text = |text: &str| {
        let text = text.replace("needs kv within 60 ms", "needs kv * 2 within 60 ms");
        let text = text.replace("needs kv within 8 ms", "needs kv * 2 within 50 ms");
        text.replace("needs kv within 50 ms", "needs kv * 2 within 50 ms")
    };
    let chain = chain(seed);
    Chain {
        by_count: text(&chain.by_count),
        written_out: chain.written_out.as_deref().map(text),
    }
}

#[test]
fn several_servers_at_once_by_classes_are_worth_what_they_are_one_by_one() {
    let mut tried = Tried::default();
    for seed in 328..350 {
        compare(seed, held_twice(seed), &mut tried);
    }
    println!("{tried:?}");
    assert!(tried.proven >= 5 && tried.unproven >= 5, "{tried:?}");
}

/// The same chain where a service between tills and truth writes for them, whatever falls to it.
fn written_for_others(seed: u64) -> Option<Chain> {
    let text = chain(seed).by_count;
    let (head, need) = text.split_once("needs kv within 60 ms")?;
    let (fanout, tail) = need.split_once('\n')?;
    let fanout = fanout.trim_matches([' ', '{', '}']);
    let text = format!("{head}needs kv within 60 ms write {{ payload = 1 kB; {fanout} }}\n{tail}");
    let survives = [
        "    survive any 1 device per store\n",
        "    survive any 1 device\n",
        "    clone lazy on role edge\n",
    ];
    let text = survives
        .iter()
        .fold(text, |text, line| text.replace(line, ""));
    let failure = if seed.is_multiple_of(3) {
        "lost(hub[1])"
    } else {
        "partition(store, hq)"
    };
    let variant = |text: String, name: &str| {
        let open = format!("variant {name} {{");
        let provides = format!("{open} provides = [truth, buffer];");
        text.replace(&open, &provides)
    };
    let text = variant(variant(text, "full"), "lite");
    let kept = format!(
        "  service kv {{\n    truth on role backbone\n    buffer 1 h\n    survive {failure} for 1 h\n"
    );
    Some(Chain {
        by_count: text.replace("  service kv {\n", &kept),
        written_out: None,
    })
}

#[test]
fn services_that_write_by_classes_are_worth_what_they_are_one_by_one() {
    let mut tried = Tried::default();
    for seed in 365..390 {
        if let Some(chain) = written_for_others(seed) {
            compare(seed, chain, &mut tried);
        }
    }
    println!("{tried:?}");
    assert!(tried.proven >= 3, "{tried:?}");
}

/// The same chain where lazy copies at the edge have an order of sources.
fn fetched(seed: u64) -> Option<Chain> {
    let order = match seed % 4 {
        0 => "same_site then backbone",
        1 => "backbone",
        2 => "nearest within 15 ms then backbone within 20 ms",
        _ => "same_site",
    };
    let lazy = "    clone lazy on role edge\n";
    let text = |text: String| text.replace(lazy, &format!("{lazy}    fetch {order}\n"));
    let chain = chain(seed);
    chain.by_count.contains(lazy).then(|| Chain {
        by_count: text(chain.by_count),
        written_out: chain.written_out.map(text),
    })
}

#[test]
fn orders_of_sources_by_classes_are_worth_what_they_are_one_by_one() {
    let mut tried = Tried::default();
    for seed in 0..50 {
        if let Some(chain) = fetched(seed) {
            compare(seed, chain, &mut tried);
        }
    }
    println!("{tried:?}");
    assert!(tried.proven >= 5, "{tried:?}");
}

fn retail() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/retail/plan.vn");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn thirty_eight_thousand_devices_are_twelve_rows() {
    let (plan, certificate) = planned(&retail(), false).unwrap();
    assert_eq!(certificate.status, Status::Optimal);
    assert_eq!(plan.devices.len(), 12);
    let devices: u64 = plan.devices.iter().map(vn_plan::Device::count).sum();
    assert_eq!(devices, 38_002);
    assert!(to_json(&plan).len() < 100_000);
    assert_eq!(from_json(&to_json(&plan)).unwrap(), plan);
    assert!(verify(&plan).is_ok());
}

/// The same chain, small enough to be looked at device by device.
#[test]
fn a_small_chain_is_planned_as_the_large_one() {
    let small = |n: u64| {
        let text = retail().replace("2_000", &n.to_string());
        let text = text.replace("store[17]", "store[2]");
        planned(&text, true).unwrap().0
    };
    let (three, nine) = (small(3), small(9));
    assert_eq!(three.devices.len(), nine.devices.len());
    let latency = |plan: &Plan| plan.objective.terms[0].value.clone();
    let share = |plan: &Plan| -> BigRational { latency(plan).parse().unwrap() };
    // One shop in three is short of a machine, or one in nine.
    let (a, b) = (share(&three), share(&nine));
    assert!(a >= b && b > BigRational::from_integer(0.into()));
    holds_apart(&three, 3);
    holds_apart(&nine, 9);
}

fn class_plan() -> Plan {
    planned(&retail(), false).unwrap().0
}

fn kinds(edit: impl FnOnce(&mut Plan)) -> Vec<ViolationKind> {
    let mut plan = class_plan();
    edit(&mut plan);
    let violations = verify(&sealed(plan)).expect_err("the edit breaks something");
    let mut kinds: Vec<ViolationKind> = violations.iter().map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn has(kind: ViolationKind, edit: impl FnOnce(&mut Plan)) {
    let found = kinds(edit);
    assert!(found.contains(&kind), "{found:?}");
}

fn row(plan: &mut Plan, name: &str) -> usize {
    let mut rows = plan.devices.iter();
    rows.position(|device| device.id.starts_with(name)).unwrap()
}

#[test]
fn what_a_row_stands_for_must_add_up() {
    let tills = "store[1..16, 18..2000]/till";
    has(ViolationKind::Shape, |plan| {
        let at = row(plan, tills);
        plan.devices[at].alike.as_mut().unwrap().devices = vec![(1, 5)];
    });
    has(ViolationKind::Shape, |plan| {
        let at = row(plan, tills);
        plan.devices[at].alike.as_mut().unwrap().sites = vec![(1, 16), (10, 2000)];
    });
    // The overridden shop once more.
    has(ViolationKind::Shape, |plan| {
        let at = row(plan, "store[1..16, 18..2000]/vision");
        let vision = &mut plan.devices[at];
        vision.alike.as_mut().unwrap().sites = vec![(1, 2000)];
    });
    has(ViolationKind::Totals, |plan| plan.totals.power_mw -= 1);
    has(ViolationKind::Load, |plan| {
        let mut cores = plan.instances.iter_mut();
        let one = cores
            .find(|one| one.id.starts_with("ledger@store[1.."))
            .unwrap();
        // As if each shop had one till.
        one.load_ureqs /= 6;
    });
    has(ViolationKind::Objective, |plan| {
        plan.objective.terms[0].value = "1".to_owned();
    });
}

#[test]
fn nobody_asks_one_of_several_from_outside() {
    has(ViolationKind::Shape, |plan| {
        let inside = "prices@store[1..16, 18..2000]/core[1]".to_owned();
        let mut routes = plan.routes.iter_mut();
        let route = routes
            .find(|route| route.consumer.starts_with("pos@store[17]") && route.service == "prices")
            .unwrap();
        route.unreachable.retain(|id| *id != inside);
        let mut entry = route.entries[1].clone();
        entry.instance = inside;
        route.entries.push(entry);
    });
    has(ViolationKind::Truth, |plan| {
        let mut cores = plan.instances.iter_mut();
        let one = cores
            .find(|one| one.id.starts_with("ledger@store[1.."))
            .unwrap();
        one.truth = true;
    });
}

#[test]
fn a_failure_that_one_shop_does_not_survive_is_found() {
    // Without the second core, and the camera's box, a shop stands on one machine.
    has(ViolationKind::Survive, |plan| {
        let gone = |id: &str| {
            id.starts_with("ledger@store[1..")
                && (id.ends_with("core[2]") || id.ends_with("vision"))
        };
        plan.instances.retain(|one| !gone(&one.id));
        for route in &mut plan.routes {
            route.entries.retain(|entry| !gone(&entry.instance));
            route.unreachable.retain(|id| !gone(id));
        }
        for one in &mut plan.instances {
            if let Some(clone) = &mut one.clone {
                clone.sources.retain(|source| !gone(&source.instance));
            }
        }
    });
    // One device of one shop, by its own name.
    has(ViolationKind::Survive, |plan| {
        let mut clones = plan.instances.iter_mut();
        let clone = clones.find(|one| one.buffer_bytes > 0).unwrap();
        clone.buffer_bytes = 1_000_000;
    });
    has(ViolationKind::Truth, |plan| {
        let mut voters = plan.instances.iter_mut();
        let voter = voters.find(|one| one.custody == Some(Custody::Voter));
        voter.unwrap().truth = false;
    });
    has(ViolationKind::Survive, |plan| {
        let mut wishes = plan.requirements.iter_mut();
        let kind = wishes.find_map(|wish| match &mut wish.kind {
            RequirementKind::Survive {
                component,
                failures,
                ..
            } if component == "ledger" => Some(failures),
            _ => None,
        });
        let shop = ["core[1]", "core[2]", "vision"];
        let all = shop.map(|device| format!("store[5]/{device}"));
        kind.unwrap().push(all.to_vec());
    });
    has(ViolationKind::Reference, |plan| {
        let mut wishes = plan.requirements.iter_mut();
        let kind = wishes.find_map(|wish| match &mut wish.kind {
            RequirementKind::Survive { failures, .. } => Some(failures),
            _ => None,
        });
        kind.unwrap().push(vec!["store[2001]/core[1]".to_owned()]);
    });
}
