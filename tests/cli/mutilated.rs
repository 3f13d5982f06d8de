//! Every prefix and every one-byte deletion of the example is answered, by the whole of `vnc check`.

use std::path::PathBuf;

use vnc::host::Memory;
use vnc::session::{self, Request, check};

use super::outcome;

fn answer(text: String) {
    let entry = PathBuf::from("plan.vn");
    let host = Memory([(entry.clone(), text)].into());
    let request = Request {
        entry,
        ..Request::default()
    };
    let checked = check(&host, &request).expect("it can be read");
    for diagnostic in &checked.diagnostics {
        assert!(
            !diagnostic.message.is_empty() && !diagnostic.labels.is_empty(),
            "{diagnostic:?}"
        );
    }
    if let Some(composition) = &checked.composition
        && let Ok(single) = session::expanded(composition)
    {
        assert!(session::problem(&single).problem.check().is_ok());
    }
}

fn example() -> String {
    std::fs::read_to_string(outcome::root().join("examples/home-lab/plan.vn")).unwrap()
}

/// One in so many; all of them where time does not matter (`VN_EVERY=1`).
fn every() -> usize {
    std::env::var("VN_EVERY")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(7)
}

#[test]
fn every_prefix_is_answered() {
    let text = example();
    for end in (0..text.len())
        .step_by(every())
        .filter(|&end| text.is_char_boundary(end))
    {
        answer(text[..end].to_owned());
    }
}

#[test]
fn every_deletion_is_answered() {
    let text = example();
    for at in (0..text.len())
        .step_by(every())
        .filter(|&at| text.is_char_boundary(at))
    {
        let mut cut = text.clone();
        cut.remove(at);
        answer(cut);
    }
}
