//! Time-outs follow from round trips: too long fails over late, too short never does.

/// Time-outs of one list, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// To connect: 1.25 × the longest round trip, plus jitter. HAProxy tries the next one after
    /// about this long, so it is as small as that allows; below one round trip nobody ever answers.
    pub connect_ms: u64,
    /// To answer a health check once connected: 2 × the longest round trip, plus jitter.
    pub check_ms: u64,
    /// Between health checks.
    pub inter_ms: u64,
    /// Between health checks while in doubt. A refused connection waits `connect_ms` before it is
    /// tried again; the check that settles the doubt must be over by then, one round trip included.
    pub fast_ms: u64,
}

/// What a packet may come late.
const JITTER_MS: u64 = 20;
/// More frequent checks cost more than they tell.
const SHORTEST_INTER_MS: u64 = 200;
/// The usual rhythm, where the detection time allows it.
const LONGEST_INTER_MS: u64 = 1000;

impl Timing {
    /// For a list whose farthest entry is this far away; `detect_us` bounds how long a failure may
    /// stay unnoticed, 0 for no bound.
    pub fn new(longest_rtt_us: u64, detect_us: u64) -> Self {
        let connect_ms = longest_rtt_us
            .saturating_mul(5)
            .div_ceil(4000)
            .saturating_add(JITTER_MS);
        let check_ms = longest_rtt_us
            .saturating_mul(2)
            .div_ceil(1000)
            .saturating_add(JITTER_MS);
        let fast_ms = (connect_ms / 8).max(5);
        // A check must have time to end before the next one begins.
        let shortest = connect_ms.max(check_ms).max(SHORTEST_INTER_MS);
        let rest = (detect_us / 1000).saturating_sub(settling_ms(connect_ms, fast_ms));
        let wanted = if detect_us == 0 {
            LONGEST_INTER_MS
        } else {
            rest.min(LONGEST_INTER_MS)
        };
        Self {
            connect_ms,
            check_ms,
            inter_ms: wanted.max(shortest),
            fast_ms,
        }
    }

    /// How long at most until a server whose machine refuses connections is replaced.
    pub const fn killed_ms(self) -> u64 {
        self.connect_ms.saturating_add(self.fast_ms)
    }

    /// How long at most until a server that no packet reaches is replaced.
    pub const fn cut_ms(self) -> u64 {
        self.inter_ms
            .saturating_add(settling_ms(self.connect_ms, self.fast_ms))
    }
}

/// From the start of the first check that fails to the end of the second.
const fn settling_ms(connect_ms: u64, fast_ms: u64) -> u64 {
    connect_ms.saturating_mul(2).saturating_add(fast_ms)
}

#[cfg(test)]
mod tests {
    use super::Timing;

    #[test]
    fn no_time_out_is_shorter_than_what_it_waits_for() {
        for rtt_us in [0, 1, 999, 4_000, 24_000, 80_000, 600_000] {
            for detect_us in [0, 100_000, 500_000, 10_000_000] {
                let timing = Timing::new(rtt_us, detect_us);
                assert!(timing.connect_ms * 4000 >= rtt_us * 5);
                assert!(timing.check_ms * 1000 >= rtt_us * 2);
                assert!(timing.inter_ms >= timing.connect_ms.max(timing.check_ms));
                assert!(timing.fast_ms * 1000 + rtt_us < timing.connect_ms * 1000);
            }
        }
    }

    #[test]
    fn the_bound_on_detection_is_kept_where_it_can_be() {
        assert!(Timing::new(24_000, 10_000_000).cut_ms() <= 10_000);
        assert!(Timing::new(24_000, 500_000).cut_ms() <= 500);
        assert!(Timing::new(80_000, 100_000).cut_ms() > 100);
    }
}
