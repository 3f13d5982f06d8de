//! Parsing ends without a panic, and every message names bytes of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vn_syntax::{FileId, parse};

fuzz_target!(|text: &str| {
    let (tree, found) = parse(FileId(0), text);
    for diagnostic in &found {
        for label in &diagnostic.labels {
            let bytes = label.span.start as usize..label.span.end as usize;
            assert!(text.get(bytes).is_some(), "{diagnostic:?}");
        }
    }
    let items: String = tree.items().map(|item| item.text()).collect();
    assert!(text.len() > 64 << 20 || text.trim_start_matches('\u{FEFF}') == items.trim_start_matches('\u{FEFF}'));
});
