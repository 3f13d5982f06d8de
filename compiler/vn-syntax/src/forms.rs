//! How each statement is written: what a message shows next to a fault in it.

/// The shape of the statement that begins with a keyword.
pub(crate) fn form(keyword: &str) -> Option<&'static str> {
    FORMS
        .iter()
        .find(|(word, _)| *word == keyword)
        .map(|(_, form)| *form)
}

/// Where a statement belongs that stands at the top of a file.
pub(crate) fn home(keyword: &str) -> &'static str {
    match keyword {
        "given" | "expect" => "move it into a `test \"…\" { … }`",
        "service" | "client" | "node" | "context" | "select" | "decide" => {
            "move it into a `builder NAME { … }`"
        }
        _ => "move it into a `service`, a `client` or a `node`",
    }
}

const FORMS: &[(&str, &str)] = &[
    ("edition", "edition 2026"),
    ("use", "use std.hardware.{rpi5_8g}"),
    ("param", "param NAME: TYPE = VALUE"),
    ("enum", "enum NAME { ONE, OTHER }"),
    ("unit", "unit NAME: TYPE = VALUE"),
    ("rate", "rate EUR = 1.08 USD"),
    ("metric", "metric NAME = sum(device, VALUE)"),
    (
        "hardware",
        "hardware NAME { cpu = 4 cores; memory = 16 GiB }",
    ),
    ("capability", "capability NAME : TYPE consumable"),
    ("kind", "kind NAME { … }"),
    ("region", "region NAME { … }"),
    ("site", "site NAME * 3 { … }"),
    ("device", "device NAME : HARDWARE * 3 { … }"),
    (
        "offer",
        "offer NAME : HARDWARE * 0..20 { cost = 4 EUR/month }",
    ),
    ("link", "link A <-> B { rtt = 1 ms; bandwidth = 1 Gbps }"),
    ("override", "override SITE[17] { … }"),
    ("inventory", "inventory \"fleet.toml\""),
    ("builder", "builder NAME { … }"),
    ("node", "node NAME { … }"),
    ("service", "service NAME : KIND { … }"),
    ("client", "client NAME on DEVICES { … }"),
    ("variant", "variant NAME : SOFTWARE { … }"),
    ("variants", "variants [NAME, NAME]"),
    ("context", "context { NAME = VALUE }"),
    ("select", "select [NAME, NAME]"),
    ("decide", "decide { when CONDITION => prefer VARIANT }"),
    ("when", "when CONDITION => prefer VARIANT"),
    ("prefer", "prefer VARIANT then VARIANT"),
    ("needs", "needs SERVICE within 10 ms prefer TIER then TIER"),
    ("survive", "survive any 1 device"),
    ("clone", "clone eager on DEVICES when CONDITION"),
    ("fetch", "fetch nearest within 50 ms then TIER"),
    ("truth", "truth on DEVICES"),
    ("standby", "standby truth on DEVICES"),
    ("quorum", "quorum 3 on DEVICES"),
    ("buffer", "buffer 48 h"),
    ("spread", "spread across DOMAIN at least 2"),
    ("pin", "pin on DEVICES"),
    ("forbid", "forbid on DEVICES"),
    ("on", "on every DEVICES in use except beside [SERVICE]"),
    ("colocate", "colocate A with B"),
    ("separate", "separate [A, B] across DOMAIN"),
    ("one", "one of [A, B]"),
    ("currently", "currently on [DEVICE]"),
    ("per", "per 3 of A at least 1 of B"),
    ("requires", "requires device.memory >= 2 GiB"),
    ("require", "require total(cost) <= 10 EUR/month else \"…\""),
    ("policy", "policy { reserve { cpu = 15% } }"),
    ("minimize", "minimize latency + cost"),
    (
        "test",
        "test \"…\" { given lost(DEVICE); expect served(CLIENT) == 100% }",
    ),
    ("given", "given lost(DEVICE)"),
    ("expect", "expect served(CLIENT) == 100%"),
    ("emit", "emit compose, json"),
];
