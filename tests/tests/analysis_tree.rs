//! The builder tree: what flows down, what parents decide, and where each value comes from.

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
use vn_analysis::{Composition, Preference, Slot, WishKind};

const FLEET: &str = "edition 2026
use std.hardware.{rpi4_4g, nuc_n100_16g, pixel_8}
param preference: Preference = low_resource
param members: Count(1..50) = 4
site home {
  device pi     : rpi4_4g      { role = local }
  device nuc    : nuc_n100_16g { role = super }
  device phones : pixel_8 * 2  { role = edge }
  link { rtt = 1 ms; private = true }
}
";

fn program(tree: &str) -> String {
    format!(
        "{FLEET}builder lab {{ context {{ preference = preference; team = members }}\n{tree}\n}}\n"
    )
}

fn clean(text: &str, set: &[&str]) -> (Checked, Composition) {
    let checked = check_with(text, set, None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    assert_eq!(errors.count(), 0, "{}", checked.report());
    let composition = checked.analysis.composition.clone().expect("a builder");
    (checked, composition)
}

fn slot<'a>(composition: &'a Composition, name: &str) -> &'a Slot {
    let mut slots = composition.slots.iter();
    slots.find(|slot| slot.name == name).expect("a slot")
}

/// `variant@device #rank` of every option, and every rejection with its reasons.
fn options(composition: &Composition, name: &str) -> String {
    let slot = slot(composition, name);
    let id = |ix: vn_analysis::DeviceIx| &composition.devices[ix.0 as usize].id;
    let mut table = String::new();
    for choice in &slot.options {
        let variant = &slot.variants[choice.variant as usize];
        let size = if choice.meets_recommended {
            " recommended"
        } else {
            ""
        };
        _ = writeln!(
            table,
            "{variant}@{} #{}{size}",
            id(choice.device),
            choice.rank
        );
    }
    for rejection in &slot.rejected {
        let variant = &slot.variants[rejection.variant as usize];
        let here = id(rejection.device);
        let reasons: Vec<String> = rejection.reasons.iter().map(|r| r.text(here)).collect();
        _ = writeln!(
            table,
            "not {variant}@{}: {}",
            id(rejection.device),
            reasons.join("; ")
        );
    }
    table
}

fn count(composition: &Composition, name: &str) -> (u64, Option<u64>) {
    let counts = composition.wishes.iter().find_map(|wish| match wish.kind {
        WishKind::Count { slot, min, max } => {
            (composition.slots[slot.0 as usize].name == name).then_some((min, max))
        }
        _ => None,
    });
    counts.expect("a service")
}

/// Where the values of a component and of its first option come from.
fn origins(checked: &Checked, composition: &Composition, name: &str) -> String {
    let slot = slot(composition, name);
    let first = slot
        .options
        .first()
        .map_or(&[][..], |choice| &choice.provenance);
    let mut table = String::new();
    for line in slot.provenance.iter().chain(first) {
        let place = |span: vn_syntax::Span| {
            let source = checked.sources.get(span.file).expect("a source");
            let before = &source.text[..span.start as usize];
            format!("{}:{}", source.name, 1 + before.matches('\n').count())
        };
        _ = write!(
            table,
            "{} = {} ({}",
            line.what,
            line.value(),
            place(line.span)
        );
        if let Some(through) = &line.through {
            _ = write!(table, ", through {through}");
        }
        let over: Vec<String> = line.overrode.iter().map(|span| place(*span)).collect();
        if !over.is_empty() {
            _ = write!(table, ", overrides {}", over.join(" and "));
        }
        table.push_str(")\n");
    }
    table
}

const VARIANTS: &str = "variant full { cpu = 1 core; memory = 1 GiB; capacity = 9 req/s; recommended { memory = 2 GiB } }
      variant lite { cpu = 1 core; memory = 256 MiB; capacity = 2 req/s }";

#[test]
fn a_context_flows_down_and_is_replaced_on_the_way() {
    let text = program(
        "  context { region = north; size = 4 GiB }
  node outer(kind = edge) {
    context { preference = high_performance; size = size * 2 }
    node inner {
      context { region = south }
      service a { requires device.memory >= size and region == south and kind == edge; memory = 1 GiB }
    }
    service b { requires region == north; memory = 1 GiB }
  }
  service c { context { preference = custom } requires size == 4 GiB; memory = 1 GiB }
  service d { memory = 1 GiB }",
    );
    let (checked, composition) = clean(&text, &["members=7"]);
    assert_eq!(composition.preference, Preference::LowResource);
    let preferences: Vec<Preference> = composition.slots.iter().map(|s| s.preference).collect();
    use Preference::{Custom, HighPerformance, LowResource};
    assert_eq!(
        preferences,
        [HighPerformance, HighPerformance, Custom, LowResource]
    );
    assert_snapshot!(options(
        &composition,
        "outer.inner.a".rsplit('.').next().unwrap()
    ));
    assert_snapshot!(origins(&checked, &composition, "a"));
    let members = composition
        .origins
        .iter()
        .find(|line| line.what == "members");
    let members = members.expect("a parameter");
    assert_eq!((members.value().as_str(), members.overrode.len()), ("7", 1));
}

#[test]
fn preference_differs_from_node_to_node() {
    let text = program(&format!(
        "  node fast {{ context {{ preference = high_performance }} service a {{ {VARIANTS} }} }}
  node slow {{ service b {{ {VARIANTS} }} }}
  node own {{ context {{ preference = custom }} service c {{ {VARIANTS} }} }}"
    ));
    let (_, composition) = clean(&text, &[]);
    assert_snapshot!(
        ["a", "b", "c"]
            .map(|name| options(&composition, name))
            .join("\n")
    );
}

#[test]
fn reserved_names_follow_the_preference() {
    let variants = "variant low_resource { memory = 1 MiB } variant middle { memory = 2 MiB } variant high_end { memory = 3 MiB }";
    let text = program(&format!(
        "  service a {{ pin on nuc; {variants} }}
  service b {{ pin on nuc; context {{ preference = high_performance }} {variants} }}
  service c {{ pin on nuc; context {{ preference = custom }} decide {{ when true => prefer middle then high_end }} {variants} }}"
    ));
    let (_, composition) = clean(&text, &[]);
    assert_snapshot!(
        ["a", "b", "c"]
            .map(|name| options(&composition, name))
            .join("\n")
    );
}

#[test]
fn a_components_own_order_is_stronger_than_what_flows_down() {
    let variants = "variant high_end { memory = 3 MiB } variant low_end { memory = 1 MiB }";
    let text = program(&format!(
        "  node n {{
    context {{ preference = high_performance }}
    decide {{ when true => prefer high_end }}
    service a {{ pin on nuc; variants [low_end, high_end]; {variants} }}
    service b {{ pin on nuc; {variants} }}
    service c {{ pin on nuc; variants [low_end, high_end]; decide {{ when true => prefer high_end }} {variants} }}
  }}"
    ));
    let (_, composition) = clean(&text, &[]);
    let best = |name: &str| {
        let slot = composition.slots.iter().find(|slot| slot.name == name);
        let slot = slot.expect("a service");
        let best = slot.options.iter().min_by_key(|choice| choice.rank);
        slot.variants[best.expect("an option").variant as usize].clone()
    };
    assert_eq!(
        ["a", "b", "c"].map(best),
        ["low_end", "high_end", "high_end"]
    );
}

#[test]
fn what_no_component_uses_of_a_rule_is_said() {
    let text = program(
        "  decide { when true => prefer full } //~ VN0435
  service a { variants [lite, full]; variant full { memory = 3 MiB; capacity = 9 req/s } variant lite { memory = 1 MiB; capacity = 2 req/s } }",
    );
    assert_snapshot!(check(&text));
}

#[test]
fn parents_decide() {
    let tree = format!(
        "  decide {{
    when preference == low_resource => prefer lite, capacity = 7 req/s
    when members > 20 => require replicas >= 2, forbid on role edge
  }}
  node inner {{
    decide {{ when device.battery => forbid full, memory = 300 MiB; when members > 20 => pin on [nuc, pi] }}
    service a {{ {VARIANTS} }}
    service b {{ capacity = 5 req/s; {} }}
  }}",
        VARIANTS.replace("capacity = 9 req/s; ", "").replace("; capacity = 2 req/s", "")
    );
    let (checked, composition) = clean(&program(&tree), &[]);
    assert_eq!(count(&composition, "a"), (1, None));
    assert_snapshot!(options(&composition, "a"));
    assert_snapshot!(origins(&checked, &composition, "b"));
    let (_, composition) = clean(
        &program(&tree),
        &["members=30", "preference=high_performance"],
    );
    assert_eq!(count(&composition, "a"), (2, None));
    assert_snapshot!(options(&composition, "a"));
}

#[test]
fn demands_of_parents_are_hard_and_add_up() {
    assert_snapshot!(check(&program(
        "  require recommended
  node inner {
    decide {
      when members < 9 => require memory <= 512 MiB
      when device.arch == aarch64 => forbid licence == \"SSPL-1.0\"
    }
    service a {
      variant big   { memory = 1 GiB; licence = \"MIT\" }                      //~ VN0402
      variant grown { memory = 64 MiB; recommended { memory = 64 GiB }; licence = \"MIT\" }  //~ VN0402
      variant fine  { memory = 64 MiB; licence = \"SSPL-1.0\" }
    }
  }
  service everywhere { memory = 1 MiB }"
    )));
}

#[test]
fn numbers_that_parents_require() {
    assert_snapshot!(check(&program(
        "  decide { when members < 9 => require replicas >= 2 and replicas <= 3, replicas = 2 }   //~ VN0433
  service a { memory = 1 MiB }
  service b { memory = 1 MiB; replicas = 1 }
  decide { when members < 8 => require 1 > replicas }                      //~ VN0433
  decide { when members < 8 => require replicas + 1 == 3 }                 //~ VN0302
  decide { when device.battery => replicas = 3 }                           //~ VN0432"
    )));
}

#[test]
fn rules_of_no_use() {
    assert_snapshot!(check(&program(&format!(
        "  decide {{
    when device.os == windows => forbid lite                 //~ VN0431
    when device.arch == aarch64 => prefer lite               //~ VN0435
    when device.os == android => prefer full
    when members > 3 => data = \"/a\"                          //~ VN0435
  }}
  service a {{
    decide {{
      when members > 3 => capacity = 1 req/s                 //~ VN0435
      when device.cores >= 1 => data = \"/b\"                  //~ VN0435
      when device.cores >= 2 => data = \"/c\"
    }}
    {VARIANTS}
  }}"
    ))));
}

#[test]
fn misuse_of_decide() {
    assert_snapshot!(check(&program(&format!(
        "  decide {{
    prefer lite                                              //~ VN0413
    when members > 3 => prefer liite                         //~ VN0202
    when members > 3 => memori = 3 GiB                       //~ VN0201
    when members > 3 => pin on nuk                           //~ VN0202
    when memebrs > 3 => prefer lite                          //~ VN0202
  }}
  service a {{ {VARIANTS} }}"
    ))));
}

#[test]
fn misuse_of_contexts() {
    assert_snapshot!(check(&program(
        "  context { size = 4 GiB; preferense = custom }             //~ VN0201
  node a {
    context { size = 4 s; members = 60 }                     //~ VN0302 //~ VN0305
    service x { memory = 1 MiB }
  }
  node b(edge) { service y { memory = 1 MiB } }              //~ VN0302
  node c(kind = edeg) { service z { memory = 1 MiB } }       //~ VN0202
  node d { context { preference = fast } service u { memory = 1 MiB } }   //~ VN0202"
    )));
}

#[test]
fn what_a_node_holds() {
    assert_snapshot!(check(&program(
        "  node a {
    replicas = 2                                             //~ VN0413
    truth on nuc                                             //~ VN0413
    require total(cost) <= 2 EUR/month                       //~ VN0413
    policy healing { heal { order = [same_site] }; reserve { cpu = 10% } }   //~ VN0434
    pin x on nuc
    service x { memory = 1 MiB }
  }
  node empty { node inside { } }                             //~ VN0430 //~ VN0430
  service everywhere { memory = 1 MiB }"
    )));
    assert_snapshot!(check(
        "builder a { }
builder b { }                                                //~ VN0203
"
    ));
}

#[test]
fn the_nearest_policy_orders_the_fallbacks() {
    let text = program(
        "  node near { policy { heal { order = [same_device, same_site] } } service a { memory = 1 MiB; ports { p = tcp(1) }; needs s } }
  service b { memory = 1 MiB; ports { p = tcp(2) }; needs s }
  service s { memory = 1 MiB; ports { p = tcp(3) } }",
    );
    let text = format!("{text}policy {{ heal {{ order = [super] }} }}\n");
    let (_, composition) = clean(&text, &[]);
    let tiers = composition.needs.iter().map(|need| {
        let mut tiers: Vec<u32> = need
            .routes
            .iter()
            .map(|route| route.fallback_tier)
            .collect();
        tiers.sort_unstable();
        tiers.dedup();
        tiers
    });
    assert_eq!(tiers.collect::<Vec<_>>(), [vec![0, 1], vec![0, 1]]);
    let from_nuc = composition.needs.iter().map(|need| {
        let at = need.routes.iter().find(|route| {
            let to = composition.slots[2].options[route.to as usize].device;
            let id = |ix: vn_analysis::DeviceIx| composition.devices[ix.0 as usize].id.as_str();
            (id(route.from), id(to)) == ("pi", "pi")
        });
        at.expect("a route").fallback_tier
    });
    assert_eq!(from_nuc.collect::<Vec<_>>(), [0, 1]);
}

const KIND: &str = "
kind store {
  param size: Bytes(1 MiB..1 GiB) = 16 MiB
  max_per_device = 2
  deploy = if_needed
  requires device.os == linux
  needs log within 50 ms
  variant big   { memory = size * 4; init = command(\"init\"); stop = [\"halt\"]; health = http(\"/healthz\"); ports { p = http(80) }; needs meta }
  variant light { memory = size; ports { p = http(80) } }
}
";

#[test]
fn kinds_of_the_user() {
    let text = program(
        "  service log { memory = 1 MiB; ports { p = tcp(1) } }
  service meta { memory = 1 MiB; ports { p = tcp(2) } }
  service plain : store
  service restricted : store(size = 32 MiB) { variants [light] }
  service extended : store { variants [light, own, big]; variant own : light { memory = 5 MiB } }
  service patched : store { max_per_device = 3; variant big { memory = 9 MiB } }",
    ) + KIND;
    let (checked, composition) = clean(&text, &[]);
    let rows = composition.slots.iter().map(|slot| {
        let memory = |choice: &vn_analysis::Choice| choice.claims.memory.to_string();
        let sizes: Vec<String> = slot.options.iter().map(memory).collect();
        let (most, deploy) = (slot.max_per_device, slot.if_needed);
        format!(
            "{} {:?} {most} {deploy} {}\n",
            slot.name,
            slot.variants,
            sizes.join(" ")
        )
    });
    let needs = composition.needs.iter().map(|need| {
        let name = |ix: vn_analysis::SlotIx| &composition.slots[ix.0 as usize].name;
        format!(
            "{} {:?} -> {}\n",
            name(need.consumer),
            need.variants,
            name(need.server)
        )
    });
    assert_snapshot!(rows.chain(needs).collect::<String>());
    let big = &slot(&composition, "plain").options[0].software;
    assert_eq!(
        (big.init.as_slice(), big.stop.as_slice()),
        (&["init".to_owned()][..], &["halt".to_owned()][..])
    );
    assert_snapshot!(origins(&checked, &composition, "patched"));
}

#[test]
fn misuse_of_kinds() {
    assert_snapshot!(check(
        &(program(
            "  service a : store(size = 2 GiB) { needs a }                 //~ VN0305 //~ VN0407
  service b : store { variants [lihgt] }                       //~ VN0202 //~ VN0202
  service c : store { max_per_device = 0; deploy = sometimes } //~ VN0305 //~ VN0202
  service d { memory = 1 MiB; init = 3; connections = 2 s }    //~ VN0302"
        ) + "
kind store {
  param size: Bytes(1 MiB..1 GiB) = 16 MiB
  replicas = 2                                               //~ VN0201
  needs nowhere                                              //~ VN0202
  variant light { memroy = size }                            //~ VN0201
  variant light { memory = size }                            //~ VN0203
}
")
    ));
}

#[test]
fn faults_inside_the_library_are_told_at_the_call() {
    assert_snapshot!(check(
        &program("  service v : vector_db(count = 0)         //~ VN0305")
            .replace("site home", "use std.services.{vector_db}\nsite home")
    ));
}
