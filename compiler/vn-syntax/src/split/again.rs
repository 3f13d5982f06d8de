//! A text cut again after an edit.

use super::{Piece, cut, split};
use crate::nesting::State;

/// As [`split`], for a text that was another one with these pieces before: looks only at what changed.
pub(crate) fn split_again(text: &str, old: &str, pieces: &[Piece]) -> Vec<Piece> {
    let same = same_start(text.as_bytes(), old.as_bytes());
    let room = text.len().min(old.len()) - same;
    let changed = text.len() - same_end(text.as_bytes(), old.as_bytes()).min(room);
    // Where an item is not closed, what a cut looks at has no end.
    if pieces.iter().any(|piece| piece.state != State::Sound) {
        return split(text);
    }
    // A cut looks at the first line of the next item, too; and what ends where the edit begins may go on.
    let front = pieces
        .partition_point(|piece| piece.end < same)
        .saturating_sub(1);
    let mut found = pieces.get(..front).unwrap_or_default().to_vec();
    let Some(first) = pieces.get(front).filter(|_| same >= 3) else {
        return split(text);
    };
    let mut tail = pieces.len();
    let sound = cut(text, first.start, &mut found, |at| {
        let was = (at >= changed).then(|| at + old.len() - text.len());
        let known = was.and_then(|was| pieces.binary_search_by_key(&was, |piece| piece.start).ok());
        tail = known.unwrap_or(tail);
        known.is_some()
    });
    if !sound {
        return split(text);
    }
    let moved = |at: usize| at + text.len() - old.len();
    found.extend(pieces.iter().skip(tail).map(|piece| Piece {
        start: moved(piece.start),
        end: moved(piece.end),
        ..*piece
    }));
    found
}

fn same_start(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let blocks = a
        .chunks(BLOCK)
        .zip(b.chunks(BLOCK))
        .take_while(|(a, b)| a == b)
        .count();
    let at = (blocks * BLOCK).min(a.len()).min(b.len());
    let rest = a.iter().zip(b).skip(at).take_while(|(a, b)| a == b);
    at + rest.count()
}

fn same_end(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let blocks = a
        .rchunks(BLOCK)
        .zip(b.rchunks(BLOCK))
        .take_while(|(a, b)| a == b)
        .count();
    let at = (blocks * BLOCK).min(a.len()).min(b.len());
    let rest = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .skip(at)
        .take_while(|(a, b)| a == b);
    at + rest.count()
}
