//! The home lab: what may run where, and why the rest may not.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use std::fmt::Write as _;

use analysis_fixture::{Checked, check, check_with};
use insta::assert_snapshot;
use vn_analysis::{Composition, DeviceIx, Preference, Slot};

const HOME_LAB: &str = include_str!("../../examples/home-lab/plan.vn");

fn composition(checked: &Checked) -> &Composition {
    assert_eq!(checked.report(), "");
    checked
        .analysis
        .composition
        .as_ref()
        .expect("there is a builder")
}

fn table(composition: &Composition) -> String {
    let mut table = String::new();
    for slot in &composition.slots {
        _ = writeln!(table, "{}", slot.name);
        for (at, variant) in (0..).zip(&slot.variants) {
            _ = writeln!(table, "  {variant}: {}", admitted(composition, slot, at));
            for rejection in slot.rejected.iter().filter(|r| r.variant == at) {
                let device = id(composition, rejection.device);
                let reasons = rejection.reasons.iter().map(|r| r.text(device));
                let reasons: Vec<String> = reasons.collect();
                _ = writeln!(table, "    not {device}: {}", reasons.join("; "));
            }
        }
    }
    table
}

fn id(composition: &Composition, device: DeviceIx) -> &str {
    composition
        .devices
        .get(device.0 as usize)
        .map_or("", |device| &device.id)
}

fn admitted(composition: &Composition, slot: &Slot, variant: u32) -> String {
    let options = slot
        .options
        .iter()
        .filter(|choice| choice.variant == variant);
    let shown = options.map(|choice| {
        let device = id(composition, choice.device);
        let truth = if choice.truth { " (truth)" } else { "" };
        let lazy = if choice.clone == vn_analysis::CloneMode::Lazy {
            " (lazy)"
        } else {
            ""
        };
        format!("{device}{truth}{lazy}")
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn it_is_clean_and_its_table_is_this() {
    assert!(check(HOME_LAB).ends_with("REPORT\n"));
    let checked = check_with(HOME_LAB, &[], None);
    assert_snapshot!(table(composition(&checked)));
}

#[test]
fn wishes_and_needs() {
    let checked = check_with(HOME_LAB, &[], None);
    let composition = composition(&checked);
    let needs = composition.needs.iter().map(|need| {
        let name = |ix: vn_analysis::SlotIx| &composition.slots[ix.0 as usize].name;
        let routes = need.routes.len();
        format!(
            "{} -> {}: {routes} routes, tiers {:?}",
            name(need.consumer),
            name(need.server),
            need.tiers
        )
    });
    let needs: Vec<String> = needs.collect();
    let wishes: Vec<String> = composition
        .wishes
        .iter()
        .map(|w| format!("{:?}", w.kind))
        .collect();
    let terms: Vec<String> = composition
        .objective
        .levels
        .iter()
        .flatten()
        .map(|(weight, metric)| format!("{weight} {metric:?}"))
        .collect();
    assert_snapshot!(format!(
        "{}\n\n{}\n\n{}",
        needs.join("\n"),
        wishes.join("\n"),
        terms.join(" + ")
    ));
}

#[test]
fn parameters_can_be_set_from_outside() {
    let set = ["preference = high_performance", "budget = 5 EUR/month"];
    let checked = check_with(HOME_LAB, &set, None);
    let composition = composition(&checked);
    assert_eq!(composition.preference, Preference::HighPerformance);
    assert_eq!(composition.parameters["budget"], "5 EUR/month");
    let neo4j = composition.slots.iter().flat_map(|slot| &slot.options);
    assert!(neo4j.clone().any(|choice| choice.meets_recommended));
    assert_eq!(composition.objective.levels.concat().len(), 3);
}

#[test]
fn wrong_settings_point_at_the_command_line() {
    let set = ["preferense = custom", "budget = 5 ms", "preference = fast"];
    assert_snapshot!(check_with(HOME_LAB, &set, None).report());
}

#[test]
fn a_selection_from_outside_wins() {
    let names = ["graph", "kv"].map(str::to_owned);
    assert_snapshot!(check_with(HOME_LAB, &[], Some(&names)).report());
    let names = ["kv", "web", "www", "graph", "vectors", "nothing"].map(str::to_owned);
    assert_snapshot!(check_with(HOME_LAB, &[], Some(&names)).report());
}

#[test]
fn a_parent_decides_for_its_children() {
    let decide = "context { preference = preference }
  decide { when preference == low_resource => prefer lite; when device.memory < 4 GiB => forbid sqlite_ro }";
    let text = HOME_LAB.replace("context { preference = preference }", decide);
    let checked = check_with(&text, &[], None);
    let composition = composition(&checked);
    let app = composition
        .slots
        .iter()
        .find(|slot| slot.name == "app")
        .unwrap();
    let ranks = app.options.iter().filter(|choice| choice.device.0 == 4);
    assert_eq!(ranks.map(|choice| choice.rank).collect::<Vec<_>>(), [1, 0]);
    let kv = composition
        .slots
        .iter()
        .find(|slot| slot.name == "kv")
        .unwrap();
    let forbidden = kv
        .rejected
        .iter()
        .find(|r| r.device.0 == 5 && r.variant == 2)
        .unwrap();
    assert_eq!(
        forbidden.reasons[0].text(""),
        "`when device.memory < 4 GiB => forbid sqlite_ro` of builder home_lab"
    );
}
