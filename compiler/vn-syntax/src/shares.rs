//! Long texts are worked on by several threads at once; what comes out does not depend on how many.

use std::sync::LazyLock;

/// A thread costs as much as some thousand bytes of text.
const WORTH_A_THREAD: usize = 64 << 10;

/// How many threads can run at once; to ask takes the system a dozen files, so that it is asked once,
/// and not at all for short texts.
static CORES: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// What comes of the items of a text, in their order: of all at once, or of shares of about the same
/// weight, each by a thread of its own. The weight of an item is its bytes.
pub fn work<T: Sync, R: Send>(
    items: &[T],
    weight: impl Fn(&T) -> usize,
    work: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    let bytes: usize = items.iter().map(&weight).sum();
    let worth = bytes / WORTH_A_THREAD;
    let threads = if worth < 2 { 1 } else { worth.min(*CORES) };
    if threads < 2 {
        return vec![work(items)];
    }
    let shares = shares(items, weight, bytes / threads + 1);
    let work = &work;
    std::thread::scope(|scope| {
        let (own, others) = shares.split_first().unwrap_or((&items, &[]));
        let others: Vec<_> = others
            .iter()
            .map(|share| scope.spawn(|| work(share)))
            .collect();
        let mut done = vec![work(own)];
        for other in others {
            match other.join() {
                Ok(more) => done.push(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}

/// What comes of two works on one text, done at once where the text is long enough.
pub fn both<A, B: Send>(
    bytes: usize,
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if bytes < WORTH_A_THREAD || *CORES < 2 {
        return (first(), second());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(second);
        let done = first();
        match other.join() {
            Ok(more) => (done, more),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Items in runs of about as many bytes.
fn shares<T>(mut items: &[T], weight: impl Fn(&T) -> usize, bytes: usize) -> Vec<&[T]> {
    let mut shares = Vec::new();
    while !items.is_empty() {
        let mut taken = 0;
        let full = items.iter().position(|item| {
            taken += weight(item);
            taken >= bytes
        });
        let (share, rest) = items.split_at(full.map_or(items.len(), |at| at + 1));
        shares.push(share);
        items = rest;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept() {
        let items: Vec<usize> = (0..1000).collect();
        let done = work(&items, |_| 1000, <[usize]>::to_vec);
        assert_eq!(done.concat(), items);
    }

    #[test]
    fn no_share_is_much_heavier_than_it_has_to_be() {
        let items = [3, 1, 1, 9, 1, 1, 1];
        let weights: Vec<usize> = shares(&items, |item| *item, 4)
            .iter()
            .map(|share| share.iter().sum())
            .collect();
        assert_eq!(weights, [4, 10, 3]);
    }
}
