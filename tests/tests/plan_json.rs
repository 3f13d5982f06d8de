//! The plan as text: read back as it was written, and never a panic.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use serde_json::Value;
use vn_plan::{
    CERTIFICATE_FORMAT, Certificate, Slack, Status, digest, from_json, schema, slug, to_json,
};
use vn_tests::fixtures::small;

#[test]
fn what_is_written_is_read() {
    let plan = small();
    let text = to_json(&plan);
    assert!(text.ends_with("}\n"));
    let read = from_json(&text).expect("it is a plan");
    assert_eq!(read, plan);
    assert_eq!(to_json(&read), text);
    assert_eq!(digest(&read), plan.digest);
}

#[test]
fn the_digest_is_of_everything_but_itself() {
    let mut plan = small();
    let before = digest(&plan);
    assert_eq!(before.len(), 64);
    plan.digest = "anything".to_owned();
    assert_eq!(digest(&plan), before);
    plan.devices[0].availability_ppm -= 1;
    assert_ne!(digest(&plan), before);
}

#[test]
fn the_schema_accepts_the_plan_and_refuses_others() {
    let text = schema();
    assert_eq!(text, schema());
    let schema: Value = serde_json::from_str(&text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let mut plan: Value = serde_json::from_str(&to_json(&small())).expect("it is JSON");
    assert!(validator.is_valid(&plan));
    plan["devices"][0]["nominal"]["cpu_mcores"] = Value::from(-1);
    assert!(!validator.is_valid(&plan));
}

#[test]
fn other_texts_are_refused_with_their_place() {
    let text = to_json(&small());
    let cases = [
        ("", "1:0: EOF while parsing a value"),
        ("{}", "1:2: missing field `format`"),
        (
            "{\"format\": \"vnc.plan/9\"}",
            "format `vnc.plan/9` is not `vnc.plan/1`",
        ),
    ];
    for (case, said) in cases {
        assert_eq!(from_json(case).expect_err("no plan").to_string(), said);
    }
    let unknown = text.replacen("\"site\"", "\"place\"", 1);
    let said = from_json(&unknown).expect_err("no plan").to_string();
    assert!(said.contains("unknown field `place`"), "{said}");
    let deep = "[".repeat(100_000);
    assert!(from_json(&deep).is_err());
    // Every prefix of a plan is no plan.
    for end in (0..text.len()).step_by(97) {
        assert!(from_json(&text[..end]).is_err());
    }
}

#[test]
fn certificates_are_read_as_written() {
    let certificate = Certificate {
        format: CERTIFICATE_FORMAT.to_owned(),
        plan: small().digest,
        engine: "embedded".to_owned(),
        engine_version: "0.1.0".to_owned(),
        status: Status::Optimal,
        bound: Some("809619/12800".to_owned()),
        gap: Some("0".to_owned()),
        nodes: 17,
        time_ms: 42,
        tie_break_proven: true,
        reproducible: true,
        failures_replayed: 4,
        smallest_slack: Some(Slack {
            ppm: 411_764,
            of: "nuc cpu".to_owned(),
        }),
    };
    let text = certificate.to_json();
    assert_eq!(Certificate::from_json(&text), Ok(certificate));
    assert!(Certificate::from_json("{}").is_err());
}

#[test]
fn slugs_are_safe_names() {
    assert_eq!(slug("store[17]/till[3]"), "store-17-till-3");
    assert_eq!(slug("Pi_Hub"), "pi-hub");
    assert_eq!(slug("../../etc"), "etc");
    assert_eq!(slug("café"), "cafue9");
    assert_eq!(slug("--"), "");
}
