//! What the items of a file say, read once: what was read is left with the item, and holds until its
//! own text changes.

use vn_syntax::{Diagnostic, FileId, ItemRef, SyntaxTree, shares};

use super::body::Body;
use super::moved::{Move, Moved as _};
use super::place::Member;
use super::read::{is_punctuation, statements};

/// What was read of an item that stood somewhere.
#[derive(Clone, Debug)]
struct Reading {
    at: (FileId, u32),
    body: Body,
    faults: Vec<Diagnostic>,
}

impl Reading {
    fn of(item: ItemRef<'_>) -> Self {
        let at = place(item);
        match item.take::<Self>() {
            Some(mut known) => {
                known.moved_to(at);
                known
            }
            None => Self::fresh(item),
        }
    }

    fn fresh(item: ItemRef<'_>) -> Self {
        let nodes = item.nodes();
        let nodes = nodes.filter(|node| !is_punctuation(node.kind()) && !node.is_comment());
        let mut faults = Vec::new();
        Self {
            at: place(item),
            body: statements(Member::File, nodes, &mut faults),
            faults,
        }
    }

    fn moved_to(&mut self, at: (FileId, u32)) {
        if self.at == at {
            return;
        }
        let by = Move::between(self.at, at);
        self.body.moved(by);
        for fault in &mut self.faults {
            fault.each_span(|span| *span = by.of(*span));
        }
        self.at = at;
    }
}

fn place(item: ItemRef<'_>) -> (FileId, u32) {
    (item.span().file, item.base())
}

/// A whole file.
pub fn file(tree: &SyntaxTree, faults: &mut Vec<Diagnostic>) -> Body {
    let items: Vec<ItemRef<'_>> = tree.items().collect();
    // What is known already takes no thread.
    let weight = |item: &ItemRef<'_>| {
        if item.is_known() {
            0
        } else {
            item.text().len()
        }
    };
    let read = shares::work(&items, weight, |items| {
        let (mut body, mut faults) = (Body::default(), Vec::new());
        for item in items {
            let reading = Reading::of(*item);
            body.append(reading.body.clone());
            faults.extend(reading.faults.iter().cloned());
            item.leave(reading);
        }
        (body, faults)
    });
    let mut file = Body::default();
    for (body, found) in read {
        file.append(body);
        faults.extend(found);
    }
    file
}
