//! Time-outs follow from round trips: too long fails over late, too short never does.

/// Time-outs of one list, in milliseconds, and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// To connect: 1.25 × the longest round trip, plus jitter. The next one is tried after about
    /// this long, so it is as small as that allows; below one round trip nobody ever answers.
    pub connect_ms: u64,
    /// To answer a health check: 2 × the longest round trip, plus jitter.
    pub check_ms: u64,
    /// Between health checks.
    pub inter_ms: u64,
    /// HAProxy: between health checks while in doubt. Envoy: at most between two attempts to connect.
    pub fast_ms: u64,
    /// How long at most until a server whose machine refuses connections is replaced.
    pub killed_ms: u64,
    /// How long at most until a server that no packet reaches is replaced, for open sessions too.
    pub cut_ms: u64,
}

/// What a packet may come late.
const JITTER_MS: u64 = 20;
/// More frequent checks cost more than they tell.
const SHORTEST_INTER_MS: u64 = 200;
/// The usual rhythm, where the detection time allows it.
const LONGEST_INTER_MS: u64 = 1000;
/// Envoy takes a server that refused out of the list at once, but not before it has looked at its
/// other events: an attempt without a pause would ask the same one again.
const PAUSE_MS: u64 = 20;

impl Timing {
    /// Of HAProxy, for a list whose farthest entry is this far away; `detect_us` bounds how long a
    /// failure may stay unnoticed, 0 for no bound.
    pub fn haproxy(longest_rtt_us: u64, detect_us: u64) -> Self {
        let (connect_ms, check_ms) = waits(longest_rtt_us);
        // A refused connection waits `connect_ms` before it is tried again; the check that settles
        // the doubt must be over by then, one round trip included.
        let fast_ms = (connect_ms / 8).max(5);
        // From the start of the first check that fails to the end of the second.
        let settling_ms = connect_ms.saturating_mul(2).saturating_add(fast_ms);
        let inter_ms = rhythm(detect_us, (connect_ms, check_ms), |detect_ms| {
            detect_ms.saturating_sub(settling_ms)
        });
        Self {
            connect_ms,
            check_ms,
            inter_ms,
            fast_ms,
            killed_ms: connect_ms.saturating_add(fast_ms),
            cut_ms: inter_ms.saturating_add(settling_ms),
        }
    }

    /// Of Envoy, the same. It has no faster rhythm for a server in doubt: two whole intervals pass,
    /// each with a check that gets no answer.
    pub fn envoy(longest_rtt_us: u64, detect_us: u64) -> Self {
        let (connect_ms, check_ms) = waits(longest_rtt_us);
        let inter_ms = rhythm(detect_us, (connect_ms, check_ms), |detect_ms| {
            (detect_ms / 2).saturating_sub(check_ms)
        });
        Self {
            connect_ms,
            check_ms,
            inter_ms,
            fast_ms: PAUSE_MS,
            killed_ms: longest_rtt_us.div_ceil(1000).saturating_add(PAUSE_MS),
            cut_ms: inter_ms.saturating_add(check_ms).saturating_mul(2),
        }
    }
}

/// To connect, and to answer a health check.
fn waits(longest_rtt_us: u64) -> (u64, u64) {
    let connect_us = longest_rtt_us.saturating_mul(5) / 4;
    let late = |us: u64| us.div_ceil(1000).saturating_add(JITTER_MS);
    (late(connect_us), late(longest_rtt_us.saturating_mul(2)))
}

/// Between health checks: what the bound on detection leaves, and time for a check to end before the
/// next one begins.
fn rhythm(detect_us: u64, (connect_ms, check_ms): (u64, u64), left: impl Fn(u64) -> u64) -> u64 {
    let shortest = connect_ms.max(check_ms).max(SHORTEST_INTER_MS);
    let wanted = if detect_us == 0 {
        LONGEST_INTER_MS
    } else {
        left(detect_us / 1000).min(LONGEST_INTER_MS)
    };
    wanted.max(shortest)
}

#[cfg(test)]
mod tests {
    use super::Timing;

    const PROXIES: [fn(u64, u64) -> Timing; 2] = [Timing::haproxy, Timing::envoy];

    #[test]
    fn no_time_out_is_shorter_than_what_it_waits_for() {
        for rtt_us in [0, 1, 999, 4_000, 24_000, 80_000, 600_000] {
            for detect_us in [0, 100_000, 500_000, 10_000_000] {
                for proxy in PROXIES {
                    let timing = proxy(rtt_us, detect_us);
                    assert!(timing.connect_ms * 4000 >= rtt_us * 5);
                    assert!(timing.check_ms * 1000 >= rtt_us * 2);
                    assert!(timing.inter_ms >= timing.connect_ms.max(timing.check_ms));
                }
                let timing = Timing::haproxy(rtt_us, detect_us);
                assert!(timing.fast_ms * 1000 + rtt_us < timing.connect_ms * 1000);
            }
        }
    }

    #[test]
    fn the_bound_on_detection_is_kept_where_it_can_be() {
        for proxy in PROXIES {
            assert!(proxy(24_000, 10_000_000).cut_ms <= 10_000);
            assert!(proxy(24_000, 600_000).cut_ms <= 600);
            assert!(proxy(80_000, 100_000).cut_ms > 100);
        }
    }
}
