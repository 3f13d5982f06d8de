//! A text parsed after another one is the text parsed alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vn_syntax::{FileId, parse, reparse};

fuzz_target!(|texts: (&str, &str, &str)| {
    let (front, edit, back) = texts;
    let old = parse(FileId(0), format!("{front}{back}")).0;
    let text = format!("{front}{edit}{back}");
    let (tree, found) = reparse(&old, text.as_str());
    let (fresh, expected) = parse(FileId(0), text.as_str());
    assert_eq!(found, expected);
    let spans = |tree: &vn_syntax::SyntaxTree| {
        let items = tree.items().map(|item| (item.span(), item.nodes().map(|node| (node.kind(), node.span())).collect::<Vec<_>>()));
        items.collect::<Vec<_>>()
    };
    assert_eq!(spans(&tree), spans(&fresh));
});
