//! The inventory of what was emitted: what a later run may prune, and nothing else.

use serde::Serialize;
use vn_plan::Plan;

use crate::Target;
use crate::artifacts::File;
use crate::text::sha256;

/// The path of the manifest.
const PATH: &str = "manifest.json";

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    /// Digest of the plan that the files were made from.
    plan: &'a str,
    /// Sorted by path; the manifest itself last and without a checksum.
    files: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
}

impl<'a> From<&'a File> for Row<'a> {
    fn from(file: &'a File) -> Self {
        Self {
            path: &file.path,
            sha256: Some(sha256(&file.bytes)),
            target: file.target.map(Target::name),
            device: file.device.as_deref(),
        }
    }
}

pub fn manifest(plan: &Plan, files: &[File]) -> File {
    let mut rows: Vec<Row> = files.iter().map(Row::from).collect();
    rows.push(Row {
        path: PATH,
        sha256: None,
        target: None,
        device: None,
    });
    let manifest = Manifest {
        format: "vnc.manifest/1",
        plan: &plan.digest,
        files: rows,
    };
    File {
        path: PATH.to_owned(),
        target: None,
        device: None,
        bytes: json(&manifest),
    }
}

/// Indented, with a newline at the end.
///
/// INVARIANT: only strings are map keys, so that serialising cannot fail; if it did, the file would
/// say so instead of being JSON.
pub fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    format!("{text}\n").into_bytes()
}
