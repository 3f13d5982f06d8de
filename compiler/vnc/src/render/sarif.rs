//! Diagnostics as SARIF 2.1.0, which code hosts and editors read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use vn_syntax::{Diagnostic, FileId, Label, Sources, Span};

use super::json::severity;
use super::place::place;
use crate::codes;
use crate::session::is_inside;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one run; `failure` is what no place in the text is to blame for.
pub fn log(found: &[Diagnostic], sources: &Sources, failure: Option<&str>) -> Value {
    let rules: BTreeSet<&str> = found.iter().map(|found| found.code).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let results: Vec<Value> = found
        .iter()
        .map(|one| result(one, &rules, sources))
        .collect();
    let told = failure.map(|text| json!({ "level": "error", "message": { "text": text } }));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "vnc",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|code| rule(code)).collect::<Vec<_>>(),
            } },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": failure.is_none(),
                "toolExecutionNotifications": told.into_iter().collect::<Vec<_>>(),
            }],
            "artifacts": artifacts(found, sources),
            "results": results,
        }],
    })
}

fn rule(code: &str) -> Value {
    let mut rule = json!({ "id": code });
    let (Some(page), Value::Object(fields)) = (codes::page(code), &mut rule) else {
        return rule;
    };
    let mut put = |key: &str, value| fields.insert(key.to_owned(), value);
    put("shortDescription", json!({ "text": page.title }));
    put("fullDescription", json!({ "text": page.summary }));
    put("help", json!({ "text": page.why, "markdown": page.text }));
    put("defaultConfiguration", json!({ "level": page.level() }));
    if let Some(address) = codes::address(code) {
        put("helpUri", json!(address));
    }
    rule
}

fn result(found: &Diagnostic, rules: &[&str], sources: &Sources) -> Value {
    let mut text = vec![found.message.clone()];
    text.extend(found.notes.iter().map(|note| format!("note: {note}")));
    text.extend(found.help.iter().map(|help| format!("help: {help}")));
    let (main, related) = match found.labels.split_first() {
        Some((main, related)) => (vec![location(main, sources)], related),
        None => (Vec::new(), [].as_slice()),
    };
    let related = related.iter().map(|label| location(label, sources));
    let mut result = json!({
        "ruleId": found.code,
        "ruleIndex": rules.binary_search(&found.code).ok(),
        "level": severity(found.severity),
        "message": { "text": text.join("\n") },
        "locations": main,
        "relatedLocations": related.collect::<Vec<_>>(),
    });
    if let (false, Value::Object(fields)) = (found.edits.is_empty(), &mut result) {
        fields.insert("fixes".to_owned(), json!([fix(found, sources)]));
    }
    result
}

/// All edits of a diagnostic belong together.
fn fix(found: &Diagnostic, sources: &Sources) -> Value {
    let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &found.edits {
        files.entry(edit.span.file).or_default().push(json!({
            "deletedRegion": region(edit.span, sources),
            "insertedContent": { "text": edit.text },
        }));
    }
    let change = |(file, replacements): (FileId, Vec<Value>)| json!({ "artifactLocation": artifact(file, sources), "replacements": replacements });
    let words = found.help.as_deref().unwrap_or(&found.message);
    json!({
        "description": { "text": words },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
    })
}

fn location(label: &Label, sources: &Sources) -> Value {
    let physical = json!({
        "artifactLocation": artifact(label.span.file, sources),
        "region": region(label.span, sources),
    });
    if label.text.is_empty() {
        json!({ "physicalLocation": physical })
    } else {
        json!({ "physicalLocation": physical, "message": { "text": label.text } })
    }
}

fn region(span: Span, sources: &Sources) -> Value {
    let place = place(span, sources);
    json!({
        "startLine": place.from.line,
        "startColumn": place.from.utf16,
        "endLine": place.to.line,
        "endColumn": place.to.utf16,
    })
}

fn artifact(file: FileId, sources: &Sources) -> Value {
    let name = sources.get(file).map_or("", |source| &source.name);
    json!({ "uri": uri(name) })
}

/// The texts that are pointed into; those that no folder holds come along.
fn artifacts(found: &[Diagnostic], sources: &Sources) -> Vec<Value> {
    let labels = found.iter().flat_map(|found| &found.labels);
    let files: BTreeSet<FileId> = labels.map(|label| label.span.file).collect();
    let one = |file: FileId| {
        let source = sources.get(file)?;
        let location = artifact(file, sources);
        Some(if is_inside(&source.name) {
            json!({ "location": location, "contents": { "text": &*source.text } })
        } else {
            json!({ "location": location })
        })
    };
    files.into_iter().filter_map(one).collect()
}

/// A path as RFC 3986 wants it: what is neither a letter, a digit nor harmless, by its bytes.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        let harmless = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if harmless {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
