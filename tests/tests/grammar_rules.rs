//! Every rule of the grammar has a kind in the tree and an example that uses it.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test"
)]

use std::collections::BTreeSet;

use vn_syntax::{FileId, NodeRef, SyntaxKind, codes, parse};

/// A rule, and a program that has it in its tree and no fault.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "comment",
        "edition 2026 // the year\n/// documentation\nparam x: Count = 3\n",
    ),
    ("edition", "edition 2026"),
    (
        "use_item",
        "use std.hardware.{rpi5_8g, nuc}\nuse \"./catalogue.vn\" as cat\nuse std.units\nuse std.services.{\n  cache,\n  llm,\n}",
    ),
    ("use_path", "use cat.{a}"),
    (
        "use_names",
        "use cat.{}\nuse cat.{a as b, c}\nuse \"./cat.vn\".{a as b}",
    ),
    (
        "param",
        "param budget: Money/Time = 12 EUR/month\nparam n: Count(1..50)\nparam m: Count(1..) = 2_000",
    ),
    (
        "type_expr",
        "param a: [Count] = [1]\nparam b: Power*Time = 3 Wh\nparam c: Percent(0..100) = 5%",
    ),
    ("type_atom", "capability cameras : Set(front, back)"),
    (
        "enum_item",
        "enum Preference { low, high, }\nenum Mode {\n  one\n  two\n}",
    ),
    ("unit_item", "unit crate : Count = 24\nunit octet = 1 B"),
    ("rate_item", "rate EUR = 1.08 USD"),
    (
        "metric",
        "metric carbon = sum(device, excess(power, 3 W) * 400)",
    ),
    (
        "hardware",
        "hardware my_box { arch = x86_64; cpu = 4 cores; memory = 16 GiB; memory.shared_with_gpu = true }\nhardware other : my_box { memory = unknown }",
    ),
    (
        "capability",
        "capability licences : Count consumable\ncapability rack : Label",
    ),
    (
        "kind",
        "kind graph { param nodes: Count = 1; variant full { memory = nodes * 128 B * 1.5 }; ports { http = 80 }; health { path = \"/up\" } }",
    ),
    ("target", "target nomad { file = \"x\" }"),
    ("inventory", "inventory \"fleet.toml\""),
    ("region", "region eu { site a { device d : x } }"),
    (
        "site",
        "site store * 2_000 { device till : pos * 6 { role = edge } }",
    ),
    (
        "count",
        "param n: Count = 3\nsite a * n { device b : c * (n + 1); offer d : e * 0..20 { cost = 3 EUR/month } }",
    ),
    (
        "device",
        "site s { device a; device b : nuc; device c * 2; device d { memory = 4 GiB }; device e : x * 2 { reach = outbound; speaks = [tcp, http] } }",
    ),
    (
        "offer",
        "site s { offer rented : hetzner_cx23 * 0..20 { cost = 3.99 EUR/month } }",
    ),
    (
        "link",
        "site s { link { rtt = 1 ms }; link core <-> till { loss = 1% } }\nlink a <->\n  b { cost = 0.09 EUR/GB; forwards = true }",
    ),
    (
        "override_item",
        "override store[17] { device core * 1 }\noverride store[1..5] { device core * 1 }",
    ),
    (
        "range",
        "site s { offer a : b * 1.. { cost = 1 EUR/month } }",
    ),
    ("index", "test \"t\" { given lost(store[17].till[3]) }"),
    ("builder", "builder b { node n { service s : cache } }"),
    ("body", "builder b { }"),
    (
        "field",
        "builder b { service s : c { replicas = 2..5; memory.min = 3 GiB; deploy = if_needed; move_cost = 3; node = 1; unit = 2; service = 3 } }",
    ),
    (
        "record",
        "builder b { service s : c { limits = { memory = 3 GiB; cpu = 2 cores } } }",
    ),
    (
        "block",
        "policy { reserve { cpu = 15% }; heal { order = [same_site] } }",
    ),
    (
        "node",
        "builder b { node n(size = 3) { policy { battery { max_duty = 5% } } } }",
    ),
    (
        "service",
        "builder b { service a; service b : c; service d : e(count = 3, dims = 384) { port = 443 } }",
    ),
    (
        "client",
        "builder b { client app on [phones, a03] { demand = 0.4 req/s }; client web : browser_app(x = 1) on role edge { demand = 1 req/s } }",
    ),
    (
        "variant",
        "kind k { variant small; variant big : ollama(model = \"m\") { requires device.gpu.vram >= 8 GiB; needs kv within 3 ms } }",
    ),
    (
        "variants",
        "builder b { service s : c { variants [light, full] } }",
    ),
    ("context", "builder b { context { preference = low } }"),
    ("select", "builder b { select [graph, shop.prices] }"),
    (
        "decide",
        "builder b { decide { when preference == low_resource => prefer light; when device.battery => forbid full; when members > 20 => require replicas >= 3 } }",
    ),
    (
        "rule",
        "builder b { decide { when a and not b\n  or c => prefer x then y, forbid z on role edge, replicas = 3 } }",
    ),
    (
        "prefer",
        "builder b { decide { when a => prefer light then full } }",
    ),
    (
        "selector",
        "builder b { service s : c { pin on [a, b]; pin kv on vps; pin on store[3].till; forbid on role [edge, local] } }",
    ),
    (
        "selector_word",
        "builder b { service s : c { truth on role backbone; clone eager on site home when device.disk > 3 GB } }",
    ),
    (
        "needs",
        "builder b { client c on d { needs s; needs s * 2 within 3 ms; needs s within 10 ms optional { rate = 2 req/s; payload = 4 kB; fanout = 2 } } }",
    ),
    (
        "at_least",
        "builder b { client c on d { needs brain at least big within 3 s } }",
    ),
    (
        "within",
        "builder b { client c on d { needs s within (2 * budget) } }",
    ),
    (
        "degraded",
        "builder b { client c on d { needs s within 15 ms degraded 120 ms } }",
    ),
    (
        "need_bound",
        "builder b { client c on d { needs s within limit.fast } }",
    ),
    (
        "need_prefer",
        "builder b { client c on d { needs s within 3 ms\n  prefer same_site\n  then role backbone\n  then [a, b] } }",
    ),
    (
        "tier",
        "builder b { service s : c { fetch nearest within 50 ms then backbone } }",
    ),
    (
        "need_where",
        "builder b { client c on d { needs s where link.private and peer.memory >= 4 GiB write } }",
    ),
    (
        "write",
        "builder b { client c on d { needs s within 25 ms write } }",
    ),
    (
        "balanced",
        "builder b { client c on d { needs s balanced } }",
    ),
    (
        "deferred",
        "builder b { client c on d { needs s deferred } }",
    ),
    (
        "optional",
        "builder b { client c on d { needs s optional } }",
    ),
    (
        "insecure",
        "builder b { client c on d { needs s insecure } }",
    ),
    (
        "survive",
        "builder b { service s : c { survive lost(tower); survive partition(store, hq) for 48 h } }",
    ),
    (
        "any_failure",
        "builder b { service s : c { survive any 1 device; survive any 2 rack per store } }",
    ),
    (
        "clone",
        "builder b { service s : c { clone eager; clone lazy when device.memory < 4 GiB; clone never on role edge; clone on_demand on a when b } }",
    ),
    (
        "fetch",
        "builder b { service s : c { fetch nearest within 50 ms\n  then backbone within 2 s } }",
    ),
    (
        "truth",
        "builder b { service s : c { truth on role [super, backbone] } }",
    ),
    (
        "standby",
        "builder b { service s : c { standby truth on vps } }",
    ),
    (
        "quorum",
        "builder b { service s : c { quorum 3 on role backbone } }",
    ),
    ("buffer", "builder b { service s : c { buffer 48 h } }"),
    (
        "spread",
        "builder b { service s : c { spread across device; spread across rack at least 2 } }",
    ),
    (
        "pin",
        "builder b { pin kv on vps; pin shop.kv on role super; service s : c { pin on vps } }",
    ),
    (
        "forbid",
        "builder b { forbid kv on role edge; decide { when a => forbid full }; service s : c { forbid on vps } }",
    ),
    (
        "on_every",
        "builder b { service s : c { on every role edge in use except beside [a, b]; on every phones; on every till in use } }",
    ),
    (
        "colocate",
        "builder b { colocate a with b; colocate [a, b] across site }",
    ),
    (
        "separate",
        "builder b { separate [a, b] across rack; separate [a, c] }",
    ),
    ("across", "builder b { colocate a with b across site }"),
    ("one_of", "builder b { one of [a, b] }"),
    (
        "currently",
        "builder b { service s : c { currently on [nuc, tower]; currently on vps } }",
    ),
    ("ratio", "builder b { per 3 of a at least 1 of b }"),
    (
        "requires",
        "kind k { variant v { requires device.role in [super, backbone] and device.os has docker and not device.battery } }",
    ),
    (
        "require",
        "require total(cost) <= budget\n  else \"too much\"\nrequire recommended\nrequire max(utilisation.memory) <= 80%",
    ),
    (
        "policy",
        "policy { reserve { cpu = 15%; memory = 20% } }\npolicy night { heal { detect = 10 s } }",
    ),
    ("minimize", "minimize 3 * power + 2 * cost +\n  latency"),
    ("lexicographic", "minimize lexicographic [cost, latency]"),
    (
        "match_expr",
        "minimize match preference {\n  low => cost, high => 2 * latency\n  \"other\" => power\n}",
    ),
    ("match_arm", "param x: Count = match p { a => 1 }"),
    (
        "test",
        "test \"t\" { given lost(core, 1, in_each = store), demand(app) * 2; expect served(pos) == 100% }",
    ),
    (
        "given",
        "test \"t\" { given replan\n given join(pixel_8 * 3, home) }",
    ),
    (
        "expect",
        "test \"t\" { expect rtt(app -> vectors) <= 80 ms; expect variant(s) == big; expect count(s.light) >= 1 }",
    ),
    (
        "emit",
        "emit compose, kubernetes(flavor = \"k3s\", split = \"store\"),\n  json",
    ),
    ("emit_target", "emit json"),
    ("path", "minimize device.gpu.vram"),
    ("ident", "minimize latency"),
    ("name", "param x: Count = 1"),
    ("integer", "edition 2026"),
    ("number", "param x: Count = 1_000.5"),
    (
        "unit",
        "require 5 EUR/GB/month * used.memory <= 12 EUR/month / members",
    ),
    ("percent", "param x: Percent = 5 %"),
    ("quantity", "param x: Time = 50 ms"),
    ("string", "param x: Text = \"a \\\"b\\\" // {\""),
    ("string_text", "param x: Text = \" a \""),
    ("list", "param x: [Count] = [\n  1,\n  2,\n]"),
    ("expr", "param x: Count = (1 + 2) * -3 / 4"),
    ("op_neg", "param x: Count = -1"),
    ("op_not", "param x: Bool = not a"),
    ("op_or", "param x: Bool = a\n  or b"),
    ("op_and", "param x: Bool = a and b"),
    ("op_cmp", "param x: Bool = a != b"),
    ("op_in", "param x: Bool = a not in [b]"),
    ("op_has", "param x: Bool = a has b"),
    ("op_range", "param x: Bool = a..b"),
    ("op_add", "param x: Count = a + b"),
    ("op_sub", "param x: Count = a - b"),
    ("op_mul", "param x: Count = a * b"),
    ("op_div", "param x: Count = a / b"),
    ("call", "param x: Count = f(g(h(1)), a.b(2))"),
    ("args", "param x: Count = f()"),
    ("arg", "param x: Count = f(1, b)"),
    ("named_arg", "param x: Count = f(\n  a = 1,\n  b = 2,\n)"),
    ("route", "param x: Time = rtt(store[3].app -> graph)"),
    (
        "kw_standby",
        "builder b { service s : c { standby on vps } }",
    ),
];

/// A rule of what people get wrong, a program with it, and the code that answers it.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "bad_word",
        "servce kv : cache { replicas = 2 }",
        codes::UNKNOWN_WORD,
    ),
    (
        "bad_head",
        "site { } \nsite a b : c d { role = edge }",
        codes::SYNTAX,
    ),
    (
        "bad_colon",
        "builder b { service kv cache { replicas = 2 } }",
        codes::SYNTAX,
    ),
    ("bad_item", "param x = 3", codes::SYNTAX),
    ("bad_member", "builder b { spread site }", codes::SYNTAX),
    (
        "bad_arm",
        "minimize match p { a 1\n b => 2 }",
        codes::SYNTAX,
    ),
    (
        "bad_modifier",
        "builder b { needs kv wihin 10 ms }",
        codes::UNKNOWN_WORD,
    ),
];

/// Rules that are only ever looked ahead at, or are the root.
fn is_seen(rule: &str) -> bool {
    !rule.ends_with("_ahead") && rule != "file"
}

/// The rules that make nodes, read off the published text.
fn rules() -> BTreeSet<&'static str> {
    let rule = |line: &'static str| {
        let (name, rest) = line.split_once('=')?;
        let name = name.trim_end();
        let named = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let body = rest.trim_start();
        let shown = body.starts_with(['{', '@', '$', '!']);
        // `inner` makes the nodes of `expr`: only where lines may break differs.
        let own = !name.is_empty() && name != "inner";
        (named && own && shown && !line.starts_with(' ')).then_some(name)
    };
    vn_grammar::GRAMMAR.lines().filter_map(rule).collect()
}

fn kinds(node: NodeRef<'_>, into: &mut BTreeSet<&'static str>) {
    into.insert(node.kind().name());
    node.comments().for_each(|c| {
        into.insert(c.kind().name());
    });
    node.children().for_each(|child| kinds(child, into));
}

fn kinds_of(program: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    kinds(parse(FileId(0), program).0.root(), &mut found);
    found
}

#[test]
fn every_rule_has_a_kind() {
    let known: BTreeSet<&str> = SyntaxKind::ALL.iter().map(|kind| kind.name()).collect();
    let rules = rules();
    let missing: Vec<_> = rules
        .iter()
        .filter(|r| !r.ends_with("_ahead") && !known.contains(*r))
        .collect();
    assert!(missing.is_empty(), "no kind for {missing:?}");
    let gone: Vec<_> = known.iter().filter(|k| !rules.contains(*k)).collect();
    assert!(gone.is_empty(), "no rule for {gone:?}");
}

#[test]
fn every_example_parses_to_its_rule() {
    for (rule, program) in EXAMPLES {
        let found = parse(FileId(0), *program).1;
        assert_eq!(found, [], "{rule}: {program}");
        assert!(
            kinds_of(program).contains(rule),
            "{rule} is not in the tree of {program}"
        );
    }
}

#[test]
fn every_fault_parses_to_its_rule_and_code() {
    for (rule, program, code) in FAULTS {
        let found = parse(FileId(0), *program).1;
        assert!(
            found.iter().any(|d| d.code == *code),
            "{rule}: {program}: {found:?}"
        );
        assert!(
            kinds_of(program).contains(rule),
            "{rule} is not in the tree of {program}"
        );
    }
}

#[test]
fn every_rule_has_an_example() {
    let programs = EXAMPLES
        .iter()
        .map(|(_, p)| *p)
        .chain(FAULTS.iter().map(|(_, p, _)| *p));
    let seen: BTreeSet<&str> = programs.flat_map(kinds_of).collect();
    let unseen: Vec<_> = rules()
        .into_iter()
        .filter(|r| is_seen(r) && !seen.contains(r))
        .collect();
    assert!(unseen.is_empty(), "no example of {unseen:?}");
    let tabled: BTreeSet<&str> = EXAMPLES
        .iter()
        .map(|(r, _)| *r)
        .chain(FAULTS.iter().map(|(r, ..)| *r))
        .collect();
    let untabled: Vec<_> = rules()
        .into_iter()
        .filter(|r| is_seen(r) && !r.starts_with("kw_") && !tabled.contains(r))
        .collect();
    assert!(untabled.is_empty(), "no row for {untabled:?}");
}

/// Keywords are contextual: each may name a device, a field and a part of a path.
#[test]
fn keywords_are_names_elsewhere() {
    for word in rules()
        .iter()
        .filter_map(|r| r.strip_prefix("kw_"))
        .filter(|w| *w != "in_use")
    {
        let program = format!(
            "site s {{ device {word} : a.{word} }}\nbuilder b {{ service s : c {{ {word} = 3 }} }}\n"
        );
        assert_eq!(parse(FileId(0), program.as_str()).1, [], "{program}");
    }
}
