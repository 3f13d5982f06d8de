//! A fault that a user's value leads to inside the library is shown at the user's line, once, with
//! the line of the library beside it.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use std::path::PathBuf;

use vnc::host::Memory;
use vnc::render::diagnostics::render;
use vnc::session::{Request, check};

const PROGRAM: &str = "edition 2026
use std.hardware.{nuc_n100_16g}
use std.services.{llm, object_store}
site home { device nuc : nuc_n100_16g { role = super } }
builder b {
  service brain : llm {
    variant big : ollama(model = \"gpt-5\")
  }
  service blobs : object_store(size = 1 GB - 2 GB)
}
";

#[test]
fn the_line_of_the_user_comes_first() {
    let entry = PathBuf::from("plan.vn");
    let host = Memory([(entry.clone(), PROGRAM.to_owned())].into());
    let request = Request {
        entry,
        ..Request::default()
    };
    let checked = check(&host, &request).expect("it is in memory");
    for found in &checked.diagnostics {
        let first = found
            .labels
            .first()
            .and_then(|label| checked.sources.get(label.span.file));
        assert_eq!(first.map(|source| source.name.as_str()), Some("plan.vn"));
    }
    let report = render(&checked.diagnostics, &checked.sources, false);
    let report: Vec<&str> = report.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(report.join("\n"));
}
